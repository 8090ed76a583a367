"""Whether a plan that was made anew is the approved one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lpconf.engine.decoding import decode
from lpconf.engine.encoding import document
from lpconf.engine.staleness import continued, is_applied, kept, moved, noted
from lpconf.engine.values import ABSENT
from lpconf.model.address import Kind
from lpconf.model.json import Json
from lpconf.model.live import LiveThing
from lpconf.model.plan import Comparison, FieldChange, Origin, Plan, Side
from lpconf.model.policy import Policy
from tests.account import DEMO_KEY, REAL, TUTORIAL, campaign, connector, engagement, named, only, other, plan

TEXT = "campaigns: [{find: default, engagements: [{name: E, language: de-DE, conversation: messaging}]}]"


def made(*things: LiveThing) -> Plan:
    return plan(TEXT, *things)


def now(**live: Any) -> tuple[LiveThing, ...]:
    return campaign(1, "C"), engagement(2, "E", 1, **{"language": "en-US", **live})


APPROVED = made(*now())


def test_the_same_account_gives_the_approved_plan() -> None:
    assert moved(APPROVED, made(*now())) == ()


def test_a_field_that_the_plan_does_not_change_may_move() -> None:
    assert moved(APPROVED, made(*now(description="new", enabled=False))) == ()


def test_a_planned_field_that_moved_is_named_with_both_values() -> None:
    (line,) = moved(APPROVED, made(*now(language="fr-FR")))
    assert line == ('campaign[default]/engagement["E"].language: was "en-US" when the plan was made, is now "fr-FR"')


def test_a_planned_field_that_is_as_declared_by_now_is_named() -> None:
    (line,) = moved(APPROVED, made(*now(language="de-DE")))
    assert line.endswith('.language: was "en-US" when the plan was made, is now "de-DE", as declared')


def test_a_declared_field_that_was_right_and_moved_is_named() -> None:
    (line,) = moved(made(*now(language="de-DE")), made(*now(language="fr-FR")))
    assert line.endswith('.language: was "de-DE", as declared, when the plan was made, is now "fr-FR"')


def test_a_thing_that_became_right_or_wrong_as_a_whole_is_told_field_by_field() -> None:
    right = made(*now(language="de-DE", conversationType=1))
    place = 'campaign[default]/engagement["E"]'
    assert moved(APPROVED, right) == (
        f'{place}.conversation: was "live_chat" when the plan was made, is now "messaging", as declared',
        f'{place}.language: was "en-US" when the plan was made, is now "de-DE", as declared',
    )
    assert moved(right, APPROVED) == (
        f'{place}.conversation: was "messaging", as declared, when the plan was made, is now "live_chat"',
        f'{place}.language: was "de-DE", as declared, when the plan was made, is now "en-US"',
    )


def test_another_order_of_ids_is_no_movement() -> None:
    text = "campaigns: [{find: default, engagements: [{name: E, entry_points: [Home]}]}]"
    points = [other(Kind.ENTRY_POINT, each, name) for each, name in ((5, "Home"), (6, "A"), (7, "B"))]
    before = plan(text, *now(onsiteLocations=[6, 7]), *points)
    assert moved(before, plan(text, *now(onsiteLocations=[7, 6]), *points)) == ()


def test_another_thing_of_the_same_name_is_not_the_approved_one() -> None:
    (line,) = moved(APPROVED, made(campaign(1, "C"), engagement(3, "E", 1, language="en-US")))
    assert "was replaced by another thing" in line


def test_a_planned_value_that_became_another_is_named() -> None:
    text = "campaigns: [{find: default, engagements: [{name: E, skill: S}]}]"
    before, after = (plan(text, *now(), other(Kind.SKILL, each, "S")) for each in (5, 6))
    (line,) = moved(before, after)
    assert line.endswith('.skill: was to become "S" (5) when the plan was made, would become "S" (6) now')


def test_a_new_thing_that_is_there_by_now_is_what_a_reference_means_now() -> None:
    text = TUTORIAL
    things = campaign(1, "C"), engagement(2, "E", 1)
    lines = moved(plan(text, *things), plan(text, *things, connector(5, "Consumer authentication", type=1)))
    assert lines[0].startswith('connector["Consumer authentication"]: was replaced by another thing')
    assert '"Consumer authentication" (known after apply) when the plan was made' in lines[1]
    assert lines[1].endswith('would become "Consumer authentication" (5) now')


class TestSecrets:
    TEXT = f"""
connectors:
- name: A
  flow: code
  jwt_public_key: {DEMO_KEY}
  token_endpoint: https://idp.bank.com/token
  client_id: {{0}}
  client_secret: {{{{env: LPCONF_SECRET_{{1}}}}}}
"""
    POLICY = Policy(secrets=frozenset({"LPCONF_SECRET_A", "LPCONF_SECRET_B"}))

    def test_another_variable_is_named_and_no_value_is(self) -> None:
        before, after = (plan(self.TEXT.format("lp", each), policy=self.POLICY) for each in "AB")
        (line,) = moved(before, after)
        assert line == (
            'connector["A"].client_secret: was to become (sensitive value) (LPCONF_SECRET_A) when the plan was made, '
            "would become (sensitive value) (LPCONF_SECRET_B) now"
        )

    def test_a_connector_of_which_only_the_secret_is_left_names_no_value(self) -> None:
        before = plan(self.TEXT.format("lp", "A"), connector(5, "A", type=2, clientSecret="s3cret"), policy=self.POLICY)
        only_secret = replace(
            only(before), blocks=(), fields=tuple(each for each in only(before).fields if each.sensitive)
        )
        some, none = replace(before, changes=(only_secret,)), replace(before, changes=())
        assert moved(some, none) == (
            'connector["A"]: is as declared by now, and was to be changed when the plan was made',
        )
        assert moved(none, some) == (
            'connector["A"]: was as declared when the plan was made, and would be changed now',
        )

    def test_a_secret_that_nobody_declared_is_not_compared(self) -> None:
        assert self.moved(self.field({"apiKey": "s3cret-1"}), self.field({"apiKey": "s3cret-2"})) == ()

    def test_a_secret_inside_a_list_does_not_make_a_saved_plan_another_one(self) -> None:
        account = connector(1, "A")
        account = replace(account, body={**account.body, "new": ["https://user:s3cret@idp.bank.com/"]})
        fresh = plan("connectors: [{id: 1, extra: {new: {unset: true}}}]", account)
        assert moved(decode(document(fresh, "1.0")).plan, fresh) == ()

    def test_nor_does_a_private_key_where_a_public_one_belongs(self) -> None:
        private = "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----"
        account = connector(1, "A", jwtPublicKey=private)
        fresh = plan("connectors: [{id: 1, jwks_endpoint: https://idp.bank.com/keys}]", account)
        assert moved(decode(document(fresh, "1.0")).plan, fresh) == ()

    def test_a_live_value_with_one_inside_is_masked(self) -> None:
        (line,) = self.moved(self.field({"apiKey": "s3cret-1", "a": 1}), self.field({"apiKey": "s3cret-1", "a": 2}))
        assert line.endswith(".new: was (sensitive value) when the plan was made, is now (sensitive value)")

    def test_so_is_a_planned_one(self) -> None:
        first, second = (
            replace(self.field(1), after=Side({"apiKey": "s3cret", "a": each}, "masked")) for each in (1, 2)
        )
        (line,) = self.moved(first, second)
        assert line.endswith(
            ".new: was to become (sensitive value) when the plan was made, would become (sensitive value) now"
        )

    def moved(self, first: FieldChange, second: FieldChange) -> tuple[str, ...]:
        change = only(APPROVED)
        return moved(*(replace(APPROVED, changes=(replace(change, fields=(each,)),)) for each in (first, second)))

    def field(self, live: Json) -> FieldChange:
        return FieldChange("new", ("new",), Side([live], [live]), Side(1, 1), Comparison.EXACT, Origin.EXTRA)


def test_null_and_no_such_field_are_told_apart_where_they_differ() -> None:
    change = only(APPROVED)
    fields = (replace(change.fields[0], after=Side(wire, None)) for wire in (ABSENT, False))
    (line,) = moved(*(replace(APPROVED, changes=(replace(change, fields=(each,)),)) for each in fields))
    assert "was to become not set (no such field) when the plan was made, would become not set (false) now" in line


def test_what_stands_in_a_key_field_and_is_no_key_is_not_compared_for_a_digest_would_tell_it() -> None:
    text = f"connectors: [{{name: A, jwt_public_key: {DEMO_KEY}}}]"
    one, two = (plan(text, connector(5, "A", jwtPublicKey=each)) for each in ("a private key", "another"))
    saved = decode(document(one, "1.2.3")).plan
    assert moved(saved, one) == ()
    assert moved(saved, two) == ()


def test_a_long_value_is_cut() -> None:
    (line,) = moved(APPROVED, made(*now(language="x" * 500)))
    assert line.endswith("x...")
    assert len(line) < 250


class TestBlocks:
    UPDATE = "connectors: [{name: A, js_method_name: f}]"

    def at_real(self, *accepted: str) -> Plan:
        return plan(self.UPDATE, connector(5, "A"), target=REAL, policy=Policy(accept_unverified=frozenset(accepted)))

    def test_a_change_that_is_blocked_now_says_why(self) -> None:
        (line,) = moved(self.at_real("connector.update"), self.at_real())
        assert line == (
            'connector["A"]: is blocked now, and was not when the plan was made: '
            "Nobody has confirmed that LivePerson accepts this write: it is a guess."
        )

    def test_a_change_that_was_blocked_is_not_approved(self) -> None:
        (line,) = moved(self.at_real(), self.at_real("connector.update"))
        assert line == (
            'connector["A"]: was blocked when the plan was made, and is not any more: '
            "Nobody has confirmed that LivePerson accepts this write: it is a guess."
        )

    def test_what_stays_blocked_is_no_concern(self) -> None:
        other_value = plan(self.UPDATE, connector(5, "A", jsMethodName="g"), target=REAL)
        assert moved(self.at_real(), other_value) == ()


class TestDeletions:
    POLICY = Policy(allow_delete=True)
    TEXT = "campaigns: [{find: default, engagements: [{name: E, lifecycle: {state: absent}}]}]"

    def plan(self, *things: LiveThing) -> Plan:
        return plan(self.TEXT, campaign(1, "C"), *things, policy=self.POLICY)

    def test_the_same_thing_may_go(self) -> None:
        thing = engagement(2, "E", 1, language="de-DE", modifiedDate="today")
        later = engagement(2, "E", 1, language="de-DE", modifiedDate="tomorrow")
        assert moved(self.plan(thing), self.plan(later)) == ()

    def test_every_field_of_it_counts(self) -> None:
        before = self.plan(engagement(2, "E", 1, language="de-DE", old=1))
        after = self.plan(engagement(2, "E", 1, language="fr-FR", new=1))
        place = 'campaign[default]/engagement["E"]'
        assert set(moved(before, after)) == {
            f'{place}.language: was "de-DE" when the plan was made, is now "fr-FR"',
            f"{place}.old: was 1 when the plan was made, is now not set",
            f"{place}.new: was not set when the plan was made, is now 1",
        }

    def test_one_that_is_gone_by_now_and_one_that_came(self) -> None:
        thing = engagement(2, "E", 1)
        place = 'campaign[default]/engagement["E"]'
        assert moved(self.plan(thing), self.plan()) == (
            f"{place}: is gone by now, and was to be deleted when the plan was made",
        )
        assert moved(self.plan(), self.plan(thing)) == (
            f"{place}: was not to be deleted when the plan was made, and would be deleted now",
        )


class TestCreations:
    def test_one_that_is_there_by_now_and_one_that_has_gone(self) -> None:
        text = TUTORIAL.split("campaigns:")[0]
        there = connector(
            5, "Consumer authentication", RESTAuthenticationURL="https://dummy.com", jwtPublicKey=DEMO_KEY
        )
        missing, right = plan(text), plan(text, there)
        if right.changes:
            right = replace(right, changes=())
        place = 'connector["Consumer authentication"]'
        assert moved(missing, right) == (f"{place}: is there by now, and was to be created when the plan was made",)
        assert moved(right, missing) == (f"{place}: was there when the plan was made, and would be created now",)


class TestBesideThePlan:
    def test_a_field_that_moved_is_noted_and_kept(self) -> None:
        fresh = made(*now(description="new"))
        note = "description has changed since the plan was made, and will be kept."
        assert kept(APPROVED, fresh) == {only(fresh).address: (note,)}
        assert only(noted(APPROVED, fresh)).notes == (note,)

    def test_several_are_listed(self) -> None:
        fresh = made(*now(description="new", enabled=False, unknown={"a": 1}))
        (note,) = kept(APPROVED, fresh).values()
        assert note == ("description, enabled and unknown.a have changed since the plan was made, and will be kept.",)

    def test_a_planned_field_and_what_is_inside_it_is_none(self) -> None:
        assert kept(APPROVED, made(*now(language="fr-FR"))) == {}
        assert kept(APPROVED, made(*now(language={"a": 1}))) == {}

    def test_nothing_moved(self) -> None:
        assert kept(APPROVED, made(*now(modifiedDate="later"))) == {}
        assert noted(APPROVED, APPROVED) == APPROVED

    def test_what_was_not_approved_has_no_notes(self) -> None:
        assert kept(made(*now(language="de-DE", conversationType=1)), APPROVED) == {}


class TestAlreadyApplied:
    def test_a_plan_of_which_everything_is_true(self) -> None:
        assert is_applied(APPROVED, made(*now(language="de-DE", conversationType=1)))

    def test_one_of_which_something_is_not(self) -> None:
        assert not is_applied(APPROVED, made(*now(language="de-DE")))
        assert not is_applied(APPROVED, APPROVED)

    def test_one_that_changes_nothing_was_not(self) -> None:
        right = made(*now(language="de-DE", conversationType=1))
        assert not is_applied(right, right)


class TestWordsThatDoNotFitTheValues:
    """Somebody edited the texts of a saved plan, and made its digest anew."""

    def test_another_text_for_the_same_value_is_told(self) -> None:
        (change,) = APPROVED.changes
        first, *rest = change.fields
        forged = replace(first, after=replace(first.after, text="harmless"))
        plan = replace(APPROVED, changes=(replace(change, fields=(forged, *rest)),))
        (line,) = moved(plan, APPROVED)
        assert '-> "harmless", is ' in line

    def test_another_word_is_told(self) -> None:
        (change,) = APPROVED.changes
        first, *rest = change.fields
        plan = replace(APPROVED, changes=(replace(change, fields=(replace(first, word="harmless"), *rest)),))
        (line,) = moved(plan, APPROVED)
        assert "was shown as harmless" in line


class TestAPlanThatWasPartlyApplied:
    """What a run of the plan has done is not movement; the rest is compared as it was approved."""

    TEXT = f"""
        connectors:
          - {{name: A, flow: implicit, authentication_endpoint: 'https://a.bank.com', jwt_public_key: {DEMO_KEY}}}
        campaigns: [{{name: C, engagements: [{{name: E, connector: A}}]}}]
    """

    def test_a_created_thing_counts_as_done_and_is_referred_to_by_its_id(self) -> None:
        before = campaign(1, "C"), engagement(2, "E", 1)
        approved = plan(self.TEXT, *before)
        made = connector(
            5,
            "A",
            authorizationEndpoint="https://a.bank.com",
            jwtPublicKey=DEMO_KEY,
            jwtValidationType="PUBLIC_JWT_KEY",
        )
        fresh = plan(self.TEXT, made, *before)
        assert moved(approved, fresh) != ()
        done = {named(Kind.CONNECTOR, "A"): 5}
        assert moved(continued(approved, fresh, done), fresh) == ()

    def test_a_thing_that_was_done_and_moved_since_is_stale(self) -> None:
        (change,) = APPROVED.changes
        done = {change.address: change.live_id or 0}
        moved_since = made(*now(language="fr-FR", conversationType=1))
        lines = "".join(moved(continued(APPROVED, moved_since, done), moved_since))
        assert 'language: was "en-US" when the plan was made, is now "fr-FR"' in lines
        as_declared = made(*now(language="de-DE", conversationType=1))
        rest = continued(APPROVED, as_declared, done)
        assert (len(rest.changes), len(rest.steps)) == (0, 0)


def test_a_name_that_only_one_of_the_two_could_read_does_not_make_a_deletion_stale() -> None:
    text = "campaigns: [{find: default, engagements: [{name: E, lifecycle: {state: absent}}]}]"
    things = now(windowId=5, onsiteLocations=[6, 7])
    points = (other(Kind.ENTRY_POINT, 6, "A"), other(Kind.ENTRY_POINT, 7, "B"))
    allowed = Policy(allow_delete=True)
    nameless = plan(text, *things, policy=allowed)
    known = plan(text, *things, other(Kind.WINDOW, 5, "W"), *points, policy=allowed)
    renamed = plan(text, *things, other(Kind.WINDOW, 5, "X"), *points, policy=allowed)
    assert moved(nameless, known) == moved(known, nameless) == ()
    assert len(moved(known, renamed)) == 1
    another = plan(text, *now(windowId=8, onsiteLocations=[6, 7]), policy=allowed)
    assert len(moved(nameless, another)) == 1

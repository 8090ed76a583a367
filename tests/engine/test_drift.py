"""What is drift, and what is only pending."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lpconf.engine.drift import drift
from lpconf.engine.encoding import document
from lpconf.engine.plan import plan as make_plan
from lpconf.model.address import Address
from lpconf.model.drift import Deviation, Drift, FieldDrift
from lpconf.model.live import LiveThing
from lpconf.model.plan import Plan
from lpconf.model.policy import Policy
from lpconf.model.record import Fate, RunRecord, Settled, StepRecord
from tests.account import QUIRKS, SANDBOX, campaign, connector, engagement, live, make_key, plan, site

from .records import record_of

BOTH = "campaigns: [{name: Sales, engagements: [{name: A, language: de-DE, enabled: true}]}]"
ALLOWED = Policy(allow_delete=True)


def record(made: Plan, fate: Fate = Fate.DONE) -> RunRecord:
    """A run of this plan that ended in one way for all of its steps."""
    return record_of(made, tuple(_step(step.address, step.action, fate) for step in made.steps))


def _step(address: Address, action: Any, fate: Fate) -> StepRecord:
    return StepRecord(address, action, settled=Settled(0, address, action, fate, None, "", ""))


def found(before: Plan | None, declared: str, *things: LiveThing, fate: Fate = Fate.DONE) -> Drift:
    """The drift of a declaration and an account since a run."""
    names = {(each.kind, each.id): each.name for each in things}
    now = make_plan(site(declared), live(*things), target=SANDBOX, quirks=QUIRKS, policy=ALLOWED, complete=False)
    return drift(now, record(before, fate) if before else None, names=names, quirks=QUIRKS)


def sales(**body: Any) -> tuple[LiveThing, LiveThing]:
    return campaign(1, "Sales"), engagement(2, "A", 1, language="en-US", **body)


def test_a_field_that_somebody_changed_after_the_run_has_drifted() -> None:
    run = plan(BOTH, *sales())
    (thing,) = found(run, BOTH, campaign(1, "Sales"), engagement(2, "A", 1, language="fr-FR")).things
    assert (thing.deviation, thing.live_id) == (Deviation.CHANGED, 2)
    assert thing.fields == (FieldDrift("language", "de-DE", "fr-FR", "de-DE"),)


def test_an_account_as_the_run_left_it_has_not_drifted() -> None:
    run = plan(BOTH, *sales())
    assert found(run, BOTH, campaign(1, "Sales"), engagement(2, "A", 1, language="de-DE")).things == ()


def test_a_changed_declaration_is_pending_and_no_drift() -> None:
    run = plan(BOTH, *sales())
    result = found(run, BOTH.replace("de-DE", "it-IT"), campaign(1, "Sales"), engagement(2, "A", 1, language="de-DE"))
    assert result.things == ()
    assert [(str(address), number) for address, number in result.pending] == [('campaign["Sales"]/engagement["A"]', 1)]


def test_both_at_once_are_drift_and_told_with_all_three_values() -> None:
    run = plan(BOTH, *sales())
    result = found(run, BOTH.replace("de-DE", "it-IT"), campaign(1, "Sales"), engagement(2, "A", 1, language="fr-FR"))
    assert result.things[0].fields == (FieldDrift("language", "de-DE", "fr-FR", "it-IT"),)


def test_without_a_run_every_difference_is_drift() -> None:
    result = found(None, BOTH, *sales())
    assert result.since is None
    assert result.things[0].fields == (FieldDrift("language", None, "en-US", "de-DE", known=False),)


def test_a_field_that_is_declared_since_is_pending_whatever_it_was() -> None:
    run = plan(BOTH.replace(", enabled: true", ""), *sales())
    result = found(run, BOTH, campaign(1, "Sales"), engagement(2, "A", 1, language="de-DE", enabled=False))
    assert (result.things, len(result.pending)) == ((), 1)


def test_what_a_run_failed_to_write_is_still_pending() -> None:
    run = plan(BOTH, *sales())
    assert found(run, BOTH, *sales(), fate=Fate.NOT_DONE).things == ()
    assert found(run, BOTH, *sales(), fate=Fate.NOT_DONE).pending != ()


def test_what_somebody_else_changed_during_the_run_is_drift() -> None:
    run = plan(BOTH, *sales())
    assert found(run, BOTH, *sales(), fate=Fate.FOREIGN).things[0].fields[0].known is False


def test_a_blocked_change_stays_pending() -> None:
    declared = "campaigns: [{name: Sales, engagements: [{name: A, conversation: messaging}]}]"
    run = plan(declared, campaign(1, "Sales"), engagement(2, "A", 1, conversationType=7))
    assert run.blocked
    assert found(run, declared, campaign(1, "Sales"), engagement(2, "A", 1, conversationType=7)).things == ()


class TestAThingThatIsNotFound:
    DECLARED = "connectors: [{name: A, preferred: false}]"

    def test_one_that_was_there_is_gone(self) -> None:
        (thing,) = found(plan(self.DECLARED, connector(5, "A")), self.DECLARED).things
        assert (str(thing.address), thing.deviation, thing.live_id) == ('connector["A"]', Deviation.GONE, 5)

    def test_without_a_run_nobody_knows_whether_it_ever_was_there(self) -> None:
        assert found(None, self.DECLARED).things[0].deviation is Deviation.MISSING

    def test_one_that_has_another_name_by_now_is_renamed(self) -> None:
        (thing,) = found(plan(self.DECLARED, connector(5, "A")), self.DECLARED, connector(5, "Other")).things
        assert (thing.deviation, thing.fields) == (Deviation.CHANGED, (FieldDrift("name", "A", "Other", "A"),))

    def test_one_that_is_selected_by_its_id_is_gone(self) -> None:
        declared = "connectors: [{id: 5, preferred: false}]"
        assert found(plan(declared, connector(5, "A")), declared).things[0].deviation is Deviation.GONE

    def test_a_default_one_is_gone_where_there_is_none(self) -> None:
        declared = "campaigns: [{find: default, description: x, engagements: [{find: default, enabled: true}]}]"
        run = plan(declared, campaign(1, "Sales"), engagement(2, "A", 1))
        (thing,) = found(run, declared, campaign(1, "Sales", description="x")).things
        assert (str(thing.address), thing.deviation) == ("campaign[default]/engagement[default]", Deviation.GONE)

    def test_a_default_one_that_is_another_thing_now_is_replaced(self) -> None:
        declared = "campaigns: [{find: default, engagements: [{find: default, enabled: true}]}]"
        run = plan(declared, campaign(1, "Sales"), engagement(2, "A", 1))
        (thing,) = found(run, declared, campaign(1, "Sales"), engagement(3, "B", 1, enabled=False)).things
        assert (thing.deviation, thing.live_id) == (Deviation.REPLACED, 3)

    def test_one_that_the_run_failed_to_create_is_pending(self) -> None:
        made = f"""
            connectors:
              - {{name: A, flow: implicit, authentication_endpoint: 'https://a.b', jwt_public_key: {make_key()}}}
        """
        result = found(plan(made), made, fate=Fate.NOT_DONE)
        assert (result.things, len(result.pending)) == ((), 1)


def test_a_pending_renaming_is_no_drift() -> None:
    run = plan("connectors: [{name: Old, preferred: false}]", connector(5, "Old"))
    renamed = "connectors: [{name: New, preferred: false, lifecycle: {renamed_from: Old}}]"
    result = found(run, renamed, connector(5, "Old"))
    assert (result.things, [str(address) for address, _ in result.pending]) == ((), ['connector["New"]'])


def test_a_newly_declared_thing_is_pending() -> None:
    new = f"- {{name: B, flow: implicit, authentication_endpoint: 'https://a.b', jwt_public_key: {make_key()}}}"
    before = "connectors:\n  - {name: A, preferred: false}\n"
    result = found(plan(before, connector(5, "A")), f"{before}  {new}", connector(5, "A"))
    assert (result.things, [str(address) for address, _ in result.pending]) == ((), ['connector["B"]'])


class TestUndeclaredThings:
    PURGE = "campaigns: [{name: Sales, delete_undeclared: [engagements], engagements: [{name: A, enabled: true}]}]"

    def test_one_that_came_after_the_run_has_drifted(self) -> None:
        run = plan(self.PURGE, *sales(), policy=ALLOWED)
        (thing,) = found(run, self.PURGE, *sales(), engagement(3, "Stray", 1)).things
        assert (thing.name, thing.deviation) == ("Stray", Deviation.ADDED)

    def test_one_that_the_run_was_to_delete_and_did_not_is_pending(self) -> None:
        run = plan(self.PURGE, *sales(), engagement(3, "Stray", 1), policy=ALLOWED)
        result = found(run, self.PURGE, *sales(), engagement(3, "Stray", 1), fate=Fate.NOT_DONE)
        assert (result.things, len(result.pending)) == ((), 1)

    def test_one_that_was_there_and_is_to_go_from_now_on_is_pending(self) -> None:
        declared = self.PURGE.replace("delete_undeclared: [engagements], ", "")
        run = plan(declared, *sales(), engagement(3, "Stray", 1))
        result = found(run, self.PURGE, *sales(), engagement(3, "Stray", 1))
        assert (result.things, len(result.pending)) == ((), 1)

    def test_one_that_the_configuration_no_longer_wants_is_pending(self) -> None:
        run = plan(BOTH, *sales(), policy=ALLOWED)
        absent = BOTH.replace("language: de-DE, enabled: true", "lifecycle: {state: absent}")
        result = found(run, absent, campaign(1, "Sales"), engagement(2, "A", 1))
        assert (result.things, len(result.pending)) == ((), 1)


def test_the_last_value_of_a_reference_is_told_by_its_name() -> None:
    declared = "campaigns: [{name: Sales, engagements: [{name: A, connector: One}]}]"
    things = connector(5, "One"), connector(6, "Two"), campaign(1, "Sales")
    run = plan(declared, *things, engagement(2, "A", 1))
    other = declared.replace("connector: One", "connector: Two")
    (thing,) = found(run, other, *things, engagement(2, "A", 1, connectorId=None)).things
    assert thing.fields == (FieldDrift("connector", "One", None, "Two"),)


def test_the_last_value_of_an_extra_field_is_told_as_it_is() -> None:
    declared = "campaigns: [{name: Sales, engagements: [{name: A, extra: {weight: 0.1}}]}]"
    run = plan(declared, campaign(1, "Sales"), engagement(2, "A", 1, weight=0.5))
    (thing,) = found(
        run, declared.replace("0.1", "0.2"), campaign(1, "Sales"), engagement(2, "A", 1, weight=0.9)
    ).things
    assert thing.fields == (FieldDrift("weight", 0.1, 0.9, 0.2),)


def test_a_journal_of_another_format_counts_as_none() -> None:
    made = plan(BOTH, *sales())
    other = replace(record(made), document={**document(made, "1.0"), "format_version": "0.1"})
    assert drift(made, other, names={}, quirks=QUIRKS).since is None

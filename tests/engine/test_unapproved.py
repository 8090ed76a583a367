"""What a plan that was made anew holds and nobody has approved."""

from __future__ import annotations

from dataclasses import replace

from lpconf.engine.decoding import decode
from lpconf.engine.encoding import document
from lpconf.engine.unapproved import unapproved
from lpconf.model.address import Kind
from lpconf.model.live import LiveThing
from lpconf.model.plan import Plan, Unprotected
from lpconf.model.policy import Policy
from tests.account import QUIRKS, REAL, campaign, connector, default, engagement, only, plan

PUBLISHED, UNPUBLISHED = QUIRKS.status["published"], QUIRKS.status["unpublished"]
MESSAGING = "campaigns: [{find: default, engagements: [{name: E, conversation: messaging}]}]"
METHOD = "connectors: [{name: A, js_method_name: f}]"
ACCEPTED = Policy(accept_unverified=frozenset({"connector.update"}))


def in_campaign(**body: object) -> Plan:
    return plan(MESSAGING, campaign(1, "C", **body), engagement(2, "E", 1))


def used(*users: str) -> Plan:
    """A change of a connector that some engagements use."""
    engagements = (engagement(10 + number, name, 1, connectorId=5) for number, name in enumerate(users))
    things: tuple[LiveThing, ...] = (connector(5, "A"), campaign(1, "C"), *engagements)
    return plan(METHOD, *things, policy=ACCEPTED)


def test_the_approved_plan_has_nothing_of_the_kind_also_where_it_was_saved() -> None:
    for made in (in_campaign(status=PUBLISHED), used("E", "F")):
        assert unapproved(made, made) == ()
        assert unapproved(decode(document(made, "1.2.3")).plan, made) == ()


def test_a_new_risk_is_named_with_its_thing() -> None:
    assert unapproved(in_campaign(status=UNPUBLISHED), in_campaign(status=PUBLISHED)) == (
        'campaign[default]/engagement["E"]: a risk that the plan did not show: '
        'The campaign "C" is published: visitors may see this at once.',
    )


def test_a_risk_that_has_gone_is_nothing() -> None:
    assert unapproved(in_campaign(status=PUBLISHED), in_campaign(status=UNPUBLISHED)) == ()


def test_of_a_risk_about_several_things_only_the_new_ones_count() -> None:
    assert unapproved(used("E"), used("E", "F")) == (
        'connector["A"]: a risk that the plan did not show: '
        '2 engagements sign visitors in with this connector: "F" (id 11) in campaign "C"',
    )
    assert unapproved(used("E", "F"), used("E")) == ()


def test_a_new_change_that_is_blocked_is_named_with_its_reason() -> None:
    right = plan(METHOD, connector(5, "A", jsMethodName="f"), target=REAL)
    wrong = plan(METHOD, connector(5, "A"), target=REAL)
    (line,) = unapproved(right, wrong)
    assert line == (
        'connector["A"]: a change that is blocked, and that the plan did not show: '
        "Nobody has confirmed that LivePerson accepts this write: it is a guess."
    )
    assert unapproved(wrong, wrong) == ()


def test_the_risks_of_what_is_blocked_in_both_do_not_count() -> None:
    approved, fresh = (replace(each, target=REAL) for each in (used("E"), used("E", "F")))
    blocks = plan(METHOD, connector(5, "A"), target=REAL)
    approved, fresh = (
        replace(each, changes=(replace(only(each), blocks=only(blocks).blocks),)) for each in (approved, fresh)
    )
    assert unapproved(approved, fresh) == ()


def test_lost_protection_is_named_once_whatever_the_thing_is_called() -> None:
    address = default(Kind.CAMPAIGN)
    fresh = replace(in_campaign(status=UNPUBLISHED), unprotected=(Unprotected(address, 1, str(address)),))
    (line,) = unapproved(in_campaign(status=UNPUBLISHED), fresh)
    assert line.startswith("campaign[default] (id 1): lost its protection from being deleted since the last run")
    assert unapproved(fresh, fresh) == ()

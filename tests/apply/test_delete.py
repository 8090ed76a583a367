"""Deletions against the sandbox: what goes, what stays, and what happens when somebody else is faster."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lpconf.apply.delete import WITH_ALL_IN_IT
from lpconf.apply.update import NO_REVISION
from lpconf.liveperson.connection import connect
from lpconf.liveperson.credentials import UserPassword
from lpconf.liveperson.endpoint import Endpoint
from lpconf.model.errors import ExitCode
from lpconf.model.policy import Policy
from lpconf.model.run import Outcome, Run
from lpconf.sandbox.quirks import parse
from lpconf.sandbox.server import running
from tests.account import ACCOUNT, QUIRKS
from tests.gateway import Fault, gateway
from tests.sandbox.client import CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, implicit
from tests.sandbox.client import Client as Editor

from .conftest import QUICK, World

ONE = f"{ENGAGEMENTS}/{ENGAGEMENT}"
GONE = f"campaigns: [{{find: default, engagements: [{{id: {ENGAGEMENT}, lifecycle: {{state: absent}}}}]}}]"
ALLOWED = Policy(allow_delete=True)


def remove(world: World, declared: str) -> Run:
    return world.execute(world.plan(declared, ALLOWED))


def outcomes(run: Run) -> list[Outcome]:
    return [result.outcome for result in run.results]


def edit(world: World, path: str, **fields: Any) -> Callable[[], None]:
    def change() -> None:
        world.editor.put(path, {**world.editor.get(path), **fields})

    return change


def test_a_thing_goes_and_a_second_plan_is_empty(world: World) -> None:
    run = remove(world, GONE)
    assert (run.exit_code, outcomes(run)) == (ExitCode.DONE, [Outcome.CONFIRMED])
    assert world.editor.get(ENGAGEMENTS) == []
    assert world.plan(GONE, ALLOWED).changes == ()


def shown(world: World) -> dict[str, Any]:
    """What the plan of a deletion alone shows, by field."""
    (change,) = world.plan(GONE, ALLOWED).changes
    return {field.word: field.before.text for field in change.fields}


def test_what_goes_is_shown_with_names_and_not_with_ids(world: World) -> None:
    fields = shown(world)
    assert fields["window"] == "Default window"
    assert fields["entry_points"] == ["Shop pages"]
    assert fields["behaviors"] == ["All visitors"]


def test_only_what_it_refers_to_is_read_for_its_names(
    world: World, requests_of: Callable[[Callable[[], object]], list[tuple[str, str]]]
) -> None:
    read = {path for _, path in requests_of(lambda: world.plan(GONE, ALLOWED))}
    assert not any("skills" in path for path in read)
    assert sum("onsite-locations" in path for path in read) == 1


@pytest.mark.parametrize("status", [403, 404])
def test_a_name_that_may_not_be_read_does_not_keep_it_from_going(world: World, status: int) -> None:
    world.gateway.add(Fault("GET", "onsite-locations", status=status, times=100))
    fields = shown(world)
    (point,) = fields["entry_points"]
    assert point.startswith("id ")
    assert fields["window"] == "Default window"
    assert remove(world, GONE).exit_code is ExitCode.DONE


def test_a_campaign_goes_with_its_engagements_and_everything_else_stays(world: World) -> None:
    world.editor.create(CONNECTORS, implicit("Other"))
    before = world.editor.get(CONNECTORS)
    run = remove(world, f"campaigns: [{{id: {CAMPAIGN}, lifecycle: {{state: absent}}}}]")
    assert (run.exit_code, outcomes(run)) == (ExitCode.DONE, [Outcome.CONFIRMED] * 2)
    assert world.editor.get(CAMPAIGNS) == []
    assert world.editor.get(CONNECTORS) == before


def test_the_whole_way_of_replacing_a_connector_in_one_plan(world: World) -> None:
    old = world.editor.create(CONNECTORS, implicit("Old"))["id"]
    new = world.editor.create(CONNECTORS, implicit("New"))["id"]
    edit(world, ONE, connectorId=old)()
    run = remove(
        world,
        """
        connectors: [{name: Old, lifecycle: {state: absent}}]
        campaigns: [{find: default, engagements: [{find: default, connector: New}]}]
        """,
    )
    assert run.exit_code is ExitCode.DONE
    assert [each["name"] for each in world.editor.get(CONNECTORS)] == ["New"]
    assert world.editor.get(ONE)["connectorId"] == new


@pytest.mark.parametrize("field", [{"enabled": False}, {"weight": 0.9}, {"somethingNew": {"deep": 1}}])
def test_a_thing_that_somebody_changed_after_the_plan_is_not_deleted(world: World, field: dict[str, Any]) -> None:
    edit(world, ONE, somethingNew={"deep": 0})()
    plan = world.plan(GONE, ALLOWED)
    edit(world, ONE, **field)()
    run = world.execute(plan)
    assert run.exit_code is ExitCode.STALE
    assert "Somebody else changed" in run.results[0].reason
    assert world.gateway.writes() == []


def test_a_change_of_its_neighbour_does_not_matter(world: World) -> None:
    neighbour = world.editor.create(ENGAGEMENTS, {**world.editor.get(ONE), "id": None, "name": "Neighbour"})["id"]
    plan = world.plan(GONE, ALLOWED)
    path = f"{ENGAGEMENTS}/{neighbour}"
    world.gateway.add(Fault("DELETE", ONE, first=edit(world, path, description="mine")))
    run = world.execute(plan)
    assert run.exit_code is ExitCode.DONE
    assert world.editor.get(path)["description"] == "mine"


def test_a_thing_that_somebody_deleted_is_gone_already(world: World) -> None:
    plan = world.plan(GONE, ALLOWED)
    world.editor.delete(ONE)
    run = world.execute(plan)
    assert (run.exit_code, run.results[0].notes) == (ExitCode.DONE, ("It was gone already.",))
    assert world.gateway.writes() == []


def test_a_lost_answer_is_settled_by_reading(world: World) -> None:
    plan = world.plan(GONE, ALLOWED)
    world.gateway.add(Fault("DELETE", ONE, lose_answer=True))
    run = world.execute(plan)
    assert run.exit_code is ExitCode.DONE
    assert run.results[0].notes == ("The answer was lost; reading again shows that it is gone.",)
    assert [verb for verb, _ in world.gateway.writes()] == ["DELETE"]


def test_a_deletion_that_never_arrived_is_sent_again(world: World) -> None:
    plan = world.plan(GONE, ALLOWED)
    world.gateway.add(Fault("DELETE", ONE, status=500))
    run = world.execute(plan)
    assert run.exit_code is ExitCode.DONE
    assert [verb for verb, _ in world.gateway.writes()] == ["DELETE", "DELETE"]


def test_one_whose_answers_are_all_lost_is_unknown(world: World) -> None:
    plan = world.plan(GONE, ALLOWED)
    world.gateway.add(Fault("DELETE", ONE, status=500, times=9))
    run = world.execute(plan)
    assert (run.exit_code, outcomes(run)) == (ExitCode.PARTLY, [Outcome.UNKNOWN])
    assert run.results[0].reason.endswith("Nobody knows yet whether it took effect.")


def test_one_that_changed_while_its_answer_was_lost_is_unknown_and_not_sent_again(world: World) -> None:
    plan = world.plan(GONE, ALLOWED)
    world.gateway.add(Fault("DELETE", ONE, status=500, first=edit(world, ONE, description="mine")))
    run = world.execute(plan)
    assert outcomes(run) == [Outcome.UNKNOWN]
    assert len(world.gateway.writes()) == 1


def test_losing_access_after_a_lost_answer_is_unknown(world: World) -> None:
    plan = world.plan(GONE, ALLOWED)
    world.gateway.add(Fault("DELETE", ONE, status=500))
    world.gateway.add(Fault("GET", ONE))
    world.gateway.add(Fault("GET", ONE, status=403, times=99))
    run = world.execute(plan)
    assert outcomes(run) == [Outcome.UNKNOWN]


def test_a_collection_that_others_keep_changing_is_stale(world: World) -> None:
    plan = world.plan(GONE, ALLOWED)
    world.gateway.add(Fault("DELETE", ONE, status=412, times=99))
    run = world.execute(plan)
    assert run.exit_code is ExitCode.STALE
    assert run.results[0].reason == "Others keep changing this collection."


def test_a_thing_that_does_not_go_is_not_called_gone(world: World) -> None:
    plan = world.plan(GONE, ALLOWED)
    world.gateway.add(Fault("DELETE", ONE, status=200))
    run = world.execute(plan)
    assert (run.exit_code, outcomes(run)) == (ExitCode.PARTLY, [Outcome.NOT_VISIBLE])
    assert run.results[0].reason == "It is in the list still."


def test_a_deletion_that_is_not_allowed_fails_and_leaves_what_needs_it(world: World) -> None:
    plan = world.plan(f"campaigns: [{{id: {CAMPAIGN}, lifecycle: {{state: absent}}}}]", ALLOWED)
    world.gateway.add(Fault("DELETE", ONE, status=400))
    run = world.execute(plan)
    assert outcomes(run) == [Outcome.FAILED, Outcome.NOT_ATTEMPTED]
    assert run.exit_code is ExitCode.ERROR


def test_one_that_somebody_deletes_between_reading_and_deleting_is_gone_and_not_ours(world: World) -> None:
    plan = world.plan(GONE, ALLOWED)
    world.gateway.add(Fault("DELETE", ONE, first=lambda: world.editor.delete(ONE)))
    run = world.execute(plan)
    assert outcomes(run) == [Outcome.CONFIRMED]
    assert run.results[0].already


class TestAConnectorThatIsUsed:
    """Who uses a connector is looked at again just before it goes."""

    OLD = "connectors: [{name: Old, lifecycle: {state: absent}}]"

    def test_one_that_an_engagement_got_after_the_plan_stays(self, world: World) -> None:
        old = world.editor.create(CONNECTORS, implicit("Old"))["id"]
        plan = world.plan(self.OLD, ALLOWED)
        edit(world, ONE, connectorId=old)()
        run = world.execute(plan)
        assert run.exit_code is ExitCode.STALE
        assert run.results[0].reason.startswith('By now engagements sign visitors in with it: "Default engagement"')
        assert world.gateway.writes() == []
        assert [each["name"] for each in world.editor.get(CONNECTORS)] == ["Old"]

    def test_the_moment_in_which_nobody_looks_is_told(self, world: World) -> None:
        world.editor.create(CONNECTORS, implicit("Old"))
        run = remove(world, self.OLD)
        assert run.exit_code is ExitCode.DONE
        assert any("may have gone unnoticed" in note for note in run.results[0].notes)


def test_a_preferred_connector_goes_although_another_one_was_preferred_before(world: World) -> None:
    world.editor.create(CONNECTORS, implicit("Old", preferred=True))
    world.editor.create(CONNECTORS, implicit("New"))
    declared = "connectors: [{name: Old, lifecycle: {state: absent}}, {name: New, preferred: true}]"
    run = remove(world, declared)
    assert (run.exit_code, outcomes(run)) == (ExitCode.DONE, [Outcome.CONFIRMED] * 2)
    assert [each["name"] for each in world.editor.get(CONNECTORS)] == ["New"]


def test_a_connector_that_somebody_else_preferred_meanwhile_stays(world: World) -> None:
    old = world.editor.create(CONNECTORS, implicit("Old"))["id"]
    plan = world.plan("connectors: [{name: Old, lifecycle: {state: absent}}]", ALLOWED)
    world.editor.put(f"{CONNECTORS}/{old}", implicit("Old", preferred=True))
    assert outcomes(world.execute(plan)) == [Outcome.STALE]


def test_a_campaign_that_shows_what_has_gone_is_waited_for_before_it_is_published(world: World) -> None:
    path = f"{CAMPAIGNS}/{CAMPAIGN}"
    edit(world, path, status=0)()
    stale = world.editor.get(path)
    plan = world.plan(GONE.replace("find: default,", "find: default, status: published,"), ALLOWED)
    world.gateway.add(Fault("GET", rf"{path}(\?|$)", edit=lambda _: stale))
    run = world.execute(plan)
    assert (run.exit_code, outcomes(run)) == (ExitCode.DONE, [Outcome.CONFIRMED] * 2)
    assert world.waited
    assert world.editor.get(ENGAGEMENTS) == []
    assert world.editor.get(path)["status"] == 1


@pytest.mark.parametrize("field", [{"brandNew": "x"}, {"position": {"left": 0, "top": 0, "type": 6, "brandNew": 1}}])
def test_a_thing_that_somebody_gave_a_new_field_after_the_plan_is_not_deleted(
    world: World, field: dict[str, Any]
) -> None:
    plan = world.plan(GONE, ALLOWED)
    edit(world, ONE, **field)()
    run = world.execute(plan)
    assert run.exit_code is ExitCode.STALE
    assert "brandNew" in run.results[0].reason
    assert world.gateway.writes() == []


def test_a_connector_that_somebody_gave_a_new_field_after_the_plan_is_not_deleted(world: World) -> None:
    old = world.editor.create(CONNECTORS, implicit("Old"))["id"]
    plan = world.plan("connectors: [{name: Old, lifecycle: {state: absent}}]", ALLOWED)
    edit(world, f"{CONNECTORS}/{old}", brandNew="x")()
    assert world.execute(plan).exit_code is ExitCode.STALE
    assert [each["id"] for each in world.editor.get(CONNECTORS)] == [old]


def test_a_thing_that_has_more_fields_when_it_is_read_alone_goes_all_the_same(world: World) -> None:
    plan = world.plan(GONE, ALLOWED)
    world.gateway.add(Fault("GET", f"engagements/{ENGAGEMENT}", edit=lambda body: {**body, "onlyHere": 1}))
    assert outcomes(world.execute(plan)) == [Outcome.CONFIRMED]


def test_a_campaign_in_which_somebody_made_an_engagement_after_the_plan_is_not_deleted(world: World) -> None:
    plan = world.plan(f"campaigns: [{{id: {CAMPAIGN}, lifecycle: {{state: absent}}}}]", ALLOWED)
    body = {**world.editor.get(ONE), "name": "Brand new"}
    made = world.editor.create(ENGAGEMENTS, body)["id"]
    run = world.execute(plan)
    assert (run.exit_code, outcomes(run)) == (ExitCode.PARTLY, [Outcome.CONFIRMED, Outcome.STALE])
    assert '"Brand new"' in run.results[1].reason
    assert [each["id"] for each in world.editor.get(ENGAGEMENTS)] == [made]


def test_a_campaign_that_goes_is_told_to_be_checked_without_its_engagements(world: World) -> None:
    run = remove(world, f"campaigns: [{{id: {CAMPAIGN}, lifecycle: {{state: absent}}}}]")
    assert [result.notes for result in run.results] == [(), (WITH_ALL_IN_IT,)]


def test_a_deletion_without_a_revision_says_so(tmp_path: Path) -> None:
    with (
        running(tmp_path / "sandbox.db", ACCOUNT, settings=parse(["connector-revisions=no"])) as address,
        connect(
            ACCOUNT,
            endpoint=Endpoint.for_sandbox(address.url),
            credentials=UserPassword(address.username, address.password),
            quirks=QUIRKS,
            waits=QUICK,
        ) as client,
        Editor(address) as editor,
        gateway(address.url) as front,
    ):
        editor.sign_in()
        editor.create(CONNECTORS, implicit("Old"))
        run = remove(World(client, editor, front), "connectors: [{name: Old, lifecycle: {state: absent}}]")
    assert (run.exit_code, run.results[0].notes[0]) == (ExitCode.DONE, NO_REVISION)

"""Rollback against the sandbox: back to the before-images, and nobody else's edits touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lpconf.apply.executor import execute
from lpconf.apply.records import file_of, load, runs
from lpconf.engine.plan import plan as make_plan
from lpconf.engine.rollback import rollback
from lpconf.liveperson.read import read, read_for
from lpconf.model.address import Kind
from lpconf.model.errors import ExitCode
from lpconf.model.plan import Action, Plan
from lpconf.model.policy import Policy
from lpconf.model.record import RunRecord
from lpconf.model.run import Run
from tests.account import QUIRKS, TUTORIAL, make_key, named, site
from tests.canary import CANARY
from tests.gateway import Fault
from tests.sandbox.client import CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, code_flow, implicit

from .conftest import QUICK, World
from .runs import NOW, begin

ONE = f"{ENGAGEMENTS}/{ENGAGEMENT}"
ALLOWED = Policy(allow_delete=True, secrets=frozenset({"LPCONF_SECRET_IDP"}))
SECRETS = {"LPCONF_SECRET_IDP": CANARY}
KINDS = (Kind.CONNECTOR, Kind.CAMPAIGN)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "runs"
    folder.mkdir(mode=0o700)
    return folder


def applied(world: World, state: Path, plan: Plan) -> Run:
    """Apply a plan with a journal, a minute after the one before."""
    moment = NOW + timedelta(minutes=len(runs(state)))
    with begin(state, plan, now=lambda: moment) as journal:
        return execute(
            plan, world.client, secrets=SECRETS, quirks=QUIRKS, waits=QUICK, clock=world.clock, journal=journal
        )


def apply(world: World, state: Path, declared: str) -> RunRecord:
    """Apply a configuration, and the record of that run."""
    run = applied(world, state, world.plan(declared, ALLOWED))
    assert run.exit_code is ExitCode.DONE
    return latest(state)


def latest(state: Path) -> RunRecord:
    return load(file_of(state, runs(state)[0].id))


def back(world: World, record: RunRecord, policy: Policy = ALLOWED) -> Plan:
    live = read_for(KINDS, world.client)
    return rollback(record, live, target=world.client.target, quirks=QUIRKS, policy=policy)


def roll_back(world: World, state: Path, record: RunRecord) -> Run:
    return applied(world, state, back(world, record))


def edit(world: World, path: str, **fields: Any) -> None:
    world.editor.put(path, {**world.editor.get(path), **fields})


def account(world: World) -> dict[str, Any]:
    """The account as JSON: by name where a thing may have a new id, without dates and revisions."""
    connectors = {each["id"]: each["name"] for each in world.editor.get(CONNECTORS)}
    found: dict[str, Any] = {"connectors": {each["name"]: _plain(each) for each in world.editor.get(CONNECTORS)}}
    for campaign in world.editor.get(CAMPAIGNS):
        whole = world.editor.get(f"{CAMPAIGNS}/{campaign['id']}")
        engagements = whole.pop("engagements")
        for each in engagements:
            each["connectorId"] = connectors.get(each["connectorId"])
        found[whole["name"]] = {
            **_plain(whole),
            "engagements": {each["name"]: _plain(each) for each in engagements},
        }
    return found


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    own = {"id", "createdDate", "modifiedDate", "engagementIds", "engagementCollectionRevision"}
    return {key: value for key, value in body.items() if key not in own}


def test_the_tutorial_is_taken_back(world: World, state: Path) -> None:
    before = account(world)
    record = apply(world, state, TUTORIAL)
    plan = back(world, record)
    assert [(str(each.address), each.action) for each in plan.changes] == [
        ('connector["Consumer authentication"]', Action.DELETE),
        ("campaign[default]/engagement[default]", Action.UPDATE),
    ]
    assert [step.action for step in plan.steps] == [Action.UPDATE, Action.DELETE]
    assert roll_back(world, state, record).exit_code is ExitCode.DONE
    assert account(world) == before
    assert back(world, record).changes == ()


class TestAMixedRun:
    """Things of every kind are created, changed and deleted; references change hands."""

    DECLARED = f"""
        connectors:
          - name: Old
            lifecycle: {{state: absent}}
          - name: New
            flow: implicit
            authentication_endpoint: https://new.bank.com
            jwt_public_key: {make_key()}
          - name: Kept
            description: changed
            preferred: true
        campaigns:
          - find: default
            description: changed
            engagements:
              - find: default
                enabled: false
                connector: New
                description: changed
                extra: {{weight: 0.9}}
              - {{name: Doomed, lifecycle: {{state: absent}}}}
              - {{name: Fresh, enabled: true, authenticated_visitors_only: false}}
          - name: Winter
            lifecycle: {{state: absent}}
          - name: Summer
            status: published
            start_date: "2026-01-05 00:00:00"
            time_zone: Europe/Berlin
            engagements: [{{name: Beach, enabled: true, authenticated_visitors_only: false}}]
    """

    @pytest.fixture
    def run(self, world: World, state: Path) -> tuple[dict[str, Any], RunRecord]:
        """The account before the run, and the run."""
        editor = world.editor
        old = editor.create(CONNECTORS, implicit("Old", jwtPublicKey=make_key()))["id"]
        editor.create(CONNECTORS, implicit("Kept", issuer="kept", jwtPublicKey=make_key()))
        edit(world, ONE, connectorId=old, unknown={"deep": [1, None]})
        model = editor.get(ONE)
        editor.create(ENGAGEMENTS, {**model, "id": None, "name": "Doomed", "connectorId": old, "description": "d"})
        default = editor.get(f"{CAMPAIGNS}/{CAMPAIGN}")
        winter = {**default, "id": None, "name": "Winter", "engagements": [], "engagementIds": []}
        inside = f"{CAMPAIGNS}/{editor.create(CAMPAIGNS, winter)['id']}/engagements"
        editor.create(inside, {**model, "id": None, "name": "Ski", "connectorId": old})
        before = account(world)
        return before, apply(world, state, self.DECLARED)

    def test_it_comes_back_to_the_same_json(
        self, world: World, state: Path, run: tuple[dict[str, Any], RunRecord]
    ) -> None:
        before, record = run
        assert account(world) != before
        plan = back(world, record)
        assert plan.conflicts == ()
        result = applied(world, state, plan)
        assert result.exit_code is ExitCode.DONE
        assert account(world) == before

    def test_the_rollback_can_be_taken_back_too(
        self, world: World, state: Path, run: tuple[dict[str, Any], RunRecord]
    ) -> None:
        after = account(world)
        roll_back(world, state, run[1])
        assert roll_back(world, state, latest(state)).exit_code is ExitCode.DONE
        assert account(world) == after

    def test_what_somebody_changed_since_is_left_alone_and_listed(
        self, world: World, state: Path, run: tuple[dict[str, Any], RunRecord]
    ) -> None:
        edit(world, ONE, description="mine", language="fr-FR")
        fresh = next(each for each in world.editor.get(ENGAGEMENTS) if each["name"] == "Fresh")["id"]
        edit(world, f"{ENGAGEMENTS}/{fresh}", weight=0.1)
        plan = back(world, run[1])
        assert plan.conflicts == (
            "campaign[default]/engagement[default].description: it changed after the run, and stays as it is",
            'campaign[default]/engagement["Fresh"]: weight changed after the run made it.',
        )
        result = applied(world, state, plan)
        assert result.exit_code is ExitCode.BLOCKED
        after = world.editor.get(ONE)
        assert (after["description"], after["language"], after["enabled"], after["weight"]) == (
            "mine",
            "fr-FR",
            True,
            0.5,
        )
        assert world.editor.get(f"{ENGAGEMENTS}/{fresh}")["weight"] == 0.1

    def test_a_new_campaign_with_somebody_elses_engagement_stays(
        self, world: World, state: Path, run: tuple[dict[str, Any], RunRecord]
    ) -> None:
        summer = next(each for each in world.editor.get(CAMPAIGNS) if each["name"] == "Summer")["id"]
        world.editor.create(f"{CAMPAIGNS}/{summer}/engagements", {**world.editor.get(ONE), "id": None, "name": "Mine"})
        (conflict,) = back(world, run[1]).conflicts
        assert conflict.startswith('campaign["Summer"]: it holds engagements that stay: "Mine" (id ')

    def test_deletions_need_the_flag_and_everything_else_is_done(
        self, world: World, run: tuple[dict[str, Any], RunRecord]
    ) -> None:
        plan = back(world, run[1], Policy())
        blocked = {str(change.address) for change in plan.blocked}
        assert {'connector["New"]', 'campaign["Summer"]', 'campaign["Summer"]/engagement["Beach"]'} <= blocked
        assert all(step.action is not Action.DELETE for step in plan.steps)

    def test_a_name_that_is_taken_by_now_is_not_taken_twice(
        self, world: World, run: tuple[dict[str, Any], RunRecord]
    ) -> None:
        world.editor.create(CONNECTORS, implicit("Old"))
        conflicts = back(world, run[1]).conflicts
        assert 'connector["Old"]: there is another of its name by now.' in conflicts
        assert "campaign[default]/engagement[default].connector: the connector of before is gone" in conflicts


class TestConflicts:
    CHANGE = "campaigns: [{find: default, engagements: [{find: default, enabled: false, language: de-DE}]}]"
    MAKE = """
        connectors:
          - {{name: A, {0}flow: implicit, authentication_endpoint: 'https://a.bank.com', jwt_public_key: {1}}}
    """

    def test_a_changed_thing_that_is_gone_stays_gone(self, world: World, state: Path) -> None:
        record = apply(world, state, self.CHANGE)
        world.editor.delete(ONE)
        plan = back(world, record)
        assert plan.changes == ()
        assert plan.conflicts == ("campaign[default]/engagement[default]: it was deleted after the run.",)

    def test_what_somebody_took_back_already_needs_nothing(self, world: World, state: Path) -> None:
        before = world.editor.get(ONE)
        record = apply(world, state, self.CHANGE)
        edit(world, ONE, enabled=before["enabled"])
        (change,) = back(world, record).changes
        assert [each.word for each in change.fields] == ["language"]

    def test_a_new_thing_that_is_gone_needs_nothing(self, world: World, state: Path) -> None:
        record = apply(world, state, self.MAKE.format("", make_key()))
        world.editor.delete(f"{CONNECTORS}/{world.editor.get(CONNECTORS)[0]['id']}")
        plan = back(world, record)
        assert (plan.changes, plan.conflicts) == ((), ())

    def test_a_new_thing_that_the_configuration_protects_stays(self, world: World, state: Path) -> None:
        record = apply(world, state, self.MAKE.format("lifecycle: {protect: true}, ", make_key()))
        plan = back(world, record)
        assert plan.changes == ()
        assert plan.conflicts == ('connector["A"]: the configuration of a run protects it from being deleted.',)

    def test_a_new_connector_that_engagements_use_by_now_is_blocked(self, world: World, state: Path) -> None:
        record = apply(world, state, self.MAKE.format("", make_key()))
        edit(world, ONE, connectorId=world.editor.get(CONNECTORS)[0]["id"])
        (change,) = back(world, record).changes
        assert "signs visitors in with it" in change.blocks[0].reason

    def test_a_deleted_connector_that_may_have_held_a_secret_is_not_made_without_it(
        self, world: World, state: Path
    ) -> None:
        world.editor.create(CONNECTORS, code_flow("Code"))
        record = apply(world, state, "connectors: [{name: Code, lifecycle: {state: absent}}]")
        plan = back(world, record)
        assert plan.changes == ()
        assert plan.conflicts[0].startswith('connector["Code"]: it may have held a client secret')

    def test_a_changed_connector_with_a_secret_is_taken_back_with_the_secret(self, world: World, state: Path) -> None:
        world.editor.create(CONNECTORS, code_flow("Code", issuer="before"))
        record = apply(
            world, state, "connectors: [{name: Code, jwt_issuer: after, client_secret: {env: LPCONF_SECRET_IDP}}]"
        )
        plan = back(world, record)
        (change,) = plan.changes
        assert [each.word for each in change.fields] == ["jwt_issuer", "client_secret"]
        assert not change.blocked
        assert back(world, record, Policy()).blocked
        assert applied(world, state, plan).exit_code is ExitCode.DONE
        assert world.editor.get(CONNECTORS)[0]["configuration"]["issuer"] == "before"

    def test_an_engagement_whose_campaign_is_gone_stays_gone(self, world: World, state: Path) -> None:
        record = apply(
            world,
            state,
            f"campaigns: [{{find: default, engagements: [{{id: {ENGAGEMENT}, lifecycle: {{state: absent}}}}]}}]",
        )
        world.editor.delete(f"{CAMPAIGNS}/{CAMPAIGN}")
        (conflict,) = back(world, record).conflicts
        assert conflict.endswith("its campaign is gone.")


def test_a_field_that_was_not_there_before_is_taken_away_again(world: World, state: Path) -> None:
    record = apply(
        world, state, "campaigns: [{find: default, engagements: [{find: default, extra: {somethingNew: {deep: 1}}}]}]"
    )
    assert world.editor.get(ONE)["somethingNew"] == {"deep": 1}
    assert roll_back(world, state, record).exit_code is ExitCode.DONE
    assert "somethingNew" not in world.editor.get(ONE)


class TestWhatTheRunLeft:
    """The after-image counts: what LivePerson showed, not what was planned."""

    CHANGE = "campaigns: [{find: default, engagements: [{find: default, language: de-DE, description: mine}]}]"

    def test_a_value_that_liveperson_made_its_own_of_is_taken_back(self, world: World, state: Path) -> None:
        before = world.editor.get(ONE)
        plan = world.plan(self.CHANGE, ALLOWED)
        world.gateway.add(Fault("PUT", ONE, edit_request=lambda body: {**body, "description": "Mine."}))
        assert applied(world, state, plan).exit_code is ExitCode.PARTLY
        assert world.editor.get(ONE)["description"] == "Mine."
        assert roll_back(world, state, latest(state)).exit_code is ExitCode.DONE
        after = world.editor.get(ONE)
        assert (after["language"], after["description"]) == (before["language"], before["description"])

    def test_a_created_campaign_whose_run_was_killed_before_the_proof_is_deleted(
        self, world: World, state: Path
    ) -> None:
        record = apply(world, state, NEW_CAMPAIGN)
        unproven = replace(record, steps=tuple(replace(step, after=None) for step in record.steps))
        plan = back(world, unproven)
        assert plan.conflicts == ()
        assert [change.action for change in plan.changes] == [Action.DELETE, Action.DELETE]


NEW_CAMPAIGN = """
campaigns:
  - name: Shop
    start_date: "2026-01-05 00:00:00"
    time_zone: Europe/Berlin
    engagements: [{name: Chat, enabled: true, authenticated_visitors_only: false}]
"""


class TestProtection:
    MAKE = TestConflicts.MAKE

    def test_what_a_later_configuration_protects_stays(self, world: World, state: Path) -> None:
        record = apply(world, state, self.MAKE.format("", make_key()))
        (made,) = world.editor.get(CONNECTORS)
        live = read_for(KINDS, world.client)
        protected = {named(Kind.CONNECTOR, "Another address"): made["id"]}
        plan = rollback(record, live, target=world.client.target, quirks=QUIRKS, policy=ALLOWED, protected=protected)
        assert (plan.changes, len(plan.conflicts)) == ((), 1)


class TestSecrets:
    SENT = "connectors: [{name: Code, client_secret: {env: LPCONF_SECRET_IDP}}]"

    def test_a_secret_that_the_run_replaced_is_a_conflict(self, world: World, state: Path) -> None:
        world.editor.create(CONNECTORS, code_flow("Code"))
        policy = replace(ALLOWED, write_secrets=frozenset({'connector["Code"].client_secret'}))
        wanted = site(self.SENT)
        live = read(wanted, world.client, QUIRKS, write_secrets=policy.write_secrets)
        plan = make_plan(wanted, live, target=world.client.target, quirks=QUIRKS, policy=policy)
        assert applied(world, state, plan).exit_code is ExitCode.DONE
        taken_back = back(world, latest(state))
        assert taken_back.changes == ()
        assert taken_back.conflicts == (
            'connector["Code"]: the run sent client_secret, and nobody knows what it was before.',
        )


class TestReferences:
    def test_an_engagement_does_not_come_back_without_its_connector(self, world: World, state: Path) -> None:
        old = world.editor.create(CONNECTORS, code_flow("Code"))["id"]
        edit(world, ONE, connectorId=old)
        record = apply(
            world,
            state,
            f"""
            connectors: [{{name: Code, lifecycle: {{state: absent}}}}]
            campaigns: [{{find: default, engagements: [{{id: {ENGAGEMENT}, lifecycle: {{state: absent}}}}]}}]
            """,
        )
        plan = back(world, record)
        assert plan.changes == ()
        assert [line.split(": ", 1)[1].split(",")[0] for line in plan.conflicts] == [
            "it may have held a client secret",
            "the connector that it used is gone",
        ]

    def test_a_copied_name_stays_with_its_reference(self, world: World, state: Path) -> None:
        first, second = (world.editor.create("le-users/skills", {"name": name}) for name in ("First", "Second"))
        edit(world, ONE, skillId=first["id"], skillName="First")
        record = apply(world, state, "campaigns: [{find: default, engagements: [{find: default, skill: Second}]}]")
        third = world.editor.create("le-users/skills", {"name": "Third"})
        edit(world, ONE, skillId=third["id"])
        plan = back(world, record)
        assert plan.changes == ()
        assert plan.conflicts == (
            "campaign[default]/engagement[default].skill: it changed after the run, and stays as it is",
        )
        assert second["id"] != third["id"]


class TestNames:
    def test_a_name_that_another_thing_has_by_now_is_not_given_back(self, world: World, state: Path) -> None:
        connector = world.editor.create(CONNECTORS, implicit("Old", jwtPublicKey=make_key()))["id"]
        record = apply(world, state, f"connectors: [{{id: {connector}, name: New}}]")
        world.editor.create(CONNECTORS, implicit("Old", jwtPublicKey=make_key()))
        plan = back(world, record)
        assert plan.changes == ()
        assert plan.conflicts[0].endswith(".name: there is another of its former name by now")


class TestMaps:
    EXTRA = "campaigns: [{find: default, engagements: [{find: default, extra: {custom: {deep: {er: 1}}}}]}]"

    @pytest.mark.parametrize("before", [{"custom": None}, {"custom": {}}, {"custom": {"deep": {}, "other": 2}}, {}])
    def test_a_map_comes_back_as_it_was(self, world: World, state: Path, before: dict[str, Any]) -> None:
        edit(world, ONE, **before)
        whole = _plain(world.editor.get(ONE))
        record = apply(world, state, self.EXTRA)
        assert roll_back(world, state, record).exit_code is ExitCode.DONE
        assert _plain(world.editor.get(ONE)) == whole

    def test_an_empty_map_of_a_deleted_thing_comes_back(self, world: World, state: Path) -> None:
        edit(world, ONE, custom={"deep": {}})
        before = account(world)
        record = apply(
            world,
            state,
            f"campaigns: [{{find: default, engagements: [{{id: {ENGAGEMENT}, lifecycle: {{state: absent}}}}]}}]",
        )
        assert roll_back(world, state, record).exit_code is ExitCode.DONE
        assert account(world) == before


def test_a_campaign_that_is_published_again_says_what_in_it_is_not_taken_back(world: World, state: Path) -> None:
    record = apply(
        world,
        state,
        "campaigns: [{find: default, status: unpublished, engagements: [{find: default, language: de-DE}]}]",
    )
    edit(world, ONE, language="fr-FR")
    (change,) = back(world, record).changes
    assert change.risks[0].text == "Not all of its engagements are taken back; see what is left alone."
    assert change.risks[0].weakens

"""After a kill: what is done, what is not, found by reading alone.

A journal is taken as it is while its request is held, which is what a kill at that moment leaves behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lpconf.apply.executor import execute
from lpconf.apply.records import load, run_of, runs
from lpconf.apply.recovery import recover, unfinished, wait_for_created
from lpconf.model.errors import ExitCode
from lpconf.model.plan import Plan
from lpconf.model.policy import Policy
from lpconf.model.record import Fate, Recovery, RunSummary
from lpconf.model.run import Outcome
from tests.account import DEMO_KEY, QUIRKS, TUTORIAL
from tests.canary import CANARY
from tests.gateway import Fault
from tests.sandbox.client import CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, implicit

from .conftest import QUICK, World
from .runs import NOW, apply, begin, events, lines, now, only_file

ONE = f"{ENGAGEMENTS}/{ENGAGEMENT}"
ONE_CAMPAIGN = f"{CAMPAIGNS}/{CAMPAIGN}"
MESSAGING = "campaigns: [{find: default, engagements: [{find: default, conversation: messaging}]}]"
DELETE = "campaigns: [{find: default, engagements: [{name: Old, lifecycle: {state: absent}}]}]"


def edit(world: World, path: str, **fields: Any) -> Callable[[], None]:
    def change() -> None:
        world.editor.put(path, {**world.editor.get(path), **fields})

    return change


def cut(world: World, tmp_path: Path, plan: Plan, verb: str, path: str, *, arrives: bool, **secrets: str) -> Path:
    """The state directory that a kill leaves while this request is under way."""
    left: list[bytes] = []
    state = tmp_path / "whole"
    world.gateway.add(
        Fault(verb, path, first=lambda: left.append(only_file(state).read_bytes()), status=None if arrives else 400)
    )
    apply(world, plan, state, **secrets)
    killed = tmp_path / "killed"
    (killed / "runs").mkdir(mode=0o700, parents=True)
    file = killed / "runs" / only_file(state).name
    file.touch(0o600)
    file.write_bytes(left[0])
    return killed


def look(world: World, state: Path, later: float = 0.0) -> tuple[Recovery, ...]:
    """Recovery, some seconds after the kill. It sends no write."""
    before = world.gateway.writes()
    moment: Callable[[], datetime] = lambda: NOW + timedelta(seconds=later)  # noqa: E731
    found = recover(state, unfinished(state, world.client), world.client, QUICK, world.clock, moment)
    assert world.gateway.writes() == before
    return found


def fates(found: tuple[Recovery, ...]) -> list[Fate | None]:
    (only,) = found
    return [step.fate for step in only.steps]


class TestACreation:
    def test_that_arrived_is_found_and_never_made_again(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(TUTORIAL), "POST", CONNECTORS, arrives=True)
        found = look(world, state)
        assert fates(found) == [Fate.DONE, Fate.NOT_DONE]
        assert found[0].steps[0].live_id == world.editor.get(CONNECTORS)[0]["id"]
        assert world.apply(TUTORIAL).exit_code is ExitCode.DONE
        assert len(world.editor.get(CONNECTORS)) == 1

    def test_that_did_not_arrive_is_looked_for_as_long_as_it_may_take_to_show(
        self, world: World, tmp_path: Path
    ) -> None:
        state = cut(world, tmp_path, world.plan(TUTORIAL), "POST", CONNECTORS, arrives=False)
        assert fates(look(world, state)) == [Fate.NOT_DONE, Fate.NOT_DONE]
        assert world.waited == [1, 1, 1]

    @pytest.mark.parametrize("later", [1, 100, -100])
    def test_it_is_looked_for_in_full_whatever_the_clock_says_has_passed(
        self, world: World, tmp_path: Path, later: float
    ) -> None:
        state = cut(world, tmp_path, world.plan(TUTORIAL), "POST", CONNECTORS, arrives=False)
        look(world, state, later)
        assert len(world.waited) == 3

    def test_for_how_long_it_is_looked_for_is_told_before_the_first_look(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(TUTORIAL), "POST", CONNECTORS, arrives=False)
        before = len(world.gateway.requests)
        told: list[tuple[str, float, int]] = []

        def looking(run: RunSummary, seconds: float) -> None:
            told.append((run.id, seconds, len(world.gateway.requests)))

        (run,) = unfinished(state, world.client)
        recover(state, [run], world.client, QUICK, world.clock, now, looking=looking)
        assert told == [(run.id, QUICK.read_back, before)]

    def test_that_shows_late_is_found(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(TUTORIAL), "POST", CONNECTORS, arrives=True)
        world.gateway.add(Fault("GET", f"{CONNECTORS}\\?", edit=lambda _: [], times=2))
        assert fates(look(world, state))[0] is Fate.DONE
        assert world.waited == [1, 1]

    def test_of_which_a_stranger_has_made_one_of_the_same_name_is_not_ours(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(TUTORIAL), "POST", CONNECTORS, arrives=False)
        world.editor.create(CONNECTORS, implicit(jsMethodName="theirs"))
        found = look(world, state)
        assert fates(found)[0] is Fate.FOREIGN
        assert found[0].steps[0].settled is not None
        assert "not as planned" in found[0].steps[0].settled.reason

    def test_of_which_there_are_two_is_unknown(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(TUTORIAL), "POST", CONNECTORS, arrives=True)
        world.gateway.add(Fault("GET", f"{CONNECTORS}\\?", edit=lambda body: body * 2, times=100))
        assert fates(look(world, state))[0] is Fate.UNKNOWN

    def test_inside_a_campaign_that_has_gone_was_not_made(self, world: World, tmp_path: Path) -> None:
        plan = world.plan(
            """
            campaigns:
              - name: Shop
                start_date: "2026-01-05 00:00:00"
                time_zone: Europe/Berlin
                engagements: [{name: Chat, enabled: true, authenticated_visitors_only: false}]
            """
        )
        state = cut(world, tmp_path, plan, "POST", "engagements", arrives=False)
        campaign = load(only_file(state)).steps[0].live_id
        world.editor.delete(f"{CAMPAIGNS}/{campaign}")
        assert fates(look(world, state))[:2] == [Fate.DONE, Fate.NOT_DONE]


class TestAnUpdate:
    def test_that_arrived_is_done(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(MESSAGING), "PUT", ONE, arrives=True)
        assert fates(look(world, state)) == [Fate.DONE]

    def test_that_did_not_arrive_is_not_done(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(MESSAGING), "PUT", ONE, arrives=False)
        assert fates(look(world, state)) == [Fate.NOT_DONE]
        assert world.apply(MESSAGING).exit_code is ExitCode.DONE

    def test_that_somebody_else_wrote_over_is_theirs(self, world: World, tmp_path: Path) -> None:
        plan = world.plan("campaigns: [{find: default, engagements: [{find: default, language: de-DE}]}]")
        state = cut(world, tmp_path, plan, "PUT", ONE, arrives=True)
        edit(world, ONE, language="fr-FR")()
        assert fates(look(world, state)) == [Fate.FOREIGN]

    def test_of_what_somebody_else_deleted_is_theirs(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(MESSAGING), "PUT", ONE, arrives=True)
        world.editor.delete(ONE)
        found = look(world, state)
        assert fates(found) == [Fate.FOREIGN]
        assert found[0].steps[0].settled is not None
        assert found[0].steps[0].settled.reason == "It has been deleted since."

    def test_of_nothing_but_a_secret_is_unknown_for_ever(self, world: World, tmp_path: Path) -> None:
        text = f"""
            connectors:
              - name: Code
                flow: code
                jwt_public_key: {DEMO_KEY}
                token_endpoint: https://idp.bank.com/token
                client_id: lp
                client_secret: {{env: LPCONF_SECRET_IDP}}
        """
        policy = Policy(secrets=frozenset({"LPCONF_SECRET_IDP"}))
        world.execute(world.plan(text, policy), LPCONF_SECRET_IDP=CANARY)
        plan = world.plan(text + "        js_method_name: getToken\n", policy)
        secret = tuple(each for each in plan.steps[0].fields if each.sensitive)
        plan = replace(
            plan,
            changes=(replace(plan.changes[0], fields=secret),),
            steps=(replace(plan.steps[0], fields=secret),),
        )
        state = cut(world, tmp_path, plan, "PUT", CONNECTORS, arrives=True, LPCONF_SECRET_IDP=CANARY)
        assert fates(look(world, state)) == [Fate.UNKNOWN]
        assert look(world, state) == ()


class TestADeletion:
    @pytest.fixture
    def plan(self, world: World) -> Plan:
        world.editor.create(ENGAGEMENTS, {**world.editor.get(ONE), "id": None, "name": "Old"})
        return world.plan(DELETE, Policy(allow_delete=True))

    def test_that_arrived_is_done(self, world: World, tmp_path: Path, plan: Plan) -> None:
        state = cut(world, tmp_path, plan, "DELETE", "engagements", arrives=True)
        assert fates(look(world, state)) == [Fate.DONE]
        assert load(only_file(state)).steps[0].before is not None

    def test_that_did_not_arrive_is_not_done(self, world: World, tmp_path: Path, plan: Plan) -> None:
        state = cut(world, tmp_path, plan, "DELETE", "engagements", arrives=False)
        assert fates(look(world, state)) == [Fate.NOT_DONE]
        assert world.waited == [1, 1, 1]


class TestTheJournal:
    def test_it_is_settled_once(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(MESSAGING), "PUT", ONE, arrives=True)
        assert len(look(world, state)) == 1
        assert look(world, state) == ()
        assert events(only_file(state))[-2:] == ["settled", "recovered"]
        (summary,) = runs(state)
        assert (summary.open, summary.exit_code, summary.settled) == (False, None, "2026-01-05T10:15:02.123456Z")
        record = load(only_file(state))
        assert record.steps[0].fate is Fate.DONE

    def test_before_the_first_request_there_is_nothing_to_look_up(
        self, world: World, tmp_path: Path, requests_of: Callable[[Callable[[], object]], list[tuple[str, str]]]
    ) -> None:
        with begin(tmp_path / "state", world.plan(TUTORIAL)):
            pass
        assert requests_of(lambda: look(world, tmp_path / "state")) == []
        assert [result.outcome for result in run_of(load(only_file(tmp_path / "state"))).results] == [
            Outcome.NOT_ATTEMPTED
        ] * 2

    def test_what_was_answered_before_the_kill_is_done(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(TUTORIAL), "PUT", ONE, arrives=False)
        file = only_file(state)
        kept = [line for line in file.read_bytes().splitlines(keepends=True) if b'"event": "step"' not in line]
        file.write_bytes(b"".join(kept))
        (connector, engagement) = run_of(load(file)).results
        assert (connector.outcome, engagement.outcome) == (Outcome.NOT_VISIBLE, Outcome.UNKNOWN)
        assert connector.live_id == world.editor.get(CONNECTORS)[0]["id"]
        assert fates(look(world, state)) == [Fate.DONE, Fate.NOT_DONE]

    def test_what_was_refused_before_the_kill_is_not_done(self, world: World, tmp_path: Path) -> None:
        plan = world.plan(MESSAGING)
        world.gateway.add(Fault("PUT", ONE, status=400))
        apply(world, plan, tmp_path / "state")
        file = only_file(tmp_path / "state")
        kept = file.read_bytes().splitlines(keepends=True)
        file.write_bytes(b"".join(kept[:-2]))
        assert [result.outcome for result in run_of(load(file)).results] == [Outcome.FAILED]
        assert fates(look(world, tmp_path / "state")) == [Fate.NOT_DONE]

    def test_an_end_with_an_unknown_outcome_is_looked_into_too(self, world: World, tmp_path: Path) -> None:
        plan = world.plan(TUTORIAL)
        world.gateway.add(Fault("POST", CONNECTORS, lose_answer=True))
        world.gateway.add(Fault("GET", f"{CONNECTORS}\\?", edit=lambda _: [], times=5))
        run = apply(world, plan, tmp_path / "state")
        assert run.results[0].outcome is Outcome.UNKNOWN
        (summary,) = runs(tmp_path / "state")
        assert (summary.exit_code, summary.unknown, summary.open) == (4, 1, True)
        assert fates(look(world, tmp_path / "state")) == [Fate.DONE, Fate.NOT_DONE]
        assert runs(tmp_path / "state")[0].exit_code == 4
        assert not runs(tmp_path / "state")[0].open

    def test_what_cannot_be_looked_at_now_is_looked_at_again(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(MESSAGING), "PUT", ONE, arrives=True)
        world.gateway.add(Fault("GET", f"{ONE}\\?", status=503, times=QUICK.tries + 1))
        (found,) = look(world, state)
        assert found.steps[0].fate is None
        assert found.problem
        assert fates(look(world, state)) == [Fate.DONE]

    def test_a_result_without_a_request_cannot_be_looked_up(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(MESSAGING), "PUT", ONE, arrives=True)
        file = only_file(state)
        head = file.read_bytes().splitlines(keepends=True)[:2]
        unknown = (
            b'{"event": "step", "step": 0, "time": "", "outcome": "unknown", "id": null, "reason": "", '
            b'"differences": [], "notes": [], "already": false}\n'
        )
        file.write_bytes(b"".join([*head, unknown]))
        assert fates(look(world, state)) == [Fate.UNKNOWN]

    def test_an_intent_without_an_id_is_a_problem_and_no_crash(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(MESSAGING), "PUT", ONE, arrives=True)
        file = only_file(state)
        file.write_bytes(
            file.read_bytes().replace(f'"id": {ENGAGEMENT}, "campaign_id"'.encode(), b'"id": null, "campaign_id"')
        )
        (found,) = look(world, state)
        assert "names no id" in found.problem

    def test_a_disk_that_is_full_is_told_and_the_rest_is_told_anyway(
        self, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        state = cut(world, tmp_path, world.plan(MESSAGING), "PUT", ONE, arrives=True)
        monkeypatch.setattr("os.fsync", _full)
        (found,) = look(world, state)
        assert found.steps[0].fate is Fate.DONE
        assert "No space left on device" in found.problem

    def test_runs_of_other_accounts_are_left_alone(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(MESSAGING), "PUT", ONE, arrives=True)
        file = only_file(state)
        file.write_bytes(file.read_bytes().replace(b'"account": "12345678"', b'"account": "99"', 1))
        assert look(world, state) == ()

    def test_several_are_looked_into_the_oldest_first(self, world: World, tmp_path: Path) -> None:
        state = tmp_path / "state"
        for moment in (NOW, NOW + timedelta(minutes=1)):
            with begin(state, world.plan(MESSAGING), now=lambda moment=moment: moment):
                pass
        assert [each.summary.time[14:16] for each in look(world, state)] == ["15", "16"]


def _full(_: int) -> None:
    import errno

    raise OSError(errno.ENOSPC, "No space left on device")


def test_without_any_journal_apply_converges_too(world: World, tmp_path: Path) -> None:
    cut(world, tmp_path, world.plan(TUTORIAL), "PUT", ONE, arrives=False)
    run = execute(world.plan(TUTORIAL), world.client, secrets={}, quirks=QUIRKS, waits=QUICK, clock=world.clock)
    assert run.exit_code is ExitCode.DONE
    assert len(world.editor.get(CONNECTORS)) == 1


def test_the_journal_names_the_request_before_it_is_sent(world: World, tmp_path: Path) -> None:
    state = cut(world, tmp_path, world.plan(MESSAGING), "PUT", ONE, arrives=True)
    intent = lines(only_file(state))[-1]
    assert (intent["method"], intent["kind"], intent["id"], intent["campaign_id"], intent["time"]) == (
        "PUT",
        "engagement",
        ENGAGEMENT,
        CAMPAIGN,
        now().isoformat().replace("+00:00", "Z"),
    )


def wait(world: World, state: Path, later: float = 0.0) -> list[float]:
    """How long is waited for what was created, some seconds after the run."""
    before = len(world.waited)
    wait_for_created(state, world.client, QUICK, world.clock, lambda: NOW + timedelta(seconds=later))
    return world.waited[before:]


class TestWhatWasCreatedAndNotSeen:
    """A plan made of reads that lag would create it again."""

    NOWHERE = Fault("GET", f"{CONNECTORS}\\?", edit=lambda _: [], times=2)

    def test_before_a_kill_is_waited_for(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(TUTORIAL), "PUT", "engagements", arrives=True)
        world.gateway.add(self.NOWHERE)
        assert wait(world, state) == [1, 1]

    def test_before_the_account_was_lost_is_waited_for(self, world: World, tmp_path: Path) -> None:
        plan = world.plan(TUTORIAL)
        world.gateway.add(Fault("GET", f"{CONNECTORS}\\?"))  # the look before the creation
        world.gateway.add(Fault("GET", f"{CONNECTORS}\\?", status=403))
        assert apply(world, plan, tmp_path / "state").exit_code is ExitCode.PARTLY
        world.gateway.add(self.NOWHERE)
        assert wait(world, tmp_path / "state") == [1, 1]

    def test_is_waited_for_no_longer_than_it_may_take_to_show(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(TUTORIAL), "PUT", "engagements", arrives=True)
        world.gateway.add(replace(self.NOWHERE, times=99))
        assert wait(world, state, later=1) == [1, 1]

    def test_for_how_long_is_told_before_the_wait_and_only_then(self, world: World, tmp_path: Path) -> None:
        state = cut(world, tmp_path, world.plan(TUTORIAL), "PUT", "engagements", arrives=True)
        told: list[tuple[str, float, list[float]]] = []

        def looking(run: RunSummary, seconds: float) -> None:
            told.append((run.id, seconds, list(world.waited)))

        before = list(world.waited)
        for _ in range(2):
            wait_for_created(state, world.client, QUICK, world.clock, now, looking=looking)
            world.gateway.add(self.NOWHERE)
        assert told == [(load(only_file(state)).summary.id, QUICK.read_back, before)]

    def test_is_not_looked_for_long_after_the_run(
        self, world: World, tmp_path: Path, requests_of: Callable[[Callable[[], object]], list[tuple[str, str]]]
    ) -> None:
        plan = world.plan(TUTORIAL)
        world.gateway.add(Fault("GET", f"{CONNECTORS}\\?"))  # the look before the creation
        world.gateway.add(Fault("GET", f"{CONNECTORS}\\?", status=403))
        apply(world, plan, tmp_path / "state")
        assert requests_of(lambda: wait(world, tmp_path / "state", later=99)) == []

    def test_is_not_looked_for_after_a_run_that_has_seen_it(
        self, world: World, tmp_path: Path, requests_of: Callable[[Callable[[], object]], list[tuple[str, str]]]
    ) -> None:
        apply(world, world.plan(TUTORIAL), tmp_path / "state")
        assert requests_of(lambda: wait(world, tmp_path / "state")) == []

    def test_in_a_campaign_that_has_gone_since_is_not_waited_for(self, world: World, tmp_path: Path) -> None:
        inside = "{name: New, authenticated_visitors_only: false}"
        plan = world.plan(f"campaigns: [{{find: default, description: new, engagements: [{inside}]}}]")
        state = cut(world, tmp_path, plan, "PUT", ONE_CAMPAIGN, arrives=False)
        world.editor.delete(ONE_CAMPAIGN)
        assert wait(world, state) == []

"""Ctrl-C and SIGTERM: the first lets the request in flight end, the second stops at once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lpconf.apply.clock import Clock
from lpconf.apply.executor import execute
from lpconf.apply.interruption import FIRST, SIGNALS, Interruption
from lpconf.apply.records import load, runs
from lpconf.model.errors import ExitCode
from lpconf.model.plan import Plan
from lpconf.model.policy import Policy
from lpconf.model.run import Outcome, Run
from tests.account import QUIRKS, TUTORIAL
from tests.gateway import Fault
from tests.sandbox.client import CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS

from .conftest import QUICK, World
from .runs import begin, only_file

ONE = f"{ENGAGEMENTS}/{ENGAGEMENT}"
ONE_CAMPAIGN = f"{CAMPAIGNS}/{CAMPAIGN}"
MESSAGING = "campaigns: [{find: default, engagements: [{find: default, conversation: messaging}]}]"
BOTH = "campaigns: [{find: default, description: new, engagements: [{find: default, conversation: messaging}]}]"


class Stop:
    """A user who asks to stop; waiting passes time, and none after that."""

    def __init__(self) -> None:
        self.asked = False
        self.waited: list[float] = []

    def ask(self) -> None:
        self.asked = True

    @property
    def clock(self) -> Clock:
        def wait(seconds: float) -> None:
            assert not self.asked or len(self.waited) < 10, "it waits although it should stop"
            self.waited.append(0 if self.asked else seconds)

        return Clock(now=lambda: sum(self.waited), wait=wait, stopped=lambda: self.asked)


@pytest.fixture
def stop() -> Stop:
    return Stop()


def run(world: World, plan: Plan, stop: Stop, state: Path) -> Run:
    with begin(state, plan) as journal:
        return execute(plan, world.client, secrets={}, quirks=QUIRKS, waits=QUICK, clock=stop.clock, journal=journal)


def outcomes(run: Run) -> list[Outcome]:
    return [result.outcome for result in run.results]


class TestTheFirst:
    def test_ends_the_request_in_flight_and_attempts_no_other(self, world: World, tmp_path: Path, stop: Stop) -> None:
        plan = world.plan(TUTORIAL)
        world.gateway.add(Fault("POST", CONNECTORS, first=stop.ask))
        made = run(world, plan, stop, tmp_path)
        assert outcomes(made) == [Outcome.CONFIRMED, Outcome.NOT_ATTEMPTED]
        assert made.results[1].reason == "Interrupted."
        assert made.exit_code is ExitCode.PARTLY
        assert stop.waited == []
        assert runs(tmp_path)[0].exit_code == 4
        assert not runs(tmp_path)[0].open

    def test_reads_back_once_without_waiting(self, world: World, tmp_path: Path, stop: Stop) -> None:
        plan = world.plan(TUTORIAL)
        world.gateway.add(Fault("POST", CONNECTORS, first=stop.ask))
        world.gateway.add(Fault("GET", f"{CONNECTORS}\\?", edit=lambda _: [], times=100))
        assert outcomes(run(world, plan, stop, tmp_path)) == [Outcome.NOT_VISIBLE, Outcome.NOT_ATTEMPTED]
        assert stop.waited == []

    def test_before_anything_was_sent_writes_nothing(self, world: World, tmp_path: Path, stop: Stop) -> None:
        plan = world.plan(TUTORIAL)
        stop.ask()
        made = run(world, plan, stop, tmp_path)
        assert outcomes(made) == [Outcome.NOT_ATTEMPTED] * 2
        assert made.exit_code is ExitCode.ERROR
        assert world.gateway.writes() == []

    def test_while_a_thing_is_read_for_its_write_writes_nothing(self, world: World, tmp_path: Path, stop: Stop) -> None:
        plan = world.plan(MESSAGING)
        world.gateway.add(Fault("GET", f"{ONE}\\?", first=stop.ask))
        made = run(world, plan, stop, tmp_path)
        assert outcomes(made) == [Outcome.NOT_ATTEMPTED]
        assert made.results[0].reason == "Interrupted before it was sent."
        assert world.gateway.writes() == []

    def test_settles_a_creation_whose_answer_is_lost_with_one_look(
        self, world: World, tmp_path: Path, stop: Stop
    ) -> None:
        plan = world.plan(TUTORIAL)
        world.gateway.add(Fault("POST", CONNECTORS, first=stop.ask, lose_answer=True))
        made = run(world, plan, stop, tmp_path)
        assert outcomes(made) == [Outcome.CONFIRMED, Outcome.NOT_ATTEMPTED]
        assert stop.waited == []

    def test_leaves_unknown_what_one_look_does_not_show(self, world: World, tmp_path: Path, stop: Stop) -> None:
        plan = world.plan(TUTORIAL)
        world.gateway.add(Fault("POST", CONNECTORS, first=stop.ask, status=502))
        assert outcomes(run(world, plan, stop, tmp_path)) == [Outcome.UNKNOWN, Outcome.NOT_ATTEMPTED]
        assert stop.waited == []
        assert runs(tmp_path)[0].open

    def test_does_not_send_again_what_did_not_arrive(self, world: World, tmp_path: Path, stop: Stop) -> None:
        plan = world.plan(MESSAGING)
        world.gateway.add(Fault("PUT", ONE, first=stop.ask, status=502))
        assert outcomes(run(world, plan, stop, tmp_path)) == [Outcome.UNKNOWN]
        assert len(world.gateway.writes()) == 1

    def test_does_not_send_again_what_was_refused_as_out_of_date(
        self, world: World, tmp_path: Path, stop: Stop
    ) -> None:
        plan = world.plan(MESSAGING)

        def both() -> None:
            world.editor.put(ONE, {**world.editor.get(ONE), "language": "fr-FR"})
            stop.ask()

        world.gateway.add(Fault("PUT", ONE, first=both))
        made = run(world, plan, stop, tmp_path)
        assert outcomes(made) == [Outcome.NOT_ATTEMPTED]
        assert made.exit_code is ExitCode.ERROR

    def test_does_not_wait_out_too_many_requests(self, world: World, tmp_path: Path, stop: Stop) -> None:
        plan = world.plan(MESSAGING)
        world.gateway.add(Fault("PUT", ONE, first=stop.ask, status=429, times=100))
        assert outcomes(run(world, plan, stop, tmp_path)) == [Outcome.FAILED]
        assert (len(world.gateway.writes()), stop.waited) == (1, [])

    def test_does_not_wait_for_engagements_to_show(self, world: World, tmp_path: Path, stop: Stop) -> None:
        plan = world.plan(BOTH)

        def old(body: dict[str, list[dict[str, int]]]) -> object:
            body["engagements"][0]["conversationType"] = 0
            return body

        world.gateway.add(Fault("GET", f"{ONE_CAMPAIGN}\\?", first=stop.ask, edit=old, times=100))
        assert outcomes(run(world, plan, stop, tmp_path)) == [Outcome.NOT_VISIBLE, Outcome.NOT_ATTEMPTED]
        assert [verb for verb, _ in world.gateway.writes()] == ["PUT"]

    @pytest.mark.parametrize(("status", "outcome"), [(409, Outcome.NOT_ATTEMPTED), (502, Outcome.UNKNOWN)])
    def test_does_not_send_a_deletion_again(
        self, world: World, tmp_path: Path, stop: Stop, status: int, outcome: Outcome
    ) -> None:
        world.editor.create(ENGAGEMENTS, {**world.editor.get(ONE), "id": None, "name": "Old"})
        plan = world.plan(
            "campaigns: [{find: default, engagements: [{name: Old, lifecycle: {state: absent}}]}]",
            Policy(allow_delete=True),
        )
        world.gateway.add(Fault("DELETE", "engagements", first=stop.ask, status=status))
        assert outcomes(run(world, plan, stop, tmp_path)) == [outcome]
        assert len(world.gateway.writes()) == 1

    def test_during_the_last_write_cuts_nothing_short(self, world: World, tmp_path: Path, stop: Stop) -> None:
        plan = world.plan(MESSAGING)
        world.gateway.add(Fault("PUT", ONE, first=stop.ask))
        assert run(world, plan, stop, tmp_path).exit_code is ExitCode.DONE


def test_a_second_one_leaves_a_journal_that_tells(world: World, tmp_path: Path, stop: Stop) -> None:
    import _thread

    plan = world.plan(TUTORIAL)
    world.gateway.add(Fault("POST", CONNECTORS, first=_thread.interrupt_main))
    made = run(world, plan, stop, tmp_path)
    assert outcomes(made) == [Outcome.UNKNOWN, Outcome.NOT_ATTEMPTED]
    assert runs(tmp_path)[0].open
    assert load(only_file(tmp_path)).steps[0].fate is None


class TestSignals:
    @pytest.fixture(autouse=True)
    def _heard(self) -> Iterator[None]:
        """The signals as in a terminal: who runs the tests may have them ignored."""
        before = {number: signal.signal(number, signal.SIG_DFL) for number in SIGNALS}
        yield
        for number, handler in before.items():
            signal.signal(number, handler)

    @pytest.fixture
    def interruption(self) -> Iterator[Interruption]:
        with Interruption() as value:
            yield value

    @pytest.mark.parametrize("number", SIGNALS)
    def test_the_first_is_noted_and_told(self, number: int, capfd: pytest.CaptureFixture[str]) -> None:
        with Interruption() as interruption, interruption.handled():
            assert not interruption.asked()
            signal.raise_signal(number)
            assert interruption.asked()
        assert capfd.readouterr().err == FIRST.decode()

    def test_the_second_stops_and_more_do_not_hide_the_report(self, interruption: Interruption) -> None:
        with interruption.handled():
            signal.raise_signal(signal.SIGTERM)
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    def test_it_ends_the_wait_under_way_and_every_later_one(self, interruption: Interruption) -> None:
        before = signal.signal(signal.SIGALRM, interruption._handle)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            began = time.monotonic()
            interruption.wait(60)
            interruption.wait(60)
            assert time.monotonic() - began < 60
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def test_without_one_a_wait_takes_its_time(self, interruption: Interruption) -> None:
        began = time.monotonic()
        interruption.wait(0.02)
        interruption.wait(-1)
        assert time.monotonic() - began >= 0.019

    def test_afterwards_signals_are_as_before(self, interruption: Interruption) -> None:
        before = [signal.getsignal(number) for number in SIGNALS]
        with interruption.handled():
            pass
        assert [signal.getsignal(number) for number in SIGNALS] == before

    def test_where_stderr_is_closed_no_other_file_is_written_to(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stderr", None)
        with Interruption() as interruption, interruption.handled():
            signal.raise_signal(signal.SIGTERM)
            assert interruption.asked()

    def test_a_stderr_that_cannot_be_written_is_no_matter(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        with (tmp_path / "file").open("w") as file, monkeypatch.context() as patched:
            read_only = os.open(tmp_path / "file", os.O_RDONLY)
            patched.setattr("sys.stderr", _Stream(lambda: read_only))
            with Interruption() as interruption, interruption.handled():
                signal.raise_signal(signal.SIGTERM)
                assert interruption.asked()
            os.close(read_only)
            assert file.tell() == 0


class _Stream:
    def __init__(self, fileno: Callable[[], int]) -> None:
        self.fileno = fileno

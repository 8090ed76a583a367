"""Kills, interruptions, locks and journals, as a user meets them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.gateway import Fault, Gateway, gateway
from tests.sandbox.client import CONNECTORS, ENGAGEMENT, ENGAGEMENTS

from .conftest import LPCONF, SITE, Run, Served, clean_environment

ONE = f"{ENGAGEMENTS}/{ENGAGEMENT}"
APPLY = ("apply", SITE, "--auto-approve", "--allow-demo-key")
PLAN = ("plan", SITE, "--allow-demo-key", "--detailed-exitcode")


@contextmanager
def started(front: Gateway, served: Served, tmp_path: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """An apply of the tutorial through the gateway, with its state where the `lpconf` fixture has it."""
    environment = clean_environment(
        **{**served.environment, "LPCONF_DISCOVERY_URL": front.url, "LPCONF_STATE_DIR": str(tmp_path / "state")}
    )
    with subprocess.Popen(
        [LPCONF, *APPLY, *more],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def front(served: Served) -> Iterator[Gateway]:
    """The same address before and after a kill: journals belong to an account at a discovery host."""
    with gateway(served.environment["LPCONF_DISCOVERY_URL"]) as made:
        yield made


@pytest.fixture
def through(lpconf: Run, served: Served, front: Gateway) -> Run:
    """Runs a command through the gateway."""

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return lpconf(*arguments, **{**served.environment, "LPCONF_DISCOVERY_URL": front.url, **more})

    return run


def report(process: subprocess.Popen[str]) -> str:
    """What a run says on stdout. Its stderr is read by who sends the signals."""
    assert process.stdout is not None
    said = process.stdout.read()
    process.wait(timeout=60)
    return said


def age(state: Path) -> None:
    """Let the requests of the journal have been sent long ago: what has not shown by now never will."""
    for file in (state / "runs").iterdir():
        file.write_text(re.sub(r'("event": "intent", "step": \d+, "time": ")\d{4}', r"\g<1>2001", file.read_text()))


def kill_at(served: Served, front: Gateway, tmp_path: Path, verb: str, path: str, *, arrives: bool) -> None:
    """Start an apply and kill it -9 while a request is under way: it then arrives, or it never does."""
    process: list[subprocess.Popen[str]] = []
    begun = threading.Event()

    def kill() -> None:
        assert begun.wait(60)
        process[0].kill()
        process[0].wait(timeout=60)

    front.add(Fault(verb, path, first=kill, status=None if arrives else 400))
    with started(front, served, tmp_path) as running:
        process.append(running)
        begun.set()
        running.wait(timeout=60)
        assert running.returncode == -signal.SIGKILL
    front.settle()
    age(tmp_path / "state")


class TestKilled:
    @pytest.mark.parametrize("arrives", [True, False])
    @pytest.mark.parametrize(("verb", "path"), [("POST", CONNECTORS), ("PUT", ONE)])
    def test_the_next_plan_says_what_happened_and_apply_converges(
        self, through: Run, served: Served, front: Gateway, tmp_path: Path, verb: str, path: str, arrives: bool
    ) -> None:
        kill_at(served, front, tmp_path, verb, path, arrives=arrives)
        writes = len(front.writes())
        planned = through(*PLAN)
        assert len(front.writes()) == writes
        looks, found = "was cut short.\nlpconf looks for up to 30 seconds", "was interrupted."
        assert 0 < planned.stderr.index(looks) < planned.stderr.index(found)
        address = 'connector["Consumer authentication"]' if verb == "POST" else "campaign[default]/engagement[default]"
        what = f"  {address} ({'created' if verb == 'POST' else 'changed'}, id "
        assert (what in planned.stderr.partition("Not done:")[0]) is arrives
        assert "was interrupted" not in through(*PLAN).stderr
        applied = through(*APPLY)
        assert applied.returncode == 0
        assert len(served.editor.get(CONNECTORS)) == 1
        assert through(*PLAN).returncode == 0
        posts = [each for each in front.writes() if each[0] == "POST"]
        assert len(posts) == (2 if (verb, arrives) == ("POST", False) else 1)

    def test_apply_says_it_too_and_goes_on(self, through: Run, served: Served, front: Gateway, tmp_path: Path) -> None:
        kill_at(served, front, tmp_path, "POST", CONNECTORS, arrives=True)
        applied = through(*APPLY)
        assert applied.returncode == 0
        assert "was interrupted." in applied.stderr
        assert len(served.editor.get(CONNECTORS)) == 1

    def test_history_and_show_tell_it_offline(
        self, through: Run, lpconf: Run, served: Served, front: Gateway, tmp_path: Path
    ) -> None:
        kill_at(served, front, tmp_path, "POST", CONNECTORS, arrives=True)
        assert "not ended: interrupted or at work" in lpconf("history").stdout
        assert "unknown, may have been created: The run was cut short." in lpconf("show", "last").stdout
        through(*PLAN)
        listed = json.loads(lpconf("history", "-o", "json").stdout)["runs"]
        assert [(each["exit_code"], each["settled"] is None) for each in listed] == [(None, False)]
        shown = json.loads(lpconf("show", listed[0]["id"][:5], "-o", "json").stdout)
        assert [(each["address"], each["fate"]) for each in shown["settled"]] == [
            ('connector["Consumer authentication"]', "done")
        ]
        assert "Found out later" in lpconf("show", "last").stdout

    def test_with_its_state_lost_apply_converges_too(
        self, through: Run, served: Served, front: Gateway, tmp_path: Path
    ) -> None:
        """CI runners lose it."""
        kill_at(served, front, tmp_path, "PUT", ONE, arrives=False)
        elsewhere = str(tmp_path / "other-state")
        applied = through(*APPLY, "--state-dir", elsewhere)
        assert applied.returncode == 0
        assert "interrupted" not in applied.stderr
        assert len(served.editor.get(CONNECTORS)) == 1


class TestInterrupted:
    def stop(self, running: list[subprocess.Popen[str]], begun: threading.Event, number: int) -> Callable[[], None]:
        def interrupt() -> None:
            assert begun.wait(60)
            running[0].send_signal(number)
            self.told(running[0])

        return interrupt

    def told(self, process: subprocess.Popen[str]) -> None:
        """Wait until the signal has been noted."""
        assert process.stderr is not None
        while "A second one stops at once." not in (line := process.stderr.readline()):
            assert line, "it ended without noting the signal"

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_the_first_finishes_the_request_and_reports(
        self, through: Run, served: Served, front: Gateway, tmp_path: Path, number: int
    ) -> None:
        running: list[subprocess.Popen[str]] = []
        begun = threading.Event()
        front.add(Fault("POST", CONNECTORS, first=self.stop(running, begun, number)))
        with started(front, served, tmp_path) as process:
            running.append(process)
            begun.set()
            said = report(process)
        assert process.returncode == 4
        assert "created (id " in said
        assert "read back as planned" in said
        assert "not attempted: Interrupted." in said
        assert "Run the same command again" in said
        assert through(*APPLY).returncode == 0
        assert len(served.editor.get(CONNECTORS)) == 1

    def test_a_second_one_stops_at_once_and_the_journal_tells(
        self, through: Run, served: Served, front: Gateway, tmp_path: Path
    ) -> None:
        running: list[subprocess.Popen[str]] = []
        begun = threading.Event()
        first = self.stop(running, begun, signal.SIGTERM)

        def twice() -> None:
            first()
            running[0].send_signal(signal.SIGTERM)
            running[0].wait(timeout=60)

        front.add(Fault("POST", CONNECTORS, first=twice))
        with started(front, served, tmp_path) as process:
            running.append(process)
            begun.set()
            said = report(process)
        front.settle()
        assert process.returncode == 4
        assert "unknown, may have been created" in said
        age(tmp_path / "state")
        planned = through(*PLAN)
        assert "ended without knowing all outcomes" in planned.stderr
        # It signed out before the request came through, so LivePerson refused it.
        assert 'connector["Consumer authentication"]: Nothing of this name was found.' in planned.stderr
        assert through(*APPLY).returncode == 0
        assert len(served.editor.get(CONNECTORS)) == 1


class TestTheLock:
    def test_of_two_applies_at_once_the_second_is_refused_and_a_plan_says_so(
        self, through: Run, served: Served, front: Gateway, tmp_path: Path
    ) -> None:
        seen: list[subprocess.CompletedProcess[str]] = []

        def meanwhile() -> None:
            seen.extend([through(*APPLY), through(*PLAN)])

        front.add(Fault("POST", CONNECTORS, first=meanwhile))
        with started(front, served, tmp_path) as process:
            process.communicate(timeout=120)
        second, planned = seen
        assert second.returncode == 1
        assert "Another lpconf is at work on this account." in second.stderr
        assert f"(process {process.pid})" in second.stderr
        assert planned.returncode == 2
        assert "Another lpconf is at work on this account." in planned.stderr
        assert "was interrupted" not in planned.stderr
        assert process.returncode == 0
        assert len(served.editor.get(CONNECTORS)) == 1

    def test_the_second_may_wait(self, served: Served, front: Gateway, tmp_path: Path) -> None:
        with ExitStack() as stack:
            second: list[subprocess.Popen[str]] = []

            def start_another() -> None:
                second.append(stack.enter_context(started(front, served, tmp_path, "--lock-timeout", "100")))

            front.add(Fault("POST", CONNECTORS, first=start_another))
            with started(front, served, tmp_path) as first:
                first.communicate(timeout=120)
            second[0].communicate(timeout=120)
        assert (first.returncode, second[0].returncode) == (0, 0)
        assert len(served.editor.get(CONNECTORS)) == 1


class TestTheJournal:
    def test_history_lists_and_show_shows_as_apply_did(self, lpconf: Run) -> None:
        applied = lpconf("apply", SITE, "--sandbox", "--auto-approve", "-o", "json")
        (run,) = json.loads(lpconf("history", "-o", "json").stdout)["runs"]
        assert (run["exit_code"], run["planned"]["create"], run["target"]["sandbox"]) == (0, 1, True)
        text = lpconf("history").stdout.splitlines()
        assert text[0].split() == ["RUN", "WHEN", "(UTC)", "WHO", "ACCOUNT", "PLANNED", "ENDED", "REVISION"]
        assert text[1].startswith(run["id"])
        shown = json.loads(lpconf("show", "last", "-o", "json").stdout)
        assert shown["reported"] == json.loads(applied.stdout)
        assert "Apply complete: 1 created, 1 changed" in lpconf("show", run["id"]).stdout
        assert lpconf("show", "zzz").returncode == 1

    @pytest.mark.parametrize("arguments", [("history",), ("show", "last")])
    def test_a_configuration_that_is_named_and_not_there_is_an_error(
        self, lpconf: Run, arguments: Sequence[str]
    ) -> None:
        said = lpconf(*arguments, "nosuch.yaml")
        assert (said.returncode, said.stdout) == (1, "")
        assert "nosuch.yaml: this file does not exist" in said.stderr

    def test_without_runs_it_names_the_folder_that_it_looked_into(self, lpconf: Run, tmp_path: Path) -> None:
        asked = lpconf("history", "--state-dir", "elsewhere")
        assert asked.stdout == f"No runs in {tmp_path.resolve() / 'elsewhere'} yet. lpconf apply makes one.\n"

    def test_without_runs_it_says_so_and_makes_nothing(self, lpconf: Run, tmp_path: Path) -> None:
        assert lpconf("history").stdout == f"No runs in {tmp_path / 'state'} yet. lpconf apply makes one.\n"
        missing = lpconf("show", "last")
        assert (missing.returncode, missing.stderr) == (1, f"Error: There is no run in {tmp_path / 'state'} yet.\n")
        assert not (tmp_path / "state").exists()

    def test_a_run_without_writes_is_kept_once_per_configuration(self, lpconf: Run, tmp_path: Path) -> None:
        def count() -> int:
            return len(json.loads(lpconf("history", "-o", "json").stdout)["runs"])

        site = tmp_path / "site.yaml"
        site.write_text('version: 1\naccount: "12345678"\ncampaigns: [{find: default, status: published}]\n')
        for _ in range(2):
            assert lpconf("apply", "--sandbox").returncode == 0
            assert count() == 1
        site.write_text(site.read_text().replace("find: default,", "find: default, engagements: [{find: default}],"))
        assert lpconf("apply", "--sandbox").returncode == 0
        assert count() == 2

    def test_only_so_many_runs_are_kept(self, lpconf: Run, tmp_path: Path) -> None:
        site = tmp_path / "site.yaml"
        for number in range(4):
            site.write_text(
                f'version: 1\naccount: "12345678"\ncampaigns: [{{find: default, description: "{number}"}}]\n'
            )
            assert lpconf("apply", "--sandbox", "--auto-approve", LPCONF_KEEP_RUNS="2").returncode == 0
        assert len(json.loads(lpconf("history", "-o", "json").stdout)["runs"]) == 2

    def test_where_no_journal_can_be_written_nothing_else_is(self, lpconf: Run, served: Served) -> None:
        nowhere = ("--state-dir", "/proc/lpconf")
        refused = lpconf(*APPLY, *nowhere, **served.environment)
        assert refused.returncode == 1
        assert "Cannot use the state directory /proc/lpconf" in refused.stderr
        assert "Nothing was written" in refused.stderr
        assert "--no-journal" in refused.stderr
        assert served.editor.get(CONNECTORS) == []
        assert lpconf(*APPLY, *nowhere, "--no-journal", **served.environment).returncode == 0
        assert len(served.editor.get(CONNECTORS)) == 1
        nothing_to_do = lpconf(*APPLY, *nowhere, **served.environment)
        assert (nothing_to_do.returncode, nothing_to_do.stderr.count("journal")) == (0, 0)

    def test_runs_that_cannot_be_looked_at_stop_everything(self, lpconf: Run, tmp_path: Path) -> None:
        """They may hold something unknown."""
        lpconf("plan", SITE, "--sandbox")
        (tmp_path / "state" / "runs").write_text("not a folder")
        for command in ("plan", "apply"):
            result = lpconf(command, SITE, "--sandbox")
            assert result.returncode == 1
            assert "is a link or no folder. Remove it." in result.stderr

    def test_a_full_disk_stops_before_the_next_request(self, served: Served, tmp_path: Path) -> None:
        """A limit on the size of files stands for the disk: the plan fits, the requests do not."""
        state = tmp_path / "state"
        environment = clean_environment(**served.environment, PYTHONDONTWRITEBYTECODE="1")
        # Who measures coverage writes files as well.
        environment = {name: value for name, value in environment.items() if not name.startswith("COVERAGE")}
        command = f"ulimit -f 12; exec {LPCONF} {' '.join(APPLY)} --state-dir {state}"
        result = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert result.returncode in {1, 4}
        assert "File too large" in result.stdout + result.stderr
        assert "Traceback" not in result.stderr
        assert served.editor.get(ONE)["conversationType"] == 0


class TestADamagedJournal:
    """It may hide a run that did not come to its end."""

    @pytest.fixture
    def file(self, lpconf: Run, served: Served, tmp_path: Path) -> Path:
        """The journal of the last run, half of a line lost in its middle."""
        assert lpconf(*APPLY, **served.environment).returncode == 0
        (file,) = (tmp_path / "state" / "runs").iterdir()
        whole = file.read_bytes().splitlines(keepends=True)
        file.write_bytes(b"".join([*whole[:3], whole[3][:40] + b"\n", *whole[4:]]))
        return file

    def test_is_listed_and_shown_as_damaged(self, lpconf: Run, file: Path) -> None:
        wrong = f"The journal {file} has a line that lpconf did not write, line 4."
        listed = lpconf("history")
        assert listed.returncode == 0
        assert f"Damaged:\n  {file.stem.rpartition('-')[2]}  {wrong}\n" in listed.stdout
        (told,) = json.loads(lpconf("history", "-o", "json").stdout)["damaged"]
        assert (told["file"], told["reason"]) == (str(file), wrong)
        shown = lpconf("show", "last")
        assert (shown.returncode, shown.stdout) == (1, "")
        assert wrong in shown.stderr
        assert f"  mv {file} {file.parents[1]}\n" in shown.stderr

    @pytest.mark.parametrize("command", ["plan", "drift"])
    def test_is_a_warning_for_who_only_reads(self, lpconf: Run, served: Served, file: Path, command: str) -> None:
        found = lpconf(command, SITE, **served.environment)
        assert found.returncode == 0, found.stderr
        assert (
            "Warning: A journal is damaged. Until it is moved away, apply and rollback write nothing." in found.stderr
        )
        assert f"  mv {file} {file.parents[1]}\n" in found.stderr
        everybody = lpconf(command, SITE, "--addresses-only", **served.environment)
        assert "Warning: A journal is damaged." in everybody.stderr
        assert str(file) not in everybody.stdout + everybody.stderr

    def test_is_never_written_on_top_of(self, lpconf: Run, served: Served, file: Path) -> None:
        engagement = {**served.editor.get(ONE), "conversationType": 0}
        served.editor.put(ONE, engagement)
        for arguments in (APPLY, (*APPLY, "--no-journal")):
            applied = lpconf(*arguments, **served.environment)
            assert (applied.returncode, applied.stdout) == (1, "")
            assert f"The journal {file} has a line that lpconf did not write, line 4." in applied.stderr
            assert "Traceback" not in applied.stderr
        assert served.editor.get(ONE)["conversationType"] == 0

    def test_is_settled_by_moving_it_away(self, lpconf: Run, served: Served, file: Path) -> None:
        move = next(line for line in lpconf("show", "last").stderr.splitlines() if line.startswith("  mv "))
        subprocess.run(move, shell=True, check=True)
        assert lpconf("history").stdout.startswith("No runs in ")
        assert lpconf(*APPLY, **served.environment).returncode == 0
        assert (file.parents[1] / file.name).exists()

    def test_does_not_keep_from_showing_and_taking_back_others(
        self, lpconf: Run, served: Served, file: Path, tmp_path: Path
    ) -> None:
        whole = file.read_bytes()
        file.rename(tmp_path / file.name)
        served.editor.put(ONE, {**served.editor.get(ONE), "conversationType": 0})
        assert lpconf(*APPLY, **served.environment).returncode == 0
        file.write_bytes(whole)
        file.chmod(0o600)
        assert "Apply complete: 1 changed" in lpconf("show", "last").stdout
        back = lpconf("rollback", "last", "--auto-approve", **served.environment)
        assert back.returncode == 0, back.stderr

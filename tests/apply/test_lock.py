"""The lock: one at a time, released by the system, and never taken through what is not trusted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lpconf.apply.clock import Clock
from lpconf.apply.lock import Locked, holder_of, lock_file, lock_folder, locked, user_name
from lpconf.model.errors import LpconfError
from lpconf.model.plan import Target
from tests.account import REAL, SANDBOX

from .runs import now

NO_TIMES = [
    json.dumps({"user": "anna", "pid": 1, "host": "h", "since": since}).encode()
    for since in ("soon", 5, None, "0001-01-01T00:00:00+23:59")
]


def waiting(then: Callable[[], object] = lambda: None) -> tuple[list[float], Clock]:
    """Time that passes only by waiting; `then` happens during the first wait."""
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 1:
            then()

    return waited, Clock(now=lambda: sum(waited), wait=wait)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return lock_file(tmp_path / "locks", SANDBOX)


def test_nobody_holds_it_before_and_after(file: Path) -> None:
    assert holder_of(file) is None
    assert not file.parent.exists()
    with locked(file, timeout=0, clock=Clock(), now=now):
        pass
    assert holder_of(file) is None


def test_who_holds_it_is_told(file: Path) -> None:
    with locked(file, timeout=0, clock=Clock(), now=now):
        held = holder_of(file)
        assert held is not None
        assert (held.user, held.pid, held.since) == (user_name(), os.getpid(), now().isoformat())
        waited, clock = waiting()
        with pytest.raises(Locked) as error, locked(file, timeout=0, clock=clock, now=now):
            pytest.fail("two hold it")
        assert f"{user_name()} has run it since 2026-01-05 10:15:02 UTC (process {os.getpid()})." in str(error.value)
        assert "--lock-timeout" in str(error.value)
        assert len(waited) == 1


def test_it_is_waited_for(file: Path) -> None:
    holder = locked(file, timeout=0, clock=Clock(), now=now)
    holder.__enter__()
    waited, clock = waiting(lambda: holder.__exit__(None, None, None))
    with locked(file, timeout=60, clock=clock, now=now):
        assert len(waited) == 1


def test_the_wait_has_an_end(file: Path) -> None:
    waited, clock = waiting()
    with (
        locked(file, timeout=0, clock=Clock(), now=now),
        pytest.raises(Locked),
        locked(file, timeout=5, clock=clock, now=now),
    ):
        pytest.fail("two hold it")
    assert sum(waited) >= 5


def test_a_kill_releases_it(file: Path) -> None:
    code = (
        "import sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
        "from lpconf.apply.clock import Clock\nfrom lpconf.apply.lock import locked\n"
        f"with locked(Path({str(file)!r}), timeout=0, clock=Clock(), now=lambda: datetime.now(UTC)):\n"
        "    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        held = holder_of(file)
        assert held is not None
        assert held.pid == process.pid
        process.kill()
        process.wait(timeout=30)
    assert holder_of(file) is None
    with locked(file, timeout=0, clock=Clock(), now=now):
        pass


@pytest.mark.parametrize(
    "about", [b"", b"nonsense", b"[]", b'{"pid": 1}', json.dumps({"pid": "x"}).encode(), *NO_TIMES]
)
def test_what_the_holder_says_of_itself_may_be_anything(file: Path, about: bytes) -> None:
    with locked(file, timeout=0, clock=Clock(), now=now):
        file.write_bytes(about)
        assert holder_of(file) is not None
        with (
            pytest.raises(Locked, match=r"at work on this account\. Nothing"),
            locked(file, timeout=0, clock=waiting()[1], now=now),
        ):
            pytest.fail("two hold it")


def test_links_and_open_files_are_refused(file: Path, tmp_path: Path) -> None:
    with locked(file, timeout=0, clock=Clock(), now=now):
        pass
    file.chmod(0o666)
    with pytest.raises(LpconfError, match="other users"), locked(file, timeout=0, clock=Clock(), now=now):
        pytest.fail("it is open")
    file.unlink()
    (tmp_path / "target").write_text("keep")
    file.symlink_to(tmp_path / "target")
    with pytest.raises(LpconfError, match="is a link"):
        holder_of(file)
    with pytest.raises(LpconfError, match="is a link"), locked(file, timeout=0, clock=Clock(), now=now):
        pytest.fail("it is a link")
    assert (tmp_path / "target").read_text() == "keep"
    file.unlink()
    file.mkdir()
    with pytest.raises(LpconfError, match="Cannot open the lock file"):
        locked(file, timeout=0, clock=Clock(), now=now).__enter__()


def test_each_account_and_host_has_its_own() -> None:
    folder = Path("/x")
    files = {lock_file(folder, target) for target in (SANDBOX, REAL, Target("../e", "h:1"), Target("a", "b/c"))}
    assert len(files) == 4
    assert {file.parent for file in files} == {folder}


def test_it_is_in_the_users_state_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lock_folder({"XDG_STATE_HOME": "/somewhere"}) == Path("/somewhere/lpconf")
    monkeypatch.setenv("HOME", "/home/anna")
    for environ in ({}, {"XDG_STATE_HOME": ""}, {"XDG_STATE_HOME": "relative"}):
        assert lock_folder(environ) == Path("/home/anna/.local/state/lpconf")


def test_a_user_without_a_name_has_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nobody)
    assert user_name() == str(os.getuid())


def test_a_file_system_that_does_not_lock_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int, __: int) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr("fcntl.flock", fail)
    with pytest.raises(LpconfError, match="does not lock files"), locked(file, timeout=0, clock=Clock(), now=now):
        pytest.fail("it is not locked")

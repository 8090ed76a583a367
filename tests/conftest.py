"""A net under the whole suite: the secret that tests use occurs in no output, log, file or list of processes."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.canary import CANARY

# How long an example takes says how busy the machine is.
settings.register_profile("lpconf", deadline=None)
settings.load_profile("lpconf")

_BYTES = CANARY.encode()
_PERIOD = 0.1
"""Seconds between two looks at the list of processes."""

_LARGEST = 50_000_000
"""Bytes of a file that is looked through. Larger ones are bombs that tests have made."""

# LivePerson keeps a connector's secret, and so does the database of its simulator.
_KEEPS_SECRETS = (".db", ".db-wal", ".sqlite3", ".sqlite3-wal")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test whose captured output or log shows the secret fails."""
    report = yield
    if report.passed and any(CANARY in text for _, text in report.sections):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: the secret is in the captured output or log"
    return report


@pytest.fixture(scope="session", autouse=True)
def _no_secret_is_left_behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No file that a test left behind holds the secret, and no process had it among its arguments."""
    seen: set[str] = set()
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(over, seen), daemon=True)
    watcher.start()
    yield
    over.set()
    watcher.join()
    files = [file for file in tmp_path_factory.getbasetemp().rglob("*") if _holds_secret(file)]
    assert not files, f"the secret is in {', '.join(map(str, files))}"
    assert not seen, f"the secret was among the arguments of {', '.join(seen)}"


def _watch(over: threading.Event, seen: set[str]) -> None:
    while not over.wait(_PERIOD):
        for process in Path("/proc").glob("[0-9]*"):
            try:
                arguments = (process / "cmdline").read_bytes()
            except OSError:  # it has ended
                continue
            if _BYTES in arguments:
                seen.add(arguments.split(b"\0", 1)[0].decode(errors="replace"))


def _holds_secret(file: Path) -> bool:
    try:
        return (
            file.is_file()
            and not file.is_symlink()
            and not file.name.endswith(_KEEPS_SECRETS)
            and file.stat().st_size <= _LARGEST
            and _BYTES in file.read_bytes()
        )
    except OSError:  # a socket, or what the test has closed to everybody
        return False

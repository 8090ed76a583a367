from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lpconf.sandbox.server import Address, running

from .client import ACCOUNT, Client, Clock


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user's own authority is."""
    home = tmp_path / "home"
    monkeypatch.setenv("XDG_STATE_HOME", str(home))
    return home


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "sandbox.db"


@pytest.fixture
def clock() -> Clock:
    return Clock(1_790_000_000)  # 2026-09-21 14:13:20 UTC


@pytest.fixture
def address(state_file: Path, clock: Clock) -> Iterator[Address]:
    with running(state_file, ACCOUNT, clock=clock) as address:
        yield address


@pytest.fixture
def stranger(address: Address) -> Iterator[Client]:
    """Somebody who is not signed in."""
    with Client(address) as client:
        yield client


@pytest.fixture
def client(stranger: Client) -> Client:
    stranger.sign_in()
    return stranger

"""A state that another process keeps for itself: requests are refused, and nothing falls over."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from lpconf.sandbox import fault_table
from lpconf.sandbox.fault_table import Fault, FaultKind
from lpconf.sandbox.server import Address

from .client import CONNECTORS, Client, error, implicit

BUSY = (503, "The state cannot be read or written now")


@contextmanager
def kept_by_another(state_file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(state_file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def test_a_write_is_refused(client: Client, state_file: Path) -> None:
    with kept_by_another(state_file):
        assert error(client.call("POST", CONNECTORS, implicit())) == BUSY
    client.create(CONNECTORS, implicit())


def test_a_fault_that_cannot_be_counted_is_a_refusal(
    client: Client, address: Address, state_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with fault_table.opened(state_file) as faults:
        faults.add(Fault(FaultKind.SERVER_ERROR))
        with kept_by_another(state_file):
            assert error(client.call("GET", CONNECTORS)) == BUSY
        assert faults.all()[0].fired == 0
        assert client.call("GET", CONNECTORS).status_code == 500
    assert capfd.readouterr() == ("", "")

"""What the state holds, in numbers: for the simulator's own page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from lpconf.sandbox.store import BUSY_SECONDS

# Numbers only, worked out by SQLite: the page must not load the bodies of 50,000 engagements to count them.
_COUNTS = """
    SELECT r.account, r.collection, r.parent, r.revision,
           count(e.id) FILTER (WHERE e.deleted = 0), count(e.id) FILTER (WHERE e.deleted != 0)
    FROM revisions r LEFT JOIN entities e
      ON e.account = r.account AND e.collection = r.collection AND e.parent = r.parent
    GROUP BY r.account, r.collection, r.parent
    ORDER BY r.account, r.collection, r.parent
"""


@dataclass(frozen=True)
class CollectionCount:
    """One collection; `parent` is the campaign's id for engagements, else 0."""

    collection: str
    parent: int
    revision: int
    live: int
    deleted: int


@dataclass(frozen=True)
class AccountCount:
    """One account with its collections that were ever written to."""

    account: str
    collections: tuple[CollectionCount, ...]


class Overview:
    """Counts in one open state file. Reads only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def accounts(self) -> tuple[AccountCount, ...]:
        """All accounts by name."""
        found: dict[str, list[CollectionCount]] = {
            account: [] for (account,) in self._db.execute("SELECT account FROM accounts ORDER BY account")
        }
        for account, *numbers in self._db.execute(_COUNTS):
            found.setdefault(account, []).append(CollectionCount(*numbers))
        return tuple(AccountCount(account, tuple(counts)) for account, counts in found.items())


@contextmanager
def opened(state_file: Path) -> Iterator[Overview]:
    """Open a state file that is there."""
    connection = sqlite3.connect(state_file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    with closing(connection):
        connection.execute("PRAGMA query_only = ON")
        yield Overview(connection)

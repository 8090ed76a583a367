"""The faults that were asked for, in the state file: any process may set them while a server runs.

Needs no web framework, so that the command line can set faults without loading one.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from lpconf.sandbox import store

_LONGEST_SECONDS = 600.0
_MOST = 1_000_000
_METHOD = re.compile(r"[A-Z]{1,20}", re.ASCII)

_TABLE = """CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, path TEXT NOT NULL, method TEXT NOT NULL,
    count INTEGER NOT NULL, after INTEGER NOT NULL,
    seconds REAL, edit TEXT NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0, fired INTEGER NOT NULL DEFAULT 0
)"""
_ACTIVE = "SELECT * FROM faults WHERE count = 0 OR fired < count ORDER BY id"


class FaultKind(StrEnum):
    """What goes wrong. How often LivePerson fails in each way is not known; that it can is marked in `rules.RULES`."""

    LATENCY = "latency"
    TOO_MANY_REQUESTS = "too-many-requests"
    SERVER_ERROR = "server-error"
    HTML_ERROR = "html-error"
    RESET = "reset"
    ANSWER_LOST = "answer-lost"
    TRUNCATED_BODY = "truncated-body"
    EXPIRED_BEARER = "expired-bearer"
    STALE_REVISION = "stale-revision"

    @property
    def says(self) -> str:
        """What it does, in a sentence."""
        return _SAYS[self]


_SAYS = {
    FaultKind.LATENCY: "Waits before it handles the request.",
    FaultKind.TOO_MANY_REQUESTS: "Answers 429, with Retry-After if --seconds is given. Nothing is handled.",
    FaultKind.SERVER_ERROR: "Answers 500. Nothing is handled.",
    FaultKind.HTML_ERROR: "Answers 502 with the HTML page of a gateway. Nothing is handled.",
    FaultKind.RESET: "Resets the connection. Nothing is handled.",
    FaultKind.ANSWER_LOST: "Handles the request and closes the connection without an answer.",
    FaultKind.TRUNCATED_BODY: "Handles the request and closes the connection in the middle of the answer.",
    FaultKind.EXPIRED_BEARER: "Ends the caller's session before a configuration call, which is then answered 401.",
    FaultKind.STALE_REVISION: "Lets somebody else edit the account right before a PUT or DELETE.",
}


class Edit(StrEnum):
    """What somebody else edits under `stale-revision`."""

    OTHER_FIELD = "other-field"
    """A field of the same thing that the request leaves alone."""
    SAME_FIELD = "same-field"
    """A field that the request changes too."""
    NEIGHBOUR = "neighbour"
    """Another thing in the same collection; for the engagement of a campaign, one of the same campaign.

    If there is none, the revision moves alone."""
    ENGAGEMENT = "engagement"
    """An engagement of the campaign that the request writes."""


class FaultError(ValueError):
    """A fault that cannot be. The text says why, for people."""


@dataclass(frozen=True)
class Fault:
    """One fault as it was asked for.

    Attributes:
        kind: what goes wrong.
        path: a glob over the whole path, without the query: `*` is any text, slashes included, `?` any one character.
        method: only this one; a POST that stands for a PUT or DELETE counts as that. Empty for any.
        count: for how many requests; 0 for all until it is cleared.
        after: how many matching requests are let pass first.
        seconds: for `latency` how long, for `too-many-requests` what Retry-After says.
        edit: for `stale-revision`.

    Raises:
        FaultError: the values do not fit each other.
    """

    kind: FaultKind
    path: str = "*"
    method: str = ""
    count: int = 1
    after: int = 0
    seconds: float | None = None
    edit: Edit = Edit.OTHER_FIELD

    def __post_init__(self) -> None:
        if not self.path.startswith(("/", "*")):
            raise FaultError("A path pattern starts with / or with *.")
        if not (self.path.isascii() and self.path.isprintable()):
            raise FaultError("A path pattern has plain letters, digits and signs only; * stands for all else.")
        if self.method and not _METHOD.fullmatch(self.method):
            raise FaultError("A method is a word such as GET or PUT.")
        if not (0 <= self.count <= _MOST and 0 <= self.after <= _MOST):
            raise FaultError(f"Numbers of requests are between 0 and {_MOST}.")
        self._check_seconds()
        if self.edit != Edit.OTHER_FIELD and self.kind != FaultKind.STALE_REVISION:
            raise FaultError(f"What is edited goes with {FaultKind.STALE_REVISION} only.")

    def _check_seconds(self) -> None:
        if self.seconds is None:
            if self.kind == FaultKind.LATENCY:
                raise FaultError("A latency needs its seconds.")
            return
        if self.kind not in {FaultKind.LATENCY, FaultKind.TOO_MANY_REQUESTS}:
            raise FaultError(f"Seconds go with {FaultKind.LATENCY} and {FaultKind.TOO_MANY_REQUESTS} only.")
        if not 0 <= self.seconds <= _LONGEST_SECONDS:
            raise FaultError(f"Seconds are between 0 and {_LONGEST_SECONDS:g}.")
        if self.kind == FaultKind.TOO_MANY_REQUESTS and self.seconds % 1:
            raise FaultError("Retry-After is a whole number of seconds.")

    def matches(self, method: str, path: str) -> bool:
        """Whether the fault is meant for this request."""
        if self.method not in {"", method} or not fnmatchcase(path, _literal_brackets(self.path)):
            return False
        if self.kind == FaultKind.STALE_REVISION:
            return method in {"PUT", "DELETE"}
        return self.kind != FaultKind.EXPIRED_BEARER or "/configuration/" in path


@dataclass(frozen=True)
class ActiveFault:
    """A fault with its number, the matching requests that it has seen, and those that it has hit."""

    id: int
    fault: Fault
    seen: int
    fired: int

    @property
    def left(self) -> int | None:
        """How many requests it still hits; None for all until it is cleared."""
        return self.fault.count - self.fired if self.fault.count else None

    def is_due(self) -> bool:
        """Whether it hits the matching request that was seen last."""
        return self.seen > self.fault.after


class FaultTable:
    """The faults of one open state file. Every call is one transaction, over all processes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, fault: Fault) -> int:
        """Add a fault; gives its number."""
        sql = "INSERT INTO faults (kind, path, method, count, after, seconds, edit) VALUES (?, ?, ?, ?, ?, ?, ?)"
        values = (fault.kind, fault.path, fault.method, fault.count, fault.after, fault.seconds, fault.edit)
        return int(self._db.execute(sql, values).lastrowid or 0)

    def all(self) -> tuple[ActiveFault, ...]:
        """All faults, those that are used up too, in the order of their numbers."""
        return tuple(_row(row) for row in self._db.execute("SELECT * FROM faults ORDER BY id"))

    def clear(self, numbers: Sequence[int] = ()) -> int:
        """Remove the faults with these numbers, or all; gives how many there were."""
        if not numbers:
            return self._db.execute("DELETE FROM faults").rowcount
        marks = ", ".join("?" * len(numbers))
        return self._db.execute(f"DELETE FROM faults WHERE id IN ({marks})", tuple(numbers)).rowcount  # noqa: S608

    def take(self, method: str, path: str) -> tuple[Fault, ...]:
        """Count a request and use up the faults that hit it: every due latency, and the oldest due one of the others.

        Args:
            method: the method, or the one that a POST stands for.
            path: the path, without the query.
        """
        if not self._matching(method, path):
            return ()
        self._db.execute("BEGIN IMMEDIATE")
        try:
            hits = self._count(method, path)
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        return tuple(hits)

    def _count(self, method: str, path: str) -> list[Fault]:
        hits: list[Fault] = []
        taken = False
        for found in self._matching(method, path):
            seen = ActiveFault(found.id, found.fault, found.seen + 1, found.fired)
            is_latency = found.fault.kind == FaultKind.LATENCY
            hit = seen.is_due() and (is_latency or not taken)
            self._db.execute("UPDATE faults SET seen = seen + 1, fired = fired + ? WHERE id = ?", (hit, found.id))
            if hit:
                hits.append(found.fault)
                taken = taken or not is_latency
        return hits

    def _matching(self, method: str, path: str) -> list[ActiveFault]:
        return [found for found in map(_row, self._db.execute(_ACTIVE)) if found.fault.matches(method, path)]


@contextmanager
def opened(state_file: Path) -> Iterator[FaultTable]:
    """Open the faults of a state file, which is made if it is not there.

    Raises:
        StateFileError, OSError, sqlite3.OperationalError: as `store.opened`.
    """
    # First as a state: a file with nothing but this table would not be taken for one.
    with store.opened(state_file):
        pass
    connection = sqlite3.connect(state_file, timeout=store.BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    with closing(connection):
        connection.execute(_TABLE)
        yield FaultTable(connection)


def _row(row: Sequence[Any]) -> ActiveFault:
    number, kind, path, method, count, after, seconds, edit, seen, fired = row
    return ActiveFault(number, Fault(FaultKind(kind), path, method, count, after, seconds, Edit(edit)), seen, fired)


def _literal_brackets(pattern: str) -> str:
    """The glob with `[` as itself; only `*` and `?` are special."""
    return pattern.replace("[", "[[]")

"""The state of the simulator: one SQLite file, which several processes may use at once.

Every request is one transaction: a consistent snapshot for a read, an IMMEDIATE one for a write. The file is in WAL
mode with synchronous=NORMAL: what was acknowledged survives the death of any process; only a power cut may take the
last writes, which for a sandbox is worth the speed.
"""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCHEMA_VERSION = 2

_SIDE_FILES = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file, by its name."""

_SCHEMA = """
CREATE TABLE accounts (
    account TEXT PRIMARY KEY,
    next_id INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE revisions (
    account TEXT NOT NULL, collection TEXT NOT NULL, parent INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (account, collection, parent)
) WITHOUT ROWID;
CREATE TABLE entities (
    account TEXT NOT NULL, collection TEXT NOT NULL, id INTEGER NOT NULL,
    parent INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    name TEXT NOT NULL,
    created TEXT NOT NULL, modified TEXT NOT NULL,
    body TEXT NOT NULL,
    secrets TEXT NOT NULL,
    PRIMARY KEY (account, collection, id)
);
CREATE INDEX entities_by_parent ON entities (account, collection, parent, deleted, id);
CREATE INDEX entities_by_name ON entities (account, collection, parent, name);
CREATE TABLE sessions (
    bearer TEXT PRIMARY KEY,
    account TEXT NOT NULL, user TEXT NOT NULL,
    cookie TEXT UNIQUE, csrf TEXT,
    expires REAL NOT NULL
) WITHOUT ROWID;
"""

# Since version 2: what lagging reads still show. `entity` is null for one that was not there.
_SCHEMA_OLDER = """
CREATE TABLE older (
    account TEXT NOT NULL, collection TEXT NOT NULL, id INTEGER NOT NULL,
    parent INTEGER NOT NULL,
    entity TEXT,
    revision INTEGER NOT NULL,
    reads INTEGER NOT NULL, until REAL NOT NULL,
    PRIMARY KEY (account, collection, id)
) WITHOUT ROWID;
"""

# How long to wait for other processes: at the start, and in a request, which keeps all others of its server waiting.
_START_SECONDS = 10.0
BUSY_SECONDS = 2.0
# The first revision of a collection; ids grow by 100 because their last two digits are constant (facts 3.9 [SEEN]).
FIRST_REVISION = 1
_ID_STEP = 100
LARGEST_ID = 2**63 - 1

Body = dict[str, Any]


class StateFileError(Exception):
    """The file exists and is not a state that this version can use."""


@dataclass(frozen=True)
class Place:
    """One collection of one account; `parent` is the campaign's id for engagements, else 0."""

    account: str
    collection: str
    parent: int = 0


@dataclass(frozen=True)
class Entity:
    """A stored thing. `body` is what the client may write, without secrets; the rest is the server's."""

    place: Place
    id: int
    name: str
    body: Body
    created: str
    modified: str
    deleted: bool = False
    secrets: Body | None = None


@dataclass(frozen=True)
class Session:
    """Who signed in. `bearer`, `cookie` and `csrf` are hashes; a client's token has no cookie and no csrf."""

    bearer: str
    account: str
    user: str
    expires: float
    cookie: str | None = None
    csrf: str | None = None


class Transaction:
    """Reads and writes of one request."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    # Accounts

    def has_account(self, account: str) -> bool:
        return bool(self._rows("SELECT 1 FROM accounts WHERE account = ?", account))

    def accounts(self) -> list[str]:
        """All accounts, sorted."""
        return [row[0] for row in self._rows("SELECT account FROM accounts ORDER BY account")]

    def add_account(self, account: str, next_id: int) -> None:
        self._db.execute("INSERT INTO accounts VALUES (?, ?)", (account, next_id))

    def clear_account(self, account: str) -> None:
        """Forget everything that the account holds. Who is signed in to it stays so."""
        for table in ("accounts", "revisions", "entities", "older"):
            self._db.execute(f"DELETE FROM {table} WHERE account = ?", (account,))  # noqa: S608

    def next_id(self, account: str) -> int:
        """The id that the next new thing gets."""
        return int(self._rows("SELECT next_id FROM accounts WHERE account = ?", account)[0][0])

    def new_id(self, account: str) -> int:
        """The next id of the account."""
        sql = "UPDATE accounts SET next_id = next_id + ? WHERE account = ? RETURNING next_id"
        return int(self._rows(sql, _ID_STEP, account)[0][0]) - _ID_STEP

    # Revisions

    def revision(self, place: Place) -> int:
        sql = "SELECT revision FROM revisions WHERE account = ? AND collection = ? AND parent = ?"
        found = self._rows(sql, place.account, place.collection, place.parent)
        return int(found[0][0]) if found else FIRST_REVISION

    def raise_revision(self, place: Place, by: int = 1) -> int:
        """Count one write to the collection; gives the new revision."""
        sql = """INSERT INTO revisions VALUES (?, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET revision = revision + ? RETURNING revision"""
        return int(self._rows(sql, place.account, place.collection, place.parent, FIRST_REVISION + by, by)[0][0])

    def set_revision(self, place: Place, revision: int) -> None:
        sql = "INSERT OR REPLACE INTO revisions VALUES (?, ?, ?, ?)"
        self._db.execute(sql, (place.account, place.collection, place.parent, revision))

    # Entities

    def get(self, place: Place, entity_id: int) -> Entity | None:
        """The entity, deleted or not, or None."""
        if entity_id > LARGEST_ID:
            return None
        sql = "SELECT * FROM entities WHERE account = ? AND collection = ? AND id = ? AND parent = ?"
        rows = self._rows(sql, place.account, place.collection, entity_id, place.parent)
        return _entity(rows[0]) if rows else None

    def entities(self, place: Place, *, deleted: bool = False) -> list[Entity]:
        """The live entities in the order of their ids; with `deleted` the deleted ones too."""
        sql = "SELECT * FROM entities WHERE account = ? AND collection = ? AND parent = ? AND deleted <= ? ORDER BY id"
        return [_entity(row) for row in self._rows(sql, place.account, place.collection, place.parent, int(deleted))]

    def live_ids(self, account: str, collection: str) -> dict[int, list[int]]:
        """Ids of the live entities by parent, in order."""
        sql = "SELECT parent, id FROM entities WHERE account = ? AND collection = ? AND deleted = 0 ORDER BY id"
        found: dict[int, list[int]] = {}
        for parent, entity_id in self._rows(sql, account, collection):
            found.setdefault(parent, []).append(entity_id)
        return found

    def live_names(self, place: Place, name: str) -> list[int]:
        """Ids of the live entities with exactly this name."""
        sql = "SELECT id FROM entities WHERE account = ? AND collection = ? AND parent = ? AND name = ? AND deleted = 0"
        return [row[0] for row in self._rows(sql, place.account, place.collection, place.parent, name)]

    def named(self, place: Place, name: str) -> Entity | None:
        """The last entity with exactly this name, deleted or not, or None."""
        sql = """SELECT * FROM entities WHERE account = ? AND collection = ? AND parent = ? AND name = ?
                 ORDER BY deleted, id DESC LIMIT 1"""
        rows = self._rows(sql, place.account, place.collection, place.parent, name)
        return _entity(rows[0]) if rows else None

    def put(self, entity: Entity) -> None:
        """Insert or replace. Does not touch the revision."""
        place = entity.place
        values = (
            place.account, place.collection, entity.id, place.parent, entity.deleted, entity.name,
            entity.created, entity.modified, json.dumps(entity.body), json.dumps(entity.secrets or {}),
        )  # fmt: skip
        self._db.execute("INSERT OR REPLACE INTO entities VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def has_secret(self, place: Place, entity_id: int) -> bool:
        """Whether a secret is stored for the entity: what no reply ever tells."""
        found = self.get(place, entity_id)
        return found is not None and bool(found.secrets)

    def remove(self, place: Place, entity_id: int) -> None:
        """Forget the entity altogether."""
        sql = "DELETE FROM entities WHERE account = ? AND collection = ? AND id = ? AND parent = ?"
        self._db.execute(sql, (place.account, place.collection, entity_id, place.parent))

    # What lagging reads show

    def keep_older(self, entity: Entity, revision: int, reads: int, now: float, until: float) -> None:
        """Keep what is stored now for the reads to come: before `entity` is put, with the revision of now.

        Of several writes in a row the first one's past stays, and the count begins anew.
        """
        place, before = entity.place, self.get(entity.place, entity.id)
        sql = "DELETE FROM older WHERE account = ? AND collection = ? AND id = ? AND reads <= 0 AND until <= ?"
        self._db.execute(sql, (place.account, place.collection, entity.id, now))
        past = None if before is None else json.dumps({**vars(before), "place": None, "secrets": None})
        sql = """INSERT INTO older VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET reads = excluded.reads, until = excluded.until"""
        values = (place.account, place.collection, entity.id, place.parent, past, revision, reads, until)
        self._db.execute(sql, values)

    def older(self, place: Place, now: float, entity_id: int | None = None) -> dict[int, tuple[Entity | None, int]]:
        """What a read of the collection, or of one thing in it, still shows, by id, with the revision of then.

        Counts as one read of each; what has been shown often enough is gone afterwards.
        """
        which = "account = ? AND collection = ? AND parent = ? AND (? IS NULL OR id = ?)"
        values = (place.account, place.collection, place.parent, entity_id, entity_id)
        self._db.execute(f"DELETE FROM older WHERE {which} AND reads <= 0 AND until <= ?", (*values, now))  # noqa: S608
        rows = self._rows(f"SELECT id, entity, revision FROM older WHERE {which}", *values)  # noqa: S608
        self._db.execute(f"UPDATE older SET reads = reads - 1 WHERE {which}", values)  # noqa: S608
        return {row[0]: (_past(place, row[1]), row[2]) for row in rows}

    # Sessions

    def add_session(self, session: Session, now: float) -> None:
        """Remember a session and forget those that ran out."""
        self._db.execute("DELETE FROM sessions WHERE expires <= ?", (now,))
        values = (session.bearer, session.account, session.user, session.cookie, session.csrf, session.expires)
        self._db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)", values)

    def session(self, account: str, now: float, *, bearer: str = "", cookie: str = "") -> Session | None:
        """The live session of the account with this bearer or cookie (hashes)."""
        sql = """SELECT bearer, account, user, expires, cookie, csrf FROM sessions
                 WHERE account = ? AND expires > ? AND (bearer = ? OR cookie = ?)"""
        rows = self._rows(sql, account, now, bearer, cookie)
        return Session(*rows[0]) if rows else None

    def extend_session(self, session: Session, expires: float) -> None:
        self._db.execute("UPDATE sessions SET expires = ? WHERE bearer = ?", (expires, session.bearer))

    def end_session(self, session: Session) -> None:
        self._db.execute("DELETE FROM sessions WHERE bearer = ?", (session.bearer,))

    def _rows(self, sql: str, *values: object) -> list[Any]:
        return self._db.execute(sql, values).fetchall()


class Store:
    """An open state file. Used by one thread at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One consistent snapshot."""
        with self._transaction("BEGIN") as transaction:
            yield transaction

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """All or nothing, and one at a time over all processes; an exception undoes it."""
        with self._transaction("BEGIN IMMEDIATE") as transaction:
            yield transaction

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Transaction]:
        self._db.execute(begin)
        try:
            yield Transaction(self._db)
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    """Open the state file, making it (0600) and its folder (0700) if they are not there.

    Raises:
        StateFileError: it is not a state of this version, a link, somebody else's, or open to others.
        OSError: it cannot be made or opened.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for suffix in ("", *_SIDE_FILES):
        _refuse_foreign(path.with_name(path.name + suffix))
    # SQLite would create it with the umask's mode, and gives its side files the mode of this one. A file that is there
    # is not touched: closing it would drop the locks of this process's other connections to it, and the next process
    # would then delete their WAL.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600))
    # The store is opened by the thread that starts the server and used by the server's own.
    connection = sqlite3.connect(path, timeout=_START_SECONDS, isolation_level=None, check_same_thread=False)
    with closing(connection):
        try:
            _prepare(connection)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise StateFileError(f"{path} is not a state file of the sandbox") from error
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
        yield Store(connection)


def _refuse_foreign(path: Path) -> None:
    """Raise StateFileError for a file that somebody else may have put there: SQLite would read it, and write to it."""
    with suppress(FileNotFoundError):
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise StateFileError(f"{path} is a link or no file. Remove it.")
        if found.st_uid != os.getuid():
            raise StateFileError(f"{path} belongs to another user.")
        if found.st_mode & 0o077:
            raise StateFileError(
                f"{path} can be read or changed by other users.\nIf you know what is in it, close it: chmod 600 {path}"
            )


def _prepare(connection: sqlite3.Connection) -> None:
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0 and not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        version = _make(connection, _SCHEMA, 1)
    if version == 1:
        version = _make(connection, _SCHEMA_OLDER, 2)
    connection.execute("COMMIT")
    if version != _SCHEMA_VERSION:
        raise StateFileError(f"the file has format {version}; this version of the sandbox reads {_SCHEMA_VERSION}")


def _make(connection: sqlite3.Connection, schema: str, version: int) -> int:
    for statement in schema.split(";")[:-1]:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {version}")
    return version


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Turn WAL on. SQLite's own waiting does not cover this step when several processes start at once."""
    give_up = time.monotonic() + _START_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.005)


def _entity(row: Sequence[Any]) -> Entity:
    account, collection, entity_id, parent, deleted, name, created, modified, body, secrets = row
    place = Place(account, collection, parent)
    return Entity(place, entity_id, name, json.loads(body), created, modified, bool(deleted), json.loads(secrets))


def _past(place: Place, text: str | None) -> Entity | None:
    return None if text is None else Entity(**{**json.loads(text), "place": place})

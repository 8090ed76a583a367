"""The account in the sandbox, brought back to what it was between two cases, and looked at by plain HTTP."""

from __future__ import annotations

import http.client
import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lpconf.sandbox import accounts
from lpconf.sandbox.quirks import parse
from lpconf.sandbox.server import running
from tests.account import ACCOUNT
from tests.chaos import scenario
from tests.chaos.scenario import Json, Key, Path_

# Counted by the server, or said of reading itself.
_VOLATILE = {
    "modifiedDate", "startTimeInMinutes", "expirationTimeInMinutes", "engagementCollectionRevision", "engagementIds",
    "engagements", "engaged", "conversion", "timeZoneOffset", "startDateTimeZoneOffset",
}  # fmt: skip
LAG = "lag=3"


@dataclass(frozen=True)
class Thing:
    """One live thing, without what changes by itself."""

    kind: str
    id: int
    campaign: int
    body: Json

    @property
    def name(self) -> str:
        return str(self.body["name"])


@dataclass(frozen=True)
class Snapshot:
    """All live things by kind and id, and the secrets that no answer shows."""

    things: dict[tuple[str, int], Thing]
    secrets: dict[int, Json]

    def find(self, kind: str, name: str, campaign: int = 0) -> list[Thing]:
        return [
            each
            for each in self.things.values()
            if each.kind == kind and each.name == name and each.campaign == campaign
        ]


@dataclass
class Editor:
    """Somebody else, at the sandbox itself: reads, merges, writes with the revision of now."""

    port: int
    bearer: str = ""
    used: float = 0.0
    link: http.client.HTTPConnection | None = field(default=None, repr=False)

    def call(self, verb: str, path: str, body: Json = None, match: str = "") -> tuple[int, Any, str]:
        """Status, JSON, revision. `path` is below `/api/account/<account>/`."""
        now = time.monotonic()
        if self.link is not None and now - self.used > 2:
            # The sandbox closes what nobody uses for a while.
            self.link.close()
        self.used = now
        self.link = self.link or http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {self.bearer}"} if self.bearer else {}
        if match:
            headers["If-Match"] = match
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body), "application/json"
        self.link.request(verb, f"/api/account/{ACCOUNT}/{path}", data, headers)
        reply = self.link.getresponse()
        text = reply.read()
        return reply.status, json.loads(text) if text else None, reply.headers.get("ac-revision", "")

    def close(self) -> None:
        if self.link is not None:
            self.link.close()

    def sign_in(self, username: str, password: str) -> None:
        status, body, _ = self.call("POST", "login?v=1.3", {"username": username, "password": password})
        assert status == 200, body
        self.bearer = body["bearer"]

    def get(self, path: str, version: str) -> tuple[Any, str]:
        status, body, revision = self.call("GET", f"configuration/{path}?v={version}")
        assert status == 200, (path, status, body)
        return body, revision

    def edit(self, thing: Thing, field_path: Path_, value: Json, *, secret: str | None = None) -> bool:
        """Set one field of a thing; false if it has gone."""
        path, version = path_of(thing.kind, thing.campaign, thing.id)
        status, body, revision = self.call("GET", f"configuration/{path}?v={version}")
        if status != 200:
            return False
        place = body
        for step in field_path[:-1]:
            place = place.setdefault(step, {})
        place[field_path[-1]] = value
        if secret:
            body["configuration"]["clientSecret"] = secret
        status, answer, _ = self.call("PUT", f"configuration/{path}?v={version}", body, revision or "-1")
        assert status == 200, (path, status, answer)
        return True

    def create(self, kind: str, campaign: int, body: Json) -> int:
        path, version = path_of(kind, campaign)
        status, answer, _ = self.call("POST", f"configuration/{path}?v={version}", body)
        assert status == 201, (path, status, answer)
        return int(answer["id"])

    def look(self, state_file: Path) -> Snapshot:
        """Everything that is live now."""
        things: dict[tuple[str, int], Thing] = {}
        for item in self.get("le-connectors/connectors", "2.0")[0]:
            things["connector", item["id"]] = Thing("connector", item["id"], 0, _still(item))
        for item in self.get("le-campaigns/campaigns", "3.4")[0]:
            campaign, _ = self.get(f"le-campaigns/campaigns/{item['id']}", "3.4")
            things["campaign", item["id"]] = Thing("campaign", item["id"], 0, _still(campaign))
            for each in campaign["engagements"]:
                things["engagement", each["id"]] = Thing("engagement", each["id"], item["id"], _still(each))
        with closing(sqlite3.connect(state_file)) as db:
            rows = db.execute("SELECT id, secrets FROM entities WHERE deleted = 0 AND secrets != '{}'").fetchall()
        return Snapshot(things, {id: json.loads(secrets) for id, secrets in rows})


def _still(body: Json) -> Json:
    return {name: value for name, value in body.items() if name not in _VOLATILE}


def path_of(kind: str, campaign: int, id: int | None = None) -> tuple[str, str]:
    """Path below `/configuration/` and version of a collection or a thing."""
    path = {
        "connector": "le-connectors/connectors",
        "campaign": "le-campaigns/campaigns",
        "engagement": f"le-campaigns/campaigns/{campaign}/engagements",
    }[kind]
    version = "2.0" if kind == "connector" else "3.4"
    return (path if id is None else f"{path}/{id}"), version


@dataclass
class Place:
    """A sandbox with the scenario's account. At the port `lagging` the same account has reads that lag."""

    state_file: Path
    port: int
    lagging: int
    editor: Editor
    username: str
    password: str
    before: Snapshot
    template: Path

    def restore(self) -> None:
        """Bring the account back to what it was."""
        with closing(sqlite3.connect(self.state_file, timeout=20, isolation_level=None)) as db:
            db.execute("ATTACH ? AS template", (str(self.template),))
            db.execute("BEGIN IMMEDIATE")
            for (table,) in db.execute("SELECT name FROM template.sqlite_master WHERE type = 'table'").fetchall():
                if table.startswith("sqlite_"):
                    continue
                db.execute(f"DELETE FROM main.{table}")
                db.execute(f"INSERT INTO main.{table} SELECT * FROM template.{table}")
            db.execute("COMMIT")

    def look(self) -> Snapshot:
        return self.editor.look(self.state_file)

    def end_sessions(self) -> None:
        """All bearers but the editor's have expired."""
        with closing(sqlite3.connect(self.state_file, timeout=20)) as db, db:
            db.execute("ATTACH ? AS template", (str(self.template),))
            db.execute("DELETE FROM main.sessions WHERE bearer NOT IN (SELECT bearer FROM template.sessions)")


@contextmanager
def place(folder: Path, quirks: Sequence[str] = ()) -> Iterator[Place]:
    """Serve the scenario's account from a folder, under some of the sandbox's quirks."""
    state_file, template = folder / "state" / "sandbox.db", folder / "template.db"
    with ExitStack() as stack:
        with running(state_file, ACCOUNT):
            accounts.import_(state_file, scenario.account(accounts.export(state_file, ACCOUNT)))
        address = stack.enter_context(running(state_file, ACCOUNT, settings=parse(quirks)))
        slow = stack.enter_context(running(state_file, ACCOUNT, settings=parse([*quirks, LAG])))
        port = urlsplit(address.url).port or 0
        prompt = [each for each in quirks if not each.startswith("lag=")]
        true = stack.enter_context(running(state_file, ACCOUNT, settings=parse(prompt)))
        editor = Editor(urlsplit(true.url).port or 0)
        stack.callback(editor.close)
        editor.sign_in(address.username, address.password)
        before = editor.look(state_file)
        with closing(sqlite3.connect(state_file)) as source, closing(sqlite3.connect(template)) as copy:
            source.backup(copy)
        lagging = urlsplit(slow.url).port or 0
        yield Place(state_file, port, lagging, editor, address.username, address.password, before, template)


def live_of(snapshot: Snapshot, key: Key) -> Thing | None:
    """The live thing of a key: by id where it was there before, by name where the run creates it."""
    if key.kind == "connector" and key.name in scenario.CONNECTORS:
        return snapshot.things.get(("connector", scenario.CONNECTORS[key.name]))
    if key.kind == "campaign" and key.name in scenario.CAMPAIGNS:
        return snapshot.things.get(("campaign", scenario.CAMPAIGNS[key.name]))
    if key.kind == "engagement" and (key.campaign, key.name) in scenario.IDS:
        return snapshot.things.get(("engagement", scenario.IDS[key.campaign, key.name]))
    campaign = 0
    if key.kind == "engagement":
        parent = live_of(snapshot, Key("campaign", key.campaign))
        if parent is None:
            return None
        campaign = parent.id
    found = snapshot.find(key.kind, key.name, campaign)
    # What somebody else made under this name was there before.
    return found[-1] if found else None

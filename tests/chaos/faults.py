"""What befalls a request. One class a kind; `KINDS` names them for the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.chaos import scenario
from tests.chaos.gateway import Exchange
from tests.chaos.place import Thing, live_of
from tests.chaos.scenario import Key, Path_
from tests.chaos.worker import Worker


@dataclass(frozen=True)
class Edit:
    """What somebody else did: a field of a thing, or with an empty `path` a whole new thing."""

    number: int
    """Before which request."""
    key: Key | None
    """Of the declared thing; None for one that nobody declared."""
    kind: str
    id: int
    campaign: int
    path: Path_
    value: Any

    @property
    def mark(self) -> str:
        return str(self.value)


@dataclass
class Strike:
    """Passes everything on but the request with the number `at`. `target` is what somebody else edits there."""

    worker: Worker
    at: int
    target: Key
    edits: list[Edit] = field(default_factory=list)
    struck: bool = False

    def befall(self, exchange: Exchange) -> None:
        if exchange.request.number == self.at:
            self.struck = True
            self.strike(exchange)
        else:
            exchange.answer(exchange.pass_on().raw)

    def strike(self, exchange: Exchange) -> None:
        raise NotImplementedError


class KillBefore(Strike):
    def strike(self, exchange: Exchange) -> None:
        self.worker.kill()
        exchange.close()


class KillDuring(Strike):
    """The sandbox has the request, and nobody is left to read its answer."""

    def strike(self, exchange: Exchange) -> None:
        exchange.pass_on()
        self.worker.kill()
        exchange.close()


class KillAfter(Strike):
    def strike(self, exchange: Exchange) -> None:
        exchange.answer(exchange.pass_on().raw)
        self.worker.kill()
        exchange.close()


class AnswerLost(Strike):
    def strike(self, exchange: Exchange) -> None:
        exchange.pass_on()
        exchange.close()


class Reset(Strike):
    """Nothing is handled."""

    def strike(self, exchange: Exchange) -> None:
        exchange.reset()


class TooMany(Strike):
    def strike(self, exchange: Exchange) -> None:
        exchange.refuse(429, "Too Many Requests", *(["Retry-After: 0"] if self.at % 2 else []))


class ServerError(Strike):
    """Nothing is handled."""

    def strike(self, exchange: Exchange) -> None:
        exchange.refuse(500, "Internal Server Error")


class ServerErrorAfter(Strike):
    """It is handled, and answered as if it were not."""

    def strike(self, exchange: Exchange) -> None:
        exchange.pass_on()
        exchange.refuse(500, "Internal Server Error")


class Timeout(Strike):
    """Handled at every other boundary."""

    def strike(self, exchange: Exchange) -> None:
        if self.at % 2:
            exchange.pass_on()
        exchange.wait_for_client_to_go()


class Truncated(Strike):
    def strike(self, exchange: Exchange) -> None:
        answer = exchange.pass_on()
        exchange.answer(answer.raw[: len(answer.head) + len(answer.body) // 2] if answer.body else answer.head[:-2])
        exchange.close()


class Expired(Strike):
    def strike(self, exchange: Exchange) -> None:
        self.worker.place.end_sessions()
        exchange.answer(exchange.pass_on().raw)


class Outage(Strike):
    """From here on nothing answers any more in this run."""

    def befall(self, exchange: Exchange) -> None:
        if exchange.request.number < self.at:
            exchange.answer(exchange.pass_on().raw)
            return
        self.struck = True
        if self.at % 2:
            exchange.reset()
        exchange.refuse(503, "Service Unavailable")


class Lag(Strike):
    """From here on each write is hidden from the next reads."""

    def strike(self, exchange: Exchange) -> None:
        self.worker.gateway.target = self.worker.place.lagging
        exchange.answer(exchange.pass_on().raw)


class LagEnds(Strike):
    """Of the apply after it."""

    def strike(self, exchange: Exchange) -> None:
        self.worker.gateway.target = self.worker.place.port
        exchange.answer(exchange.pass_on().raw)


class _Somebody(Strike):
    """Somebody else is faster than the request."""

    def strike(self, exchange: Exchange) -> None:
        edit = self.edit()
        if edit is not None:
            self.edits.append(edit)
        exchange.answer(exchange.pass_on().raw)

    def edit(self) -> Edit | None:
        raise NotImplementedError

    @property
    def mark(self) -> str:
        return f"FOREIGN{self.at}"

    def set(self, thing: Thing, key: Key | None, path: Path_) -> Edit | None:
        secret = None
        if thing.kind == "connector" and thing.body["type"] == 2:
            secret = scenario.SECRETS["LPCONF_SECRET_GAMMA" if thing.id == 2230 else "LPCONF_SECRET_NEW"]
        if not self.worker.place.editor.edit(thing, path, self.mark, secret=secret):
            return None
        return Edit(self.at, key, thing.kind, thing.id, thing.campaign, path, self.mark)

    def create(self, key: Key | None, kind: str, campaign: int, name: str) -> Edit:
        before = self.worker.place.before.things
        template = {
            "connector": before["connector", scenario.CONNECTORS["Gamma" if name == "New 2" else "Mobile"]],
            "campaign": before["campaign", scenario.CAMPAIGNS["Elsewhere"]],
            "engagement": before["engagement", scenario.IDS["Elsewhere", "B"]],
        }[kind]
        body = {**template.body, "name": name, "description": self.mark}
        body.pop("id")
        if kind == "connector" and name == "New 2":
            configuration = {**body["configuration"], "clientSecret": "new-s3cret"}
            body["configuration"] = configuration
        id = self.worker.place.editor.create(kind, campaign, body)
        return Edit(self.at, key, kind, id, campaign, (), self.mark)


class SameField(_Somebody):
    """A field that the run changes. Where the run creates: a thing of the same name. Where it deletes: any field."""

    def edit(self) -> Edit | None:
        now = self.worker.look()
        thing = live_of(now, self.target)
        if thing is not None:
            return self.set(thing, self.target, scenario.SAME_FIELD[self.target])
        if self.target not in scenario.CREATES:
            return None
        parent = live_of(now, Key("campaign", self.target.campaign)) if self.target.campaign else None
        if self.target.campaign and parent is None:
            return None
        return self.create(self.target, self.target.kind, parent.id if parent else 0, self.target.name)


class OtherField(_Somebody):
    """A field that nobody plans, of the same thing."""

    def edit(self) -> Edit | None:
        thing = live_of(self.worker.look(), self.target)
        paths = scenario.OTHER_FIELDS[self.target.kind]
        return self.set(thing, self.target, paths[self.at % len(paths)]) if thing is not None else None


class Neighbour(_Somebody):
    """A thing that nobody declared, in the same campaign or collection."""

    def edit(self) -> Edit | None:
        now = self.worker.look()
        if self.target.kind == "connector":
            return self.set(now.things["connector", scenario.CONNECTORS["Mobile"]], None, ("description",))
        name = self.target.campaign or self.target.name
        campaign = live_of(now, Key("campaign", name))
        if campaign is None:
            campaign = now.things["campaign", scenario.CAMPAIGNS["Elsewhere"]]
        own = [
            each
            for each in now.things.values()
            if each.kind == "engagement" and each.campaign == campaign.id and each.name.startswith("Own")
        ]
        if own and self.at % 3:
            return self.set(own[0], None, ("description",))
        return self.create(None, "engagement", campaign.id, f"Foreign {self.at}")


KINDS: Mapping[str, Callable[[Worker, int, Key], Strike]] = {
    "killed before": KillBefore,
    "killed during": KillDuring,
    "killed after": KillAfter,
    "answer lost": AnswerLost,
    "reset": Reset,
    "429": TooMany,
    "500": ServerError,
    "500 after all": ServerErrorAfter,
    "timeout": Timeout,
    "truncated answer": Truncated,
    "expired bearer": Expired,
    "outage": Outage,
    "same field": SameField,
    "other field": OtherField,
    "neighbour": Neighbour,
    "reads that lag": Lag,
}

"""Reads and writes the settings of an account, one request a call (facts 3 to 6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lpconf.liveperson.errors import NotFound, UnexpectedAnswer
from lpconf.liveperson.exchange import JSON_TYPE, Answer, Call, as_json, path_of
from lpconf.liveperson.failures import misunderstood, unreadable
from lpconf.liveperson.sign_in import SignIn
from lpconf.liveperson.transport import Transport
from lpconf.model.address import Kind
from lpconf.model.errors import AccessError
from lpconf.model.json import Json, JsonObject
from lpconf.model.plan import Target
from lpconf.model.quirks import Quirks, Verb
from lpconf.resources.kinds import RESOURCES

_DIGITS = re.compile(r"-?[0-9]{1,18}", re.ASCII)

# Facts 2.6: the packages by number; that these are the ones needed is inferred from their names.
_CAMPAIGNS = "the privileges to edit campaigns (40001) and to publish campaigns (40002)"
_PRIVILEGES = {
    Kind.CONNECTOR: "the privilege to configure the authentication server (40012)",
    Kind.CAMPAIGN: _CAMPAIGNS,
    Kind.ENGAGEMENT: _CAMPAIGNS,
}
_NO_SCOPE = "You signed in with OAuth 2. LivePerson documents no scope for campaigns and connectors; sign in as a user."


@dataclass(frozen=True, slots=True)
class Listing:
    """A collection without what is marked as deleted, and its revision if LivePerson sent one."""

    items: tuple[JsonObject, ...]
    revision: int | None


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing as LivePerson sent it, and its collection's revision if LivePerson sent one."""

    body: JsonObject
    revision: int | None


class Client:
    """The settings of one account. `list` and `read` may be called from a few threads at once."""

    def __init__(self, target: Target, base_url: str, quirks: Quirks, transport: Transport, sign_in: SignIn) -> None:
        """Use an open sign-in. `base_url` is that of the service accountConfigReadWrite."""
        self.target = target
        self._base_url = base_url
        self._quirks = quirks
        self._transport = transport
        self._sign_in = sign_in

    @property
    def account(self) -> str:
        """The account's id."""
        return self.target.account

    def list(self, kind: Kind, *, campaign_id: int | None = None) -> Listing:
        """All things of a kind; engagements need their campaign's id. LivePerson may send summaries only.

        Raises UnexpectedAnswer unless every item has an id and a name, besides what `read` raises.
        """
        fields = tuple(("fields", name) for name in RESOURCES[kind].list_fields)
        call = self._call("GET", kind, Verb.LIST, campaign_id=campaign_id, query=fields)
        answer = self._accepted(kind, call)
        body = answer.json(call)
        if not isinstance(body, list):
            raise misunderstood(call, "is not a list")
        items = []
        for position, item in enumerate(body):
            if not isinstance(item, Mapping):
                raise misunderstood(call, f"has an item that is not an object, at position {position}")
            if not _is_deleted(item):
                _check_thing(call, item, f"has an item without {{}}, at position {position}")
                items.append(item)
        return Listing(tuple(items), answer.revision)

    def read(self, kind: Kind, id: int, *, campaign_id: int | None = None) -> Entity:
        """One thing with all its fields.

        Raises:
            NotFound: there is no such thing, or it is marked as deleted.
            UnexpectedAnswer: the answer is not this thing.
            AccessError: not reachable, not signed in, not allowed, or not available after several tries.
            Refused: LivePerson refuses the request.
        """
        call = self._call("GET", kind, Verb.READ, id, campaign_id)
        answer = self._accepted(kind, call)
        body = answer.json(call)
        if not isinstance(body, Mapping):
            raise misunderstood(call, "is not an object")
        _check_thing(call, body, "lacks {}")
        if id_of(body) != id:
            raise misunderstood(call, f"has the id {id_of(body)}")
        if _is_deleted(body):
            raise NotFound(
                answer.status, f"{call}: this {kind.words} is marked as deleted.\nRun the same command again."
            )
        return Entity(body, answer.revision)

    def create(self, kind: Kind, body: JsonObject, *, campaign_id: int | None = None) -> Entity:
        """Create one thing; the answer has its new id. Sent without If-Match (facts 3.3).

        Raises OutcomeUnknown also for an answer without an id, besides what `update` raises.
        """
        call = self._call("POST", kind, Verb.CREATE, campaign_id=campaign_id, body=body)
        answer = self._accepted(kind, call)
        created = _written(call, answer)
        if id_of(created) is None:
            raise misunderstood(call, "has no id")
        return Entity(created, answer.revision)

    def update(
        self, kind: Kind, id: int, body: JsonObject, revision: int | None, *, campaign_id: int | None = None
    ) -> Entity:
        """Replace one thing by a whole body (facts 3.4), if the collection still has this revision.

        Without a revision there is no check. The entity's body is empty if LivePerson sends none back.

        Raises:
            Conflict: the collection has changed since; nothing was written.
            NotFound, Refused, TooMany: nothing was written.
            OutcomeUnknown: the answer was lost or cannot be read.
            AccessError: not signed in, not allowed, or not reachable; nothing was written.
        """
        call = self._call("PUT", kind, Verb.UPDATE, id, campaign_id, body=body, revision=revision)
        answer = self._accepted(kind, call)
        return Entity(_written(call, answer) if answer.body.strip() else {}, answer.revision)

    def delete(self, kind: Kind, id: int, revision: int | None, *, campaign_id: int | None = None) -> None:
        """Delete one thing, if the collection still has this revision (facts 3.5: it stays, marked as deleted).

        Raises as `update` does; any answer of 2xx is success, also an empty one.
        """
        self._accepted(kind, self._call("DELETE", kind, Verb.DELETE, id, campaign_id, revision=revision))

    def _call(
        self,
        method: str,
        kind: Kind,
        verb: Verb,
        id: int | None = None,
        campaign_id: int | None = None,
        *,
        query: tuple[tuple[str, str], ...] = (),
        body: JsonObject | None = None,
        revision: int | None = None,
    ) -> Call:
        parts = RESOURCES[kind].collection.split("/")
        if "{campaign}" in parts and campaign_id is None:
            raise ValueError(f"a {kind.words} needs its campaign's id")
        if revision is not None and revision < 0:
            # Facts 3.3: -1 switches LivePerson's check off.
            raise ValueError("a revision is never negative")
        parts = [part.replace("{campaign}", str(campaign_id)) for part in parts]
        headers = {} if body is None else {"Content-Type": JSON_TYPE}
        if revision is not None:
            headers["If-Match"] = str(revision)
        return Call(
            method,
            self._base_url,
            path_of("api", "account", self.account, "configuration", *parts, *([] if id is None else [str(id)])),
            (("v", self._quirks.versions[kind, verb]), *query),
            headers,
            None if body is None else as_json(body),
            changes=method != "GET",
            hide=_secrets(kind, body or {}),
        )

    def _accepted(self, kind: Kind, call: Call) -> Answer:
        """The answer of 2xx, after one new sign-in if LivePerson asks for it with 401.

        A write may be sent again then: it was refused before anything was done.
        """
        bearer = self._sign_in.bearer
        answer = self._transport.send(_signed(call, bearer))
        if answer.status == 401:
            bearer = self._sign_in.renew(bearer)
            answer = self._transport.send(_signed(call, bearer))
        if answer.status == 401:
            raise AccessError(
                f"{call} is refused as not signed in (401), right after signing in.\n"
                "The user or the client may not be meant for this account's settings.",
                in_public=f"{call.server} refuses a request as not signed in (401), right after signing in.",
            )
        return self._transport.check(_signed(call, bearer), answer, self._when_forbidden(kind))

    def _when_forbidden(self, kind: Kind) -> str:
        needed = _PRIVILEGES.get(kind)
        lines = [f"The user probably lacks {needed}."] if needed else ["The user may lack a privilege."]
        return "\n".join([*lines, _NO_SCOPE] if self._sign_in.uses_oauth else lines)


def id_of(body: JsonObject) -> int | None:
    """The id of a thing, which LivePerson may send as a number or as digits; None for anything else."""
    value = body.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else None


def _signed(call: Call, bearer: str) -> Call:
    return replace(call, bearer=bearer, hide=(*call.hide, bearer))


def _is_deleted(body: JsonObject) -> bool:
    return body.get("deleted") is True or body.get("isDeleted") is True


def _check_thing(call: Call, body: JsonObject, lacks: str) -> None:
    """Refuse a body without an id, or whose name is no text. `lacks` completes "The answer ...", with a place for what.

    A thing without a name passes: one odd thing that nobody declares must not keep lpconf from the others.
    """
    if id_of(body) is None:
        raise misunderstood(call, lacks.format("a number as id"))
    if body.get("name") is not None and not isinstance(body["name"], str):
        raise misunderstood(call, lacks.format("a text as name"))


def _written(call: Call, answer: Answer) -> JsonObject:
    """The body that a write was answered with. Raises OutcomeUnknown if it is not a JSON object."""
    try:
        body = answer.json(call)
    except UnexpectedAnswer:
        raise unreadable(call, "not JSON") from None
    if not isinstance(body, Mapping):
        raise misunderstood(call, "is not an object")
    return body


def _secrets(kind: Kind, body: JsonObject) -> tuple[str, ...]:
    """The secrets in a body, which LivePerson may quote back in an error."""
    found = (_at(body, field.path) for field in RESOURCES[kind].fields if field.sensitive)
    return tuple(value for value in found if isinstance(value, str))


def _at(value: Json, path: tuple[str, ...]) -> Json:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value

"""Which engagement a visitor is offered (facts 5 of the consumer side).

`reasons` is the decision: an engagement is offered if there is none against it. Where on the site a visitor is, and how
he behaves there, is not simulated (rule `monitoring-targeting`).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lpconf.sandbox import visible
from lpconf.sandbox.conversations import Conversation, Conversations
from lpconf.sandbox.kinds import Desk
from lpconf.sandbox.lp_tokens import consumer_id
from lpconf.sandbox.replies import json_response
from lpconf.sandbox.rules import Refusal
from lpconf.sandbox.service import Service
from lpconf.sandbox.store import Body, Entity

# Which ids a new account has is not known, so the simulator has one of its own [GUESS: that LivePerson's are UUIDs].
APP_INSTALLATION_ID = "5a4db0c5-0000-4000-8000-000000000001"

_VERSIONS = frozenset({"1.0", "1.1"})
_PUBLISHED = 1
_MESSAGING = 1
_AUTHENTICATED = "loa1"


@dataclass(frozen=True)
class Identity:
    """What the page says of the visitor (facts 3.2 [DOC]). It identifies; it does not authenticate."""

    iss: str = ""
    acr: str = "0"
    sub: str = ""

    @property
    def is_authenticated(self) -> bool:
        """The rule `monitoring-loa1`."""
        return self.acr == _AUTHENTICATED and bool(self.iss and self.sub)


@dataclass(frozen=True)
class Reason:
    """Why an engagement is not offered: the field that decides, and a sentence."""

    field: str
    text: str


@dataclass(frozen=True)
class Candidate:
    """An engagement, its campaign, and what speaks against offering it."""

    campaign: Entity
    engagement: Entity
    revision: int
    reasons: tuple[Reason, ...]


def reasons(
    campaign: Entity, engagement: Entity, connectors: Mapping[int, Entity], identity: Identity, now: float
) -> tuple[Reason, ...]:
    """What speaks against offering an engagement to a visitor; nothing if it is offered.

    Args:
        campaign: its campaign.
        engagement: the engagement.
        connectors: the account's connectors by id; deleted ones may be there or not.
        identity: the visitor.
        now: seconds since 1970.
    """
    return (*_of_campaign(campaign, now), *_of_engagement(engagement), *_of_visitor(engagement, connectors, identity))


def _of_campaign(campaign: Entity, now: float) -> Iterator[Reason]:
    body = campaign.body
    if campaign.deleted:
        yield Reason("campaign.deleted", "The campaign is deleted.")
    if body.get("status") != _PUBLISHED:
        yield Reason("campaign.status", "The campaign is not published.")
    start, end = (_moment(body.get(name), body.get("timeZone")) for name in ("startDate", "expirationDate"))
    if start is not None and now < start:
        yield Reason("campaign.startDate", "The campaign has not started yet.")
    if end is not None and now >= end:
        yield Reason("campaign.expirationDate", "The campaign is over.")


def _of_engagement(engagement: Entity) -> Iterator[Reason]:
    body = engagement.body
    if engagement.deleted:
        yield Reason("deleted", "The engagement is deleted.")
    if body.get("enabled") is not True:
        yield Reason("enabled", "The engagement is switched off.")
    if body.get("conversationType") != _MESSAGING:
        yield Reason("conversationType", "The engagement is live chat, not messaging.")


def _of_visitor(engagement: Entity, connectors: Mapping[int, Entity], identity: Identity) -> Iterator[Reason]:
    """An engagement for all visitors is offered on authenticated pages too (facts of the API 5.6 [DOC])."""
    body = engagement.body
    if body.get("allowUnauthMsg") is True:
        return
    if identity.acr != _AUTHENTICATED:
        yield Reason(
            "identities.acr", "The engagement is for signed-in visitors, and the page does not say that this one is."
        )
    elif not identity.is_authenticated:
        yield Reason("identities.sub", "The page's identity lacks iss or sub.")
    connector = connectors.get(body.get("connectorId") or 0)
    if body.get("connectorId") is None:
        yield Reason("connectorId", "The engagement is for authenticated visitors and has no connector.")
    elif connector is None or connector.deleted:
        yield Reason("connectorId", "The engagement's connector is deleted.")


def _moment(date: object, zone: object) -> float | None:
    """A date of a campaign in seconds since 1970, taken as UTC if its zone is not known."""
    try:
        moment = datetime.strptime(str(date), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    try:
        return moment.replace(tzinfo=ZoneInfo(str(zone))).timestamp()
    except (ZoneInfoNotFoundError, ValueError):
        return moment.timestamp()


class Monitoring:
    """The endpoint. It needs no credentials."""

    def __init__(self, service: Service, conversations: Conversations) -> None:
        self._service = service
        self._rules = service.rules
        self._conversations = conversations

    def routes(self) -> list[Route]:
        return [Route("/api/account/{account}/app/{app}/engagement", self._answer, methods=["POST"])]

    async def _answer(self, request: Request) -> Response:
        try:
            return await self.engagement(request)
        except Refusal as refusal:
            # The form of LivePerson's sample of another error [DOC].
            now = int(self._service.clock() * 1000)
            body = {"time": now, "message": refusal.message, "internalCode": refusal.rule.code}
            return json_response(body, refusal.status)

    async def engagement(self, request: Request) -> Response:
        """What the visitor is offered; in `sandbox.notOffered` also why not the rest."""
        if request.query_params.get("v") not in _VERSIONS:
            raise self._rules.refusal("monitoring-version", "v must be 1.0 or 1.1")
        account = str(request.path_params["account"])
        identities = self._identities(await request.body())
        candidates = self._candidates(account, request.path_params["app"], identities)
        offered = [candidate for candidate in candidates if not candidate.reasons]
        details = self._details(offered, self._open_conversation(account, identities))
        visitor, session = (request.query_params.get(name) for name in ("vid", "sid"))
        body: Body = {
            "visitorId": visitor or secrets.token_urlsafe(16),
            "sessionId": session or secrets.token_urlsafe(16),
            "pageId": str(secrets.randbelow(9_000_000_000) + 1_000_000_000),
            **({"engagementDetails": details} if details else {}),
            "sandbox": {"notOffered": [_not_offered(c, r) for c in candidates for r in c.reasons]},
        }
        is_new = not (visitor and session)
        return json_response(body, 201 if is_new and self._rules.on("monitoring-created") else 200)

    def _identities(self, content: bytes) -> tuple[Identity, ...]:
        try:
            body = json.loads(content or b"{}")
            found = body.get("identities") or []
        except (ValueError, RecursionError, AttributeError):
            raise self._rules.refusal("monitoring-body", "The body must be a JSON object") from None
        # One element may come without its array, as elsewhere at LivePerson (facts 4 [DOC]).
        found = [found] if isinstance(found, dict) else found
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise self._rules.refusal("monitoring-body", "identities must be an array of objects")
        return tuple(Identity(*(_text(item.get(name)) for name in ("iss", "acr", "sub"))) for item in found)

    def _candidates(self, account: str, app: str, identities: Sequence[Identity]) -> list[Candidate]:
        """Every live engagement of the account. The best of the identities counts."""
        identity = next((item for item in identities if item.is_authenticated), None)
        identity = identity or next(iter(identities), Identity())
        now = self._service.clock()
        with self._service.store.read() as tx:
            desk = Desk(tx, account, now, self._rules, self._service.collections)
            if not tx.has_account(account):
                raise self._rules.refusal("monitoring-app", "The account is not known")
            connectors = {found.id: found for found in tx.entities(desk.place("connectors"))}
            candidates = [
                Candidate(campaign, found, desk.revision(place), reasons(campaign, found, connectors, identity, now))
                for campaign in tx.entities(desk.place("campaigns"))
                for place in (desk.place("engagements", campaign.id),)
                for found in visible.engagements(tx, self._rules, campaign)
            ]
        if app not in {APP_INSTALLATION_ID, *(found.engagement.body.get("appInstallationId") for found in candidates)}:
            raise self._rules.refusal("monitoring-app", "The app installation is not known")
        return candidates

    def _open_conversation(self, account: str, identities: Sequence[Identity]) -> Conversation | None:
        """The first open conversation of an authenticated identity (rule `monitoring-open`)."""
        known = [item for item in identities if item.is_authenticated]
        consumers = [consumer_id(self._rules, account, item.iss, item.sub) for item in known]
        return next(
            (found for one in consumers for found in self._conversations.of(account, one) if found.is_open), None
        )

    def _details(self, offered: Sequence[Candidate], conversation: Conversation | None) -> list[Body]:
        """Its own engagement alone if the visitor is in a conversation, and the engagement is still offered."""
        for candidate in offered:
            if conversation is not None and candidate.engagement.id == conversation.engagement_id:
                return [{**_detail(candidate), "conversationId": conversation.id, "status": "conversation"}]
        return [{**_detail(candidate), "status": "expose"} for candidate in offered]


def _detail(candidate: Candidate) -> Body:
    """What does not depend on conversations, in LivePerson's types [DOC]; the context is always "1" [GUESS]."""
    body = candidate.engagement.body
    detail: dict[str, Any] = {
        "campaignId": candidate.campaign.id,
        "engagementId": candidate.engagement.id,
        "engagementRevision": candidate.revision,
        "contextId": "1",
        "connectorId": body.get("connectorId"),
        "windowId": None if body.get("windowId") is None else str(body["windowId"]),
        "language": body.get("language"),
    }
    return {name: value for name, value in detail.items() if value is not None}


def _not_offered(candidate: Candidate, reason: Reason) -> Body:
    ids = {"campaignId": candidate.campaign.id, "engagementId": candidate.engagement.id}
    return {**ids, "field": reason.field, "reason": reason.text}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

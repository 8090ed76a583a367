"""Which engagement and connector the page is about, read from the account's live settings. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lpconf.model.address import Kind
from lpconf.model.json import Json
from lpconf.model.live import Live, LiveThing
from lpconf.model.quirks import Quirks
from lpconf.page.outcome import Outcome
from lpconf.page.upstream import Offer, Refused, as_id
from lpconf.resources.connector import flow_of
from lpconf.resources.kinds import RESOURCES

DEFAULT_METHOD = "lpGetAuthenticationToken"
"""The page method's name where the connector has none (consumer-side 3.1 [DOC])."""

_ONLINE = 2
"""`displayInstanceType` of the button while agents are there (facts 5.4: number seen, name seen once)."""


@dataclass(frozen=True, slots=True)
class PageMethod:
    """The function that LivePerson's window calls for a token. An empty context is the global scope [GUESS]."""

    name: str
    context: str
    given: bool
    """Whether the connector names it, or the name is the default."""

    @classmethod
    def of(cls, name: object, context: object) -> PageMethod:
        """From the connector's fields, which may be empty or of a wrong type."""
        own = name.strip() if isinstance(name, str) else ""
        scope = context.strip() if isinstance(context, str) else ""
        return cls(own or DEFAULT_METHOD, scope, bool(own))

    def as_json(self) -> dict[str, Any]:
        """As the page's scripts read it."""
        return {"name": self.name, "context": self.context, "given": self.given}


def chosen_engagement(live: Live, offer: Offer, quirks: Quirks) -> LiveThing | None:
    """The engagement that is offered, else the one that comes closest to it, else None."""
    wanted = as_id(offer.details.get("engagementId"))
    engagements = live.of(Kind.ENGAGEMENT)
    for engagement in engagements:
        if engagement.id == wanted:
            return engagement
    return max(engagements, key=lambda each: _nearness(each.body, quirks), default=None)


def _nearness(body: Mapping[str, Json], quirks: Quirks) -> int:
    """How many of the tutorial's settings an engagement has."""
    return sum(
        (
            body.get("conversationType") == quirks.conversation["messaging"],
            body.get("allowUnauthMsg") is False,
            body.get("connectorId") is not None,
            body.get("enabled") is True,
        )
    )


def connector_of(live: Live, engagement: LiveThing | None) -> LiveThing | None:
    """The live connector that an engagement names."""
    wanted = as_id(engagement.body.get("connectorId")) if engagement else None
    return next((each for each in live.of(Kind.CONNECTOR) if each.id == wanted), None)


def page_method(connector: LiveThing) -> PageMethod:
    """The page method that a live connector names."""
    configuration = _mapping(connector.body.get("configuration"))
    return PageMethod.of(configuration.get("jsMethodName"), configuration.get("jsContext"))


def connector_outcome(live: Live, engagement: LiveThing | None, quirks: Quirks) -> Outcome:
    """Step 2: the connector that applies, or why none does."""
    if engagement is None:
        return Outcome(False, "The account has no engagement.", "Declare one in the YAML, then run lpconf apply.")
    campaign = next((each for each in live.of(Kind.CAMPAIGN) if each.id == engagement.campaign_id), None)
    details = [("Engagement", engagement.name), ("Campaign", campaign.name if campaign else "")]
    wanted = engagement.body.get("connectorId")
    if wanted is None:
        return Outcome(
            False,
            f'The engagement "{engagement.name}" has no connector (connectorId is empty).',
            "Declare connector and authenticated_visitors_only for it in the YAML, then run lpconf apply.",
            details=tuple(details),
        )
    connector = connector_of(live, engagement)
    if connector is None:
        return Outcome(
            False,
            f'The connector {wanted} of the engagement "{engagement.name}" does not exist, or is deleted.',
            "Name a live connector in the YAML, then run lpconf apply.",
            details=tuple(details),
        )
    return _found(connector, engagement, details, quirks)


def _found(connector: LiveThing, engagement: LiveThing, details: Sequence[tuple[str, str]], quirks: Quirks) -> Outcome:
    configuration = _mapping(connector.body.get("configuration"))
    method = page_method(connector)
    shown = (
        *details,
        ("Connector", f"{connector.name} ({connector.id})"),
        ("JS Method Name", method.name if method.given else f"empty, so {method.name}"),
        ("JS Context", method.context or "empty, so the global scope"),
    )
    if flow_of(connector.body, quirks) == "code":
        return Outcome(
            False,
            f'The connector "{connector.name}" takes codes, not tokens (code flow).',
            "This page hands over a token. Try a code-flow connector on your own page.",
            details=shown,
        )
    notes = []
    if engagement.body.get("isPopOut") is True:
        notes.append(
            "The window opens separately: LivePerson then asks "
            f"{configuration.get('authorizationEndpoint') or 'the Authentication Endpoint'} for the token and never "
            "calls the page method. This page shows the embedded case."
        )
    if engagement.body.get("allowUnauthMsg") is True:
        # Consumer-side 5 [GUESS]: with it the window takes an anonymous visitor instead.
        notes.append(
            "The engagement is open to visitors who are not signed in (allowUnauthMsg). "
            "LivePerson may then not ask for a token at all."
        )
    return Outcome(True, f'"{connector.name}" applies.', notes=tuple(notes), details=shown)


def engagement_outcome(live: Live, offer: Offer) -> Outcome:
    """Step 5: the engagement that is offered to this visitor, or the fields that hide the button."""
    names = {each.id: each.name for kind in (Kind.CAMPAIGN, Kind.ENGAGEMENT) for each in live.of(kind)}
    if offer.details:
        name = names.get(as_id(offer.details.get("engagementId")) or 0, "")
        return Outcome(
            True,
            f'"{name}" is offered to this visitor.',
            details=(("Visitor", offer.visitor_id), ("Session", offer.session_id)),
        )
    if not offer.refused:
        return Outcome(
            False,
            "No engagement is offered to this visitor.",
            "Check that the campaign is published, the engagement enabled, and its entry points include this page.",
        )
    first, *others = offer.refused
    word = _word(first)
    return Outcome(
        False,
        f"{_of(first, names)}: {_sentence(first)}",
        f"Set {word} in the YAML, then run lpconf apply." if word else "",
        tuple(f"{_of(each, names)}: {_sentence(each)}" for each in others),
    )


def _of(refused: Refused, names: Mapping[int, str]) -> str:
    """Which engagement, for people."""
    name = names.get(refused.engagement_id or 0) or names.get(refused.campaign_id or 0)
    return f'"{name}" is not offered' if name else "Nothing is offered"


def _sentence(refused: Refused) -> str:
    reason = refused.reason.rstrip(".")
    reason = reason[:1].lower() + reason[1:]
    return f"{reason} ({refused.field})." if reason and refused.field else f"{reason or refused.field}."


def _word(refused: Refused) -> str:
    """The YAML's word for a field of LivePerson's, if it has one."""
    owner, _, name = refused.field.rpartition(".")
    kind = Kind.CAMPAIGN if owner == "campaign" else Kind.ENGAGEMENT
    for field in RESOURCES[kind].fields if owner in {"", "campaign"} else ():
        if field.path == (name,):
            return f"{field.word} of the {kind.words}"
    return ""


def button_of(engagement: LiveThing) -> dict[str, Any] | None:
    """What to draw the button from: the display instance for agents who are there (facts 5.5); None without one."""
    instances = engagement.body.get("displayInstances")
    for instance in instances if isinstance(instances, list) else ():
        if isinstance(instance, dict) and instance.get("displayInstanceType") == _ONLINE and instance.get("enabled"):
            return {
                "presentation": dict(_mapping(instance.get("presentation"))),
                "position": _mapping(engagement.body.get("position")).get("type"),
            }
    return None


def context_of(offer: Offer) -> dict[str, Any]:
    """What the window needs to open a conversation: ids as consumer-side 4 and 5 name them."""
    return {
        "campaignId": offer.details.get("campaignId"),
        "engagementId": offer.details.get("engagementId"),
        "contextId": offer.details.get("contextId"),
        "conversationId": offer.details.get("conversationId"),
        "visitorId": offer.visitor_id,
        "sessionId": offer.session_id,
    }


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

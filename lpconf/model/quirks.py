"""Every guess about LivePerson, in one value that is passed in and easy to change.

A quirks file (see docs/reference/quirks.md) replaces single entries once a live account has settled them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lpconf.model.address import Kind


class Evidence(StrEnum):
    """How sure a statement about LivePerson is."""

    DOCUMENTED = "documented"
    """LivePerson's own documentation says so."""
    SEEN = "seen"
    """Found in the payloads or the working code of at least two authors."""
    SEEN_ONCE = "seen once"
    """Found in one place only."""
    GUESS = "guess"
    """Inferred. lpconf writes on a guess only when told to."""
    CONFIRMED = "confirmed"
    """The user's quirks file confirms it."""


class Verb(StrEnum):
    """What a request does to a collection."""

    LIST = "list"
    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


def _versions() -> dict[tuple[Kind, Verb], str]:
    table = {
        # Facts 4.1: GET 2.0 [seen], POST 1.0 [seen once], PUT and DELETE 2.0 [guess].
        Kind.CONNECTOR: "2.0",
        # Facts 5.1 [seen].
        Kind.CAMPAIGN: "3.4",
        Kind.ENGAGEMENT: "3.4",
        # Facts 6.
        Kind.SKILL: "2.0",
        Kind.WINDOW: "2.0",
        Kind.ENTRY_POINT: "3.0",
        Kind.BEHAVIOR: "2.0",
        Kind.GOAL: "3.0",
        Kind.AUDIENCE: "2.0",
    }
    versions = {(kind, verb): version for kind, version in table.items() for verb in Verb}
    versions[Kind.CONNECTOR, Verb.CREATE] = "1.0"
    return versions


def _evidence() -> dict[str, Evidence]:
    return {
        # Facts 4.1 and 4.4.
        "connector.create": Evidence.SEEN_ONCE,
        "connector.create_code_flow": Evidence.GUESS,
        "connector.update": Evidence.GUESS,
        "connector.delete": Evidence.GUESS,
        # Facts 5.1.
        "campaign.create": Evidence.SEEN_ONCE,
        "campaign.update": Evidence.SEEN,
        "campaign.delete": Evidence.SEEN_ONCE,
        "engagement.create": Evidence.SEEN,
        "engagement.update": Evidence.SEEN,
        "engagement.delete": Evidence.SEEN,
    }


def _places() -> dict[str, int]:
    grid = ("top_left", "top", "top_right", "left", "middle", "right", "bottom_left", "bottom", "bottom_right")
    return {name: number for number, name in enumerate((*grid, "custom", "toaster"), start=1)}


@dataclass(frozen=True, slots=True)
class Quirks:
    """API versions, enumeration numbers, and how sure each write operation is."""

    versions: Mapping[tuple[Kind, Verb], str] = field(default_factory=_versions)
    """The `v` of each request."""
    evidence: Mapping[str, Evidence] = field(default_factory=_evidence)
    """The evidence of each write operation, such as `connector.update`."""
    flow: Mapping[str, int] = field(default_factory=lambda: {"implicit": 1, "code": 2})
    """Connector `type` numbers. Facts 4.4: 1 seen once for implicit, 2 one example for code. Where both are the same,
    `code_flow_fields` decide. A connector of any other type is left alone; that of the unauthenticated (ACR-0) one is
    not known.
    """
    code_flow_fields: tuple[str, ...] = ("tokenEndpoint", "clientId")
    """The fields of a connector's `configuration` that make it code flow where its `type` is the implicit one's and
    they all hold something. Facts 4.4 and 4.5 [guess].
    """
    authenticated_levels: tuple[str, ...] = ("loa1",)
    """The `acrValues` of connectors for visitors who sign in. Facts 4.3: loa1 is documented; that the unauthenticated
    connector holds another level is a guess. A live connector with any other level is left alone.
    """
    authenticated_fields: tuple[str, ...] = ("jwtValidationType",)
    """What the `configuration` of a connector for visitors who sign in always holds. Facts 4.3: seen once; that the
    unauthenticated connector lacks it is a guess. A live connector without one of them is left alone.
    """
    conversation: Mapping[str, int] = field(default_factory=lambda: {"live_chat": 0, "messaging": 1})
    """`conversationType`. Facts 5.4: 1 seen, 0 seen once."""
    status: Mapping[str, int] = field(default_factory=lambda: {"unpublished": 0, "published": 1})
    """Campaign `status`. Facts 5.4: both seen. 2 (scheduled) has no word yet."""
    agent_state: Mapping[str, int] = field(default_factory=lambda: {"offline": 1, "online": 2, "busy": 4})
    """`displayInstanceType`. Facts 5.4: seen as numbers, their names seen once. Only drawings of buttons rest on it."""
    place: Mapping[str, int] = field(default_factory=_places)
    """`position.type`. Facts 5.4: 6 seen, the others seen once. Only drawings of buttons rest on it."""
    sticky_button: Mapping[str, int] = field(default_factory=lambda: {"type": 6, "subType": 24, "channel": 1})
    """What the engagements hold whose button stays at its `position` on a web page. Facts 5.4: all three seen. Where
    the buttons of others are is not known. Only drawings of buttons rest on it.
    """
    campaign_write_moves_engagements: bool = False
    """Whether a campaign PUT raises `engagementCollectionRevision` although no engagement in it differs [guess].
    While it is false, a raised one means that somebody else changed an engagement at the same moment.
    """
    campaign_type: int = 1
    """`type` of a new campaign. Facts 5.2: 1 is what the one captured creation sent."""

    def evidence_of(self, operation: str) -> Evidence:
        """How sure a write operation is, such as `connector.update`. What nothing is known of is a guess."""
        return self.evidence.get(operation, Evidence.GUESS)

"""What would change: one value that every output and `apply` read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from lpconf.model.address import Address, Kind
from lpconf.model.button import Appearance
from lpconf.model.diagnostic import Diagnostic
from lpconf.model.json import Json
from lpconf.model.policy import Policy
from lpconf.model.quirks import Evidence
from lpconf.model.site import Position, SecretReference


class Action(StrEnum):
    """What happens to a thing."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Comparison(StrEnum):
    """When two values of a field are the same value (facts 9.1)."""

    EXACT = "exact"
    """null and absent are the same."""
    TEXT = "text"
    """null, "" and absent are the same."""
    FLAG = "flag"
    """null, false and absent are the same."""
    PUBLIC_KEY = "public_key"
    """Compared by DER bytes: white space and PEM lines do not matter."""
    ID = "id"
    """5 and "5" are the same."""
    ID_SET = "id_set"
    """Ids without order."""


class Origin(StrEnum):
    """Why a field is part of a change."""

    DECLARED = "declared"
    EXTRA = "extra"
    """Declared under `extra`, in LivePerson's spelling."""
    GROUP = "group"
    """Follows from `flow` or from the key source."""
    TEMPLATE = "template"
    """Not declared; a new thing takes it from the kind's template."""
    DEFAULT = "default"
    """Not declared; a new thing refers to the only or the system-default thing of that kind."""
    COPY = "copy"
    """LivePerson keeps the name of a referenced thing here; it follows the reference."""
    LIVE = "live"
    """Goes away with the thing that is deleted."""
    LIVE_EXTRA = "live_extra"
    """The same, of a field that has no word."""
    RUN = "run"
    """Goes back to what it was before a run."""


@dataclass(frozen=True, slots=True)
class KnownAfterApply:
    """The id of a thing that the same plan creates."""

    address: Address


@dataclass(frozen=True, slots=True)
class Absent:
    """The live body does not have the field."""


Wire: TypeAlias = "Json | KnownAfterApply | SecretReference | Absent"
"""A value as LivePerson spells it, or what stands for one until the write."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a field's change: as LivePerson spells it, and as people read it.

    `text` is in the YAML's words: a reference's name, a key's fingerprint, `unknown(2)`; for a sensitive field it is
    a mask. `wire` of a live sensitive field is `Absent`: no secret ever is in a plan.
    """

    wire: Wire
    text: Json


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that changes. `path` is the place in the LivePerson body; `word` the YAML's word, or that path."""

    word: str
    path: tuple[str, ...]
    before: Side
    after: Side
    comparison: Comparison
    origin: Origin
    sensitive: bool = False
    details: tuple[str, ...] = ()
    """For a long value: what differs inside it."""


class RiskKind(StrEnum):
    """What a risk is about, in the order in which a reviewer should read."""

    AUTHENTICATION = "authentication"
    """Authentication gets weaker, or is switched off."""
    KEY = "key"
    """Who is trusted: the key that checks tokens, their issuer or the connector is another one."""
    SECRET = "secret"  # noqa: S105 - the name of a kind
    """A secret is sent, or goes to another host."""
    PREFERRED = "preferred"
    """Another connector becomes the one that LivePerson prefers."""
    VISIBILITY = "visibility"
    """Visitors lose something: an engagement is switched off, a campaign is unpublished."""
    DELETION = "deletion"
    """A thing is deleted."""
    PUBLISHING = "publishing"
    """Visitors may see the change at once."""
    OTHER = "other"


RISK_ORDER: Mapping[RiskKind, int] = MappingProxyType({kind: rank for rank, kind in enumerate(RiskKind)})
"""The rank of each kind: the lower, the sooner a reviewer must read it."""


@dataclass(frozen=True, slots=True)
class Risk:
    """Something a reviewer must know."""

    text: str
    kind: RiskKind = RiskKind.OTHER
    details: tuple[str, ...] = ()
    """What it is about, one thing each."""

    @property
    def weakens(self) -> bool:
        """Whether authentication gets weaker: that is said before all else."""
        return self.kind is RiskKind.AUTHENTICATION


@dataclass(frozen=True, slots=True)
class Block:
    """A safety rule that stops a change, and the flag that allows it (empty: no flag does)."""

    reason: str
    allowed_by: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one thing.

    `live_id` and `name` are those of the live thing, None and the declared name for a creation.
    `campaign_id` is set on engagements whose campaign is live.
    For a deletion, `fields` holds every field of the live thing: each goes away.
    `operation` names the kind of write, such as `connector.update`, and `evidence` how sure it is.
    """

    address: Address
    action: Action
    name: str
    live_id: int | None
    campaign_id: int | None
    fields: tuple[FieldChange, ...]
    operation: str
    evidence: Evidence
    unchanged_fields: int = 0
    risks: tuple[Risk, ...] = ()
    blocks: tuple[Block, ...] = ()
    notes: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    """Of every field of the live thing that the plan was made of, by its LivePerson path. Empty for a creation."""
    position: Position | None = field(default=None, compare=False)
    """Where the configuration declares the thing. None where nothing does: a purge, a rollback."""
    appearance: Appearance | None = field(default=None, compare=False)
    """Of an engagement: its button before and after."""

    @property
    def blocked(self) -> bool:
        """Whether a safety rule stops this change."""
        return bool(self.blocks)


@dataclass(frozen=True, slots=True)
class Step:
    """One write, in the order of the plan. A campaign that is created published takes two: created, then published."""

    address: Address
    action: Action
    fields: tuple[FieldChange, ...]
    needs: frozenset[Address] = frozenset()
    """What must have succeeded before."""


@dataclass(frozen=True, slots=True)
class Target:
    """The account that a plan is for, and where it was found."""

    account: str
    discovery_host: str
    label: str | None = None
    sandbox: bool = False


@dataclass(frozen=True, slots=True)
class Managed:
    """One declared thing as it will be after the plan.

    `values` maps LivePerson paths to planned values, of all managed fields, changed or not, without secrets.
    `live_id` is None for a thing that the plan creates.
    """

    address: Address
    live_id: int | None
    values: Mapping[tuple[str, ...], Wire]


@dataclass(frozen=True, slots=True)
class Unprotected:
    """A live thing that the last run's configuration protected from being deleted, and this one does not.

    `address` is the one that it had there, `in_public` the same without the names of what nothing declares any more
    (lpconf.model.public.former), as a text.
    """

    address: Address
    live_id: int
    in_public: str
    position: Position | None = field(default=None, compare=False)
    """Where the configuration declares the thing now. None where it does not."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that would change in one account.

    `changes` stand in the configuration's order; `steps` in the order of the writes, blocked changes left out.
    `unchanged` counts the declared things that already are as declared. `managed` holds the declared things that are
    live or will be. `configuration` is the digest of what was declared, `policy` what the flags allowed.
    """

    target: Target
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    unchanged: int
    diagnostics: tuple[Diagnostic, ...] = ()
    managed: tuple[Managed, ...] = ()
    protected: tuple[Address, ...] = ()
    """The things that the configuration protects from being deleted."""
    unprotected: tuple[Unprotected, ...] = ()
    seen: frozenset[tuple[Kind, int]] = frozenset()
    """All live things of the collections that the plan was made of, by kind and id."""
    configuration: str = ""
    policy: Policy = field(default_factory=Policy)
    rolls_back: str | None = None
    """The run that the plan takes back; None for a plan of a configuration."""
    conflicts: tuple[str, ...] = ()
    """What a rollback leaves alone because it has changed since the run, one line each."""

    @property
    def blocked(self) -> tuple[Change, ...]:
        """The changes that a safety rule stops."""
        return tuple(change for change in self.changes if change.blocked)

    @property
    def allowed(self) -> tuple[Change, ...]:
        """The changes that `apply` makes."""
        return tuple(change for change in self.changes if not change.blocked)

    def count(self, action: Action) -> int:
        """How many changes of one action `apply` makes."""
        return sum(change.action is action for change in self.allowed)

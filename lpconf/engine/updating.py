"""One declared thing against its live one: which fields change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lpconf.engine.body import merged
from lpconf.engine.desired import Desired
from lpconf.engine.details import details
from lpconf.engine.digest import FieldDigests
from lpconf.engine.sentences import WAY_TO_ANOTHER_FLOW
from lpconf.engine.values import ABSENT, Names, at, json_of, live_side, plain_side, same
from lpconf.engine.wording import quoted
from lpconf.model.address import Address, Kind
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import Absent, Action, Change, FieldChange, Origin, Side
from lpconf.model.quirks import Quirks
from lpconf.model.site import Declared, SecretReference
from lpconf.resources.connector import KEY_SOURCES, delegates, flow_of
from lpconf.resources.secrecy import MASK


@dataclass(frozen=True, slots=True)
class Context:
    """What comparing needs to know besides the thing itself."""

    live: Live
    quirks: Quirks
    names: Names
    write_secrets: frozenset[str] = frozenset()
    """The secrets to write although nothing else changes, as `secret_name` spells them."""
    digests: FieldDigests = field(default_factory=FieldDigests)


def secret_name(address: Address, word: str) -> str:
    """How a flag names a declared secret: `connector["A"].client_secret`."""
    return f"{address}.{word}"


def update(
    thing: Declared, target: LiveThing, wanted: tuple[Desired, ...], context: Context
) -> tuple[Change | None, tuple[Diagnostic, ...]]:
    """The change of a live thing, or None where it already is as declared."""
    problems = [problem for each in wanted if (problem := _inside_a_value(thing, target, each)) is not None]
    if problems:
        return None, tuple(problems)
    if (unmet := _still_delegates(thing, target)) is not None:
        return None, (unmet,)
    compared = [each for each in wanted if not isinstance(each.side.wire, SecretReference)]
    fields = tuple(each for each in (_field_change(one, target, context) for one in compared) if each is not None)
    refused = _flow_change(thing, target, fields, context.quirks)
    if refused is not None:
        return None, (refused,)
    secrets = tuple(
        FieldChange(each.word, each.path, Side(ABSENT, MASK), each.side, each.comparison, each.origin, sensitive=True)
        for each in wanted
        if isinstance(each.side.wire, SecretReference)
    )
    asked_for = any(secret_name(thing.address, each.word) in context.write_secrets for each in secrets)
    # A copied name is brought along with its reference, never planned for its own sake.
    if not asked_for and all(each.origin is Origin.COPY for each in fields):
        return None, ()
    operation = f"{thing.address.kind}.update"
    change = Change(
        address=thing.address,
        action=Action.UPDATE,
        name=target.name,
        live_id=target.id,
        campaign_id=target.campaign_id,
        fields=(*fields, *secrets),
        operation=operation,
        evidence=context.quirks.evidence_of(operation),
        unchanged_fields=len(compared) - len(fields),
        notes=("LivePerson probably never shows the secret, so it is sent again.",) if secrets else (),
        digests=context.digests.of(target),
    )
    return change, ()


def _field_change(wanted: Desired, target: LiveThing, context: Context) -> FieldChange | None:
    value = at(target.body, wanted.path)
    if same(wanted.comparison, value, wanted.side.wire):
        return None
    if wanted.field:
        before = live_side(wanted.field, value, context.quirks, context.names)
    else:
        before = plain_side(target.kind, wanted.path, value)
    return FieldChange(
        wanted.word,
        wanted.path,
        before,
        wanted.side,
        wanted.comparison,
        wanted.origin,
        sensitive=wanted.sensitive,
        details=details(before.text, wanted.side.wire) if wanted.origin is Origin.EXTRA else (),
    )


def _inside_a_value(thing: Declared, target: LiveThing, wanted: Desired) -> Diagnostic | None:
    """A field inside what is a list or a plain value in the account: writing it would wipe that value."""
    for length in range(1, len(wanted.path)):
        held = at(target.body, wanted.path[:length])
        if isinstance(held, Absent | Mapping) or held is None:
            continue
        place = ".".join(wanted.path[:length])
        return Diagnostic(
            Severity.ERROR,
            "extra.shape",
            f"{place} of {quoted(target.name)} (id {target.id}) is no map in the account, so {wanted.word} "
            "cannot be set in it",
            f"{thing.path}.extra" if wanted.origin is Origin.EXTRA else f"{thing.path}.{wanted.word}",
            f"Write the whole value of {place}.",
            thing.position_of("extra" if wanted.origin is Origin.EXTRA else wanted.word),
        )
    return None


def _still_delegates(thing: Declared, target: LiveThing) -> Diagnostic | None:
    """`consumer_delegation: false` alone: it takes the key source away and does not say which takes its place."""
    if thing.fields.get("consumer_delegation") is not False or not delegates(target.body):
        return None
    if any(thing.fields.get(word) for word in KEY_SOURCES):
        return None
    return Diagnostic(
        Severity.ERROR,
        "connector.consumer_delegation",
        f"the live connector {quoted(target.name)} (id {target.id}) serves consumer delegation, and nothing declared "
        "takes its place",
        f"{thing.path}.consumer_delegation",
        "Declare jwt_public_key or jwks_endpoint, with which LivePerson is to check the visitors' tokens.",
        thing.position_of("consumer_delegation"),
    )


def _flow_change(
    thing: Declared, target: LiveThing, fields: tuple[FieldChange, ...], quirks: Quirks
) -> Diagnostic | None:
    """Refuses another flow, by its word or by the fields that make it (facts 4.2 [guess] and 4.4)."""
    if thing.address.kind is not Kind.CONNECTOR:
        return None
    live = flow_of(target.body, quirks)
    declared = thing.fields.get("flow")
    planned = declared if isinstance(declared, str) else flow_of(merged(target.body, fields, json_of), quirks)
    if live is None or live == planned:
        return None
    return Diagnostic(
        Severity.ERROR,
        "connector.flow_change",
        f"the live connector {quoted(target.name)} (id {target.id}) has flow: {live}, "
        "and a flow probably cannot change",
        f"{thing.path}.flow" if "flow" in thing.fields else thing.path,
        WAY_TO_ANOTHER_FLOW,
        thing.position_of("flow"),
    )

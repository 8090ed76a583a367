"""One declared thing against its live one: which fields change."""

from __future__ import annotations

from dataclasses import dataclass

from lpconf.engine.desired import Desired
from lpconf.engine.details import details
from lpconf.engine.matching import listed, system_default
from lpconf.engine.references import name_of
from lpconf.engine.values import ABSENT, MASK, Names, at, leaves, live_side, same
from lpconf.model.address import Kind
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.json import Json
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import Absent, Action, Change, Comparison, FieldChange, Origin, Side
from lpconf.model.quirks import Evidence, Quirks
from lpconf.model.site import Declared
from lpconf.resources.connector import can_hold_secret, flow_of
from lpconf.resources.field import Field, Resource, ValueType
from lpconf.resources.kinds import RESOURCES


@dataclass(frozen=True, slots=True)
class Context:
    """What comparing needs to know besides the thing itself."""

    live: Live
    quirks: Quirks
    names: Names


def update(
    thing: Declared, target: LiveThing, wanted: tuple[Desired, ...], context: Context
) -> tuple[Change | None, tuple[Diagnostic, ...]]:
    """The change of a live thing, or None where it already is as declared."""
    refused = _flow_change(thing, target, context.quirks)
    if refused is not None:
        return None, (refused,)
    compared = [each for each in wanted if not each.sensitive]
    fields = tuple(each for each in (_field_change(one, target, context) for one in compared) if each is not None)
    # A copied name is brought along with its reference, never planned for its own sake.
    if all(each.origin is Origin.COPY for each in fields):
        return None, ()
    secrets = tuple(
        FieldChange(each.word, each.path, Side(ABSENT, MASK), each.side, each.comparison, each.origin, sensitive=True)
        for each in wanted
        if each.sensitive
    )
    operation = f"{thing.address.kind}.update"
    return (
        Change(
            address=thing.address,
            action=Action.UPDATE,
            name=target.name,
            live_id=target.id,
            campaign_id=target.campaign_id,
            fields=(*fields, *secrets),
            operation=operation,
            evidence=context.quirks.evidence.get(operation, Evidence.GUESS),
            unchanged_fields=len(compared) - len(fields),
            notes=("LivePerson never shows the secret, so it is sent again.",) if secrets else (),
        ),
        (),
    )


def _field_change(wanted: Desired, target: LiveThing, context: Context) -> FieldChange | None:
    value = at(target.body, wanted.path)
    if same(wanted.comparison, value, wanted.side.wire):
        return None
    before = live_side(wanted.field, value, context.quirks, context.names) if wanted.field else _plain(value)
    return FieldChange(
        wanted.word,
        wanted.path,
        before,
        wanted.side,
        wanted.comparison,
        wanted.origin,
        details=details(value, wanted.side.wire) if wanted.origin is Origin.EXTRA else (),
    )


def _plain(value: Json | Absent) -> Side:
    return Side(value, None if isinstance(value, Absent) else value)


def _flow_change(thing: Declared, target: LiveThing, quirks: Quirks) -> Diagnostic | None:
    flow = thing.fields.get("flow")
    if thing.address.kind is not Kind.CONNECTOR or flow is None:
        return None
    live = flow_of(target.body, quirks)
    if live is None or live == flow:
        return None
    return Diagnostic(
        Severity.ERROR,
        "connector.flow_change",
        f'the live connector "{target.name}" (id {target.id}) has flow: {live}, and a flow cannot change',
        f"{thing.path}.flow",
        "Declare a new connector under another name, move the engagements to it, then delete the old one.",
        thing.position_of("flow"),
    )


def create(
    thing: Declared, wanted: tuple[Desired, ...], campaign: LiveThing | None, context: Context
) -> tuple[Change | None, tuple[Diagnostic, ...]]:
    """The creation of a thing: the declared fields, the rest from the kind's template, all of them shown."""
    resource = RESOURCES[thing.address.kind]
    missing = [word for word in resource.required if word not in thing.fields]
    problems = [_missing(thing, word, resource) for word in missing]
    fields: dict[tuple[str, ...], FieldChange] = {}
    fields["name",] = FieldChange(
        "name",
        ("name",),
        Side(ABSENT, None),
        Side(name_of(thing, None), name_of(thing, None)),
        Comparison.TEXT,
        Origin.DECLARED,
    )
    flow = thing.fields.get("flow")
    if thing.address.kind is Kind.CONNECTOR and isinstance(flow, str):
        number = _flow_number(flow, context)
        fields["type",] = FieldChange(
            "flow", ("type",), Side(ABSENT, None), Side(number, flow), Comparison.EXACT, Origin.DECLARED
        )
    template = dict(leaves(resource.template(context.quirks)))
    for each in wanted:
        if each.origin is Origin.GROUP and each.path not in template and same(each.comparison, ABSENT, each.side.wire):
            continue  # Nothing has to be emptied in a new thing.
        fields[each.path] = FieldChange(
            each.word,
            each.path,
            Side(ABSENT, None),
            each.side,
            each.comparison,
            each.origin,
            sensitive=each.sensitive,
        )
    for word in resource.defaulted:
        field = resource.field(word)
        if field.path not in fields:
            default, problem = _default_reference(thing, field, context.live)
            if problem is not None:
                problems.append(problem)
            elif default is not None:
                fields[field.path] = default
    for path, value in template.items():
        fields.setdefault(path, _from_template(resource, path, value, context))
    operation = _create_operation(thing)
    change = Change(
        address=thing.address,
        action=Action.CREATE,
        name=name_of(thing, None),
        live_id=None,
        campaign_id=campaign.id if campaign else None,
        fields=tuple(fields.values()),
        operation=operation,
        evidence=context.quirks.evidence.get(operation, Evidence.GUESS),
    )
    return (None, tuple(problems)) if problems else (change, ())


def _create_operation(thing: Declared) -> str:
    code_flow = thing.address.kind is Kind.CONNECTOR and thing.fields.get("flow") == "code"
    return "connector.create_code_flow" if code_flow else f"{thing.address.kind}.create"


def _flow_number(flow: str, context: Context) -> int:
    """The `type` number of a flow, learned from the account where its code-flow connectors agree (facts 4.4)."""
    if flow == "code":
        numbers = {
            each.body.get("type")
            for each in context.live.of(Kind.CONNECTOR)
            if can_hold_secret(each.body, context.quirks) and flow_of(each.body, context.quirks) == "code"
        }
        if len(numbers) == 1:
            (number,) = numbers
            if isinstance(number, int):
                return number
    return context.quirks.flow[flow]


def _missing(thing: Declared, word: str, resource: Resource) -> Diagnostic:
    return Diagnostic(
        Severity.ERROR,
        "create.required",
        f"{thing.address} is not live, and a new {thing.address.kind.words} needs {word}",
        thing.path,
        f"Declare {word}, or correct the name. {resource.field(word).meaning}",
        thing.position,
    )


def _from_template(resource: Resource, path: tuple[str, ...], value: Json, context: Context) -> FieldChange:
    field = next((each for each in resource.fields if each.path == path), None)
    side = live_side(field, value, context.quirks, context.names) if field else Side(value, value)
    if field is not None and field.sensitive:
        side = Side(value, None)
    comparison = field.comparison if field else Comparison.EXACT
    word = field.word if field else ".".join(path)
    return FieldChange(word, path, Side(ABSENT, None), side, comparison, Origin.TEMPLATE)


def _default_reference(thing: Declared, field: Field, live: Live) -> tuple[FieldChange | None, Diagnostic | None]:
    """The only or the system-default thing of a kind, for a reference that a new thing needs."""
    if field.target is None:
        return None, None
    things = live.of(field.target)
    chosen = things[0] if len(things) == 1 else system_default(things)
    if chosen is None:
        return None, Diagnostic(
            Severity.ERROR,
            "create.reference",
            f"{thing.address} is not live, and a new {thing.address.kind.words} needs {field.word}; "
            f"the account has {listed(things)}",
            thing.path,
            f"Declare {field.word}.",
            thing.position,
        )
    single = field.type is ValueType.REFERENCE
    after = Side(chosen.id, chosen.name) if single else Side([chosen.id], [chosen.name])
    return (
        FieldChange(field.word, field.path, Side(ABSENT, None), after, field.comparison, Origin.DEFAULT),
        None,
    )

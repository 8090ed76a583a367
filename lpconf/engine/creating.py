"""A new thing: what is declared, and the rest from the kind's template, all of it shown."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator

from lpconf.engine.desired import Desired
from lpconf.engine.matching import system_default
from lpconf.engine.references import name_of
from lpconf.engine.updating import Context
from lpconf.engine.values import ABSENT, leaves, live_side, same
from lpconf.engine.wording import listed, quoted
from lpconf.model.address import Kind
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.json import Json
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import Action, Change, Comparison, FieldChange, Origin, Side
from lpconf.model.site import Declared, SecretReference
from lpconf.resources.connector import flow_of
from lpconf.resources.field import Field, Resource, ValueType
from lpconf.resources.kinds import RESOURCES

Path = tuple[str, ...]


def create(
    thing: Declared, wanted: tuple[Desired, ...], campaign: LiveThing | None, context: Context
) -> tuple[Change | None, tuple[Diagnostic, ...]]:
    """The creation of a thing, or what it lacks."""
    resource = RESOURCES[thing.address.kind]
    problems = [_missing(thing, word, resource, context) for word in resource.required if word not in thing.fields]
    template = dict(leaves(resource.template(context.quirks)))
    fields = {each.path: each for each in _declared(thing, wanted, template, context)}
    for word in resource.defaulted:
        field = resource.field(word)
        if field.path in fields:
            continue
        default = _default_reference(thing, field, context.live)
        if isinstance(default, Diagnostic):
            problems.append(default)
        else:
            fields[field.path] = default
    if problems:
        return None, tuple(problems)
    rest = [_from_template(resource, path, value, context) for path, value in template.items() if _free(path, fields)]
    operation = _operation(thing)
    change = Change(
        address=thing.address,
        action=Action.CREATE,
        name=name_of(thing, None),
        live_id=None,
        campaign_id=campaign.id if campaign else None,
        fields=(*fields.values(), *rest),
        operation=operation,
        evidence=context.quirks.evidence_of(operation),
    )
    return change, ()


def missing(thing: Declared, context: Context) -> Change:
    """A declared thing that is not there, without the fields that it would need to be created."""
    operation = _operation(thing)
    evidence = context.quirks.evidence_of(operation)
    return Change(thing.address, Action.CREATE, name_of(thing, None), None, None, (), operation, evidence)


def _declared(
    thing: Declared, wanted: tuple[Desired, ...], template: dict[Path, Json], context: Context
) -> Iterator[FieldChange]:
    name = name_of(thing, None)
    yield FieldChange("name", ("name",), Side(ABSENT, None), Side(name, name), Comparison.TEXT, Origin.DECLARED)
    flow = thing.fields.get("flow")
    if thing.address.kind is Kind.CONNECTOR and isinstance(flow, str):
        after = Side(_flow_number(flow, context), flow)
        yield FieldChange("flow", ("type",), Side(ABSENT, None), after, Comparison.EXACT, Origin.DECLARED)
    for each in wanted:
        if each.origin is Origin.GROUP and each.path not in template and same(each.comparison, ABSENT, each.side.wire):
            continue  # Nothing has to be emptied in a new thing.
        sensitive = isinstance(each.side.wire, SecretReference)
        yield FieldChange(
            each.word, each.path, Side(ABSENT, None), each.side, each.comparison, each.origin, sensitive=sensitive
        )


def _free(path: Path, fields: dict[Path, FieldChange]) -> bool:
    """Whether nothing that is declared stands at, above or below a template's path."""
    return not any(path[: len(other)] == other or other[: len(path)] == path for other in fields)


def _operation(thing: Declared) -> str:
    code_flow = thing.address.kind is Kind.CONNECTOR and thing.fields.get("flow") == "code"
    return "connector.create_code_flow" if code_flow else f"{thing.address.kind}.create"


def _flow_number(flow: str, context: Context) -> int:
    """The `type` number of a flow, learned from the account where its connectors of that flow agree (facts 4.4)."""
    numbers = {
        number
        for each in context.live.of(Kind.CONNECTOR)
        if flow_of(each.body, context.quirks) == flow and isinstance(number := each.body.get("type"), int)
    }
    return numbers.pop() if len(numbers) == 1 else context.quirks.flow[flow]


def _missing(thing: Declared, word: str, resource: Resource, context: Context) -> Diagnostic:
    live = context.live.of(thing.address.kind)
    names = [each.name for each in live]
    near = difflib.get_close_matches(name_of(thing, None), names, n=1)
    meant = f"Did you mean {quoted(near[0])}?" if near else f"The account has: {listed(live)}."
    return Diagnostic(
        Severity.ERROR,
        "create.required",
        f"{thing.address} is not live, and a new {thing.address.kind.words} needs {word}",
        thing.path,
        f"Declare {word}, such as {word}: {json.dumps(resource.field(word).example)}, or correct the name. {meant}",
        thing.position,
    )


def _from_template(resource: Resource, path: Path, value: Json, context: Context) -> FieldChange:
    field = resource.field_at(path)
    plain = field is None or field.sensitive
    side = Side(value, value) if field is None or plain else live_side(field, value, context.quirks, context.names)
    comparison = field.comparison if field else Comparison.EXACT
    return FieldChange(
        field.word if field else ".".join(path), path, Side(ABSENT, None), side, comparison, Origin.TEMPLATE
    )


def _default_reference(thing: Declared, field: Field, live: Live) -> FieldChange | Diagnostic:
    """The only or the system-default thing of a kind, for a reference that a new thing needs."""
    if field.target is None:
        raise ValueError(f"{field.word} refers to nothing")
    things = live.of(field.target)
    chosen = things[0] if len(things) == 1 else system_default(things)
    if chosen is None:
        return Diagnostic(
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
    return FieldChange(field.word, field.path, Side(ABSENT, None), after, field.comparison, Origin.DEFAULT)

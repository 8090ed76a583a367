"""The query parameters of reads: which things, and which of their fields (facts 3.6)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from lpconf.sandbox.kinds import Collection
from lpconf.sandbox.rules import Rules
from lpconf.sandbox.store import Body, Entity

# A field, and what is picked inside of it; None for the whole.
Picked = Mapping[str, "Picked | None"]

_FILTER = re.compile(r"\s*([\w.$-]+)\s*([=!]=)\s*(?:\"([^\"]*)\"|'([^']*)'|(true|false|-?\d{1,18}(?:\.\d{1,18})?))\s*")
_PART = re.compile(r"[^(),]+|[(),]")
# No real selection is deeper; a parser that follows any depth could be made to fail.
_DEPTH = 20


@dataclass(frozen=True)
class Fields:
    """What to show of each thing.

    Attributes:
        base: the fields that are there at all; None for all.
        narrow: of these, the named ones; empty for no limit.
        picked: or these, with what is picked inside; None for no pick.
    """

    base: frozenset[str] | None
    narrow: frozenset[str] = frozenset()
    picked: Picked | None = None

    def of(self, body: Body) -> Body:
        """The body with these fields only."""
        if self.picked is not None:
            body = _pick(body, self.picked)
        elif self.base is not None:
            body = {name: value for name, value in body.items() if name in self.base}
        return {name: value for name, value in body.items() if name in self.narrow} if self.narrow else body


def fields_of_list(rules: Rules, collection: Collection, query: QueryParams) -> Fields:
    """What `select`, `field_set` and `fields` ask for of a list.

    Raises:
        Refusal: `field-set` or `select`.
    """
    select, narrow = query.get("select", ""), frozenset(query.getlist("fields"))
    everything = _field_set(rules, query) == "all" or select == "$all" or collection.list_fields is None
    if select and not select.startswith("$"):
        return Fields(None, narrow, _selection(rules, select))
    if everything:
        return Fields(None, narrow)
    base = frozenset(collection.list_fields or ())
    if select == "$summaryDeleted":
        base |= {"deleted"}
    return Fields(base, narrow)


def fields_of_one(rules: Rules, query: QueryParams) -> Fields:
    """What they ask for of one thing: all of it, unless fields are named.

    Raises:
        Refusal: `field-set` or `select`.
    """
    _field_set(rules, query)
    select, narrow = query.get("select", ""), frozenset(query.getlist("fields"))
    return Fields(None, narrow, _selection(rules, select) if select and not select.startswith("$") else None)


def wants_deleted(rules: Rules, query: QueryParams) -> bool:
    """Whether a list has the deleted things too."""
    if query.get("return") == "active":
        return False
    by_select = query.get("select") == "$summaryDeleted" and not rules.on("select-deleted")
    return query.get("include_deleted") == "true" or by_select


def wanted(rules: Rules, query: QueryParams, entities: Sequence[Entity], bodies: Sequence[Body]) -> list[bool]:
    """Which of the things `return`, `ids` and `filter` let through (rules `return-active`, `ids`, `filter`).

    Raises:
        Refusal: `filter`.
    """
    named = "ids" in query and rules.on("ids")
    ids = frozenset(",".join(query.getlist("ids")).replace(" ", "").split(",")) if named else None
    condition = _condition(rules, query["filter"]) if query.get("filter") else None
    active = query.get("return") == "active" and rules.on("return-active")
    return [
        (ids is None or str(body.get("id", entity.id)) in ids)
        and (not active or _is_active(entity))
        and (condition is None or condition.holds(body))
        for entity, body in zip(entities, bodies, strict=True)
    ]


@dataclass(frozen=True)
class _Condition:
    path: tuple[str, ...]
    equal: bool
    value: object

    def holds(self, body: Body) -> bool:
        found: Any = body
        for name in self.path:
            found = found.get(name) if isinstance(found, dict) else None
        same_kind = isinstance(found, bool) == isinstance(self.value, bool)
        return (same_kind and found == self.value) == self.equal


def _condition(rules: Rules, text: str) -> _Condition | None:
    match = _FILTER.fullmatch(text)
    if match is None:
        if not rules.on("filter"):
            return None
        message = 'filter must be field==value or field!=value; the value is true, false, a number or "text"'
        raise rules.refusal("filter", message)
    field, operator, double, single, plain = match.groups()
    value: object = double if double is not None else single
    if plain is not None:
        value = plain == "true" if plain in {"true", "false"} else float(plain)
    return _Condition(tuple(field.split(".")), operator == "==", value)


def _is_active(entity: Entity) -> bool:
    return not any(entity.body.get(name) is False for name in ("enabled", "isEnabled"))


def _field_set(rules: Rules, query: QueryParams) -> str:
    field_set = query.get("field_set", "summary")
    if field_set not in {"all", "summary"}:
        raise rules.refusal("field-set", "field_set is all or summary")
    return field_set


def _selection(rules: Rules, select: str) -> Picked | None:
    """What a `select` picks; None for no pick (rule `select`)."""
    picked = _parsed(select)
    if picked is None and rules.on("select"):
        raise rules.refusal("select", "The brackets of select do not match")
    return picked


def _parsed(select: str) -> Picked | None:
    """Parse `id,name,data(lang,title)`; None if the brackets do not match."""
    stack: list[dict[str, Any]] = [{}]
    last = ""
    for part in _PART.findall(select):
        if part == "(" and last and len(stack) < _DEPTH:
            stack[-1][last] = {}
            stack.append(stack[-1][last])
        elif part == ")" and len(stack) > 1:
            stack.pop()
        elif part in {"(", ")"}:
            return None
        last = "" if part in {"(", ")", ","} else part.strip()
        if last:
            stack[-1][last] = None
    return stack[0] if len(stack) == 1 else None


def _pick(value: Any, picked: Picked) -> Any:
    """The value with the picked fields only, through arrays."""
    if isinstance(value, list):
        return [_pick(item, picked) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: inner if (deeper := picked[name]) is None else _pick(inner, deeper)
        for name, inner in value.items()
        if name in picked
    }

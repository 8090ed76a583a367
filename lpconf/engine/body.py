"""Bodies of writes: made from a plan's fields, on top of what is live."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lpconf.engine.values import at, same
from lpconf.model.json import Json, JsonObject
from lpconf.model.plan import Absent, FieldChange, Wire

Resolve = Callable[[Wire], Json]
"""Turns what stands for a value (an id known after apply, a secret) into the value."""


def merged(live: JsonObject, fields: Iterable[FieldChange], resolve: Resolve) -> JsonObject:
    """A whole body: everything as it is live, unknown fields included, with the planned fields set.

    Raises ValueError where a field lies inside a live list or plain value, which would be wiped; the plan refuses that.
    """
    body: dict[str, Any] = dict(live)
    for field in fields:
        if isinstance(field.after.wire, Absent):
            _remove(body, field.path)
        else:
            _set(body, field.path, resolve(field.after.wire))
    return body


def _remove(body: dict[str, Any], path: tuple[str, ...]) -> None:
    *parents, last = path
    for step in parents:
        child = body.get(step)
        if not isinstance(child, Mapping):
            return
        body[step] = dict(child)
        body = body[step]
    body.pop(last, None)


def _set(body: dict[str, Any], path: tuple[str, ...], value: Json) -> None:
    *parents, last = path
    for step in parents:
        child = body.get(step)
        if child is not None and not isinstance(child, dict):
            raise ValueError(f"{'.'.join(path)} lies inside a value that is no map")
        body[step] = dict(child or {})
        body = body[step]
    body[last] = value


def moved(live: JsonObject, fields: Iterable[FieldChange], resolve: Resolve) -> tuple[FieldChange, ...]:
    """The planned fields whose live value is neither what the plan was made of nor what it wants."""
    return tuple(
        field
        for field in fields
        if not field.sensitive
        and not same(field.comparison, at(live, field.path), field.before.wire)
        and not same(field.comparison, at(live, field.path), resolve(field.after.wire))
    )


def differing(live: JsonObject, fields: Iterable[FieldChange], resolve: Resolve) -> tuple[FieldChange, ...]:
    """The planned fields that do not have their planned value. Secrets are never shown, so they do not count."""
    return tuple(
        field
        for field in fields
        if not field.sensitive and not same(field.comparison, at(live, field.path), resolve(field.after.wire))
    )

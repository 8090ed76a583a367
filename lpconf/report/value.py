"""A field's value as the plan shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from lpconf.model.json import Json
from lpconf.model.plan import Absent, Comparison, FieldChange, KnownAfterApply, Side
from lpconf.model.site import SecretReference
from lpconf.report.escape import terminal
from lpconf.report.wording import LONG, shorten

NOT_SET = "(not set)"
KNOWN_LATER = "(known after apply)"

_LEAD = 20
"""How much of an equal beginning is kept before the first difference."""


def new_value(field: FieldChange) -> str:
    """The value that a field gets."""
    return _with_mark(shorten(_side(field, field.after)), field.after)


def old_and_new_value(field: FieldChange) -> tuple[str, str]:
    """Both values of a field. Where long ones differ late only, their equal beginning becomes `...`."""
    before, after = _side(field, field.before), _side(field, field.after)
    if max(len(before), len(after)) > LONG:
        start = _first_difference(before, after) - _LEAD
        if start > LONG - 2 * _LEAD:
            before, after = f"...{before[start:]}", f"...{after[start:]}"
    return shorten(before), _with_mark(shorten(after), field.after)


def differs_inside(field: FieldChange) -> bool:
    """Whether the differences inside a list or map say what its two values cannot, which are too long to be shown."""
    nested = isinstance(field.before.text, list | dict) and isinstance(field.after.text, list | dict)
    return nested and max(len(_side(field, side)) for side in (field.before, field.after)) > LONG


def is_empty(side: Side) -> bool:
    """Whether a value says nothing: null, an empty text, list or map, or no field at all."""
    if isinstance(side.wire, KnownAfterApply | SecretReference):
        return False
    return side.text is None or side.text == "" or (isinstance(side.text, Sequence | Mapping) and not side.text)


def quoted(value: Json) -> str:
    """A value as JSON on one line, harmless. A text in quotes cannot end its quotes early."""
    try:
        return terminal(_JSON.encode(value))
    except (RecursionError, ValueError):  # too deep, or a value that contains itself
        return "(too deeply nested to be shown)"


def _first_difference(left: str, right: str) -> int:
    pairs = enumerate(zip(left, right, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(left), len(right)))


def _is_bare(field: FieldChange, side: Side) -> bool:
    """Whether the text is lpconf's own description of a value, not the value itself."""
    if isinstance(side.wire, KnownAfterApply):
        return False
    return field.comparison is Comparison.PUBLIC_KEY or side.text == f"unknown({side.wire})"


def _with_mark(text: str, side: Side) -> str:
    if not isinstance(side.wire, KnownAfterApply):
        return text
    return KNOWN_LATER if text == NOT_SET else f"{text} {KNOWN_LATER}"


def _side(field: FieldChange, side: Side) -> str:
    if field.sensitive:
        return _sensitive(side)
    if side.text is None or isinstance(side.wire, Absent):
        return NOT_SET
    if isinstance(side.text, str) and side.text and _is_bare(field, side):
        return terminal(side.text)
    return quoted(side.text)


def _sensitive(side: Side) -> str:
    # A live secret is never in a plan, so `Absent` does not say that there is none: the mask does.
    if isinstance(side.wire, SecretReference):
        return f"(sensitive value from {terminal(side.wire.variable)})"
    return NOT_SET if is_empty(side) else "(sensitive value)"


def _as_json(value: object) -> object:
    """Read-only maps and sequences, which `json` does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, Sequence) else str(value)


_JSON = json.JSONEncoder(ensure_ascii=False, default=_as_json)
"""Made once: `json.dumps` makes a new one at each call that sets an option."""

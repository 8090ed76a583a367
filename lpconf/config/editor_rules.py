"""Rules that only editors take from the schema, so that they show simple mistakes while somebody types.

The loader checks the same, and more, once variables are filled in, and has better words for it. Its own validator does
without them: they would say less, and take longer. Each is at most as strict as the loader, also for texts that hold
variables.
"""

from __future__ import annotations

from typing import Any

from lpconf.config.lifecycle import LIFECYCLE
from lpconf.resources.connector import AUTHENTICATED_LEVELS
from lpconf.resources.field import Field, ValueType
from lpconf.resources.kinds import MANAGED

_VARIABLE = r"[$][{]"
_LINE = (r"^[^ \t\r\n]([^\r\n]*[^ \t\r\n])?$", "Write it on one line, without white space around it.")
_ADDRESS = (rf"^[hH][tT][tT][pP][sS]://|{_VARIABLE}", "Write an address that begins with https://.")
_DATE = (rf"^[0-9]{{4}}(-[0-9]{{2}}){{2}} [0-9]{{2}}(:[0-9]{{2}}){{2}}$|{_VARIABLE}", "Like this: 2026-01-05 00:00:00.")
_LEVEL = (rf"^({'|'.join(sorted(AUTHENTICATED_LEVELS))})$|{_VARIABLE}", "The only level is loa1.")
_VERSIONS = (r"^[ \t,]*([~=!]=|[<>]|$)", "Like this: >=1.2.")

_ABSENT: dict[str, Any] = {"type": "object", "required": ["state"], "properties": {"state": {"const": "absent"}}}

_RENAMED: dict[str, Any] = {"type": "object", "required": ["renamed_from"]}


def with_editor_rules(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of the YAML with these rules as well."""
    head = schema["properties"]
    return {
        **schema,
        "properties": {
            **head,
            "label": _matching(head["label"], _LINE),
            "requires": _matching(head["requires"], _VERSIONS),
        },
        "$defs": {each.kind.value: _thing(schema["$defs"][each.kind.value], each.fields) for each in MANAGED},
    }


def _thing(schema: dict[str, Any], fields: tuple[Field, ...]) -> dict[str, Any]:
    words = schema["properties"]
    return {
        **schema,
        "properties": {
            **words,
            **{field.word: _field(words[field.word], field) for field in fields},
            LIFECYCLE: _lifecycle(words[LIFECYCLE]),
        },
        "allOf": [
            # Only a name can be a former one, and only what cannot mean another thing tomorrow can be deleted.
            _never("id", _RENAMED),
            _never("find", _RENAMED),
            _never("find", _ABSENT),
        ],
    }


def _never(selector: str, lifecycle: dict[str, Any]) -> dict[str, Any]:
    return {"not": {"required": [selector, LIFECYCLE], "properties": {LIFECYCLE: lifecycle}}}


def _lifecycle(schema: dict[str, Any]) -> dict[str, Any]:
    words = schema["properties"]
    return {
        **schema,
        "properties": {**words, "renamed_from": _matching(words["renamed_from"], _LINE)},
        "not": {"allOf": [_ABSENT, {"required": ["protect"], "properties": {"protect": {"const": True}}}]},
    }


def _field(schema: dict[str, Any], field: Field) -> dict[str, Any]:
    match field.type:
        case ValueType.URL:
            return _matching(schema, _ADDRESS)
        case ValueType.DATE:
            return _matching(schema, _DATE)
        case ValueType.REFERENCES:
            return {**schema, "items": _matching(schema["items"], _LINE), "uniqueItems": True}
        case ValueType.TEXTS:
            rule = _LEVEL if field.word == "acr_values" else _LINE
            return {**schema, "items": _matching(schema["items"], rule)}
        case ValueType.REFERENCE:
            return _matching(schema, _LINE)
        case ValueType.TEXT if field.word != "description":
            return _matching(schema, _LINE)
        case _:
            return schema


def _matching(schema: dict[str, Any], rule: tuple[str, str]) -> dict[str, Any]:
    pattern, message = rule
    return {**schema, "pattern": pattern, "patternErrorMessage": message}

"""Values of fields: when two are the same, and how they translate between the YAML's words and LivePerson's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from lpconf.model.address import Kind
from lpconf.model.json import Json, JsonObject
from lpconf.model.plan import Absent, Comparison, KnownAfterApply, Side, Wire
from lpconf.model.quirks import Quirks
from lpconf.model.site import SecretReference
from lpconf.resources import public_key
from lpconf.resources.connector import CONSUMER_DELEGATION
from lpconf.resources.field import Field, ValueType
from lpconf.resources.secrecy import MASK, looks_secret, masked_value

_DIGITS = re.compile(r"[0-9]{1,20}")

ABSENT = Absent()

Names = Mapping[tuple[Kind, int], str]
"""The names of live things, to show a reference by name."""


def at(body: JsonObject, path: Sequence[str]) -> Json | Absent:
    """The value at a path of a LivePerson body, `ABSENT` where there is none."""
    value: Json = body
    for step in path:
        if not isinstance(value, Mapping) or step not in value:
            return ABSENT
        value = value[step]
    return value


def leaves(body: JsonObject, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Every value of a body with its path. Maps are walked, lists and empty maps are values."""
    for key, value in body.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, (*prefix, key))
        else:
            yield (*prefix, key), value


def json_of(value: Wire) -> Json:
    """A value that LivePerson has; None for what only stands for one, and where there is none."""
    return None if isinstance(value, Absent | KnownAfterApply | SecretReference) else value


def same(comparison: Comparison, left: Wire, right: Wire) -> bool:
    """Whether two values of one field are the same (facts 9.1). What is only known after apply equals nothing."""
    if isinstance(left, KnownAfterApply | SecretReference) or isinstance(right, KnownAfterApply | SecretReference):
        return left == right
    return _equal(_normal(comparison, left), _normal(comparison, right))


def _normal(comparison: Comparison, value: Json | Absent) -> Json | Absent:
    match comparison:
        case Comparison.EXACT:
            return None if isinstance(value, Absent) else value
        case Comparison.TEXT:
            return None if isinstance(value, Absent) or value == "" else value
        case Comparison.FLAG:
            return False if value is None or isinstance(value, Absent) else value
        case Comparison.PUBLIC_KEY:
            if isinstance(value, Absent) or value == "":
                return None
            der = public_key.from_wire(value) if isinstance(value, str) else None
            return der.hex() if der is not None else value
        case Comparison.ID:
            return None if isinstance(value, Absent) else _id(value)
        case Comparison.ID_SET:
            if isinstance(value, Absent) or value is None:
                return []
            return sorted((_id(each) for each in value), key=str) if isinstance(value, list | tuple) else value


def _id(value: Json) -> Json:
    return int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value


def _equal(left: Json | Absent, right: Json | Absent) -> bool:
    """JSON equality: unlike Python's, true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(_equal(left[key], right[key]) for key in left)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(_equal(*pair) for pair in zip(left, right, strict=True))
    return left == right


def live_side(field: Field, value: Json | Absent, quirks: Quirks, names: Names) -> Side:
    """A live value in the words of its field."""
    if field.sensitive:
        return Side(ABSENT, MASK)
    if isinstance(value, Absent) or value is None:
        return Side(value, None)
    if field.choices_from is not None:
        words = [word for word, number in field.choices_from(quirks).items() if _equal(number, value)]
        return Side(value, words[0] if words else f"unknown({value})")
    match field.type:
        case ValueType.BOOLEAN if field.inverted and isinstance(value, bool):
            return Side(value, not value)
        case ValueType.PUBLIC_KEY:
            return Side(value, key_text(value))
        case ValueType.REFERENCE:
            return Side(value, _name_of(field, value, names))
        case ValueType.REFERENCES if isinstance(value, list | tuple):
            return Side(value, [_name_of(field, each, names) for each in value])
        case _:
            return Side(value, MASK if looks_secret("", value) else value)


def plain_side(kind: Kind, path: tuple[str, ...], value: Json | Absent) -> Side:
    """A live value of a field that has no word, with what looks like a secret in it masked for people."""
    return Side(value, None if isinstance(value, Absent) else masked_value(kind, path, value))


def is_unknown(field: Field, side: Side) -> bool:
    """Whether LivePerson holds a value for which the field has no word."""
    return (
        field.choices_from is not None
        and isinstance(side.text, str)
        and side.text not in field.choices
        and side.wire is not None
    )


def _name_of(field: Field, value: Json, names: Names) -> Json:
    number = _id(value)
    known = names.get((field.target, number)) if field.target and isinstance(number, int) else None
    return known if known is not None else f"id {value}"


def key_text(value: Json) -> Json:
    """A public key as people compare it: its size and the start of the SHA-256 of its SubjectPublicKeyInfo."""
    if value is None or value == "":
        return None
    if value == CONSUMER_DELEGATION:
        return "consumer delegation"
    key = public_key.parsed(value)
    return f"RSA {key.bits} bits, SHA256:{key.fingerprint[:12]}" if key else "not a public key"


def host_of(address: Wire) -> str:
    """Host and port of an address, in lower case; empty where there is none."""
    if not isinstance(address, str):
        return ""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    host = (parts.hostname or "").rstrip(".")
    return f"{host}:{port}" if port not in {None, 443} else host

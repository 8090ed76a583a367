"""What in a body is a secret or looks like one, so that it is neither shown nor stored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias
from urllib.parse import urlsplit

from lpconf.model.address import Kind
from lpconf.model.json import Json, JsonObject
from lpconf.resources import public_key
from lpconf.resources.connector import CONSUMER_DELEGATION
from lpconf.resources.field import Field, ValueType
from lpconf.resources.kinds import RESOURCES

MASK = "(sensitive value)"
"""What stands where a secret would."""

Place: TypeAlias = tuple[str | int, ...]
"""A place in a body: keys of objects, positions in lists."""

_KEY = re.compile(r"secret|passw|passphrase|passcode|token|credential|privatekey|apikey|accesskey|signingkey|bearer")
_NOT_A_LETTER = re.compile(r"[^a-z0-9]")
# A private key as PEM, and a signed token (JWT) with all its three parts.
_VALUE = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]{5,}")


_FIELDS: Mapping[Kind, Mapping[Place, Field]] = {
    kind: {field.path: field for field in each.fields} for kind, each in RESOURCES.items()
}
"""Every field by its kind and place."""


def looks_secret(key: str, value: Json) -> bool:
    """Whether a field's name says that its value is a secret, or the value itself does.

    Switches, null and empty values are none, nor is an https address without user and query, such as under
    `tokenEndpoint`. A guess by words: it errs on the side of hiding.
    """
    if value is None or isinstance(value, bool) or value in ("", [], {}):
        return False
    if isinstance(value, str):
        if _VALUE.search(value) or _has_user(value):
            return True
        if _is_plain_address(value):
            return False
    return _KEY.search(_NOT_A_LETTER.sub("", key.lower())) is not None


def places(kind: Kind, body: JsonObject) -> tuple[Place, ...]:
    """Where in the body of a thing secrets stand: the sensitive fields of its kind, and whatever looks like one.

    A field that the kind knows and does not call sensitive goes by its value only; a key field that holds anything
    but a public key counts as a secret: somebody may have pasted a private key into it.
    """
    return tuple(_within(kind, body, ()))


def masked(kind: Kind, body: JsonObject) -> JsonObject:
    """The body with `MASK` in the place of every secret. Everything else is as it was."""
    hidden = frozenset(places(kind, body))
    return _object(body, (), hidden, keep=True) if hidden else body


def masked_value(kind: Kind, path: tuple[str, ...], value: Json) -> Json:
    """The value at a path of a body with `MASK` in the place of every secret in it, or as a whole."""
    if _is_secret(kind, path, value):
        return MASK
    hidden = frozenset(_within(kind, value, path))
    return _value(value, path, hidden, keep=True) if hidden else value


def holds_mask(value: Json) -> bool:
    """Whether `MASK` stands somewhere in a value: it was masked, and must not be written."""
    if isinstance(value, Mapping):
        return any(holds_mask(inner) for inner in value.values())
    if isinstance(value, list | tuple):
        return any(holds_mask(inner) for inner in value)
    return value == MASK


def without_secrets(kind: Kind, body: JsonObject) -> tuple[JsonObject, tuple[Place, ...]]:
    """The body without its secrets, and the places that they were left out of."""
    hidden = places(kind, body)
    return (_object(body, (), frozenset(hidden), keep=False) if hidden else body), hidden


def _within(kind: Kind, value: Json, place: Place) -> Iterator[Place]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            here = (*place, key)
            if _is_secret(kind, here, inner):
                yield here
            else:
                yield from _within(kind, inner, here)
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            here = (*place, position)
            if isinstance(inner, str) and looks_secret("", inner):
                yield here
            else:
                yield from _within(kind, inner, here)


def _is_secret(kind: Kind, place: Place, value: Json) -> bool:
    known = _FIELDS[kind].get(place)
    if known is None:
        return looks_secret(str(place[-1]), value)
    if value is None or value == "":
        return False
    if known.type is ValueType.PUBLIC_KEY:
        return not _is_public_key(value)
    return known.sensitive or looks_secret("", value)


def _is_public_key(value: Json) -> bool:
    return value == CONSUMER_DELEGATION or public_key.parsed(value) is not None


def _is_plain_address(value: str) -> bool:
    return value.startswith("https://") and "?" not in value


def _has_user(value: str) -> bool:
    """Whether a text is an address with a user or a password in it."""
    if "://" not in value:
        return False
    try:
        return "@" in urlsplit(value.strip()).netloc
    except ValueError:
        return True


def _object(body: JsonObject, place: Place, hidden: frozenset[Place], *, keep: bool) -> dict[str, Json]:
    kept: dict[str, Json] = {}
    for key, value in body.items():
        here = (*place, key)
        if here not in hidden:
            kept[key] = _value(value, here, hidden, keep=keep)
        elif keep:
            kept[key] = MASK
    return kept


def _value(value: Json, place: Place, hidden: frozenset[Place], *, keep: bool) -> Json:
    if isinstance(value, Mapping):
        return _object(value, place, hidden, keep=keep)
    if isinstance(value, list | tuple):
        # A list keeps its length, so that the other places in it stay right.
        return [
            MASK if (*place, position) in hidden else _value(inner, (*place, position), hidden, keep=keep)
            for position, inner in enumerate(value)
        ]
    return value

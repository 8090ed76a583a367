"""A text to a token: what is around it, its parts, its header and claims. Nothing here is checked for being true.

A signed token (JWS) has three parts in base64url, an encrypted one (JWE) five (consumer-side 1.1, 1.6 [documented]).
"""

from __future__ import annotations

import base64
import json
import math
import re
from dataclasses import dataclass, field

from lpconf.model.json import Json, JsonObject

_DEEPEST = 40
"""How deep lists and objects may lie in each other. Far more than any claim that LivePerson documents."""

_QUOTES = "\"'`"
_SIGNED_PARTS = ("header", "claims", "signature")


class NotATokenError(ValueError):
    """The text is no token. Neither the message nor the hint ever holds any of the text."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed token.

    `signed` are the bytes that the signature is over. `foreign` are characters in it that base64url does not have.
    """

    text: str = field(repr=False)
    header: JsonObject
    claims: JsonObject
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    foreign: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Encrypted:
    """An encrypted token, of which only the header can be read."""

    header: JsonObject


def unwrap(text: str) -> tuple[str, tuple[str, ...]]:
    """The token without what copying leaves around it, and names for that.

    One line break at the end is how files end, and has no name.
    """
    found: dict[str, None] = {}
    text = re.sub(r"\r?\n\Z", "", text.removeprefix("\ufeff"))
    while True:
        before = text
        if text != text.strip():
            text = text.strip()
            found["white space"] = None
        if len(text) > 1 and text[0] in _QUOTES and text[-1] == text[0]:
            text = text[1:-1]
            found["quotes"] = None
        if start := re.match(r"(Authorization:\s*)?(Bearer|jwt)\s+", text, re.IGNORECASE):
            text = text[start.end() :]
            found['the word "Bearer"' if start[2].lower() == "bearer" else 'the word "jwt"'] = None
        if text == before:
            return text, tuple(found)


ONCE = "Copy all of it once, and nothing else."


def read(text: str) -> Signed | Encrypted:
    """The token that a text is. Raises NotATokenError, which says what is wrong with the text, and where."""
    parts = text.split(".")
    _refuse_lookalikes(text, len(parts))
    if len(parts) == 5:
        encrypted = _object(_bytes(parts[0], "header"), "header")
        if "enc" not in encrypted:
            raise NotATokenError("this has 5 parts, but its header is that of a signed token, which has 3", ONCE)
        return Encrypted(header=encrypted)
    header, claims, signature = (_bytes(part, name) for part, name in zip(parts, _SIGNED_PARTS, strict=True))
    return Signed(
        text=text,
        header=_object(header, "header"),
        claims=_claims(claims),
        signed=text.rpartition(".")[0].encode("ascii"),
        signature=signature,
        foreign=tuple(char for char in "+/=" if char in text),
    )


def _refuse_lookalikes(text: str, parts: int) -> None:
    if not text:
        raise NotATokenError("there is no token", "Give it in a file with --token, or on standard input.")
    if "-----BEGIN" in text:
        raise NotATokenError("this is a key or a certificate, not a token")
    if text[0] in "{[":
        raise NotATokenError(
            "this is JSON, not a token", "The token is one of the texts in it. The page must call back with that text."
        )
    if parts == 1:
        raise NotATokenError(
            "this has no dots, and a token has two",
            "It may be a code of the code flow, or only a piece of the token.",
        )
    if parts not in {3, 5}:
        raise NotATokenError(
            f"this has {parts} parts; a signed token has 3, with a dot between them, an encrypted one 5",
            ONCE,
        )


def _bytes(part: str, name: str) -> bytes:
    """The bytes of a part. Standard base64 and padding are read too; `Signed.foreign` tells of them."""
    if re.search(r"\s", part):
        raise NotATokenError(f"there is white space inside its {name} part", "Copy the token on one line.")
    core = part.rstrip("=").translate(str.maketrans("+/", "-_"))
    if not re.fullmatch(r"[A-Za-z0-9_-]*", core):
        raise NotATokenError(f"its {name} part holds characters that no token has", "Copy the token again.")
    if len(core) % 4 == 1:
        raise NotATokenError(
            f"its {name} part has {len(core)} characters, which base64url never has: one was lost, or one is too many",
            "Copy the token again.",
        )
    return base64.urlsafe_b64decode(core + "=" * (-len(core) % 4))


def _claims(data: bytes) -> JsonObject:
    if re.fullmatch(rb"[\w-]+(\.[\w-]*){4}", data):
        raise NotATokenError(
            "it was encrypted first and signed then", "Sign it first and encrypt it then, as LivePerson asks for."
        )
    return _object(data, "claims")


def _object(data: bytes, name: str) -> JsonObject:
    verb = "are" if name == "claims" else "is"
    try:
        value: Json = json.loads(data.decode("utf-8"), parse_constant=_no_number, parse_float=_finite)
        # An escaped half of a surrogate pair is JSON, but not text.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise NotATokenError(
            f"its {name} {verb} not JSON", "A character was lost or changed, or this is no token. Copy it again."
        ) from None
    if not isinstance(value, dict):
        raise NotATokenError(f"its {name} {verb} JSON, but not an object")
    if _depth(value) > _DEEPEST:
        raise NotATokenError(f"its {name} {verb} nested more than {_DEEPEST} deep")
    return value


def _no_number(_: str) -> Json:
    raise ValueError


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError
    return number


def _depth(value: Json) -> int:
    """How deep the value is nested, without recursion."""
    depth, level = 0, [value]
    while level := [each for outer in level for each in _inside(outer)]:
        depth += 1
    return depth


def _inside(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else []

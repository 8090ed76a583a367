"""Make a visitor's token (consumer-side 1.1 and 1.2)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence

from lpconf.model.errors import LpconfError
from lpconf.model.json import Json, JsonObject
from lpconf.tokens.keys import load_private

DEFAULT_LIFETIME = 3600
"""Seconds. lpconf's own choice: LivePerson asks the page for a new token when one has expired."""

_WITH_OPTIONS = {"iss": "--iss", "sub": "--sub", "iat": "--ttl", "exp": "--ttl"}
_JSON_CLAIMS = frozenset({"lp_sdes"})


def make_claims(*, iss: str, sub: str, now: float, lifetime: int, more: JsonObject | None = None) -> dict[str, Json]:
    """The claims of a token that is issued now and expires after `lifetime` seconds. `iat` and `exp` are seconds."""
    issued = int(now)
    return {"iss": iss, "sub": sub, "iat": issued, "exp": issued + lifetime, **(more or {})}


def read_claims(options: Sequence[str]) -> dict[str, Json]:
    """The claims of `name=value` options. `lp_sdes` is JSON, all others are texts. Raises LpconfError."""
    claims: dict[str, Json] = {}
    for option in options:
        name, equals, text = option.partition("=")
        if not equals or not name:
            raise LpconfError("A claim is written name=value, such as --claim given_name=Dana.")
        if name in _WITH_OPTIONS:
            raise LpconfError(f"The claim {name} is set with {_WITH_OPTIONS[name]}.")
        if name in claims:
            raise LpconfError(f"The claim {name} is there twice.")
        claims[name] = _json(name, text) if name in _JSON_CLAIMS else text
    return claims


def mint(private_key_pem: bytes, claims: Mapping[str, Json], kid: str | None = None) -> str:
    """A token with exactly these claims, signed with RS256. `kid` names the key in a JWKS.

    Raises PrivateKeyError for what is no RSA private key, LpconfError for claims that JSON cannot hold.
    """
    from jwt.algorithms import RSAAlgorithm

    # By the algorithm itself: `jwt.encode` warns of the tutorial's short key through a filter that threads share.
    rs256 = RSAAlgorithm(RSAAlgorithm.SHA256)
    key = load_private(private_key_pem)
    header = {"alg": "RS256", "typ": "JWT", **({"kid": kid} if kid else {})}
    signed = b".".join(_part(each) for each in (header, claims))
    return b".".join((signed, _base64url(rs256.sign(signed, key)))).decode("ascii")


def _part(value: Mapping[str, Json]) -> bytes:
    try:
        text = json.dumps(dict(value), separators=(",", ":"), allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        raise LpconfError("The claims cannot be written as JSON.") from None
    return _base64url(text.encode("ascii"))


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _json(name: str, text: str) -> Json:
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        raise LpconfError(f'The claim {name} must be JSON, such as \'[{{"type": "ctmrinfo", ...}}]\'.') from None
    return value

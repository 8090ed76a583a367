"""Verifies a brand's token (facts 1, 2.4 of the consumer side). Pure: the key has been found before.

A token is worth what its signature is worth, so nothing of it is ever shown in a message.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from lpconf.sandbox.rules import Rules

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_SEGMENT = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_JWE_PARTS = 5
# Facts 1.2: iss, iat, exp are mandatory [DOC]; that sub is too is [GUESS].
_TEXT_CLAIMS = ("iss", "sub")
_TIME_CLAIMS = ("iat", "exp")
# Facts 1.3: no leeway was found in any text. [GUESS]
_LEEWAY_SECONDS = 0
_PEM_LINE = re.compile(r"-----(BEGIN|END) PUBLIC KEY-----")


@dataclass(frozen=True)
class Token:
    """A signed token, taken apart. Nothing of it is verified yet."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any] = field(repr=False)
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @property
    def kid(self) -> str | None:
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) else None


def parsed(rules: Rules, text: str) -> Token:
    """Take a token apart.

    Raises:
        Refusal: `idp-not-jwt`, `idp-jwe`, `idp-header`, `idp-claims`, `idp-algorithm`.
    """
    parts = text.split(".")
    if len(parts) == _JWE_PARTS:
        raise rules.refusal("idp-jwe", "The token is encrypted")
    if len(parts) != 3 or not all(_SEGMENT.fullmatch(part) and len(part) % 4 != 1 for part in parts):
        raise rules.refusal("idp-not-jwt", "This is not a signed token of three parts")
    header = _json_object(parts[0])
    if header is None:
        raise rules.refusal("idp-header", "The first part of the token is not a JSON object")
    claims = _json_object(parts[1])
    if claims is None:
        raise rules.refusal("idp-claims", "The second part of the token is not a JSON object")
    if header.get("alg") != "RS256" or "crit" in header:
        raise rules.refusal("idp-algorithm", "The token is not signed with RS256")
    return Token(header, claims, f"{parts[0]}.{parts[1]}".encode(), _decoded(parts[2]))


def pasted_key(rules: Rules, text: str) -> RSAPublicKey:
    """The key in the connector's field (facts 1.4).

    Raises:
        Refusal: `idp-key`.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

    if not rules.on("idp-strict-key"):
        text = "".join(_PEM_LINE.sub("", text).split())
    try:
        der = base64.b64decode(text, validate=True)
        key = load_der_public_key(der)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        raise rules.refusal("idp-key", "The connector's key is not the base64 of a public key") from None
    # The library takes the PKCS#1 form too, which LivePerson's text does not name.
    if not isinstance(key, RSAPublicKey) or key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != der:
        raise rules.refusal("idp-key", "The connector's key is not an RSA key in X.509 form")
    return key


def key_of_set(rules: Rules, document: bytes, kid: str | None) -> RSAPublicKey:
    """The key in a key set that is meant for a token with this kid (facts 1.1, 1.5).

    Raises:
        Refusal: `idp-jwks`, `idp-jwks-kid`, `idp-jwks-no-kid`.
    """
    keys = _keys(document)
    if not keys:
        raise rules.refusal("idp-jwks", "The key set is not a JSON object with keys")
    if kid is None:
        if len(keys) > 1:
            raise rules.refusal("idp-jwks-no-kid", "The key set has several keys, and the token no kid")
        return _rsa_key(rules, keys[0])
    for key in keys:
        if key.get("kid") == kid:
            return _rsa_key(rules, key)
    raise rules.refusal("idp-jwks-kid", "The kid of the token is not in the key set")


def verify(rules: Rules, token: Token, key: RSAPublicKey, account: str, issuer: object, now: float) -> None:
    """Check signature and claims, in the order that the rule `idp-signature-first` says.

    Args:
        rules: the rules.
        token: the token.
        key: the key that it has to be signed with.
        account: the account, whose audience counts only with `idp-any-audience` off.
        issuer: the connector's issuer, which counts only with `idp-any-issuer` off.
        now: seconds since 1970.

    Raises:
        Refusal: `idp-signature`, `idp-missing-claim`, `idp-claims`, `idp-expired`, `idp-sdes`.
    """
    if rules.on("idp-signature-first"):
        _check_signature(rules, token, key)
        _check_claims(rules, token.claims, now)
    else:
        _check_claims(rules, token.claims, now)
        _check_signature(rules, token, key)
    if not rules.on("idp-any-issuer") and issuer and token.claims["iss"] != issuer:
        raise rules.refusal("idp-signature", "The iss of the token is not the issuer of the connector")
    if not rules.on("idp-any-audience") and not _is_for(account, token.claims.get("aud")):
        raise rules.refusal("idp-signature", "The aud of the token names another account")


def _is_for(account: str, audience: object) -> bool:
    """Whether an `aud` names the account as the tutorial's tokens do (facts 1.2 [SEEN]), or nobody."""
    return audience is None or f"acc:{account}" in (audience if isinstance(audience, list) else [audience])


def is_signed_by(token: Token, key: RSAPublicKey) -> bool:
    """Whether the key verifies the signature (RS256)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        key.verify(token.signature, token.signed, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        # The latter if the key is too short for the digest.
        return False
    return True


def _check_signature(rules: Rules, token: Token, key: RSAPublicKey) -> None:
    if not is_signed_by(token, key):
        raise rules.refusal("idp-signature", "The connector's key does not verify the signature")


def _check_claims(rules: Rules, claims: Mapping[str, Any], now: float) -> None:
    missing = [name for name in (*_TEXT_CLAIMS, *_TIME_CLAIMS) if claims.get(name) in (None, "")]
    if missing:
        raise rules.refusal("idp-missing-claim", f"The token lacks {', '.join(missing)}")
    wrong = [name for name in _TEXT_CLAIMS if not isinstance(claims[name], str)]
    wrong += [name for name in _TIME_CLAIMS if not _is_time(claims[name])]
    if wrong:
        raise rules.refusal("idp-claims", f"iss and sub are texts, iat and exp numbers; wrong: {', '.join(wrong)}")
    if now >= claims["exp"] + _LEEWAY_SECONDS:
        raise rules.refusal("idp-expired", "The token has expired")
    sdes = claims.get("lp_sdes", [])
    well_formed = isinstance(sdes, list) and all(isinstance(s, dict) and isinstance(s.get("type"), str) for s in sdes)
    if not well_formed and rules.on("idp-sdes"):
        raise rules.refusal("idp-sdes", "lp_sdes is not an array of objects with a type")


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        # A whole number beyond what a float can be.
        return False


def _keys(document: bytes) -> list[dict[str, Any]]:
    try:
        keys = json.loads(document).get("keys")
    except (ValueError, RecursionError, AttributeError):
        return []
    return keys if isinstance(keys, list) and all(isinstance(key, dict) for key in keys) else []


def _rsa_key(rules: Rules, key: Mapping[str, Any]) -> RSAPublicKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

    texts = [key.get(name) for name in ("n", "e")]
    try:
        if key.get("kty") != "RSA":
            raise ValueError("not an RSA key")
        # Strictly base64url: facts 1.5 tell that people get this wrong.
        n, e = (int.from_bytes(_decoded(text)) for text in texts if isinstance(text, str) and _SEGMENT.fullmatch(text))
        return RSAPublicNumbers(e, n).public_key()
    except (ValueError, OverflowError):
        raise rules.refusal("idp-jwks", "The key in the key set is not RSA with n and e in base64url") from None


def _json_object(segment: str) -> dict[str, Any] | None:
    try:
        value = json.loads(_decoded(segment), parse_constant=_no_constant)
        # An escaped half of a surrogate pair is JSON, but not text.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _decoded(segment: str) -> bytes:
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")

"""What is said of a token's header, its signature, and the connector's key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lpconf.lint.rules import SHORTEST_SAFE_KEY
from lpconf.model.json import Json
from lpconf.model.quirks import Evidence
from lpconf.model.token import Finding
from lpconf.resources import public_key
from lpconf.resources.public_key import NotAPublicKeyError, PublicKey
from lpconf.tokens import findings as say
from lpconf.tokens.connectors import ConnectorSettings
from lpconf.tokens.findings import shown
from lpconf.tokens.keys import describe
from lpconf.tokens.reading import Encrypted, Signed

_JWE_ALGORITHM = "RSA-OAEP-256"
_OTHER_ALGORITHMS = ("RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule looks at: the token, the connector, and the moment in seconds since 1970."""

    token: Signed
    connector: ConnectorSettings
    now: float


def key_of(connector: ConnectorSettings) -> PublicKey | None:
    """The connector's declared key, None where there is none or it is none."""
    try:
        return public_key.parse(connector.public_key) if connector.public_key else None
    except NotAPublicKeyError:
        return None


def connector_problems(connector: ConnectorSettings) -> Iterator[Finding]:
    """What of the connector itself speaks against any token (consumer-side 1.4, 1.7; rows 1, 2, 5, 6 of section 6)."""
    if connector.public_key and not connector.delegates:
        try:
            yield from _weak_key(public_key.parse(connector.public_key))
        except NotAPublicKeyError as error:
            yield say.error("key.form", f"the connector's jwt_public_key: {error.message}", error.hint, idp=say.BAD_KEY)
    if connector.delegates:
        yield say.unchecked(
            "connector.delegation",
            "the connector serves consumer delegation only, and has no key to check a token with",
            "Authenticated visitors need a connector with jwt_public_key or jwks_endpoint.",
        )
    if connector.flow == "code":
        yield say.warning(
            "connector.flow",
            "the connector uses the code flow: the page hands over a code, not this token",
            "LivePerson gets a token like this one from the connector's token_endpoint.",
            evidence=Evidence.DOCUMENTED,
        )


def _weak_key(key: PublicKey) -> Iterator[Finding]:
    if key.fingerprint == public_key.DEMO_KEY_FINGERPRINT:
        yield say.warning(
            "key.demo",
            "the connector's key is the tutorial's demo key; its private half is public, so anybody can make tokens",
            "Make a key pair of your own: lpconf token keygen.",
        )
    elif key.bits < SHORTEST_SAFE_KEY:
        yield say.warning(
            "key.short",
            f"the connector's key has {key.bits} bits",
            f"Use at least {SHORTEST_SAFE_KEY}: lpconf token keygen.",
        )


def encrypted(token: Encrypted) -> Iterator[Finding]:
    """A JWE (consumer-side 1.6; row 30)."""
    algorithm = token.header.get("alg")
    if isinstance(algorithm, str) and algorithm != _JWE_ALGORITHM and algorithm.replace("_", "-") == _JWE_ALGORITHM:
        yield say.error(
            "jwe.algorithm",
            f'its encryption is called "{algorithm}", with underscores; the name has hyphens: {_JWE_ALGORITHM}',
            "Older documentation of LivePerson prints it with underscores.",
            idp=say.DECRYPTION_FAILED,
            evidence=Evidence.GUESS,
        )
    elif algorithm != _JWE_ALGORITHM:
        yield say.warning(
            "jwe.algorithm",
            f"its encryption is {shown(algorithm)}; LivePerson documents {_JWE_ALGORITHM}",
            evidence=Evidence.DOCUMENTED,
        )
    yield say.unchecked(
        "jwe",
        "it is encrypted, so that only its header can be read here",
        "Check the signed token before it is encrypted.",
        idp=say.DECRYPTION_FAILED,
    )


def algorithm(subject: Subject) -> Iterator[Finding]:
    """RS256 is the only algorithm that LivePerson documents (consumer-side 1.1; row 14)."""
    name = subject.token.header.get("alg")
    if name == "RS256":
        yield say.ok("alg", "it is signed with RS256")
    elif name in _OTHER_ALGORITHMS:
        yield say.warning(
            "alg.other",
            f"it is signed with {name}; LivePerson documents RS256 only",
            "Sign it with RS256.",
            evidence=Evidence.GUESS,
        )
    else:
        yield say.error(
            "alg.refused",
            _why_refused(name),
            "Sign it with RS256 and a private RSA key.",
            idp=say.NO_SUCH_ALGORITHM,
            evidence=Evidence.DOCUMENTED if name == "none" else Evidence.GUESS,
        )


def _why_refused(name: Json) -> str:
    if name is None:
        return "its header does not say how it is signed (alg)"
    if not isinstance(name, str):
        return "alg in its header is not a text"
    if name.lower() == "none":
        return "it is not signed (alg is none), so anybody could have made it"
    if re.fullmatch(r"HS[0-9]+", name):
        return f"it is signed with {name}, which uses a shared secret; LivePerson has only a public key"
    if name.upper() == "RS256":
        return f"alg is {shown(name)}; the name is RS256, and its case matters"
    return f"alg is {shown(name)}, which is no algorithm for tokens that LivePerson documents"


def signature(subject: Subject) -> Iterator[Finding]:
    """Whether the declared key made the signature (rows 3 and 4 of section 6)."""
    connector, key = subject.connector, key_of(subject.connector)
    name = subject.token.header.get("alg")
    if (name != "RS256" and name not in _OTHER_ALGORITHMS) or connector.delegates:
        return  # told already
    if key is None:
        if connector.public_key is None and connector.jwks_endpoint is None:
            yield say.unchecked(
                "signature",
                "the connector declares neither jwt_public_key nor jwks_endpoint, so its signature is not checked",
                idp=say.BAD_SIGNATURE,
            )
        return
    if not subject.token.signature:
        yield say.error("signature", "its signature is empty", "Sign it with RS256.", idp=say.BAD_SIGNATURE)
    elif _verifies(subject.token, str(name), key):
        yield say.ok("signature", f"its signature fits the connector's key ({describe(key)})")
    else:
        yield say.error(
            "signature",
            f"its signature does not fit the connector's key ({describe(key)})",
            "Another private key signed it, or a character of the token was lost or changed when it was copied.",
            idp=say.BAD_SIGNATURE,
            evidence=Evidence.DOCUMENTED,
        )


def _verifies(token: Signed, name: str, key: PublicKey) -> bool:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key
    from jwt import PyJWS

    method, loaded = PyJWS().get_algorithm_by_name(name), load_der_public_key(key.der)
    if name[:2] not in {"RS", "PS"} or not isinstance(loaded, RSAPublicKey):
        return False
    return bool(method.verify(token.signed, loaded, token.signature))


def key_set(subject: Subject) -> Iterator[Finding]:
    """With a JWKS, the header's kid picks the key (consumer-side 1.1, 1.5; row 15). A pasted key needs none."""
    if subject.connector.jwks_endpoint is None:
        return
    kid = subject.token.header.get("kid")
    if kid is None:
        yield say.warning(
            "kid.missing",
            "its header has no kid; LivePerson needs it when the connector's jwks_endpoint has more than one key",
            "Name the key in the header: lpconf token mint --kid.",
            idp=say.NO_KID,
            evidence=Evidence.SEEN,
        )
    elif not isinstance(kid, str):
        yield say.warning("kid.form", "kid in its header is not a text", idp=say.UNKNOWN_KID, evidence=Evidence.GUESS)
    named = f" with the kid {shown(kid)}" if isinstance(kid, str) else ""
    yield say.unchecked(
        "jwks",
        f"its signature cannot be checked offline: the connector's keys are at its jwks_endpoint, and the key{named} "
        "must be there",
        f"LivePerson answers {say.UNKNOWN_KID[0]} where it finds no such key, {say.BAD_SIGNATURE[0]} where it does not "
        "fit.",
        idp=(*say.UNKNOWN_KID, *say.BAD_SIGNATURE),
    )

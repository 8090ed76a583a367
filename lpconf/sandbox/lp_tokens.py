"""The tokens that LivePerson issues to consumers (facts 2.2 of the consumer side), with the simulator's own key.

The key is made when it is first needed and kept in the state, so every server of one state takes the tokens of all.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lpconf.sandbox import identity
from lpconf.sandbox.rules import Refusal, Rules
from lpconf.sandbox.service import Service
from lpconf.sandbox.store import Entity, Place, Transaction

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

# Facts 2.2 [SEEN].
ISSUER = "https://idp.liveperson.net"
_KEY_ID = "00001"
_KEY_BITS = 2048
# What the tag calls the issuer of who is not identified (facts 3.3 [SEEN]); as a claim [GUESS].
_ANONYMOUS_ISSUER = "LivePerson"
# The key belongs to no account.
_KEY_PLACE = Place("", "signing-keys")
_KEY_ENTITY = 1


@dataclass(frozen=True)
class Consumer:
    """Who a token of LivePerson's was issued to.

    Attributes:
        id: the consumer's id at LivePerson.
        account: the account.
        is_authenticated: whether a brand vouched for the consumer.
        expires: when the token does, in seconds since 1970.
    """

    id: str
    account: str
    is_authenticated: bool
    expires: float


@dataclass(frozen=True)
class Anonymous:
    """An anonymous external token (facts 2.2 [DOC]): what an anonymous consumer has where others have a brand's token.

    Attributes:
        id: the consumer's id.
        account: the account.
        issued: when it was issued, in seconds since 1970.
        expires: when it expires.
    """

    id: str
    account: str
    issued: float
    expires: float


def consumer_id(rules: Rules, account: str, iss: str, sub: str) -> str:
    """The id of an authenticated consumer: 64 hex digits (facts 2.2 [SEEN]); what of: rule `idp-consumer-id`."""
    parts = [account, iss, sub] if rules.on("idp-consumer-id") else [account, sub]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class LpTokens:
    """Issues tokens and reads them."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def for_brand_token(self, account: str, claims: Mapping[str, Any]) -> str:
        """A token for an authenticated consumer; `iat` and `exp` are those of the brand's token."""
        ext = {"sub": claims["sub"], "iss": claims["iss"]}
        if claims.get("lp_sdes"):
            # LivePerson encrypts them. Nobody reads them here, so a digest has the right form.
            ext["lp_sdes"] = hashlib.sha256(json.dumps(claims["lp_sdes"]).encode()).hexdigest()
        sub = consumer_id(self._service.rules, account, claims["iss"], claims["sub"])
        return self._signed({**_common(account, sub, claims["iat"], claims["exp"]), "iss": ISSUER, "lp.ext": ext})

    def for_anonymous(self, account: str, sub: str, issued: float, expires: float) -> str:
        """A token for an anonymous consumer."""
        return self._signed({**_common(account, sub, issued, expires), "iss": ISSUER})

    def anonymous_external(self, account: str, sub: str, issued: float, expires: float) -> str:
        """An anonymous external token."""
        return self._signed({**_common(account, sub, issued, expires), "iss": _ANONYMOUS_ISSUER})

    def consumer(self, text: str) -> Consumer | None:
        """Whom the token was issued to, expired or not; None if this simulator did not issue it."""
        claims = self._claims(text)
        if claims is None or claims["iss"] != ISSUER:
            return None
        return Consumer(claims["sub"], _account(claims), "lp.ext" in claims, claims["exp"])

    def anonymous(self, text: str) -> Anonymous | None:
        """The anonymous external token, expired or not; None if this simulator did not issue it."""
        claims = self._claims(text)
        if claims is None or claims["iss"] != _ANONYMOUS_ISSUER:
            return None
        return Anonymous(claims["sub"], _account(claims), claims["iat"], claims["exp"])

    def _claims(self, text: str) -> Mapping[str, Any] | None:
        try:
            token = identity.parsed(self._service.rules, text)
        except Refusal:
            return None
        return token.claims if identity.is_signed_by(token, self._key().public_key()) else None

    def _signed(self, claims: Mapping[str, Any]) -> str:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        signed = f"{_segment({'kid': _KEY_ID, 'typ': 'JWT', 'alg': 'RS256'})}.{_segment(claims)}"
        signature = self._key().sign(signed.encode(), PKCS1v15(), SHA256())
        return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    def _key(self) -> RSAPrivateKey:
        from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

        with self._service.store.read() as tx:
            stored = _stored_key(tx)
        if stored is not None:
            return stored
        # Made outside of a transaction: it takes a while, in which others may write.
        made = generate_private_key(65537, _KEY_BITS)
        with self._service.store.write() as tx:
            stored = _stored_key(tx)
            if stored is None:
                _store_key(tx, made)
        return stored or made


def _common(account: str, sub: str, issued: float, expires: float) -> dict[str, Any]:
    return {"sub": sub, "aud": f"acc:{account}", "iat": int(issued), "exp": int(expires)}


def _account(claims: Mapping[str, Any]) -> str:
    return str(claims["aud"]).removeprefix("acc:")


def _segment(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()


def _stored_key(tx: Transaction) -> RSAPrivateKey | None:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    entity = tx.get(_KEY_PLACE, _KEY_ENTITY)
    if entity is None or not entity.secrets:
        return None
    # It is our own, so its numbers need no proof that would take longer than a signature.
    key = load_der_private_key(base64.b64decode(entity.secrets["der"]), None, unsafe_skip_rsa_key_validation=True)
    return key if isinstance(key, RSAPrivateKey) else None


def _store_key(tx: Transaction, key: RSAPrivateKey) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    secrets = {"der": base64.b64encode(der).decode()}
    tx.put(Entity(_KEY_PLACE, _KEY_ENTITY, _KEY_ID, {}, "", "", secrets=secrets))

"""Key pairs for RS256: make one, read a private key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lpconf.model.errors import LpconfError
from lpconf.resources import public_key
from lpconf.resources.public_key import PublicKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

SIZES = (2048, 3072, 4096)
"""Bits. LivePerson's documentation generates 2048 (consumer-side 1.4 [documented])."""

_EXPONENT = 65537


class PrivateKeyError(LpconfError):
    """The private key cannot be used. The text never holds any of the key."""


def generate(bits: int = SIZES[0]) -> tuple[bytes, bytes]:
    """A new RSA key pair as PEM: the private key (PKCS#8, not encrypted) and the public one (SubjectPublicKeyInfo).

    Raises PrivateKeyError for a size that is not one of `SIZES`.
    """
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    if bits not in SIZES:
        raise PrivateKeyError(f"A key has {', '.join(map(str, SIZES[:-1]))} or {SIZES[-1]} bits.")
    key = generate_private_key(public_exponent=_EXPONENT, key_size=bits)
    return (
        key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()),
        key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo),
    )


def describe(key: PublicKey) -> str:
    """A public key as the plan shows it, too."""
    return f"RSA {key.bits} bits, SHA256:{key.fingerprint[:12]}"


def public_half(private_key_pem: bytes) -> PublicKey:
    """The public key that belongs to a private one. Raises PrivateKeyError for what is no RSA private key."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = load_private(private_key_pem).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return PublicKey(der=der, bits=key.key_size, fingerprint=public_key.fingerprint(der))


def load_private(private_key_pem: bytes) -> RSAPrivateKey:
    """The key of a PEM, PKCS#8 or PKCS#1. Raises PrivateKeyError, which names what the bytes are instead."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(private_key_pem, password=None)
    except TypeError:
        raise PrivateKeyError(
            "The private key is encrypted with a password. Decrypt it on its way: "
            "openssl pkey -in KEY | lpconf token mint --key - ..."
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise PrivateKeyError(_instead(private_key_pem)) from None
    if not isinstance(key, RSAPrivateKey):
        raise PrivateKeyError(
            "The private key is not an RSA key. LivePerson checks RS256 signatures: lpconf token keygen."
        )
    return key


_LOOKALIKES = (
    (rb"BEGIN [A-Z ]*PUBLIC KEY", "This is a public key. A token is signed with the private one."),
    (rb"BEGIN [A-Z ]*CERTIFICATE", "This is a certificate. A token is signed with the private key that belongs to it."),
    (
        rb"BEGIN OPENSSH PRIVATE KEY",
        "The private key is in the form of SSH. Turn a copy of it into PEM: ssh-keygen -p -m PEM -f COPY.",
    ),
    (rb'"d"\s*:', "The private key is a JWK. Ask for it as PEM."),
    (rb"\A\s*\Z", "The private key is empty."),
)


def _instead(data: bytes) -> str:
    """What bytes are that are no private key as PEM."""
    for pattern, what in _LOOKALIKES:
        if re.search(pattern, data):
            return what
    return "This is not a private key as PEM. Make one: lpconf token keygen."

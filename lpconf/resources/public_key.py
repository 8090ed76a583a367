"""The RSA public key of a connector: reading what people paste, naming what is wrong with it, comparing keys.

LivePerson takes base64 of the X.509 SubjectPublicKeyInfo (SPKI) on one line (facts, consumer-side 1.4).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import warnings
from dataclasses import dataclass
from typing import NoReturn

DEMO_KEY_FINGERPRINT = "d2f8d7917928bbe7a457bdbaa0f69221a49b0fbc867ea34b700e9e78364d57e8"
"""The tutorial's key. Its private half is public too (facts, consumer-side 0 [seen])."""

LONGEST = 64 * 1024
"""Characters of a key's text."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An RSA public key: its SPKI as DER, its size in bits, and the SHA-256 of the DER in hex."""

    der: bytes
    bits: int
    fingerprint: str

    @property
    def text(self) -> str:
        """The key as LivePerson takes it: standard base64 on one line."""
        return base64.b64encode(self.der).decode("ascii")


class NotAPublicKeyError(ValueError):
    """The text is no RSA public key. Neither the message nor the hint ever holds any of the text."""

    def __init__(self, message: str, hint: str = "", *, private: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.private = private


_PUBLIC_FROM_PRIVATE = "openssl rsa -in private.pem -pubout"
_PASTE = f"Paste what this prints: {_PUBLIC_FROM_PRIVATE}"

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]*)-----(.*?)-----END \1-----", re.DOTALL)
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")

# What people paste instead (facts, consumer-side 1.4): pattern, what it is, what to do. Order matters.
_LOOKALIKES = (
    (r"\ACONSUMER_DELEGATION\Z", "this is not a key", "Write consumer_delegation: true instead of jwt_public_key."),
    (
        r"\Ahttps?://",
        "this is an address, not a key",
        "If LivePerson is to fetch the keys there, write it as jwks_endpoint instead.",
    ),
    (
        r'\A\s*[\[{].*"keys"',
        "this is a set of keys as JSON (JWKS)",
        "LivePerson fetches such a set from an address: write jwks_endpoint. To paste one key, write it as PEM.",
    ),
    (
        r"\A\s*[\[{]",
        "this is JSON (perhaps a JWK), not PEM",
        "Ask the identity provider for the key as PEM, or write its JWKS address as jwks_endpoint.",
    ),
    (r"\AeyJ[\w-]+\.[\w-]+\.", "this is a token (JWT), not a key", _PASTE),
    (
        r"\Assh-[a-z]+ ",
        "this is a key in the form of SSH",
        "Paste what this prints: ssh-keygen -e -m PKCS8 -f key.pub",
    ),
    (
        r"BEGIN (TRUSTED )?CERTIFICATE(?! REQUEST)",
        "this is a certificate, not a public key",
        "Paste what this prints: openssl x509 -in certificate.pem -noout -pubkey",
    ),
    (
        r"BEGIN RSA PUBLIC KEY",
        "this is a public key in the older form PKCS#1",
        "Paste what this prints: openssl rsa -RSAPublicKey_in -in key.pem -pubout",
    ),
    (
        r"\A[\w./ -]+\.(pem|pub|key|der|crt|cer|txt|json)\Z",
        "this looks like the name of a file",
        "Write {file: keys/idp.pub.pem} to take the key from a file.",
    ),
)


def parse(text: str) -> PublicKey:
    r"""The key that a text holds: SPKI as PEM, as one line of base64, or as PEM with `\n` written out.

    Raises NotAPublicKeyError, which names what the text is and the command that makes the right thing.
    """
    if len(text) > LONGEST:
        raise NotAPublicKeyError("this is far too long for a public key", _PASTE)
    text = _with_line_breaks(text)
    if re.search(r"PRIVATE KEY|\"d\"\s*:", text):
        _refuse_private()
    for pattern, what, hint in _LOOKALIKES:
        if re.search(pattern, text, re.DOTALL):
            raise NotAPublicKeyError(what, hint)
    return _from_der(_decode(_body(text)))


def parsed(value: object) -> PublicKey | None:
    """The key that a value holds, None for what is not one."""
    if not isinstance(value, str):
        return None
    try:
        return parse(value)
    except NotAPublicKeyError:
        return None


def fingerprint(der: bytes) -> str:
    """The SHA-256 of a key's DER, in hex."""
    return hashlib.sha256(der).hexdigest()


def from_wire(text: object) -> bytes | None:
    """The bytes of a live key, to compare it. White space, written-out line breaks and PEM lines do not matter;
    with anything else in it, such as a stray full stop, it is no key: None.
    """
    if not isinstance(text, str) or len(text) > LONGEST or not text.isascii():
        return None
    plain = _with_line_breaks(text)
    block = _BLOCK.fullmatch(plain)
    body = re.sub(r"\s+", "", block[2] if block else plain)
    try:
        der = base64.b64decode(body, validate=True)
    except binascii.Error:
        return None
    # Every key is a DER SEQUENCE; CONSUMER_DELEGATION, by chance, is base64 too.
    return der if der[:1] == b"\x30" else None


def _with_line_breaks(text: str) -> str:
    """The text with line breaks where they are written out, without white space around it."""
    return text.replace("\\r", "\n").replace("\\n", "\n").strip()


def _refuse_private() -> NoReturn:
    raise NotAPublicKeyError(
        "this is a PRIVATE key",
        "Whoever has seen this file can sign in as any visitor: make a new key pair. "
        f"LivePerson needs only the public half: {_PUBLIC_FROM_PRIVATE}",
        private=True,
    )


def _body(text: str) -> str:
    """The base64 of the text, without its lines."""
    if "-----" in text:
        # Counted before it is searched: searching from thousands of BEGIN lines takes quadratic time.
        if text.count("-----BEGIN ") > 1:
            raise NotAPublicKeyError("this holds more than one key", "Keep one.")
        block = _BLOCK.search(text)
        if block is None:
            raise NotAPublicKeyError("the key is cut off: its BEGIN or END line is missing", "Paste all of it.")
        text = block[2]
    return re.sub(r"\s+", "", text)


def _decode(body: str) -> bytes:
    if not body:
        raise NotAPublicKeyError("the key is empty", _PASTE)
    if re.fullmatch(r"[A-Za-z0-9_-]+={0,2}", body) and re.search(r"[_-]", body):
        raise NotAPublicKeyError(
            "this is base64url, the form of tokens",
            "LivePerson takes standard base64: write + for - and / for _, and add the = at the end.",
        )
    if not _BASE64.fullmatch(body):
        core = body.rstrip(".,;:'\"`")
        if _BASE64.fullmatch(core):
            raise NotAPublicKeyError(
                f"the key ends in a stray {body[len(core) :][:1]}",
                "Remove it. It is a copying mistake that the tutorials have, too.",
            )
        raise NotAPublicKeyError("this is not base64: it holds characters that no key has", _PASTE)
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise NotAPublicKeyError(
            "the key is cut off: its length is not a multiple of four",
            f"Paste all of it, = at the end included. {_PASTE}",
        ) from None


def _from_der(der: bytes) -> PublicKey:
    # Imported here: 30 ms that only a configuration with a key has to wait for.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_der_public_key,
    )

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            key = load_der_public_key(der)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        _refuse_der(der)
    if not isinstance(key, RSAPublicKey):
        kind = type(key).__name__.lstrip("_").removesuffix("PublicKey")
        raise NotAPublicKeyError(
            f"this is a key of another kind ({'EC' if kind == 'EllipticCurve' else kind}), not RSA",
            "LivePerson checks RS256 signatures. Make an RSA key pair: openssl genrsa -out private.pem 2048, then "
            f"{_PUBLIC_FROM_PRIVATE}",
        )
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    # The loader also takes PKCS#1, which LivePerson does not (facts, consumer-side 1.4).
    if spki != der:
        raise NotAPublicKeyError(
            "this is a public key in the older form PKCS#1",
            "Wrap it between -----BEGIN RSA PUBLIC KEY----- and -----END RSA PUBLIC KEY----- in key.pem, then paste "
            "what this prints: openssl rsa -RSAPublicKey_in -in key.pem -pubout",
        )
    return PublicKey(der=spki, bits=key.key_size, fingerprint=fingerprint(spki))


def _refuse_der(der: bytes) -> NoReturn:
    """Name what bytes are that are no public key."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key
    from cryptography.x509 import load_der_x509_certificate

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            load_der_private_key(der, password=None, unsafe_skip_rsa_key_validation=True)
        except TypeError:
            _refuse_private()  # encrypted, but private
        except (ValueError, UnsupportedAlgorithm):
            pass
        else:
            _refuse_private()
        try:
            load_der_x509_certificate(der)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            pass
        else:
            raise NotAPublicKeyError(
                "this is a certificate, not a public key",
                "Paste what this prints: openssl x509 -in certificate.pem -noout -pubkey",
            )
    declared = _declared_length(der)
    if declared is not None and declared > len(der):
        raise NotAPublicKeyError(
            f"the key is cut off: {len(der)} of its {declared} bytes are here", f"Paste all of it. {_PASTE}"
        )
    raise NotAPublicKeyError("this is not an RSA public key", _PASTE)


def _declared_length(der: bytes) -> int | None:
    """How long the outer DER SEQUENCE says that it is, header included."""
    if der[:1] != b"\x30" or len(der) < 2:
        return None
    if der[1] < 0x80:
        return der[1] + 2
    size = der[1] & 0x7F
    if size not in {1, 2, 3} or len(der) < 2 + size:
        return None
    return int.from_bytes(der[2 : 2 + size], "big") + 2 + size

# ruff: noqa: E501 - one case, one line
"""Keys: what people paste, and what it is called."""

from __future__ import annotations

import base64
import contextlib
import datetime
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from lpconf.resources.public_key import DEMO_KEY_FINGERPRINT, NotAPublicKeyError, PublicKey, from_wire, parse
from tests.config.conftest import CONNECTOR, DEMO_KEY, DEMO_PEM, HEAD, Diagnose, Load

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = PRIVATE.public_key()
DER = PUBLIC.public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo)
PEM = PUBLIC.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo).decode()
LINE = base64.b64encode(DER).decode()
PKCS1 = PUBLIC.public_bytes(form.Encoding.DER, form.PublicFormat.PKCS1)
PKCS1_PEM = PUBLIC.public_bytes(form.Encoding.PEM, form.PublicFormat.PKCS1).decode()
EC = ec.generate_private_key(ec.SECP256R1()).public_key()
ED = ed25519.Ed25519PrivateKey.generate().public_key()


def private(encoding: form.Encoding, kind: form.PrivateFormat, password: bytes | None = None) -> bytes:
    hiding = form.BestAvailableEncryption(password) if password else form.NoEncryption()
    return PRIVATE.private_bytes(encoding, kind, hiding)


def certificate() -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder(name, name, PUBLIC, 1, start, start + datetime.timedelta(days=1))
    return builder.sign(PRIVATE, hashes.SHA256())


def spki(key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> str:
    return base64.b64encode(key.public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo)).decode()


def jwk(**more: str) -> str:
    return json.dumps({"kty": "RSA", "n": "AQAB", "e": "AQAB", **more})


GOOD = {
    "one line": LINE,
    "PEM": PEM,
    "PEM with Windows line ends": PEM.replace("\n", "\r\n"),
    "PEM with written line ends": PEM.replace("\n", "\\n"),
    "PEM on one line": PEM.replace("\n", " "),
    "PEM between other text": f"Subject: idp\n{PEM}\n",
    "base64 in lines": f"  {LINE[:64]}\n  {LINE[64:]}\n",
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_every_form_of_a_public_key_gives_one_line(text: str) -> None:
    key = parse(text)
    assert (key.text, key.der, key.bits) == (LINE, DER, 2048)
    assert from_wire(text if "Subject" not in text else PEM) == DER


def test_the_demo_key_has_its_fingerprint() -> None:
    assert parse(DEMO_KEY).fingerprint == parse(DEMO_PEM).fingerprint == DEMO_KEY_FINGERPRINT
    assert parse(DEMO_KEY).bits == 1024


BAD = {
    "PKCS#1": (base64.b64encode(PKCS1).decode(), "this is a public key in the older form PKCS#1", "-RSAPublicKey_in"),
    "PKCS#1 PEM": (PKCS1_PEM, "this is a public key in the older form PKCS#1", "-RSAPublicKey_in"),
    "EC": (spki(EC), "this is a key of another kind (EC), not RSA", "openssl genrsa"),
    "Ed25519": (spki(ED), "this is a key of another kind (Ed25519), not RSA", "openssl genrsa"),
    "certificate": (certificate().public_bytes(form.Encoding.PEM).decode(), "this is a certificate, not a public key", "openssl x509"),
    "certificate without lines": (base64.b64encode(certificate().public_bytes(form.Encoding.DER)).decode(), "this is a certificate, not a public key", "openssl x509"),
    "JWK": (jwk(), "this is JSON (perhaps a JWK), not PEM", "jwks_endpoint"),
    "JWKS": (json.dumps({"keys": [json.loads(jwk())]}), "this is a set of keys as JSON (JWKS)", "jwks_endpoint"),
    "JWT": ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "this is a token (JWT), not a key", "openssl rsa"),
    "SSH": ("ssh-rsa AAAAB3NzaC1yc2E= me", "this is a key in the form of SSH", "ssh-keygen -e -m PKCS8"),
    "address": ("https://idp.example.com/jwks", "this is an address, not a key", "jwks_endpoint"),
    "file name": ("keys/idp.pub.pem", "this looks like the name of a file", "{file:"),
    "delegation": ("CONSUMER_DELEGATION", "this is not a key", "consumer_delegation: true"),
    "full stop": (f"{LINE}.", "the key ends in a stray .", "Remove it"),
    "comma": (f"{LINE},", "the key ends in a stray ,", "Remove it"),
    "base64url": (LINE.replace("+", "-").replace("/", "_") + "-_", "this is base64url, the form of tokens", "standard base64"),
    "cut off": (LINE[:200], "the key is cut off: 150 of its 294 bytes are here", "Paste all of it"),
    "cut off in a group": (LINE[:199], "the key is cut off: its length is not a multiple of four", "Paste all of it"),
    "PEM without its end": (PEM[:200], "the key is cut off: its BEGIN or END line is missing", "Paste all of it"),
    "two keys": (PEM + PEM, "this holds more than one key", "Keep one"),
    "no base64": ("não", "this is not base64: it holds characters that no key has", "openssl rsa"),
    "other bytes": ("AAAA", "this is not an RSA public key", "openssl rsa"),
    "other sequence": ("MAMCAQA=", "this is not an RSA public key", "openssl rsa"),
    "half a length": ("MII=", "this is not an RSA public key", "openssl rsa"),
    "one byte": ("MA==", "this is not an RSA public key", "openssl rsa"),
    "empty": ("", "the key is empty", "openssl rsa"),
    "empty PEM": ("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", "the key is empty", "openssl rsa"),
    "far too long": ("A" * 70_000, "this is far too long for a public key", "openssl rsa"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message", "hint"), BAD.values(), ids=BAD)
def test_what_is_no_public_key_is_called_by_its_name(text: str, message: str, hint: str) -> None:
    with pytest.raises(NotAPublicKeyError) as raised:
        parse(text)
    assert raised.value.message == message
    assert hint in raised.value.hint
    assert not raised.value.private


PRIVATES = {
    "PKCS#8": private(form.Encoding.PEM, form.PrivateFormat.PKCS8).decode(),
    "PKCS#1": private(form.Encoding.PEM, form.PrivateFormat.TraditionalOpenSSL).decode(),
    "OpenSSH": private(form.Encoding.PEM, form.PrivateFormat.OpenSSH).decode(),
    "encrypted": private(form.Encoding.PEM, form.PrivateFormat.PKCS8, b"x").decode(),
    "PKCS#8 without lines": base64.b64encode(private(form.Encoding.DER, form.PrivateFormat.PKCS8)).decode(),
    "PKCS#1 without lines": base64.b64encode(
        private(form.Encoding.DER, form.PrivateFormat.TraditionalOpenSSL)
    ).decode(),
    "encrypted without lines": base64.b64encode(private(form.Encoding.DER, form.PrivateFormat.PKCS8, b"x")).decode(),
    "JWK": jwk(d="AQAB"),
    "cut off": "-----BEGIN PRIVATE KEY-----\nMIIE",
    "in a bundle": PEM + private(form.Encoding.PEM, form.PrivateFormat.PKCS8).decode(),
}


@pytest.mark.parametrize("text", PRIVATES.values(), ids=PRIVATES)
def test_a_private_key_is_a_hard_error_and_never_echoed(text: str) -> None:
    with pytest.raises(NotAPublicKeyError) as raised:
        parse(text)
    assert raised.value.private
    assert raised.value.message == "this is a PRIVATE key"
    assert "make a new key pair" in raised.value.hint


def base64_of(prefix: bytes) -> st.SearchStrategy[str]:
    return st.binary().map(lambda data: base64.b64encode(prefix + data).decode())


@given(st.one_of(st.text(), base64_of(b""), base64_of(b"\x30"), base64_of(DER[:30])))
def test_any_text_is_a_key_or_is_called_none(text: str) -> None:
    with contextlib.suppress(NotAPublicKeyError):
        assert isinstance(parse(text), PublicKey)
    assert from_wire(text) is None or isinstance(from_wire(text), bytes)


@pytest.mark.parametrize("text", [None, 5, "", "CONSUMER_DELEGATION", "AAAA", "A" * 70_000, "A"])
def test_what_is_no_der_on_the_wire(text: object) -> None:
    assert from_wire(text) is None


def test_white_space_and_armour_on_the_wire_do_not_matter() -> None:
    assert from_wire(f" {LINE}\n") == from_wire(PEM) == from_wire(PEM.replace("\n", "\\n")) == DER


@pytest.mark.parametrize("text", [f"{LINE}.", LINE.replace("+", "-").replace("/", "_").rstrip("="), f"{LINE}\u00e9"])
def test_anything_else_on_the_wire_is_no_key(text: str) -> None:
    """LivePerson would check tokens with it and fail, so it must show as a difference."""
    assert from_wire(text) is None


def test_a_key_in_the_yaml_becomes_one_line(load_text: Load) -> None:
    block = "".join(f"      {line}\n" for line in PEM.splitlines())
    site = load_text(f"{HEAD}connectors:\n  - name: x\n    jwt_public_key: |\n{block}")
    assert site.things[0].fields["jwt_public_key"] == LINE


def test_a_private_key_in_the_yaml_has_a_code_of_its_own(diagnose: Diagnose) -> None:
    text = PRIVATES["PKCS#8"].replace("\n", "\\n")
    (found,) = diagnose(f'{HEAD}connectors:\n  - name: x\n    jwt_public_key: "{text}"\n')
    assert (found.code, found.source) == ("key.private", None)


def test_a_variable_in_a_key_field_is_called_that(diagnose: Diagnose) -> None:
    (found,) = diagnose(f"{CONNECTOR}    jwt_public_key: ${{var.key}}\n")
    assert (found.message, found.hint) == (
        "variables do not work in key fields",
        "Write the key itself, or {file: keys/idp.pub.pem}.",
    )

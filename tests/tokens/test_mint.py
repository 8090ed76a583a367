"""Keys and tokens that lpconf makes, read with somebody else's library."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from lpconf.engine.values import key_text
from lpconf.model.errors import LpconfError
from lpconf.resources import public_key
from lpconf.tokens import PrivateKeyError, describe, generate, make_claims, mint, public_half
from lpconf.tokens.minting import read_claims
from lpconf.tokens.times import lifetime, span, utc

from .samples import NOW, claims, pair

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=1024)


def pem(key: Any, kind: form.PrivateFormat = form.PrivateFormat.PKCS8, password: bytes | None = None) -> bytes:
    hiding = form.BestAvailableEncryption(password) if password else form.NoEncryption()
    return bytes(key.private_bytes(form.Encoding.PEM, kind, hiding))


def test_a_token_is_rs256_with_the_claims_as_given() -> None:
    token = mint(pair(0)[0], claims(given_name="Zoë"))
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT"}
    decoded = jwt.decode(token, pair(0)[1], algorithms=["RS256"], options={"verify_iat": False})
    assert decoded == claims(given_name="Zoë")
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, pair(1)[1], algorithms=["RS256"])


def test_a_kid_is_in_the_header() -> None:
    assert jwt.get_unverified_header(mint(pair(0)[0], claims(), "2026-01"))["kid"] == "2026-01"


def test_times_are_whole_seconds() -> None:
    made = make_claims(iss="i", sub="s", now=NOW + 0.9, lifetime=90, more={"aud": "a"})
    assert made == {"iss": "i", "sub": "s", "iat": int(NOW), "exp": int(NOW) + 90, "aud": "a"}


@pytest.mark.parametrize("value", [float("nan"), {1, 2}])
def test_claims_that_json_cannot_hold(value: Any) -> None:
    with pytest.raises(LpconfError, match="cannot be written as JSON"):
        mint(pair(0)[0], {"x": value})


def test_a_short_key_signs_without_noise() -> None:
    token = mint(pem(PRIVATE, form.PrivateFormat.TraditionalOpenSSL), claims())
    assert len(base64.urlsafe_b64decode(token.rpartition(".")[2] + "==")) == 128


def test_a_new_pair_is_pkcs8_and_spki_of_its_size() -> None:
    for bits in (2048, 3072):
        private_pem, public_pem = generate(bits)
        assert private_pem.startswith(b"-----BEGIN PRIVATE KEY-----\n")
        assert public_pem.startswith(b"-----BEGIN PUBLIC KEY-----\n")
        assert public_key.parse(public_pem.decode()) == public_half(private_pem)
        assert public_half(private_pem).bits == bits


def test_a_key_reads_as_in_the_plan() -> None:
    key = public_half(pair(0)[0])
    assert describe(key) == key_text(key.text)


@pytest.mark.parametrize("bits", [0, 1024, 2049, 8192])
def test_a_pair_of_another_size_is_refused(bits: int) -> None:
    with pytest.raises(PrivateKeyError, match="A key has 2048, 3072 or 4096 bits"):
        generate(bits)


NOT_PRIVATE = {
    "public": (pair(0)[1], "This is a public key."),
    "certificate": (b"-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----", "This is a certificate."),
    "EC": (pem(ec.generate_private_key(ec.SECP256R1())), "The private key is not an RSA key."),
    "encrypted": (pem(PRIVATE, password=b"x"), "The private key is encrypted with a password."),
    "SSH": (
        pem(rsa.generate_private_key(public_exponent=65537, key_size=2048), form.PrivateFormat.OpenSSH),
        "The private key is in the form of SSH.",
    ),
    "broken SSH": (b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", "The private key is in the form of SSH."),
    "JWK": (b'{"kty": "RSA", "d": "c2VjcmV0"}', "The private key is a JWK."),
    "empty": (b" \n", "The private key is empty."),
    "cut off": (pem(PRIVATE)[:200], "This is not a private key as PEM."),
    "bytes": (bytes(range(256)), "This is not a private key as PEM."),
}


@pytest.mark.parametrize(("data", "message"), NOT_PRIVATE.values(), ids=NOT_PRIVATE)
def test_what_is_no_private_key_is_called_by_its_name_and_not_shown(data: bytes, message: str) -> None:
    with pytest.raises(PrivateKeyError) as raised:
        mint(data, claims())
    assert str(raised.value).startswith(message)
    for line in data.decode("latin-1").splitlines():
        assert len(line) < 20 or line.startswith("-----") or line not in str(raised.value)


@settings(deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"-----BEGIN PRIVATE KEY-----\n", b"-----BEGIN RSA PRIVATE KEY-----\n"]),
)
def test_any_bytes_are_a_key_or_the_documented_error(data: bytes, before: bytes) -> None:
    with pytest.raises(PrivateKeyError):
        mint(before + data, {})


def test_claims_are_texts_and_lp_sdes_is_json() -> None:
    sdes = [{"type": "ctmrinfo", "info": {"customerId": "1=2"}}]
    found = read_claims(["given_name=Dana", "phone_number=15", "x=a=b", "y=", f"lp_sdes={json.dumps(sdes)}"])
    assert found == {"given_name": "Dana", "phone_number": "15", "x": "a=b", "y": "", "lp_sdes": sdes}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["given_name"], "A claim is written name=value"),
        (["=x"], "A claim is written name=value"),
        (["sub=x"], "The claim sub is set with --sub."),
        (["iss=x"], "The claim iss is set with --iss."),
        (["exp=5"], "The claim exp is set with --ttl."),
        (["a=1", "a=2"], "The claim a is there twice."),
        (["lp_sdes=[{]"], "The claim lp_sdes must be JSON"),
        (["lp_sdes=" + "[" * 100_000], "The claim lp_sdes must be JSON"),
    ],
)
def test_claims_that_cannot_be(options: list[str], message: str) -> None:
    with pytest.raises(LpconfError) as raised:
        read_claims(options)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("45s", 45), ("30m", 1800), ("1h", 3600), ("7d", 604_800), ("36500d", 36500 * 86400)],
)
def test_a_lifetime(text: str, seconds: int) -> None:
    assert lifetime(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "0", "0h", "-1h", "1.5h", "1w", "1 h", "h", "36501d", "1h\n", "\u0661h", "9" * 5000]
)
def test_what_is_no_lifetime(text: str) -> None:
    with pytest.raises(LpconfError, match="A lifetime is a number"):
        lifetime(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds"), (1, "1 second"), (119, "119 seconds"), (120, "2 minutes"), (3599, "60 minutes"),
        (7200, "2 hours"), (86_400, "24 hours"), (172_800, "2 days"),
        (63_071_988, "730 days"), (260_000_000, "8 years"),
    ],
)  # fmt: skip
def test_a_span_of_time(seconds: float, text: str) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1970-01-01 00:00:00 UTC"),
        (1534971930.9, "2018-08-22 21:05:30 UTC"),
        (-62135596800, "0001-01-01 00:00:00 UTC"),
        (10**12, "a date that no calendar has"),
        (-(10**12), "a date that no calendar has"),
        (10**400, "a date that no calendar has"),
    ],
)
def test_a_moment(seconds: float, text: str) -> None:
    assert utc(seconds) == text

# ruff: noqa: E501 - one case, one line
"""What LivePerson would say to a token: one mistake, one answer."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from lpconf.model.quirks import Evidence
from lpconf.model.token import Status, TokenCheck, Verdict
from lpconf.tokens import ConnectorSettings, check, mint
from tests.account import make_key

from .samples import (
    ISSUER,
    LATER_TOKEN,
    NOW,
    SEED_TOKEN,
    TUTORIAL,
    claims,
    connector,
    found,
    pair,
    part,
    problems,
    signed_otherwise,
    token,
)

TODAY = 1_795_372_277.0
"""2026-11-22."""


def checked(text: str, **more: Any) -> TokenCheck:
    return check(text, connector(**more), NOW)


def test_a_good_token_is_accepted_and_nothing_is_to_be_said() -> None:
    result = checked(token())
    assert problems(result) == []
    assert (result.verdict, result.idp_codes) == (Verdict.ACCEPTED, ())
    assert result.summary == "LivePerson would accept this token."
    assert found(result, Status.OK)["exp"].message == "it expires 2027-01-15 09:00:00 UTC, in 60 minutes"
    assert result.claims == claims()


def test_the_tutorials_token_is_refused_for_one_reason_alone() -> None:
    result = check(SEED_TOKEN, TUTORIAL, TODAY)
    assert [each.code for each in result.with_status(Status.ERROR)] == ["exp.expired"]
    assert result.idp_codes == ("1012",)
    assert result.summary == "LivePerson would refuse this token: 1012, expired 2018-08-22 21:05:30 UTC, 8 years ago."
    warnings = found(result, Status.WARNING)
    assert set(warnings) == {"key.demo", "lifetime", "sub.guessable", "name"}
    assert warnings["lifetime"].message == "it is valid for 730 days"
    assert "is public" in warnings["key.demo"].message
    assert found(result, Status.NOTE)["aud"].evidence is Evidence.GUESS


def test_the_tutorials_token_was_good_until_its_last_second() -> None:
    assert check(SEED_TOKEN, TUTORIAL, 1_534_971_929.9).verdict is Verdict.ACCEPTED
    assert check(SEED_TOKEN, TUTORIAL, 1_534_971_930.0).idp_codes == ("1012",)


def test_the_later_tutorials_token_works_until_2031_with_a_key_that_everybody_has() -> None:
    result = check(LATER_TOKEN, TUTORIAL, TODAY)
    assert result.verdict is Verdict.ACCEPTED
    assert "key.demo" in found(result, Status.WARNING)
    assert found(result, Status.OK)["exp"].message == "it expires 2031-04-26 12:12:10 UTC, in 4 years"
    assert found(result, Status.WARNING)["lifetime"].message == "it is valid for 13 years"
    assert check(LATER_TOKEN, TUTORIAL, 1_934_971_930.0).idp_codes == ("1012",)


HALF_A_LETTER = "\ud800"


def nested(depth: int) -> list[Any]:
    return [nested(depth - 1)] if depth else []


NOT_TOKENS = {
    "nothing": ("", "there is no token"),
    "two parts": ("a.b", "this has 2 parts; a signed token has 3, with a dot between them, an encrypted one 5"),
    "a code": ("SplxlOBeZQQYbYS6WxSbIA", "this has no dots, and a token has two"),
    "an object": ('{"ssoKey": "x"}', "this is JSON, not a token"),
    "a key": ("-----BEGIN PUBLIC KEY-----", "this is a key or a certificate, not a token"),
    "white space inside": ("ab cd.e.f", "there is white space inside its header part"),
    "strange characters": (f"{part({})}.c!d.f", "its claims part holds characters that no token has"),
    "header is no JSON": (f"{part(b'x')}.{part({})}.", "its header is not JSON"),
    "header is a list": (f"{part([])}.{part({})}.", "its header is JSON, but not an object"),
    "claims are no JSON": (f"{part({})}.{part(b'x')}.", "its claims are not JSON"),
    "not UTF-8": (f"{part({})}.{part(bytes([0x80]))}.", "its claims are not JSON"),
    "no number": (f"{part({})}.{part(b'[NaN]')}.", "its claims are not JSON"),
    "endless number": (f"{part({})}.{part(b'[1e999]')}.", "its claims are not JSON"),
    "half a letter": (f"{part({})}.{part({'sub': HALF_A_LETTER})}.", "its claims are not JSON"),
    "deep": (f"{part({})}.{part({'a': nested(60)})}.", "its claims are nested more than 40 deep"),
    "very deep": (f"{part({})}.{part(b'[' * 100_000)}.", "its claims are not JSON"),
    "encrypted, then signed": (f"{part({})}.{part(b'aaa.bbb.ccc.ddd.eee')}.", "it was encrypted first and signed then"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), NOT_TOKENS.values(), ids=NOT_TOKENS)
def test_what_is_no_token_is_called_by_its_name(text: str, message: str) -> None:
    result = checked(text)
    assert [each.message for each in result.with_status(Status.ERROR)] == [message]
    assert result.idp_codes == ("1001", "1008", "1009")
    assert (result.header, result.claims) == ({}, {})


def test_a_lost_character_is_found_by_counting() -> None:
    header, payload, signature = SEED_TOKEN.split(".")
    assert len(signature) % 4 == 3
    result = checked(f"{header}.{payload}.{signature[:30]}{signature[32:]}")
    assert result.idp_codes == ("1001", "1008", "1009")
    assert result.with_status(Status.ERROR)[0].message == (
        "its signature part has 169 characters, which base64url never has: one was lost, or one is too many"
    )


def test_a_changed_character_breaks_the_signature() -> None:
    good = token()
    at = good.rindex(".") + 50
    bad = good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
    assert checked(bad).idp_codes == ("9007",)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("", "\n", None),
        ("", "\r\n", None),
        ("  ", "\n\n", "white space"),
        ("Bearer ", "\n", 'the word "Bearer"'),
        ("Authorization: bearer ", "", 'the word "Bearer"'),
        ("jwt ", "", 'the word "jwt"'),
        ('"', '"', "quotes"),
        (" 'Bearer ", "' ", 'white space, quotes and the word "Bearer"'),
        ("\ufeff", "", None),
    ],
)
def test_what_copying_leaves_around_a_token_is_named_and_does_not_matter(
    before: str, after: str, named: str | None
) -> None:
    result = checked(before + token() + after)
    assert result.verdict is Verdict.ACCEPTED
    assert [each.message for each in result.findings if each.code == "around"] == (
        [f"there is more here than the token: {named}"] if named else []
    )


def test_standard_base64_and_padding_are_named() -> None:
    header, payload, signature = token(given_name="Dana~~~???>>>").split(".")
    other = f"{header}.{payload.replace('-', '+').replace('_', '/')}=.{signature.replace('-', '+').replace('_', '/')}=="
    result = checked(other)
    assert found(result, Status.WARNING)["form.base64"].message.endswith(" =, which base64url does not have")
    assert result.claims["given_name"] == "Dana~~~???>>>"


ALGORITHMS: dict[str, tuple[Any, str, bool]] = {
    "none": ("none", "it is not signed (alg is none), so anybody could have made it", False),
    "None": ("None", "it is not signed (alg is none), so anybody could have made it", True),
    "HS256": ("HS256", "it is signed with HS256, which uses a shared secret; LivePerson has only a public key", True),
    "lower case": ("rs256", 'alg is "rs256"; the name is RS256, and its case matters', True),
    "unknown": ("X1", 'alg is "X1", which is no algorithm for tokens that LivePerson documents', True),
    "missing": (None, "its header does not say how it is signed (alg)", True),
    "no text": (5, "alg in its header is not a text", True),
}


@pytest.mark.parametrize(("name", "message", "guess"), ALGORITHMS.values(), ids=ALGORITHMS)
def test_an_algorithm_that_cannot_be(name: Any, message: str, guess: bool) -> None:
    result = checked(signed_otherwise({"alg": name}, b""))
    (only,) = result.with_status(Status.ERROR)
    assert (only.code, only.message, result.idp_codes) == ("alg.refused", message, ("1003",))
    assert result.summary.startswith(f"LivePerson would {'probably ' if guess else ''}refuse this token: 1003, ")


def test_another_rsa_algorithm_is_warned_of_and_its_signature_looked_at() -> None:
    for name in ("RS512", "PS256"):
        made = jwt.encode(claims(), pair(0)[0], algorithm=name)
        result = checked(made)
        assert (result.verdict, problems(result)) == (Verdict.ACCEPTED, ["alg.other"])
        assert check(made, connector(public_key=make_key()), NOW).idp_codes == ("9007",)


def test_a_token_of_an_ec_key_cannot_fit_an_rsa_key() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    result = checked(jwt.encode(claims(), key, algorithm="ES256"))
    assert problems(result) == ["alg.other", "signature"]
    assert result.idp_codes == ("9007",)


def test_the_key_of_somebody_else_is_9007_and_shown_by_its_fingerprint() -> None:
    result = check(mint(pair(1)[0], claims()), connector(), NOW)
    (only,) = result.with_status(Status.ERROR)
    assert (only.code, only.idp_codes, only.evidence) == ("signature", ("9007",), Evidence.DOCUMENTED)
    assert "RSA 2048 bits, SHA256:" in only.message


def test_the_signature_comes_before_the_expiry() -> None:
    result = check(mint(pair(1)[0], claims(exp=int(NOW) - 60)), connector(), NOW)
    assert [each.code for each in result.with_status(Status.ERROR)] == ["signature", "exp.expired"]
    assert result.idp_codes == ("9007",)


def test_an_empty_signature() -> None:
    result = checked(token().rpartition(".")[0] + ".")
    assert (result.idp_codes, problems(result)) == (("9007",), ["signature"])


def key_text(key: Any, *, public: bool = True) -> str:
    data = (
        key.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
        if public
        else key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    )
    return str(data.decode())


KEYS = {
    "EC": (key_text(ec.generate_private_key(ec.SECP256R1()).public_key()), "another kind (EC)"),
    "private": (
        key_text(rsa.generate_private_key(public_exponent=65537, key_size=2048), public=False),
        "this is a PRIVATE key",
    ),
    "cut off": (make_key()[:200], "the key is cut off"),
    "full stop": (make_key() + ".", "the key ends in a stray ."),
    "words": ("our key!", "this is not base64"),
}


@pytest.mark.parametrize(("text", "message"), KEYS.values(), ids=KEYS)
def test_a_connector_whose_key_is_none_refuses_every_token(text: str, message: str) -> None:
    result = check(token(), connector(public_key=text), NOW)
    (only,) = result.with_status(Status.ERROR)
    assert (only.code, result.idp_codes) == ("key.form", ("1005", "1028"))
    assert message in only.message
    assert text[-40:] not in only.message + only.hint


def test_a_short_key_is_told_its_size() -> None:
    result = check(token(), connector(public_key=make_key(1024)), NOW)
    assert found(result, Status.WARNING)["key.short"].message == "the connector's key has 1024 bits"


WRONG_CLAIMS: dict[str, tuple[dict[str, Any], str, tuple[str, ...], str]] = {
    "iss missing": ({"iss": ...}, "iss.missing", ("1011",), "the claim iss is missing"),
    "iat missing": ({"iat": ...}, "iat.missing", ("1011",), "the claim iat is missing"),
    "exp missing": ({"exp": ...}, "exp.missing", ("1011",), "the claim exp is missing"),
    "sub missing": ({"sub": ...}, "sub.missing", ("1011",), "the claim sub is missing"),
    "iss is empty": ({"iss": ""}, "iss.missing", ("1011",), "the claim iss is missing"),
    "sub is blank": ({"sub": " "}, "sub.empty", ("1011",), "sub is empty"),
    "sub is nothing": ({"sub": ""}, "sub.missing", ("1011",), "the claim sub is missing"),
    "exp is null": ({"exp": None}, "exp.missing", ("1011",), "the claim exp is missing"),
    "sub is a number": ({"sub": 17}, "sub.form", (), "sub is a number, not a text"),
    "iss is a list": ({"iss": ["x"]}, "iss.form", (), "iss is a list, not a text"),
    "exp in ms": ({"exp": 1446115352000}, "exp.form", (), "exp is in milliseconds: 2015-10-29 10:42:32 UTC if it is read so"),
    "iat in ms": ({"iat": 1446115352000}, "iat.form", (), "iat is in milliseconds: 2015-10-29 10:42:32 UTC if it is read so"),
    "exp beyond all calendars": ({"exp": 10**300}, "exp.form", (), "exp is in milliseconds: a date that no calendar has if it is read so"),
    "exp in quotes": ({"exp": "1446115352"}, "exp.form", (), "exp is a number in quotes, which would be 2015-10-29 10:42:32 UTC"),
    "exp in ms in quotes": ({"exp": "1446115352000"}, "exp.form", (), "exp is a number in quotes"),
    "exp is a word": ({"exp": "tomorrow"}, "exp.form", (), "exp is a text, not a number of seconds"),
    "exp is true": ({"exp": True}, "exp.form", (), "exp is true or false, not a number of seconds"),
    "exp is an object": ({"exp": {}}, "exp.form", (), "exp is an object, not a number of seconds"),
    "exp is negative": ({"exp": -1}, "exp.form", (), "exp is less than zero"),
    "lp_sdes is an object": ({"lp_sdes": {}}, "lp_sdes", ("1026",), "lp_sdes is an object, not a list"),
    "lp_sdes is null": ({"lp_sdes": None}, "lp_sdes", ("1026",), "lp_sdes is null, not a list"),
    "lp_sdes holds a text": ({"lp_sdes": ["x"]}, "lp_sdes", ("1026",), "lp_sdes[0] is a text, not an object"),
    "no type": ({"lp_sdes": [{"info": {}}]}, "lp_sdes", ("1026",), "lp_sdes[0] has no type"),
    "no payload": ({"lp_sdes": [{"type": "personal", "info": {}}]}, "lp_sdes", ("1026",), "lp_sdes[0] is of type personal and has no object personal"),
    "nothing but a type": ({"lp_sdes": [{"type": "cart"}]}, "lp_sdes", ("1026",), 'lp_sdes[0] is of type "cart" and has nothing but that'),
}  # fmt: skip


@pytest.mark.parametrize(("more", "code", "idp", "message"), WRONG_CLAIMS.values(), ids=WRONG_CLAIMS)
def test_a_claim_that_is_wrong(more: dict[str, Any], code: str, idp: tuple[str, ...], message: str) -> None:
    result = checked(token(**more))
    (only,) = result.with_status(Status.ERROR)
    assert (only.code, only.idp_codes, only.message) == (code, idp, message)
    assert result.verdict is Verdict.REFUSED


def test_pyjwt_would_let_milliseconds_and_quotes_pass() -> None:
    """Why they are checked by hand."""
    for exp in (1446115352000, "1995372277"):
        jwt.decode(token(exp=exp, iat=1), pair(0)[1], algorithms=["RS256"])


CLAIMS_TO_WARN_OF: dict[str, tuple[dict[str, Any], str, str]] = {
    "issued in the future": ({"iat": int(NOW) + 300}, "iat.future", "in 5 minutes"),
    "valid for long": ({"exp": int(NOW) + 86_401}, "lifetime", "it is valid for 24 hours"),
    "expires before it is issued": ({"iat": int(NOW) - 1, "exp": int(NOW) - 1}, "lifetime", "exp is not after iat"),
    "name": ({"name": "Dana"}, "name", "the claim name is not shown to agents"),
    "sub is an e-mail address": ({"sub": "dana@bank.example"}, "sub.guessable", "an e-mail address"),
    "sub is a telephone number": ({"sub": "+972-3-5555-555"}, "sub.guessable", "a telephone number"),
    "sub is a local number": ({"sub": "(03) 555-5555"}, "sub.guessable", "a telephone number"),
    "sub is a number": ({"sub": "111111111"}, "sub.guessable", "a number that can be counted up"),
    "sub is a serial": ({"sub": "customer-000123"}, "sub.guessable", "a number that can be counted up"),
    "given_name is a number": ({"given_name": 5}, "given_name.form", "given_name is a number, not a text"),
    "LivePerson's own": ({"lp.ext": {}}, "lp.ext", "LivePerson has issued"),
    "very long": ({"family_name": "x" * 2000}, "length", "may have 2048"),
}


@pytest.mark.parametrize(("more", "code", "message"), CLAIMS_TO_WARN_OF.values(), ids=CLAIMS_TO_WARN_OF)
def test_a_claim_to_warn_of(more: dict[str, Any], code: str, message: str) -> None:
    warnings = found(checked(token(**more)), Status.WARNING)
    assert list(warnings) == [code]
    assert message in warnings[code].message


@pytest.mark.parametrize(
    "more",
    [
        {"name": "Dana", "given_name": "Dana"},
        {"exp": int(NOW) + 86_400},
        {"exp": NOW + 0.5},
        {"sub": "0f8fad5b-d9cd-469f-a165-70867728950e"},
        {"sub": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
        {"phone_number": "+15551234567"},
        {"aud": "acc:12345678"},
        {"aud": ["x"]},
        {"lp_sdes": []},
        {"lp_sdes": [{"type": "ctmrinfo", "info": {"customerId": "x"}}, {"type": "cart", "products": []}]},
    ],
)
def test_nothing_is_said_of_what_is_fine(more: dict[str, Any]) -> None:
    assert problems(checked(token(**more))) == []


def test_notes() -> None:
    assert problems(checked(token(phone_number="03 555 5555", aud="acc:qa1"))) == ["phone_number", "aud"]


@pytest.mark.parametrize(
    ("declared", "difference"),
    [
        (f"{ISSUER}/", ": they differ in the slash at the end"),
        ("https://LOGIN.bank.example", ": they differ in upper and lower case"),
        ("https://LOGIN.bank.example/", ": they differ in upper and lower case, and in the slash at the end"),
        (f" {ISSUER}", ": they differ in white space"),
        ("https://idp.example", ""),
    ],
)
def test_an_issuer_that_is_not_the_connectors(declared: str, difference: str) -> None:
    result = check(token(), connector(issuer=declared), NOW)
    (only,) = result.with_status(Status.ERROR)
    assert (only.code, only.evidence) == ("iss.differs", Evidence.GUESS)
    assert only.message == f'iss is "{ISSUER}", the connector\'s jwt_issuer "{declared}"{difference}'
    assert result.summary.startswith("LivePerson would probably refuse this token: iss is ")


def test_a_very_long_issuer_is_cut() -> None:
    result = checked(token(iss="x" * 500))
    assert f'iss is "{"x" * 55}...", the' in result.summary


def test_a_connector_without_an_issuer_compares_nothing() -> None:
    assert problems(check(token(), connector(issuer=None), NOW)) == ["iss"]


JWKS = {"public_key": None, "jwks_endpoint": "https://login.bank.example/jwks.json"}


def test_keys_behind_an_address_are_not_fetched_and_the_answer_stays_open() -> None:
    result = checked(token(kid="2026-01"), **JWKS)
    assert (result.verdict, problems(result)) == (Verdict.UNKNOWN, ["jwks"])
    assert result.summary == (
        "lpconf finds nothing wrong with this token, but could not check all of it: its signature cannot be checked "
        'offline: the connector\'s keys are at its jwks_endpoint, and the key with the kid "2026-01" must be there.'
    )
    assert found(result, Status.UNCHECKED)["jwks"].idp_codes == ("1041", "9007")


def test_without_a_kid_several_keys_are_1042() -> None:
    missing = found(checked(token(), **JWKS), Status.WARNING)["kid.missing"]
    assert missing.idp_codes == ("1042",)
    assert "more than one key" in missing.message


def test_a_kid_that_is_no_text() -> None:
    result = checked(signed_otherwise({"alg": "RS256", "kid": 5}), **JWKS)
    assert found(result, Status.WARNING)["kid.form"].idp_codes == ("1041",)


def test_a_pasted_key_needs_no_kid() -> None:
    assert problems(checked(token(kid="any"))) == problems(checked(token())) == []


def test_a_connector_without_a_declared_key_leaves_the_signature_open() -> None:
    result = checked(token(), public_key=None)
    assert (result.verdict, problems(result)) == (Verdict.UNKNOWN, ["signature"])


@pytest.mark.parametrize(
    "more", [{"public_key": None, "consumer_delegation": True}, {"public_key": "CONSUMER_DELEGATION"}]
)
def test_consumer_delegation_checks_no_tokens(more: dict[str, Any]) -> None:
    result = checked(token(), flow="code", **more)
    assert (result.verdict, problems(result)) == (Verdict.UNKNOWN, ["connector.delegation", "connector.flow"])


def test_in_the_code_flow_the_page_hands_over_a_code() -> None:
    result = checked(token(), flow="code")
    assert result.verdict is Verdict.ACCEPTED
    assert "a code, not this token" in found(result, Status.WARNING)["connector.flow"].message


def jwe(algorithm: Any) -> str:
    return ".".join([part({"alg": algorithm, "enc": "A128CBC-HS256"}), "a", "b", "c", "d"])


def test_of_an_encrypted_token_only_the_header_can_be_read() -> None:
    result = checked(jwe("RSA-OAEP-256"))
    assert (result.verdict, problems(result)) == (Verdict.UNKNOWN, ["jwe"])
    assert result.header["enc"] == "A128CBC-HS256"
    assert result.claims == {}


def test_an_encryption_spelled_with_underscores() -> None:
    result = checked(jwe("RSA_OAEP_256"))
    assert (result.verdict, result.idp_codes) == (Verdict.REFUSED, ("1004",))


@pytest.mark.parametrize("algorithm", ["RSA1_5", 10**99, None, 5, [], {}])
def test_another_encryption_than_the_documented_one(algorithm: Any) -> None:
    assert "jwe.algorithm" in found(checked(jwe(algorithm)), Status.WARNING)


def test_no_finding_holds_the_signature_and_the_check_does_not_hold_the_token() -> None:
    for text in (token(), mint(pair(1)[0], claims()), SEED_TOKEN, f"Bearer {token()}"):
        result = checked(text)
        signature = text.rpartition(".")[2]
        assert signature not in repr(result)
        assert signature[:20] not in repr(dataclasses.asdict(result))


TEXTS = st.text(max_size=300)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["iss", "sub", "iat", "exp", "aud", "name", "lp_sdes", "given_name", "phone_number", "lp.ext", "alg", "kid"]
)
OBJECTS = st.dictionaries(NAMES, JSON | st.just("RS256") | st.just("1e400") | st.integers(10**9, 10**14), max_size=8)
CONNECTORS = st.builds(
    ConnectorSettings,
    address=st.text(max_size=5),
    account=st.none() | st.text(max_size=5),
    flow=st.sampled_from([None, "implicit", "code"]),
    public_key=st.none() | st.text(max_size=50) | st.just(TUTORIAL.public_key),
    jwks_endpoint=st.none() | st.just("https://login.bank.example/jwks.json"),
    consumer_delegation=st.booleans(),
    issuer=st.none() | st.text(max_size=5),
)


def must_be_sound(result: TokenCheck) -> None:
    assert result.findings
    assert result.summary
    json.dumps(dict(result.claims), ensure_ascii=False, allow_nan=False).encode()
    assert all(each.message and each.code for each in result.findings)


@settings(deadline=None)
@given(TEXTS, CONNECTORS)
def test_any_text_is_checked(text: str, settings: ConnectorSettings) -> None:
    must_be_sound(check(text, settings, NOW))


@settings(deadline=None)
@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=20))
def test_any_bytes_in_the_parts_are_checked(header: bytes, payload: bytes, signature: bytes) -> None:
    must_be_sound(check(".".join(map(part, (header, payload, signature))), connector(), NOW))


@settings(deadline=None)
@given(OBJECTS, OBJECTS, CONNECTORS)
def test_any_claims_and_headers_are_checked(
    header: dict[str, Any], payload: dict[str, Any], declared: ConnectorSettings
) -> None:
    text = f"{part(header)}.{part(payload)}.{part(b'x')}"
    must_be_sound(check(text, declared, NOW))


@settings(deadline=None)
@given(st.integers(0, len(SEED_TOKEN)), st.integers(0, 5), st.text(max_size=5))
def test_the_tutorials_token_with_a_piece_exchanged(at: int, length: int, piece: str) -> None:
    text = SEED_TOKEN[:at] + piece + SEED_TOKEN[at + length :]
    result = check(text, TUTORIAL, TODAY)
    must_be_sound(result)
    assert result.verdict is Verdict.REFUSED

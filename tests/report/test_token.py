"""What LivePerson would say to a token, as text and as JSON."""

from __future__ import annotations

import json

from lpconf.model.quirks import Evidence
from lpconf.model.token import Finding, Status, TokenCheck
from lpconf.report import token_json, token_text

REFUSED = TokenCheck(
    connector='connector["Web"]',
    at=1_795_372_277.5,
    findings=(
        Finding(Status.OK, "alg", "it is signed with RS256"),
        Finding(Status.NOTE, "aud", "aud is another account", evidence=Evidence.GUESS),
        Finding(Status.UNCHECKED, "jwks", "keys are not fetched", idp_codes=("1041", "9007"), evidence=Evidence.SEEN),
        Finding(Status.ERROR, "form", "this is JSON", "Copy it.", ("1001", "1008", "1009"), Evidence.SEEN),
        Finding(Status.ERROR, "exp.expired", "expired", idp_codes=("1012",), evidence=Evidence.SEEN),
        Finding(Status.WARNING, "lifetime", "it is valid for 8 years"),
    ),
    header={"alg": "RS256"},
    claims={"sub": "a\x1b[31m\u202e", "exp": 5, "lp_sdes": [{"type": "x"}], "long\n": "x" * 200},
)


def test_the_text_starts_with_the_verdict_and_is_harmless() -> None:
    text = token_text.check(REFUSED, color=False)
    assert text == "\n".join(
        [
            "LivePerson would refuse this token: 1001, 1008 or 1009, this is JSON.",
            "",
            'Checked for connector["Web"]:',
            "  ok           it is signed with RS256",
            "  note         aud is another account (a guess)",
            "  not checked  keys are not fetched (IdP code 1041 or 9007)",
            "  error        this is JSON (IdP code 1001, 1008 or 1009)",
            "                 Copy it.",
            "  error        expired (IdP code 1012)",
            "  warning      it is valid for 8 years",
            "",
            "Header:",
            '  alg = "RS256"',
            "",
            "Claims:",
            '  sub = "a\\u001b[31m\\u202e"',
            "  exp = 5",
            '  lp_sdes = [{"type": "x"}]',
            f'  long\\n = "{"x" * 99}... (102 more characters)',
        ]
    )


def test_only_what_is_not_as_it_should_be() -> None:
    assert (
        token_text.findings(REFUSED, color=False).splitlines()[0] == "  note         aud is another account (a guess)"
    )
    assert token_text.findings(TokenCheck("x", 0, REFUSED.findings[:1]), color=False) == ""


def test_every_verdict_has_its_colour() -> None:
    for findings, colour in ((REFUSED.findings, "1;31"), (REFUSED.findings[:3], "33"), (REFUSED.findings[:2], "32")):
        assert token_text.check(TokenCheck("x", 0, findings), color=True).startswith(f"\x1b[{colour}m")


def test_json_holds_the_same() -> None:
    document = json.loads(json.dumps(token_json.check(REFUSED)))
    assert (document["verdict"], document["refused"], document["checked_at"]) == ("refused", True, 1_795_372_277)
    assert document["idp_codes"] == ["1001", "1008", "1009"]
    assert document["findings"][1]["evidence"] == "guess"
    assert document["findings"][2] == {
        "status": "not_checked",
        "code": "jwks",
        "message": "keys are not fetched",
        "hint": "",
        "idp_codes": ["1041", "9007"],
        "evidence": "seen",
    }
    assert document["claims"] == dict(REFUSED.claims)

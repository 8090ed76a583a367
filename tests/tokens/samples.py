"""Key pairs, connectors and tokens for the tests. Nothing here is secret outside of them."""

from __future__ import annotations

import base64
import functools
import json
from typing import Any

from lpconf.model.token import Finding, Status, TokenCheck
from lpconf.tokens import ConnectorSettings, generate, make_claims, mint, public_half
from tests.account import DEMO_KEY

NOW = 1_800_000_000.0
"""2027-01-15 08:00:00 UTC."""

SUBJECT = "7f4c1d52-9a0e-4c0b-8b57-0d3b5f6f1a11"
ISSUER = "https://login.bank.example"

SEED_TOKEN = (
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIrOTcyLTMtNTU1NS01NTUiLCJpc3MiOiJodHRwczovL2lkcC5saXZlcGVyc29uLm5l"
    "dCIsImF1ZCI6ImFjYzpxYTU3MjIxNjc2IiwiZXhwIjoxNTM0OTcxOTMwLCJpYXQiOjE0NzE4OTk5NDIsIm5hbWUiOiJFaXRhbiJ9.Fh0sG-iu-VMZ"
    "RFRbUNK0kEzb7Y1BXtQHOKaHL2y40y_c4mBvmQDCOYNWJ1ZEeayTNuLboYx6L8xEoC5xZIFnVv2N4a36BBU88fNuhe9Em2b5qNdVbdBtIJQoBY5ep5"
    "O2geAaCVA7A7oS8ysWVGn9CV4btH_D5sU2jGr3ml8yfJA"
)
"""The token of the tutorial "Setting Consumer Window"."""

LATER_TOKEN = (
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIrOTcyLTMtNTU1NS01NTUiLCJpc3MiOiJodHRwczovL2lkcC5saXZlcGVyc29uLm5l"
    "dCIsImF1ZCI6ImFjYzpxYTU3MjIxNjc2IiwiZXhwIjoxOTM0OTcxOTMwLCJpYXQiOjE1MjE2MDU1OTIsIm5hbWUiOiJFaXRhbiJ9.0g9ZMvdNelMc"
    "2BICMEep90gnnv9InORIhVb2XcD7DCQRInmyPRzBBGbXxJQeTqymbopGio4f9CE2zPvY0fgBVnWntsr3i_dng3nqYuNym5Sc-pU5EHqMuwmVI3sdRs"
    "TvBqe1T44qu3FXRkt-BhnzKXELtueGaBUNQz8k_30R1ms"
)
"""The token of the later tutorial "Authentication" of the Messaging Window API."""

TUTORIAL = ConnectorSettings(
    'connector["Consumer authentication"]', account="12345678", flow="implicit", public_key=DEMO_KEY
)


@functools.cache
def pair(number: int) -> tuple[bytes, bytes]:
    """A key pair, the same one for the same number: private and public PEM."""
    return generate(2048)


@functools.cache
def public_text(number: int) -> str:
    """The public key of a pair, as the YAML holds it."""
    return public_half(pair(number)[0]).text


def connector(**more: Any) -> ConnectorSettings:
    """A connector that the tokens of `token()` fit."""
    settings: dict[str, Any] = {
        "account": "12345678",
        "flow": "implicit",
        "public_key": public_text(0),
        "issuer": ISSUER,
        **more,
    }
    return ConnectorSettings('connector["Web"]', **settings)


def claims(**more: Any) -> dict[str, Any]:
    """The claims of a good token, issued now for an hour; a claim that is `...` is left out."""
    good = make_claims(iss=ISSUER, sub=SUBJECT, now=NOW, lifetime=3600)
    return {name: value for name, value in {**good, **more}.items() if value is not ...}


def token(*, kid: str | None = None, **more: Any) -> str:
    """A token with these claims, signed with the key of `connector()`."""
    return mint(pair(0)[0], claims(**more), kid)


def part(value: Any) -> str:
    """A part of a token: JSON, or bytes as they are, in base64url."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed_otherwise(header: dict[str, Any], signature: bytes = b"signature") -> str:
    """A token with another header, whose signature is worth nothing."""
    return f"{part(header)}.{part(claims())}.{part(signature)}"


def found(check: TokenCheck, *statuses: Status) -> dict[str, Finding]:
    """The findings of some statuses by their codes."""
    return {finding.code: finding for finding in check.findings if finding.status in statuses}


def problems(check: TokenCheck) -> list[str]:
    """The codes of everything that is not as it should be, in their order."""
    return [finding.code for finding in check.findings if finding.status is not Status.OK]

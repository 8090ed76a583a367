"""What LivePerson will say to a token, without asking it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lpconf.model.quirks import Evidence
from lpconf.model.token import Finding, TokenCheck
from lpconf.tokens import claim_rules, header_rules
from lpconf.tokens import findings as say
from lpconf.tokens.connectors import ConnectorSettings
from lpconf.tokens.header_rules import Subject
from lpconf.tokens.reading import Encrypted, NotATokenError, Signed, read, unwrap

_RULES: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    header_rules.algorithm,
    header_rules.key_set,
    header_rules.signature,
    claim_rules.mandatory,
    claim_rules.expiry,
    claim_rules.issued,
    claim_rules.lifetime,
    claim_rules.issuer,
    claim_rules.visitor,
    claim_rules.profile,
    claim_rules.engagement_attributes,
    claim_rules.other,
)
"""In the order in which LivePerson looks at a token [guess]. The first error is the one that it answers with."""


def check(token: str, connector: ConnectorSettings, now: float) -> TokenCheck:
    """All that can be said of a token for a declared connector. No clock, no network, no files.

    `token` may be any text. `now` is in seconds since 1970. Nothing is raised: what is no token is a finding.
    Keys behind a `jwks_endpoint` are not fetched, so their signatures stay unchecked.
    """
    text, around = unwrap(token)
    before = tuple(_around(around))
    about_connector = tuple(header_rules.connector_problems(connector))
    try:
        found = read(text)
    except NotATokenError as error:
        unreadable = say.error("form", error.message, error.hint, idp=say.NOT_A_JWT)
        return TokenCheck(connector.address, now, (*before, unreadable, *about_connector))
    if isinstance(found, Encrypted):
        return TokenCheck(
            connector.address, now, (*before, *header_rules.encrypted(found), *about_connector), found.header
        )
    subject = Subject(found, connector, now)
    findings = (finding for rule in _RULES for finding in rule(subject))
    return TokenCheck(
        connector.address, now, (*before, *_form(found), *about_connector, *findings), found.header, found.claims
    )


def _around(names: tuple[str, ...]) -> Iterator[Finding]:
    if names:
        yield say.warning(
            "around",
            f"there is more here than the token: {say.listed(names)}",
            "The page must call back with the token alone.",
            idp=say.NOT_A_JWT,
            evidence=Evidence.GUESS,
        )


def _form(token: Signed) -> Iterator[Finding]:
    if token.foreign:
        yield say.warning(
            "form.base64",
            f"it holds {say.listed(token.foreign)}, which base64url does not have",
            "Write - for + and _ for /, and leave the = at the end of each part out.",
            idp=say.NOT_A_JWT,
            evidence=Evidence.GUESS,
        )
    else:
        yield say.ok("form", "it has the form of a signed token (JWT)")

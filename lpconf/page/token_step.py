"""Step 1: what the token says and whether it can work, and new tokens where the user gave a key."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from lpconf.model.errors import LpconfError
from lpconf.model.live import LiveThing
from lpconf.model.token import Status, TokenCheck, Verdict
from lpconf.page.outcome import Outcome
from lpconf.page.subject import Subject
from lpconf.tokens import ConnectorSettings, check, connector_of, make_claims, mint

LIFETIME = 3600
"""Seconds that a new token is valid."""

_ISSUER = "https://idp.example.com"
"""`iss` of a new token where no connector names an issuer; LivePerson then has nothing to compare it with."""

_NAMES = frozenset({"alg", "aud", "exp", "iat", "iss", "kid", "lp_sdes", "sub"})


def checked(subject: Subject, token: str, live: LiveThing | None) -> TokenCheck:
    """What LivePerson would say to a token, by the declared connector, else by the live one."""
    return check(token, _settings(subject, live), subject.clock())


def checked_as(subject: Subject, token: str, name: str | None) -> TokenCheck:
    """What LivePerson would say to a token, by the declared connector of that name or address."""
    return check(token, _declared(subject, name) or _nobody(subject), subject.clock())


def outcome(found: TokenCheck) -> Outcome:
    """Step 1 for the page: the first error, or that nothing is wrong; warnings as notes."""
    notes = tuple(
        _sentence(finding.message) for finding in found.findings if finding.status in {Status.WARNING, Status.UNCHECKED}
    )
    if found.verdict is not Verdict.REFUSED:
        good = next((each.message for each in found.findings if each.code == "exp"), "nothing is wrong with it")
        return Outcome(True, _sentence(good), notes=notes)
    first, *others = found.with_status(Status.ERROR)
    codes = f" LivePerson answers {' or '.join(first.idp_codes)}." if first.idp_codes else ""
    return Outcome(
        False,
        _sentence(first.message) + codes,
        first.hint,
        (*(_sentence(each.message) for each in others), *notes),
    )


def identities(found: TokenCheck) -> list[dict[str, str]]:
    """Who the visitor is, as a page tells LivePerson (consumer-side 3.2 [DOC]); nobody where the token does not say."""
    iss, sub = found.claims.get("iss"), found.claims.get("sub")
    if isinstance(iss, str) and isinstance(sub, str) and iss and sub:
        return [{"iss": iss, "acr": "loa1", "sub": sub}]
    return []


def minted(subject: Subject, name: str | None, live: LiveThing | None) -> str:
    """A token for a new visitor, signed with the user's key. Raises LpconfError without one, or for a key that cannot.

    It is for the declared connector of that name or address, else for the live one. `sub` is a random UUID: LivePerson
    asks for one that nobody can guess (consumer-side 1.3 [DOC]).
    """
    if subject.key is None:
        raise LpconfError("Tokens are made only with a private key. Start lpconf page with --key FILE.")
    settings = (_declared(subject, name) if name is not None else None) or _settings(subject, live)
    claims = make_claims(iss=settings.issuer or _ISSUER, sub=str(uuid.uuid4()), now=subject.clock(), lifetime=LIFETIME)
    return mint(subject.key, claims)


def _settings(subject: Subject, live: LiveThing | None) -> ConnectorSettings:
    declared = _declared(subject, live.name if live else None)
    return declared or (_of_live(live) if live else _nobody(subject))


def _declared(subject: Subject, name: str | None) -> ConnectorSettings | None:
    try:
        return connector_of(subject.site, name)
    except LpconfError:
        return None


def _nobody(subject: Subject) -> ConnectorSettings:
    return ConnectorSettings("no connector", subject.site.account)


def _of_live(connector: LiveThing) -> ConnectorSettings:
    held = connector.body.get("configuration")
    configuration: Mapping[str, Any] = held if isinstance(held, Mapping) else {}
    key, jwks, issuer = (configuration.get(name) or None for name in ("jwtPublicKey", "jwksEndpoint", "issuer"))
    return ConnectorSettings(connector.name, None, None, key, jwks, False, issuer)


def _sentence(text: str) -> str:
    """A finding's message as a sentence. A claim's name keeps its small letter."""
    start = text if text.partition(" ")[0] in _NAMES else text[:1].upper() + text[1:]
    return start + ("" if text.endswith((".", "!", "?")) else ".")

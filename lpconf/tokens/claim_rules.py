"""What is said of a token's claims (consumer-side 1.2 and 1.3, rows 7 to 17 and 38 of section 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lpconf.model.json import Json
from lpconf.model.quirks import Evidence
from lpconf.model.token import Finding
from lpconf.tokens import findings as say
from lpconf.tokens.findings import shown
from lpconf.tokens.header_rules import Subject
from lpconf.tokens.times import DAY, span, utc

LONGEST_LIFETIME = DAY
"""Seconds. lpconf's own threshold: LivePerson publishes none (consumer-side 1.3)."""

LONGEST_TOKEN = 2048
"""Characters of the token that LivePerson itself issues, by its schema of 2017 (consumer-side 1.3 [documented])."""

_MILLISECONDS_FROM = 10**11
"""As seconds it would be the year 5138 (row 8)."""

_PROFILE = ("given_name", "family_name", "email", "gender", "preferred_username", "phone_number")
_SDE_PAYLOADS = {"ctmrinfo": "info", "personal": "personal"}

_GUESSABLE = (
    (r"[^@\s]+@[^@\s]+", "an e-mail address"),
    (r"\+[\d\s().-]{6,24}|\(?\d{2,5}\)?[\s.-][\d\s().-]{4,20}", "a telephone number"),
    (r"[A-Za-z]{0,12}[-_:#]?\d{1,12}", "a number that can be counted up"),
)


@dataclass(frozen=True, slots=True)
class _Number:
    """A NumericDate: its seconds, or what is wrong with it."""

    seconds: float | None
    problem: str = ""
    hint: str = ""


def mandatory(subject: Subject) -> Iterator[Finding]:
    """iss, iat and exp are documented as mandatory; that sub is follows from what it is for [guess]."""
    missing = [name for name in ("iss", "iat", "exp", "sub") if subject.token.claims.get(name) in (None, "")]
    for name in missing:
        yield say.error(
            f"{name}.missing",
            f"the claim {name} is missing",
            idp=say.CLAIM_MISSING,
            evidence=Evidence.GUESS if name == "sub" else Evidence.SEEN,
        )
    if not missing:
        yield say.ok("claims", "the claims iss, iat, exp and sub are there")


def expiry(subject: Subject) -> Iterator[Finding]:
    """The claim exp counts seconds and has not passed (rows 7 and 8). LivePerson publishes no allowance (1.3)."""
    number = _number("exp", subject.token.claims.get("exp"))
    if number.problem:
        yield say.error("exp.form", number.problem, number.hint, evidence=Evidence.GUESS)
    if number.seconds is None:
        return
    left = number.seconds - subject.now
    if left > 0:
        yield say.ok("exp", f"it expires {utc(number.seconds)}, in {span(left)}")
    else:
        yield say.error(
            "exp.expired",
            f"expired {utc(number.seconds)}, {span(-left)} ago",
            "Make a new one: lpconf token mint.",
            idp=say.EXPIRED,
        )


def issued(subject: Subject) -> Iterator[Finding]:
    """The claim iat counts seconds and is not in the future (rows 8 and 9)."""
    number = _number("iat", subject.token.claims.get("iat"))
    if number.problem:
        yield say.error("iat.form", number.problem, number.hint, evidence=Evidence.GUESS)
    if number.seconds is None:
        return
    ahead = number.seconds - subject.now
    if ahead > 0:
        yield say.warning(
            "iat.future",
            f"it was issued in the future: iat is {utc(number.seconds)}, in {span(ahead)}",
            "Set the clock of the machine that made it. LivePerson publishes no allowance for clocks that differ.",
            evidence=Evidence.GUESS,
        )
    else:
        yield say.ok("iat", f"it was issued {utc(number.seconds)}, {span(-ahead)} ago")


def lifetime(subject: Subject) -> Iterator[Finding]:
    """A stolen token works until it expires (row 38)."""
    claims = subject.token.claims
    until, since = _number("exp", claims.get("exp")).seconds, _number("iat", claims.get("iat")).seconds
    if until is None or since is None:
        return
    if until <= since:
        yield say.warning("lifetime", "it expires before it was issued: exp is not after iat")
    elif until - since > LONGEST_LIFETIME:
        yield say.warning(
            "lifetime",
            f"it is valid for {span(until - since)}",
            "Whoever gets hold of it can use it that long. An hour will do: LivePerson asks the page for a new one.",
        )


def _number(name: str, value: Json) -> _Number:
    ask = "LivePerson's documentation asks for a number of seconds since 1970."
    if value in (None, ""):
        return _Number(None)  # told as missing
    if isinstance(value, str):
        try:
            seconds = float(value)
        except ValueError:
            return _Number(None, f"{name} is a text, not a number of seconds", ask)
        read = f", which would be {utc(seconds)}" if 0 <= seconds < _MILLISECONDS_FROM else ""
        return _Number(None, f"{name} is a number in quotes{read}", f"Leave the quotes out. {ask}")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _Number(None, f"{name} is {_kind(value)}, not a number of seconds", ask)
    if value >= _MILLISECONDS_FROM:
        return _Number(
            None,
            f"{name} is in milliseconds: {utc(value // 1000)} if it is read so",
            f"Divide it by 1000. {ask}",
        )
    if value < 0:
        return _Number(None, f"{name} is less than zero", ask)
    return _Number(float(value))


def issuer(subject: Subject) -> Iterator[Finding]:
    """The claim iss is the connector's issuer, letter for letter (row 11). LivePerson's strictness is a guess."""
    found, wanted = subject.token.claims.get("iss"), subject.connector.issuer
    if found in (None, ""):
        return
    if not isinstance(found, str):
        yield say.error("iss.form", f"iss is {_kind(found)}, not a text", evidence=Evidence.GUESS)
    elif wanted is None:
        yield say.note("iss", f"iss is {shown(found)}; the connector declares no jwt_issuer to compare it with")
    elif found == wanted:
        yield say.ok("iss", f"iss is the connector's jwt_issuer, {shown(found)}")
    else:
        yield say.error(
            "iss.differs",
            f"iss is {shown(found)}, the connector's jwt_issuer {shown(wanted)}{_difference(found, wanted)}",
            "They must be the same, letter for letter. The page's identity function must pass the same iss, too.",
            evidence=Evidence.GUESS,
        )


def _difference(found: str, wanted: str) -> str:
    if found.rstrip("/") == wanted.rstrip("/"):
        return ": they differ in the slash at the end"
    if found.casefold() == wanted.casefold():
        return ": they differ in upper and lower case"
    if found.casefold().rstrip("/") == wanted.casefold().rstrip("/"):
        return ": they differ in upper and lower case, and in the slash at the end"
    if found.strip() == wanted.strip():
        return ": they differ in white space"
    return ""


def visitor(subject: Subject) -> Iterator[Finding]:
    """The claim sub is a text that nobody can guess (rows 10 and 13; consumer-side 1.3 [documented])."""
    value = subject.token.claims.get("sub")
    if value in (None, ""):
        return
    if not isinstance(value, str):
        yield say.error("sub.form", f"sub is {_kind(value)}, not a text", "Put it in quotes.", evidence=Evidence.GUESS)
        return
    if not value.strip():
        yield say.error("sub.empty", "sub is empty", idp=say.CLAIM_MISSING, evidence=Evidence.GUESS)
        return
    for pattern, what in _GUESSABLE:
        if re.fullmatch(pattern, value.strip()):
            yield say.warning(
                "sub.guessable",
                f"sub looks like {what}",
                "LivePerson asks for one that nobody can guess, such as a UUID or a salted hash, and never used twice.",
                evidence=Evidence.DOCUMENTED,
            )
            return


def profile(subject: Subject) -> Iterator[Finding]:
    """The claims that agents see (consumer-side 1.2; row 16)."""
    claims = subject.token.claims
    if "name" in claims and "given_name" not in claims:
        yield say.warning(
            "name",
            "the claim name is not shown to agents",
            "Use given_name and family_name.",
            evidence=Evidence.DOCUMENTED,
        )
    for name in _PROFILE:
        value = claims.get(name)
        if value is not None and not isinstance(value, str):
            yield say.warning(f"{name}.form", f"{name} is {_kind(value)}, not a text", evidence=Evidence.DOCUMENTED)
    phone = claims.get("phone_number")
    if isinstance(phone, str) and not re.fullmatch(r"\+[1-9][0-9]{1,14}", phone):
        yield say.note(
            "phone_number",
            "phone_number is not in the form E.164",
            "LivePerson recommends it, such as +15551234567.",
            evidence=Evidence.DOCUMENTED,
        )


def engagement_attributes(subject: Subject) -> Iterator[Finding]:
    """lp_sdes is a list of objects with a type and what belongs to it (row 17 [guess on the code's cause])."""
    if "lp_sdes" not in subject.token.claims:
        return
    value = subject.token.claims["lp_sdes"]
    entries = value if isinstance(value, list) else []
    problems = [_sde_problem(f"lp_sdes[{index}]", entry) for index, entry in enumerate(entries)]
    if not isinstance(value, list):
        problems = [f"lp_sdes is {_kind(value)}, not a list"]
    problem = next((each for each in problems if each), None)
    if problem is None:
        yield say.ok("lp_sdes", "lp_sdes has the documented form")
    else:
        yield say.error(
            "lp_sdes",
            problem,
            'Write it as [{"type": "ctmrinfo", "info": {...}}, {"type": "personal", "personal": {...}}].',
            idp=say.BAD_SDES,
            evidence=Evidence.GUESS,
        )


def _sde_problem(where: str, entry: Json) -> str | None:
    if not isinstance(entry, dict):
        return f"{where} is {_kind(entry)}, not an object"
    kind = entry.get("type")
    if not isinstance(kind, str) or not kind:
        return f"{where} has no type"
    payload = _SDE_PAYLOADS.get(kind)
    if payload and not isinstance(entry.get(payload), dict):
        return f"{where} is of type {kind} and has no object {payload}"
    if not payload and not any(isinstance(each, dict | list) for each in entry.values()):
        return f"{where} is of type {shown(kind)} and has nothing but that"
    return None


def other(subject: Subject) -> Iterator[Finding]:
    """An audience of another account, a token of LivePerson's own, and a very long one."""
    claims, account = subject.token.claims, subject.connector.account
    audience = claims.get("aud")
    if account and isinstance(audience, str) and audience.startswith("acc:") and audience != f"acc:{account}":
        yield say.note(
            "aud",
            f"aud is {shown(audience)}, another account than {account}; LivePerson does not seem to look at it",
            evidence=Evidence.GUESS,
        )
    if "lp.ext" in claims:
        yield say.warning(
            "lp.ext",
            "it looks like a token that LivePerson has issued",
            "The page must hand over the token of your own sign-in.",
            evidence=Evidence.SEEN,
        )
    if len(subject.token.text) > LONGEST_TOKEN:
        yield say.warning(
            "length",
            f"it has {len(subject.token.text)} characters; LivePerson's own, made of it, may have {LONGEST_TOKEN}",
            "Keep lp_sdes short.",
            evidence=Evidence.GUESS,
        )


def _kind(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"

"""Who signs in: read from the environment only, never from a configuration (facts 2.1 and 2.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from lpconf.liveperson.errors import shown
from lpconf.model.errors import AccessError

ACCOUNT_VARIABLE = "LPCONF_ACCOUNT"

_TOKEN = re.compile(r"[!-~]{1,16384}")


@dataclass(frozen=True, slots=True)
class UserPassword:
    """A LivePerson user who signs in with a password."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A bearer token that somebody else got. It is used as it is and never logged out."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """An OAuth 2 client of an app in LivePerson's Management Console."""

    client_id: str
    client_secret: str = field(repr=False)


Credentials: TypeAlias = UserPassword | Bearer | ClientCredentials

_METHODS = (("USERNAME", "PASSWORD"), ("BEARER",), ("CLIENT_ID", "CLIENT_SECRET"))
_WORDS = tuple(word for method in _METHODS for word in method)


def from_environment(environ: Mapping[str, str], account: str) -> Credentials | None:
    """The account's credentials, or None if the environment has none for it. An empty variable is as not set.

    Variables that end in `_<account>` come first. Those without count only if `LPCONF_ACCOUNT` names the same
    account, so that a configuration cannot turn them on another one. Raises AccessError for half of a pair, for
    more than one way to sign in, and for a value that cannot be sent.
    """
    found = {word: f"LPCONF_{word}_{account}" for word in _WORDS if environ.get(f"LPCONF_{word}_{account}")}
    suffix = f"_{account}"
    if not found and environ.get(ACCOUNT_VARIABLE) == account:
        suffix = ""
        found = {word: f"LPCONF_{word}" for word in _WORDS if environ.get(f"LPCONF_{word}")}
    if not found:
        return None
    methods = [method for method in _METHODS if any(word in found for word in method)]
    if len(methods) > 1:
        names = " and ".join(found.values())
        raise AccessError(f"{names} are set.\nThey are different ways to sign in.\nKeep one of them.")
    for word in methods[0]:
        if word not in found:
            raise AccessError(
                f"{next(iter(found.values()))} is set, but LPCONF_{word}{suffix} is not.\nSet both of them."
            )
    return _credentials({word: _value(environ, name) for word, name in found.items()}, found)


def missing_message(environ: Mapping[str, str], account: str) -> str:
    """What to set when `from_environment` finds nothing; also why variables that are set do not count."""
    lines = [
        f"There are no credentials for account {account}.",
        f"Set LPCONF_USERNAME_{account} and LPCONF_PASSWORD_{account}, or LPCONF_BEARER_{account},",
        f"or LPCONF_CLIENT_ID_{account} and LPCONF_CLIENT_SECRET_{account}.",
    ]
    ignored = [f"LPCONF_{word}" for word in _WORDS if environ.get(f"LPCONF_{word}")]
    if ignored and environ.get(ACCOUNT_VARIABLE) != account:
        other = environ.get(ACCOUNT_VARIABLE)
        state = f"names account {shown(other)}" if other else "is not set"
        lines += [
            f"{' and '.join(ignored)} {'are' if len(ignored) > 1 else 'is'} set, but {ACCOUNT_VARIABLE} {state}.",
            f"Set {ACCOUNT_VARIABLE}={account} if they are meant for this account.",
        ]
    return "\n".join(lines)


def is_token(text: object) -> bool:
    """Whether a text can be sent as a bearer token: visible ASCII without spaces."""
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None


def _value(environ: Mapping[str, str], name: str) -> str:
    value = environ[name]
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise AccessError(f"{name} is not readable text.\nSet it again, in UTF-8.")
    return value


def _credentials(values: Mapping[str, str], names: Mapping[str, str]) -> Credentials:
    if "USERNAME" in values:
        return UserPassword(values["USERNAME"], values["PASSWORD"])
    if "BEARER" in values:
        if not is_token(values["BEARER"]):
            raise AccessError(
                f"{names['BEARER']} is not a bearer token.\n"
                "It has a space, a line break, or a character that a token cannot have.\n"
                "Set it to the token alone, without the word Bearer."
            )
        return Bearer(values["BEARER"])
    return ClientCredentials(values["CLIENT_ID"], values["CLIENT_SECRET"])

"""What the user allows, and how long lpconf waits."""

from __future__ import annotations

from dataclasses import dataclass

MAX_DELETES = 5
MAX_DELETE_SHARE = 30


@dataclass(frozen=True, slots=True)
class Policy:
    """What the flags of a command allow. Never read from the YAML, which is not trusted."""

    accept_unverified: frozenset[str] = frozenset()
    """Operations such as `connector.update` that may run although they are only a guess."""
    allow_demo_key: bool = False
    """Whether the tutorial's public demo key may be written to a real account."""
    allow_delete: bool = False
    """Whether anything may be deleted."""
    max_deletes: int = MAX_DELETES
    """How many things one plan may delete."""
    max_delete_share: int = MAX_DELETE_SHARE
    """How many percent of a collection one plan may delete, where the collection has ten things or more."""
    write_secrets: frozenset[str] = frozenset()
    """Secrets to write although nothing else changes, such as `connector["A"].client_secret`."""
    secret_hosts: frozenset[str] = frozenset()
    """Where LivePerson may send a connector's secret, such as `connector["A"]=idp.example.com`."""
    secrets: frozenset[str] = frozenset()
    """The names of the environment variables under `LPCONF_SECRET_` that are set. Never their values."""


@dataclass(frozen=True, slots=True)
class Waits:
    """All waiting, in seconds, in one value. The defaults follow LivePerson's retry rules (facts 2.7)."""

    connect: float = 10.0
    """To open a connection."""
    answer: float = 60.0
    """For an answer to a request."""
    server_error: float = 5.0
    """Between tries after a 5xx; the second wait is twice this, the third three times."""
    too_many: float = 1.0
    """At least this after a 429 without Retry-After; `too_many_logins` for the login."""
    too_many_logins: float = 5.0
    longest_retry_after: float = 120.0
    """A longer Retry-After is an error instead of a wait."""
    tries: int = 3
    """Repeats of a read after the first try; also of a write that was refused as out of date."""
    read_back: float = 30.0
    """How long to look for a written value before it counts as not visible yet."""
    read_back_pause: float = 1.0
    """Between two looks."""
    names: float = 30.0
    """For how long a list of names still tells which are taken, as what others make may take as long to show."""

"""What the simulator enforces and does: one row per rule, with the evidence that LivePerson does so too.

Every refusal names its rule, so the table is also the list of all errors that a client can meet here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Mark(StrEnum):
    """How sure it is that LivePerson behaves so (facts 0.1)."""

    DOC = "DOC"
    """Stated in LivePerson's published documentation."""
    SEEN = "SEEN"
    """In real payloads or working code of two or more independent authors."""
    ONE = "ONE"
    """Found in one place only."""
    GUESS = "GUESS"
    """An inference."""
    OWN = "OWN"
    """Not about LivePerson: the simulator's own safety."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        key: its name, unique.
        status: the HTTP status of a request that breaks it; None for a behaviour that nobody can break.
        mark: the evidence.
        source: the section of the facts.
        says: the rule in a sentence.
        switch: whether `Settings.off` may turn it off.
        code: `internalCode` in the error body; 0 where no number is known.
    """

    key: str
    status: int | None
    mark: Mark
    source: str
    says: str
    switch: bool = False
    code: int = 0


_DOC, _SEEN, _ONE, _GUESS, _OWN = Mark.DOC, Mark.SEEN, Mark.ONE, Mark.GUESS, Mark.OWN

RULES: tuple[Rule, ...] = (
    # Reaching the simulator
    Rule("loopback-only", 403, _OWN, "-", "Host names loopback with the server's port; Origin, if sent, is the same."),
    Rule("path", 404, _GUESS, "3.8", "An address that nothing answers to is 404."),
    Rule("method", 405, _GUESS, "3.8", "A verb that the address does not know is 405."),
    Rule("busy", 503, _GUESS, "3.8", "A state that cannot be read or written now is 503."),
    Rule("fault", 500, _DOC, "3.8", "A fault of the server is 500."),
    # Discovery
    Rule("discovery-version", 400, _GUESS, "1", "version=1.0 is required."),
    Rule("discovery-account", 404, _GUESS, "1", "An unknown account is 404."),
    Rule("discovery-service", 404, _GUESS, "1", "An unknown service of a known account is 404; names are exact."),
    # Signing in
    Rule("login-version", 400, _GUESS, "2.1", "v=1.2 or v=1.3 is required."),
    Rule("login-body", 400, _DOC, "2.1", "A login without user name and password as texts is malformed."),
    Rule("login-password", 401, _DOC, "2.1", "A wrong user, password or account is 401."),
    Rule("session-csrf", 401, _DOC, "2.2", "Logout and refresh need the cookie and its csrf.", code=10),
    Rule("session-body", 400, _GUESS, "2.2", "The body of logout and refresh is an object with csrf."),
    Rule("token-request", 400, _GUESS, "2.5", "grant_type=client_credentials, client_id and client_secret, as a form."),
    Rule("token-client", 401, _GUESS, "2.5", "A wrong client id or secret is 401."),
    Rule("token-scope", None, _GUESS, "2.5", "A token of a client may do what a user may; no scope is known for it."),
    # Every configuration call
    Rule("bearer", 401, _SEEN, "3.2", "Authorization: Bearer, live, and of this account."),
    Rule("version", 400, _DOC, "3.1", "v is required and is one of the collection's versions."),
    Rule("query-noise", None, _SEEN, "3.1", "Unknown query parameters mean nothing."),
    Rule("field-set", 400, _DOC, "3.6", "field_set is all or summary."),
    Rule("media-type", 415, _GUESS, "9.2", "A body is application/json."),
    Rule("json", 400, _GUESS, "9.2", "A body is one JSON object."),
    Rule("override", 400, _SEEN, "3.2", "A POST with X-HTTP-Method-Override is that PUT or DELETE."),
    Rule("not-found", 404, _DOC, "3.8", "An unknown id is 404."),
    Rule("deleted", 404, _GUESS, "9.2", "The id of a deleted thing is 404, by every verb."),
    Rule("deleted-parent", 404, _GUESS, "9.2", "What lies in a deleted campaign is 404 too."),
    Rule("lists", None, _SEEN, "4.1", "A list is a bare array. Seen for connectors, assumed for the rest."),
    Rule("ids", None, _SEEN, "3.9", "Ids are a sequence and a constant two-digit suffix, so they differ by 100."),
    # Revisions
    Rule("revision", None, _DOC, "3.3", "ac-revision is the revision of the collection."),
    Rule("revision-rises", None, _GUESS, "3.3", "It rises by 1 at each write."),
    Rule("revision-campaign", None, _GUESS, "3.3", "The engagements of a campaign are a collection of their own."),
    Rule("if-match-missing", 412, _GUESS, "3.3", "PUT and DELETE need If-Match.", switch=True),
    Rule("if-match-form", 400, _GUESS, "3.3", "If-Match is a plain integer, or *."),
    Rule("if-match-stale", 412, _GUESS, "3.3", "If-Match is the collection's revision of now.", switch=True),
    Rule("if-match-any", None, _SEEN, "3.3", "If-Match: -1 (and *, seen once) skips the check."),
    # Writing
    Rule("replace", None, _DOC, "3.4", "PUT replaces: an optional field that is left out is gone."),
    Rule("read-only", None, _ONE, "3.4", "Read-only fields that are sent back are ignored."),
    Rule("soft-delete", None, _DOC, "3.5", "DELETE marks as deleted; include_deleted=true lists it still."),
    Rule("delete-reply", None, _ONE, "3.5", "A DELETE answers 200. That its body is {} is a guess."),
    Rule("required", 400, _GUESS, "5.2", "The required fields are there, not null and not blank.", switch=True),
    Rule("type", 400, _GUESS, "4.2, 5.3", "The known fields have their JSON types; null is let pass."),
    Rule("duplicate", 409, _GUESS, "3.3", "A name is live once in its collection.", switch=True),
    Rule("reference", 400, _GUESS, "9.2", "An id that a field points to is live.", switch=True),
    # Connectors
    Rule("connector-flow", 400, _GUESS, "4.5", "Each flow has its required and its forbidden fields.", switch=True),
    Rule("connector-type", 400, _GUESS, "4.2", "The type of a connector is set when it is created.", switch=True),
    Rule("connector-defaults", None, _GUESS, "4.3", "Created with rfcCompliance, pkceEnabled, acrValues if not sent."),
    Rule("connector-nulls", None, _GUESS, "4.8", "Nulls in a configuration are not stored.", switch=True),
    Rule("connector-preferred", None, _GUESS, "4.5", "Preferring one connector clears it on the others.", switch=True),
    Rule("secret-hidden", None, _GUESS, "4.5", "A client secret is never given back, not even as a mask."),
    Rule("secret-wiped", None, _GUESS, "4.5", "A PUT without the client secret wipes it.", switch=True),
    # Campaigns and engagements
    Rule("campaign-list", None, _ONE, "5.2", "A plain list of campaigns gives 18 fields; only by id all of them."),
    Rule("campaign-minutes", None, _GUESS, "5.2", "startTimeInMinutes counts from the moment of reading."),
    Rule("campaign-embedded", None, _GUESS, "5.2", "Engagements sent in a campaign replace the stored ones as sent."),
    Rule("engagement-at-once", None, _GUESS, "5.2", "An engagement write needs no publishing, nor moves the campaign."),
    Rule("engagement-skill-name", None, _GUESS, "5.3", "skillName is the server's copy of the skill's name."),
    Rule("skill-list", None, _DOC, "3.6", "A list of skills gives id, deleted and name; select=$all gives all."),
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """How this simulator differs from the rules as written, and its other numbers.

    Attributes:
        off: keys of the rules to turn off.
        statuses: another status for the refusals of a rule, by key.
        session_seconds: life of a user's bearer (facts 2.1 [DOC]).
        token_seconds: life of a client's token (facts 2.5 [SEEN]).
        implicit_type: the `type` number of implicit connectors (facts 4.4 [ONE]).
        code_type: the `type` number of code-flow connectors (facts 4.4 [GUESS]); the same number as for implicit means
            that the flow follows from the token endpoint.
    """

    off: frozenset[str] = frozenset()
    statuses: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    session_seconds: int = 28_800
    token_seconds: int = 3_600
    implicit_type: int = 1
    code_type: int = 2

    def __post_init__(self) -> None:
        unknown = (self.off - {rule.key for rule in RULES if rule.switch}) | (
            self.statuses.keys() - {rule.key for rule in RULES if rule.status}
        )
        if unknown:
            raise ValueError(f"no such switch: {', '.join(sorted(unknown))}")


class Refusal(Exception):  # noqa: N818
    """A request that breaks a rule.

    Attributes:
        rule: the rule.
        status: the status to answer with.
        message: what is wrong, for the error body.
    """

    def __init__(self, rule: Rule, status: int, message: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.status = status
        self.message = message


class Rules:
    """The table under given settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._by_key = {rule.key: rule for rule in RULES}

    def on(self, key: str) -> bool:
        """Whether a rule that can be switched is on."""
        if not self._by_key[key].switch:
            raise ValueError(f"{key} is not a switch")
        return key not in self.settings.off

    def refusal(self, key: str, message: str) -> Refusal:
        """The exception for a request that breaks the rule `key`."""
        rule = self._by_key[key]
        status = self.settings.statuses.get(key, rule.status)
        if status is None:
            raise ValueError(f"{key} cannot be broken")
        return Refusal(rule, status, message)

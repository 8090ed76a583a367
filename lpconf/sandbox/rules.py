"""What the simulator enforces and does: one row per rule, with the evidence that LivePerson does so too.

Every refusal names its rule, so the table is also the list of all errors that a client can meet here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from lpconf.sandbox.consumer_rules import CONSUMER_RULES
from lpconf.sandbox.rule import Mark, Rule

__all__ = ["RULES", "Mark", "Refusal", "Rule", "Rules", "Secret", "Settings", "Stale"]


_DOC, _SEEN, _ONE, _GUESS, _OWN = Mark.DOC, Mark.SEEN, Mark.ONE, Mark.GUESS, Mark.OWN

_CONFIGURATION: tuple[Rule, ...] = (
    # Reaching the simulator
    Rule("loopback-only", 403, _OWN, "-", "Host is loopback with the port; no page of another origin asks."),
    Rule("path", 404, _GUESS, "3.8", "An address that nothing answers to is 404.",
         no_switch="Without an address there is nothing to do; only the status is open."),
    Rule("method", 405, _GUESS, "3.8", "A verb that the address does not know is 405.",
         no_switch="Without such a verb there is nothing to do; only the status is open."),
    Rule("busy", 503, _GUESS, "3.8", "A state that cannot be read or written now is 503.",
         no_switch="Without the state there is nothing to tell; only the status is open."),
    Rule("fault", 500, _DOC, "3.8", "A fault of the server is 500."),
    Rule("too-many-requests", 429, _DOC, "2.7", "Too many requests are 429. Here only on request, as a fault."),
    Rule("gateway", 502, _GUESS, "3.8", "A gateway may answer with an HTML page. Here only on request, as a fault.",
         no_switch="It happens on request only, and then always; only the status is open."),
    Rule("console", 403, _OWN, "-", "The simulator's own page is for who has the code that serve prints."),
    # Discovery
    Rule("discovery-version", 400, _GUESS, "1", "version=1.0 is required.", switch=True),
    Rule("discovery-account", 404, _GUESS, "1", "An unknown account is 404, not an empty list.", switch=True),
    Rule("discovery-service", 404, _GUESS, "1", "An unknown service of a known account is 404; names are exact.",
         no_switch="No host can be named for it; only the status is open."),
    # Signing in
    Rule("login-version", 400, _GUESS, "2.1", "v=1.2 or v=1.3 is required.", switch=True),
    Rule("login-body", 400, _DOC, "2.1", "A login without user name and password as texts is malformed."),
    Rule("login-password", 401, _DOC, "2.1", "A wrong user, password or account is 401."),
    Rule("login-locked", 401, _GUESS, "2.1", "A locked user is 401.",
         no_switch="To let the user in would mean not locked; only the status is open."),
    Rule("login-bot", 401, _GUESS, "2.3", "A bot user signs in as an application, not by password.", switch=True),
    Rule("login-blacklisted", 451, _DOC, "2.1", "A blacklisted user is 451."),
    Rule("login-application", 401, _DOC, "2.3", "An application signs in as a bot user, with an OAuth 2 client."),
    Rule("login-oauth1", 401, _GUESS, "2.3", "OAuth 1.0 keys, whose end of life has passed, are refused.", switch=True),
    Rule("session-csrf", 401, _DOC, "2.2", "Logout and refresh need the cookie and its csrf.", code=10),
    Rule("session-body", 400, _GUESS, "2.2", "The body of logout and refresh is an object with csrf.",
         no_switch="What lacks the documented csrf ends no session; only the status is open."),
    Rule("token-request", 400, _GUESS, "2.5", "grant_type=client_credentials, client_id and client_secret, as a form.",
         no_switch="These fields are documented; only the status is open."),
    Rule("token-client", 401, _GUESS, "2.5", "A wrong client id or secret is 401.",
         no_switch="A wrong secret gives no token; only the status is open."),
    Rule("token-scope", 403, _GUESS, "2.5", "A token with scopes (users.read, users.write) may do that; off: all.",
         switch=True),
    Rule("token-unscoped", None, _GUESS, "2.5", "A token without scopes may do all; no scope is known.", switch=True),
    # Every configuration call
    Rule("bearer", 401, _SEEN, "3.2", "Authorization: Bearer, live, and of this account."),
    Rule("privilege", 403, _GUESS, "2.6", "A write needs the permission of its collection; reads none.", switch=True),
    Rule("privilege-publish", 403, _GUESS, "2.6", "Moving a campaign's status needs 40002.", switch=True),
    Rule("version", 400, _DOC, "3.1", "v is required and is one of the collection's versions."),
    Rule("query-noise", None, _SEEN, "3.1", "Unknown query parameters mean nothing."),
    Rule("field-set", 400, _DOC, "3.6", "field_set is all or summary."),
    Rule("fields", None, _SEEN, "3.6", "fields, repeated, narrows what is given; unknown ones mean nothing."),
    Rule("select", 400, _GUESS, "3.6", "The brackets of select match; off: it then picks all fields.", switch=True),
    Rule("select-deleted", None, _GUESS, "3.6", "$summaryDeleted adds `deleted`; off: lists those.", switch=True),
    Rule("filter", 400, _GUESS, "3.6", "filter is field==value or !=: a number, true, \"text\"; off: or means nothing.",
         switch=True),
    Rule("return-active", None, _GUESS, "3.6", "return=active leaves out the not enabled too, not only the deleted.",
         switch=True),
    Rule("ids", None, _GUESS, "3.6", "ids, with commas or repeated, gives these only; off: is noise.", switch=True),
    Rule("not-modified", None, _GUESS, "3.3", "If-None-Match with the revision of now gives 304.", switch=True),
    Rule("media-type", 415, _GUESS, "9.2", "A body is application/json.", switch=True),
    Rule("json", 400, _GUESS, "9.2", "A body is one JSON object.",
         no_switch="What is no JSON cannot be stored; only the status is open."),
    Rule("override", 400, _SEEN, "3.2", "A POST with X-HTTP-Method-Override is that PUT or DELETE."),
    Rule("not-found", 404, _DOC, "3.8", "An unknown id is 404."),
    Rule("deleted", 404, _GUESS, "9.2", "The id of a deleted thing is 404, by every verb (switch: deleted-id)."),
    Rule("deleted-parent", 404, _GUESS, "9.2", "What lies in a deleted campaign is 404 too (switch: deleted-id)."),
    Rule("lists", None, _SEEN, "4.1", "A list is a bare array. Seen for connectors, assumed for the rest."),
    Rule("id-steps", None, _SEEN, "3.9", "Ids are a sequence and a constant two-digit suffix, so they differ by 100."),
    Rule("location", None, _DOC, "3.5", "Creating one thing answers Location. That it is a path is a guess."),
    Rule("bulk", 400, _DOC, "3.5", "Users and skills: POST and PUT take a list of entities, DELETE one of ids."),
    Rule("bulk-whole", None, _GUESS, "3.5", "A list is written as a whole or not at all; off: up to the first fault.",
         switch=True),
    Rule("feature-grants", None, _ONE, "3.10", "Feature grants come nested; only LivePerson's staff writes them."),
    # Public reads
    Rule("public", None, _SEEN, "7", "Some reads need neither bearer nor v; cb=<function> makes them JSONP."),
    Rule("public-shared", None, _OWN, "7", "Here one host serves both sides: no Authorization is public.", switch=True),
    Rule("public-callback", 400, _OWN, "7", "cb is a JavaScript name."),
    Rule("public-page", 403, _OWN, "7", "No JSONP for a page of another site."),
    Rule("public-unknown", 404, _GUESS, "7", "An unknown account or id is {\"error\": \"<text>\"}.",
         no_switch="There is nothing to show; only the status is open."),
    # Revisions
    Rule("revision", None, _DOC, "3.3", "ac-revision is the revision of the collection."),
    Rule("revision-rises", None, _GUESS, "3.3", "It rises by 1 at each write (switch: revision-step)."),
    Rule("revision-campaign", None, _GUESS, "3.3", "Each campaign's engagements count on their own.", switch=True),
    Rule("revision-connector", None, _GUESS, "9.3", "Connectors carry revisions as all collections do.", switch=True),
    Rule("answers-lag", None, _GUESS, "3.1", "Reads show a write at once (switch: lag)."),
    Rule("if-match-missing", 412, _GUESS, "3.3", "PUT and DELETE need If-Match.", switch=True),
    Rule("if-match-form", 400, _GUESS, "3.3", "If-Match is a plain integer, or *; off: or in quotes.", switch=True),
    Rule("if-match-stale", 412, _GUESS, "3.3", "If-Match is the collection's revision of now.", switch=True),
    Rule("if-match-any", None, _SEEN, "3.3", "If-Match: -1 (and *, seen once) skips the check."),
    # Writing
    Rule("replace", None, _DOC, "3.4", "PUT replaces: an optional field that is left out is gone."),
    Rule("read-only", None, _ONE, "3.4", "Read-only fields that are sent back are ignored."),
    Rule("soft-delete", None, _DOC, "3.5", "DELETE marks as deleted; include_deleted=true lists it still."),
    Rule("delete-reply", None, _ONE, "3.5", "A DELETE answers 200 (switch: delete-reply). Its body {} is a guess."),
    Rule("required", 400, _GUESS, "5.2", "The required fields are there, not null and not blank.", switch=True),
    Rule("type", 400, _GUESS, "4.2, 5.3", "The known fields have their JSON types; null is let pass.",
         no_switch="The other rules rely on the types; only the status is open."),
    Rule("duplicate", 409, _GUESS, "3.3", "A name is live once in its collection.", switch=True),
    Rule("reference", 400, _GUESS, "9.2", "An id that a field points to is live.", switch=True),
    Rule("system-default", 400, _GUESS, "6.3", "A system default is not deleted, nor made or unmade.", switch=True),
    Rule("property-type", 400, _GUESS, "6.7", "A property's value fits its type, which is never changed.", switch=True),
    # Connectors
    Rule("connector-flow", 400, _GUESS, "4.5", "Each flow has its required and its forbidden fields.", switch=True),
    Rule("connector-type", 400, _GUESS, "4.2", "The type of a connector is set when it is created.", switch=True),
    Rule("connector-defaults", None, _GUESS, "4.3", "New ones get rfcCompliance, pkceEnabled, acrValues.", switch=True),
    Rule("connector-nulls", None, _GUESS, "4.8", "Nulls in a configuration are not stored.", switch=True),
    Rule("connector-preferred", None, _GUESS, "4.5", "Preferring one connector clears it on the others.", switch=True),
    Rule("secret-hidden", None, _GUESS, "4.5", "No reply has a client secret (switch: secret-in-replies)."),
    Rule("secret-wiped", None, _GUESS, "4.5", "A PUT without the client secret wipes it.", switch=True),
    # Campaigns and engagements
    Rule("campaign-list", None, _ONE, "5.2", "A plain list of campaigns gives 18 fields; only by id all of them."),
    Rule("campaign-minutes", None, _GUESS, "5.2", "startTimeInMinutes counts from the moment of reading.", switch=True),
    Rule("campaign-embedded", None, _GUESS, "5.2", "Engagements sent in a campaign replace the stored.", switch=True),
    Rule("campaign-stale", 412, _GUESS, "5.2", "Stale ones are taken all the same (switch: stale-engagements)."),
    Rule("campaign-moves", None, _GUESS, "5.2", "A PUT moves the engagements' revision only with them.", switch=True),
    Rule("engagement-at-once", None, _GUESS, "5.2", "Visitors get an engagement write at once.", switch=True),
    Rule("engagement-skill-name", None, _GUESS, "5.3", "skillName is a copy of the skill's name.", switch=True),
    Rule("engagement-feature", 400, _GUESS, "9.2", "Messaging, and to all, needs its feature granted.", switch=True),
    Rule("skill-list", None, _DOC, "3.6", "A list of skills gives id, deleted and name; select=$all gives all."),
)  # fmt: skip

RULES: tuple[Rule, ...] = (*_CONFIGURATION, *CONSUMER_RULES)


class Secret(StrEnum):
    """What a reply shows of a stored client secret (facts 4.5 [GUESS])."""

    ABSENT = "absent"
    NULL = "null"
    MASKED = "masked"


class Stale(StrEnum):
    """What becomes of engagements in a campaign that were read before somebody else wrote (facts 5.2 [GUESS])."""

    TAKEN = "taken"
    REFUSED = "refused"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Settings:
    """How this simulator differs from the rules as written, and its other numbers.

    `quirks.QUIRKS` names what is worth changing here, with the evidence.

    Attributes:
        off: keys of the rules to turn off.
        statuses: another status for the refusals of a rule, by key.
        versions: the only accepted values of `v`, by "collection verb", such as "connectors PUT".
        session_seconds: life of a user's bearer (facts 2.1 [DOC]).
        token_seconds: life of a client's token (facts 2.5 [SEEN]).
        implicit_type: the `type` number of implicit connectors (facts 4.4 [ONE]).
        code_type: the `type` number of code-flow connectors (facts 4.4 [GUESS]); the same number as for implicit means
            that the flow follows from the token endpoint.
        delete_status: of a DELETE that worked (facts 3.5 [ONE]); 204 comes without a body.
        revision_step: by how much a write raises a revision (facts 3.3 [GUESS]).
        secret_shown: what replies show of a client secret.
        stale_engagements: what becomes of stale engagements in a campaign.
        lag_reads: how many reads of a thing show it as it was before its last write.
        lag_ms: for how many milliseconds they do.
        brand_seconds: how long a brand's token endpoint or key set may take (consumer side, 2.4 [GUESS]).
        init_seconds: how long a new socket may take to say who it is (consumer side, 4 [DOC]: a few seconds).
    """

    off: frozenset[str] = frozenset()
    statuses: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    session_seconds: int = 28_800
    token_seconds: int = 3_600
    implicit_type: int = 1
    code_type: int = 2
    delete_status: int = 200
    revision_step: int = 1
    secret_shown: Secret = Secret.ABSENT
    stale_engagements: Stale = Stale.TAKEN
    lag_reads: int = 0
    lag_ms: int = 0
    brand_seconds: float = 5.0
    init_seconds: float = 5.0

    def __post_init__(self) -> None:
        unknown = (self.off - {rule.key for rule in RULES if rule.switch}) | (
            self.statuses.keys() - {rule.key for rule in RULES if rule.status}
        )
        if unknown:
            raise ValueError(f"no such switch: {', '.join(sorted(unknown))}")

    @property
    def lags(self) -> bool:
        """Whether reads may show what was before a write."""
        return bool(self.lag_reads or self.lag_ms)


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

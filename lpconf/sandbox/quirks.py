"""What nobody knows of LivePerson for sure, and how the simulator can be switched to behave the other way.

`QUIRKS` is the table: what a person may write behind `--quirk`, as NAME=VALUE. The first rows have words of their own;
the others come from the table of rules: what can be turned off, and the statuses that are guesses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from lpconf.sandbox.rules import RULES, Mark, Rule, Secret, Settings, Stale

# The statuses that account configuration may answer a refusal with (facts 3.8 [DOC, ONE]).
_STATUSES = ("400", "401", "403", "404", "405", "406", "409", "410", "412", "415")
_LAG = re.compile(r"(\d{1,4})(ms)?")
_OFF_ALL = ("if-match-missing", "duplicate", "reference", "required", "connector-flow", "secret-wiped")


@dataclass(frozen=True)
class Quirk:
    """One thing that can be switched.

    Attributes:
        name: what to write before the `=`.
        values: what may stand behind it; a form such as `<reads>` stands for many.
        default: which of these applies if nothing is said.
        says: what it means, in a sentence.
        mark: the evidence for the default.
        source: the section of the facts.
        change: settings, and a value, to settings with it. Raises ValueError for a value that is none of these.
    """

    name: str
    values: tuple[str, ...]
    default: str
    says: str
    mark: Mark
    source: str
    change: Callable[[Settings, str], Settings]


def parse(pairs: Iterable[str]) -> Settings:
    """The settings that `NAME=VALUE` texts ask for; a later one wins.

    Raises:
        ValueError: a name or a value is not known. The message is for the user, and lists what is known.
    """
    known = {quirk.name: quirk for quirk in QUIRKS}
    settings = Settings()
    for pair in pairs:
        name, _, value = pair.partition("=")
        quirk = known.get(name.strip())
        if quirk is None:
            raise ValueError(f"There is no quirk {name.strip()!r}. Known are: {', '.join(sorted(known))}.")
        try:
            settings = quirk.change(settings, value.strip())
        except (ValueError, KeyError):
            raise ValueError(
                f"The quirk {quirk.name} cannot be {value.strip()!r}. It takes: {', '.join(quirk.values)}."
            ) from None
    return settings


def _one_of(changes: dict[str, Callable[[Settings], Settings]]) -> Callable[[Settings, str], Settings]:
    return lambda settings, value: changes[value](settings)


def _switch(key: str) -> dict[bool, Callable[[Settings], Settings]]:
    """A rule on and off."""
    return {
        True: lambda settings: replace(settings, off=settings.off - {key}),
        False: lambda settings: replace(settings, off=settings.off | {key}),
    }


def _status(key: str, status: int) -> Callable[[Settings], Settings]:
    """Another status for a rule, which is then on."""

    def change(settings: Settings) -> Settings:
        return replace(settings, off=settings.off - {key}, statuses={**settings.statuses, key: status})

    return change


def _both(status: int) -> Callable[[Settings], Settings]:
    """The status of a deleted thing, and of what lies in one."""
    return lambda settings: _status("deleted-parent", status)(_status("deleted", status)(settings))


def _mode(settings: Settings, value: str) -> Settings:
    off = settings.off - set(_OFF_ALL) if {"strict": True, "lenient": False}[value] else settings.off | set(_OFF_ALL)
    return replace(settings, off=off)


def _lag(settings: Settings, value: str) -> Settings:
    match = _LAG.fullmatch(value)
    if match is None:
        raise ValueError(value)
    number = int(match[1])
    return replace(settings, lag_reads=0 if match[2] else number, lag_ms=number if match[2] else 0)


def _number(field: str, allowed: tuple[str, ...]) -> Callable[[Settings, str], Settings]:
    changes: dict[str, Any] = {value: int(value) for value in allowed}
    return lambda settings, value: replace(settings, **{field: changes[value]})


def _version(verbs: tuple[str, ...]) -> Callable[[Settings, str], Settings]:
    def change(settings: Settings, value: str) -> Settings:
        versions = {"any": ("1.0", "2.0"), "1.0": ("1.0",), "2.0": ("2.0",)}[value]
        more = {f"connectors {verb}": versions for verb in verbs}
        return replace(settings, versions=MappingProxyType({**settings.versions, **more}))

    return change


def _words(key: str, on: str, off: str) -> Callable[[Settings, str], Settings]:
    switch = _switch(key)
    return _one_of({on: switch[True], off: switch[False]})


_GUESS, _ONE = Mark.GUESS, Mark.ONE
_TYPES = ("0", "1", "2", "3", "4", "5")
_VERSIONS = ("any", "1.0", "2.0")

# Rules whose being on or off has a row of its own below, and of these the ones whose status is in it.
_NAMED = frozenset(
    {
        "if-match-stale", "if-match-missing", "revision-connector", "secret-wiped", "campaign-moves", "duplicate",
        "discovery-account", "engagement-at-once", "token-unscoped", "revision-campaign", "login-oauth1",
    }
)  # fmt: skip
_STATUS_NAMED = frozenset({"if-match-stale", "deleted", "deleted-parent", "discovery-account"})

_OWN_WORDS: tuple[Quirk, ...] = (
    Quirk("mode", ("strict", "lenient"), "strict", "Whether writes are checked closely.", _GUESS, "3.3, 4.5", _mode),
    Quirk(
        "stale-revision", ("412", "409", "accepted"), "412", "What a stale If-Match gives.", _GUESS, "3.3",
        _one_of({
            "412": _status("if-match-stale", 412),
            "409": _status("if-match-stale", 409),
            "accepted": _switch("if-match-stale")[False],
        }),
    ),
    Quirk(
        "missing-if-match", ("refused", "accepted"), "refused", "A PUT or DELETE without If-Match.", _GUESS, "3.3",
        _words("if-match-missing", "refused", "accepted"),
    ),
    Quirk(
        "connector-revisions", ("yes", "no"), "yes", "Whether connectors carry revisions.", _GUESS, "9.3",
        _words("revision-connector", "yes", "no"),
    ),
    Quirk(
        "engagement-revisions", ("campaign", "account"), "campaign", "What counts one revision of engagements.",
        _GUESS, "3.3", _words("revision-campaign", "campaign", "account"),
    ),
    Quirk(
        "revision-step", ("1", "2", "10"), "1", "By how much a write raises the revision.", _GUESS, "3.3",
        _number("revision_step", ("1", "2", "10")),
    ),
    Quirk("connector-get-version", _VERSIONS, "any", "The v for GET of connectors.", _ONE, "4.1", _version(("GET",))),
    Quirk("connector-post-version", _VERSIONS, "any", "The v to create one.", _ONE, "4.1", _version(("POST",))),
    Quirk(
        "connector-put-version", _VERSIONS, "any", "The v to change or delete one.", _GUESS, "4.1",
        _version(("PUT", "DELETE")),
    ),
    Quirk(
        "connector-type-implicit", _TYPES, "1", "The type number of implicit connectors.", _ONE, "4.4",
        _number("implicit_type", _TYPES),
    ),
    Quirk(
        "connector-type-code", _TYPES, "2", "The type number of code-flow connectors; the same as for implicit "
        "means that the flow follows from the token endpoint.", _GUESS, "4.4", _number("code_type", _TYPES),
    ),
    Quirk(
        "put-without-secret", ("wipes", "keeps"), "wipes", "What a PUT of a connector without its secret does.",
        _GUESS, "4.5", _words("secret-wiped", "wipes", "keeps"),
    ),
    Quirk(
        "secret-in-replies", tuple(Secret), "absent", "What replies show of a client secret.", _GUESS, "4.5",
        lambda settings, value: replace(settings, secret_shown=Secret(value)),
    ),
    Quirk(
        "stale-engagements", tuple(Stale), "taken", "What becomes of engagements in a campaign PUT that were read "
        "before somebody else changed them.", _GUESS, "5.2",
        lambda settings, value: replace(settings, stale_engagements=Stale(value)),
    ),
    Quirk(
        "campaign-put-moves-engagements", ("no", "yes"), "no", "Whether a campaign PUT without a changed engagement "
        "raises the revision of its engagements.", _GUESS, "5.2", _words("campaign-moves", "no", "yes"),
    ),
    Quirk(
        "engagement-edits", ("at-once", "on-publish"), "at-once", "When visitors get an edit in a published campaign.",
        _GUESS, "5.2", _words("engagement-at-once", "at-once", "on-publish"),
    ),
    Quirk(
        "lag", ("<reads>", "<milliseconds>ms"), "0", "For how many reads, or how long, a write does not show yet: "
        "3 or 500ms.", _GUESS, "3.1", _lag,
    ),
    Quirk(
        "duplicate-names", ("refused", "allowed"), "refused", "A name that is in use already.", _GUESS, "3.3",
        _words("duplicate", "refused", "allowed"),
    ),
    Quirk(
        "delete-reply", ("200", "204"), "200", "What a DELETE that worked answers.", _ONE, "3.5",
        _number("delete_status", ("200", "204")),
    ),
    Quirk(
        "deleted-id", ("404", "410"), "404", "What the id of a deleted thing gives.", _GUESS, "9.2",
        _one_of({"404": _both(404), "410": _both(410)}),
    ),
    Quirk(
        "unknown-account", ("404", "400", "401", "empty"), "404", "What discovery says of an unknown account; empty: "
        "an empty list.", _GUESS, "1",
        _one_of({
            **{text: _status("discovery-account", int(text)) for text in ("404", "400", "401")},
            "empty": _switch("discovery-account")[False],
        }),
    ),
    Quirk(
        "client-tokens", ("all", "scopes"), "all", "Whether a client without scopes may do all, or nothing.", _GUESS,
        "2.5", _words("token-unscoped", "all", "scopes"),
    ),
    Quirk(
        "oauth1-login", ("refused", "accepted"), "refused", "The application login with an OAuth 1.0 key.", _GUESS,
        "2.3", _words("login-oauth1", "refused", "accepted"),
    ),
)  # fmt: skip


def _of_rule(rule: Rule) -> list[Quirk]:
    """The rows that follow from a rule and are not above: on or off, and the status if that is a guess."""
    rows = []
    if rule.switch and rule.key not in _NAMED:
        change = _words(rule.key, "on", "off")
        rows.append(Quirk(rule.key, ("on", "off"), "on", rule.says, rule.mark, rule.source, change))
    if rule.status is not None and rule.mark is Mark.GUESS and rule.key not in _STATUS_NAMED:
        default = str(rule.status)
        values = tuple(sorted({*_STATUSES, default}))
        change = _one_of({value: _status(rule.key, int(value)) for value in values})
        says = f"The status for whoever breaks this: {rule.says}"
        rows.append(Quirk(f"{rule.key}-status", values, default, says, rule.mark, rule.source, change))
    return rows


QUIRKS: tuple[Quirk, ...] = (*_OWN_WORDS, *(row for rule in RULES for row in _of_rule(rule)))

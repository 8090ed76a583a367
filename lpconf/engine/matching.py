"""Which live thing each declared thing is (design: Finding)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lpconf.model.address import Address, Kind, SelectBy
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.live import Live, LiveThing
from lpconf.model.quirks import Quirks
from lpconf.model.site import Declared, Site
from lpconf.resources.kinds import RESOURCES


@dataclass(frozen=True, slots=True)
class Matching:
    """What was found. A declared address that is neither in `found` nor in `failed` is to be created.

    Engagements of a campaign that failed are not looked for.
    """

    found: Mapping[Address, LiveThing] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    failed: frozenset[Address] = frozenset()

    def __or__(self, other: Matching) -> Matching:
        return Matching(
            {**self.found, **other.found}, (*self.diagnostics, *other.diagnostics), self.failed | other.failed
        )


def match(site: Site, live: Live, quirks: Quirks) -> Matching:
    """Find all declared things. Engagements are looked for only in the campaigns that were found."""
    result = match_kind(site, live, Kind.CONNECTOR, quirks) | match_kind(site, live, Kind.CAMPAIGN, quirks)
    groups: dict[Address, list[Declared]] = {}
    for thing in site.things:
        if thing.address.parent is not None:
            groups.setdefault(thing.address.parent, []).append(thing)
    by_campaign: dict[int | None, list[LiveThing]] = {}
    for engagement in live.of(Kind.ENGAGEMENT):
        by_campaign.setdefault(engagement.campaign_id, []).append(engagement)
    found = dict(result.found)
    diagnostics = list(result.diagnostics)
    failed = set(result.failed)
    for parent, things in groups.items():
        if parent in result.failed:
            continue
        campaign = result.found.get(parent)
        one = _match_collection(things, by_campaign.get(campaign.id, []) if campaign else [], quirks)
        found.update(one.found)
        diagnostics.extend(one.diagnostics)
        failed |= one.failed
    return Matching(found, tuple(diagnostics), frozenset(failed))


def match_kind(site: Site, live: Live, kind: Kind, quirks: Quirks) -> Matching:
    """Find the declared connectors or campaigns."""
    things = [thing for thing in site.things if thing.address.kind is kind]
    return _match_collection(things, live.of(kind), quirks)


def _match_collection(things: Sequence[Declared], live: Sequence[LiveThing], quirks: Quirks) -> Matching:
    finder = _Finder(live, quirks)
    for thing in things:
        if thing.address.selector.by is SelectBy.ID:
            finder.by_id(thing)
        elif thing.address.selector.by is SelectBy.NAME:
            finder.by_name(thing)
    for thing in things:
        if thing.address.selector.by is SelectBy.DEFAULT:
            finder.by_default(thing)
    return Matching(finder.found, tuple(finder.diagnostics), frozenset(finder.failed))


class _Finder:
    """Finds the declared things of one collection, and remembers which live ones are taken."""

    def __init__(self, live: Sequence[LiveThing], quirks: Quirks) -> None:
        self.found: dict[Address, LiveThing] = {}
        self.diagnostics: list[Diagnostic] = []
        self.failed: set[Address] = set()
        self._live = live
        self._quirks = quirks
        self._claimed: dict[int, Declared] = {}
        self._ids = {each.id: each for each in live}
        self._folded = {_folded(each.name): each for each in live}
        self._names: dict[str, list[LiveThing]] = {}
        for each in live:
            self._names.setdefault(each.name, []).append(each)

    def by_id(self, thing: Declared) -> None:
        target = self._ids.get(int(str(thing.address.selector.value)))
        if target is None:
            self._fail(thing, _not_found(thing, self._live))
        else:
            self._claim(thing, target)

    def by_name(self, thing: Declared) -> None:
        name = str(thing.address.selector.value)
        targets = self._names.get(name, [])
        if len(targets) > 1:
            self._fail(thing, _ambiguous(thing, targets))
        elif targets:
            self._claim(thing, targets[0])
        elif _folded(name) in self._folded:
            self.diagnostics.append(_near(thing, self._folded[_folded(name)]))

    def by_default(self, thing: Declared) -> None:
        """The only live thing that nothing else claimed, else the one that LivePerson marks as the default."""
        free = [
            each
            for each in self._live
            if each.id not in self._claimed and RESOURCES[each.kind].recognised(each.body, self._quirks)
        ]
        target = free[0] if len(free) == 1 else system_default(free)
        if target is None:
            self._fail(thing, _no_default(thing, free))
        else:
            self._claim(thing, target)

    def _claim(self, thing: Declared, target: LiveThing) -> None:
        other = self._claimed.setdefault(target.id, thing)
        if other is thing:
            self.found[thing.address] = target
            return
        what = f"this is the {_named(target)}, which {other.path} at {other.position} declares too"
        self._fail(thing, _error(thing, "match.twice", what, "Declare each thing once."))

    def _fail(self, thing: Declared, problem: Diagnostic) -> None:
        self.failed.add(thing.address)
        self.diagnostics.append(problem)


def system_default(things: Sequence[LiveThing]) -> LiveThing | None:
    """The one thing that LivePerson marks as the default of its kind, if exactly one is marked."""
    marked = [
        each for each in things if any(each.body.get(flag) is True for flag in RESOURCES[each.kind].default_flags)
    ]
    return marked[0] if len(marked) == 1 else None


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def quoted(name: str) -> str:
    """A foreign name in quotes that it cannot close."""
    return json.dumps(name, ensure_ascii=False)


def _named(thing: LiveThing) -> str:
    return f"{thing.kind.words} {quoted(thing.name)} (id {thing.id})"


def listed(things: Iterable[LiveThing]) -> str:
    """Live things for a message, at most ten of them."""
    names = [f"{quoted(each.name)} (id {each.id})" for each in things]
    shown = ", ".join(names[:10])
    return f"{shown} and {len(names) - 10} more" if len(names) > 10 else shown or "none"


def _error(thing: Declared, code: str, message: str, hint: str = "") -> Diagnostic:
    return Diagnostic(Severity.ERROR, code, message, thing.path, hint, thing.position)


def _not_found(thing: Declared, live: Sequence[LiveThing]) -> Diagnostic:
    kind = thing.address.kind.words
    return _error(
        thing,
        "match.id",
        f"there is no {kind} with id {thing.address.selector.value}",
        f"The account has: {listed(live)}.",
    )


def _ambiguous(thing: Declared, targets: Sequence[LiveThing]) -> Diagnostic:
    kind, name = thing.address.kind.words, thing.address.selector.value
    return _error(
        thing,
        "match.ambiguous",
        f"{len(targets)} live {kind}s are named {quoted(str(name))}: {listed(targets)}",
        "Select one by id.",
    )


def _no_default(thing: Declared, free: Sequence[LiveThing]) -> Diagnostic:
    kind = thing.address.kind.words
    found = f"{len(free)} could be meant: {listed(free)}" if free else "the account has none that is not declared yet"
    return _error(
        thing,
        "match.default",
        f"find: default needs exactly one {kind}, but {found}",
        "Select one by name or id.",
    )


def _near(thing: Declared, target: LiveThing) -> Diagnostic:
    return Diagnostic(
        Severity.WARNING,
        "match.near",
        f"a new {thing.address.kind.words} will be created beside the {_named(target)}, "
        "whose name differs only in case or space",
        thing.path,
        "Names match exactly. If you meant that one, write its name as it is.",
        thing.position,
    )

"""Which live thing each declared thing is (design: Finding)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lpconf.engine.near_names import NearNames
from lpconf.engine.wording import listed, quoted
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
    missing: frozenset[Address] = frozenset()
    """Those of `failed` whose selector finds nothing."""

    @property
    def lost(self) -> frozenset[Address]:
        """What is declared and can be neither found nor created."""
        return self.failed | self.missing

    def __or__(self, other: Matching) -> Matching:
        return Matching(
            {**self.found, **other.found},
            (*self.diagnostics, *other.diagnostics),
            self.failed | other.failed,
            self.missing | other.missing,
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
    for parent, things in groups.items():
        if parent in result.failed:
            continue
        campaign = result.found.get(parent)
        result |= _match_collection(things, by_campaign.get(campaign.id, []) if campaign else [], quirks)
    return result


_MISSING = frozenset({"match.id", "match.none"})
"""The problems that say that a thing is not there."""


def without_missing(matching: Matching) -> Matching:
    """The same, where a selector that finds nothing is no problem but a thing that is not there."""
    kept = tuple(each for each in matching.diagnostics if each.code not in _MISSING)
    return replace(matching, diagnostics=kept, failed=matching.failed - matching.missing)


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
    finder.warn_of_near_names()
    return Matching(finder.found, tuple(finder.diagnostics), frozenset(finder.failed), frozenset(finder.missing))


class _Finder:
    """Finds the declared things of one collection, and remembers which live ones are taken."""

    def __init__(self, live: Sequence[LiveThing], quirks: Quirks) -> None:
        self.found: dict[Address, LiveThing] = {}
        self.diagnostics: list[Diagnostic] = []
        self.failed: set[Address] = set()
        self.missing: set[Address] = set()
        self._live = live
        self._quirks = quirks
        self._claimed: dict[int, Declared] = {}
        self._nowhere: list[Declared] = []
        self._ids = {each.id: each for each in live}
        self._folded = {_folded(each.name): each for each in live}
        self._names: dict[str, list[LiveThing]] = {}
        for each in live:
            self._names.setdefault(each.name, []).append(each)

    def by_id(self, thing: Declared) -> None:
        target = self._ids.get(int(str(thing.address.selector.value)))
        if target is None and thing.lifecycle.absent:
            return
        if target is None:
            self._fail(thing, _not_found(thing, self._live))
        else:
            self._claim(thing, target)

    def by_name(self, thing: Declared) -> None:
        name = str(thing.address.selector.value)
        targets = self._names.get(name, [])
        former = self._names.get(thing.lifecycle.renamed_from, []) if thing.lifecycle.renamed_from else []
        if targets and former:
            self._fail(thing, _renamed_beside(thing, targets[0], former[0]))
            return
        targets = targets or former
        if len(targets) > 1:
            self._fail(thing, _ambiguous(thing, targets))
        elif targets:
            self._claim(thing, targets[0])
        elif _folded(name) in self._folded:
            self.diagnostics.append(_near(thing, self._folded[_folded(name)], "differs only in case or space"))
        else:
            self._nowhere.append(thing)

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

    def warn_of_near_names(self) -> None:
        """Say of each name that is not live which live one, that nothing claimed, it was probably meant to be."""
        if not self._nowhere:
            return
        names = NearNames([each for each in self._live if each.id not in self._claimed])
        for thing in self._nowhere:
            target = names.nearest(str(thing.address.selector.value))
            if target is not None:
                self.diagnostics.append(_near(thing, target, "is nearly the same"))

    def _claim(self, thing: Declared, target: LiveThing) -> None:
        other = self._claimed.setdefault(target.id, thing)
        if other is thing:
            self.found[thing.address] = target
            return
        what = f"this is the {_named(target)}, which {other.path} at {other.position} declares too"
        self._fail(thing, _error(thing, "match.twice", what, "Declare each thing once."))

    def _fail(self, thing: Declared, problem: Diagnostic) -> None:
        self.failed.add(thing.address)
        if problem.code in _MISSING:
            self.missing.add(thing.address)
        self.diagnostics.append(problem)


def system_default(things: Sequence[LiveThing]) -> LiveThing | None:
    """The one thing that LivePerson marks as the default of its kind, if exactly one is marked."""
    marked = [
        each for each in things if any(each.body.get(flag) is True for flag in RESOURCES[each.kind].default_flags)
    ]
    return marked[0] if len(marked) == 1 else None


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _named(thing: LiveThing) -> str:
    return f"{thing.kind.words} {quoted(thing.name)} (id {thing.id})"


def renamed(thing: Declared, target: LiveThing | None) -> Declared:
    """The declaration with `name` as a managed field, where the live thing was found by `lifecycle.renamed_from`."""
    name = thing.address.selector.value
    if target is None or thing.address.selector.by is not SelectBy.NAME or target.name == name:
        return thing
    return replace(thing, fields={"name": str(name), **thing.fields})


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
    return _error(
        thing,
        "match.ambiguous",
        f"{len(targets)} live {thing.address.kind.words}s are named {quoted(targets[0].name)}: {listed(targets)}",
        "Select one by id.",
    )


def _no_default(thing: Declared, free: Sequence[LiveThing]) -> Diagnostic:
    kind = thing.address.kind.words
    found = f"{len(free)} could be meant: {listed(free)}" if free else "the account has none that is not declared yet"
    return _error(
        thing,
        "match.default" if free else "match.none",
        f"find: default needs exactly one {kind}, but {found}",
        "Select one by name or id.",
    )


def _renamed_beside(thing: Declared, target: LiveThing, former: LiveThing) -> Diagnostic:
    return _error(
        thing,
        "match.renamed",
        f"both names are live: the {_named(target)} and the {_named(former)}",
        "Remove renamed_from if the renaming is done, or declare the two things apart.",
    )


def _near(thing: Declared, target: LiveThing, how: str) -> Diagnostic:
    kind = thing.address.kind.words
    hint = "Names match exactly. If you meant that one, write its name as it is."
    if thing.lifecycle.absent:
        message = f"no {kind} of this name is live; the name of the {_named(target)} {how}"
    else:
        message = f"a new {kind} will be created beside the {_named(target)}, whose name {how}"
        hint += f" To rename it, add lifecycle: {{renamed_from: {quoted(target.name)}}}, or id: {target.id}."
    return Diagnostic(Severity.WARNING, "match.near", message, thing.path, hint, thing.position)

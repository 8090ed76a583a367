"""From the names in the YAML to the ids of this account."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from lpconf.engine.matching import Matching
from lpconf.engine.wording import quoted
from lpconf.model.address import Kind, SelectBy
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import KnownAfterApply
from lpconf.model.site import Declared, ReferenceById, Site


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a reference points to: its id, or the address of what will be created, and its name."""

    id: int | KnownAfterApply
    name: str


class References:
    """Resolves references for one site and one account. Built once; its tables make each look-up cheap."""

    def __init__(self, site: Site, live: Live, matching: Matching) -> None:
        self._declared = _declared_names(site, matching)
        self._nowhere = _names_of_nothing(self._declared, matching)
        self._absent = _absent_names(site, matching)
        self._going = {
            (thing.address.kind, target.id)
            for thing in site.things
            if thing.lifecycle.absent and (target := matching.found.get(thing.address)) is not None
        }
        claimed = {(thing.kind, thing.id) for thing in matching.found.values()}
        self._live: dict[Kind, dict[str, list[LiveThing]]] = {}
        self._ids: dict[tuple[Kind, int], LiveThing] = {}
        for thing in live:
            self._ids[thing.kind, thing.id] = thing
            if (thing.kind, thing.id) not in claimed:
                self._live.setdefault(thing.kind, {}).setdefault(thing.name, []).append(thing)

    @property
    def names(self) -> Mapping[tuple[Kind, int], str]:
        """The names of all live things."""
        return {key: thing.name for key, thing in self._ids.items()}

    def resolve(self, kind: Kind, value: str | ReferenceById) -> Resolved | str:
        """The thing that a reference names, or what is wrong with it as the end of a sentence."""
        if isinstance(value, ReferenceById):
            by_id = self._ids.get((kind, value.id))
            if by_id and (kind, by_id.id) in self._going:
                return f"the {kind.words} with id {value.id} is declared to be deleted"
            return Resolved(by_id.id, by_id.name) if by_id else f"there is no {kind.words} with id {value.id}"
        declared = self._declared.get((kind, value), [])
        found = self._live.get(kind, {}).get(value, [])
        both = [*declared, *(Resolved(each.id, each.name) for each in found)]
        if len(both) == 1:
            return both[0]
        if both:
            ids = ", ".join(f"id {each.id}" if isinstance(each.id, int) else str(each.id.address) for each in both)
            return f"{len(both)} {kind.words}s are named {quoted(value)}: {ids}; select one with {{id: ...}}"
        if (kind, value) in self._absent:
            return f"the {kind.words} {quoted(value)} is declared to be deleted"
        return f"no {kind.words} named {quoted(value)} is declared or live{self._suggestion(kind, value)}"

    def _suggestion(self, kind: Kind, name: str) -> str:
        declared = (known for each, known in self._declared if each is kind and (each, known) not in self._nowhere)
        names = [*self._live.get(kind, {}), *declared]
        close = difflib.get_close_matches(name, names, n=1)
        if close:
            return f"; did you mean {quoted(close[0])}?"
        shown = ", ".join(quoted(each) for each in sorted(names)[:10])
        return f"; there is {shown}" if shown else "; the account has none"


def _declared_names(site: Site, matching: Matching) -> dict[tuple[Kind, str], list[Resolved]]:
    """Declared connectors by the name that they have or will have."""
    names: dict[tuple[Kind, str], list[Resolved]] = {}
    for thing in site.things:
        if thing.address.kind is not Kind.CONNECTOR or thing.lifecycle.absent:
            continue
        target = matching.found.get(thing.address)
        name = name_of(thing, target)
        resolved = Resolved(target.id if target else KnownAfterApply(thing.address), name)
        names.setdefault((thing.address.kind, name), []).append(resolved)
    return names


def _names_of_nothing(
    declared: Mapping[tuple[Kind, str], list[Resolved]], matching: Matching
) -> frozenset[tuple[Kind, str]]:
    """The declared names of what is not there and cannot be created, such as a connector of an unknown id."""
    return frozenset(
        name
        for name, found in declared.items()
        if all(isinstance(each.id, KnownAfterApply) and each.id.address in matching.lost for each in found)
    )


def _absent_names(site: Site, matching: Matching) -> frozenset[tuple[Kind, str]]:
    """The names of what is to be deleted."""
    absent = (thing for thing in site.things if thing.lifecycle.absent)
    found = ((thing.address.kind, matching.found.get(thing.address), thing) for thing in absent)
    return frozenset((kind, target.name if target else name_of(thing, None)) for kind, target, thing in found)


def name_of(thing: Declared, target: LiveThing | None) -> str:
    """The name that a declared thing has after the plan."""
    if thing.address.selector.by is SelectBy.NAME:
        return str(thing.address.selector.value)
    declared = thing.fields.get("name")
    if isinstance(declared, str):
        return declared
    return target.name if target else str(thing.address)


def unresolved(thing: Declared, word: str, problem: str, site: Site) -> Diagnostic:
    """The diagnostic of a reference that could not be resolved."""
    position = thing.position_of(word)
    return Diagnostic(
        Severity.ERROR,
        "reference.unknown",
        problem,
        f"{thing.path}.{word}",
        position=position,
        source=site.line(position),
    )

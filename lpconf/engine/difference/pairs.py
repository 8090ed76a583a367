"""Which thing of an older configuration is which thing of a newer one."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lpconf.engine.values import leaves
from lpconf.model.address import Address, Kind, SelectBy
from lpconf.model.site import Declaration, Declared, Site

_MOST_COMPARED = 2_500
"""Pairs of one collection that are compared as a whole: that takes quadratic time."""
_NEARLY_THE_SAME = 2 / 3
"""The share of equal fields among all fields of two things that are taken for one."""

Feature = tuple[str, Hashable]


@dataclass(frozen=True, slots=True)
class Pair:
    """A thing of the older configuration and what it is in the newer one; None where it is in one of them only."""

    old: Declared | None
    new: Declared | None

    @property
    def thing(self) -> Declared:
        """The newer one, or the older one where there is no newer."""
        thing = self.new or self.old
        if thing is None:
            raise ValueError("a pair has at least one side")
        return thing

    @property
    def reselected(self) -> bool:
        """Whether both have it, by another selector."""
        return self.old is not None and self.new is not None and self.old.address.selector != self.new.address.selector

    @property
    def renamed(self) -> bool:
        """Whether `renamed_from` says that it is the same live thing."""
        return (
            self.reselected
            and self.old is not None
            and self.new is not None
            and self.new.lifecycle.renamed_from is not None
            and self.new.lifecycle.renamed_from == own_name(self.old)
        )

    @property
    def replaced(self) -> bool:
        """Whether it is another live thing: both go by name, and nothing says that one was renamed."""
        return (
            self.reselected
            and not self.renamed
            and all(each and each.address.selector.by is SelectBy.NAME for each in (self.old, self.new))
        )

    @property
    def doubtful(self) -> bool:
        """Whether only an account can tell that it is the same live thing: one side goes by `id` or `find`."""
        return self.reselected and not self.renamed and not self.replaced

    @property
    def unprotected(self) -> bool:
        """Whether the older one was protected from being deleted, and that live thing is not any more."""
        kept = self.new is not None and self.new.lifecycle.protect and not self.replaced
        return self.old is not None and self.old.lifecycle.protect and not kept


@dataclass(slots=True)
class _Collection:
    """What is left to be paired among the things of one kind, of engagements in one campaign."""

    old: list[Declared] = field(default_factory=list)
    new: list[Declared] = field(default_factory=list)


def pairs(old: Site, new: Site) -> tuple[Pair, ...]:
    """All things of both, each once: in the order of the newer one, then what only the older one has.

    By selector first; then by `renamed_from`, by a name that the other one selects by, and by what is declared, as far
    as that is unambiguous. Swapping the arguments swaps the sides of each pair.
    """
    partner: dict[Address, Declared] = {}
    children = _children(old), _children(new)
    tops = [_is_top, lambda thing: not _is_top(thing)]
    for chosen in tops:
        for collection in _collections(old, new, chosen, partner):
            for one, other in _paired(collection, children):
                partner[other.address] = one
    found = [Pair(partner.get(thing.address), thing) for thing in new.things]
    taken = {each.address for each in partner.values()}
    return (*found, *(Pair(thing, None) for thing in old.things if thing.address not in taken))


def own_name(thing: Declared) -> str | None:
    """The name that a declared thing has or gets, None where the declaration does not say."""
    selector = thing.address.selector
    name = selector.value if selector.by is SelectBy.NAME else thing.fields.get("name")
    return name if isinstance(name, str) else None


def _is_top(thing: Declared) -> bool:
    return thing.address.parent is None


def _collections(
    old: Site, new: Site, chosen: Callable[[Declared], bool], partner: Mapping[Address, Declared]
) -> Iterable[_Collection]:
    found: dict[tuple[Kind, Address | None], _Collection] = {}
    for thing in filter(chosen, old.things):
        found.setdefault((thing.address.kind, thing.address.parent), _Collection()).old.append(thing)
    for thing in filter(chosen, new.things):
        parent = thing.address.parent
        if parent is not None:
            former = partner.get(parent)
            if former is None:
                continue
            parent = former.address
        found.setdefault((thing.address.kind, parent), _Collection()).new.append(thing)
    return found.values()


Children = Mapping[Address, list[Declared]]


def _paired(left: _Collection, children: tuple[Children, Children]) -> Iterator[tuple[Declared, Declared]]:
    yield from _matched(left, lambda thing: thing.address.selector, lambda thing: thing.address.selector)
    if not (left.old and left.new):
        return
    yield from _matched(left, own_name, lambda thing: thing.lifecycle.renamed_from)
    yield from _matched(left, lambda thing: thing.lifecycle.renamed_from, own_name)
    yield from _matched(left, own_name, own_name)
    old, new = (
        {thing.address: _features(thing, each) for thing in things}
        for things, each in ((left.old, children[0]), (left.new, children[1]))
    )
    yield from _matched(left, lambda thing: old[thing.address] or None, lambda thing: new[thing.address] or None)
    yield from _nearest(left, old, new)


Key = Callable[[Declared], Hashable | None]


def _matched(left: _Collection, old_key: Key, new_key: Key) -> list[tuple[Declared, Declared]]:
    """Take out what has the same key on both sides, where only one thing on each side has it."""
    old, new = _by_key(left.old, old_key), _by_key(left.new, new_key)
    found = [
        (each[0], other[0])
        for key, each in old.items()
        if len(each) == 1 and len(other := new.get(key, [])) == 1 and _may_be_one(each[0], other[0])
    ]
    _take_out(left, found)
    return found


def _by_key(things: list[Declared], key: Key) -> dict[Hashable, list[Declared]]:
    found: dict[Hashable, list[Declared]] = {}
    for thing in things:
        if (value := key(thing)) is not None:
            found.setdefault(value, []).append(thing)
    return found


def _may_be_one(old: Declared, new: Declared) -> bool:
    """Two ids are two things, whatever else is said of them."""
    one, other = old.address.selector, new.address.selector
    return one == other or not (one.by is SelectBy.ID and other.by is SelectBy.ID)


def _take_out(left: _Collection, found: list[tuple[Declared, Declared]]) -> None:
    if found:
        gone = {old.address for old, _ in found}, {new.address for _, new in found}
        left.old = [thing for thing in left.old if thing.address not in gone[0]]
        left.new = [thing for thing in left.new if thing.address not in gone[1]]


def _nearest(
    left: _Collection,
    old: Mapping[Address, frozenset[Feature]],
    new: Mapping[Address, frozenset[Feature]],
) -> list[tuple[Declared, Declared]]:
    """Things that are nearly the same, and nearer to each other than to anything else."""
    if not 0 < len(left.old) * len(left.new) <= _MOST_COMPARED:
        return []
    likeness = [
        [_likeness(old[one.address], new[other.address]) if _may_be_one(one, other) else 0.0 for other in left.new]
        for one in left.old
    ]
    found = []
    for row, one in enumerate(left.old):
        best = max(likeness[row])
        column = likeness[row].index(best)
        rivals = [*likeness[row][column + 1 :], *(other[column] for other in likeness if other is not likeness[row])]
        if best >= _NEARLY_THE_SAME and best > max(rivals, default=0.0):
            found.append((one, left.new[column]))
    _take_out(left, found)
    return found


def _likeness(one: frozenset[Feature], other: frozenset[Feature]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _children(site: Site) -> Children:
    found: dict[Address, list[Declared]] = {}
    for thing in site.things:
        if thing.address.parent is not None:
            found.setdefault(thing.address.parent, []).append(thing)
    return found


def _features(thing: Declared, children: Children) -> frozenset[Feature]:
    """What is declared of a thing beside its name, and which engagements a campaign has."""
    fields = ((word, _hashable(value)) for word, value in thing.fields.items() if word != "name")
    extra = ((".".join(("extra", *path)), _hashable(value)) for path, value in leaves(thing.extra))
    inside = (("engagements", each.address.selector) for each in children.get(thing.address, ()))
    return frozenset((*fields, *extra, *inside))


def _hashable(value: Declaration) -> Hashable:
    if isinstance(value, tuple):
        return frozenset(value)
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return json.dumps(value, sort_keys=True)
    return value

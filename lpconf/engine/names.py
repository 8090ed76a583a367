"""Names that would meet: two things of one collection with one name, during the plan or after it."""

from __future__ import annotations

from collections.abc import Iterator

from lpconf.engine.matching import Matching
from lpconf.engine.references import name_of
from lpconf.engine.wording import quoted
from lpconf.model.address import Address, Kind
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.live import Live
from lpconf.model.site import Declared, Site

Collection = tuple[Kind, int | Address | None]
"""A kind, and for engagements their campaign: its id, or its address if it is new."""


def collisions(site: Site, live: Live, matching: Matching) -> Iterator[Diagnostic]:
    """An error for each thing that would get a name that another thing has or gets.

    Names that already are the same in the account are nobody's doing here and pass.
    """
    holders: dict[tuple[Collection, str], list[int]] = {}
    for each in live:
        holders.setdefault(((each.kind, each.campaign_id), each.name), []).append(each.id)
    given: dict[tuple[Collection, str], Declared] = {}
    for thing in site.things:
        if thing.lifecycle.absent:
            continue
        target = matching.found.get(thing.address)
        name = name_of(thing, target)
        if target is not None and target.name == name:
            continue
        collection = _collection(thing, matching)
        others = [each for each in holders.get((collection, name), []) if target is None or each != target.id]
        first = given.setdefault((collection, name), thing)
        if first is not thing:
            yield _error(thing, name, f"{first.path} at {first.position_of('name')} gets that name too")
        elif others and target is not None:
            # Two things that swap names meet as well: the writes come one after another.
            yield _error(thing, name, f"the {thing.address.kind.words} with id {others[0]} has that name")


def _collection(thing: Declared, matching: Matching) -> Collection:
    parent = thing.address.parent
    if parent is None:
        return thing.address.kind, None
    campaign = matching.found.get(parent)
    return thing.address.kind, campaign.id if campaign else parent


def _error(thing: Declared, name: str, why: str) -> Diagnostic:
    return Diagnostic(
        Severity.ERROR,
        "name.taken",
        f"the name {quoted(name)} cannot be given, because {why}",
        f"{thing.path}.name",
        "Choose another name. To swap two names, do it in two steps.",
        thing.position_of("name"),
    )

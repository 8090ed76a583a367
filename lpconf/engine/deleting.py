"""What is to be deleted, and the change that a deletion is (design: Deletes never come by omission)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lpconf.engine.matching import Matching
from lpconf.engine.updating import Context
from lpconf.engine.values import ABSENT, leaves, live_side, plain_side
from lpconf.model.address import Address, Kind, SelectBy, Selector
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import Action, Change, Comparison, FieldChange, Origin, Side
from lpconf.model.quirks import Quirks
from lpconf.model.site import Site
from lpconf.resources.kinds import RESOURCES
from lpconf.resources.secrecy import MASK

NOT_UNDONE = "LivePerson probably cannot bring it back under its id; a rollback makes a new one."


def deletions(site: Site, live: Live, matching: Matching, context: Context) -> tuple[Change, ...]:
    """The deletions of all that the site wants gone, each thing once, a campaign's engagements before the campaign.

    They are those of `lifecycle.state: absent` in the site's order, then those of `delete_undeclared`.
    """
    changes: dict[tuple[Kind, int], Change] = {}
    for address, thing in (*_absent(site, matching), *_undeclared(site, live, matching, context.quirks)):
        inside = live.of(Kind.ENGAGEMENT, thing.id) if thing.kind is Kind.CAMPAIGN else ()
        for own, each in _addressed(inside, address):
            changes.setdefault((each.kind, each.id), deletion(own, each, context))
        changes.setdefault((thing.kind, thing.id), deletion(address, thing, context))
    return tuple(changes.values())


def deletion(address: Address, thing: LiveThing, context: Context) -> Change:
    """The deletion of one live thing: every field goes away, so that one that moves makes the plan stale."""
    operation = f"{thing.kind}.delete"
    return Change(
        address=address,
        action=Action.DELETE,
        name=thing.name,
        live_id=thing.id,
        campaign_id=thing.campaign_id,
        fields=tuple(_fields(thing, context)),
        operation=operation,
        evidence=context.quirks.evidence_of(operation),
        notes=(NOT_UNDONE,),
    )


def purged_campaigns(site: Site, live: Live, matching: Matching) -> Iterator[LiveThing]:
    """The undeclared campaigns that `delete_undeclared` means: their engagements must be read too."""
    if any(each.kind is Kind.CAMPAIGN for each in site.delete_undeclared):
        yield from _unclaimed(live.of(Kind.CAMPAIGN), matching)


def _absent(site: Site, matching: Matching) -> Iterator[tuple[Address, LiveThing]]:
    for thing in site.things:
        target = matching.found.get(thing.address)
        if thing.lifecycle.absent and target is not None:
            yield thing.address, target


def _undeclared(site: Site, live: Live, matching: Matching, quirks: Quirks) -> Iterator[tuple[Address, LiveThing]]:
    for each in site.delete_undeclared:
        if each.parent is None:
            things = live.of(each.kind)
        elif (campaign := matching.found.get(each.parent)) is not None:
            things = live.of(each.kind, campaign.id)
        else:
            continue
        # Nobody's own doing brought the others there: the unauthenticated connector, or a kind that lpconf knows not.
        ours = tuple(
            thing for thing in _unclaimed(things, matching) if RESOURCES[thing.kind].recognised(thing.body, quirks)
        )
        yield from _addressed(ours, each.parent)


def _unclaimed(things: tuple[LiveThing, ...], matching: Matching) -> tuple[LiveThing, ...]:
    claimed = {(each.kind, each.id) for each in matching.found.values()}
    return tuple(each for each in things if (each.kind, each.id) not in claimed)


def _addressed(things: tuple[LiveThing, ...], parent: Address | None) -> Iterator[tuple[Address, LiveThing]]:
    """Things that nobody declared, with an address each: by name, or by id where the name is not one's own."""
    names = Counter(each.name for each in things)
    for each in things:
        own = each.name and names[each.name] == 1
        selector = Selector(SelectBy.NAME, each.name) if own else Selector(SelectBy.ID, each.id)
        yield Address(each.kind, selector, parent), each


def _fields(thing: LiveThing, context: Context) -> Iterator[FieldChange]:
    resource = RESOURCES[thing.kind]
    words = {field.path: field for field in resource.fields if field.path}
    for path, value in leaves({key: value for key, value in thing.body.items() if key not in resource.ignored}):
        field = words.get(path)
        plain = plain_side(thing.kind, path, value)
        sensitive = plain.text == MASK
        if sensitive:
            before = Side(ABSENT, MASK)
        else:
            before = live_side(field, value, context.quirks, context.names) if field else plain
        yield FieldChange(
            field.word if field else ".".join(path),
            path,
            before,
            Side(ABSENT, None),
            field.comparison if field else Comparison.EXACT,
            Origin.LIVE if field else Origin.LIVE_EXTRA,
            sensitive=sensitive,
        )

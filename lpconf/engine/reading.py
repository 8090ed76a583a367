"""What must be read for a plan, so that nothing more is."""

from __future__ import annotations

from lpconf.engine.desired import desired
from lpconf.engine.matching import match, match_kind
from lpconf.engine.references import References
from lpconf.engine.updating import Context, update
from lpconf.model.address import Address, Kind
from lpconf.model.live import Live
from lpconf.model.quirks import Quirks
from lpconf.model.site import Site
from lpconf.resources.kinds import RESOURCES


def collections(site: Site) -> frozenset[Kind]:
    """The collections to list first: the declared kinds, and those that declared references point to.

    Engagements are not among them: they come with their campaigns.
    """
    declared = {thing.address.kind for thing in site.things}
    referenced = {
        field.target
        for thing in site.things
        for field in RESOURCES[thing.address.kind].fields
        if field.target is not None and field.word in thing.fields
    }
    return frozenset((declared | referenced) - {Kind.ENGAGEMENT})


def campaigns(site: Site, live: Live, quirks: Quirks) -> frozenset[int]:
    """The ids of the declared campaigns, which are read whole, from the list of campaigns."""
    return frozenset(each.id for each in match_kind(site, live, Kind.CAMPAIGN, quirks).found.values())


def defaults(site: Site, live: Live, quirks: Quirks) -> frozenset[Kind]:
    """The collections that new things take an undeclared reference from."""
    found: dict[Address, object] = dict(match(site, live, quirks).found)
    return frozenset(
        target
        for thing in site.things
        if thing.address not in found
        for word in RESOURCES[thing.address.kind].defaulted
        if word not in thing.fields and (target := RESOURCES[thing.address.kind].field(word).target) is not None
    )


def changes_connectors(site: Site, live: Live, quirks: Quirks) -> bool:
    """Whether a live connector would change: then every engagement of the account is read, to say which use it."""
    matching = match_kind(site, live, Kind.CONNECTOR, quirks)
    references = References(site, live, matching)
    context = Context(live, quirks, {})
    for thing in site.things:
        target = matching.found.get(thing.address) if thing.address.kind is Kind.CONNECTOR else None
        if target is None:
            continue
        wanted, _ = desired(thing, site, references, quirks)
        if update(thing, target, wanted, context)[0] is not None:
            return True
    return False

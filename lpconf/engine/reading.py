"""What must be read for a plan, so that nothing more is."""

from __future__ import annotations

from lpconf.engine.deleting import deletions, purged_campaigns
from lpconf.engine.desired import desired
from lpconf.engine.matching import match, match_kind, renamed
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
    """The ids of the campaigns that are read whole, from the list of campaigns: the declared ones, and those to go."""
    matching = match_kind(site, live, Kind.CAMPAIGN, quirks)
    return frozenset(each.id for each in (*matching.found.values(), *purged_campaigns(site, live, matching)))


def defaults(site: Site, live: Live, quirks: Quirks) -> frozenset[Kind]:
    """The collections that new things take an undeclared reference from."""
    found: dict[Address, object] = dict(match(site, live, quirks).found)
    return frozenset(
        target
        for thing in site.things
        if thing.address not in found and not thing.lifecycle.absent
        for word in RESOURCES[thing.address.kind].defaulted
        if word not in thing.fields and (target := RESOURCES[thing.address.kind].field(word).target) is not None
    )


def names(site: Site, live: Live, quirks: Quirks) -> frozenset[Kind]:
    """The collections that things refer to which are to be deleted. Only to show names for ids: a plan can be made
    without them.
    """
    if not site.delete_undeclared and not any(thing.lifecycle.absent for thing in site.things):
        return frozenset()
    targets = {(kind, field.path): field.target for kind, each in RESOURCES.items() for field in each.fields}
    return frozenset(
        target
        for change in deletions(site, live, match(site, live, quirks), Context(live, quirks, {}))
        for field in change.fields
        if (target := targets.get((change.address.kind, field.path))) is not None and field.before.wire
    )


def changes_connectors(site: Site, live: Live, quirks: Quirks, write_secrets: frozenset[str] = frozenset()) -> bool:
    """Whether a live connector would change or go: then every engagement is read, to say which use it."""
    if any(each.kind is Kind.CONNECTOR for each in site.delete_undeclared):
        return True
    matching = match_kind(site, live, Kind.CONNECTOR, quirks)
    references = References(site, live, matching)
    context = Context(live, quirks, {}, write_secrets)
    for thing in site.things:
        target = matching.found.get(thing.address) if thing.address.kind is Kind.CONNECTOR else None
        if target is None:
            continue
        if thing.lifecycle.absent:
            return True
        named = renamed(thing, target)
        wanted, _ = desired(named, site, references, quirks)
        if update(named, target, wanted, context)[0] is not None:
            return True
    return False

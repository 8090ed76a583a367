"""Site and Live in, Plan out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from lpconf.engine.button.appearance import with_appearance
from lpconf.engine.creating import create, missing
from lpconf.engine.deleting import deletions
from lpconf.engine.dependencies import Dependencies
from lpconf.engine.desired import Desired, desired
from lpconf.engine.digest import of_site
from lpconf.engine.matching import Matching, match, renamed, without_missing
from lpconf.engine.names import collisions
from lpconf.engine.order import steps
from lpconf.engine.references import References
from lpconf.engine.safety import judged
from lpconf.engine.secrets import unknown_secrets
from lpconf.engine.trust import unsigned
from lpconf.engine.updating import Context, update
from lpconf.model import public
from lpconf.model.address import Address
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.errors import InvalidConfiguration
from lpconf.model.live import Live, LiveThing
from lpconf.model.plan import Change, Managed, Origin, Plan, Target, Unprotected
from lpconf.model.policy import Policy
from lpconf.model.quirks import Quirks
from lpconf.model.site import Declared, Site
from lpconf.resources.kinds import MANAGED

_NOTHING: Mapping[Address, int] = MappingProxyType({})
_MANAGED = frozenset(each.kind for each in MANAGED)


def plan(
    site: Site,
    live: Live,
    *,
    target: Target,
    quirks: Quirks,
    policy: Policy,
    formerly_protected: Mapping[Address, int] = _NOTHING,
    complete: bool = True,
) -> Plan:
    """What must change so that the account is as declared.

    `formerly_protected` are the things that the last run's configuration protected from being deleted, with their
    ids. Without `complete`, what is not there need not be declared so that it could be created: whoever only wants to
    know what is different gets a creation without fields for it.

    Raises InvalidConfiguration where a declaration fits no live thing or several, a reference cannot be resolved,
    two names would meet, a flow would change, or a new thing lacks what it needs; with all such problems at once.
    """
    live = _in_order(live)
    matching = match(site, live, quirks)
    references = References(site, live, matching)
    context = Context(live, quirks, references.names, policy.write_secrets)
    if not complete:
        matching = without_missing(matching)
    compared = [_compared(thing, site, matching, references, context, complete) for thing in site.things]
    diagnostics = (
        *matching.diagnostics,
        *collisions(site, live, matching),
        *unknown_secrets(site, policy),
        *(problem for each in compared for problem in each.problems),
    )
    if any(each.severity is Severity.ERROR for each in diagnostics):
        raise InvalidConfiguration(tuple(sorted(diagnostics, key=_place)))
    found = [each.change for each in compared if each.change is not None]
    found.extend(deletions(site, live, matching, context))
    dependencies = Dependencies(found, live, quirks)
    changes = judged(found, live, matching, dependencies, target=target, quirks=quirks, policy=policy)
    declared_at = {thing.address: thing.position for thing in site.things}
    changes = tuple(replace(change, position=declared_at.get(change.address)) for change in changes)
    changes = with_appearance(changes, live, quirks)
    protected = {thing.address: matching.found.get(thing.address) for thing in site.things if thing.lifecycle.protect}
    return Plan(
        target,
        changes,
        steps(changes, dependencies, quirks),
        sum(each.is_as_declared for each in compared),
        diagnostics,
        managed=tuple(each.managed for each in compared if each.managed is not None),
        protected=tuple(protected),
        unprotected=tuple(_unprotected(formerly_protected, protected, site, matching)),
        seen=frozenset((each.kind, each.id) for each in live if each.kind in _MANAGED),
        configuration=of_site(site),
        policy=policy,
    )


@dataclass(frozen=True, slots=True)
class _Compared:
    """One declared thing beside its live one. Nothing at all where another problem keeps it from being compared."""

    change: Change | None = None
    managed: Managed | None = None
    problems: tuple[Diagnostic, ...] = ()
    is_as_declared: bool = False


def _compared(
    declared: Declared, site: Site, matching: Matching, references: References, context: Context, complete: bool
) -> _Compared:
    if declared.address in matching.failed or declared.address.parent in matching.failed:
        return _Compared()
    target = matching.found.get(declared.address)
    if declared.lifecycle.absent:
        return _Compared(is_as_declared=target is None)
    thing = renamed(declared, target)
    wanted, failed = desired(thing, site, references, context.quirks)
    if failed:
        return _Compared(problems=failed)
    if target is not None:
        change, problems = update(thing, target, wanted, context)
    elif complete:
        campaign = matching.found.get(thing.address.parent) if thing.address.parent else None
        change, problems = create(thing, wanted, campaign, context)
    else:
        change, problems = missing(thing, context), ()
    is_as_declared = change is None and not problems
    if is_as_declared and target is not None and (warning := unsigned(thing, target)) is not None:
        problems = (warning,)
    return _Compared(change, _managed(thing, target, wanted), problems, is_as_declared)


def _unprotected(
    former: Mapping[Address, int], protected: Mapping[Address, LiveThing | None], site: Site, matching: Matching
) -> Iterator[Unprotected]:
    """What was protected and is not any more: the thing itself counts, whatever it is called by now."""
    still = {(each.kind, each.id) for each in protected.values() if each is not None}
    lost = {(address.kind, live_id) for address, live_id in former.items()} - still
    if not lost:
        return
    declared = {thing.address: thing.position for thing in site.things}
    places = {(thing.kind, thing.id): declared.get(address) for address, thing in matching.found.items()}
    for address, live_id in former.items():
        if (address.kind, live_id) in lost:
            in_public = str(public.former(address, live_id, declared))
            yield Unprotected(address, live_id, in_public, places.get((address.kind, live_id)))


def _in_order(live: Live) -> Live:
    """The same by id: nothing says that LivePerson lists things twice in the same order, and plans are compared."""
    return Live({kind: tuple(sorted(things, key=lambda each: each.id)) for kind, things in live.things.items()})


def _managed(thing: Declared, target: LiveThing | None, wanted: tuple[Desired, ...]) -> Managed:
    values = {each.path: each.side.wire for each in wanted if not each.sensitive and each.origin is not Origin.COPY}
    return Managed(thing.address, target.id if target else None, values)


def _place(diagnostic: Diagnostic) -> tuple[int, int]:
    """Line and column: what stands first in a file is told first, a campaign before its engagements."""
    position = diagnostic.position
    return (position.line, position.column) if position else (0, 0)

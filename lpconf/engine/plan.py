"""Site and Live in, Plan out."""

from __future__ import annotations

from lpconf.engine.creating import create
from lpconf.engine.dependencies import Dependencies
from lpconf.engine.desired import desired
from lpconf.engine.matching import match
from lpconf.engine.names import collisions
from lpconf.engine.order import steps
from lpconf.engine.references import References
from lpconf.engine.safety import judged
from lpconf.engine.updating import Context, update
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.errors import InvalidConfiguration
from lpconf.model.live import Live
from lpconf.model.plan import Change, Plan, Target
from lpconf.model.policy import Policy
from lpconf.model.quirks import Quirks
from lpconf.model.site import Site


def plan(site: Site, live: Live, *, target: Target, quirks: Quirks, policy: Policy) -> Plan:
    """What must change so that the account is as declared.

    Raises InvalidConfiguration where a declaration fits no live thing or several, a reference cannot be resolved,
    two names would meet, a flow would change, or a new thing lacks what it needs; with all such problems at once.
    """
    matching = match(site, live, quirks)
    diagnostics: list[Diagnostic] = [*matching.diagnostics, *collisions(site, live, matching)]
    references = References(site, live, matching)
    context = Context(live, quirks, references.names)
    found: list[Change] = []
    unchanged = 0
    for thing in site.things:
        if thing.address in matching.failed or thing.address.parent in matching.failed:
            continue
        wanted, failed = desired(thing, site, references, quirks)
        diagnostics.extend(failed)
        if failed:
            continue
        target_thing = matching.found.get(thing.address)
        if target_thing is not None:
            change, problems = update(thing, target_thing, wanted, context)
        else:
            campaign = matching.found.get(thing.address.parent) if thing.address.parent else None
            change, problems = create(thing, wanted, campaign, context)
        diagnostics.extend(problems)
        if change is not None:
            found.append(change)
        elif not problems:
            unchanged += 1
    if any(each.severity is Severity.ERROR for each in diagnostics):
        raise InvalidConfiguration(tuple(sorted(diagnostics, key=_place)))
    dependencies = Dependencies(found, live, quirks)
    changes = judged(found, live, matching, dependencies, target=target, quirks=quirks, policy=policy)
    return Plan(target, changes, steps(changes, dependencies, quirks), unchanged, tuple(diagnostics))


def _place(diagnostic: Diagnostic) -> tuple[int, int]:
    """Line and column: what stands first in a file is told first, a campaign before its engagements."""
    position = diagnostic.position
    return (position.line, position.column) if position else (0, 0)

"""That the cases are worth having: a property that meets nothing cannot fail."""

from __future__ import annotations

from hypothesis import Phase, given, settings

from lpconf.model.address import Kind, SelectBy
from lpconf.model.plan import Action
from tests.properties.conftest import examples
from tests.properties.strategies import Case, cases

_KINDS = (Kind.CONNECTOR, Kind.CAMPAIGN, Kind.ENGAGEMENT)
_TO_MEET = frozenset(
    {
        *(f"{action} {kind}" for action in Action for kind in _KINDS),
        *(f"selected by {by}" for by in SelectBy if by is not SelectBy.HIDDEN),
        *(f"undeclared {kind}" for kind in _KINDS),
        "planned",
        "blocked",
        "renamed",
        "protected",
        "secret",
        "delete of a connector that is used",
        "campaign update needs engagement delete",
        "engagement create needs connector create",
    }
)


def test_the_cases_meet_what_the_properties_are_about() -> None:
    met: set[str] = set()

    @settings(examples(150, 150), derandomize=True, database=None, phases=[Phase.generate])
    @given(cases())
    def look(case: Case) -> None:
        met.update(traits(case))

    look()
    assert _TO_MEET - met == set()


def traits(case: Case) -> set[str]:
    """What is in a case."""
    things = case.site.things
    found = {f"selected by {thing.address.selector.by}" for thing in things}
    found |= {f"undeclared {each.kind}" for each in case.site.delete_undeclared}
    found |= {"protected"} if any(thing.lifecycle.protect for thing in things) else set()
    if case.plan is None:
        return found
    changes = {change.address: change for change in case.plan.changes}
    for change in case.plan.changes:
        found.add("blocked" if change.blocked else f"{change.action} {change.address.kind}")
        words = {each.word for each in change.fields}
        found |= {"renamed"} if change.action is Action.UPDATE and "name" in words else set()
        found |= {"secret"} if any(each.sensitive for each in change.fields) else set()
        if any("visitors in with it" in block.reason for block in change.blocks):
            found.add("delete of a connector that is used")
    for step in case.plan.steps:
        for address in step.needs:
            found.add(f"{step.address.kind} {step.action} needs {address.kind} {changes[address].action}")
    return found | {"planned"}

"""Random attacks, a few of each; `fuzz_loader` makes 100,000."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lpconf.engine import reading
from lpconf.engine.encoding import document
from lpconf.engine.plan import plan as make_plan
from lpconf.model.address import Kind
from lpconf.model.errors import InvalidConfiguration
from lpconf.model.live import LiveThing
from lpconf.model.policy import Policy
from lpconf.report import text
from lpconf.report.diagnostics import render
from tests.account import QUIRKS, SANDBOX, TUTORIAL, campaign, connector, engagement, live, other, site

from . import fuzz_loader
from .conftest import harmless


def test_the_loader_survives_broken_yaml() -> None:
    tally = fuzz_loader.in_process(seed=2, first=0, count=500)

    assert tally.findings == []
    assert tally.inputs == 500
    assert len(tally.outcomes) > 20
    assert tally.outcomes["valid"] > 10


def test_the_fuzzer_would_tell() -> None:
    """A file that reaches what it must not is a finding, and the same input is made again from its number."""
    files = fuzz_loader.corpus()
    assert fuzz_loader.make(7, 3, files) == fuzz_loader.make(7, 3, files) != fuzz_loader.make(7, 4, files)
    assert fuzz_loader.in_process(seed=2, first=0, count=1).inputs == 1


SITES = (
    site(TUTORIAL),
    site("""
    connectors:
      - find: default
        description: x
        jwks_endpoint: https://a.b/c
        extra: {configuration: {x: [1, {a: 2}]}, other: {a: [1]}}
    campaigns:
      - find: default
        name: other
        engagements:
          - find: default
            skill: Sales
            connector: {id: 77}
            extra: {displayInstances: [1], alertedMcs: 5}
          - name: new one
            conversation: messaging
    """),
    site("campaigns: [{id: 5, status: published, engagements: [{id: 6, enabled: false, window_opens: separate}]}]"),
)
BODIES: dict[Kind, Any] = {
    Kind.CONNECTOR: connector(77, "Consumer authentication", preferred=True).body,
    Kind.CAMPAIGN: campaign(5, "C", engagementIds=[6], goalId=3, lobId=2, timeZone="Europe/Berlin", type=0).body,
    Kind.ENGAGEMENT: engagement(
        6, "E", 5, skillId=9, skillName="Sales", displayInstances=[{"a": 1}], windowId=4, zones=[{"type": 1}]
    ).body,
}


def _paths(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield (*above, key)
        yield from _paths(member, (*above, key))


PLACES = [(kind, path) for kind, body in BODIES.items() for path in _paths(body) if path not in {("id",), ("name",)}]
DEEP: Any = 1
for _ in range(45):
    DEEP = {"a": [DEEP]}
VALUES = st.sampled_from(
    [None, True, False, 0, -1, 1, 2, 2**63, 10**400, 10**4000, 0.5, -0.0, 1e308, "", "\u202ea", "\x1b]8;;x\x07",
     "\ud800", "a" * 100_000, "\0\r\n", "##vso[x]", "::error::", [], {}, [[]], [{}], [None], [1, 2], ["1"], {"id": 1},
     DEEP, [DEEP], "1", "-1", "9" * 30, "true", [{"id": 1}, {"id": "1"}]]
)  # fmt: skip


@settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.large_base_example, HealthCheck.data_too_large]
)
@given(st.sampled_from(SITES), st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=4), VALUES)
def test_no_value_of_a_live_thing_breaks_a_plan(declared: Any, hits: list[tuple[Any, Any]], name: Any) -> None:
    bodies = copy.deepcopy(BODIES)
    for (kind, path), value in hits:
        # An earlier hit may have taken the place away.
        with suppress(KeyError, IndexError, TypeError):
            place = bodies[kind]
            for step in path[:-1]:
                place = place[step]
            # A copy: a later hit may lie inside of it, and one value may be drawn twice.
            place[path[-1]] = copy.deepcopy(value)
    shown = name if isinstance(name, str) else ""
    things = [
        LiveThing(kind, body["id"], shown or kind.value, body, 5 if kind is Kind.ENGAGEMENT else None)
        for kind, body in bodies.items()
    ]
    account = live(*things, *(other(kind, 9, "Sales") for kind in Kind if kind not in bodies))

    for read in (reading.campaigns, reading.changes_connectors, reading.defaults):
        read(declared, account, QUIRKS)
    try:
        plan = make_plan(declared, account, target=SANDBOX, quirks=QUIRKS, policy=Policy())
    except InvalidConfiguration as error:
        harmless(render(error.diagnostics, color=False))
        return
    harmless(text.plan(plan, color=False))
    harmless(text.approval(plan))
    harmless(render(plan.diagnostics, color=False))
    assert json.loads(json.dumps(document(plan, "1")))

"""Another machine applies the same. Its lock and its journals are not ours: the account is the judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lpconf.model.errors import ExitCode
from lpconf.model.run import Outcome
from tests.account import DEMO_KEY, TUTORIAL
from tests.gateway import Fault
from tests.sandbox.client import CONNECTORS, implicit

from .conftest import QUICK, World, opened

NEW_CAMPAIGN = """
campaigns:
  - name: Shop
    start_date: "2026-01-05 00:00:00"
    time_zone: Europe/Berlin
    engagements: [{name: Chat, authenticated_visitors_only: false}]
"""
NEW_ENGAGEMENT = "campaigns: [{find: default, engagements: [{name: New, authenticated_visitors_only: false}]}]"
TWO = "connectors:" + "".join(
    f"""
  - name: {name}
    flow: implicit
    authentication_endpoint: https://dummy.com
    jwt_public_key: {DEMO_KEY}
    js_method_name: f"""
    for name in "AB"
)


@pytest.fixture
def lenient(tmp_path: Path) -> Iterator[World]:
    """An account that takes a name twice: that LivePerson refuses one is a guess."""
    with opened(tmp_path, "duplicate-names=allowed") as made:
        yield made


@pytest.mark.parametrize("text", [TUTORIAL, NEW_CAMPAIGN, NEW_ENGAGEMENT], ids=["connector", "campaign", "engagement"])
def test_that_was_faster_leaves_nothing_to_create(lenient: World, text: str) -> None:
    plan = lenient.plan(text)
    assert lenient.execute(plan).exit_code is ExitCode.DONE
    writes = len(lenient.gateway.writes())
    run = lenient.execute(plan)
    assert run.exit_code is ExitCode.STALE
    assert run.results[0].outcome is Outcome.STALE
    assert run.results[0].reason.endswith(" of this name exists by now: somebody else made it.")
    assert len(lenient.gateway.writes()) == writes


def test_whose_answer_was_lost_is_found_by_name(lenient: World) -> None:
    """Its creation has arrived, it knows nothing of that, and ours knows nothing of it."""
    plan = lenient.plan(TUTORIAL)
    lenient.gateway.add(Fault("POST", CONNECTORS, lose_answer=True))
    lenient.gateway.add(Fault("GET", f"{CONNECTORS}\\?"))
    lenient.gateway.add(Fault("GET", f"{CONNECTORS}\\?", edit=lambda _: [], times=4))
    assert lenient.execute(plan).results[0].outcome is Outcome.UNKNOWN
    assert lenient.execute(plan).results[0].outcome is Outcome.STALE
    assert len(lenient.editor.get(CONNECTORS)) == 1


def test_that_comes_while_this_run_takes_its_time_is_noticed(lenient: World) -> None:
    plan = lenient.plan(TWO)

    def meanwhile() -> None:
        lenient.waited.append(QUICK.names + 1)
        lenient.editor.create(CONNECTORS, implicit("B"))

    lenient.gateway.add(Fault("POST", CONNECTORS, first=meanwhile))
    assert [result.outcome for result in lenient.execute(plan).results] == [Outcome.CONFIRMED, Outcome.STALE]
    assert len(lenient.editor.get(CONNECTORS)) == 2


def test_is_looked_for_once_for_what_is_created_together(
    world: World, requests_of: Callable[[Callable[[], object]], list[tuple[str, str]]]
) -> None:
    plan = world.plan(TWO)
    made = requests_of(lambda: world.execute(plan))
    assert made == [("GET", CONNECTORS), ("POST", CONNECTORS), ("POST", CONNECTORS), ("GET", CONNECTORS)]


def test_that_cannot_be_looked_for_keeps_from_creating(world: World) -> None:
    plan = world.plan(TUTORIAL)
    world.gateway.add(Fault("GET", f"{CONNECTORS}\\?", status=403))
    assert world.execute(plan).exit_code is ExitCode.ACCESS
    assert world.gateway.writes() == []

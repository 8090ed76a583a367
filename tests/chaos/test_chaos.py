"""A small part of `make chaos`: each kind of fault at a few requests, and a judge that misses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.chaos import scenario
from tests.chaos.faults import KINDS, Edit
from tests.chaos.gateway import Request
from tests.chaos.judge import Case, Verdict, judge
from tests.chaos.place import Snapshot
from tests.chaos.run import Clean, clean_run, main, numbers, run_case
from tests.chaos.scenario import Key
from tests.chaos.worker import Ran, Worker, worker

FIRST = 5
STEP = 55


@dataclass
class Chaos:
    worker: Worker
    clean: Clean
    case: Case
    """Two applies without a fault."""


@pytest.fixture(scope="module")
def chaos() -> Iterator[Chaos]:
    with worker() as at:
        clean = clean_run(at)
        folder = at.fresh()
        first = at.apply(folder)
        middle = at.look()
        second = at.apply(folder)
        kept = folder.rename(at.folder / "kept")
        yield Chaos(at, clean, Case(kept, first, second, (), at.place.before, middle, at.look(), clean.after))


def test_the_plan_is_large_and_of_every_kind() -> None:
    assert scenario.CHANGES >= 40
    for changes in (scenario.CREATES, scenario.UPDATES, scenario.DELETES):
        assert {key.kind for key in changes} == {"connector", "campaign", "engagement"}


@pytest.mark.parametrize("kind", KINDS)
def test_after_a_fault_one_plain_apply_makes_it_as_declared(chaos: Chaos, kind: str) -> None:
    # Each kind at other requests, spread over the plan's reads, the writes and the reads after them.
    first = FIRST + 3 * list(KINDS).index(kind)
    for number in range(first, len(chaos.clean.requests), STEP):
        result = run_case(chaos.worker, chaos.clean, kind, number)
        assert result.verdict.faults == [], (result.where, result.verdict.notes)


def test_the_command_prints_a_table_and_says_that_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--kind", "killed during", "--every", "60", "--workers", "1"]) == 0
    told = capsys.readouterr().out
    head, row = told.splitlines()[2:4]
    assert head.split()[:3] == ["cases", "ended", "well"]
    assert row.split() == ["killed", "during", "3", "3", "0", "0", "0", "0", "0"]


def test_two_applies_without_a_fault_are_all_right(chaos: Chaos) -> None:
    assert judge(chaos.case).faults == []
    assert judge(chaos.case).converged


def _changed(snapshot: Snapshot, kind: str, id: int, **fields: Any) -> Snapshot:
    thing = snapshot.things[kind, id]
    return replace(snapshot, things={**snapshot.things, (kind, id): replace(thing, body={**thing.body, **fields})})


def _without(snapshot: Snapshot, kind: str, id: int) -> Snapshot:
    return replace(snapshot, things={place: each for place, each in snapshot.things.items() if place != (kind, id)})


OWN = scenario.IDS["Shop", "Own 1"]
DECLARED = scenario.IDS["Quiet", "A"]


def verdict(chaos: Chaos, **changes: Any) -> Verdict:
    return judge(replace(chaos.case, **changes))


def test_the_judge_sees_what_is_not_as_declared(chaos: Chaos) -> None:
    last = _changed(chaos.case.last, "engagement", DECLARED, description="before A")
    found = verdict(chaos, last=last)
    assert (found.converged, found.refused) == (False, False)
    assert any("exit 0, but" in each for each in found.wrong_reports)


def test_the_judge_sees_lost_fields(chaos: Chaos) -> None:
    for last in (
        _changed(chaos.case.last, "engagement", OWN, xNote="other"),
        _changed(chaos.case.last, "engagement", DECLARED, xNested={}),
        _without(chaos.case.last, "engagement", OWN),
        replace(chaos.case.last, secrets={}),
    ):
        assert verdict(chaos, last=last).lost_fields


def test_the_judge_sees_duplicates(chaos: Chaos) -> None:
    posts = [each for each in chaos.case.first.done if each.verb == "POST"]
    second = replace(chaos.case.second, requests=(*chaos.case.second.requests, posts[0]))
    assert verdict(chaos, second=second).duplicates
    twin = chaos.case.last.things["engagement", OWN]
    things = {**chaos.case.last.things, ("engagement", 1): replace(twin, id=1)}
    assert verdict(chaos, last=replace(chaos.case.last, things=things)).duplicates


def test_the_judge_sees_lost_edits(chaos: Chaos) -> None:
    campaign = scenario.CAMPAIGNS["Shop"]
    lost = Edit(3, None, "engagement", OWN, campaign, ("description",), "FOREIGN3")
    assert verdict(chaos, edits=(lost,)).lost_edits
    declared = Edit(
        3, Key("engagement", "A", "Quiet"), "engagement", DECLARED, 0, ("description",), "never in any plan"
    )
    assert verdict(chaos, edits=(declared,)).lost_edits


def _step(ran: Ran, index: int, **changes: Any) -> Ran:
    steps = list(ran.report["steps"])
    steps[index] = {**steps[index], **changes}
    return replace(ran, report={**ran.report, "steps": steps})


def test_the_judge_sees_wrong_reports(chaos: Chaos) -> None:
    first = chaos.case.first
    for wrong in (
        replace(first, code=3),
        replace(first, told=f"{first.told}\nNothing was written."),
        replace(first, told=f"{first.told}\nThis is a bug in lpconf"),
        replace(first, report=None),
        replace(first, requests=tuple(each for each in first.requests if not each.is_write)),
        *(_step(first, 3, outcome=outcome) for outcome in ("failed", "stale", "not_attempted")),
        _step(first, 3, notes=["It already was as planned."]),
    ):
        assert verdict(chaos, first=wrong).wrong_reports
    unwritten = tuple(_unanswered(each) for each in first.requests)
    assert any("on record as done" in each for each in verdict(chaos, first=replace(first, requests=unwritten)).faults)


def _unanswered(request: Request) -> Request:
    return replace(request, status=412) if request.is_write else request


def test_the_table_counts(chaos: Chaos) -> None:
    result = run_case(chaos.worker, chaos.clean, "429", 0)
    bad = replace(result, verdict=Verdict(duplicates=["a"], lost_edits=["b", "c"]))
    assert numbers([result, bad]) == [2, 1, 1, 2, 0, 0, 0]

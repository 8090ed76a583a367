"""What a run says follows from its outcomes and its exit code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lpconf.model.address import Kind
from lpconf.model.errors import ExitCode
from lpconf.model.plan import Action, Block, Plan
from lpconf.model.run import Outcome, Run
from lpconf.report import json as report_json
from lpconf.report import text
from lpconf.report.markdown import run as markdown
from lpconf.report.run_text import without_values

from . import samples
from .samples import CAMPAIGN, CONNECTOR, ENGAGEMENT, named, step, update


def shown(*outcomes: Outcome, blocked: bool = False, access_failed: bool = False) -> list[str]:
    """The closing lines of a run whose steps had these outcomes."""
    changes = [update(named(Kind.CAMPAIGN, f"C{index}")) for index in range(len(outcomes))]
    if blocked:
        changes.append(replace(update(CONNECTOR), blocks=(Block("Only a guess."),)))
    results = tuple(step(change.address, outcome) for change, outcome in zip(changes, outcomes, strict=False))
    run = Run(samples.plan(*changes, unchanged=2), results, access_failed)
    return text.run(run, color=False).split("\n\n")[-1].splitlines()


@pytest.mark.parametrize(
    ("outcomes", "closing"),
    [
        ([Outcome.CONFIRMED] * 2, ["Apply complete: 2 changed, and read back as planned."]),
        (
            [Outcome.CONFIRMED, Outcome.FAILED, Outcome.NOT_ATTEMPTED],
            [
                "Apply incomplete: 1 done, 1 failed, 1 not attempted.",
                "Run the same command again: it continues from here.",
            ],
        ),
        (
            [Outcome.CONFIRMED, Outcome.NOT_ATTEMPTED],
            ["Apply incomplete: 1 done, 1 not attempted.", "Run the same command again: it continues from here."],
        ),
        (
            [Outcome.CONFIRMED, Outcome.STALE, Outcome.NOT_ATTEMPTED],
            [
                "Apply incomplete: 1 done, 1 stale, 1 not attempted.",
                "Run the plan again: the account has changed since.",
            ],
        ),
        (
            [Outcome.UNKNOWN, Outcome.NOT_ATTEMPTED],
            [
                "Apply incomplete: 1 unknown, 1 not attempted.",
                "Run the plan again: it shows what LivePerson has stored.",
            ],
        ),
        (
            [Outcome.NOT_VISIBLE],
            [
                "Apply incomplete: 1 not visible yet.",
                "Run the plan again in a few minutes: it shows whether the values have arrived.",
            ],
        ),
        (
            [Outcome.DIFFERS, Outcome.DIFFERS],
            [
                "Apply incomplete: 2 differ.",
                "LivePerson shows other values than were written. Look at the differences before you go on.",
            ],
        ),
        (
            [Outcome.STALE],
            ["Apply stopped: 1 stale.", "Nothing was written. Run the plan again: the account has changed since."],
        ),
        (
            [Outcome.FAILED, Outcome.NOT_ATTEMPTED],
            [
                "Apply stopped: 1 failed, 1 not attempted.",
                "Nothing was written. See the reasons, then run the same command again.",
            ],
        ),
    ],
)
def test_the_end_of_a_run(outcomes: list[Outcome], closing: list[str]) -> None:
    assert shown(*outcomes) == closing


def test_without_access_nothing_was_written() -> None:
    assert shown(Outcome.FAILED, access_failed=True) == [
        "Apply stopped: 1 failed.",
        "Nothing was written. Check the credentials, their permissions and the network, "
        "then run the same command again.",
    ]


def test_what_is_blocked_keeps_a_run_from_being_called_complete() -> None:
    assert shown(Outcome.CONFIRMED, blocked=True) == [
        "Applied what is allowed: 1 changed, and read back as planned. 1 blocked."
    ]
    assert shown(blocked=True) == ["Nothing was written: 1 blocked."]


def taken_back(*outcomes: Outcome, conflicts: int, blocked: bool = False) -> Run:
    """A rollback whose steps had these outcomes, with so many conflicts."""
    changes = [update(named(Kind.CAMPAIGN, f"C{index}")) for index in range(len(outcomes))]
    if blocked:
        changes.append(replace(update(CONNECTOR), blocks=(Block("Only a guess."),)))
    plan = replace(samples.plan(*changes), rolls_back="1a2b3c4d", conflicts=tuple(CONFLICTS[:conflicts]))
    return Run(plan, tuple(step(each.address, outcome) for each, outcome in zip(changes, outcomes, strict=False)))


CONFLICTS = (
    "campaign[default]: it was deleted after the run",
    'connector["A"].issuer: it changed after the run, and stays as it is',
)


@pytest.mark.parametrize(
    ("run", "closing"),
    [
        (taken_back(conflicts=2), "Nothing to take back of the run 1a2b3c4d. 2 conflicts left alone."),
        (taken_back(conflicts=1, blocked=True), "Nothing was written: 1 blocked, 1 conflict left alone."),
        (
            taken_back(Outcome.CONFIRMED, conflicts=1),
            "Applied what is allowed: 1 changed, and read back as planned. 1 conflict left alone.",
        ),
        (
            taken_back(Outcome.CONFIRMED, conflicts=2, blocked=True),
            "Applied what is allowed: 1 changed, and read back as planned. 1 blocked. 2 conflicts left alone.",
        ),
        (
            taken_back(Outcome.CONFIRMED, Outcome.FAILED, conflicts=1),
            "Apply incomplete: 1 done, 1 failed, 1 conflict left alone.",
        ),
    ],
)
def test_a_rollback_says_what_it_leaves_alone(run: Run, closing: str) -> None:
    *_, left, last = text.run(run, color=False).split("\n\n")
    assert last.splitlines()[0] == closing
    assert left.splitlines() == ["Left alone:", *(f"    {each}" for each in run.plan.conflicts)]
    page = markdown.render(run)
    assert "<b>Left alone</b>" in page
    assert page.count("<li>") >= len(run.plan.conflicts)
    assert "was written: ." not in page
    assert report_json.run(run)["conflicts"] == list(run.plan.conflicts)


def test_in_public_the_conflicts_of_a_rollback_are_only_counted() -> None:
    run = without_values(taken_back(Outcome.CONFIRMED, conflicts=2))
    for said in (text.run(run, color=False), markdown.render(run)):
        assert "2 conflicts left alone." in said
        assert "issuer" not in said
        assert "Left alone" not in said


def test_a_run_without_changes_says_what_the_plan_says() -> None:
    nothing = samples.plan(unchanged=2)

    assert text.run(Run(nothing, ()), color=False) == text.plan(nothing, color=False)


def test_a_run_without_results_is_not_called_complete() -> None:
    assert text.run(Run(samples.tutorial(), ()), color=False) == "Nothing was written."


def test_a_campaign_that_is_made_and_then_published_counts_once_as_in_the_plan() -> None:
    made = samples.creation(CAMPAIGN, name="Web shop")
    results = (
        step(CAMPAIGN, Outcome.CONFIRMED, Action.CREATE, live_id=5),
        step(ENGAGEMENT, Outcome.CONFIRMED, live_id=6),
        step(CAMPAIGN, Outcome.CONFIRMED, live_id=5),
    )
    run = Run(samples.plan(made, update(ENGAGEMENT)), results)

    assert text.run(run, color=False).splitlines() == [
        "campaign[default]: created (id 5), read back as planned",
        "campaign[default]/engagement[default]: changed (id 6), read back as planned",
        "campaign[default]: changed (id 5), read back as planned",
        "",
        "Apply complete: 1 created, 1 changed, and read back as planned.",
    ]


def test_a_long_reason_is_cut() -> None:
    run = Run(samples.plan(update(CONNECTOR)), (step(CONNECTOR, Outcome.FAILED, reason="x" * 5000),))

    assert f"failed, not changed: {'x' * 1000}... (4000 more characters)\n" in text.run(run, color=False)


@pytest.mark.parametrize("outcome", Outcome)
def test_only_a_confirmed_step_is_called_read_back_and_only_a_confirmed_run_complete(outcome: Outcome) -> None:
    plan: Plan = samples.plan(update(CONNECTOR))
    run = Run(plan, (step(CONNECTOR, outcome),))

    said = text.run(run, color=False)

    assert ("read back as planned" in said) == (outcome is Outcome.CONFIRMED)
    assert ("Apply complete" in said) == (run.exit_code is ExitCode.DONE)
    assert ("Nothing was written" in said) == (not outcome.wrote)


@pytest.mark.parametrize("sample", [samples.tutorial_run(), samples.every_outcome()])
def test_colour_changes_no_word(sample: Run) -> None:
    from rich.text import Text

    plain = text.run(sample, color=False)

    assert "\x1b" not in plain
    assert Text.from_ansi(text.run(sample, color=True)).plain == plain

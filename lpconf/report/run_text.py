"""A run as people read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from lpconf.model import public
from lpconf.model.errors import ExitCode
from lpconf.model.plan import Action
from lpconf.model.run import Outcome, Run, StepResult
from lpconf.report.escape import terminal
from lpconf.report.paint import Ink, Paint, painter
from lpconf.report.review import block_without_values
from lpconf.report.review_of_plan import harmless_block, no_changes, participle
from lpconf.report.review_text import block, way_around
from lpconf.report.wording import counted, message

CONTINUE = "Run the same command again: it continues from here."
NOTHING = "Nothing was written"
PLAN_AGAIN = "Run the plan again"


def run(run: Run, *, color: bool) -> str:
    """One line per step, per blocked change and per conflict; then the counts, and what to do next where something is
    left.

    Ends without a line break; without colour there is no ESC in it.
    """
    paint = painter(color)
    steps = [line for result in run.results for line in _step(result, paint)]
    blocked = list(_blocked(run, paint))
    left = ["Left alone:", *(f"    {each}" for each in conflicts(run))] if conflicts(run) else []
    return "\n\n".join("\n".join(lines) for lines in (steps, blocked, left, closing(run, paint)) if lines)


def without_values(run: Run) -> Run:
    """The same without values, for what everybody can read: addresses and outcomes, without reasons.

    What is not declared has its id for an address.
    """
    shown = public.addresses(run.plan)
    target = replace(run.plan.target, label=None)
    changes = tuple(
        replace(
            change,
            address=public.address(shown, change.address),
            blocks=tuple(dict.fromkeys(map(block_without_values, change.blocks))),
        )
        for change in run.plan.changes
    )
    results = tuple(
        replace(
            each,
            address=public.address(shown, each.address),
            reason="",
            differences=("the fields are not shown here",) if each.differences else (),
            notes=(),
        )
        for each in run.results
    )
    # How many conflicts there are decides the exit code; what they are is not told.
    left = ("",) * len(run.plan.conflicts)
    return replace(run, plan=replace(run.plan, target=target, changes=changes, conflicts=left), results=results)


def conflicts(run: Run) -> list[str]:
    """What a rollback leaves alone, harmless and one line each."""
    return [message(each) for each in run.plan.conflicts if each]


def _step(result: StepResult, paint: Paint) -> Iterator[str]:
    yield f"{paint(terminal(str(result.address)), Ink.STRONG)}: {outcome(result, paint)}"
    for difference in result.differences:
        yield f"    {message(difference)}"
    for note in result.notes:
        yield f"    {paint(f'# {message(note)}', Ink.QUIET)}"


def outcome(result: StepResult, paint: Paint) -> str:
    """What became of one step, and why."""
    what = participle(result.action)
    known = f"{what} (id {result.live_id})" if result.live_id is not None else what
    told = result.reason.replace("\n", " ")
    reason = f": {message(told)}" if told else ""
    match result.outcome:
        case Outcome.CONFIRMED:
            text = f"{paint(known, Ink.CREATE)}, read back as planned"
        case Outcome.DIFFERS:
            text = f"{known}, {paint('but LivePerson shows other values', Ink.DANGER)}"
        case Outcome.NOT_VISIBLE:
            seen = "but listed still" if result.action is Action.DELETE else "but not visible yet"
            text = f"{known}, {paint(seen, Ink.UPDATE)}"
        case Outcome.UNKNOWN:
            text = f"{paint('unknown', Ink.DANGER)}, may have been {known}"
        case Outcome.STALE:
            text = f"{paint('stale', Ink.DANGER)}, not {what}"
        case Outcome.FAILED:
            text = f"{paint('failed', Ink.DANGER)}, not {what}"
        case Outcome.NOT_ATTEMPTED:
            text = paint("not attempted", Ink.UPDATE)
        case _:
            assert_never(result.outcome)
    return text + reason


def _blocked(run: Run, paint: Paint) -> Iterator[str]:
    for change in run.plan.blocked:
        for reason in map(harmless_block, change.blocks):
            address = paint(terminal(str(change.address)), Ink.STRONG)
            flag = f" ({way_around(reason)})" if reason.allowed_by else ""
            yield f"{address}: {block(reason)}{flag}"


def closing(run: Run, paint: Paint) -> list[str]:
    """The counts and the next step. What is said follows the exit code, so that the two never disagree."""
    stopped = f"{paint('Apply stopped:', Ink.DANGER)} {_steps(run)}."
    match run.exit_code:
        case ExitCode.DONE | ExitCode.BLOCKED if not run.plan.changes:
            lines = [no_changes(run.plan)]
        case ExitCode.DONE:
            lines = [f"{paint('Apply complete:', Ink.CREATE)} {_things(run)}, and read back as planned."]
        case ExitCode.BLOCKED if run.results:
            applied = paint("Applied what is allowed:", Ink.UPDATE)
            left = " ".join(f"{each}." for each in _left(run))
            lines = [f"{applied} {_things(run)}, and read back as planned. {left}"]
        case ExitCode.PARTLY:
            lines = [f"{paint('Apply incomplete:', Ink.DANGER)} {_steps(run)}.", *_next_steps(run)]
        case ExitCode.STALE:
            lines = [stopped, f"{NOTHING}. {PLAN_AGAIN}: the account has changed since."]
        case ExitCode.ACCESS:
            check = "Check the credentials, their permissions and the network, then run the same command again."
            lines = [stopped, f"{NOTHING}. {check}"]
        case ExitCode.ERROR if not run.results:
            lines = [f"{NOTHING}."]
        case ExitCode.ERROR:
            lines = [stopped, f"{NOTHING}. See the reasons, then run the same command again."]
        case ExitCode.BLOCKED | ExitCode.CHANGES | ExitCode.USAGE:  # a run never ends with the last two
            lines = [f"{NOTHING}: {_steps(run)}."]
        case _:
            assert_never(run.exit_code)
    return lines


def _things(run: Run) -> str:
    """How many things were made, changed, deleted. One that was made, then published, counts once, as in the plan."""
    created = {result.address for result in run.results if result.action is Action.CREATE}
    deleted = {result.address for result in run.results if result.action is Action.DELETE}
    changed = {result.address for result in run.results} - created - deleted
    counts = {Action.CREATE: len(created), Action.UPDATE: len(changed), Action.DELETE: len(deleted)}
    return ", ".join(f"{number} {participle(action)}" for action, number in counts.items() if number)


def _steps(run: Run) -> str:
    """How many steps came to what end, how many changes are blocked, and how many conflicts there are."""
    found = Counter(result.outcome for result in run.results)
    counts = [f"{found[each]} {outcome_word(each, found[each])}" for each in Outcome if found[each]]
    return ", ".join([*counts, *_left(run)])


def _left(run: Run) -> list[str]:
    """How much was not tried, and why."""
    blocked = [f"{len(run.plan.blocked)} blocked"] if run.plan.blocked else []
    left = [f"{counted(len(run.plan.conflicts), 'conflict')} left alone"] if run.plan.conflicts else []
    return blocked + left


def outcome_word(outcome: Outcome, number: int) -> str:
    """An outcome behind the number of steps that had it."""
    if outcome is Outcome.CONFIRMED:
        return "done"
    return "differ" if outcome is Outcome.DIFFERS and number > 1 else outcome.value


def _next_steps(run: Run) -> Iterator[str]:
    outcomes = {result.outcome for result in run.results}
    if Outcome.DIFFERS in outcomes:
        yield "LivePerson shows other values than were written. Look at the differences before you go on."
    if Outcome.STALE in outcomes:
        yield f"{PLAN_AGAIN}: the account has changed since."
    elif Outcome.UNKNOWN in outcomes:
        yield f"{PLAN_AGAIN}: it shows what LivePerson has stored."
    elif outcomes & {Outcome.FAILED, Outcome.NOT_ATTEMPTED}:
        yield CONTINUE
    elif Outcome.NOT_VISIBLE in outcomes:
        yield f"{PLAN_AGAIN} in a few minutes: it shows whether the values have arrived."

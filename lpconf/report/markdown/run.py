"""What an apply did, as a job's summary, a comment or a ticket: markdown as GitHub and GitLab show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from lpconf.model.plan import Change
from lpconf.model.record import RunRecord
from lpconf.model.run import Outcome, Run, StepResult
from lpconf.report.history_text import facts, found_later
from lpconf.report.markdown.comment import COMMENT_LIMIT
from lpconf.report.markdown.inert import Space, address, code, folded, listed, listed_in_line, prose, table
from lpconf.report.markdown.risks import blocked
from lpconf.report.paint import painter
from lpconf.report.review_of_plan import harmless_block
from lpconf.report.run_text import closing, conflicts, outcome, outcome_word
from lpconf.report.wording import counted, message, sentence, shorten

_CLOSING = 1_000
"""Bytes kept for headings, and for what is said of what is not shown."""


def render(run: Run, *, limit: int = COMMENT_LIMIT) -> str:
    """How the run ended and what to do next, the numbers, each step that did not go well, what is blocked, what a
    rollback leaves alone, and folded what is done.

    It holds at most `limit` bytes as UTF-8, of which there must be 16,000 or more; what does not fit is counted. Ends
    without a line break.
    """
    return _rendered(["<h3>lpconf apply</h3>"], run, (), Space(limit - _CLOSING))


def record(record: RunRecord, run: Run, *, limit: int = COMMENT_LIMIT) -> str:
    """The same of a run of the past, with who made it, when and from which revision, and what was found out later.

    `run` is the record's own (lpconf.apply.records.run_of). The limit is that of `render`.
    """
    rows = (f"<tr><th>{name}</th><td>{prose(shorten(value))}</td></tr>" for name, value in facts(record.summary))
    head = [f"<h3>lpconf run {code(record.summary.id)}</h3>", "\n".join(["<table>", *rows, "</table>"])]
    return _rendered(head, run, found_later(record), Space(limit - _CLOSING))


def _rendered(head: Sequence[str], run: Run, later: Sequence[str], space: Space) -> str:
    """The head, then the run. `later` has a title and a line for each step that was looked into after the run."""
    head = [
        *head,
        *(f"<p>{prose(line)}</p>" for line in closing(run, painter(color=False))),
        *([_numbers(run)] if run.results or run.plan.blocked else []),
    ]
    space.spend(head)
    parts = [_shown(later[0], [prose(line) for line in later[1:]], space)] if later else []
    parts += [
        _shown(sentence(_title(each)), steps, space)
        for each in Outcome
        if each is not Outcome.CONFIRMED and (steps := _steps(run, each))
    ]
    if run.plan.blocked:
        parts.append(_shown("Blocked", [_blocked(change) for change in run.plan.blocked], space))
    if left := conflicts(run):
        parts.append(_shown("Left alone", [prose(each) for each in left], space))
    if done := _steps(run, Outcome.CONFIRMED):
        parts.append(folded(f"Done: {counted(len(done), 'step')}", _fitting(done, space)))
    return "\n\n".join([*head, *parts])


def _title(outcome: Outcome) -> str:
    """An outcome as the heading of however many steps."""
    return outcome_word(outcome, 2)


def _steps(run: Run, outcome: Outcome) -> list[str]:
    return [_step(result) for result in run.results if result.outcome is outcome]


def _numbers(run: Run) -> str:
    found = Counter(result.outcome for result in run.results)
    columns = [(_title(each), found[each]) for each in Outcome if found[each]]
    if run.plan.blocked:
        columns.append(("blocked", len(run.plan.blocked)))
    return table(columns)


def _shown(title: str, items: Sequence[str], space: Space) -> str:
    return f"<p><b>{title}</b></p>\n{_fitting(items, space)}"


def _fitting(items: Sequence[str], space: Space) -> str:
    """A list as far as it fits; the rest is counted."""
    shown = list(takewhile(lambda item: space.take(f"<li>{item}</li>"), items))
    more = len(items) - len(shown)
    return listed([*shown, *([f"{more} more, not shown for lack of space"] if more else [])])


def _step(result: StepResult) -> str:
    told = [message(each) for each in (*result.differences, *result.notes)]
    said = prose(outcome(result, painter(color=False)))
    return f"{address(str(result.address))}: {said}{listed_in_line(map(prose, told))}"


def _blocked(change: Change) -> str:
    reasons = " ".join(blocked(harmless_block(block)) for block in change.blocks)
    return f"{address(str(change.address))}: {reasons}"

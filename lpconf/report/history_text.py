"""Runs of the past as people read them: the list, one run, and what became of one that was cut short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil

from lpconf.model.errors import ExitCode
from lpconf.model.plan import Action
from lpconf.model.record import DamagedRun, Fate, Recovery, RunRecord, RunSummary, Settled, StepRecord
from lpconf.model.run import Run
from lpconf.report.escape import terminal
from lpconf.report.paint import Ink, Paint, painter
from lpconf.report.review_of_plan import infinitive, participle
from lpconf.report.run_text import run as run_text
from lpconf.report.wording import account, counted, message, shorten, width

_MOST = 20
"""How many steps of one sort are listed."""
_COMMIT = 10
"""How many digits of a commit are shown."""
_WIDEST = 40


def history(runs: Sequence[RunSummary], damaged: Sequence[DamagedRun] = (), *, where: str, color: bool) -> str:
    """One line per run, newest first, under a line that names the columns; then the damaged journals.

    `where` is the state directory that they are in.
    """
    paint = painter(color)
    parts = [_table(runs, paint)] if runs else []
    if damaged:
        lines = (f"  {terminal(each.id)}  {terminal(' '.join(each.reason.splitlines()))}" for each in damaged)
        title = paint("Damaged:", Ink.DANGER)
        parts.append("\n".join([title, *lines, "lpconf show with the run's id says what to do."]))
    return "\n\n".join(parts) or f"No runs in {terminal(where)} yet. lpconf apply makes one."


def _table(runs: Sequence[RunSummary], paint: Paint) -> str:
    titles = ("RUN", "WHEN (UTC)", "WHO", "ACCOUNT", "PLANNED", "ENDED", "REVISION")
    rows = [titles, *(_row(each) for each in runs)]
    widths = [max(width(row[column]) for row in rows) for column in range(len(titles))]
    lines = [
        "  ".join(cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([paint(lines[0], Ink.STRONG), *lines[1:]])


def record(record: RunRecord, run: Run, *, color: bool) -> str:
    """One run: who, when and from which revision, then as `apply` reported it, then what was found out later."""
    paint = painter(color)
    told = (f"  {name + ':':<12}{value}" for name, value in facts(record.summary))
    head = [paint(f"Run {terminal(record.summary.id)}", Ink.STRONG), *told]
    paragraphs = ["\n".join(head), run_text(run, color=color)]
    if later := found_later(record):
        title, *lines = later
        paragraphs.append("\n".join([paint(f"{title}:", Ink.STRONG), *(f"  {line}" for line in lines)]))
    return "\n\n".join(paragraphs)


def facts(summary: RunSummary) -> list[tuple[str, str]]:
    """Who made a run, when, where and from which revision: names with values, harmless and on one line each."""
    rolls_back = [("takes back", f"the run {terminal(summary.rolls_back)}")] if summary.rolls_back else []
    return [
        *rolls_back,
        ("when", when(summary.time)),
        ("by", f"{terminal(summary.user)} on {terminal(summary.host)}"),
        ("where", account(summary.target)),
        ("revision", _revision(summary)),
        ("lpconf", terminal(summary.lpconf_version)),
        ("plan", terminal(summary.digest)),
        ("ended", ending(summary)),
    ]


def found_later(record: RunRecord) -> list[str]:
    """What became of steps whose outcome was unknown: a title and a line for each. Nothing where there is none."""
    settled = [step.settled for step in record.steps if step.settled is not None]
    if not settled:
        return []
    return [f"Found out later, {when(settled[-1].time)}", *map(_settled, settled)]


def looking(summary: RunSummary, seconds: float) -> str:
    """What is said before lpconf looks for what a run that was cut short has sent, for up to some seconds."""
    how = "was cut short" if summary.exit_code is None else _NOT_ALL_KNOWN
    asked = f"lpconf looks for up to {counted(ceil(seconds), 'second')} whether what it sent shows in the account."
    return f"The run {terminal(summary.id)} {how}.\n{asked}"


def waiting(summary: RunSummary, seconds: float) -> str:
    """What is said before lpconf waits for what a run has created, for up to some seconds."""
    created = f"The run {terminal(summary.id)} has created something that the account does not show yet."
    return f"{created}\nlpconf waits for it for up to {counted(ceil(seconds), 'second')}."


def taken_back(summary: RunSummary) -> str:
    """What is said after a run was taken back: what the configuration still does, and where it came from."""
    lines = [
        "A rollback leaves the configuration as it is.",
        "If it still declares what was taken back, the next apply writes that again: revert it there, too.",
    ]
    if summary.revision is not None:
        lines.append(f"The run {terminal(summary.id)} was made of the git revision {_revision(summary)}.")
    return "\n".join(lines)


def recovery(recovery: Recovery) -> str:
    """What became of a run that was cut short: what is done, what is not, and what nobody knows."""
    summary = recovery.summary
    how = "was interrupted" if summary.exit_code is None else _NOT_ALL_KNOWN
    lines = [
        f"The run {terminal(summary.id)} of {when(summary.time)} by {terminal(summary.user)} {how}.",
        "This was found by reading. Nothing was written now.",
    ]
    for fate, title in _TITLES.items():
        lines.extend(_listed(title, [step for step in recovery.steps if step.fate is fate]))
    lines.extend(_listed(_NOT_FOUND_OUT, [step for step in recovery.steps if step.fate is None]))
    if recovery.problem:
        why = [f"  {message(line)}" for line in recovery.problem.splitlines()]
        lines.extend(["It could not be looked into completely. The next command tries again.", *why])
    return "\n".join(lines)


def recovery_in_public(recovery: Recovery) -> str:
    """The same for everybody to read: how many of the run's steps are done, not done, and not known."""
    titles = (_TITLES[step.fate] if step.fate is not None else _NOT_FOUND_OUT for step in recovery.steps)
    found = Counter(title.lower() for title in titles)
    numbers = ", ".join(f"{number} {title}" for title, number in found.items()) or "no steps"
    return f"The run {terminal(recovery.summary.id)} did not come to its end: {numbers}. Nothing was written now."


_NOT_ALL_KNOWN = "ended without knowing all outcomes"
_NOT_FOUND_OUT = "Not found out"
_TITLES = {
    Fate.DONE: "Done",
    Fate.FOREIGN: "Changed by somebody else",
    Fate.UNKNOWN: "Unknown",
    Fate.NOT_DONE: "Not done",
}


def _listed(title: str, steps: Sequence[StepRecord]) -> Iterator[str]:
    if not steps:
        return
    yield f"{title}:"
    for step in steps[:_MOST]:
        reason = step.settled.reason if step.settled else ""
        yield f"  {_thing(step)}" + (f": {message(reason)}" if reason else "")
    if len(steps) > _MOST:
        yield f"  and {len(steps) - _MOST} more"


def _thing(step: StepRecord) -> str:
    """The address, and for what is done what was done with it."""
    if step.fate is not Fate.DONE:
        return terminal(str(step.address))
    known = f", id {step.live_id}" if step.live_id is not None else ""
    return f"{terminal(str(step.address))} ({participle(step.action)}{known})"


def _settled(settled: Settled) -> str:
    known = f" (id {settled.live_id})" if settled.live_id is not None else ""
    reason = f": {message(settled.reason)}" if settled.reason else ""
    what = participle(settled.action)
    match settled.fate:
        case Fate.DONE:
            text = f"{what}{known}"
        case Fate.NOT_DONE:
            text = f"not {what}"
        case Fate.FOREIGN:
            text = f"changed by somebody else{known}"
        case Fate.UNKNOWN:
            text = "unknown"
    return f"{terminal(str(settled.address))}: {text}{reason}"


def _row(run: RunSummary) -> tuple[str, ...]:
    place = " sandbox" if run.target.sandbox else ""
    label = f" ({shorten(terminal(run.target.label), _WIDEST)})" if run.target.label else ""
    return (
        terminal(run.id),
        _moment(run.time),
        shorten(terminal(run.user), _WIDEST),
        f"{terminal(run.target.account)}{label}{place}",
        _planned(run),
        ending(run),
        _revision(run),
    )


def _planned(run: RunSummary) -> str:
    counts = [f"{run.counts[each.value]} to {infinitive(each)}" for each in Action if run.counts.get(each.value)]
    text = ", ".join(counts) or "no changes"
    return f"rollback of {terminal(run.rolls_back)}: {text}" if run.rolls_back else text


def ending(run: RunSummary) -> str:
    """How a run ended, in a few words."""
    if run.exit_code is None:
        return "interrupted" if run.settled else "not ended: interrupted or at work"
    words = {
        ExitCode.DONE: "done",
        ExitCode.BLOCKED: f"done but for what is {'blocked' if run.counts.get('blocked') else 'left alone'}",
        ExitCode.STALE: "stale, nothing written",
        ExitCode.PARTLY: "incomplete",
    }
    text = words.get(ExitCode(run.exit_code), "failed, nothing written")
    return f"{text}, {counted(run.unknown, 'outcome')} unknown" if run.open else text


def when(time: str) -> str:
    """A moment of a journal, as a sentence spells it."""
    return f"{_moment(time)} UTC"


def _moment(time: str) -> str:
    return terminal(time[:19].replace("T", " "))


def _revision(run: RunSummary) -> str:
    if run.revision is None:
        return "none"
    dirty = {True: " with changes", False: "", None: " perhaps with changes"}[run.revision.dirty]
    return f"{terminal(run.revision.commit[:_COMMIT])}{dirty}"

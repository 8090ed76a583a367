"""What GitHub Actions reads: annotations as workflow commands, a job summary that fits, step outputs.

Escaping follows GitHub's own toolkit (@actions/core): `%`, CR and LF in texts, also `:` and `,` in properties.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lpconf.model import public
from lpconf.model.address import Address
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.difference import Difference, Turn
from lpconf.model.drift import Drift, ThingDrift
from lpconf.model.plan import Plan, Risk
from lpconf.model.site import Position
from lpconf.report.escape import terminal
from lpconf.report.review import Notice, Review, ReviewedThing, risk_title
from lpconf.report.wording import LONG_MESSAGE, counted, shorten

SHOWN = 10
"""How many annotations of one level GitHub shows for a step. It drops the others without a word."""

SUMMARY_LIMIT = 1024 * 1024
"""The size of a job summary in bytes. GitHub refuses a longer one as a whole."""

_MOST_DETAILS = 5
_OUTPUT = re.compile(r"[a-z][a-z0-9-]*")


class Level(StrEnum):
    """The levels of an annotation, by GitHub's names."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One remark at a place of a file, or at the job where there is no place. Texts may come from outside."""

    level: Level
    title: str
    lines: tuple[str, ...]
    position: Position | None = None


_LEVELS = {Severity.ERROR: Level.ERROR, Severity.WARNING: Level.WARNING, Severity.NOTE: Level.NOTICE}


def of_diagnostics(diagnostics: Sequence[Diagnostic]) -> tuple[Annotation, ...]:
    """One annotation for each diagnostic, its code as the title."""
    return tuple(
        Annotation(
            _LEVELS[each.severity],
            each.code,
            (
                f"{each.path}: {each.message}" if each.path else each.message,
                *(each.hint.split("\n") if each.hint else ()),
            ),
            each.position,
        )
        for each in diagnostics
    )


def of_review(review: Review) -> tuple[Annotation, ...]:
    """What is urgent, the diagnostics of a plan or a difference, an error for each blocked change, a warning for each
    risky one.
    """
    urgent = (note for notice in review.notices if notice.urgent for note in _of_notice(notice, review.things))
    changes = (note for thing in review.things for note in _of_thing(thing))
    return (*urgent, *of_diagnostics(review.diagnostics), *changes)


def of_drift(
    drift: Drift, positions: Mapping[Address, Position], *, addresses_only: bool = False
) -> tuple[Annotation, ...]:
    """A warning for each thing that has drifted, without values. `positions` are those of the declared things.

    With `addresses_only` what is not declared is shown without its name.
    """
    shown = {
        thing.address: public.address(drift.in_public, thing.address) if addresses_only else thing.address
        for thing in drift.things
    }
    return tuple(
        Annotation(Level.WARNING, "Drift", (_drifted(thing, shown[thing.address]),), positions.get(thing.address))
        for thing in drift.things
    )


def _drifted(thing: ThingDrift, address: Address) -> str:
    fields = f" ({', '.join(field.word for field in thing.fields)})" if thing.fields else ""
    return f"{address}: {thing.deviation.value}{fields}"


def _of_notice(notice: Notice, things: Sequence[ReviewedThing]) -> Iterator[Annotation]:
    for index, line in enumerate(notice.lines):
        thing = notice.thing(index)
        position = things[thing].position if thing is not None else notice.position(index)
        yield Annotation(Level.WARNING, notice.title, (line,), position)


def _of_thing(thing: ReviewedThing) -> Iterator[Annotation]:
    what = f"{thing.address} {thing.headline}"
    if thing.blocks:
        reasons = [
            f"{each.reason} Allowed by {each.allowed_by}" if each.allowed_by else each.reason for each in thing.blocks
        ]
        yield Annotation(Level.ERROR, "Blocked", (what, *reasons), thing.position)
    if thing.risks:
        yield Annotation(
            Level.WARNING, risk_title(thing.risks[0].kind), (what, *map(_risk, thing.risks)), thing.position
        )


def _risk(risk: Risk) -> str:
    more = len(risk.details) - _MOST_DETAILS
    details = ", ".join(risk.details[:_MOST_DETAILS])
    return " ".join(each for each in (risk.text, details, f"... and {more} more" if more > 0 else "") if each)


def render(annotations: Sequence[Annotation], locate: Callable[[str], str]) -> str:
    """The annotations as workflow commands, one a line, in their order.

    `locate` turns a file into its path from the root of the repository. Where there are more of a level than GitHub
    shows, the last one shown says so, and those beyond it are lines of the log.
    """
    total = Counter(each.level for each in annotations)
    done: Counter[Level] = Counter()
    lines = []
    for each in annotations:
        done[each.level] += 1
        if total[each.level] <= SHOWN or done[each.level] < SHOWN:
            lines.append(_command(each, locate))
            continue
        if done[each.level] == SHOWN:
            more = f"GitHub shows no more of them here: {_more(total[each.level] - SHOWN + 1, each.level)} in the log."
            lines.append(_command(Annotation(each.level, "lpconf", (more,)), locate))
        lines.append(_line(each))
    return "\n".join(lines)


def _more(number: int, level: Level) -> str:
    return counted(number, f"more {level.value}")


def _line(annotation: Annotation) -> str:
    place = f"{annotation.position}: " if annotation.position else ""
    return terminal(f"{place}{annotation.level.value}: {_shorten(' '.join(annotation.lines))}")


def _command(annotation: Annotation, locate: Callable[[str], str]) -> str:
    properties = {"title": annotation.title}
    if position := annotation.position:
        place = {"file": locate(position.file), "line": str(position.line), "col": str(position.column)}
        properties = {**place, **properties}
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{annotation.level.value} {written}::{_data(annotation.lines)}"


def _data(lines: Sequence[str]) -> str:
    """The lines as the text of a command. Their own line breaks are visible, and break no line."""
    return "%0A".join(terminal(_shorten(line)).replace("%", "%25") for line in lines)


def _property(text: str) -> str:
    return terminal(_shorten(text)).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def _shorten(text: str) -> str:
    return shorten(text, LONG_MESSAGE)


def diagnostics_summary(diagnostics: Sequence[Diagnostic], locate: Callable[[str], str], summary: str) -> str:
    """A job summary of what was found in a configuration: the sentence, then a line for each diagnostic, as code."""
    lines = [_summary_line(each, locate) for each in diagnostics]
    # Indented text is code in markdown, whatever characters are in it: no fence that a text could close.
    listed = "\n".join(f"    {line}" for line in lines)
    return f"### lpconf\n\n{summary}\n" + (f"\n{listed}\n" if lines else "")


def _summary_line(diagnostic: Diagnostic, locate: Callable[[str], str]) -> str:
    position = diagnostic.position
    place = f"{locate(position.file)}:{position.line}:{position.column}: " if position else ""
    path = f"{diagnostic.path}: " if diagnostic.path else ""
    return terminal(_shorten(f"{place}{diagnostic.severity.value}: {path}{diagnostic.message}"))


def fit(markdown: str, limit: int) -> str:
    """The text in at most `limit` bytes of UTF-8: whole lines of it, and a last one that says what is missing."""
    if len(markdown.encode("utf-8", "backslashreplace")) <= limit:
        return markdown
    note = "\n\n**The rest does not fit here.** Run the command to see all of it.\n"
    room, kept = limit - len(note), []
    for line in markdown.splitlines(keepends=True):
        room -= len(line.encode("utf-8", "backslashreplace"))
        if room < 0:
            break
        kept.append(line)
    return "".join(kept) + note


def plan_outputs(plan: Plan, exit_code: int) -> dict[str, str]:
    """The step outputs of a plan: `changes` (true or false), numbers, and what `--detailed-exitcode` exits with."""
    from lpconf.model.plan import Action

    return {
        "changes": _flag(bool(plan.changes)),
        **{action.value: str(plan.count(action)) for action in Action},
        "blocked": str(len(plan.blocked)),
        "unchanged": str(plan.unchanged),
        "exit-code": str(exit_code),
    }


def validate_outputs(diagnostics: Sequence[Diagnostic], exit_code: int) -> dict[str, str]:
    """The step outputs of a validation: `valid` (true or false), and how many errors, warnings and notes."""
    found = Counter(each.severity for each in diagnostics)
    return {
        "valid": _flag(not found[Severity.ERROR]),
        "errors": str(found[Severity.ERROR]),
        "warnings": str(found[Severity.WARNING]),
        "notes": str(found[Severity.NOTE]),
        "exit-code": str(exit_code),
    }


def drift_outputs(drift: Drift, exit_code: int) -> dict[str, str]:
    """The step outputs of a drift: `drifted` (true or false), and how many things."""
    return {"drifted": _flag(bool(drift.things)), "things": str(len(drift.things)), "exit-code": str(exit_code)}


def difference_outputs(difference: Difference, exit_code: int) -> dict[str, str]:
    """The step outputs of a difference: `changes` (true or false), numbers, and how many warnings are new."""
    return {
        "changes": _flag(not difference.empty),
        **{turn.value: str(difference.count(turn)) for turn in Turn},
        "unchanged": str(difference.unchanged),
        "new-warnings": str(len(difference.findings)),
        "exit-code": str(exit_code),
    }


def outputs(values: Mapping[str, str], delimiter: str) -> str:
    """Step outputs as the lines of GitHub's output file. `delimiter` is random: a value cannot end itself with it.

    Raises ValueError for a name that is none, or a value that holds the delimiter.
    """
    if not all(_OUTPUT.fullmatch(name) and delimiter not in value for name, value in values.items()):
        raise ValueError("a step output that cannot be written")
    return "".join(f"{name}<<{delimiter}\n{value}\n{delimiter}\n" for name, value in values.items())


def _flag(value: bool) -> str:
    return "true" if value else "false"

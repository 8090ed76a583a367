"""Diagnostics as people read them, in the way of compilers: the place, the problem, the source line, the way out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.site import Position
from lpconf.report.escape import terminal
from lpconf.report.paint import Ink, Paint, painter
from lpconf.report.wording import message, severities, width

_WIDEST_SOURCE = 120
"""How many characters of a source line are shown."""

_BEFORE_TOKEN = 60
"""How many of them stand before the place, where the line is cut."""

_TOKEN = re.compile(
    r"""
      "(?:[^"\\]|\\.)*"     # a quoted value
    | '(?:[^']|'')*'
    | [\[\]{}|>](?=\s|$)    # the start of a list, a map or a block: one caret
    | [^\s\[\]{},][^\n]*?(?=\s*$|\s+\#|:(?:\s|$)|\s*[\]}]|,(?:\s|$))
    """,
    re.VERBOSE,
)
"""What a caret underlines: one value or key of a line of YAML. A guess; the first character is what counts."""


def render(diagnostics: Sequence[Diagnostic], *, color: bool) -> str:
    """All diagnostics in their order, and their count in the last line. Empty when there are none.

    Each starts with `file:line:column: ` where its place is known, then `warning: ` or `note: ` unless it is an
    error, then its path and message. Ends without a line break; without colour there is no ESC in it.
    """
    if not diagnostics:
        return ""
    paint = painter(color)
    lines = [line for diagnostic in diagnostics for line in _diagnostic(diagnostic, paint)]
    return "\n".join([*lines, f"{severities(diagnostics)}."])


def _diagnostic(diagnostic: Diagnostic, paint: Paint) -> Iterator[str]:
    ink = _ink(diagnostic.severity)
    place = f"{paint(terminal(str(diagnostic.position)), Ink.STRONG)}: " if diagnostic.position else ""
    severity = "" if diagnostic.severity is Severity.ERROR else f"{paint(f'{diagnostic.severity.value}:', ink)} "
    path = f"{message(diagnostic.path)}: " if diagnostic.path else ""
    yield f"{place}{severity}{path}{message(diagnostic.message)}"
    if diagnostic.position and diagnostic.source is not None:
        yield from _snippet(diagnostic.source, diagnostic.position, ink, paint)
    for hint in diagnostic.hint.split("\n") if diagnostic.hint else ():
        yield f"  {message(hint)}"


def _ink(severity: Severity) -> Ink:
    match severity:
        case Severity.ERROR:
            return Ink.DANGER
        case Severity.WARNING:
            return Ink.UPDATE
        case Severity.NOTE:
            return Ink.QUIET
        case _:
            assert_never(severity)


def _snippet(source: str, position: Position, ink: Ink, paint: Paint) -> Iterator[str]:
    before, token, after = _cut(source.rstrip("\r\n"), position.column)
    number = f"{position.line:>4}"
    bar = paint("|", Ink.QUIET)
    carets = paint("^" * max(width(token), 1), ink)
    # Once more as a whole: pieces that are harmless alone may make a build server's command together.
    yield f"{paint(number, Ink.QUIET)} {bar} {terminal(before + token + after)}"
    yield f"{' ' * len(number)} {bar} {' ' * width(before)}{carets}"


def _cut(line: str, column: int) -> tuple[str, str, str]:
    """What stands before the place, the token at it, and what follows: escaped piece by piece, so that widths add up.

    `column` counts characters from 1. One outside the line means the nearest end of it.
    """
    start = min(max(column - 1, 0), len(line))
    found = _TOKEN.match(line, start, start + _WIDEST_SOURCE)
    end = found.end() if found else min(start + 1, len(line))
    first, last = 0, len(line)
    if len(line) > _WIDEST_SOURCE:
        first = max(min(start - _BEFORE_TOKEN, len(line) - _WIDEST_SOURCE), 0)
        last = first + _WIDEST_SOURCE
    end = min(end, last)
    before = ("..." if first else "") + terminal(line[first:start])
    after = terminal(line[end:last]) + ("..." if last < len(line) else "")
    return before, terminal(line[start:end]), after

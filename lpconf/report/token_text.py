"""What LivePerson would say to a token, as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from lpconf.model.json import JsonObject
from lpconf.model.quirks import Evidence
from lpconf.model.token import Finding, Status, TokenCheck, Verdict
from lpconf.report.escape import terminal
from lpconf.report.paint import Ink, Paint, painter
from lpconf.report.value import quoted
from lpconf.report.wording import message, shorten

_WIDTH = max(len(status.value) for status in Status)


def check(check: TokenCheck, *, color: bool) -> str:
    """The verdict in one line; the findings; then header and claims, without the signature.

    Ends without a line break; without colour there is no ESC in it.
    """
    paint = painter(color)
    lines = [paint(message(check.summary), _verdict_ink(check.verdict)), "", f"Checked for {message(check.connector)}:"]
    lines += [line for finding in check.findings for line in _finding(finding, paint)]
    for title, values in (("Header", check.header), ("Claims", check.claims)):
        lines += _values(title, values)
    return "\n".join(lines)


def findings(check: TokenCheck, *, color: bool) -> str:
    """Only what is not as it should be, one finding a line or two. Empty when there is nothing."""
    paint = painter(color)
    told = (finding for finding in check.findings if finding.status is not Status.OK)
    return "\n".join(line for finding in told for line in _finding(finding, paint))


def _verdict_ink(verdict: Verdict) -> Ink:
    match verdict:
        case Verdict.ACCEPTED:
            return Ink.CREATE
        case Verdict.UNKNOWN:
            return Ink.UPDATE
        case Verdict.REFUSED:
            return Ink.DANGER
        case _:
            assert_never(verdict)


def _ink(status: Status) -> Ink:
    match status:
        case Status.OK:
            return Ink.CREATE
        case Status.NOTE:
            return Ink.QUIET
        case Status.WARNING | Status.UNCHECKED:
            return Ink.UPDATE
        case Status.ERROR:
            return Ink.DANGER
        case _:
            assert_never(status)


def _finding(finding: Finding, paint: Paint) -> Iterator[str]:
    status = paint(finding.status.value, _ink(finding.status)) + " " * (_WIDTH - len(finding.status.value))
    yield f"  {status}  {message(finding.message)}{_answer(finding)}"
    if finding.hint:
        yield f"  {' ' * _WIDTH}    {message(finding.hint)}"


def _answer(finding: Finding) -> str:
    """What LivePerson answers, and whether that is a guess."""
    codes = f"IdP code {finding.answer}" if finding.answer else ""
    guess = "a guess" if finding.evidence is Evidence.GUESS else ""
    told = ", ".join(text for text in (codes, guess) if text)
    return f" ({told})" if told else ""


def _values(title: str, values: JsonObject) -> Iterator[str]:
    if values:
        yield from ("", f"{title}:")
        for name, value in values.items():
            yield f"  {terminal(shorten(name))} = {shorten(quoted(value))}"

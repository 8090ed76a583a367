"""A review as a comment on a pull request, or a job's summary: markdown as GitHub and GitLab show it.

Nothing in it depends on when or by what it was made: an updated comment differs only where the review does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lpconf.model.diagnostic import Diagnostic
from lpconf.report.markdown.inert import Space, code, folded, listed, prose, size, table
from lpconf.report.markdown.risks import read_first
from lpconf.report.markdown.thing import in_one_line, is_grave, rank, section
from lpconf.report.review import Mark, Notice, Review, ReviewedThing
from lpconf.report.wording import counted, message, severities, shorten

COMMENT_LIMIT = 60_000
"""Bytes. A comment on GitHub holds 65,536 characters; counted in bytes it fits by every way of counting."""

_CLOSING = 1_000
"""Bytes kept for what is said of what is not shown."""
_LONGEST_SENTENCE = 1_500
"""Characters of the opening and of the closing."""
_MOST_DIAGNOSTICS = 20
_MOST_LINES = 20

_READ_FIRST = "<h4>Read this first</h4>"


def render(review: Review, *, limit: int = COMMENT_LIMIT) -> str:
    """Where and how much, what to read first, then a folded section for each thing, in the review's order.

    It holds at most `limit` bytes as UTF-8, of which there must be 16,000 or more. What does not fit is counted: the
    fields of harmless changes go first, then their addresses, and only then what must be read. Ends without a line
    break.
    """
    space = Space(limit - _CLOSING)
    head = [f"<h3>lpconf {review.title.lower()}</h3>", *_summary(review)]
    space.spend(head)
    space.spend([_READ_FIRST])
    before = [
        *(_notice(notice, space) for notice in review.notices if notice.urgent),
        *read_first(review.things, space),
        *(_notice(notice, space) for notice in review.notices if not notice.urgent),
        _diagnostics(review.diagnostics, space),
    ]
    to_read = [each for each in before if each]
    first = [_READ_FIRST] if to_read else []
    return "\n\n".join([*head, *first, *to_read, *_things(review, space, limit // 8)])


def _summary(review: Review) -> Iterator[str]:
    yield f"<p>{prose(shorten(review.opening, _LONGEST_SENTENCE))}</p>"
    if not review.things:
        return
    yield table([(prose(count.label), count.number) for count in review.counts])
    if review.closing:
        yield f"<p>{prose(shorten(review.closing, _LONGEST_SENTENCE))}</p>"


def _notice(notice: Notice, space: Space) -> str:
    show = code if notice.addresses else prose
    shown = [show(message(line)) for line in notice.lines[:_MOST_LINES]]
    more = len(notice.lines) - len(shown)
    items = [*shown, *([f"and {more} more"] if more else [])]
    text = f"<p><b>{prose(notice.title)}</b></p>\n{listed(items)}"
    if space.take(text):
        return text
    short = f"<p><b>{prose(notice.title)}</b>: {counted(len(notice.lines), 'line')}, not shown for lack of space.</p>"
    space.spend([short])
    return short


def _diagnostics(diagnostics: Sequence[Diagnostic], space: Space) -> str:
    if not diagnostics:
        return ""
    items = [_diagnostic(each) for each in diagnostics[:_MOST_DIAGNOSTICS]]
    if not space.take(listed(items), at_most=4):
        items = []
    more = len(diagnostics) - len(items)
    numbers = severities(diagnostics)
    text = folded(numbers, listed([*items, *([f"{more} more, not shown"] if more else [])]))
    space.spend([folded(numbers)])
    return text


def _diagnostic(diagnostic: Diagnostic) -> str:
    place = f"{code(str(diagnostic.position))}: " if diagnostic.position else ""
    path = f"{code(message(diagnostic.path))}: " if diagnostic.path else ""
    hint = f"<br>{prose(message(diagnostic.hint))}" if diagnostic.hint else ""
    told = prose(message(diagnostic.message))
    return f"{place}{diagnostic.severity.value} {code(diagnostic.code)}: {path}{told}{hint}"


def _things(review: Review, space: Space, longest: int) -> Iterator[str]:
    """The sections in the things' order; then what is there by its address only; then what is counted only."""
    things = review.things
    sections, lines = _chosen(things, space, longest)
    for index in sorted(sections):
        yield sections[index]
    if lines:
        yield f"<p>Without their fields, for lack of space:</p>\n{listed(lines[index] for index in sorted(lines))}"
    left = Counter(thing.mark for index, thing in enumerate(things) if index not in sections and index not in lines)
    if left:
        numbers = ", ".join(f"{left[mark]} {review.words[mark]}" for mark in Mark if left[mark])
        yield f"<p><b>{counted(left.total(), 'more change')} not shown here, for lack of space</b>: {numbers}.</p>"
    if lines or left:
        yield "<p>lpconf shows all of it with <code>-o text</code>.</p>"


def _chosen(things: Sequence[ReviewedThing], space: Space, longest: int) -> tuple[dict[int, str], dict[int, str]]:
    """Which things get a section, and which one line, by their index.

    What must be read gets its section first, within half of the space; then every thing its line; what is left makes
    sections of lines.
    """
    ranked = sorted(range(len(things)), key=lambda index: rank(things[index]))
    sections: dict[int, str] = {}
    lines: dict[int, str] = {}
    half = space.half()
    for index in ranked:
        if not is_grave(things[index]):
            break
        text = section(things[index], longest)
        if not half.take(text):
            break
        space.take(text)
        sections[index] = text
    rest = [index for index in ranked if index not in sections]
    for index in rest:
        text = in_one_line(things[index])
        if not space.take(f"<li>{text}</li>"):
            break
        lines[index] = text
    if len(lines) < len(rest):
        return sections, lines
    for index in rest:
        text = section(things[index], longest)
        if not space.take(text, instead_of=size(lines[index])):
            break
        sections[index] = text
        del lines[index]
    return sections, lines

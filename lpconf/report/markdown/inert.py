"""Text from outside in markdown as GitHub and GitLab take it, so that nothing in it is acted on.

All but code stands in blocks of HTML, in which markdown is not looked at (CommonMark 4.6, kind 6: from a line that
starts with a block's tag to the next blank line). What is left then are the passes that both make over the finished
page: mentions, references to issues and commits, emoji, formulas. They leave out what stands in `<code>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from lpconf.report.escape import terminal
from lpconf.report.wording import shorten

_LONGEST_ADDRESS = 200
"""How many characters of an address are shown."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.?)*+"?|\s+|[^\s"]+')
"""What stands in quotes is one piece; without an end, as where a long name was cut, it goes to the end of the text."""

_PLAIN = re.compile(
    r"""
      \s+
    | [().,:;!?]+
    | ->
    | \(*+
      (?![0-9a-f]{7,}\b)                                  # would be taken for a commit
      (?:[^\W\d_]++(?:['-][^\W\d_]++)*+ | [0-9]{1,6}+%?+)
      [).,:;!?]*+
    """,
    re.VERBOSE,
)
"""Spaces, words and small numbers with their punctuation: what nothing acts on."""

_BACKTICKS = re.compile(r"`+")


def code(text: str) -> str:
    """A text as `<code>`. Its content is the text, whatever is in it."""
    return _code(terminal(text))


def address(text: str) -> str:
    """The address of a thing, if need be without its end."""
    return code(shorten(text, _LONGEST_ADDRESS))


def prose(text: str) -> str:
    """A sentence that may hold names and values: they and all that is not a plain word stand in `<code>`."""
    return "".join(_runs(_TOKEN.findall(terminal(text))))


def _runs(tokens: Iterable[str]) -> Iterator[str]:
    """Words as they are; what is not plain and stands together as one piece of code, but for a full stop behind it."""
    odd = ""
    for token in tokens:
        if _PLAIN.fullmatch(token) is None:
            odd += token
            continue
        yield from _odd(odd)
        odd = ""
        yield _escaped(token)
    yield from _odd(odd)


def _odd(text: str) -> Iterator[str]:
    if not text:
        return
    # A bracket that the sentence has opened is the sentence's own.
    end = len(text.rstrip(".,:;!?" if "(" in text else ".,:;!?)")) or len(text)
    yield _code(text[:end])
    yield text[end:]


def _code(text: str) -> str:
    return f"<code>{_escaped(text)}</code>"


def _escaped(text: str) -> str:
    # Between tags quotes are text like any other. In an attribute they would not be: nothing from outside goes there.
    return escape(text, quote=False)


def fenced(lines: Iterable[str], language: str) -> str:
    """Lines as a block of code, between fences that no line of it can close."""
    text = "\n".join(map(terminal, lines))
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(longest + 1, 3)
    return f"{fence}{language}\n{text}\n{fence}"


def listed(items: Iterable[str]) -> str:
    """A list of finished pieces of HTML, one line each."""
    lines = [f"<li>{item}</li>" for item in items]
    return "\n".join(["<ul>", *lines, "</ul>"]) if lines else ""


def listed_in_line(items: Iterable[str]) -> str:
    """The same on one line, for inside of another list's item."""
    return listed(items).replace("\n", "")


def table(columns: Sequence[tuple[str, int]]) -> str:
    """Names, finished pieces of HTML, with a number below each."""
    names = "".join(f"<th>{name}</th>" for name, _ in columns)
    numbers = "".join(f'<td align="right">{number}</td>' for _, number in columns)
    return f"<table>\n<tr>{names}</tr>\n<tr>{numbers}</tr>\n</table>"


def folded(summary: str, *parts: str) -> str:
    """A section that opens at a click: a finished line, and finished parts, HTML or markdown."""
    return "\n\n".join([f"<details>\n<summary>{summary}</summary>", *parts, "</details>"])


def size(text: str) -> int:
    """How many bytes a text takes, with the line breaks and the tags of a list item around it."""
    return len(text.encode()) + len("\n\n<li></li>")


class Space:
    """How many bytes are left."""

    def __init__(self, size: int) -> None:
        self._left = size

    def take(self, text: str, *, instead_of: int = 0, at_most: int = 1) -> bool:
        """Take the space of a text, unless it does not fit, or takes more than a share (1 by `at_most`) of the rest.

        `instead_of` bytes become free.
        """
        needed = size(text) - instead_of
        if needed > self._left // at_most:
            return False
        self._left -= needed
        return True

    def spend(self, texts: Iterable[str]) -> None:
        """Take the space of what is there in any case."""
        self._left -= sum(map(size, texts))

    def half(self) -> Space:
        """Half of what is left, to be taken from both."""
        return Space(self._left // 2)

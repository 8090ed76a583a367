"""What the YAML parser complains about, in plain words and at the place to mend.

The parser's own messages are never passed on: they are for people who write parsers, and may quote the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lpconf.config.document import Mark, Source, make_mark, place_of
from lpconf.config.problems import Complaint
from lpconf.resources import public_key

if TYPE_CHECKING:
    from yaml.error import MarkedYAMLError

_CODE = "yaml.syntax"
_QUOTE_IT = "Put the text in quotes."


@dataclass(frozen=True, slots=True)
class _Rule:
    """If the parser's problem and context match, what to say. `at_start` points to where the construct starts."""

    problem: str
    message: str
    hint: str
    context: str = ""
    at_start: bool = False


# libyaml's words first, PyYAML's own where they differ.
_RULES = (
    _Rule(
        r"unexpected end of stream|unexpected document",
        "the quote that opens here is never closed",
        "Close it. A quote inside a text in single quotes is written twice.",
        context="quoted scalar",
        at_start=True,
    ),
    _Rule(
        r"unknown escape",
        "a backslash in double quotes starts an escape, and this one does not exist",
        "Write the backslash twice, or use single quotes.",
    ),
    _Rule(
        r"hexdec|Unicode character escape",
        "this escape is not the number of a character",
        "Write the character itself, or use single quotes.",
    ),
    _Rule(
        r"expected ',' or '\]'",
        'the list that opens here is not closed, or lacks a "," between two items',
        'Close it with "]".',
        at_start=True,
    ),
    _Rule(
        r"expected ',' or '\}'",
        'the map that opens here is not closed, or lacks a "," between two entries',
        'Close it with "}".',
        at_start=True,
    ),
    _Rule(
        r"mapping values are not allowed",
        'a ":" is not allowed here',
        'Put a text that holds ": " in quotes. Otherwise check the indentation of this line and the one above.',
    ),
    _Rule(
        r"block sequence entries are not allowed|sequence entries are not allowed",
        'a "- " is not allowed here',
        "Start the list on a line of its own.",
    ),
    _Rule(r"mapping keys are not allowed", 'a "? " is not allowed here', _QUOTE_IT),
    _Rule(
        r"could not find expected ':'",
        'a line that is not "key: value" stands here',
        "Write a space after the colon, and check the indentation.",
        at_start=True,
    ),
    _Rule(
        r"did not find expected key|expected <block end>",
        "the indentation does not fit the lines above",
        "Indent the keys of one thing by the same number of spaces.",
        context="block mapping",
    ),
    _Rule(
        r"'-' indicator|expected <block end>",
        "the indentation does not fit the list above",
        'Start each item with "- " in the same column.',
    ),
    _Rule(r"tab character", "a tab cannot indent", "Indent with spaces."),
    _Rule(r"alphabetic or numeric", 'a text cannot start with "*" or "&"', _QUOTE_IT, at_start=True),
    _Rule(r"document start|directive|incompatible", "the file goes on after its end", "Keep one document in a file."),
    _Rule(
        r"comment or line break|indentation indicator|chomping", "a block of text starts wrongly", "Write only | or >."
    ),
)

_UNQUOTED_VARIABLE = re.compile(r"[\[{,:]\s*(?P<text>[^\s'\"\[{,]*\$\{)")

_CONFLICT = re.compile(r"(?:<{7}|>{7}|[|]{7})(?: .*)?|={7}")

_KEY_BEGINS = re.compile(r"[^#]*?(?P<begin>-----BEGIN [A-Z0-9 ]+-----)\s*")
_LONGEST_KEY = 100
"""Lines of a pasted key. The longest in use has about 60."""

_LONGEST = 1_000
"""Characters of a line that is searched."""

_RESERVED = frozenset("@`%")
"""Characters that YAML keeps for itself."""


def explain(error: MarkedYAMLError, source: Source) -> tuple[Mark, Complaint]:
    """Where the parser's error is, and what to tell the user."""
    if (conflict := _conflict(source)) is not None:
        return conflict
    problem, context = error.problem or "", error.context or ""
    at = _mark(error.problem_mark, source)
    start = _mark(error.context_mark, source) if error.context_mark else at
    line, column = place_of(at)
    text = source.lines[line] if line < len(source.lines) else ""
    if (key := _pasted_key(source, max(line, place_of(start)[0]))) is not None:
        return key
    char = text[column : column + 1]
    if "\t" in text[: len(text) - len(text.lstrip())] and "quoted" not in context:
        return make_mark(line, text.index("\t")), Complaint(_CODE, "a tab cannot indent", "Indent with spaces.")
    if "cannot start any token" in problem and char in _RESERVED:
        return at, Complaint(_CODE, f'a text cannot start with "{char}"', _QUOTE_IT)
    if "\N{NO-BREAK SPACE}" in text:
        place = make_mark(line, text.index("\N{NO-BREAK SPACE}"))
        return place, Complaint(_CODE, "a non-breaking space stands here", "Replace it with a plain space.")
    # Searching takes quadratic time, and nobody writes a line this long.
    if "flow" in context and len(text) <= _LONGEST and (unquoted := _UNQUOTED_VARIABLE.search(text)):
        message = "a text with a variable needs quotes inside [ ] and { }"
        return make_mark(line, unquoted.start("text")), Complaint(_CODE, message, _QUOTE_IT)
    for rule in _RULES:
        if re.search(rule.problem, problem) and rule.context in context:
            return start if rule.at_start else at, Complaint(_CODE, rule.message, rule.hint)
    return at, Complaint(_CODE, "this is not valid YAML", "Check the quotes, colons and indentation here and above.")


def _conflict(source: Source) -> tuple[Mark, Complaint] | None:
    """The first mark that git leaves where two changes of a merge meet."""
    line = next((number for number, text in enumerate(source.lines) if _CONFLICT.fullmatch(text[:_LONGEST])), None)
    if line is None:
        return None
    hint = "Keep what is right of both sides, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>."
    return make_mark(line, 0), Complaint(_CODE, "this line is git's mark of a merge conflict", hint)


def _pasted_key(source: Source, line: int) -> tuple[Mark, Complaint] | None:
    """The beginning of a key in PEM that goes on to this line, whose lines are not indented as YAML needs it."""
    for number in range(min(line, len(source.lines) - 1), max(line - _LONGEST_KEY, -1), -1):
        text = source.lines[number][:_LONGEST]
        if begins := _KEY_BEGINS.fullmatch(text):
            return make_mark(number, begins.start("begin")), _key_complaint(begins["begin"])
        if "-----END " in text and number < line:
            return None
    return None


def _key_complaint(text: str) -> Complaint:
    try:
        public_key.parse(text)
    except public_key.NotAPublicKeyError as error:
        if error.private:
            return Complaint("key.private", error.message, error.hint)
    return Complaint(
        _CODE,
        "a key of several lines needs | and indentation",
        "Write jwt_public_key: | and indent the lines of the key below it, or name its file: {file: keys/idp.pub.pem}.",
    )


def _mark(mark: object, source: Source) -> Mark:
    """The parser's mark, kept inside the text: it may point behind the last line."""
    line, column = int(getattr(mark, "line", 0)), int(getattr(mark, "column", 0))
    last = len(source.lines) - 1
    if line > last or (line == last and not source.lines[last]):
        line = max((number for number, text in enumerate(source.lines) if text.strip()), default=0)
        column = len(source.lines[line].rstrip())
    return make_mark(line, column)

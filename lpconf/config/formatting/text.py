"""The house's layout for YAML files. What is written anew, and what stays as it is:

- Two spaces for each level; the dashes of a list stand two spaces behind the key of the list.
- One space behind `-`, `?`, `:` and anchors, none before `:` (one behind an alias).
- No white space at the end of lines, at most one empty line in a row, none at the start and the end of the file, and a
  line end behind the last line. All line ends are of the kind of the first one, so that a checkout on Windows stays
  as it is.
- A comment on a line of its own is indented like what follows it; one that is indented more stays with the list or map
  above that it belongs to, and so does an item (`#- name: X`) directly below its list. A comment at the end of a line
  stays there. Comments that were aligned in a column stay aligned, and so does a comment that goes on in the next line.
- Lists and maps in brackets, texts of several lines and blocks of text (| and >) move as a whole. Inside of brackets
  only the white space at the start and the end of lines is written anew.

The order of keys, quotes, long lines, and every value and comment stay. Nothing is joined and nothing is split.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from lpconf.config.document import BREAK, Source, make_mark
from lpconf.config.files import MAX_FILE
from lpconf.config.formatting.lines import line_end_of
from lpconf.config.formatting.walk import BLANK, UnsureError, Written, write_anew
from lpconf.config.parser import EMPTY, loader, parse
from lpconf.config.problems import Complaint, Problems


def format_text(text: str, source: Source, problems: Problems) -> str | None:
    """The text in the house's layout, or None when it is not YAML that the loader takes: `problems` say why.

    The result is safe to write: it holds the same values, written in the same way, and the same comments at the same
    places, and formatting it again changes nothing. Where that cannot be had, the answer is None, too.
    Text that only the schema refuses can be formatted, and so can text that holds comments only, or nothing.
    """
    if _is_only_comments(text, source):
        return _comments(text)
    if parse(text, source, problems) is None or problems:
        return None
    import yaml  # 18 ms that other commands need not wait for

    try:
        written = _write(text, yaml)
        if written.text != text:
            _prove(text, written, yaml)
    except (UnsureError, yaml.YAMLError):
        complaint = Complaint(
            "format.unsure",
            "lpconf cannot format this file without changing what it says",
            "It is left as it is. That is a bug in lpconf: please report it with what is special in the file.",
        )
        problems.add(source, make_mark(0, 0), complaint, hidden=True)
        return None
    return written.text


def _is_only_comments(text: str, source: Source) -> bool:
    if any(line[:1] not in ("", "#") for line in _stripped(text)):
        return False
    problems = Problems()
    parse(text, source, problems)
    return problems.codes == {EMPTY}


def _stripped(text: str) -> list[str]:
    return [line.strip(BLANK) for line in BREAK.split(text)]


def _comments(text: str) -> str:
    """Comments alone, as they stand below everything else: none is indented, one empty line in a row."""
    kept: list[str] = []
    for line in _stripped(text):
        if line or (kept and kept[-1]):
            kept.append(line)
    kept = kept if not kept or kept[-1] else kept[:-1]
    line_end = line_end_of(text)
    return "".join(line + line_end for line in kept)


def _write(text: str, yaml: Any) -> Written:
    return write_anew(text, yaml.scan(text, Loader=loader(yaml)), yaml, longest=max(MAX_FILE, len(text)))


def _prove(text: str, written: Written, yaml: Any) -> None:
    """Raise UnsureError unless the written text says what the text says, and would be written the same again."""
    again = _write(written.text, yaml)
    if again.text != written.text or again.comments != written.comments:
        raise UnsureError
    if any(before != after for before, after in zip_longest(_said(text, yaml), _said(written.text, yaml))):
        raise UnsureError


def _said(text: str, yaml: Any) -> Iterator[tuple[object, ...]]:
    """What the parser's events say, without their places."""
    names = ("anchor", "tag", "implicit", "explicit", "value", "style", "flow_style")
    for event in yaml.parse(text, Loader=loader(yaml)):
        yield (type(event), *(getattr(event, name, None) for name in names))
        if isinstance(event, yaml.DocumentEndEvent):
            break

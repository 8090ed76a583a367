"""Formatting any document keeps its values and its comments, and is done after one go."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from lpconf.config.document import BREAK, Source
from lpconf.config.formatting.text import format_text
from lpconf.config.problems import Problems

from .conftest import examples

DRAW = st.DrawFn


@dataclass
class Page:
    """A document that is being written untidily, and what it says."""

    draw: DRAW
    lines: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    anchors: list[tuple[str, Any]] = field(default_factory=list)
    count: int = 0

    def pick(self, *values: Any) -> Any:
        return self.draw(st.sampled_from(values))

    def spaces(self, first: str = "") -> str:
        # Behind a dash a tab would be taken for indentation.
        return str(self.pick(" ", " ", " ", "  ", "    ", " " if first.rstrip().endswith("-") else "\t"))

    def comment(self) -> str:
        self.comments.append(f"# note {len(self.comments)}: 'x - y")
        return f"{self.comments[-1]}{self.pick('', '', ' ', '  ')}"

    def ending(self, first: str = "") -> str:
        """What may stand behind a value, or behind the start of a line."""
        return str(self.pick("", "", "  ", self.spaces(first) + self.comment()))

    def between(self, column: int) -> None:
        """Empty lines and comments, anywhere."""
        for _ in range(self.pick(0, 0, 0, 1, 2, 3)):
            if self.pick(True, False):
                self.lines.append(self.pick("", "", "   "))
            else:
                self.lines.append(" " * self.pick(0, column, column, column + 1, column + 4) + self.comment())

    def anchor(self, value: Any) -> str:
        if self.pick(*[False] * 9, True):
            self.anchors.append((f"a{len(self.anchors)}", value))
            return f"&{self.anchors[-1][0]} "
        return ""


SCALARS: list[tuple[str, Any]] = [
    ("plain", "plain"), ("two words", "two words"), ("5", 5), ("true", True), ("~", None), ('"a  b"', "a  b"),
    ("'it''s'", "it's"), (r'"\t\"x\\"', '\t"x\\'), ("a#b:c", "a#b:c"), ("'# no'", "# no"), ("[a,   b]", ["a", "b"]),
    ("{x:   1,y: [ 2 ]}", {"x": 1, "y": [2]}), ("[]", []), ("{}", {}), ("''", ""),
]  # fmt: skip


def value(page: Page, first: str, base: int, depth: int) -> Any:
    """Write a value behind `first`, the start of its line, whose parent stands in the column `base`."""
    kinds = ["scalar"] * 4 + ["lines", "flow", "block"]
    if depth < 4:
        kinds += ["map", "map", "list", "list"]
    if page.anchors:
        kinds.append("alias")
    kind = page.pick(*kinds)
    if kind == "alias":
        name, same = page.pick(*page.anchors)
        page.lines.append(f"{first}{page.spaces(first)}*{name}{page.ending()}")
        return same
    if kind in {"map", "list"}:
        return collection(page, first, base, depth, is_map=kind == "map")
    if kind == "block":
        return block(page, first, base)
    if kind == "lines":
        return several_lines(page, first, base)
    if kind == "flow":
        return flow(page, first, base)
    text, meaning = page.pick(*SCALARS)
    page.lines.append(f"{first}{page.spaces(first)}{page.anchor(meaning)}{text}{page.ending()}")
    return meaning


def several_lines(page: Page, first: str, base: int) -> str:
    start, end, words = page.pick(("", "", "one two three"), ('"', '"', 'one: "# two three'), ("'", "'", "a: # b c"))
    words = words.replace('"', r"\"") if start == '"' else words
    indent = " " * (base + page.pick(1, 2, 5))
    parts = words.split(" ")
    breaks = [page.pick(0, 1, 2) for _ in parts[1:]]
    text, meaning = parts[0], parts[0]
    for part, count in zip(parts[1:], breaks, strict=True):
        text += "\n" * (count + 1) + indent + page.pick("", " ", "\t" if start else "") + part
        meaning += ("\n" * count if count else " ") + part
    page.lines += f"{first}{page.spaces(first)}{start}{text}{end}{page.ending()}".split("\n")
    return str(meaning).replace(r"\"", '"')


def flow(page: Page, first: str, base: int) -> Any:
    indent = " " * (base + page.pick(0, 1, 2, 9))
    page.lines.append(f"{first}{page.spaces(first)}[one,{page.ending()}")
    page.between(base + 2)
    page.lines.append(f"{indent} 'two',{page.ending()}")
    page.lines.append(f'{indent}  {{three: "3\t')
    page.lines.append(f' 4"   , four: [{page.ending()}')
    page.between(base + 2)
    page.lines.append(f"{indent}]}}{page.ending()}")
    page.lines.append(f"{indent}]{page.ending()}")
    return ["one", "two", {"three": "3 4", "four": []}]


def block(page: Page, first: str, base: int) -> str:
    chomp = page.pick("", "-", "+")
    step = page.pick(1, 2, 4)
    explicit = page.pick(True, False)
    content = page.pick(["text  "], ["text", "  more", "# no comment"], ["a", "", "b"], ["", "a"])
    if explicit:
        content = ["   ", *content, "      "]
    blank = page.pick(0, 1, 2)
    page.lines.append(f"{first} |{step if explicit else ''}{chomp}{page.ending()}")
    column = base + step
    page.lines += [" " * column + each if each else page.pick("", " " * min(base, column)) for each in content]
    page.lines += [""] * blank
    ends = {"": "\n", "-": "", "+": "\n" * (1 + blank)}
    return "\n".join(content) + str(ends[chomp])


def collection(page: Page, first: str, base: int, depth: int, *, is_map: bool) -> Any:
    column = base + page.pick(1, 2, 3, 4)
    is_item = first.endswith("-")
    if is_item and page.pick(True, True, False):
        # The first entry stands in the line of its dash.
        column = len(first) + page.pick(1, 2, 4)
        lead = first.ljust(column)
    else:
        if not is_item and not is_map:
            # Dashes may stand below the first letter of the key.
            column = base + page.pick(0, 0, 2)
        page.lines.append(first + page.ending(first))
        page.between(column)
        lead = " " * column
    found_map: dict[str, Any] = {}
    found_list: list[Any] = []
    for number in range(page.pick(1, 2, 3)):
        if number:
            # A block of text would take empty lines and comments into it.
            if not any("|" in line for line in page.lines[-8:]):
                page.between(column)
            lead = " " * column
        if is_map:
            page.count += 1
            key = f"key {page.count}"
            written = page.pick(key, f'"{key}"', f"'{key}'", key)
            found_map[key] = value(page, lead + written + page.pick("", "", " ") + ":", column, depth + 1)
        else:
            found_list.append(value(page, lead + "-", column, depth + 1))
    return found_map if is_map else found_list


@dataclass(frozen=True)
class Untidy:
    """A document, its values, and its comments in their order."""

    text: str
    meaning: Any
    comments: list[str]


@st.composite
def untidy(draw: DRAW) -> Untidy:
    page = Page(draw)
    page.between(0)
    meaning: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 4))):
        meaning[f"top{number}"] = value(page, f"top{number}:", 0, 0)
    line_end = page.pick("\n", "\n", "\r\n", "\r")
    text = "".join(line + line_end for line in page.lines)
    # In the order in which they stand, and without those that were drawn and not used.
    return Untidy(text, meaning, re.findall(r"# note \d+: 'x - y", text))


def formatted(text: str) -> str:
    problems = Problems()
    result = format_text(text, Source.of("site.yaml", Path(), text), problems)
    if problems:
        problems.stop()
    assert result is not None
    return result


@examples(200, 20_000)
@given(untidy())
def test_formatting_keeps_what_a_document_says(document: Untidy) -> None:
    assert yaml.load(document.text, yaml.CSafeLoader) == document.meaning
    once = formatted(document.text)
    assert yaml.load(once, yaml.CSafeLoader) == document.meaning
    assert re.findall(r"# note \d+: 'x - y", once) == document.comments
    assert formatted(once) == once


@examples(50, 5_000)
@given(untidy())
def test_formatted_lines_stand_in_even_columns(document: Untidy) -> None:
    once = formatted(document.text)
    assert not once.startswith(("\n", "\r", " "))
    assert once.endswith("\n")
    tops = [line for line in BREAK.split(once) if line.startswith("top")]
    assert len(tops) >= len(document.meaning)
    for token in yaml.scan(once, yaml.CSafeLoader):
        if isinstance(token, yaml.BlockMappingStartToken | yaml.BlockSequenceStartToken):
            assert token.start_mark.column % 2 == 0

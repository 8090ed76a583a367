"""Writes YAML's lines anew in the house's layout, from one walk over the scanner's tokens.

Only white space between tokens is written anew. What stands in a token is copied; what stands between two tokens is
white space, line ends and comments, or the walk gives up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from lpconf.config.document import BREAK
from lpconf.config.formatting.lines import Line, joined, line_end_of

STEP = 2
"""Spaces of one level."""

BLANK = " \t"
"""White space within a line."""
_BLOCK_HEADER = re.compile(r"(?P<header>[|>][-+0-9]*)(?P<gap>[ \t]*)(?P<comment>#[^\r\n]*)?")

_ITEM = re.compile(r"# ?-(?: |$)")
"""A comment that was the item of a list."""


class UnsureError(Exception):
    """The text holds something that the walk does not understand."""


@dataclass(slots=True)
class _Frame:
    """A block list or map that is not closed yet, with its column in the source and in what is written."""

    is_list: bool
    old: int
    new: int
    is_indentless: bool = False
    """Whether this is a list whose dashes stand below the first letter of their key: it has no tokens of its own."""


@dataclass(frozen=True, slots=True)
class _Shift:
    """How the further lines of a value move: with its first character what stands behind it, else with its parent."""

    old_start: int
    new_start: int
    old_base: int
    new_base: int
    least: int

    def __call__(self, column: int) -> int:
        moved = self.new_start - self.old_start if column >= self.old_start else self.new_base - self.old_base
        return max(self.least, column + moved)


@dataclass(frozen=True, slots=True)
class Written:
    """The text in the house's layout. `comments` are all comments, each with the number of tokens before it."""

    text: str
    comments: tuple[tuple[int, str], ...]


def write_anew(text: str, tokens: Iterable[Any], yaml: Any, *, longest: int) -> Written:
    """The text, whose tokens these are, in the house's layout.

    Raises UnsureError for what the walk does not understand, and for a result of more than `longest` characters.
    """
    walk = _Walk(text, yaml)
    for token in tokens:
        walk.take(token)
        if isinstance(token, yaml.DocumentEndToken):
            # The loader has seen that only comments follow. The scanner might stumble over their white space.
            break
    return walk.end(longest)


class _Walk:
    def __init__(self, text: str, yaml: Any) -> None:
        self._text = text
        self._yaml = yaml
        self._structure = (
            yaml.StreamStartToken, yaml.StreamEndToken, yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken,
            yaml.BlockEndToken,
        )  # fmt: skip
        self._opening = (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)
        self._closing = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)
        self._at_root = (yaml.DocumentStartToken, yaml.DocumentEndToken)
        self._unfinished = (yaml.ValueToken, yaml.BlockEntryToken, yaml.AnchorToken)
        self._lines: list[Line] = []
        self._comments: list[tuple[int, str]] = []
        self._stack: list[_Frame] = []
        self._waiting: list[Any] = []
        """Tokens without width, which open and close what the next token stands in."""
        self._count = 0
        self._flow_depth = 0
        self._flow_shift = _Shift(0, 0, 0, 0, 0)
        self._last: Any = None
        self._end = 0
        """Where the last token ended: its index and its column in the source."""
        self._end_column = 0
        self._has_blank = False
        self._lacks_break = False

    def take(self, token: Any) -> None:
        """Write the next token."""
        if isinstance(token, self._structure) or token.start_mark.index == token.end_mark.index:
            self._waiting.append(token)
        elif self._flow_depth:
            self._take_in_flow(token)
        else:
            self._take_in_block(token)

    def end(self, longest: int) -> Written:
        """Write what stands behind the last token."""
        places, dashes = self._places(), self._dashes(0)
        self._gap(self._text[self._end :] + "\n", lambda column: _column(column, places, 0, 0), dashes)
        line_end = line_end_of(self._text)
        if sum(len(line.text) + len(line.comment) for line in self._lines) > longest:
            raise UnsureError
        text = line_end.join(joined(self._lines))
        return Written(text if self._lacks_break else text + line_end, tuple(self._comments))

    def _take_in_flow(self, token: Any) -> None:
        self._waiting.clear()
        start = token.start_mark
        gap = self._text[self._end : start.index]
        if self._gap(gap, self._flow_shift):
            self._new_line(Line(" " * self._flow_shift(start.column)))
        else:
            self._lines[-1].text += gap
        self._copy(token, self._flow_shift)
        self._flow_depth += isinstance(token, self._opening) - isinstance(token, self._closing)
        self._done(token)

    def _take_in_block(self, token: Any) -> None:
        start = token.start_mark
        gap = self._text[self._end : start.index]
        if "#" in gap:
            places, dashes = self._places(), self._dashes(start.column)
            column = self._enter(token)
            is_first = self._gap(gap, lambda old: _column(old, places, start.column, column), dashes)
        else:
            column = self._enter(token)
            is_first = self._gap(gap, lambda old: old)
        if is_first:
            self._new_line(Line(" " * column))
        elif not isinstance(token, self._yaml.ValueToken) or isinstance(self._last, self._yaml.AliasToken):
            self._lines[-1].text += " "
        self._write(token)

    def _write(self, token: Any) -> None:
        base = self._stack[-1] if self._stack else _Frame(is_list=False, old=0, new=0)
        line = self._lines[-1]
        if isinstance(token, self._yaml.ScalarToken) and token.style in ("|", ">"):
            self._copy_block(token, base)
            return
        column = token.start_mark.column
        shift = _Shift(column, len(line.text), base.old, base.new, base.new + STEP)
        if isinstance(token, self._opening):
            self._flow_depth = 1
            # A bracket that closes may stand below the first letter of its key.
            self._flow_shift = replace(shift, least=base.new)
        self._copy(token, shift)
        self._done(token)

    def _done(self, token: Any) -> None:
        self._last = token
        self._count += 1
        self._end, self._end_column = token.end_mark.index, token.end_mark.column

    def _enter(self, token: Any) -> int:
        """Follow what opens and closes before the token. Returns the column for a token that begins its line."""
        yaml = self._yaml
        column = self._child()
        for each in self._waiting:
            if isinstance(each, yaml.BlockEndToken):
                self._leave_indentless()
                self._stack.pop()
            elif isinstance(each, yaml.BlockMappingStartToken | yaml.BlockSequenceStartToken):
                is_list = isinstance(each, yaml.BlockSequenceStartToken)
                self._stack.append(_Frame(is_list, each.start_mark.column, self._child()))
            elif isinstance(each, yaml.KeyToken):
                self._leave_indentless()
                column = self._stack[-1].new
        self._waiting.clear()
        if isinstance(token, self._at_root):
            return 0
        if isinstance(token, yaml.BlockEntryToken) and not self._stack[-1].is_list:
            self._stack.append(_Frame(True, token.start_mark.column, self._child(), is_indentless=True))
        if isinstance(token, yaml.KeyToken):
            self._leave_indentless()
        if isinstance(token, yaml.BlockEntryToken | yaml.KeyToken | yaml.ValueToken):
            return self._stack[-1].new
        return column

    def _leave_indentless(self) -> None:
        if self._stack[-1].is_indentless:
            self._stack.pop()

    def _child(self) -> int:
        return self._stack[-1].new + STEP if self._stack else 0

    def _places(self) -> list[tuple[int, int]]:
        """Columns of the source where a comment may belong to what is open, and their columns in what is written."""
        places = [(frame.old, frame.new) for frame in self._stack]
        is_block = isinstance(self._last, self._yaml.ScalarToken) and self._last.style in ("|", ">")
        # Below a block of text, a comment in a child's column would become part of it.
        if places and not is_block and (self._stack[-1].is_list or isinstance(self._last, self._unfinished)):
            places.append((self._stack[-1].old + 1, self._child()))
        return places

    def _dashes(self, column: int) -> _Frame | None:
        """The open list whose dashes stand in the column of its key, where that is this column of the source."""
        return next((each for each in reversed(self._stack) if each.is_indentless and each.old == column), None)

    def _gap(self, gap: str, column_of: Callable[[int], int], dashes: _Frame | None = None) -> bool:
        """Write the comments of a gap between tokens. Returns whether the next token begins a line.

        `dashes` is a list that goes on in a comment directly below it, if that was an item and stands in its column.
        """
        if not gap.strip(BLANK) and self._lines:
            return False
        first, *others = BREAK.split(gap) if self._lines else ["", *BREAK.split(gap)]
        if comment := first.lstrip(BLANK):
            self._note(comment)
            line = self._lines[-1]
            line.gap = len(first) - len(comment)
            line.comment, line.column = comment.rstrip(BLANK), self._end_column + line.gap
        is_item = _ITEM.match(others[0].lstrip(BLANK)) is not None
        for each in others[:-1]:
            comment = each.lstrip(BLANK)
            column = len(each) - len(comment)
            is_item = is_item and bool(comment)
            if comment:
                self._note(comment)
                of_list = dashes if is_item and dashes is not None and dashes.old == column else None
                self._comment_line(comment.rstrip(BLANK), column, of_list.new if of_list else column_of(column))
            else:
                self._has_blank = True
        if others[-1].strip(BLANK):
            raise UnsureError
        return True

    def _note(self, comment: str) -> None:
        if not comment.startswith("#"):
            raise UnsureError
        self._comments.append((self._count, comment.rstrip(BLANK)))

    def _comment_line(self, comment: str, column: int, new_column: int) -> None:
        if self._lines and not self._has_blank and self._lines[-1].continues(column):
            self._new_line(Line(comment=comment, column=column))
        else:
            self._new_line(Line(" " * new_column + comment))

    def _new_line(self, line: Line) -> None:
        if self._has_blank and self._lines:
            self._lines.append(Line())
        self._has_blank = False
        self._lines.append(line)

    def _copy(self, token: Any, shift: _Shift) -> None:
        """Copy a token that is no block of text. Its further lines move, and lose white space that means nothing."""
        text = self._text[token.start_mark.index : token.end_mark.index]
        if token.start_mark.line == token.end_mark.line:
            self._lines[-1].text += text
            return
        first, *others = BREAK.split(text)
        is_double = isinstance(token, self._yaml.ScalarToken) and token.style == '"'
        self._lines[-1].text += _without_end(first, is_double=is_double)
        for number, each in enumerate(others, 1):
            content = each.lstrip(BLANK)
            is_last = number == len(others)
            kept = content if is_last else _without_end(content, is_double=is_double)
            indent = shift(len(each) - len(content))
            self._lines.append(Line(" " * indent + kept if kept else ""))

    def _copy_block(self, token: Any, base: _Frame) -> None:
        """Copy a block of text (| or >): its lines move as one, and keep all else."""
        header = _BLOCK_HEADER.match(self._text, token.start_mark.index)
        if header is None:
            raise UnsureError
        line = self._lines[-1]
        line.text += header["header"]
        self._last = token
        self._count += 1
        if header["comment"]:
            self._note(header["comment"])
            line.comment, line.gap = header["comment"].rstrip(BLANK), len(header["gap"])
            line.column = token.start_mark.column + len(header["header"]) + line.gap
        digit = re.search("[1-9]", header["header"])
        block = _block(self._text, header.end(), base.old, int(digit[0]) if digit else None)
        kept = block.lines + block.blank_after * ("+" in header["header"])
        indent = " " * (base.new + (int(digit[0]) if digit else STEP))
        self._lines.extend(Line(indent + each[block.indent :] if len(each) > block.indent else "") for each in kept)
        self._end, self._end_column = block.end_of(len(kept)), 0
        # A text's last line end counts: where the file has none, adding one would change the text.
        self._lacks_break = bool(block.lines) and block.is_cut and "-" not in header["header"]


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines of a block of text, and the blank ones behind them. `ends` are the indexes at which each line ends."""

    lines: list[str]
    blank_after: list[str]
    ends: list[int]
    indent: int
    is_cut: bool
    """Whether the file ends within its last line."""

    def end_of(self, count: int) -> int:
        """Where so many lines end. The header's line is the one before the first."""
        return self.ends[count]


def _block(text: str, start: int, base: int, indicator: int | None) -> _Block:
    """The block of text whose header ends at `start`, as the scanner reads it."""
    lines: list[str] = []
    ends = [start]
    at = start
    widest = base + 1
    indent = base + indicator if indicator is not None else None
    is_cut = False
    while break_ := BREAK.match(text, at):
        following = BREAK.search(text, break_.end())
        at = following.start() if following else len(text)
        line = text[break_.end() : at]
        spaces = len(line) - len(line.lstrip(" "))
        if indent is None:
            widest = max(widest, spaces)
            if spaces < len(line):
                indent = widest
        if spaces < len(line) and spaces < (widest if indent is None else indent):
            break
        if following is None and spaces == len(line) and (indent is None or spaces <= indent):
            # What is left of the file after its last line end.
            break
        lines.append(line)
        ends.append(at)
        is_cut = following is None
    indent = widest if indent is None else indent
    count = len(lines)
    while count and not lines[count - 1].lstrip(" ") and len(lines[count - 1]) <= indent:
        count -= 1
    return _Block(lines[:count], lines[count:], ends, indent, is_cut and count == len(lines))


def _column(column: int, places: Iterable[tuple[int, int]], next_old: int, next_new: int) -> int:
    """The column for a comment on a line of its own, which began in `column`.

    It belongs to the token behind it, unless it is indented more: then to what is open before it in that column.
    """
    found = [place for place in places if next_old < place[0] <= column]
    # Sorting is stable: of what is open in one column, the innermost comes last.
    return sorted(found, key=lambda place: place[0])[-1][1] if found else next_new


def _without_end(text: str, *, is_double: bool) -> str:
    """The text without white space at its end, unless a backslash may keep it."""
    stripped = text.rstrip(BLANK)
    return text if is_double and stripped.endswith("\\") else stripped

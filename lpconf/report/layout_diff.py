"""What formatting changes in a file, as a unified diff.

Formatting changes lines, and drops empty ones. So the lines of both texts pair up in one walk, where a diff of any two
texts takes quadratic time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from lpconf.report.escape import terminal
from lpconf.report.paint import Ink, Paint, painter

_CONTEXT = 3
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_ENDS = "\r\n"
_NOT_SHOWN = "(not shown: it may hold a key or a secret)"

Pair: TypeAlias = tuple[int | None, int | None]
"""A line's index before and after. None where it is not there."""
MayShow: TypeAlias = Callable[[Sequence[str], int], bool]
"""Whether the line with this number, counted from 1, may be shown."""


def render(name: str, before: str, after: str, may_show: MayShow, *, color: bool) -> str:
    """The difference between a text and the same text formatted. Empty where there is none.

    Of a line that must not be shown, only the indentation is. Ends without a line break.
    """
    old, new = _LINE.findall(before), _LINE.findall(after)
    pairs = list(_pairs(old, new))
    changed = [index for index, pair in enumerate(pairs) if not _is_same(pair, old, new)]
    if not changed:
        return ""
    paint = painter(color)
    shown = _Shown(old, new, may_show, paint)
    head = [paint(f"--- {terminal(name)}", Ink.STRONG), paint(f"+++ {terminal(name)} (formatted)", Ink.STRONG)]
    return "\n".join([*head, *(line for hunk in _hunks(changed, len(pairs)) for line in shown.hunk(pairs[hunk]))])


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    after = 0
    for before, line in enumerate(old):
        if after < len(new) and bool(line.strip()) == bool(new[after].strip()):
            yield before, after
            after += 1
        else:
            yield before, None
    for rest in range(after, len(new)):
        yield None, rest


def _is_same(pair: Pair, old: Sequence[str], new: Sequence[str]) -> bool:
    before, after = pair
    return before is not None and after is not None and old[before] == new[after]


def _hunks(changed: Sequence[int], count: int) -> Iterator[slice]:
    """The stretches of pairs to show: each change with some lines around it."""
    gaps = [index for index, (one, other) in enumerate(pairwise(changed), 1) if other - one > 2 * _CONTEXT]
    for start, stop in pairwise([0, *gaps, len(changed)]):
        yield slice(max(changed[start] - _CONTEXT, 0), min(changed[stop - 1] + _CONTEXT + 1, count))


class _Shown:
    """Lines as people read them."""

    def __init__(self, old: Sequence[str], new: Sequence[str], may_show: MayShow, paint: Paint) -> None:
        self._old = old
        self._new = new
        self._may_show = may_show
        self._paint = paint
        self._bare_old = [line.rstrip(_ENDS) for line in old]
        self._bare_new = [line.rstrip(_ENDS) for line in new]
        # A line end shows where it is another one than those of the formatted text.
        self._end = "\r\n" if new and new[0].endswith("\r\n") else "\n"

    def hunk(self, pairs: Sequence[Pair]) -> Iterator[str]:
        """A stretch of pairs, with its head."""
        befores = [before for before, _ in pairs if before is not None]
        afters = [after for _, after in pairs if after is not None]
        yield self._paint(f"@@ -{_range(befores)} +{_range(afters)} @@", Ink.QUIET)
        removed: list[str] = []
        added: list[str] = []
        for before, after in pairs:
            if before is not None and after is not None and self._old[before] == self._new[after]:
                yield from (*removed, *added)
                removed, added = [], []
                yield " " + self._line(self._new, self._bare_new, after)
                continue
            if before is not None:
                removed.append(self._paint("-" + self._line(self._old, self._bare_old, before), Ink.DANGER))
            if after is not None:
                added.append(self._paint("+" + self._line(self._new, self._bare_new, after), Ink.CREATE))
        yield from (*removed, *added)

    def _line(self, lines: Sequence[str], bare: Sequence[str], index: int) -> str:
        line = lines[index]
        if not self._may_show(bare, index + 1):
            return line[: len(line) - len(line.lstrip(" "))] + _NOT_SHOWN
        end = line[len(bare[index]) :]
        if end == self._end:
            return terminal(bare[index])
        return terminal(line) if end else terminal(line) + " (no line end)"


def _range(indexes: Sequence[int]) -> str:
    start = indexes[0] + 1 if indexes else 0
    return str(start) if len(indexes) == 1 else f"{start},{len(indexes)}"

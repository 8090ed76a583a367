"""Lines of formatted YAML, and their comments at the end of lines, which stay aligned where they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lpconf.config.document import BREAK

_NO_COMMENT = -1


@dataclass(slots=True)
class Line:
    """A line that is being written. `text` has its indentation, and not its comment."""

    text: str = ""
    comment: str = ""
    column: int = _NO_COMMENT
    """Where the comment began in the source, in characters from 0."""
    gap: int = 0
    """How many characters of white space stood before the comment in the source."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in the line."""
        return not self.text and not self.comment

    def continues(self, column: int) -> bool:
        """Whether a comment in the next line, which began in this column, goes on with this line's comment."""
        return self.column == column != 0


def line_end_of(text: str) -> str:
    """The line end to write: of the kind of the text's first one, so that a checkout on Windows stays as it is."""
    found = BREAK.search(text)
    return "\r\n" if found and found[0] == "\r\n" else "\n"


def joined(lines: Iterable[Line]) -> Iterator[str]:
    """The lines as text, without line ends.

    Comments that follow each other in one column of the source, with no empty line between, move together: their
    column is as far behind the longest of their lines as it was.
    """
    group: list[Line] = []
    waiting: list[Line] = []
    column = _NO_COMMENT
    for line in lines:
        if group and (line.is_blank or (line.comment and line.column != column)):
            yield from _aligned(waiting, group)
            group, waiting = [], []
        if line.comment:
            group.append(line)
            column = line.column
        if group:
            waiting.append(line)
        else:
            yield line.text
    yield from _aligned(waiting, group)


def _aligned(lines: Iterable[Line], group: list[Line]) -> Iterator[str]:
    # A line with a comment alone goes on with the comment above it, and is no reason to move it.
    ends = [line for line in group if line.text]
    column = max((len(line.text) for line in ends), default=0) + max(1, min((line.gap for line in ends), default=1))
    for line in lines:
        yield line.text.ljust(column) + line.comment if line.comment else line.text

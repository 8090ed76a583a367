"""Files to formatted text. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lpconf.config import files
from lpconf.config.document import Source
from lpconf.config.formatting.text import format_text
from lpconf.config.problems import Problems
from lpconf.model.diagnostic import Diagnostic
from lpconf.model.errors import InvalidConfiguration

STDIN = Path("-")
"""The path that stands for standard input."""
_STDIN_NAME = "<stdin>"


@dataclass(frozen=True, slots=True)
class Reformatted:
    """A file's text, before and after. Where `diagnostics` say why it cannot be formatted, both are the same."""

    path: Path
    name: str
    before: str = ""
    after: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether formatting changes anything."""
        return self.before != self.after


def reformat(paths: Sequence[Path]) -> Iterator[Reformatted]:
    """The files that the paths stand for, one after another.

    Raises InvalidConfiguration where a path stands for no file; then none is formatted.
    """
    problems = Problems()
    found = files.find(paths, problems)
    if problems:
        problems.stop()
    for file in found:
        problems = Problems()
        text = files.read(file, problems)
        yield _reformatted(file.path, file.name, text, problems)


def reformat_bytes(data: bytes) -> Reformatted:
    """What came on standard input."""
    problems = Problems()
    text = None
    if len(data) > files.MAX_FILE:
        problems.add_file(_STDIN_NAME, files.too_big(files.MAX_FILE).complaint)
    else:
        text = files.decode(data, _STDIN_NAME, problems)
    return _reformatted(STDIN, _STDIN_NAME, text, problems)


def _reformatted(path: Path, name: str, text: str | None, problems: Problems) -> Reformatted:
    try:
        if text is not None:
            after = format_text(text, Source.of(name, path.parent, text), problems)
            if after is not None:
                return Reformatted(path, name, text, after)
        problems.stop()
    except InvalidConfiguration as error:
        return Reformatted(path, name, diagnostics=error.diagnostics)

"""Collects what is wrong, to tell it all at once in the files' order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NoReturn

from lpconf.config.document import Mark, Source, Spot, spell
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.errors import InvalidConfiguration
from lpconf.model.site import Position

MOST = 1_000
"""More errors than this are not collected: nobody reads them, and a hostile file could ask for millions."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one value, without its place."""

    code: str
    message: str
    hint: str = ""


class BadValueError(Exception):
    """A value breaks a rule. Caught where the value's place is known."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.complaint = Complaint(code, message, hint)


class Problems:
    """The errors found so far."""

    def __init__(self) -> None:
        self._found: list[tuple[int, Diagnostic]] = []
        self._seen: set[tuple[object, ...]] = set()
        self._files: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all errors so far."""
        return frozenset(diagnostic.code for _, diagnostic in self._found)

    def add(
        self, source: Source, mark: Mark, complaint: Complaint, spot: Spot | str = (), *, hidden: bool = False
    ) -> None:
        """One error at one place. `hidden` keeps the source line back.

        An error that an alias repeats at the same place is told once. Raises InvalidConfiguration when there are
        too many.
        """
        position = source.position(mark)
        seen = (position, complaint.code, complaint.message)
        if seen in self._seen:
            return
        self._seen.add(seen)
        diagnostic = Diagnostic(
            severity=Severity.ERROR,
            code=complaint.code,
            message=complaint.message,
            path=spot if isinstance(spot, str) else spell(spot),
            hint=complaint.hint,
            position=position,
            source=None if hidden else source.line(mark),
        )
        self._append(source.file, diagnostic)

    def add_file(self, file: str, complaint: Complaint, *, line: int = 1, column: int = 1) -> None:
        """One error about a file whose text is not known."""
        self._append_file(file, complaint, Position(file, line, column))

    def add_missing(self, file: str, complaint: Complaint) -> None:
        """One error about a path where there is no file to point into."""
        named = Complaint(complaint.code, f"{file}: {complaint.message}", complaint.hint)
        self._append_file(file, named, None)

    def _append_file(self, file: str, complaint: Complaint, position: Position | None) -> None:
        diagnostic = Diagnostic(
            Severity.ERROR, complaint.code, complaint.message, hint=complaint.hint, position=position
        )
        self._append(file, diagnostic)

    def expect(self, file: str) -> None:
        """Say that a file comes next, so that its errors stand before those of the files after it."""
        self._files.setdefault(file, len(self._files))

    def _append(self, file: str, diagnostic: Diagnostic) -> None:
        index = self._files.setdefault(file, len(self._files))
        self._found.append((index, diagnostic))
        if len(self._found) >= MOST:
            self.stop(f"There are more errors. Only the first {MOST} are shown.")

    def stop(self, hint: str = "") -> NoReturn:
        """Raise InvalidConfiguration with everything found, in the files' order."""
        ordered = [diagnostic for _, diagnostic in sorted(self._found, key=_order)]
        if hint:
            ordered[-1] = replace(ordered[-1], hint=f"{ordered[-1].hint} {hint}".strip())
        raise InvalidConfiguration(tuple(ordered))


def _order(found: tuple[int, Diagnostic]) -> tuple[int, int, int]:
    index, diagnostic = found
    if diagnostic.position is None:
        return index, 0, 0
    return index, diagnostic.position.line, diagnostic.position.column

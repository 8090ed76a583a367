"""One YAML file, read: its values and where each of them stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from lpconf.config.secrecy import may_show
from lpconf.config.words import printable
from lpconf.model.site import Position

Spot: TypeAlias = tuple[str | int, ...]
"""A place in the values, such as `("connectors", 0, "flow")`."""

Value: TypeAlias = Any
"""What YAML can hold: None, bool, int, float, str, and lists and string-keyed maps of these, or `BROKEN`."""

Mark: TypeAlias = int
"""A line and a column in one number; both count from 0. Far smaller than an object for each of 100,000 values."""

BREAK = re.compile(r"\r\n|\r|\n")
"""A line end. YAML 1.1 knows more; the loader refuses them."""

_COLUMN_BITS = 24


class Broken:
    """Stands for a value that was refused already, so that nothing else complains about it."""

    __slots__ = ()


BROKEN = Broken()


@dataclass(frozen=True, slots=True)
class MapPlaces:
    """Where the keys and the values of a map stand: key -> (the key's mark, the value's mark, places inside)."""

    entries: dict[str, tuple[Mark, Mark, Places]]


@dataclass(frozen=True, slots=True)
class ListPlaces:
    """Where the items of a list stand: (the item's mark, places inside)."""

    entries: list[tuple[Mark, Places]]


Places: TypeAlias = "MapPlaces | ListPlaces | None"


def make_mark(line: int, column: int) -> Mark:
    """The mark of a line and a column, both counted from 0."""
    return line << _COLUMN_BITS | column


def place_of(mark: Mark) -> tuple[int, int]:
    """The line and the column of a mark, both counted from 0."""
    return mark >> _COLUMN_BITS, mark & ((1 << _COLUMN_BITS) - 1)


def spell(spot: Spot) -> str:
    """A spot as messages name it: `connectors[0].flow`."""
    text = ""
    for step in spot:
        text += f"[{step}]" if isinstance(step, int) else f".{printable(step)}" if text else printable(step)
    return text


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file. `file` is its name as the user gave it; `folder` is where it lies."""

    file: str
    folder: Path
    lines: tuple[str, ...]

    @classmethod
    def of(cls, file: str, folder: Path, text: str) -> Source:
        """The source of a text, whose lines are those that YAML 1.2 counts."""
        return cls(file, folder, tuple(BREAK.split(text)))

    def position(self, mark: Mark) -> Position:
        """The mark as a position, line and column counted from 1."""
        line, column = place_of(mark)
        return Position(self.file, line + 1, column + 1)

    def line(self, mark: Mark) -> str | None:
        """The source line to show, or None where it must not be shown."""
        number = place_of(mark)[0] + 1
        if number > len(self.lines) or not may_show(self.lines, number):
            return None
        return printable(self.lines[number - 1])


@dataclass(frozen=True, slots=True)
class Document:
    """A file's values, and where each of them stands."""

    source: Source
    value: Value
    root: Mark
    places: Places

    def _step(self, spot: Spot) -> tuple[Mark, Mark, Places]:
        """The marks of a spot's key and of its value, and what lies inside. Stops at the last step that exists."""
        key, mark, places = self.root, self.root, self.places
        for step in spot:
            match places:
                case MapPlaces(entries) if isinstance(step, str) and step in entries:
                    key, mark, places = entries[step]
                case ListPlaces(entries) if isinstance(step, int) and step < len(entries):
                    mark, places = entries[step]
                    key = mark
                case _:
                    break
        return key, mark, places

    def at(self, spot: Spot) -> Value:
        """The value at a spot that exists."""
        value = self.value
        for step in spot:
            value = value[step]
        return value

    def value_mark(self, spot: Spot) -> Mark:
        """Where the value stands."""
        return self._step(spot)[1]

    def key_mark(self, spot: Spot) -> Mark:
        """Where the key of the value stands."""
        return self._step(spot)[0]

    def thing_mark(self, spot: Spot) -> Mark:
        """Where a map's first key stands: the place of the map as a whole."""
        _, mark, places = self._step(spot)
        if isinstance(places, MapPlaces) and places.entries:
            return next(iter(places.entries.values()))[0]
        return mark

    def position(self, spot: Spot) -> Position:
        """The position of a value."""
        return self.source.position(self.value_mark(spot))

    def positions(self, spot: Spot) -> dict[str, Position]:
        """The positions of all values of a map."""
        places = self._step(spot)[2]
        entries = places.entries if isinstance(places, MapPlaces) else {}
        return {key: self.source.position(mark) for key, (_, mark, _) in entries.items()}

    def written(self, spot: Spot, value: bool | int | float) -> str:
        """A number or a truth value as it is written in the file: `010`, not 10. An alias shows the value."""
        line, column = place_of(self.value_mark(spot))
        found = re.compile(r"[-+.\w]+").match(self.source.lines[line], column)
        if found:
            return found[0]
        return str(value).lower() if isinstance(value, bool) else str(value)

"""Which word of the YAML stands at a line of a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lpconf.config import files
from lpconf.config.document import Document, Mark, Spot, place_of, spell
from lpconf.config.layout import split
from lpconf.config.lifecycle import LIFECYCLE
from lpconf.config.problems import Complaint, Problems
from lpconf.config.reading import read
from lpconf.config.reference.outline import address_of, spots
from lpconf.config.reference.topics import SITE, topics
from lpconf.config.words import closest
from lpconf.model.errors import LpconfError
from lpconf.model.reference import Entry, Standing, Topic


def standing_at(path: Path, line: int, column: int | None = None) -> tuple[Standing, ...]:
    """The words that stand at a line of a file, from left to right; with a column the one that it lies in.

    Line and column count from 1. A word is left out where the same line says more about what is inside it.
    Raises InvalidConfiguration for a file that cannot be read, LpconfError where nothing stands there.
    """
    document = _document(path)
    found = _at_line(document, line - 1)
    if not found:
        lines = document.source.lines
        # What follows the last line break is no line that a reader counts.
        count = len(lines) - (len(lines) > 1 and not lines[-1])
        if line > count:
            raise LpconfError(
                f"{document.source.file} has {count} line{'' if count == 1 else 's'} only, no line {line}."
            )
        raise LpconfError(f"Nothing is declared in line {line} of {document.source.file}.")
    known = {topic.name: topic for topic in topics()}
    if column is not None:
        left = [each for each in found if place_of(each[0])[1] < column]
        return (_standing(document, *(left or found[:1])[-1], known),)
    told: dict[tuple[Spot, str], tuple[Spot, Standing]] = {}
    for mark, spot in found:
        standing = _standing(document, mark, spot, known)
        name = standing.about.name if standing.about else spell(spot)
        told.setdefault((split(spot)[1], name), (spot, standing))
    kept = [spot for spot, _ in told.values()]
    return tuple(each for spot, each in told.values() if not any(_is_inside(other, spot) for other in kept))


def _document(path: Path) -> Document:
    problems = Problems()
    if path.is_dir():
        problems.add_missing(str(path), Complaint("file.folder", "this is a folder", "Name a file in it."))
    found = () if problems else files.find([path], problems)
    document = next((each for file in found if (each := read(file, problems)) is not None), None)
    return document or problems.stop()


def _at_line(document: Document, line: int) -> list[tuple[Mark, Spot]]:
    """What stands at a line, counted from 0, in the order of the text."""
    everything = sorted(spots(document), key=lambda each: each[0])
    here = [each for each in everything if line in _lines(document, *each)]
    if here or line >= len(document.source.lines):
        return here
    before = [each for each in everything if max(_lines(document, *each)) < line]
    return before[-1:] if before and _goes_on(document, before[-1][1], line) else []


def _lines(document: Document, mark: Mark, spot: Spot) -> set[int]:
    """The lines of a key and of its value. A list or a map stands where its key stands."""
    key = place_of(mark)[0]
    return {key} if isinstance(document.at(spot), list | dict) else {key, place_of(document.value_mark(spot))[0]}


def _goes_on(document: Document, spot: Spot, line: int) -> bool:
    """Whether a line, which begins nothing, belongs to the text that begins before it."""
    if not isinstance(document.at(spot), str):
        return False
    first, column = place_of(document.value_mark(spot))
    text = document.source.lines[line]
    is_block = document.source.lines[first][column : column + 1] in {"|", ">"}
    is_comment = text.lstrip().startswith("#")
    deeper = len(text) - len(text.lstrip()) > place_of(document.key_mark(spot))[1]
    return bool(text.strip()) and (deeper if is_block else not is_comment)


def _standing(document: Document, mark: Mark, spot: Spot, known: Mapping[str, Topic]) -> Standing:
    resource, thing, rest = split(spot)
    topic, steps = (known[resource.kind.value], rest) if resource else (known[SITE], spot)
    if len(steps) > 1 and steps[0] == LIFECYCLE:
        topic, steps = known[LIFECYCLE], steps[1:]
    about: Entry | Topic | None = topic
    meant = ""
    if steps:
        words = {entry.word: entry for entry in topic.words}
        about = words.get(str(steps[0]))
        near = closest(str(steps[0]), words) if about is None else None
        meant = words[near].name if near else ""
    # What lies inside a word's value is told of the word.
    whole = spot[: len(spot) - len(steps) + 1] if steps else spot
    address = address_of(document, thing) if resource else None
    return Standing(
        position=document.source.position(mark),
        path=spell(whole),
        address=str(address) if address is not None else "",
        about=about,
        meant=meant,
    )


def _is_inside(inner: Spot, outer: Spot) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer

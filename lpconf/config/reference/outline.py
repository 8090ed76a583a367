"""What stands where in a YAML file, without checking it: also in a file that is not valid (yet)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lpconf.config import files
from lpconf.config.document import Document, ListPlaces, MapPlaces, Mark, Places, Spot, Value
from lpconf.config.layout import collection_of, split
from lpconf.config.problems import Problems
from lpconf.config.reading import read
from lpconf.model.address import Address, SelectBy, Selector

_VARIABLE = "${"


def addresses(paths: Sequence[Path], word: str, *, largest: int) -> Iterator[Address]:
    """The things in some files that declare a word, without those whose name only variables tell.

    Leaves out what cannot be read, and all files that are larger than `largest` bytes altogether.
    """
    found = files.find(paths, Problems())
    if sum(file.path.stat().st_size for file in found) > largest:
        return
    for file in found:
        document = read(file, Problems())
        for spot in _things(document) if document else ():
            if document and word in _members(document, spot) and (address := address_of(document, spot)) is not None:
                yield address


def spots(document: Document) -> Iterator[tuple[Mark, Spot]]:
    """Every value of a document with the place of its key, or of its item."""
    return _below(document.places, ())


def _below(places: Places, above: Spot) -> Iterator[tuple[Mark, Spot]]:
    # Recursive: the parser bounds the depth.
    match places:
        case MapPlaces(entries):
            for key, (mark, _, inside) in entries.items():
                yield mark, (*above, key)
                yield from _below(inside, (*above, key))
        case ListPlaces(items):
            for index, (mark, inside) in enumerate(items):
                yield mark, (*above, index)
                yield from _below(inside, (*above, index))
        case None:
            return


def address_of(document: Document, spot: Spot) -> Address | None:
    """The address of the thing at a spot; None where its selector does not tell, or holds a variable."""
    resource, _, _ = split(spot)
    selector = _selector(_members(document, spot))
    if resource is None or selector is None:
        return None
    if len(spot) == _OF_THING:
        return Address(resource.kind, selector)
    parent = address_of(document, spot[:_OF_THING])
    return Address(resource.kind, selector, parent) if parent is not None else None


_OF_THING = 2
"""The steps to a connector or a campaign."""


def _selector(members: Mapping[str, Value]) -> Selector | None:
    # As `building` chooses it: with id or find, name is what the thing should be called.
    if members.get("find") == "default":
        return Selector(SelectBy.DEFAULT)
    number, name = members.get("id"), members.get("name")
    if isinstance(number, int) and not isinstance(number, bool):
        return Selector(SelectBy.ID, number)
    return Selector(SelectBy.NAME, name) if isinstance(name, str) and name and _VARIABLE not in name else None


def _members(document: Document, spot: Spot) -> Mapping[str, Value]:
    value = document.at(spot)
    return value if isinstance(value, dict) else {}


def _things(document: Document) -> Iterator[Spot]:
    return (spot for _, spot in spots(document) if split(spot)[1] == spot and collection_of(spot[:-1]) is not None)

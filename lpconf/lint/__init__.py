"""Warnings about a valid configuration. Pure: a Site in, diagnostics out; one rule, one function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lpconf.lint.rules import RULES
from lpconf.model.address import Address
from lpconf.model.diagnostic import Diagnostic
from lpconf.model.site import Site


def lint(site: Site) -> tuple[Diagnostic, ...]:
    """All warnings, in the order of the files."""
    found = [diagnostic for rule in RULES for diagnostic in rule(site)]
    files = {file: index for index, file in enumerate(site.sources)}
    return tuple(sorted(found, key=lambda each: _place(each, files)))


def _place(diagnostic: Diagnostic, files: dict[str, int]) -> tuple[int, int, int]:
    position = diagnostic.position
    return (files.get(position.file, 0), position.line, position.column) if position else (0, 0, 0)


def new_findings(old: Site | None, new: Site, former: Mapping[Address, Address]) -> tuple[Diagnostic, ...]:
    """The warnings about the newer configuration that the older one did not have.

    They are the same by rule, thing and field, not by line or message. `former` maps addresses to older ones.
    """
    known = {each for each, _ in _fingerprints(old, {})} if old is not None else set()
    return tuple(diagnostic for fingerprint, diagnostic in _fingerprints(new, former) if fingerprint not in known)


def _fingerprints(
    site: Site, former: Mapping[Address, Address]
) -> Iterator[tuple[tuple[str, Address | None, str], Diagnostic]]:
    """Each warning with its rule, its thing and its field."""
    things = {thing.path: thing.address for thing in site.things}
    for diagnostic in lint(site):
        path, _, word = diagnostic.path.rpartition(".")
        address = things.get(path)
        yield (diagnostic.code, former.get(address, address) if address else None, word), diagnostic

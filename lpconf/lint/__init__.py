"""Warnings about a valid configuration. Pure: a Site in, diagnostics out; one rule, one function."""

from __future__ import annotations

from lpconf.lint.rules import RULES
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

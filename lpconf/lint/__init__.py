"""Warnings about a valid configuration. Pure: a Site in, diagnostics out; one rule, one function."""

from __future__ import annotations

from lpconf.lint.rules import RULES
from lpconf.model.diagnostic import Diagnostic
from lpconf.model.site import Site


def lint(site: Site) -> tuple[Diagnostic, ...]:
    """All warnings, in the configuration's order."""
    return tuple(found for thing in site.things for rule in RULES for found in rule(thing, site))

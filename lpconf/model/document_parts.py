"""What stands in several documents for programs, as JSON schemas."""

from __future__ import annotations

from lpconf.model.json_schema import Schema, choice, flag, nullable, record, text, texts
from lpconf.model.plan import RiskKind


def target() -> Schema:
    """An account, and where it is."""
    return record(
        "The account.",
        account=text("The account's id."),
        label=nullable(text("What people call the account.")),
        discovery_host=text("The host that named the account's hosts."),
        sandbox=flag("Whether this is lpconf's own sandbox."),
    )


def risk() -> Schema:
    """A risk of a change."""
    return record(
        "One risk.",
        text=text("The risk in words."),
        kind=choice("What it is about; authentication: it gets weaker.", RiskKind),
        details=texts("What it is about, one thing each."),
    )


def block() -> Schema:
    """A reason why a change is left out."""
    return record("One reason.", reason=text("The reason."), allowed_by=text("The flag that allows it, or empty."))

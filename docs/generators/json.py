"""The page of what commands print with `-o json`, from the schemas."""

from __future__ import annotations

from generators.fields import fields
from generators.markup import GENERATED
from lpconf.report.json_schemas import schema

_COMMANDS = {
    "validation": "`lpconf validate -o json`",
    "diff": "`lpconf diff OLD NEW -o json`",
    "drift": "`lpconf drift -o json`",
    "run": "`lpconf apply -o json` and `lpconf rollback RUN -o json`",
    "history": "`lpconf history -o json`",
    "record": "`lpconf show RUN -o json`",
    "token-check": "`lpconf token check -o json`",
}
"""The documents in the order in which one meets them, and what prints them."""


def page() -> str:
    """The page."""
    lines = [
        GENERATED,
        "# Output as JSON",
        "",
        "What commands print with `-o json`, or write with `-o json=FILE`. `plan` has [a page of its own](plan.md).",
        "",
        "Every document says what it is in `format`, and of which version in `format_version`. The version rises when "
        "a field goes away or changes its meaning. A field may be added without that: ignore those that you do not "
        "know. `lpconf schema NAME` prints a JSON schema, and `schemas/` has them all.",
        "",
    ]
    for document, commands in _COMMANDS.items():
        lines += [
            f"## {document}",
            "",
            f"{commands}. Schema: `lpconf schema {document}`.",
            "",
            *fields(schema(document)),
        ]
    return "\n".join(lines).rstrip() + "\n"

"""The page of the plan's JSON, from its schema."""

from __future__ import annotations

from generators.fields import fields
from generators.markup import GENERATED
from lpconf.engine.encoding_schema import FORMAT_VERSION, schema


def page() -> str:
    """The page."""
    lines = [
        GENERATED,
        "# The plan as JSON",
        "",
        "What `lpconf plan -o json` prints and `lpconf plan --out FILE` saves. "
        "`lpconf schema plan` prints it as a JSON schema.",
        "",
        f"This is format {FORMAT_VERSION}. A plan of another format cannot be applied.",
        "",
        *fields(schema()),
    ]
    return "\n".join(lines).rstrip() + "\n"

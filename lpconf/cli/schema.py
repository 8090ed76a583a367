"""`lpconf schema`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Which(StrEnum):
    """The documents that have a schema."""

    SITE = "site"
    PLAN = "plan"


def schema(
    which: Annotated[Which, typer.Argument(help="The document that the schema is for.")] = Which.SITE,
) -> None:
    """Print a JSON schema: of the YAML for editors, or of a plan."""
    from lpconf.cli.output import as_json
    from lpconf.config.schema import site_schema
    from lpconf.engine.encoding_schema import schema as plan_schema

    typer.echo(as_json(site_schema() if which is Which.SITE else plan_schema()))

"""`lpconf schema`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lpconf.model.json_schema import Schema


class Which(StrEnum):
    """The documents that have a schema."""

    SITE = "site"
    PLAN = "plan"
    DIFF = "diff"
    DRIFT = "drift"
    HISTORY = "history"
    RECORD = "record"
    RUN = "run"
    TOKEN_CHECK = "token-check"  # noqa: S105 - the name of a document
    VALIDATION = "validation"


def schema(
    which: Annotated[
        Which, typer.Argument(metavar="[DOCUMENT]", help=f"What the schema is for: {', '.join(Which)}.")
    ] = Which.SITE,
) -> None:
    """Print a JSON schema: of the YAML for editors, or of what -o json prints."""
    from lpconf.cli.output import as_json

    typer.echo(as_json(_schema(which)))


def _schema(which: Which) -> Schema:
    from lpconf.config.schema import site_schema
    from lpconf.engine.encoding_schema import schema as plan_schema
    from lpconf.report.json_schemas import schema as report_schema

    match which:
        case Which.SITE:
            return site_schema()
        case Which.PLAN:
            return plan_schema()
        case _:
            return report_schema(which.value)

"""`lpconf explain`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click
import typer

from lpconf.cli import completing, options
from lpconf.model.errors import ExitCode

if TYPE_CHECKING:
    from lpconf.cli.output import Render

_PLACE = re.compile(r"(?P<file>.+?):(?P<line>[0-9]{1,9})(?::(?P<column>[0-9]{1,9}))?")
_FILE = re.compile(r".*\.ya?ml|.*/.*", re.DOTALL)


def explain(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[WHAT]",
            help="A kind such as engagement, a word such as engagement.skill, or a line such as site.yaml:14.",
            click_type=completing.Proposing("word or line", completing.words_and_files),
        ),
    ] = None,
    output: options.Output = None,
) -> int:
    """Explain a word of the YAML, or what stands at a line. Works offline."""
    from lpconf.cli import output as out_to

    sinks = out_to.sinks(output, options.FORMATS)
    out_to.write(sinks, _renders(what))
    return ExitCode.DONE


def _renders(what: str | None) -> dict[str, Render]:
    """What is to be told, in each format. Raises LpconfError for what cannot be explained."""
    from lpconf.cli.output import as_json
    from lpconf.config.reference.topics import look_up, topics
    from lpconf.model.reference import Topic
    from lpconf.report import explain_json, explain_text

    if what is None:
        known = topics()
        return {
            "text": lambda color: explain_text.topics(known, color=color),
            "json": lambda _: as_json(explain_json.topics(known)),
        }
    if (place := _PLACE.fullmatch(what)) is not None:
        return _renders_of_place(place["file"], int(place["line"]), int(place["column"]) if place["column"] else None)
    if _FILE.fullmatch(what):
        raise click.UsageError(f"Add the number of a line to explain: {what}:1.")
    found = look_up(what)
    if isinstance(found, Topic):
        return {
            "text": lambda color: explain_text.topic(found, color=color),
            "json": lambda _: as_json(explain_json.topic(found)),
        }
    return {
        "text": lambda color: explain_text.entry(found, color=color),
        "json": lambda _: as_json(explain_json.entry(found)),
    }


def _renders_of_place(file: str, line: int, column: int | None) -> dict[str, Render]:
    from lpconf.cli.output import as_json
    from lpconf.config.reference.standing import standing_at
    from lpconf.report import explain_json, explain_text

    found = standing_at(Path(file), line, column)
    return {
        "text": lambda color: explain_text.standing(found, color=color),
        "json": lambda _: as_json(explain_json.standing(found)),
    }

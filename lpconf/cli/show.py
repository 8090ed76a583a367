"""`lpconf show`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpconf.cli import completing, options
from lpconf.model.errors import ExitCode

if TYPE_CHECKING:
    from lpconf.cli.output import Sink

_RUN = re.compile(r"last|[0-9a-f]{1,8}", re.IGNORECASE)


def show(
    what: Annotated[
        str,
        typer.Argument(
            metavar="RUN|FILE",
            help="A run's id, the beginning of one, or `last` (`history` lists them); or the file of a saved plan.",
            click_type=completing.Proposing("run or file", completing.runs_and_files),
        ),
    ],
    paths: options.Paths = None,
    state_dir: options.StateDir = None,
    output: options.ShowOutput = None,
    addresses_only: options.AddressesOnly = False,
    quiet: options.Quiet = False,
) -> int:
    """Show one run of apply as it was reported, or a saved plan. Works offline."""
    from lpconf.cli import reviews
    from lpconf.cli.session import named_paths_of
    from lpconf.cli.state import state_directory_to_read

    if _names_file(what):
        from lpconf.cli import saved_plans

        sinks = reviews.sinks(output, options.REVIEW_FORMATS, addresses_only=addresses_only)
        saved_plans.show(Path(what), sinks, addresses_only=addresses_only, quiet=quiet)
        return ExitCode.DONE
    sinks = reviews.sinks(output, options.RUN_FORMATS, addresses_only=addresses_only)
    state = state_directory_to_read(state_dir, named_paths_of(paths))
    _show_run(what, state, sinks, addresses_only=addresses_only)
    return ExitCode.DONE


def _names_file(what: str) -> bool:
    """Whether the argument is a file: it cannot be a run, and looks like a path or is there."""
    return _RUN.fullmatch(what) is None and (bool({".", "/"} & set(what)) or Path(what).exists())


def _show_run(run: str, state: Path, sinks: Sequence[Sink], *, addresses_only: bool) -> None:
    """Write a run to the sinks. Raises LpconfError for no such run, several, and a damaged journal."""
    from lpconf.apply.records import chosen, file_of, journals, load, run_of
    from lpconf.cli import output as out_to
    from lpconf.report import history_text, json, run_text
    from lpconf.report.markdown import run as markdown_run

    record = load(file_of(state, chosen(journals(state), run, state).id))
    reported = run_of(record)
    shown = run_text.without_values(reported) if addresses_only else reported
    out_to.write(
        sinks,
        {
            "text": lambda color: (
                run_text.run(shown, color=color)
                if addresses_only
                else history_text.record(record, reported, color=color)
            ),
            "markdown": lambda _: (
                markdown_run.render(shown) if addresses_only else markdown_run.record(record, reported)
            ),
            "json": lambda _: out_to.as_json(json.record(record, reported)),
        },
    )

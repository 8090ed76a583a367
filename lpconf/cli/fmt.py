"""`lpconf fmt`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click
import typer

from lpconf.cli import options
from lpconf.model.errors import ExitCode

if TYPE_CHECKING:
    from lpconf.config.formatting.files import Reformatted
    from lpconf.model.diagnostic import Diagnostic


def fmt(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="YAML files, or folders of them; - formats standard input to standard output.",
            show_default="site.yaml",
            readable=False,
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing. Exit with 1 if a file is not formatted.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what formatting changes, and write it; with --check only show it.")
    ] = False,
    quiet: options.Quiet = False,
) -> int:
    """Format YAML files. Values and comments stay.

    What changes is indentation, spaces and empty lines.
    """
    from lpconf.cli.output import tell, tell_diagnostics
    from lpconf.report.wording import counted

    found: list[Diagnostic] = []
    count = 0
    for each in _reformatted(paths):
        found += each.diagnostics
        if not each.diagnostics:
            _out(each, check=check, diff=diff)
            count += each.is_changed
    tell_diagnostics(found)
    if check and count and not quiet:
        tell(f"{counted(count, 'file')} to format. Without --check lpconf fmt does it.")
    return ExitCode.ERROR if found or (check and count) else ExitCode.DONE


def _reformatted(paths: Sequence[Path] | None) -> Iterator[Reformatted]:
    from lpconf.cli.session import paths_of
    from lpconf.config.files import MAX_FILE
    from lpconf.config.formatting.files import STDIN, reformat, reformat_bytes

    named = paths_of(paths)
    if STDIN not in named:
        return reformat(named)
    if len(named) > 1:
        raise click.UsageError("- is standard input, and goes with no other PATH.")
    return iter((reformat_bytes(sys.stdin.buffer.read(MAX_FILE + 1) if sys.stdin else b""),))


def _out(one: Reformatted, *, check: bool, diff: bool) -> None:
    """Write a file that formatting changes, and say so; or only say so."""
    from lpconf.cli.output import show
    from lpconf.config.formatting.files import STDIN
    from lpconf.config.secrecy import may_show
    from lpconf.config.writing import replace
    from lpconf.report.escape import terminal
    from lpconf.report.layout_diff import render

    is_stdin = one.path == STDIN
    if is_stdin and not check and not diff:
        sys.stdout.buffer.write(one.after.encode())
    elif one.is_changed:
        if not check and not is_stdin:
            replace(one.path, one.before, one.after)
        if not diff or not is_stdin:
            typer.echo(terminal(one.name))
        if diff:
            show(lambda color: render(one.name, one.before, one.after, may_show, color=color), sys.stdout)

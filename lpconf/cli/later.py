"""What the command line already knows by name but cannot do yet."""

from __future__ import annotations

from collections.abc import Callable

import click
import typer

COMMANDS = ("drift", "pull", "rollback", "history", "show", "diff")
OPTIONS = frozenset({"--env", "--out", "--plan", "--target", "--exclude", "--allow-delete"})
ANY_ARGUMENTS = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


def refuse(name: str) -> Callable[[typer.Context], None]:
    """A command that says it is not supported yet."""

    def command(_: typer.Context) -> None:
        raise click.UsageError(f"lpconf {name} is not supported yet.")

    command.__doc__ = "Not supported yet."
    return command

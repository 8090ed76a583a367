"""What the command line already knows by name but cannot do yet."""

from __future__ import annotations

import click

COMMANDS = ("pull", "doctor")
OPTIONS = frozenset({"--env", "--target", "--exclude"})


def command(name: str) -> click.Command:
    """A command that says it is not supported yet, whatever its arguments."""

    def refuse() -> None:
        raise click.UsageError(f"lpconf {name} is not supported yet.")

    return click.Command(
        name,
        callback=refuse,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
        add_help_option=False,
    )

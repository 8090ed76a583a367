"""`lpconf completion`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Shell(StrEnum):
    """The shells that can complete lpconf's commands."""

    BASH = "bash"
    FISH = "fish"
    ZSH = "zsh"


def completion(context: typer.Context, shell: Annotated[Shell, typer.Argument(help="Your shell.")]) -> None:
    """Print what a shell needs to complete lpconf's commands.

    For bash, add this line to ~/.bashrc: eval "$(lpconf completion bash)"
    """
    from click.shell_completion import ShellComplete, get_completion_class

    complete = get_completion_class(shell) or ShellComplete
    typer.echo(complete(context.find_root().command, {}, "lpconf", "_LPCONF_COMPLETE").source())

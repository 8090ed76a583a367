"""The commands by name. A command's module is imported when it is named, so that lpconf starts fast."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module

import click

from lpconf.cli import completing, later, public

COMMANDS = {
    "init": "Write a first configuration: asks, or takes LivePerson's tutorial.",
    "validate": "Check the configuration offline: YAML, schema, references, keys.",
    "fmt": "Format YAML files. Values and comments stay.",
    "diff": "Show what differs between two configurations or git revisions, offline.",
    "plan": "Show what apply would change. Reads only.",
    "apply": "Make the account as declared: plan, ask, write, and read back.",
    "drift": "Show what was changed since the last run, and not by lpconf. Cannot write.",
    "rollback": "Take a run back: plan, ask, write, and read back.",
    "history": "List the runs of apply, newest first. Works offline.",
    "show": "Show one run of apply as it was reported, or a saved plan. Works offline.",
    "page": "Open a page to try the conversation as a visitor, until Ctrl-C.",
    "explain": "Explain a word of the YAML, or what stands at a line. Works offline.",
    "schema": "Print a JSON schema: of the YAML for editors, or of what -o json prints.",
    "sandbox": "The local LivePerson simulator.",
    "token": "Keys and visitors' tokens (JWT): make them, and check them offline.",
    "completion": "Print what a shell needs to complete lpconf's commands.",
}
"""Every command and its line in the help, in the help's order. The module `lpconf.cli.<name>` holds either a function
of that name or, with sub-commands, a typer `app`."""


class Commands(click.Group):
    """The root of the command line, which builds only the command that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            built = _build(cmd_name)
            return completing.propose_files(built) if ctx.resilient_parsing else built
        return later.command(cmd_name) if cmd_name in later.COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if not (near := get_close_matches(args[0], COMMANDS, n=1)):
                raise
            raise click.UsageError(f"{error.message} Did you mean '{near[0]}'?", ctx) from None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[click.shell_completion.CompletionItem]:
        """The commands that fit, without building them, and the options."""
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name, help=line) for name, line in COMMANDS.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _build(name: str) -> click.Command:
    import typer

    module = import_module(f"lpconf.cli.{name}")
    app = getattr(module, "app", None)
    if app is None:
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(name)(public.command(getattr(module, name)))
    return typer.main.get_command(app)

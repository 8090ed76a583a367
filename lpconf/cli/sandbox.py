"""`lpconf sandbox`, and the sandbox inside other commands."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click
import typer

from lpconf.cli import options, sandbox_data, sandbox_faults
from lpconf.cli.sandbox_state import DEFAULT_ACCOUNT, Account, problems_told, state_file

if TYPE_CHECKING:
    from lpconf.sandbox import server
    from lpconf.sandbox.rules import Settings

app = typer.Typer(
    help="The local LivePerson simulator.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)


@app.command("serve")
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1. 0 takes a free one.")] = 0,
    account: Account = DEFAULT_ACCOUNT,
    tls: Annotated[bool, typer.Option("--tls", help="Serve https and wss, with a certificate of its own.")] = False,
    quirk: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Let it behave otherwise. `sandbox quirks` lists how. Repeatable."),
    ] = None,
    state_dir: options.StateDir = None,
) -> None:
    """Run the simulator alone, until Ctrl-C. Prints what points lpconf at it."""
    with problems_told():
        from lpconf.sandbox import server

        settings = _settings(quirk or ())
        server.serve(state_file(state_dir), account, port, _announce, secure=tls, settings=settings)


def _settings(pairs: Sequence[str]) -> Settings | None:
    if not pairs:
        return None
    from lpconf.sandbox import quirks

    try:
        return quirks.parse(pairs)
    except ValueError as error:
        raise click.UsageError(f"{error}\nlpconf sandbox quirks lists them with their values.") from None


def _announce(address: server.Address) -> None:
    typer.echo(f"export LPCONF_DISCOVERY_URL={address.url}")
    typer.echo(f"export LPCONF_USERNAME_{address.account}={address.username}")
    typer.echo(f"export LPCONF_PASSWORD_{address.account}={address.password}")
    if address.ca_file:
        # What lpconf and other programs with requests read, and what Node.js reads.
        for name in ("REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
            typer.echo(f"export {name}={shlex.quote(str(address.ca_file))}")
    typer.echo(f"The sandbox holds account {address.account}. Stop it with Ctrl-C.", err=True)
    typer.echo(f"Its page, for one browser: {address.page_url}", err=True)


@contextmanager
def embedded(state_dir: Path | None, paths: Sequence[Path], account: str) -> Iterator[server.Address]:
    """The simulator inside this command, with the account made if need be."""
    with ExitStack() as stack:
        with problems_told():
            from lpconf.sandbox import server

            address = stack.enter_context(server.running(state_file(state_dir, paths), account))
        yield address


app.add_typer(sandbox_faults.app, name="faults")
app.command("quirks")(sandbox_data.quirks)
app.command("reset")(sandbox_data.reset)
app.command("export")(sandbox_data.export)
app.command("import")(sandbox_data.import_)

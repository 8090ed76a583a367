"""`lpconf sandbox`, and the sandbox inside other commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpconf.cli import options
from lpconf.cli.state import state_directory
from lpconf.model.errors import LpconfError

if TYPE_CHECKING:
    from lpconf.sandbox import server

DEFAULT_ACCOUNT = "12345678"
STATE_FILE = "sandbox.sqlite3"

app = typer.Typer(
    help="The local LivePerson simulator.", no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False
)


@app.callback()
def _root() -> None:
    pass


@app.command("serve")
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1. 0 takes a free one.")] = 0,
    account: Annotated[str, typer.Option(help="The account that it holds.")] = DEFAULT_ACCOUNT,
    state_dir: options.StateDir = None,
) -> None:
    """Run the simulator alone, until Ctrl-C. Prints what points lpconf at it."""
    with _problems_told() as server:
        server.serve(state_directory(state_dir) / STATE_FILE, account, port, _announce)


def _announce(address: server.Address) -> None:
    typer.echo(f"export LPCONF_DISCOVERY_URL={address.url}")
    typer.echo(f"export LPCONF_USERNAME_{address.account}={address.username}")
    typer.echo(f"export LPCONF_PASSWORD_{address.account}={address.password}")
    typer.echo(f"The sandbox holds account {address.account}. Stop it with Ctrl-C.", err=True)


@contextmanager
def embedded(state_dir: Path | None, paths: Sequence[Path], account: str) -> Iterator[server.Address]:
    """The simulator inside this command, with the account made if need be."""
    with (
        _problems_told() as server,
        server.running(state_directory(state_dir, paths) / STATE_FILE, account) as address,
    ):
        yield address


@contextmanager
def _problems_told() -> Iterator[server]:  # type: ignore[valid-type]
    """The simulator's module, with its errors and its absence turned into messages."""
    try:
        from lpconf.sandbox import server
    except ImportError as error:
        raise LpconfError(
            f"The sandbox needs more packages ({error.name} is missing). Install them: pip install 'lpconf[sandbox]'"
        ) from error
    try:
        yield server
    except server.PortInUse as error:
        raise LpconfError(f"The {error}. Choose another with --port.".replace("The port", "Port", 1)) from error
    except server.StateFileError as error:
        raise LpconfError(f"The sandbox cannot use its data: {error}") from error

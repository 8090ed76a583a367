"""What the sandbox's commands have in common: its data, and its errors as messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import click
import typer

from lpconf.cli.state import state_directory
from lpconf.model.errors import LpconfError

DEFAULT_ACCOUNT = "12345678"
STATE_FILE = "sandbox.sqlite3"


def checked_account(account: str | None) -> str | None:
    """The same account. Its id goes into paths, and into names of variables that a shell reads."""
    if account is not None and not re.fullmatch(r"[A-Za-z0-9_]{1,20}", account, re.ASCII):
        raise click.BadParameter("an account is up to 20 letters, digits and _.")
    return account


Account = Annotated[str, typer.Option("--account", callback=checked_account, help="The account.")]


def state_file(state_dir: Path | None, paths: Sequence[Path] = ()) -> Path:
    """The file that the sandbox keeps its data in."""
    return state_directory(state_dir, paths) / STATE_FILE


@contextmanager
def problems_told() -> Iterator[None]:
    """Turn the simulator's errors and its absence into messages. Import the simulator inside of this."""
    import sqlite3

    from lpconf.sandbox.listening import PortInUse, PortRefused
    from lpconf.sandbox.store import StateFileError

    try:
        yield
    except ImportError as error:
        raise LpconfError(
            f"The sandbox needs more packages ({error.name} is missing). Install them: pip install 'lpconf[sandbox]'"
        ) from error
    except PortInUse as error:
        raise LpconfError(f"Port {error.port} is in use. Choose another with --port.") from error
    except PortRefused as error:
        raise LpconfError(
            f"The sandbox cannot listen on port {error.port}: {error.reason}. Choose another with --port."
        ) from error
    except StateFileError as error:
        raise LpconfError(f"The sandbox cannot use its data: {error}") from error
    except BrokenPipeError:
        # About our output, and not about the data.
        raise
    except OSError as error:
        raise LpconfError(f"The sandbox cannot use its data: {error.strerror}.") from error
    except sqlite3.OperationalError as error:
        raise LpconfError(f"The sandbox cannot use its data: {error}.") from error

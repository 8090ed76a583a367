"""`lpconf sandbox reset`, `export`, `import` and `quirks`: what the sandbox holds, and how it can behave."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import click
import typer

from lpconf.cli import options
from lpconf.cli.output import as_json, show
from lpconf.cli.sandbox_state import DEFAULT_ACCOUNT, Account, checked_account, problems_told, state_file
from lpconf.model.errors import LpconfError

_LARGEST_FILE = 256 * 1024 * 1024
_OtherAccount = Annotated[
    str | None,
    typer.Option("--account", callback=checked_account, help="The account to fill.", show_default="as in the file"),
]


def reset(account: Account = DEFAULT_ACCOUNT, state_dir: options.StateDir = None) -> None:
    """Make an account new again.

    Also works while a sandbox runs. Faults stay.
    """
    with problems_told():
        from lpconf.sandbox import accounts

        accounts.reset(state_file(state_dir), account)
    typer.echo(f"Account {account} is as a new one.")


def export(
    file: Annotated[Path | None, typer.Argument(help="Where to.", show_default="stdout")] = None,
    account: Account = DEFAULT_ACCOUNT,
    state_dir: options.StateDir = None,
) -> None:
    """Write an account as JSON.

    Without its secrets. Also works while a sandbox runs.
    """
    with problems_told():
        from lpconf.sandbox import accounts

        try:
            document = accounts.export(state_file(state_dir), account)
        except ValueError as error:
            raise LpconfError(str(error)) from None
    text = as_json(document)
    if file is None:
        show(lambda _: text, sys.stdout)
        return
    try:
        _write(file, text + "\n")
    except OSError as error:
        raise LpconfError(f"Cannot write {file}: {error.strerror}.") from error
    typer.echo(f"Account {account} is in {file}.", err=True)


def import_(
    file: Annotated[Path, typer.Argument(help="What `lpconf sandbox export` wrote, or - for stdin.", readable=False)],
    account: _OtherAccount = None,
    state_dir: options.StateDir = None,
) -> None:
    """Fill an account from JSON.

    What it held before is gone. Also works while a sandbox runs.
    """
    document = _read(file)
    with problems_told():
        from lpconf.sandbox import accounts

        try:
            filled = accounts.import_(state_file(state_dir), document, account)
        except ValueError as error:
            raise LpconfError(f"{file} cannot be imported: {error}") from None
    typer.echo(f"Account {filled} is as in {file}.")


def _write(file: Path, text: str) -> None:
    """Write a file of 0600, whole or not at all. What was there before, be it a link or open to others, is replaced."""
    if file.exists() and not file.is_file():
        # A pipe or a terminal, such as /dev/stdout, stays what it is.
        file.write_text(text, encoding="utf-8")
        return
    import tempfile

    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as target:
            target.write(text)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _read(file: Path) -> object:
    try:
        with click.open_file(str(file), "rb") as source:
            content = source.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise LpconfError(f"Cannot read {file}: {error.strerror}.") from error
    if len(content) > _LARGEST_FILE:
        raise LpconfError(f"{file} is larger than {_LARGEST_FILE // 1024 // 1024} MiB.")
    import json

    try:
        document: object = json.loads(content)
    except json.JSONDecodeError as error:
        raise LpconfError(f"{file}:{error.lineno}:{error.colno}: this is not JSON.") from None
    except (ValueError, RecursionError):
        raise LpconfError(f"{file} is not JSON.") from None
    return document


def quirks(
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORD]...", help="Only those with these words.")] = None,
) -> None:
    """List the quirks that `sandbox serve` takes.

    What nobody knows of LivePerson for sure can be switched. The first value is what the sandbox does by itself.
    """
    with problems_told():
        from lpconf.sandbox.quirks import QUIRKS
    for quirk in QUIRKS:
        values = [quirk.default, *(value for value in quirk.values if value != quirk.default)]
        text = f"{quirk.name}={'|'.join(values)}\n    {quirk.says} [{quirk.mark}, facts {quirk.source}]"
        if all(word.lower() in text.lower() for word in words or ()):
            typer.echo(text)

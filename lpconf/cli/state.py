"""The state directory: journals, the sandbox's data."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from lpconf.model.errors import LpconfError


def state_directory(chosen: Path | None, paths: Sequence[Path] = ()) -> Path:
    """The state directory, made if need be: `--state-dir`, else `.lpconf/` beside the configuration.

    It is the user's own (0700) and git ignores it by itself. Raises LpconfError where that cannot be.
    """
    directory = _named(chosen, paths)
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise LpconfError(f"The state directory {directory} is a link or no directory.")
        if found.st_uid != os.getuid():
            raise LpconfError(f"The state directory {directory} belongs to another user.")
        if found.st_mode & 0o077:
            # Others may have put something there, or a checkout has: git never makes a folder of 0700.
            if any(directory.iterdir()):
                raise LpconfError(
                    f"The state directory {directory} can be read or changed by other users.\n"
                    f"lpconf does not trust it. If you know what is in it, close it: chmod 700 {directory}"
                )
            directory.chmod(0o700)
        with suppress(FileExistsError), (directory / ".gitignore").open("x", encoding="ascii") as ignore:
            ignore.write("*\n")
    except OSError as error:
        raise LpconfError(f"Cannot use the state directory {directory}: {error.strerror}.") from error
    return directory


def state_directory_to_read(chosen: Path | None, paths: Sequence[Path] = ()) -> Path:
    """The same directory for who only reads it, never made: where there is none, it holds nothing.

    Raises LpconfError for a wrong one.
    """
    directory = _named(chosen, paths)
    return state_directory(chosen, paths) if directory.is_dir() or directory.is_symlink() else directory


def found_state_directory(chosen: Path | None, paths: Sequence[Path] = ()) -> Path | None:
    """The same directory if it is there; for who must neither write nor complain. None for a link, too."""
    directory = _named(chosen, paths)
    return directory if directory.is_dir() and not directory.is_symlink() else None


def _named(chosen: Path | None, paths: Sequence[Path]) -> Path:
    return chosen or _beside(paths) / ".lpconf"


def _beside(paths: Sequence[Path]) -> Path:
    first = paths[0] if paths else Path()
    return first if first.is_dir() else first.parent

"""The state directory: journals, the sandbox's data."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from lpconf.model.errors import LpconfError


def state_directory(chosen: Path | None, paths: Sequence[Path] = ()) -> Path:
    """The state directory, made if need be: `--state-dir`, else `.lpconf/` beside the configuration.

    It is the user's own (0700) and git ignores it by itself. Raises LpconfError where that cannot be.
    """
    directory = chosen or _beside(paths) / ".lpconf"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise LpconfError(f"The state directory {directory} is a link or no directory.")
        if found.st_uid != os.getuid():
            raise LpconfError(f"The state directory {directory} belongs to another user.")
        if found.st_mode & 0o077:
            directory.chmod(0o700)
        ignore = directory / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="ascii")
    except OSError as error:
        raise LpconfError(f"Cannot use the state directory {directory}: {error.strerror}.") from error
    return directory


def _beside(paths: Sequence[Path]) -> Path:
    first = paths[0] if paths else Path()
    return first if first.is_dir() else first.parent

"""Writes configuration files: whole or not at all, never over what somebody else wrote."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from lpconf.model.errors import LpconfError

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_UTF_8_MARK = "\ufeff"


def replace(path: Path, before: str, after: str) -> None:
    """Write `after` in the place of `before`, which was read from the file. Its mode and owner stay.

    A link stays a link to the file. Raises LpconfError where the file cannot be written, and where it no longer holds
    `before`.
    """
    real = Path(os.path.realpath(path))
    try:
        if not os.access(real, os.W_OK):
            raise LpconfError(f"Cannot write {path}: permission denied.")
        if real.read_bytes().decode("utf-8", "replace").removeprefix(_UTF_8_MARK) != before:
            raise LpconfError(f"Cannot write {path}: somebody changed it in this moment. Run the command again.")
        temporary = real.with_name(f".lpconf-{secrets.token_hex(8)}.tmp")
        try:
            _write(temporary, after, real.stat())
            temporary.replace(real)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise LpconfError(f"Cannot write {path}: {error.strerror}.") from error


def create(path: Path, text: str) -> None:
    """Write a new file. Raises LpconfError where there is something of that name already, or it cannot be written."""
    try:
        descriptor = os.open(path, _NEW, 0o666)
    except FileExistsError:
        raise LpconfError(f"{path} is there already, and is never overwritten.") from None
    except OSError as error:
        raise LpconfError(f"Cannot write {path}: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise LpconfError(f"Cannot write {path}: {error.strerror}.") from error


def _write(temporary: Path, text: str, like: os.stat_result) -> None:
    with os.fdopen(os.open(temporary, _NEW, 0o600), "w", encoding="utf-8", newline="") as file:
        # Only the superuser can give files away. Everybody else's copy belongs to who runs the command.
        with suppress(OSError):
            os.fchown(file.fileno(), like.st_uid, like.st_gid)
        os.fchmod(file.fileno(), stat.S_IMODE(like.st_mode))
        file.write(text)
        file.flush()
        os.fsync(file.fileno())

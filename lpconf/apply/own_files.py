"""Files that belong to the user alone: journals and locks. Nothing is followed, nothing foreign is trusted."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lpconf.model.errors import LpconfError


def own_folder(folder: Path, what: str) -> Path:
    """The folder, made with mode 0700 if need be. `what` names it in messages, such as `folder of locks`.

    Raises LpconfError where it is a link, somebody else's, open to others, or cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        pass
    except OSError as error:
        raise LpconfError(f"Cannot make the {what} {folder}: {error.strerror}.") from error
    check_folder(folder, what)
    return folder


def check_folder(folder: Path, what: str) -> None:
    """Raise LpconfError unless the folder is a folder, the user's own, and closed to others."""
    try:
        found = folder.lstat()
    except OSError as error:
        raise LpconfError(f"Cannot use the {what} {folder}: {error.strerror}.") from error
    if not stat.S_ISDIR(found.st_mode):
        raise LpconfError(f"The {what} {folder} is a link or no folder. Remove it.")
    _check_owner(found, f"The {what} {folder}", f"chmod 700 {folder}")


@contextmanager
def opened(file: Path, flags: int, what: str) -> Iterator[int]:
    """A descriptor of a file of the user's own, closed at the end. A new file gets the mode 0600.

    Raises LpconfError for a link, anything but a file, somebody else's, and one that is open to others; FileExistsError
    and FileNotFoundError as `os.open` does.
    """
    try:
        descriptor = os.open(file, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError as error:
        if file.is_symlink():
            raise LpconfError(f"The {what} {file} is a link. Remove it.") from None
        raise LpconfError(f"Cannot open the {what} {file}: {error.strerror}.") from error
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise LpconfError(f"The {what} {file} is no regular file. Remove it.")
        _check_owner(found, f"The {what} {file}", f"chmod 600 {file}")
        yield descriptor
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Have a new name in a folder on disk before going on. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_owner(found: os.stat_result, subject: str, repair: str) -> None:
    if found.st_uid != os.getuid():
        raise LpconfError(f"{subject} belongs to another user. lpconf does not trust it.")
    if found.st_mode & 0o077:
        raise LpconfError(
            f"{subject} can be read or changed by other users. lpconf does not trust it.\n"
            f"If you know what is in it, close it: {repair}"
        )

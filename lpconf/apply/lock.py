"""One lock per account and discovery host, of the operating system: a kill releases it."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import platform
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from lpconf.apply.clock import Clock
from lpconf.apply.own_files import check_folder, opened, own_folder
from lpconf.model.errors import LpconfError
from lpconf.model.plan import Target
from lpconf.model.record import Holder

_WHAT = "lock file"
_FOLDER = "folder of locks"
_PAUSE = 0.1
"""Seconds between two tries."""
_ODD = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST = 4096
"""Bytes that are read of what the holder says of itself."""


class Locked(LpconfError):  # noqa: N818 - reads as what it is
    """Somebody else holds the lock."""

    in_public = "Another lpconf is at work on this account. Nothing was written."

    def __init__(self, message: str, holder: Holder) -> None:
        super().__init__(message)
        self.holder = holder


def lock_folder(environ: Mapping[str, str]) -> Path:
    """Where the user's locks are: `$XDG_STATE_HOME/lpconf`, else `~/.local/state/lpconf`.

    Raises LpconfError where there is no home.
    """
    base = environ.get("XDG_STATE_HOME", "")
    if base and Path(base).is_absolute():
        return Path(base) / "lpconf"
    try:
        return Path.home() / ".local" / "state" / "lpconf"
    except RuntimeError:
        raise LpconfError("There is no home folder for the lock. Set XDG_STATE_HOME to a folder of yours.") from None


def lock_file(folder: Path, target: Target) -> Path:
    """The lock of one account and discovery host."""
    return folder / f"{_ODD.sub('_', target.account)}@{_ODD.sub('_', target.discovery_host)}.lock"


@contextmanager
def locked(file: Path, *, timeout: float, clock: Clock, now: Callable[[], datetime]) -> Iterator[None]:
    """Hold a lock. Waits up to `timeout` seconds for it.

    Raises Locked where somebody else holds it for longer, LpconfError where the file cannot be trusted or made.
    """
    own_folder(file.parent, _FOLDER)
    with opened(file, os.O_RDWR | os.O_CREAT, _WHAT) as descriptor:
        # One more look even without a timeout: a `plan` may just be looking whether the lock is free.
        until = clock.now() + max(timeout, _PAUSE)
        while not _taken(descriptor, fcntl.LOCK_EX):
            if clock.over(until):
                raise _locked(_holder(descriptor))
            clock.wait(_PAUSE)
        _write_holder(descriptor, now())
        # The name stays: were it removed, two could hold locks of two files with this name.
        yield


def holder_of(file: Path) -> Holder | None:
    """Who holds a lock; None if nobody does. Makes nothing and waits for nothing.

    Raises LpconfError for a file that cannot be trusted.
    """
    try:
        if not file.parent.is_dir():
            return None
        check_folder(file.parent, _FOLDER)
        with opened(file, os.O_RDONLY, _WHAT) as descriptor:
            return None if _taken(descriptor, fcntl.LOCK_SH) else _holder(descriptor)
    except FileNotFoundError:
        return None


def _taken(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise LpconfError(
            f"The file system of the lock does not lock files: {error.strerror}.\n"
            "Set XDG_STATE_HOME to a folder on a local disk."
        ) from error
    return True


def _write_holder(descriptor: int, since: datetime) -> None:
    """Say who holds it, for whoever comes next. The lock itself does not depend on it."""
    about = {"pid": os.getpid(), "user": user_name(), "host": platform.node(), "since": since.isoformat()}
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(about).encode("ascii"), 0)
    except OSError:
        return


def _holder(descriptor: int) -> Holder:
    try:
        about = json.loads(os.pread(descriptor, _LONGEST, 0))
        since = datetime.fromisoformat(about["since"]).astimezone(UTC)
        return Holder(str(about["user"]), int(about["pid"]), since.isoformat(), str(about["host"]))
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return Holder()


def _locked(holder: Holder) -> Locked:
    who = ""
    if holder.user:
        since = datetime.fromisoformat(holder.since)
        who = f" {holder.user} has run it since {since:%Y-%m-%d %H:%M:%S} UTC (process {holder.pid})."
    return Locked(
        f"Another lpconf is at work on this account.{who} Nothing was written.\n"
        "Wait until it has ended, or let lpconf wait for it with --lock-timeout SECONDS.",
        holder,
    )


def user_name() -> str:
    """The name of the operating system's user; the number where there is no name, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())

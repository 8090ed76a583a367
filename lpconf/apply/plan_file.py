"""Saved plans as files: written whole or not at all, for the user's eyes only, and read with suspicion."""

from __future__ import annotations

import json
import os
import secrets
import stat
from pathlib import Path

from lpconf.apply.own_files import sync_folder
from lpconf.engine.decoding import InvalidPlanError, SavedPlan, decode
from lpconf.model.errors import LpconfError
from lpconf.model.json import Json, JsonObject

_LARGEST = 50 * 1024 * 1024
"""Bytes."""


def check(file: Path) -> None:
    """Raise LpconfError where a plan cannot be saved in a file: better told before the account is read than after."""
    folder = file.parent
    if not folder.is_dir():
        raise _cannot_save(file, f"the folder {folder} does not exist")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _cannot_save(file, f"permission denied in the folder {folder}")
    try:
        mode = file.lstat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise _cannot_save(file, error.strerror) from error
    if stat.S_ISLNK(mode):
        raise _cannot_save(file, "it is a link")
    if not stat.S_ISREG(mode):
        raise _cannot_save(file, "it is a folder" if stat.S_ISDIR(mode) else "it is no regular file")


def save(file: Path, text: str) -> None:
    """Write a plan's JSON with mode 0600, in the place of an earlier file of that name, all of it or nothing.

    Raises LpconfError where that cannot be, and for a link or anything else that is no file.
    """
    check(file)
    temporary = file.parent / f".lpconf-{secrets.token_hex(8)}.tmp"
    try:
        try:
            _write(temporary, text.encode("ascii"))
            temporary.replace(file)
        finally:
            temporary.unlink(missing_ok=True)
        sync_folder(file.parent)
    except OSError as error:
        raise _cannot_save(file, error.strerror) from error


def load(file: Path) -> tuple[SavedPlan, JsonObject]:
    """The plan in a file, and the document that it was read from.

    Raises LpconfError for what is no regular file, larger than 50 MB, not UTF-8, not JSON, and for what
    `decoding.decode` refuses.
    """
    data = _read(file)
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant)
        return decode(document), document
    except InvalidPlanError as error:
        raise LpconfError(f"Cannot use the plan {file}. {error}", in_public=error.in_public) from None
    except UnicodeDecodeError:
        raise LpconfError(f"Cannot use the plan {file}. It is not UTF-8 text.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise LpconfError(f"Cannot use the plan {file}. It is not JSON, at {where}.") from None
    except ValueError:
        raise LpconfError(f"Cannot use the plan {file}. It is not JSON as lpconf writes it.") from None
    except RecursionError:
        raise LpconfError(f"Cannot use the plan {file}. It is nested too deeply.") from None


def _read(file: Path) -> bytes:
    try:
        # Without O_NONBLOCK, a named pipe would have it wait for ever.
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise LpconfError(f"Cannot read the plan {file}: it is no regular file.")
            with os.fdopen(descriptor, "rb", closefd=False) as stream:
                data = stream.read(_LARGEST + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise LpconfError(f"Cannot read the plan {file}: {error.strerror}.") from error
    if len(data) > _LARGEST:
        raise LpconfError(f"Cannot read the plan {file}: it is larger than {_LARGEST // 1024 // 1024} MB.")
    return data


def _write(temporary: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(temporary, flags, 0o600), "wb") as stream:
        os.fchmod(stream.fileno(), 0o600)
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object, unless a key stands in it twice: two readers could read two plans."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in an object")
    return found


def _constant(_: str) -> Json:
    raise ValueError("JSON knows no such number")


def _cannot_save(file: Path, why: str | None) -> LpconfError:
    return LpconfError(f"Cannot save the plan in {file}: {why}.")

"""Reads the objects of a git repository: commits, trees and blobs, by their ids, from one git process."""

from __future__ import annotations

import contextlib
import re
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from lpconf.config.git import process as git
from lpconf.model.errors import LpconfError

SECONDS = 60.0
"""How long all reading of one repository may take."""
MAX_TREE = 8_000_000
"""Bytes of one folder's list of names: about 200,000 of them."""

FILE, EXECUTABLE, LINK, FOLDER, SUBMODULE = b"100644", b"100755", b"120000", b"40000", b"160000"

_HEADER = re.compile(rb"[0-9a-f]+ (?P<type>[a-z]+) (?P<size>[0-9]{1,18})\n")
_LONGEST_HEADER = 200


class TooLargeError(Exception):
    """An object has more bytes than were asked for. It was not read."""


class MissingObjectError(Exception):
    """The repository does not hold the object: a clone may leave out what it fetches later. Nothing is fetched here."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands under a name in a tree: its mode, such as `FILE`, and the id of its object."""

    mode: bytes
    id: str

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file."""
        return self.mode.startswith(b"100")


class Objects:
    """The objects of one repository. A context: git runs from the first read to the end of it."""

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None, seconds: float = SECONDS) -> None:
        self._folder = folder
        self._environ = environ
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._watch: threading.Timer | None = None

    def __enter__(self) -> Objects:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._end()

    def tree(self, id: str) -> dict[bytes, Entry]:
        """The entries of a commit's or folder's tree by their names.

        Raises TooLargeError, MissingObjectError, and LpconfError where git fails.
        """
        kind, data = self._read(f"{id}^{{tree}}", MAX_TREE)
        if kind != b"tree":
            raise MissingObjectError
        return dict(_entries(data, len(id) // 2))

    def blob(self, id: str, limit: int) -> bytes:
        """The bytes of a file. Raises TooLargeError, MissingObjectError, and LpconfError where git fails."""
        kind, data = self._read(id, limit)
        if kind != b"blob":
            raise MissingObjectError
        return data

    def _read(self, name: str, limit: int) -> tuple[bytes, bytes]:
        """The type and the bytes of an object. `name` is made of a full id, so it can mean nothing else."""
        asked, answers = self._started()
        try:
            asked.write(name.encode("ascii") + b"\n")
            asked.flush()
            header = answers.readline(_LONGEST_HEADER)
            found = _HEADER.fullmatch(header)
            if found is None:
                if header.endswith(b" missing\n"):
                    raise MissingObjectError
                raise _silent()
            size = int(found["size"])
            if size > limit:
                raise TooLargeError
            data = answers.read(size + 1)
        except OSError:
            self._end()
            raise _silent() from None
        except (TooLargeError, LpconfError):
            # What git goes on to say is not read.
            self._end()
            raise
        if len(data) != size + 1:
            self._end()
            raise _silent()
        return found["type"], data[:-1]

    def _started(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            try:
                self._process = subprocess.Popen(
                    git.command(self._folder, "cat-file", "--batch"),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=git.environment(self._environ),
                )
            except OSError:
                raise LpconfError("lpconf reads revisions with git, and could not start it.") from None
            self._watch = threading.Timer(self._seconds, self._process.kill)
            self._watch.daemon = True
            self._watch.start()
        if self._process.stdin is None or self._process.stdout is None:
            raise _silent()
        return self._process.stdin, self._process.stdout

    def _end(self) -> None:
        process, self._process = self._process, None
        if self._watch is not None:
            self._watch.cancel()
        if process is not None:
            process.kill()
            with contextlib.suppress(OSError):
                process.communicate()


def _silent() -> LpconfError:
    return LpconfError("git did not give the files of a revision. Try git fsck.")


def _entries(data: bytes, id_size: int) -> list[tuple[bytes, Entry]]:
    """What a tree holds: mode, space, name, NUL and the id's bytes, again and again.

    Raises LpconfError for anything else: git passes a damaged tree on as it is.
    """
    found = []
    at = 0
    while at < len(data):
        space = data.find(b" ", at)
        end = data.find(b"\0", space)
        after = end + 1 + id_size
        if space < 0 or end < 0 or after > len(data):
            raise _silent()
        found.append((data[space + 1 : end], Entry(data[at:space], data[end + 1 : after].hex())))
        at = after
    return found

"""Which files to read, and how to read a file that is not trusted: never blocking, bounded, inside its folder."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Protocol

from lpconf.config.problems import BadValueError, Complaint, Problems
from lpconf.config.words import closest, printable

MAX_FILE = 5_000_000
"""Bytes of a YAML file."""
MAX_ALTOGETHER = 25_000_000
"""Characters of all YAML files of a load. 50,000 engagements of 340 are 17 million."""
MAX_KEY_FILE = 64 * 1024
"""Bytes of a file that a key field names."""

NO_CONFIG = Complaint(
    "file.none", "this folder holds no .yaml or .yml file", "Sub-folders and hidden files are not read."
)
LINK_OUT = Complaint("file.link", "this file is a link that leads out of its folder", "Name the file itself.")

_SUFFIXES = (".yaml", ".yml")
_USUAL_NAME = "site.yaml"
"""The file that `lpconf init` writes, and that commands read where none is named."""

_PLAINLY_A_FILE = re.compile(
    r"(?:[\w-][\w. -]{0,29}/){0,9}[\w-][\w. -]{0,29}\.(?:pem|pub|key|der|crt|cer|txt)", re.ASCII
)

# O_NONBLOCK: opening a named pipe must not wait for a writer. Missing on Windows, as the others are.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOCTTY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file to read. `name` is its path as the user gave it, safe to print."""

    path: Path
    name: str


class Files(Protocol):
    """Where a configuration is read from. This module is one: the disk; the tree of a git commit is another."""

    def find(self, paths: Sequence[Path], problems: Problems) -> tuple[ConfigFile, ...]:
        """The files that the paths stand for, each once, in order. A folder stands for its YAML files."""

    def read(self, file: ConfigFile, problems: Problems) -> str | None:
        """The text of a configuration file, without a byte order mark, or None when it has none to give."""

    def read_key_file(self, folder: Path, name: str) -> bytes:
        """The bytes of a file that a key field names, by its path below a folder. Raises BadValueError."""


def find(paths: Sequence[Path], problems: Problems) -> tuple[ConfigFile, ...]:
    """The files that the paths stand for, each once, in order. A folder stands for its YAML files."""
    found: dict[str, ConfigFile] = {}
    for path in paths:
        try:
            for file in _expand(path, problems):
                found.setdefault(os.path.realpath(file), ConfigFile(file, shown_name(file)))
        except (OSError, ValueError) as error:
            problems.add_missing(shown_name(path), _unreadable(error))
    return tuple(found.values())


def _expand(path: Path, problems: Problems) -> Iterator[Path]:
    mode = path.stat().st_mode if path.exists() else None
    if mode is not None and (link := _leading_folder(path, mode)) is not None:
        message = f"the folder {shown_name(link)} is a link that leads out of its folder"
        problems.add_missing(shown_name(path), Complaint("file.link", message, "Name the folder that it leads to."))
    elif mode is None:
        problems.add_missing(shown_name(path), _missing(path))
    elif not stat.S_ISDIR(mode):
        yield path
    else:
        files = sorted(each for each in path.iterdir() if _is_config(each))
        if not files:
            problems.add_missing(shown_name(path), NO_CONFIG)
        yield from files


def _leading_folder(path: Path, mode: int) -> Path | None:
    link = leading_out(path)
    # Of a file that is itself a link `read` has more to say.
    return link if link != path or stat.S_ISDIR(mode) else None


def leading_out(path: Path) -> Path | None:
    """The first step of a path that is a link out of the folder that it lies in, if any.

    A stranger's checkout can hold such links, to have files elsewhere shown in messages, or written. What lies above
    the current folder, or above what an absolute path names, is the user's own.
    """
    here = Path.cwd()
    if path.is_absolute():
        known = here if path.is_relative_to(here) else path.parent
        steps = path.relative_to(known).parts
    else:
        known, steps = Path(), path.parts
    for step in steps:
        folder, known = known, known / step
        if step != ".." and known.is_symlink() and not _is_below(os.path.realpath(known), os.path.realpath(folder)):
            return known
    return None


def _is_below(real: str, folder: str) -> bool:
    return os.path.commonpath((folder, real)) == folder


def _is_config(path: Path) -> bool:
    return is_config_name(path) and not path.is_dir()


def is_config_name(path: PurePath) -> bool:
    """Whether a file of this name is part of its folder's configuration."""
    return path.suffix in _SUFFIXES and not path.name.startswith(".")


def _missing(path: Path) -> Complaint:
    folder = path.parent
    if not folder.is_dir():
        return Complaint("file.missing", f"this file does not exist, nor does the folder {shown_name(folder)}")
    neighbours = sorted(each.name for each in folder.iterdir() if _is_config(each))
    twins = [name for name in neighbours if Path(name).stem == path.stem]
    near = twins[0] if twins else closest(path.name, neighbours)
    looked = f"this file does not exist; lpconf looked in {printable(str(folder.resolve()))}"
    if near:
        return Complaint("file.missing", looked, f"Did you mean {shown_name(folder / near)}?")
    above = _above(path)
    if above is not None:
        return Complaint("file.missing", looked, f"Did you mean {shown_name(above)}?")
    hint = "lpconf init makes one. Or name the path of the one that you have." if path.name == _USUAL_NAME else ""
    return Complaint("file.missing", looked, hint)


def _above(path: Path) -> Path | None:
    """The file of the same name in the nearest folder above: `../site.yaml`."""
    above = range(1, len(path.parent.resolve().parts))
    found = (path.parent.joinpath(*[".."] * steps, path.name) for steps in above)
    return next((each for each in found if each.is_file()), None)


def shown_name(path: Path) -> str:
    """The path, safe to print."""
    # File names may come from a pull request: line breaks in them must not reach a log.
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _unreadable(error: Exception) -> Complaint:
    reason = (error.strerror or "") if isinstance(error, OSError) else ""
    return Complaint("file.unreadable", f"this file cannot be read{f': {reason.lower()}' if reason else ''}")


def read(file: ConfigFile, problems: Problems) -> str | None:
    """The text of a configuration file, without a byte order mark, or None when it has none to give."""
    try:
        path = _inside_folder(file.path)
        if path is None:
            problems.add_file(file.name, LINK_OUT)
            return None
        data = _read_regular(os.open(path, _READ), MAX_FILE)
    except BadValueError as error:
        problems.add_file(file.name, error.complaint)
        return None
    except (OSError, ValueError) as error:
        problems.add_file(file.name, _unreadable(error))
        return None
    return decode(data, file.name, problems)


def _inside_folder(path: Path) -> str | None:
    """The real path. None for a link out of its folder: it could show any file's lines in a message."""
    # Before opening: some devices do things when opened.
    if not stat.S_ISREG(path.stat().st_mode):
        raise not_regular()
    real = os.path.realpath(path)
    if path.is_symlink():
        return real if _is_below(real, os.path.realpath(path.parent)) else None
    return real


def not_regular() -> BadValueError:
    """For what is no regular file."""
    return BadValueError("file.special", "this is not a regular file")


def _read_regular(descriptor: int, limit: int) -> bytes:
    """All bytes behind an open descriptor, which is closed. Raises BadValueError for what is no file or too big."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        # Python would not close the descriptor of a folder, which it refuses to open.
        os.close(descriptor)
        raise not_regular()
    with open(descriptor, "rb", buffering=0) as stream:
        if status.st_size > limit:
            raise too_big(limit)
        parts, size = [], 0
        while size <= limit and (part := stream.read(limit + 1 - size)):
            parts.append(part)
            size += len(part)
    if size > limit:
        raise too_big(limit)
    return b"".join(parts)


def too_big(limit: int) -> BadValueError:
    """For a file of more bytes than the limit."""
    size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1024} KiB"
    return BadValueError("file.size", f"this file is larger than {size}", "Split it." if limit == MAX_FILE else "")


_UTF_8_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def decode(data: bytes, name: str, problems: Problems) -> str | None:
    """The text of a configuration file, without a byte order mark. What is wrong with it goes to the problems."""
    if data.startswith(_OTHER_MARKS):
        complaint = Complaint("file.encoding", "this file is UTF-16 or UTF-32, not UTF-8", "Save it as UTF-8.")
        problems.add_file(name, complaint)
        return None
    data = data.removeprefix(_UTF_8_MARK)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        complaint = Complaint(
            "file.encoding", f"the byte 0x{data[error.start]:02X} is not UTF-8", "Save the file as UTF-8."
        )
        problems.add_file(name, complaint, line=line, column=column)
        return None


def read_key_file(folder: Path, name: str) -> bytes:
    """The bytes of a file that a key field names, by its path below the configuration's folder.

    The path is walked one folder at a time, links refused at each step, so that nothing can be exchanged on the way.
    Raises BadValueError. Messages repeat the name only where it cannot be the key itself.
    """
    parts = confined(name)
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        for part in parts[:-1]:
            descriptor = _open_in(descriptor, part, _READ | os.O_DIRECTORY)
        descriptor = _open_in(descriptor, parts[-1], _READ)
        return _read_regular(descriptor, MAX_KEY_FILE)
    except FileNotFoundError as error:
        raise no_key_file(name, printable(str(folder.resolve()))) from error
    except OSError as error:
        raise unreadable_key_file() from error


def no_key_file(name: str, folder: str) -> BadValueError:
    """For a key file that is not there. `folder` is where its path starts, safe to print."""
    # What does not look like a file may be the key itself, or a secret.
    shown = f"the file {name}" if _PLAINLY_A_FILE.fullmatch(name) else "the file that this names"
    return BadValueError(
        "key.file", f"{shown} does not exist", f"The path starts at the folder of the YAML file, {folder}."
    )


def unreadable_key_file() -> BadValueError:
    """For a key file that is no regular file, or lies behind a link."""
    return BadValueError(
        "key.file",
        "the file that this names cannot be read",
        "It must be a regular file. Neither it nor a folder on the way may be a link.",
    )


def _open_in(folder: int, name: str, flags: int) -> int:
    try:
        return os.open(name, flags | _NO_LINK, dir_fd=folder)
    finally:
        os.close(folder)


def confined(name: str) -> tuple[str, ...]:
    """The steps of the path of a key file. Raises BadValueError for one that may lead out of the folder."""
    parts = PurePosixPath(name).parts
    outside = name.startswith(("/", "~")) or "\\" in name or bool(PureWindowsPath(name).drive)
    if not parts or "\0" in name or outside or any(part.startswith(".") for part in parts):
        raise BadValueError(
            "key.file",
            "this does not name a file inside the folder of the YAML file",
            "Write a path such as keys/idp.pub.pem, without .., and without folders or files that start with a dot.",
        )
    return parts

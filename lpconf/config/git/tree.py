"""The files of a git commit, read as the loader reads the disk's: never outside, bounded, links refused."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from posixpath import normpath

from lpconf.config import files
from lpconf.config.files import ConfigFile
from lpconf.config.git.objects import FOLDER, LINK, SUBMODULE, Entry, MissingObjectError, Objects, TooLargeError
from lpconf.config.problems import BadValueError, Complaint, Problems

_MOST_LINKS = 5
"""Links to follow from one file to the next."""


@dataclass(frozen=True, slots=True)
class _NotThere(Exception):  # noqa: N818 - says what it is
    """A path leads to nothing that can be read, and why."""

    complaint: Complaint


class GitTree:
    """The files of one commit. Paths count from the repository's root; `name` is how messages call the commit.

    A reader of files for `lpconf.config.load`. Reads through `objects`, whose LpconfError passes.
    """

    def __init__(self, objects: Objects, commit: str, name: str) -> None:
        self._objects = objects
        self._commit = commit
        self._name = name
        self._trees: dict[str, dict[bytes, Entry]] = {}

    def holds(self, path: Path) -> bool:
        """Whether the commit has a file of this path, or a folder that holds YAML files."""
        try:
            entry = self._entry(path)
        except _NotThere as error:
            return error.complaint.code != "file.missing"
        return entry.mode != FOLDER or any(True for _ in self._members(path, entry))

    def find(self, paths: Sequence[Path], problems: Problems) -> tuple[ConfigFile, ...]:
        """The files that the paths stand for, each once, in order. A folder stands for its YAML files."""
        found: dict[str, ConfigFile] = {}
        for path in paths:
            try:
                entry = self._entry(path)
                members = list(self._members(path, entry)) if entry.mode == FOLDER else [path]
            except _NotThere as error:
                problems.add_missing(self._shown(path), error.complaint)
                continue
            if not members:
                problems.add_missing(self._shown(path), files.NO_CONFIG)
            for file in members:
                found.setdefault(normpath(file.as_posix()), ConfigFile(file, self._shown(file)))
        return tuple(found.values())

    def read(self, file: ConfigFile, problems: Problems) -> str | None:
        """The text of a configuration file, without a byte order mark, or None when it has none to give."""
        try:
            data = self._blob(self._followed(file.path), files.MAX_FILE)
        except _NotThere as error:
            problems.add_file(file.name, error.complaint)
            return None
        except BadValueError as error:
            problems.add_file(file.name, error.complaint)
            return None
        return files.decode(data, file.name, problems)

    def read_key_file(self, folder: Path, name: str) -> bytes:
        """The bytes of a file that a key field names, by its path below a folder. Raises BadValueError."""
        path = folder.joinpath(*files.confined(name))
        try:
            entry = self._entry(path)
        except _NotThere as error:
            missing = error.complaint.code == "file.missing"
            raise files.no_key_file(name, self._shown(folder)) if missing else files.unreadable_key_file() from None
        if not entry.is_file:
            raise files.unreadable_key_file()
        try:
            return self._blob(entry, files.MAX_KEY_FILE)
        except _NotThere as error:
            raise BadValueError("key.file", error.complaint.message, error.complaint.hint) from None

    def _shown(self, path: Path) -> str:
        return f"{files.shown_name(Path(self._name))}:{files.shown_name(path)}"

    def _blob(self, entry: Entry, limit: int) -> bytes:
        """Raises BadValueError for one that is too large, _NotThere for one that the clone leaves out."""
        try:
            return self._objects.blob(entry.id, limit)
        except TooLargeError:
            raise files.too_big(limit) from None
        except MissingObjectError:
            raise _NotThere(_LEFT_OUT) from None

    def _followed(self, path: Path) -> Entry:
        """The regular file that a path means. A link is followed as long as it stays below the file's folder."""
        folder = path.parent
        for _ in range(_MOST_LINKS):
            entry = self._entry(path)
            if entry.is_file:
                return entry
            if entry.mode != LINK:
                raise files.not_regular()
            target = os.fsdecode(self._blob(entry, files.MAX_KEY_FILE))
            path = Path(normpath((path.parent / target).as_posix()))
            if target.startswith("/") or "\0" in target or not path.is_relative_to(folder):
                raise _NotThere(files.LINK_OUT)
        raise _NotThere(files.LINK_OUT)

    def _members(self, path: Path, folder: Entry) -> Iterator[Path]:
        """The YAML files of a folder."""
        for name, entry in sorted(self._tree(folder.id).items()):
            shown = os.fsdecode(name)
            if files.is_config_name(PurePosixPath(shown)) and entry.mode not in {FOLDER, SUBMODULE}:
                yield path / shown

    def _entry(self, path: Path) -> Entry:
        """What stands at a path. No step on the way may be a link. Raises _NotThere."""
        entry = Entry(FOLDER, self._commit)
        parts = () if path == Path() else path.parts
        for depth, part in enumerate(parts, start=1):
            found = self._tree(entry.id).get(os.fsencode(part))
            if found is None:
                raise _NotThere(Complaint("file.missing", f"{files.shown_name(Path(self._name))} has no such file"))
            entry = found
            if depth < len(parts) and entry.mode != FOLDER:
                raise _NotThere(_no_folder(Path(*parts[:depth]), entry))
        if entry.mode == SUBMODULE:
            raise _NotThere(_no_folder(path, entry))
        return entry

    def _tree(self, id: str) -> dict[bytes, Entry]:
        if id not in self._trees:
            try:
                self._trees[id] = self._objects.tree(id)
            except TooLargeError:
                raise _NotThere(Complaint("file.size", "a folder on the way holds too many files")) from None
            except MissingObjectError:
                raise _NotThere(_LEFT_OUT) from None
        return self._trees[id]


_LEFT_OUT = Complaint(
    "file.unreadable",
    "this clone does not hold what is in this file, and lpconf fetches nothing",
    "Make a full clone, or run git show with this file once.",
)


def _no_folder(path: Path, entry: Entry) -> Complaint:
    what = files.shown_name(path)
    if entry.mode == SUBMODULE:
        hint = "Compare inside of the submodule's own folder."
        return Complaint("file.submodule", f"{what} is a submodule, whose files are not in this commit", hint)
    if entry.mode == LINK:
        return Complaint("file.link", f"the folder {what} is a link", "Name the folder that it leads to.")
    return Complaint("file.missing", f"{what} is not a folder")

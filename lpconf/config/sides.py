"""What `lpconf diff` compares: files and folders on the disk, or as they are at a git revision."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from posixpath import normpath

from lpconf.config import load
from lpconf.config.git import process as git
from lpconf.config.git.objects import Objects
from lpconf.config.git.tree import GitTree
from lpconf.model.errors import ExitCode, LpconfError
from lpconf.model.site import Site

_COMMIT = re.compile(rb"(?P<commit>[0-9a-f]{40}(?:[0-9a-f]{24})?)\n")
_LONGEST = 500
"""Characters of a revision."""
_BETWEEN = re.compile(r"(?P<old>[^.].*?)(?P<dots>\.{2,3})(?P<new>[^.].*)?", re.DOTALL)
"""`A..B` and `A...B`, as git log and git diff take them."""
_PLAIN = re.compile(r"[\w./-]+")
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_ONE_COMMIT_ONLY = "In CI a checkout often holds one commit only."


@dataclass(frozen=True, slots=True)
class Side:
    """One side. `revision` is a git revision as the user gave it, with the full id of its `commit`; empty: the disk.

    `paths` are relative to the working folder, those of a commit to the repository's root. `named` is whether the user
    named them for this very revision, as REVISION:PATH: then they must be there.
    """

    paths: tuple[Path, ...]
    revision: str = ""
    commit: str = ""
    named: bool = False

    @property
    def name(self) -> str:
        """The side as messages call it, such as `origin/main:site.yaml`."""
        paths = ", ".join(map(str, self.paths))
        return f"{self.revision}:{paths}" if self.revision else paths


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one side declares; None where its revision has none of the files. `notes` say what it lacks."""

    site: Site | None
    notes: tuple[str, ...] = ()


class _UnclearError(LpconfError):
    """Too little is named."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True, slots=True)
class _Repository:
    """The repository of the working folder: its root, and the way from there."""

    root: Path
    prefix: str


class Sides:
    """Finds out what the arguments mean, from the working folder. Raises LpconfError where they mean nothing."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = environ
        self._found: _Repository | None = None

    def of(self, old: str, new: str | None, paths: Sequence[Path]) -> tuple[Side, Side]:
        """The two sides. `paths` are what a revision that names no path is asked for, and a missing `new`.

        A revision alone stands for the paths of the other side, else for `paths`.
        """
        first = self._side(old)
        if new is None:
            if not first.revision:
                raise _UnclearError(
                    f"Name what {old} is to be compared with.\n"
                    f"To see what has changed in it since the last commit: lpconf diff HEAD {old}"
                )
            second = Side(self._on_disk(first.paths) or tuple(paths))
        else:
            second = self._side(new)
        return self._filled(first, second, paths), self._filled(second, first, paths)

    @contextmanager
    def loading(self, *, variables: Mapping[str, str]) -> Iterator[Loader]:
        """What loads sides. One git process reads all revisions."""
        with Objects(self._folder, self._environ) as objects:
            yield Loader(objects, variables, self._environ)

    def _side(self, text: str) -> Side:
        """A path if there is one of that name, or `REVISION` or `REVISION:PATH`, as git writes it.

        What is both is refused: a pull request that adds a file of a revision's name must not decide what it is
        compared with.
        """
        revision, colon, path = text.partition(":")
        commit = self._commit(text, quiet=True)
        if self._exists(text):
            if commit or (colon and path and self._commit(revision, quiet=True)):
                raise _both(text)
            return Side((Path(text),))
        if commit:
            return Side((), text, commit)
        if colon and revision and path:
            commit = self._commit(revision) or ""
            return Side((self._in_repository(path),), revision, commit, named=True)
        self._commit(text)
        raise self._neither(text)

    def _neither(self, text: str) -> LpconfError:
        """The error for what is neither a path nor a revision, with what may help."""
        hint = "".join(f"\n{each}" for each in (self._what_helps(text.partition(":")[0]),) if each)
        return LpconfError(f"{text} is neither a file or folder here nor a revision that git knows.{hint}")

    def _what_helps(self, text: str) -> str:
        if (between := _BETWEEN.fullmatch(text)) and self._any_commit(between["old"], between["new"]):
            old, new = between["old"], between["new"] or "HEAD"
            if between["dots"] == "...":
                return f"Write the two revisions apart; the older one is the answer of: git merge-base {old} {new}"
            return f"Write the two revisions apart: {old} {new}"
        if re.match(r"(?:HEAD|@)(?![\w./-])", text):
            if self._commit("HEAD", quiet=True) is None:
                return "This repository has no commit yet, so there is nothing to compare with."
            return f"{_ONE_COMMIT_ONLY} Fetch those before it: git fetch --unshallow" if self._is_shallow() else ""
        if not _PLAIN.fullmatch(text) or text.startswith("-"):
            return ""
        if _ID.fullmatch(text) or text.startswith("origin/"):
            name = text.removeprefix("origin/")
            return f"{_ONE_COMMIT_ONLY} Fetch the other one first: git fetch --depth=1 origin {name}"
        if self._commit(f"refs/remotes/origin/{text}", quiet=True):
            return f"Did you mean origin/{text}?"
        return ""

    def _any_commit(self, *revisions: str | None) -> bool:
        return any(each and self._commit(each, quiet=True) for each in revisions)

    def _is_shallow(self) -> bool:
        answer = git.ask(self._folder, "rev-parse", "--is-shallow-repository", environ=self._environ)
        return answer is not None and answer.stdout == b"true\n"

    def _filled(self, side: Side, other: Side, paths: Sequence[Path]) -> Side:
        if side.paths:
            return side
        if other.revision and other.paths:
            return replace(side, paths=other.paths)
        return replace(side, paths=tuple(self._in_root(path) for path in other.paths or paths))

    def _exists(self, text: str) -> bool:
        try:
            return bool(text) and os.path.lexists(self._folder / text)
        except (OSError, ValueError):
            return False

    def _commit(self, revision: str, *, quiet: bool = False) -> str | None:
        """The full id of the commit that a revision names. Where there is none: None if `quiet`, else LpconfError."""
        if revision.startswith("-") or len(revision) > _LONGEST or not revision.isprintable() or not revision:
            if quiet:
                return None
            raise self._neither(revision[:_LONGEST])
        answer = git.ask(
            self._folder,
            *("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}"),
            environ=self._environ,
        )
        found = _COMMIT.fullmatch(answer.stdout) if answer and answer.returncode == 0 else None
        if found is not None and answer is not None:
            if b"is ambiguous" in answer.stderr and not self._exists(revision):
                raise LpconfError(
                    f"{revision} is the name of several things in git.\n"
                    f"Write refs/heads/{revision} for the branch, or refs/tags/{revision} for the tag."
                )
            return found["commit"].decode("ascii")
        if quiet:
            return None
        if answer is None:
            raise LpconfError(f"{revision} is no file, and git, which knows revisions, does not answer.")
        if b"is ambiguous" in answer.stderr:
            raise LpconfError(f"{revision} is the beginning of several ids in git. Write more of it.")
        _refuse_repository(revision, answer.stderr)
        raise self._neither(revision)

    def _repository(self) -> _Repository:
        if self._found is None:
            answer = git.ask(self._folder, "rev-parse", "--show-toplevel", "--show-prefix", environ=self._environ)
            if answer is None or answer.returncode or answer.stdout.count(b"\n") != 2:
                raise LpconfError("The working folder lies in no git checkout, or has a line break in its name.")
            root, prefix = os.fsdecode(answer.stdout).split("\n")[:2]
            self._found = _Repository(Path(root), prefix)
        return self._found

    def _in_repository(self, path: str) -> Path:
        """The PATH of `REVISION:PATH`, from the root: with `./` or `../` it starts at the working folder, as in git."""
        below = f"{self._repository().prefix}{path}" if path.startswith(("./", "../")) or path == "." else path
        return _inside(below, path)

    def _in_root(self, path: Path) -> Path:
        """A path from the working folder as a path from the repository's root."""
        repository = self._repository()
        if path.is_absolute():
            return _inside(os.path.relpath(path, repository.root), str(path))
        return _inside(f"{repository.prefix}{path.as_posix()}", str(path))

    def _on_disk(self, paths: Sequence[Path]) -> tuple[Path, ...]:
        """Paths from the repository's root as paths from the working folder."""
        if not paths:
            return ()
        root = self._repository().root
        return tuple(Path(os.path.relpath(root / path, self._folder.resolve())) for path in paths)


class Loader:
    """Loads sides with one set of variables."""

    def __init__(self, objects: Objects, variables: Mapping[str, str], environ: Mapping[str, str]) -> None:
        self._objects = objects
        self._variables = variables
        self._environ = environ

    def load(self, side: Side) -> Site:
        """What a side declares. Variables that nothing sets are left as they are.

        Raises InvalidConfiguration, and LpconfError where git fails.
        """
        return load(
            side.paths,
            variables=self._variables,
            environ=self._environ,
            files=self._tree(side),
            keep_unset=True,
        )

    def load_or_none(self, side: Side) -> Loaded:
        """The same of a side whose revision need not have the files, unless it names them: they may be new."""
        if side.named:
            return Loaded(self.load(side))
        tree = self._tree(side)
        lacking = [path for path in side.paths if tree is not None and not tree.holds(path)]
        if len(lacking) == len(side.paths):
            return Loaded(None)
        there = tuple(path for path in side.paths if path not in lacking)
        return Loaded(
            self.load(replace(side, paths=there)), tuple(f"{side.revision} has no {path}." for path in lacking)
        )

    def _tree(self, side: Side) -> GitTree | None:
        return GitTree(self._objects, side.commit, side.revision) if side.revision else None


def _inside(below: str, given: str) -> Path:
    path = Path(normpath(below))
    if path.is_absolute() or ".." in path.parts:
        raise LpconfError(f"{given} lies outside of the git checkout that the working folder is in.")
    return path


def _refuse_repository(revision: str, error: bytes) -> None:
    """Say why git does not read a repository at all."""
    if b"dubious ownership" in error or b"unsafe repository" in error:
        raise LpconfError(
            f"git does not read {revision}: the checkout belongs to another user.\n"
            "If you trust it: git config --global --add safe.directory FOLDER"
        )
    if b"not a git repository" in error or b"bareRepository" in error:
        raise LpconfError(f"{revision} is no file, and the working folder lies in no git checkout.")


def _both(text: str) -> LpconfError:
    return _UnclearError(
        f"{text} is a file or folder here, and a git revision as well.\n"
        f"For the file or folder write ./{text}\n"
        "For the revision write its full name, such as refs/heads/main, or the full id of the commit."
    )

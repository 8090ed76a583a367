"""Which git revision a configuration is of. Asks git in a way in which a stranger's repository runs no program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from lpconf.config.git.process import ask
from lpconf.model.record import Revision

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def git_revision(folder: Path, environ: Mapping[str, str] | None = None) -> Revision | None:
    """The revision that a folder is checked out at, and whether anything that git knows is changed there.

    None where git, a repository or a commit is missing, or git does not answer in some seconds.
    """
    commit = (_git(folder, environ, "rev-parse", "--verify", "HEAD") or "").strip()
    if not _COMMIT.fullmatch(commit):
        return None
    return Revision(commit, _dirty(folder, environ))


def _dirty(folder: Path, environ: Mapping[str, str] | None) -> bool | None:
    """Whether a tracked file below the folder is changed, or a YAML file is not tracked.

    None where finding out could run a program that the repository names, or git does not say.
    """
    found = ask(folder, "config", "--show-scope", "--name-only", "--get-regexp", r"^filter\.", environ=environ)
    if found is None or found.returncode not in {0, 1}:
        return None
    if any(not line.startswith((b"global\t", b"system\t")) for line in found.stdout.splitlines()):
        return None
    changed = _git(
        folder, environ, "status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all", "--", "."
    )
    new = _git(folder, environ, "ls-files", "--others", "--exclude-standard", "--", "*.yaml", "*.yml")
    return None if changed is None or new is None else bool(changed.strip() or new.strip())


def _git(folder: Path, environ: Mapping[str, str] | None, *arguments: str) -> str | None:
    """What git prints, None if it fails."""
    result = ask(folder, *arguments, environ=environ)
    return None if result is None or result.returncode else result.stdout.decode("utf-8", "replace")

"""Which git revision a configuration is of. Asks git in a way in which a stranger's repository runs no program."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from lpconf.model.record import Revision

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SECONDS = 5.0
_SAFE = (
    "--no-pager",
    "--no-optional-locks",
    # A folder in a pull request may hold a repository of its own, with settings of its own.
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "protocol.allow=never"),
)
# What names another repository than the one that the folder lies in, or another program.
_NOT_PASSED_ON = re.compile(r"GIT_(?!CEILING_DIRECTORIES$|CONFIG_NOSYSTEM$)")


def git_revision(folder: Path, environ: Mapping[str, str] | None = None) -> Revision | None:
    """The revision that a folder is checked out at, and whether anything that git knows is changed there.

    None where git, a repository or a commit is missing, or git does not answer in some seconds.
    """
    given = os.environ if environ is None else environ
    kept = {name: value for name, value in given.items() if not _NOT_PASSED_ON.match(name)}
    environment = {**kept, "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    commit = (_git(folder, environment, "rev-parse", "--verify", "HEAD") or "").strip()
    if not _COMMIT.fullmatch(commit):
        return None
    return Revision(commit, _dirty(folder, environment))


def _dirty(folder: Path, environment: Mapping[str, str]) -> bool | None:
    """Whether a tracked file below the folder is changed, or a YAML file is not tracked.

    None where finding out could run a program that the repository names, or git does not say.
    """
    found = _asked(folder, environment, "config", "--show-scope", "--name-only", "--get-regexp", r"^filter\.")
    if found is None or found.returncode not in {0, 1}:
        return None
    if any(not line.startswith((b"global\t", b"system\t")) for line in found.stdout.splitlines()):
        return None
    changed = _git(
        folder, environment, "status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all", "--", "."
    )
    new = _git(folder, environment, "ls-files", "--others", "--exclude-standard", "--", "*.yaml", "*.yml")
    return None if changed is None or new is None else bool(changed.strip() or new.strip())


def _git(folder: Path, environment: Mapping[str, str], *arguments: str) -> str | None:
    """What git prints, None if it fails."""
    result = _asked(folder, environment, *arguments)
    return None if result is None or result.returncode else result.stdout.decode("utf-8", "replace")


def _asked(folder: Path, environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *_SAFE, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None

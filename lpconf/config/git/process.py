"""Asks git in a way in which a stranger's repository runs no program and reaches no network."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

SECONDS = 5.0
"""How long to wait for an answer."""

_SAFE = (
    "--no-pager",
    "--no-optional-locks",
    # A folder in a pull request may hold a repository of its own, with settings of its own.
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "protocol.allow=never"),
    # A large blob is passed on in pieces instead of being unpacked in memory.
    *("-c", "core.bigFileThreshold=1m"),
)
# What names another repository than the one that the folder lies in, or another program.
_NOT_PASSED_ON = re.compile(r"GIT_(?!CEILING_DIRECTORIES$|CONFIG_NOSYSTEM$)")
_SET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    # Older ones fetch what is missing all the same. Unlike protocol.allow no setting of the repository overrides this.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}


def environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment that git gets: without what names another repository or a program."""
    given = os.environ if environ is None else environ
    return {name: value for name, value in given.items() if not _NOT_PASSED_ON.match(name)} | _SET


def command(folder: Path, *arguments: str) -> list[str]:
    """The command line that runs git for the repository that a folder lies in."""
    return ["git", "-C", str(folder), *_SAFE, *arguments]


def ask(
    folder: Path, *arguments: str, environ: Mapping[str, str] | None = None, seconds: float = SECONDS
) -> subprocess.CompletedProcess[bytes] | None:
    """What git answers; None where there is no git, or no answer in time."""
    try:
        return subprocess.run(
            command(folder, *arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment(environ),
            timeout=seconds,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None

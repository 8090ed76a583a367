"""The names that a repository has for its commits."""

from __future__ import annotations

import os
import re
from pathlib import Path

from lpconf.config.git import process as git

MOST = 500
"""Names to tell."""
SECONDS = 1.0
"""How long git may take. Somebody waits for it at every key."""

_PLAIN = re.compile(r"[\w./-]*", re.ASCII)


def names(folder: Path, beginning: str = "") -> tuple[str, ...]:
    """The branches, remote branches and tags of the repository that a folder lies in, and HEAD.

    Those only that begin so, at most `MOST`, each as `lpconf diff` takes it. None for a beginning that is not plain,
    and where there is no repository.
    """
    if not _PLAIN.fullmatch(beginning):
        return ()
    # A * of git's stops at the next /.
    kinds = ("heads", "remotes", "tags")
    patterns = [f"refs/{kind}/{beginning}{rest}" for kind in kinds for rest in ("*", "*/**")]
    listed = ["for-each-ref", f"--count={MOST}", "--format=%(refname:lstrip=2)", *patterns]
    answer = git.ask(folder, *listed, seconds=SECONDS)
    if answer is None or answer.returncode != 0:
        return ()
    found = ["HEAD", *os.fsdecode(answer.stdout).splitlines()]
    return tuple(dict.fromkeys(name for name in found if name.startswith(beginning) and not name.startswith("-")))

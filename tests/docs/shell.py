"""A shell that stays, as the reader's does: folders and exported variables go on from command to command."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

_TERMINAL = Path(__file__).with_name("terminal.py")


class Shell:
    """Bash in a folder, without a terminal."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._end = uuid.uuid4().hex
        self._code = 0
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-o", "pipefail"],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: str, answer: str | None = None) -> tuple[str, int]:
        """What a command printed, on stdout and stderr alike, and its exit code. `answer` is typed at a terminal."""
        if answer is not None:
            command = f"{shlex.quote(sys.executable)} {shlex.quote(str(_TERMINAL))} {shlex.quote(answer)} {command}"
        assert self._bash.stdin
        assert self._bash.stdout
        # A subshell for the exit code that `$?` shows; its own end of input, so that no command eats the next one.
        self._bash.stdin.write(
            f"(exit {self._code})\n{{ {command}\n}} </dev/null\nprintf '\\n%s %s\\n' {self._end} $?\n"
        )
        self._bash.stdin.flush()
        lines: list[str] = []
        for line in self._bash.stdout:
            if line.startswith(self._end):
                self._code = int(line.split()[1])
                return "".join(lines)[:-1], self._code
            lines.append(line)
        raise AssertionError(f"the shell ended: {''.join(lines)}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bash.communicate("exit\n")


def environment_of(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    """A home of its own, nothing of lpconf's, the commands of this Python first, and no colour."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LPCONF_", "GIT_", "XDG_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return {
        **kept,
        **git,
        **more,
        "HOME": str(home),
        "PATH": path,
        "NO_COLOR": "1",
        "LOGNAME": "deploy",
        "TERM": "dumb",
    }

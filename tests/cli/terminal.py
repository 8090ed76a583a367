"""A person at a terminal."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

_PATIENCE_SECONDS = 60


def press_ctrl_c(child: Any) -> None:
    """Press Ctrl-C at a question of a pexpect child, once it waits for an answer.

    Python misses a signal that comes after a prompt is shown and before it waits for input, until the next key. A
    person is never that fast, a test is.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while not _sleeps(child.pid):
        assert time.monotonic() < until, "the command does not wait for an answer"
        os.sched_yield()
    child.sendintr()


def _sleeps(pid: int) -> bool:
    # Its name is in parentheses and can hold anything; the state is the first word behind them.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "S"

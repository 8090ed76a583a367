"""Time as a value, so that tests need not wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` counts seconds from anywhere and never goes back; `wait` lets some pass."""

    now: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep

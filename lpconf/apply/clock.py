"""Time as a value, so that tests need not wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` counts seconds from anywhere and never goes back; `wait` lets some pass.

    `stopped` says whether the user wants no more waiting and no more writes; `wait` returns at once then.
    """

    now: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep
    stopped: Callable[[], bool] = _never

    def over(self, until: float) -> bool:
        """Whether a wait until then is over, because time has passed or the user wants no more of it."""
        return self.stopped() or self.now() >= until

"""Ctrl-C, SIGTERM and a terminal that goes away, during a run.

The first lets the request in flight end, the second stops at once.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

FIRST = b"\nInterrupted: lpconf finishes the request under way and reports. A second one stops at once.\n"


class Interruption:
    """Whether the user has asked to stop, and a wait that ends when they do.

    A pipe wakes the wait: what threading offers must not be called from the handler of a signal.
    """

    def __init__(self) -> None:
        self._count = 0
        self._reading, self._writing = os.pipe()
        # Where stderr is closed, its number may be another file's: the journal's, say.
        self._told = sys.stderr.fileno() if sys.stderr is not None else None

    def asked(self) -> bool:
        """Whether a signal has come."""
        return self._count > 0

    def wait(self, seconds: float) -> None:
        """Let some time pass, none after a signal."""
        select.select([self._reading], [], [], max(seconds, 0.0))

    def __enter__(self) -> Interruption:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._reading)
        os.close(self._writing)

    @contextmanager
    def before_the_run(self) -> Iterator[None]:
        """While it lasts, SIGTERM and SIGHUP do as Ctrl-C does, so that it is told that nothing was written."""
        with _handling(_stop, SIGNALS[1:]):
            yield

    @contextmanager
    def handled(self) -> Iterator[None]:
        """While it lasts, the signals come here instead of ending the program. In the main thread only."""
        with _handling(self._handle, SIGNALS):
            yield

    def _handle(self, _: int, __: FrameType | None) -> None:
        self._count += 1
        if self._count == 1:
            os.write(self._writing, b".")
            # Not through sys.stderr: the signal may have come in the middle of a line that it prints.
            if self._told is not None:
                with suppress(OSError):
                    os.write(self._told, FIRST)
        elif self._count == 2:
            raise KeyboardInterrupt
        # Whatever follows must not hide the report of what was done.


def _stop(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def _handling(handler: Callable[[int, FrameType | None], None], numbers: Sequence[int]) -> Iterator[None]:
    """Handle some signals, but SIGHUP not where it is ignored: nohup wants the run to go on."""
    unheard = signal.SIGHUP if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else None
    before = {number: signal.signal(number, handler) for number in numbers if number != unheard}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)

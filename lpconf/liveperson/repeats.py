"""When a request is repeated and how long to wait before that (facts 2.7)."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from urllib3 import BaseHTTPResponse, Retry
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    InvalidHeader,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from lpconf.model.policy import Waits

logger = logging.getLogger("lpconf.http")

_NO_CONNECTION = (ConnectTimeoutError, NewConnectionError)


class Repeats(Retry):
    """urllib3's Retry with LivePerson's waits, for the methods that are safe to repeat and for no others.

    urllib3 itself repeats any method, a PUT as well, after a failed connection and after an error of TLS, which
    may come after the request has been carried out.
    """

    def __init__(
        self, *args: Any, waits: Waits, too_many: float, pause: Callable[[float], object], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.waits = waits
        self.too_many = too_many
        self.pause = pause

    @classmethod
    def of(cls, methods: frozenset[str], waits: Waits, too_many: float, pause: Callable[[float], object]) -> Self:
        """The policy for some methods. `too_many` is the shortest wait after a 429, in seconds."""
        return cls(
            total=waits.tries,
            redirect=False,
            allowed_methods=methods,
            status_forcelist=frozenset({429, 500, 502, 503, 504}),
            raise_on_status=False,
            waits=waits,
            too_many=too_many,
            pause=pause,
        )

    def new(self, **changed: Any) -> Self:
        """A copy with some values changed; urllib3 makes one at each repeat."""
        return super().new(waits=self.waits, too_many=self.too_many, pause=self.pause, **changed)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Count one failure. Ends the repeats for a method, an error or a Retry-After that does not bear one."""
        worthwhile = self._repeats(method) and (
            self._may_pass(error) if error is not None else self._wait_is_bearable(response)
        )
        policy = self if worthwhile else self.new(total=0)
        return super(Repeats, policy).increment(method, url, response, error, _pool, _stacktrace)

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """The seconds of a Retry-After header, None if there is none or if nobody can read it."""
        try:
            return super().get_retry_after(response)
        except (InvalidHeader, ValueError, OverflowError, TypeError, IndexError):
            return None

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait before the next try, and log why."""
        failure = self.history[-1]
        seconds = self._wait(response)
        reason = f"answered {failure.status}" if failure.status else f"failed ({type(failure.error).__name__})"
        logger.warning("%s %s %s; next try in %g s", failure.method, failure.url, reason, seconds)
        self.pause(seconds)

    def _repeats(self, method: str | None) -> bool:
        return method is not None and method in (self.allowed_methods or ())

    @staticmethod
    def _may_pass(error: Exception) -> bool:
        """Whether a failure is one that may pass; an unknown host name or a bad certificate stays."""
        if isinstance(error, SSLError):
            return not any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args)
        passing = (*_NO_CONNECTION, ReadTimeoutError, ProtocolError)
        return isinstance(error, passing) and not isinstance(error, NameResolutionError)

    def _wait_is_bearable(self, response: BaseHTTPResponse | None) -> bool:
        asked = self.get_retry_after(response) if response is not None else None
        return asked is None or asked <= self.waits.longest_retry_after

    def _wait(self, response: BaseHTTPResponse | None) -> float:
        failure = self.history[-1]
        count = len(self.history)
        asked = self.get_retry_after(response) if response is not None else None
        if failure.status == 429:
            return max(asked, self.too_many) if asked else self.too_many * count
        if asked:
            return asked
        # Whether a host can be reached shows soon, and the user waits.
        quick = isinstance(failure.error, _NO_CONNECTION)
        return (self.waits.too_many if quick else self.waits.server_error) * count

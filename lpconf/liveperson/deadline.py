"""Gives every answer a last moment and a last byte.

The timeouts of sockets begin anew with each byte, and a server may send one at a time, or interim answers for ever.
A chunk whose length is negative makes the library read all that comes, whatever the caller asked for.
"""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http.client import HTTPResponse
from typing import Any, cast

from requests.adapters import HTTPAdapter
from urllib3 import PoolManager, ProxyManager, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class TooSlow(Exception):  # noqa: N818 - reads as what it is
    """An answer was not complete at its last moment. Neither urllib3 nor requests knows it, so neither repeats."""


class TooLarge(Exception):  # noqa: N818 - reads as what it is
    """More bytes came in for an answer than it may have."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may take: seconds until its last byte, and bytes as they come in, before unpacking."""

    seconds: float
    bytes: int
    clock: Callable[[], float] = time.monotonic


class _Limited(io.RawIOBase):
    """What comes in from a socket, within the limits."""

    def __init__(self, raw: io.RawIOBase, limits: Limits) -> None:
        super().__init__()
        self._raw = raw
        self._clock = limits.clock
        self._last = limits.clock() + limits.seconds
        self._left = limits.bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._clock() > self._last:
            raise TooSlow
        size = cast("int | None", self._raw.readinto(buffer))
        self._left -= size or 0
        if self._left < 0:
            raise TooLarge
        return size

    def fileno(self) -> int:
        return self._raw.fileno()

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    """An answer, from its first byte on. Interim answers such as 100 Continue count as part of it."""

    def __init__(self, sock: socket.socket, *args: Any, limits: Limits, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Limited(self.fp.detach(), limits))


class DeadlineAdapter(HTTPAdapter):
    """Requests' adapter, whose answers raise `TooSlow` or `TooLarge` when they go beyond the limits."""

    def __init__(self, max_retries: Retry, limits: Limits) -> None:
        # Before the adapter's own, which makes the pools.
        self._pools = _pools(limits)
        super().__init__(max_retries=max_retries)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **options: Any) -> ProxyManager | PoolManager:
        """The pools of connections through a proxy."""
        manager = cast("ProxyManager", super().proxy_manager_for(*args, **options))
        manager.pool_classes_by_scheme = self._pools
        return manager


def _pools(limits: Limits) -> dict[str, Any]:
    response = partial(_Response, limits=limits)
    plain = type("_Connection", (HTTPConnection,), {"response_class": response})
    secure = type("_SecureConnection", (HTTPSConnection,), {"response_class": response})
    return {
        "http": type("_Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("_SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }

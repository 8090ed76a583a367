"""Serves the page on 127.0.0.1, from threads of this process."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.server import Server

from lpconf.model.errors import LpconfError
from lpconf.page.app import create_app
from lpconf.page.guard import HOST, OPEN_PATH, Door
from lpconf.page.live import Tag, create_live_app
from lpconf.page.subject import Subject

_GRACE_SECONDS = 1
_LARGEST_FRAME = 512 * 1024

# Turns of asyncio's loop from accepting a socket to the connection that uvicorn knows.
_TURNS_TO_CONNECT = 3


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is. `url` opens it, once; `origin` and `live_origin` are scheme, host and port."""

    url: str = field(repr=False)
    origin: str
    live_origin: str | None = None


@contextmanager
def running(subject: Subject, port: int = 0, *, live: Tag | None = None) -> Iterator[Address]:
    """Serve the page for as long as the context lasts.

    Args:
        subject: what the page is about.
        port: 0 for any free one.
        live: serve also the page with LivePerson's own script, at another port.

    Raises:
        LpconfError: the port cannot be used, such as where another program listens on it.
    """
    door = Door()
    with ExitStack() as stack:
        listener = stack.enter_context(_listening(port))
        own = int(listener.getsockname()[1])
        origin = f"http://{HOST}:{own}"
        live_origin = None
        if live is not None:
            second = stack.enter_context(_listening(0))
            live_port = int(second.getsockname()[1])
            live_origin = f"http://{HOST}:{live_port}"
            stack.enter_context(_serving(create_live_app(live_port, origin, live), second))
        stack.enter_context(_serving(create_app(subject, door, own, live_origin), listener))
        yield Address(f"{origin}{OPEN_PATH}?code={door.code}", origin, live_origin)


class _PromptServer(Server):
    """A uvicorn server that tells when it is up and stops at once, where uvicorn looks ten times a second."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            Config(
                app,
                loop="asyncio",
                http="h11",
                ws="websockets-sansio",
                ws_max_size=_LARGEST_FRAME,
                lifespan="on",
                interface="asgi3",
                log_config=None,
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self.up = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Ask it to stop, from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)

    async def main_loop(self) -> None:
        """Serve until it is asked to stop."""
        self._loop = asyncio.get_running_loop()
        self.up.set()
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, once what is accepted already is a connection: asyncio loses it, unclosed, when its server closes."""
        for listener in sockets or []:
            asyncio.get_running_loop().remove_reader(listener)
        for _ in range(_TURNS_TO_CONNECT):
            await asyncio.sleep(0)
        await super().shutdown(sockets)


@contextmanager
def _serving(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    server = _PromptServer(app)
    failure: list[BaseException] = []

    def run() -> None:
        try:
            server.run(sockets=[listener])
        except BaseException as error:  # noqa: BLE001 - told in the caller's thread
            failure.append(error)
        finally:
            server.up.set()

    thread = threading.Thread(target=run, name="lpconf-page", daemon=True)
    thread.start()
    server.up.wait()
    if failure:
        raise RuntimeError("the page did not start") from failure[0]
    try:
        yield
    finally:
        server.stop()
        thread.join()


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """A listening socket. It queues connections from now on, even before the server takes them."""
    # With the protocol left at 0 asyncio would not turn Nagle's algorithm off, and every reply take 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        if os.name == "posix":
            # Use a port again right after a stop; elsewhere this option would share the port with strangers.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise LpconfError(f"Port {port} is in use. Choose another with --port.") from error
            # Such as a port that only an administrator may use.
            reason = error.strerror or type(error).__name__
            raise LpconfError(f"Port {port} cannot be used: {reason}. Choose another with --port.") from error
        yield listener

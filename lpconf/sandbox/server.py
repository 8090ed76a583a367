"""Runs the simulator: embedded beside the caller, or on its own until a signal. Listens on 127.0.0.1 only."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.server import Server

from lpconf.sandbox import accounts, fault_table, overview, tls
from lpconf.sandbox import seed as seeds
from lpconf.sandbox.access import Access
from lpconf.sandbox.app import create_app
from lpconf.sandbox.collections import COLLECTIONS
from lpconf.sandbox.connection import BreakableH11Protocol
from lpconf.sandbox.control import Tools
from lpconf.sandbox.listening import HOST, PortInUse, listening
from lpconf.sandbox.requests_log import RequestLog
from lpconf.sandbox.rules import Rules, Settings
from lpconf.sandbox.service import Service
from lpconf.sandbox.store import StateFileError, opened

__all__ = ["Address", "PortInUse", "StateFileError", "running", "serve"]

# How long a stopping server waits for the requests that are under way, and then for their connections to go.
_GRACE_SECONDS = 1.0

# Turns of asyncio's loop from accepting a socket to the connection that uvicorn knows.
_TURNS_TO_CONNECT = 3


@dataclass(frozen=True)
class Address:
    """Where the simulator is, and how to sign in to it.

    Attributes:
        url: scheme, host and port.
        account: the account's id.
        username: of the user who may sign in.
        password: the user's.
        client_id: of the OAuth 2 client that may sign in.
        client_secret: the client's.
        page_url: opens the simulator's own page, once.
        ca_file: what a client needs to trust; None without TLS.
    """

    url: str
    account: str
    username: str
    password: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)
    page_url: str = field(default="", repr=False)
    ca_file: Path | None = None


@contextmanager
def running(
    state_file: Path,
    account: str,
    port: int = 0,
    *,
    secure: bool = False,
    settings: Settings | None = None,
    clock: Callable[[], float] = time.time,
) -> Iterator[Address]:
    """Serve the state file from a thread of this process for as long as the context lasts.

    Args:
        state_file: made if it is not there; other processes may serve it too.
        account: made, as a new account, if the state does not have it.
        port: 0 for any free one.
        secure: over TLS, with a certificate of the user's own authority, which is made if need be.
        settings: what differs from the rules as written.
        clock: gives the seconds since 1970.

    Raises:
        PortInUse: another program listens on the port.
        PortRefused: the system does not let this program have the port.
        StateFileError: the file is not a state of this version.
        OSError, sqlite3.OperationalError: the file cannot be made or used.
    """
    with ExitStack() as stack:
        store = stack.enter_context(opened(state_file))
        listener = stack.enter_context(listening(port))
        protection = tls.prepared(tls.user_directory()) if secure else None
        seed = seeds.load()
        seeds.ensure_account(store, seed, account)
        service = Service(store, Rules(settings or Settings()), seed, COLLECTIONS, clock)
        access = Access()
        tools = Tools(
            access,
            stack.enter_context(fault_table.opened(state_file)),
            stack.enter_context(overview.opened(state_file)),
            RequestLog(),
            partial(accounts.reset, state_file),
        )
        stack.enter_context(_serving(create_app(service, tools), listener, protection.context if protection else None))
        url = f"{'https' if secure else 'http'}://{HOST}:{listener.getsockname()[1]}"
        user, client = seed.user, seed.client
        yield Address(
            url,
            account,
            user.name,
            user.password,
            client.client_id,
            client.secret,
            page_url=f"{url}/?code={access.code}",
            ca_file=protection.ca_file if protection else None,
        )


def serve(
    state_file: Path,
    account: str,
    port: int,
    on_ready: Callable[[Address], None],
    *,
    secure: bool = False,
    settings: Settings | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM. Only for the main thread, which alone can receive signals.

    Args:
        state_file: as for `running`.
        account: as for `running`.
        port: as for `running`.
        on_ready: called once, when requests are accepted.
        secure: as for `running`.
        settings: as for `running`.

    Raises:
        PortInUse, PortRefused, StateFileError, OSError, sqlite3.OperationalError: as for `running`.
    """
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with running(state_file, account, port, secure=secure, settings=settings) as address:
            on_ready(address)
            stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _PromptServer(Server):
    """A uvicorn server that tells when it is up and stops at once, where uvicorn looks ten times a second."""

    def __init__(self, app: ASGIApp, protection: ssl.SSLContext | None) -> None:
        config = Config(
            app,
            loop="asyncio",
            http=BreakableH11Protocol,
            ws="websockets-sansio",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
        )
        config.load()
        # Its options take files only, and a key is better not in one.
        config.ssl = protection
        super().__init__(config)
        self.up = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Ask it to stop, from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.up.set()
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._accept_no_more(sockets or [])
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self._finished()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await self._finished()

    async def _accept_no_more(self, sockets: list[socket.socket]) -> None:
        """Let what is accepted already become connections: asyncio loses it, unclosed, when its server closes."""
        for listener in sockets:
            asyncio.get_running_loop().remove_reader(listener)
        for _ in range(_TURNS_TO_CONNECT):
            await asyncio.sleep(0)

    async def _finished(self) -> None:
        """Wait until no request is under way, within the grace."""
        give_up = time.monotonic() + _GRACE_SECONDS
        state = self.server_state
        while (state.connections or state.tasks) and time.monotonic() < give_up:
            await asyncio.sleep(0.002)


@contextmanager
def _serving(app: ASGIApp, listener: socket.socket, protection: ssl.SSLContext | None) -> Iterator[None]:
    server = _PromptServer(app, protection)
    failure: list[BaseException] = []

    def run() -> None:
        try:
            server.run(sockets=[listener])
        except BaseException as error:  # noqa: BLE001
            failure.append(error)
        finally:
            server.up.set()

    thread = threading.Thread(target=run, name="lpconf-sandbox", daemon=True)
    thread.start()
    server.up.wait()
    if failure:
        raise RuntimeError("the sandbox did not start") from failure[0]
    try:
        yield
    finally:
        server.stop()
        thread.join()

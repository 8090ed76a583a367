"""The relay passes text on, and how either side closes."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from uvicorn import Config, Server
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from lpconf.page.relay import LARGEST_MESSAGE, UNREACHABLE, relay

Consumer = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def relayed(url: str) -> AsyncIterator[ClientConnection]:
    """The page's end of a relay to `url`."""

    async def endpoint(page: WebSocket) -> None:
        await relay(page, url, ssl.create_default_context())

    app = Starlette(routes=[WebSocketRoute("/", endpoint)])
    config = Config(app, port=0, ws="websockets-sansio", lifespan="off", log_config=None, log_level="critical")
    config.load()
    server = Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}/", proxy=None, max_size=None) as page:
            yield page
    finally:
        await server.shutdown()


@asynccontextmanager
async def between(consumer: Consumer) -> AsyncIterator[ClientConnection]:
    """A page, the relay, and a consumer socket that behaves so."""
    async with serve(consumer, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with relayed(f"ws://127.0.0.1:{port}/") as page:
            yield page


async def closing(page: ClientConnection) -> tuple[int | None, str | None]:
    await asyncio.wait_for(page.wait_closed(), 20)
    return page.close_code, page.close_reason


def test_text_goes_both_ways() -> None:
    async def echo(socket: ServerConnection) -> None:
        async for message in socket:
            await socket.send(f"{message!s}!")

    async def go() -> None:
        async with between(echo) as page:
            await page.send("Zoë")
            assert await asyncio.wait_for(page.recv(), 20) == "Zoë!"

    asyncio.run(go())


def test_liveperson_closing_closes_the_page_alike() -> None:
    async def expire(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.close(4401, "The token has expired")

    async def go() -> None:
        async with between(expire) as page:
            await page.send("hello")
            assert await closing(page) == (4401, "The token has expired")

    asyncio.run(go())


def test_a_lost_connection_closes_the_page_as_going_away() -> None:
    async def vanish(socket: ServerConnection) -> None:
        socket.transport.abort()

    async def go() -> None:
        async with between(vanish) as page:
            assert (await closing(page))[0] == 1001

    asyncio.run(go())


def test_the_page_closing_closes_the_other_side() -> None:
    closed = asyncio.Event()

    async def wait(socket: ServerConnection) -> None:
        await socket.wait_closed()
        closed.set()

    async def go() -> None:
        async with between(wait) as page:
            await page.close(1000)
            await asyncio.wait_for(closed.wait(), 20)

    asyncio.run(go())


def test_what_is_not_text_or_too_large_ends_the_relay() -> None:
    async def collect(socket: ServerConnection) -> None:
        try:
            async for message in socket:
                raise AssertionError(f"got {message!r}")
        except ConnectionClosed:
            pass

    async def go(sent: bytes | str, code: int) -> None:
        async with between(collect) as page:
            await page.send(sent)
            assert (await closing(page))[0] == code

    asyncio.run(go(b"\x00", 1003))
    asyncio.run(go("x" * (LARGEST_MESSAGE + 1), 1009))


def test_bytes_from_the_other_side_are_left_out() -> None:
    async def mixed(socket: ServerConnection) -> None:
        await socket.send(b"bytes")
        await socket.send("text")
        await socket.wait_closed()

    async def go() -> None:
        async with between(mixed) as page:
            assert await asyncio.wait_for(page.recv(), 20) == "text"

    asyncio.run(go())


def test_a_consumer_socket_that_is_not_there_is_told_by_its_own_code() -> None:
    async def go() -> None:
        async with relayed("ws://127.0.0.1:9/") as page:
            assert await closing(page) == (UNREACHABLE, "The consumer socket cannot be reached")

    asyncio.run(go())

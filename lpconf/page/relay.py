"""Passes messages between the page's window and the consumer socket, which refuses web pages of another origin."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

LARGEST_MESSAGE = 256 * 1024
"""In bytes. A message of a conversation has some hundred."""
UNREACHABLE = 4503
"""The close code for a consumer socket that cannot be reached. Not LivePerson's: 44xx are."""
# RFC 6455, 7.4.1.
_GOING_AWAY, _NOT_TEXT, _NO_STATUS, _ABNORMAL, _TOO_LARGE = 1001, 1003, 1005, 1006, 1009


async def relay(page: WebSocket, url: str, tls: ssl.SSLContext) -> None:
    """Connect to `url` and pass text on, both ways, until either side closes; then close the other alike.

    `tls` is for `wss`.
    """
    await page.accept()
    try:
        consumer = await connect(
            url,
            ssl=tls if url.startswith("wss:") else None,
            proxy=None,
            compression=None,
            max_size=LARGEST_MESSAGE,
            open_timeout=10,
            close_timeout=1,
        )
    except (OSError, TimeoutError, WebSocketException):
        await page.close(UNREACHABLE, "The consumer socket cannot be reached")
        return
    async with consumer:
        ways = {asyncio.create_task(_to_consumer(page, consumer)), asyncio.create_task(_to_page(consumer, page))}
        _, waiting = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in waiting:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _to_consumer(page: WebSocket, consumer: ClientConnection) -> None:
    with suppress(WebSocketDisconnect, ConnectionClosed, RuntimeError):
        while True:
            message = await page.receive()
            if message["type"] != "websocket.receive":
                return
            text = message.get("text")
            if not isinstance(text, str):
                await page.close(_NOT_TEXT, "Only text is passed on")
                return
            if len(text.encode()) > LARGEST_MESSAGE:
                await page.close(_TOO_LARGE, "The message is too large")
                return
            await consumer.send(text)


async def _to_page(consumer: ClientConnection, page: WebSocket) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        with suppress(ConnectionClosed):
            async for message in consumer:
                if isinstance(message, str):
                    await page.send_text(message)
        code = consumer.close_code or _ABNORMAL
        await page.close(_GOING_AWAY if code in {_NO_STATUS, _ABNORMAL} else code, consumer.close_reason or "")

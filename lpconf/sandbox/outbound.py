"""Requests from the simulator to a brand's own servers. Asynchronous, bounded in time and size, no redirects.

The address comes from a connector, so from whoever may write one: https only, and http for a literal loopback address.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_LARGEST_REPLY = 256 * 1024
# Nothing is decompressed: a few bytes could become gigabytes before anybody counts them.
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}


class Unreachable(Exception):  # noqa: N818
    """The server cannot be asked, or did not give an answer that can be used."""


class TimedOut(Exception):  # noqa: N818
    """The server did not answer in time."""


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer."""

    status: int
    body: bytes = field(repr=False)


async def get(url: str, seconds: float) -> Answer:
    """GET an address.

    Raises:
        Unreachable, TimedOut: as they say.
    """
    return await _ask("GET", url, seconds, None, None)


async def post_form(url: str, form: Mapping[str, str], client: tuple[str, str], seconds: float) -> Answer:
    """POST a form, with the client's id and secret as Basic credentials.

    Raises:
        Unreachable, TimedOut: as they say.
    """
    return await _ask("POST", url, seconds, form, client)


def is_allowed(url: str) -> bool:
    """Whether an address may be asked (rule `idp-endpoints`)."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)


async def _ask(
    method: str, url: str, seconds: float, form: Mapping[str, str] | None, client: tuple[str, str] | None
) -> Answer:
    import httpx

    if not is_allowed(url):
        raise Unreachable
    auth = httpx.BasicAuth(*client) if client else None
    try:
        async with (
            asyncio.timeout(seconds),
            # No proxies and no .netrc of the environment.
            httpx.AsyncClient(verify=_trust(), trust_env=False, follow_redirects=False, timeout=None) as http,  # noqa: S113
            http.stream(method, url, data=form, auth=auth, headers=_HEADERS) as reply,
        ):
            return Answer(reply.status_code, await _body(reply))
    except TimeoutError:
        raise TimedOut from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        raise Unreachable from None


async def _body(reply: httpx.Response) -> bytes:
    codings = reply.headers.get_list("content-encoding", split_commas=True)
    if any(coding.strip().lower() not in {"", "identity"} for coding in codings):
        raise Unreachable
    body = bytearray()
    async for chunk in reply.aiter_raw():
        body += chunk
        if len(body) > _LARGEST_REPLY:
            raise Unreachable
    return bytes(body)


@cache
def _trust() -> ssl.SSLContext:
    """The authorities of the web. Reading them takes as long as many requests."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)

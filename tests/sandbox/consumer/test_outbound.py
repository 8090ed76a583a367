"""What is asked of a brand's servers, and what of their answers is refused."""

from __future__ import annotations

import asyncio
import gzip

import pytest

from lpconf.sandbox import outbound

from .brand import BrandServer

SECONDS = 60.0


def get(server: BrandServer) -> outbound.Answer:
    return asyncio.run(outbound.get(f"{server.url}/jwks", SECONDS))


def test_no_compression_is_asked_for(server: BrandServer) -> None:
    get(server)
    assert server.asked[0][2]["accept-encoding"] == "identity"


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "deflate", "identity, gzip", "unheard-of"])
def test_a_compressed_answer_is_refused(server: BrandServer, coding: str) -> None:
    server.coding, server.body = coding, gzip.compress(gzip.compress(b"{}"))
    with pytest.raises(outbound.Unreachable):
        get(server)


@pytest.mark.parametrize("coding", ["identity", "Identity"])
def test_an_answer_that_says_it_is_not_compressed_is_taken(server: BrandServer, coding: str) -> None:
    server.coding = coding
    assert get(server) == outbound.Answer(200, b"{}")


@pytest.mark.parametrize("size", [256 * 1024 + 1, 10 * 1024 * 1024])
def test_an_answer_that_is_too_large_is_refused(server: BrandServer, size: int) -> None:
    server.body = b" " * size
    with pytest.raises(outbound.Unreachable):
        get(server)


def test_the_largest_answer(server: BrandServer) -> None:
    server.body = b" " * (256 * 1024)
    assert get(server).body == server.body

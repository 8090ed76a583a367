from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lpconf.page.server import Address

from .place import Keys, Place, make_keys, site_text


@pytest.fixture(scope="session")
def keys() -> Keys:
    return make_keys()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def address(place: Place, keys: Keys) -> Iterator[Address]:
    """The page, on a sandbox that nothing was applied to yet."""
    place.write(site_text(keys))
    with place.page(key=keys.private_pem) as address:
        yield address


@pytest.fixture
def stranger(address: Address) -> Iterator[httpx.Client]:
    """A program that addresses the page rightly and has no cookie."""
    with client_of(address.origin) as client:
        yield client


@pytest.fixture
def visitor(address: Address, stranger: httpx.Client) -> httpx.Client:
    """Somebody who opened the address."""
    assert stranger.get(address.url).status_code == 200
    return stranger


def client_of(origin: str) -> httpx.Client:
    return httpx.Client(base_url=origin, headers={"Origin": origin}, trust_env=False)

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .brand import BrandServer, Signer, serving
from .operator import Operator, set_up


@pytest.fixture(scope="module")
def brand() -> Signer:
    return Signer()


@pytest.fixture(scope="module")
def stranger_key() -> Signer:
    return Signer()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """One simulator for all tests that name their own connector."""
    with set_up(tmp_path_factory.mktemp("idp")) as operator:
        yield operator


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Operator]:
    """A simulator of one's own."""
    with set_up(tmp_path) as operator:
        yield operator


@pytest.fixture(scope="module")
def pasted(shared: Operator, brand: Signer) -> int:
    return shared.pasted(brand)


@pytest.fixture(scope="module")
def brand_server() -> Iterator[BrandServer]:
    with serving() as server:
        yield server


@pytest.fixture
def server(brand_server: BrandServer) -> BrandServer:
    """The brand's server, with no memory of the last test."""
    brand_server.status, brand_server.body, brand_server.location = 200, b"{}", ""
    brand_server.coding = ""
    brand_server.asked.clear()
    return brand_server

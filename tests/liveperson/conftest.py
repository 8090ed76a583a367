from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from lpconf.liveperson.client import Client
from lpconf.liveperson.connection import connect
from lpconf.liveperson.credentials import Credentials, UserPassword
from lpconf.liveperson.endpoint import Endpoint
from lpconf.liveperson.transport import Transport
from lpconf.model.policy import Waits
from lpconf.model.quirks import Quirks

from .scripted import ACCOUNT, PASSWORD, LivePerson, Server, serving

NO_WAITS = Waits(connect=5, answer=5, server_error=0, too_many=0, too_many_logins=0, read_back=0, read_back_pause=0)


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in tuple(os.environ):
        if name.lower().endswith("_proxy") or name in {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC"}:
            monkeypatch.delenv(name)


@pytest.fixture
def waits() -> Waits:
    return NO_WAITS


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def liveperson(server: Server) -> LivePerson:
    server.answer = LivePerson(server)
    return server.answer


@pytest.fixture
def pauses() -> list[float]:
    """The waits that the code under test asked for. Nobody really waits."""
    return []


@pytest.fixture
def transport(waits: Waits, pauses: list[float]) -> Iterator[Transport]:
    with Transport(waits, pause=pauses.append) as transport:
        yield transport


Connecting = Callable[..., AbstractContextManager[Client]]


@pytest.fixture
def connecting(liveperson: LivePerson, waits: Waits, pauses: list[float]) -> Connecting:
    """`connect` to the scripted server, as a user with a password unless the test says otherwise."""

    def connecting(credentials: Credentials | None = None, **options: Any) -> AbstractContextManager[Client]:
        return connect(
            ACCOUNT,
            endpoint=options.pop("endpoint", Endpoint.for_sandbox(liveperson.server.url)),
            credentials=credentials or UserPassword("config-bot", PASSWORD),
            quirks=Quirks(),
            waits=options.pop("waits", waits),
            pause=pauses.append,
            **options,
        )

    return connecting


@pytest.fixture
def client(connecting: Connecting) -> Iterator[Client]:
    with connecting() as client:
        yield client

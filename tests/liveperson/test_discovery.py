from __future__ import annotations

import pytest

from lpconf.liveperson.discovery import Services, discover
from lpconf.liveperson.endpoint import Endpoint
from lpconf.liveperson.transport import Transport
from lpconf.model.errors import AccessError, LpconfError

from .scripted import ACCOUNT, PAGE, Reply, Server, error_reply, json_reply, queue


def services(server: Server, transport: Transport, reply: Reply) -> Services:
    server.answer = queue(reply)
    return discover(transport, Endpoint.for_sandbox(server.url), ACCOUNT)


def named(*entries: object) -> Reply:
    return json_reply({"baseURIs": entries})


def test_one_request_without_credentials_finds_all_services(server: Server, transport: Transport) -> None:
    found = services(
        server,
        transport,
        named({"service": "agentVep", "baseURI": server.host}, {"service": "faasUI", "baseURI": "x.example.com"}),
    )
    assert found.base_url("agentVep") == server.url
    (request,) = server.requests
    assert request.line == "GET /api/account/12345678/service/baseURI.json"
    assert request.query == [("version", "1.0")]
    assert "authorization" not in request.headers
    assert request.body == b""


def test_the_account_is_escaped(server: Server, transport: Transport) -> None:
    server.answer = queue(named())
    discover(transport, Endpoint.for_sandbox(server.url), "a/../b?c")
    assert server.lines == ["GET /api/account/a%2F..%2Fb%3Fc/service/baseURI.json"]


@pytest.mark.parametrize("status", [400, 401, 404])
def test_an_unknown_account_is_named(server: Server, transport: Transport, status: int) -> None:
    with pytest.raises(AccessError, match="sandbox does not know account 12345678"):
        services(server, transport, error_reply(status, "no"))


@pytest.mark.parametrize("entries", [(), ({"service": "AGENTVEP", "baseURI": "x"},), (17, {"service": 5})])
def test_a_service_that_is_absent_is_named(server: Server, transport: Transport, entries: tuple[object, ...]) -> None:
    found = services(server, transport, named(*entries))
    with pytest.raises(AccessError, match="does not know the service agentVep of account 12345678"):
        found.base_url("agentVep")


def test_a_service_without_a_host_is_not_trusted(server: Server, transport: Transport) -> None:
    with pytest.raises(AccessError, match="not trusted"):
        services(server, transport, named({"service": "agentVep"})).base_url("agentVep")


@pytest.mark.parametrize(
    "reply", [PAGE, json_reply([]), json_reply({}), json_reply({"baseURIs": {}}), json_reply(None), Reply()]
)
def test_anything_else_is_no_discovery(server: Server, transport: Transport, reply: Reply) -> None:
    with pytest.raises(AccessError, match=r"^GET /api/account/12345678/service/baseURI\.json was answered"):
        services(server, transport, reply)


@pytest.mark.parametrize("status", [403, 410, 429, 451, 500])
def test_other_failures_are_about_access_too(server: Server, transport: Transport, status: int) -> None:
    with pytest.raises(LpconfError) as raised:
        services(server, transport, error_reply(status, "no"))
    assert isinstance(raised.value, AccessError)

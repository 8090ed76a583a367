from __future__ import annotations

import pytest
import requests

from .client import ACCOUNT, Client, error


def discover(client: Client, path: str, query: str = "?version=1.0") -> requests.Response:
    return client.http.get(f"{client.url}/api/account/{path}{query}")


@pytest.mark.parametrize("ending", [".json", ""])
def test_one_service_is_on_the_simulators_own_host(stranger: Client, ending: str) -> None:
    reply = discover(stranger, f"{ACCOUNT}/service/accountConfigReadWrite/baseURI{ending}")

    assert reply.headers["content-type"] == "application/json"
    assert list(reply.json().items()) == [
        ("service", "accountConfigReadWrite"),
        ("account", ACCOUNT),
        ("baseURI", stranger.url.removeprefix("http://")),
    ]


@pytest.mark.parametrize("ending", [".json", ""])
def test_all_services_are_on_the_simulators_own_host(stranger: Client, ending: str) -> None:
    entries = discover(stranger, f"{ACCOUNT}/service/baseURI{ending}").json()["baseURIs"]

    assert {"agentVep", "accountConfigReadWrite", "sentinel", "idp"} <= {entry["service"] for entry in entries}
    assert {entry["baseURI"] for entry in entries} == {stranger.url.removeprefix("http://")}


def test_unknown_account(stranger: Client) -> None:
    assert error(discover(stranger, "87654321/service/agentVep/baseURI.json")) == (404, "Unknown account 87654321")


def test_unknown_service_and_service_in_another_case(stranger: Client) -> None:
    assert error(discover(stranger, f"{ACCOUNT}/service/agentvep/baseURI.json")) == (404, "Unknown service agentvep")


@pytest.mark.parametrize("query", ["", "?version=2.0"])
def test_version_is_required(stranger: Client, query: str) -> None:
    assert error(discover(stranger, f"{ACCOUNT}/service/baseURI.json", query))[0] == 400

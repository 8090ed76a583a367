"""Only programs on this machine that mean this server, and no web page of another origin."""

from __future__ import annotations

import http.client
import urllib.parse
from contextlib import closing

import pytest

from lpconf.sandbox.server import Address

PATH = "/api/account/12345678/service/baseURI.json?version=1.0"


def ask(address: Address, *headers: tuple[str, str], verb: str = "GET") -> tuple[int, http.client.HTTPMessage]:
    port = urllib.parse.urlsplit(address.url).port
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.putrequest(verb, PATH, skip_host=True)
        for name, value in headers:
            connection.putheader(name, value.replace("PORT", str(port)))
        connection.endheaders()
        reply = connection.getresponse()
        reply.read()
        return reply.status, reply.headers


@pytest.mark.parametrize("host", ["127.0.0.1:PORT", "localhost:PORT", "LOCALHOST:PORT", "[::1]:PORT"])
def test_names_of_loopback(address: Address, host: str) -> None:
    assert ask(address, ("Host", host))[0] == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example:PORT", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:PORT", "127.0.0.1.:PORT", "PORT", ""],
)
def test_any_other_host_is_a_page_that_rebinds_its_name(address: Address, host: str) -> None:
    assert ask(address, ("Host", host))[0] == 403


def test_no_host_or_two(address: Address) -> None:
    assert ask(address)[0] in {400, 403}
    assert ask(address, ("Host", "127.0.0.1:PORT"), ("Host", "127.0.0.1:PORT"))[0] in {400, 403}


def test_the_same_origin(address: Address) -> None:
    assert ask(address, ("Host", "127.0.0.1:PORT"), ("Origin", "http://127.0.0.1:PORT"))[0] == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", "http://localhost:PORT", "http://127.0.0.1:1", "https://127.0.0.1:PORT"],
)
def test_another_origin(address: Address, origin: str) -> None:
    assert ask(address, ("Host", "127.0.0.1:PORT"), ("Origin", origin))[0] == 403


def test_no_cors_headers_whatever_is_asked(address: Address) -> None:
    host = ("Host", "127.0.0.1:PORT")
    for origin in ("http://127.0.0.1:PORT", "https://evil.example"):
        for verb in ("GET", "OPTIONS"):
            preflight = ("Access-Control-Request-Method", "PUT")
            _, headers = ask(address, host, ("Origin", origin), preflight, verb=verb)
            assert not [name for name in headers if name.lower().startswith("access-control")]

"""Only programs on this machine that mean this server, and no web page of another origin."""

from __future__ import annotations

import http.client
import urllib.parse
from contextlib import closing
from pathlib import Path

import pytest

from lpconf.sandbox import fault_table
from lpconf.sandbox.fault_table import Fault, FaultKind
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


HOST = ("Host", "127.0.0.1:PORT")
LINK = (("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"))


@pytest.mark.parametrize("site", ["same-origin", "none"])
@pytest.mark.parametrize("mode", ["no-cors", "cors", "navigate"])
def test_a_browser_that_shows_no_page_of_others(address: Address, site: str, mode: str) -> None:
    assert ask(address, HOST, ("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode))[0] == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "unheard-of", ""])
@pytest.mark.parametrize(
    "more",
    [
        (("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")),
        (("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "script")),
        (("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe")),
        (("Sec-Fetch-Mode", "websocket"), ("Sec-Fetch-Dest", "empty")),
        (),
    ],
)
def test_what_a_page_of_others_loads(address: Address, site: str, more: tuple[tuple[str, str], ...]) -> None:
    assert ask(address, HOST, ("Sec-Fetch-Site", site), *more)[0] == 403


def test_a_link_in_a_page_of_others(address: Address) -> None:
    assert ask(address, HOST, ("Sec-Fetch-Site", "cross-site"), *LINK)[0] == 200
    assert ask(address, HOST, ("Sec-Fetch-Site", "cross-site"), *LINK, verb="POST")[0] == 403


def test_a_page_of_others_uses_up_no_fault(address: Address, state_file: Path) -> None:
    with fault_table.opened(state_file) as faults:
        faults.add(Fault(FaultKind.SERVER_ERROR))
        image = (("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image"))
        assert ask(address, HOST, *image)[0] == 403
        assert faults.all()[0].fired == 0

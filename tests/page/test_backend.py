"""The JSON endpoints, on a fresh sandbox."""

from __future__ import annotations

import errno
import logging
import os
import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from lpconf.model.errors import LpconfError
from lpconf.model.live import Live
from lpconf.page.live import Tag
from lpconf.page.relay import UNREACHABLE
from lpconf.page.server import Address, running
from lpconf.page.subject import Sandboxed, Subject
from lpconf.tokens.reading import Signed, read
from tests.crowd import crowd

from .conftest import client_of
from .place import ACCOUNT, TUTORIAL, TUTORIAL_TOKEN, Keys, Place, site_text, token
from .services import services

_TWO_CONNECTORS = """\
version: 1
account: "12345678"
connectors:
  - {id: 1, js_method_name: a}
  - {id: 2, js_method_name: b}
campaigns:
  - find: default
    engagements:
      - {find: default, connector: Somebody else}
"""


def look(client: httpx.Client, entered: str, account: str = ACCOUNT) -> Any:
    reply = client.post("/api/look", json={"account": account, "token": entered})
    assert reply.status_code == 200, reply.text
    return reply.json()


@contextmanager
def opened(address: Address) -> Iterator[httpx.Client]:
    with client_of(address.origin) as client:
        assert client.get(address.url).status_code == 200
        yield client


def test_the_start_has_no_secrets(visitor: httpx.Client) -> None:
    assert visitor.post("/api/start", json={}).json() == {
        "account": ACCOUNT,
        "label": "Web shop",
        "mint": True,
        "live": None,
    }


def test_a_new_token_fits_the_connector_and_nobody_can_guess_who_it_is(visitor: httpx.Client) -> None:
    first, second = (visitor.post("/api/mint", json={}).json()["token"] for _ in range(2))
    found = look(visitor, first)["token"]
    assert found["ok"], found
    assert found["notes"] == []
    tokens = [read(each) for each in (first, second)]
    assert all(isinstance(each, Signed) for each in tokens)
    subs = [each.claims["sub"] for each in tokens if isinstance(each, Signed)]
    assert len(set(subs)) == 2
    assert all(len(str(sub)) == 36 for sub in subs)


_TWO_ISSUERS = """\
version: 1
account: "12345678"
connectors:
  - {id: 1, name: A, jwt_issuer: "https://a.example.com"}
  - {id: 2, name: B, jwt_issuer: "https://b.example.com"}
campaigns:
  - find: default
    engagements:
      - {find: default, connector: B}
"""


def test_of_several_connectors_a_new_token_is_for_the_one_that_applies(place: Place, keys: Keys) -> None:
    place.write(_TWO_ISSUERS)
    with place.live_page(Tag(), key=keys.private_pem) as address, opened(address) as client:
        assert _issuer(client) == "https://b.example.com"


def test_a_new_token_is_for_the_live_connector_where_none_is_declared(place: Place, keys: Keys) -> None:
    place.apply(site_text(keys).replace("jwt_issuer: https://idp.example.com", "jwt_issuer: https://live.example.com"))
    place.write(site_text(None))
    with place.page(key=keys.private_pem) as address, opened(address) as client:
        assert _issuer(client) == "https://live.example.com"


def _issuer(client: httpx.Client) -> object:
    """Who a new token says that it is from."""
    made = read(client.post("/api/mint", json={}).json()["token"])
    assert isinstance(made, Signed)
    return made.claims["iss"]


def test_things_without_a_name_are_tried_like_others(place: Place, keys: Keys) -> None:
    place.apply(site_text(keys))
    with closing(sqlite3.connect(place.state / "sandbox.sqlite3")) as database, database:
        changed = database.execute(
            "UPDATE entities SET body = json_remove(body, '$.name') WHERE collection IN ('connectors', 'campaigns')"
        )
        assert changed.rowcount >= 2
    with place.page() as address, opened(address) as client:
        found = look(client, token(keys, now=time.time()))
        assert found["connector"]["ok"]
        assert found["engagement"]["ok"]


def test_without_a_key_no_token_is_made(place: Place, keys: Keys) -> None:
    place.write(site_text(keys))
    with place.page() as address, opened(address) as client:
        reply = client.post("/api/mint", json={})
        assert reply.status_code == 422
        assert "--key FILE" in reply.json()["error"]


def test_before_apply_both_ends_are_named(visitor: httpx.Client, keys: Keys) -> None:
    found = look(visitor, token(keys, now=time.time()))
    assert found["token"]["ok"]
    assert found["connector"]["text"].endswith("has no connector (connectorId is empty).")
    assert "(conversationType)" in found["engagement"]["text"]
    assert found["method"] is found["button"] is found["context"] is None


def test_after_apply_everything_is_there(place: Place, keys: Keys) -> None:
    place.apply(site_text(keys))
    with place.page() as address, opened(address) as client:
        mine = token(keys, now=time.time())
        found = look(client, mine)
        assert found["method"] == {"name": "getVisitorToken", "context": "shop.auth", "given": True}
        assert found["engagement"]["ok"]
        assert found["button"]["position"] == 6
        assert found["context"]["campaignId"] == 1000000930
        answer = client.post("/api/authenticate", json={"connector": found["connector"]["id"], "token": mine}).json()
        assert answer["ok"]
        assert answer["token"].count(".") == 2


def test_the_idps_codes_come_with_their_meaning(place: Place) -> None:
    place.apply(TUTORIAL.read_text(encoding="utf-8"))
    with place.page() as address, opened(address) as client:
        found = look(client, TUTORIAL_TOKEN)
        assert found["token"]["text"].startswith("Expired 2018-08-22 21:05:30 UTC")
        assert "LivePerson answers 1012." in found["token"]["text"]
        connector = found["connector"]["id"]
        answer = client.post("/api/authenticate", json={"connector": connector, "token": TUTORIAL_TOKEN}).json()
        assert answer["text"] == "1012 JWT_EXPIRED. The token has expired."
        assert answer["token"] == ""
        gone = client.post("/api/authenticate", json={"connector": 5, "token": TUTORIAL_TOKEN}).json()
        assert gone["text"].startswith("1024 connector not found.")


def test_a_connector_that_is_not_declared_is_checked_by_its_live_key(place: Place, keys: Keys) -> None:
    place.apply(site_text(keys))
    place.write(site_text(None))
    with place.page() as address, opened(address) as client:
        assert look(client, token(keys, now=time.time()))["token"]["ok"]


def test_another_site_is_refused(visitor: httpx.Client, keys: Keys) -> None:
    reply = visitor.post("/api/look", json={"account": "1", "token": token(keys, now=time.time())})
    assert reply.status_code == 422
    assert f"The configuration is of site {ACCOUNT}." in reply.json()["error"]


@pytest.mark.parametrize(
    ("content", "kind", "error"),
    [
        (b"{", "application/json", "The body is not JSON."),
        (b"[" * 60_000, "application/json", "The body is not JSON."),
        (b"[]", "application/json", "The body must be one JSON object."),
        (b"{}", "application/json", "account is missing."),
        (b'{"account": 5}', "application/json", "account is missing."),
        (b"{}", "text/plain", "The body must be JSON."),
        (b" " * 70_000, "application/json", "The body is larger than 64 KiB."),
    ],
)
def test_what_the_pages_scripts_would_not_send_is_refused(
    visitor: httpx.Client, content: bytes, kind: str, error: str
) -> None:
    reply = visitor.post("/api/look", content=content, headers={"Content-Type": kind})
    assert (reply.status_code, reply.json()) == (400, {"error": error})


def test_a_connector_without_an_id_is_refused(visitor: httpx.Client) -> None:
    assert visitor.post("/api/authenticate", json={"connector": "x", "token": "y"}).status_code == 400


def test_no_token_is_logged(visitor: httpx.Client, keys: Keys, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        mine = token(keys, now=time.time())
        look(visitor, mine)
        visitor.post("/api/authenticate", json={"connector": 5, "token": mine})
    assert caplog.text
    assert mine not in caplog.text
    assert mine.rpartition(".")[2] not in caplog.text


def test_a_page_that_was_stopped_leaves_nothing_behind(place: Place, keys: Keys) -> None:
    place.write(site_text(keys))
    with place.page() as address:
        pass
    with client_of(address.origin) as client, pytest.raises(httpx.ConnectError):
        client.get("/")


def test_a_sandbox_that_has_gone_is_told(place: Place, keys: Keys) -> None:
    place.write(site_text(keys))
    gone = Sandboxed("http://127.0.0.1:9", Live)
    with running(Subject(place.site(), gone)) as address, opened(address) as client:
        reply = client.post("/api/look", json={"account": ACCOUNT, "token": "x"})
        assert reply.status_code == 502
        assert reply.json() == {"error": "127.0.0.1:9 cannot be reached. Does the sandbox run?"}


def test_an_idp_without_a_code_is_told_by_its_status(place: Place, keys: Keys) -> None:
    place.write(site_text(keys))
    with (
        services({"authenticate": (503, {})}) as url,
        running(Subject(place.site(), Sandboxed(url, Live))) as address,
        opened(address) as client,
    ):
        answer = client.post("/api/authenticate", json={"connector": 7, "token": "x"}).json()
        assert (answer["ok"], answer["text"]) == (False, "The IdP answered 503 without a code.")


def test_a_conversation_without_a_sandbox_is_closed_with_the_reason(place: Place, keys: Keys) -> None:
    place.write(site_text(keys))
    gone = Sandboxed("http://127.0.0.1:9", Live)
    with running(Subject(place.site(), gone)) as address, opened(address) as client:
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        url = address.origin.replace("http", "ws") + "/api/conversation"
        with connect(url, additional_headers={"Cookie": cookie}, origin=Origin(address.origin), proxy=None) as socket:
            with pytest.raises(ConnectionClosed):
                socket.recv(timeout=20)
            assert socket.close_code == UNREACHABLE
            assert socket.close_reason == "127.0.0.1:9 cannot be reached. Does the sandbox run?"


def test_the_real_account_is_looked_at_by_its_configuration_only(place: Place, keys: Keys) -> None:
    place.write(site_text(keys))
    with place.live_page(Tag()) as address, opened(address) as client:
        found = look(client, token(keys, now=time.time()))
        assert found["token"]["ok"]
        assert found["connector"]["text"] == 'connector["Shop sign-in"] applies, as declared.'
        assert found["method"] == {"name": "getVisitorToken", "context": "shop.auth", "given": True}
        assert found["identity"] == {"iss": "https://idp.example.com", "acr": "loa1", "sub": "b1c5f0de-visitor"}
        assert client.post("/api/authenticate", json={}).status_code == 404
        assert look(client, "no token")["identity"] is None


@pytest.mark.parametrize("wanted", ["{id: 2}", "B"])
def test_of_several_connectors_the_engagements_own_applies(place: Place, wanted: str) -> None:
    place.write(_TWO_CONNECTORS.replace("Somebody else", wanted).replace("{id: 2,", "{id: 2, name: B,"))
    with place.live_page(Tag()) as address, opened(address) as client:
        assert look(client, "x")["method"]["name"] == "b"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('version: 1\naccount: "12345678"\n', "declares no connectors"),
        (_TWO_CONNECTORS, "declares 2 connectors"),
        (
            """\
version: 1
account: "12345678"
connectors:
  - name: Code
    flow: code
    authentication_endpoint: https://idp.example.com/authorize
    token_endpoint: https://idp.example.com/token
    jwks_endpoint: https://idp.example.com/jwks
    client_id: lp
    client_secret: {env: LPCONF_SECRET_X}
""",
            "takes codes, not tokens",
        ),
    ],
)
def test_a_configuration_that_cannot_be_tried_says_why(place: Place, keys: Keys, text: str, said: str) -> None:
    place.write(text)
    with place.live_page(Tag()) as address, opened(address) as client:
        found = look(client, token(keys, now=time.time()))
        assert not found["connector"]["ok"]
        assert said in found["connector"]["text"]
        assert found["method"] is None


def test_a_port_in_use_is_told(place: Place, keys: Keys) -> None:
    place.write(site_text(keys))
    subject = Subject(place.site())
    with running(subject) as address:
        port = int(address.origin.rpartition(":")[2])
        with pytest.raises(LpconfError, match=f"Port {port} is in use"), running(subject, port):
            pass


def test_a_port_that_may_not_be_used_is_told(place: Place, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write(site_text(keys))

    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(socket.socket, "bind", refused)
    told = "Port 80 cannot be used: Permission denied. Choose another with --port."
    with pytest.raises(LpconfError, match=re.escape(told)), running(Subject(place.site()), 80):
        pass


def test_a_stop_turns_away_who_connected_right_before(place: Place, keys: Keys) -> None:
    place.write(site_text(keys))
    with crowd() as clients:
        with running(Subject(place.site())) as address:
            clients.connect(address.origin)
        assert clients.is_turned_away()

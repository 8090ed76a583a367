"""Who may see and use the simulator's own page."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from lpconf.sandbox import fault_table
from lpconf.sandbox.fault_table import Fault, FaultKind
from lpconf.sandbox.server import Address, running

from .client import ACCOUNT, CONNECTORS, Client, implicit

RESET, CLEAR = "/_sandbox/reset", "/_sandbox/faults/clear"


@pytest.fixture
def visitor(address: Address) -> Iterator[requests.Session]:
    """A browser without the cookie."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def owner(address: Address, visitor: requests.Session) -> requests.Session:
    """A browser that opened the address with the code."""
    assert visitor.get(address.page_url).status_code == 200
    assert "Accounts" in visitor.get(address.url).text
    return visitor


def code(address: Address) -> str:
    return urlsplit(address.page_url).query.removeprefix("code=")


class TestCode:
    def test_becomes_a_strict_cookie_and_leaves_the_address(self, address: Address, visitor: requests.Session) -> None:
        reply = visitor.get(address.page_url, allow_redirects=False)
        # A page of the server's own goes on: a redirect within a link of another site would lose a strict cookie.
        assert reply.status_code == 200
        assert '<meta http-equiv="refresh" content="0;url=/">' in reply.text
        assert code(address) not in reply.text
        cookie = reply.headers["set-cookie"]
        assert cookie.startswith(f"lpconf-sandbox-{urlsplit(address.url).port}=")
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; ")[1:])
        assert code(address) not in cookie
        assert visitor.get(address.url).status_code == 200

    def test_the_cookie_is_for_tls_only_where_there_is_tls(self, state_file: Path) -> None:
        with running(state_file, ACCOUNT, secure=True) as address:
            reply = requests.get(address.page_url, verify=str(address.ca_file), allow_redirects=False, timeout=30)
            assert "Secure" in reply.headers["set-cookie"].split("; ")

    def test_works_once(self, address: Address, owner: requests.Session) -> None:
        reply = requests.get(address.page_url, allow_redirects=False, timeout=30)
        assert reply.status_code == 403
        assert "has been used before" in reply.text
        assert "set-cookie" not in reply.headers

    def test_whoever_has_the_cookie_may_open_it_again(self, address: Address, owner: requests.Session) -> None:
        assert owner.get(address.page_url).status_code == 200

    def test_of_many_at_once_one_gets_in(self, address: Address) -> None:
        statuses: list[int] = []

        def open_it() -> None:
            statuses.append(requests.get(address.page_url, allow_redirects=False, timeout=30).status_code)

        threads = [threading.Thread(target=open_it) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [200] + [403] * 7

    @pytest.mark.parametrize("wrong", ["", "x", "%00", "%F0%9F%92%A5", "code=", "%ED%A0%80"])
    def test_a_wrong_one_does_not_use_it_up(self, address: Address, visitor: requests.Session, wrong: str) -> None:
        assert visitor.get(f"{address.url}/?code={wrong}").status_code == 403
        assert visitor.get(address.page_url).status_code == 200

    def test_each_server_has_its_own(self, state_file: Path) -> None:
        with running(state_file, ACCOUNT) as one, running(state_file, ACCOUNT) as other:
            assert code(one) != code(other)
            assert requests.get(f"{other.url}/?code={code(one)}", timeout=30).status_code == 403

    def test_is_not_in_the_text_of_the_address(self, address: Address) -> None:
        assert code(address) not in repr(address)


class TestWithoutTheCookie:
    def test_the_page_says_how_to_get_in_and_nothing_else(self, address: Address, visitor: requests.Session) -> None:
        reply = visitor.get(address.url)
        assert reply.status_code == 403
        assert "lpconf sandbox serve" in reply.text
        for secret in (ACCOUNT, "connectors", "bearer", code(address)):
            assert secret not in reply.text

    @pytest.mark.parametrize("path", [RESET, CLEAR])
    def test_nothing_can_be_done(self, address: Address, visitor: requests.Session, path: str) -> None:
        visitor.cookies.set(f"lpconf-sandbox-{urlsplit(address.url).port}", "guessed", domain="127.0.0.1")
        reply = visitor.post(address.url + path, data={"account": ACCOUNT}, headers={"Origin": address.url})
        assert reply.status_code == 403

    def test_the_cookie_of_another_server_is_none(self, state_file: Path, owner: requests.Session) -> None:
        with running(state_file, ACCOUNT) as other:
            assert owner.get(other.url).status_code == 403


class TestActions:
    def test_clearing_the_faults(self, address: Address, owner: requests.Session, state_file: Path) -> None:
        with fault_table.opened(state_file) as faults:
            faults.add(Fault(FaultKind.RESET))
            reply = owner.post(address.url + CLEAR, headers={"Origin": address.url}, allow_redirects=False)
            assert (reply.status_code, reply.headers["location"]) == (303, "/")
            assert faults.all() == ()

    def test_resetting_an_account(self, address: Address, owner: requests.Session, client: Client) -> None:
        client.create(CONNECTORS, implicit())
        reply = owner.post(address.url + RESET, data={"account": ACCOUNT}, headers={"Origin": address.url})
        assert reply.status_code == 200
        client.sign_in()
        assert client.get(CONNECTORS) == []

    @pytest.mark.parametrize("account", ["", "99999999", "%", "<b>"])
    def test_an_account_that_is_not_there_is_not_made(
        self, address: Address, owner: requests.Session, account: str
    ) -> None:
        reply = owner.post(address.url + RESET, data={"account": account}, headers={"Origin": address.url})
        assert reply.status_code == 200
        assert reply.text.count("Reset to a new account") == 1

    @pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://localhost:1"])
    @pytest.mark.parametrize("path", [RESET, CLEAR])
    def test_only_from_the_page_itself(
        self, address: Address, owner: requests.Session, client: Client, path: str, origin: str | None
    ) -> None:
        client.create(CONNECTORS, implicit())
        headers = {"Origin": origin} if origin else {}
        assert owner.post(address.url + path, data={"account": ACCOUNT}, headers=headers).status_code == 403
        assert len(client.get(CONNECTORS)) == 1

    @pytest.mark.parametrize("path", [RESET, CLEAR])
    def test_not_by_a_link(self, address: Address, owner: requests.Session, path: str) -> None:
        assert owner.get(address.url + path).status_code == 405


class TestSafety:
    @pytest.mark.parametrize("is_owner", [True, False])
    def test_no_script_no_frame_no_store_and_nothing_from_outside(
        self, address: Address, visitor: requests.Session, is_owner: bool
    ) -> None:
        reply = visitor.get(address.page_url if is_owner else address.url)
        policy = dict(part.strip().split(" ", 1) for part in reply.headers["content-security-policy"].split(";"))
        assert policy.pop("style-src").startswith("'sha256-")
        assert policy == {
            "default-src": "'none'",
            "img-src": "data:",
            "form-action": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
        }
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["cross-origin-resource-policy"] == "same-origin"
        assert reply.headers["x-frame-options"] == "DENY"
        assert "<script" not in reply.text
        assert "http://" not in reply.text.replace(address.url, "")

    def test_faults_do_not_touch_it(self, address: Address, owner: requests.Session, state_file: Path) -> None:
        with fault_table.opened(state_file) as faults:
            faults.add(Fault(FaultKind.RESET, count=0))
            assert owner.get(address.url).status_code == 200
            assert faults.all()[0].fired == 0

    @pytest.mark.parametrize(
        ("header", "value"), [("Host", "evil.example:PORT"), ("Origin", "http://evil.example"), ("Host", "127.0.0.1")]
    )
    def test_a_websocket_of_a_foreign_page_is_refused(self, address: Address, header: str, value: str) -> None:
        """Before any endpoint sees it."""
        parts = urlsplit(address.url)
        headers = {"Host": parts.netloc, header: value.replace("PORT", str(parts.port))}
        assert handshake(address, headers).startswith(b"HTTP/1.1 403 ")


def handshake(address: Address, headers: dict[str, str]) -> bytes:
    parts = urlsplit(address.url)
    lines = [f"GET /ws_api/account/{ACCOUNT}/messaging/consumer?v=3 HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", ""]
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as connection:
        connection.sendall("\r\n".join(lines).encode())
        return connection.recv(1000)


def test_the_page_by_its_other_name(address: Address) -> None:
    """`localhost` is another site for a browser: its own cookie, its own origin."""
    port = urlsplit(address.url).port
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", f"/?code={code(address)}", headers={"Host": f"localhost:{port}"})
    reply = connection.getresponse()
    reply.read()
    cookie = (reply.getheader("set-cookie") or "").partition(";")[0]
    headers = {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}", "Cookie": cookie}
    connection.request("POST", CLEAR, headers=headers)
    reply = connection.getresponse()
    reply.read()
    connection.close()
    assert reply.status == 303

"""Who may use the page."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from lpconf.page.live import Tag
from lpconf.page.server import Address

from .conftest import client_of
from .place import Keys, Place, site_text

_STATIC = Path(__file__).parents[2] / "lpconf" / "page" / "static"
# Every script and style sheet, and the pages themselves.
EVERYTHING = [
    "/",
    "/favicon.ico",
    *(f"/static/{file.relative_to(_STATIC).as_posix()}" for file in _STATIC.rglob("*.[cj]s*")),
]


def test_the_address_works_once(address: Address, stranger: httpx.Client) -> None:
    first = stranger.get(address.url)
    assert first.status_code == 200
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert address.url.rpartition("=")[2] not in cookie
    with client_of(address.origin) as second:
        assert second.get(address.url).status_code == 403
        assert second.get("/").status_code == 403
    assert stranger.get("/").status_code == 200


@pytest.mark.parametrize("code", ["", "wrong", "é"])
def test_a_wrong_code_opens_nothing_and_leaves_the_right_one(
    address: Address, stranger: httpx.Client, code: str
) -> None:
    assert stranger.get("/open", params={"code": code}).status_code == 403
    assert stranger.get(address.url).status_code == 200


@pytest.mark.parametrize("path", EVERYTHING)
def test_nothing_is_given_without_the_cookie(stranger: httpx.Client, path: str) -> None:
    assert stranger.get(path).status_code == 403


@pytest.mark.parametrize("cookie", ["lpconf_page=x", "=;;\x01", 'lpconf_page_1="x', "lpconf_page_{port}=wrong"])
def test_another_cookie_opens_nothing(address: Address, stranger: httpx.Client, cookie: str) -> None:
    port = address.origin.rpartition(":")[2]
    assert stranger.get("/", headers={"Cookie": cookie.replace("{port}", port)}).status_code == 403


@pytest.mark.parametrize("strange", ["a b=c", 'json={"x": [1, 2]}', "x@y=1", "é=1", "nothing", '"', "=;"])
def test_cookies_of_other_programs_on_this_machine_do_no_harm(visitor: httpx.Client, strange: str) -> None:
    own = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    for cookie in (f"{strange}; {own}", f"{own}; {strange}"):
        assert visitor.get("/", headers=[(b"Cookie", cookie.encode("latin-1"))]).status_code == 200


def test_every_reply_has_the_policy(address: Address, visitor: httpx.Client) -> None:
    for path in ("/", "/static/page.css", "/static/js/main.js", "/nothing", "/open"):
        headers = visitor.get(path).headers
        assert "script-src 'self';" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert not [name for name in headers if name.startswith("access-control-")]


def test_no_page_has_a_script_or_a_style_of_its_own() -> None:
    for page in _STATIC.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert text.count("<script") == text.count('<script type="module" src="/static/')
        assert "<style" not in text
        assert " style=" not in text
        assert " on" not in text.replace(" on ", " ").replace(" one", " ").replace(" only", " ")


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1", "evil.example", "127.0.0.1.nip.io:{port}"])
def test_other_host_names_are_refused(address: Address, visitor: httpx.Client, host: str) -> None:
    port = address.origin.rpartition(":")[2]
    assert visitor.get("/", headers={"Host": host.replace("{port}", port)}).status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://localhost:{port}"])
def test_other_origins_are_refused(address: Address, visitor: httpx.Client, origin: str) -> None:
    port = address.origin.rpartition(":")[2]
    reply = visitor.post("/api/mint", json={}, headers={"Origin": origin.replace("{port}", port)})
    assert reply.status_code == 403


def test_a_request_that_changes_something_says_its_origin(visitor: httpx.Client) -> None:
    del visitor.headers["Origin"]
    assert visitor.post("/api/mint", json={}).status_code == 403
    assert visitor.get("/").status_code == 200


def test_another_port_of_this_machine_is_another_page(visitor: httpx.Client) -> None:
    for site in ("same-site", "cross-site"):
        assert visitor.get("/static/js/main.js", headers={"Sec-Fetch-Site": site}).status_code == 403
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert visitor.get("/", headers=link).status_code == 200
    frame = {**link, "Sec-Fetch-Dest": "iframe"}
    assert visitor.get("/", headers=frame).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {},
        {"Origin": "{origin}", "Host": "evil.example"},
        {"Origin": "{origin}", "Cookie": ""},
    ],
)
def test_the_relay_is_guarded_like_the_rest(address: Address, visitor: httpx.Client, headers: dict[str, str]) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    sent = {"Cookie": cookie, **{name: value.replace("{origin}", address.origin) for name, value in headers.items()}}
    assert asyncio.run(_handshake(address, sent)) == 403


def test_the_relay_opens_for_the_page_itself(address: Address, visitor: httpx.Client) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    assert asyncio.run(_handshake(address, {"Cookie": cookie, "Origin": address.origin})) == 101


async def _handshake(address: Address, headers: dict[str, str]) -> int:
    host = headers.pop("Host", None)
    url = address.origin.replace("http", "ws") + "/api/conversation"
    try:
        if host is None:
            socket = await connect(url, additional_headers=headers, proxy=None)
        else:
            port = int(address.origin.rpartition(":")[2])
            socket = await connect(
                f"ws://{host}/api/conversation", additional_headers=headers, proxy=None, host="127.0.0.1", port=port
            )
    except InvalidStatus as error:
        return error.response.status_code
    await socket.close()
    return 101


def test_the_page_with_the_tag_has_nothing_to_control(place: Place, keys: Keys) -> None:
    place.write(site_text(keys))
    with (
        place.live_page(Tag("http://127.0.0.1:9/tag.js"), key=keys.private_pem) as address,
        client_of(str(address.live_origin)) as client,
    ):
        assert address.live_origin != address.origin
        assert client.get("/").status_code == 200
        assert client.get("/start").json() == {"control": address.origin, "tag": "http://127.0.0.1:9/tag.js"}
        for path in ("/api/start", "/api/mint", "/api/look", "/open"):
            assert client.post(path, json={}).status_code == 404
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 403
        assert "set-cookie" not in client.get("/").headers


def test_the_tags_page_allows_liveperson_and_nobody_else() -> None:
    policy = Tag().policy
    hosts = {word for word in policy.replace(";", " ").split() if "." in word or "//" in word}
    assert {host.split("//")[-1].removeprefix("*.") for host in hosts} == {
        "liveperson.net",
        "lpsnmedia.net",
        "lptag.liveperson.net",
    }

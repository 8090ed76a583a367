"""What the backend asks, whom, and what it makes of the answers: against a real server on loopback."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

import pytest

from lpconf.page.upstream import IdpAnswer, Offer, Upstream, UpstreamError, as_id

from .services import services

T = TypeVar("T")


def asked(url: str, ask: Callable[[Upstream], Awaitable[T]]) -> T:
    async def go() -> T:
        upstream = Upstream(url, "12345678")
        try:
            return await ask(upstream)
        finally:
            await upstream.close()

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((200, {"token": "a.b.c"}), IdpAnswer(token="a.b.c")),
        ((500, {"internalErrorCode": "9007"}), IdpAnswer(code="9007", status=500)),
        ((500, {"internalErrorCode": 1012}), IdpAnswer(code="1012", status=500)),
        ((200, {"token": 5}), IdpAnswer(status=200)),
        ((502, b"<html>"), IdpAnswer(status=502)),
        ((302, {"token": "a.b.c"}), IdpAnswer(status=302)),
    ],
)
def test_the_idps_answers(answer: tuple[int, Any], expected: IdpAnswer) -> None:
    with services({"authenticate": answer}) as url:
        assert asked(url, lambda upstream: upstream.authenticate(7, "x.y.z")) == expected


def test_an_offer_and_reasons_are_read_with_care() -> None:
    body = {
        "visitorId": "v",
        "sessionId": 5,
        "engagementDetails": [{"engagementId": "2"}],
        "sandbox": {"notOffered": ["noise", {"campaignId": "1", "engagementId": True, "field": "x", "reason": None}]},
    }
    with services({"engagement": (201, body)}) as url:
        offer = asked(url, lambda upstream: upstream.offer([]))
    assert offer.details == {"engagementId": "2"}
    assert (offer.visitor_id, offer.session_id) == ("v", "")
    (refused,) = offer.refused
    assert (refused.campaign_id, refused.engagement_id, refused.field, refused.reason) == (1, None, "x", "")


@pytest.mark.parametrize("body", [{}, [], {"engagementDetails": []}, {"engagementDetails": [5], "sandbox": 5}, b"no"])
def test_no_details_mean_nothing_is_offered(body: Any) -> None:
    with services({"engagement": (200, body)}) as url:
        assert asked(url, lambda upstream: upstream.offer([])) == Offer()


def test_another_status_of_monitoring_is_told() -> None:
    with services({"engagement": (404, {})}) as url, pytest.raises(UpstreamError, match="answered 404"):
        asked(url, lambda upstream: upstream.offer([]))


@pytest.mark.parametrize("host", ["idp.liveperson.net", "localhost:80", "127.0.0.1.nip.io", "x@127.0.0.1", "[::1", ""])
def test_no_token_goes_to_a_host_elsewhere(host: str) -> None:
    with services({}, host) as url, pytest.raises(UpstreamError, match="not on this machine"):
        asked(url, lambda upstream: upstream.authenticate(7, "x.y.z"))


@pytest.mark.parametrize("answer", [(404, {}), (200, {"baseURI": 5}), (200, [])])
def test_an_unknown_service_is_told(answer: tuple[int, Any]) -> None:
    with services({"baseURI.json": answer}) as url, pytest.raises(UpstreamError, match="does not know the service idp"):
        asked(url, lambda upstream: upstream.authenticate(7, "x.y.z"))


def test_a_server_that_is_not_there_is_told_without_the_token() -> None:
    with pytest.raises(UpstreamError, match=r"127\.0\.0\.1:9 cannot be reached") as caught:
        asked("http://127.0.0.1:9", lambda upstream: upstream.authenticate(7, "x.y.z"))
    assert "x.y.z" not in str(caught.value)


def test_discovery_elsewhere_is_refused() -> None:
    with pytest.raises(ValueError, match="not on this machine"):
        Upstream("https://api.liveperson.net", "1")


def test_an_answer_without_end_is_cut_off() -> None:
    with services({"engagement": (200, b" " * 5_000_000)}) as url, pytest.raises(UpstreamError, match="too large"):
        asked(url, lambda upstream: upstream.offer([]))


def test_what_is_too_large_is_not_read_to_its_end() -> None:
    with _sending(b" " * 5_000_000) as (url, asked_for), pytest.raises(UpstreamError, match="too large"):
        asked(url, lambda upstream: upstream.offer([]))
    assert asked_for["Accept-Encoding"] == "identity"


def test_packed_answers_are_not_unpacked() -> None:
    packed = gzip.compress(json.dumps({"baseURI": "127.0.0.1:9"}).encode())
    with (
        _sending(packed, "gzip", more=0) as (url, _),
        pytest.raises(UpstreamError, match="does not know the service"),
    ):
        asked(url, lambda upstream: upstream.socket_url())


@contextmanager
def _sending(content: bytes, encoding: str = "identity", more: int = 1) -> Iterator[tuple[str, dict[str, str]]]:
    """Sends this to who asks, and `more` bytes only when all is over. Gives the address and what it was asked with."""
    over = threading.Event()
    seen: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            return

        def _serve(self) -> None:
            seen.update(self.headers)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            first = b"" if self.path.partition("?")[0].endswith("baseURI.json") and more else content
            body = first or json.dumps({"baseURI": f"127.0.0.1:{port}"}).encode()
            self.send_response_only(200)
            self.send_header("Content-Length", str(len(body) + (more if first else 0)))
            self.send_header("Content-Encoding", encoding)
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(body)
                if first and more:
                    over.wait(60)

        do_GET = do_POST = _serve  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}", seen
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_answer_that_is_nested_without_end_is_no_answer() -> None:
    with services({"engagement": (200, b"[" * 1_000_000)}) as url:
        assert asked(url, lambda upstream: upstream.offer([])) == Offer()


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (7, 7),
        ("7", 7),
        ("9" * 19, 10**19 - 1),
        ("9" * 20, None),
        ("9" * 5000, None),
        ("", None),
        ("٣", None),
        (True, None),
    ],
)
def test_ids_are_numbers_or_digits_of_a_usual_length(sent: object, expected: int | None) -> None:
    assert as_id(sent) == expected


def test_the_sockets_address_follows_discovery() -> None:
    with services({}) as url:
        address = asked(url, lambda upstream: upstream.socket_url())
        host = url.removeprefix("http://")
        assert address == f"ws://{host}/ws_api/account/12345678/messaging/consumer?v=3"

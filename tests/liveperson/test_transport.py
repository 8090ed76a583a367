from __future__ import annotations

import datetime
import gzip
import logging
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import lpconf
from lpconf.liveperson.errors import NotFound, OutcomeUnknown, Refused, TooMany, UnexpectedAnswer
from lpconf.liveperson.exchange import Call
from lpconf.liveperson.transport import Transport
from lpconf.model.errors import AccessError, LpconfError
from lpconf.model.policy import Waits
from tests.canary import CANARY

from .scripted import HANG, PAGE, RESET, TRUNCATED, Reply, Request, Server, error_reply, json_reply, queue, serving

FINE = json_reply({"id": 1})
WRITES = ("POST", "PUT", "DELETE")
LOST = {
    "reset": RESET,
    "truncated": TRUNCATED,
    "hanging": HANG,
    "no HTTP": Reply(raw=b"SSH-2.0-OpenSSH\r\n"),
    "two lengths": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    "broken gzip": Reply(200, b"no gzip", (("Content-Encoding", "gzip"),)),
}
QUICK = Waits(connect=5, answer=0.05, server_error=0, too_many=0, too_many_logins=0)


def get(server: Server, path: str = "/x") -> Call:
    return Call("GET", server.url, path)


def write(server: Server, method: str = "PUT") -> Call:
    return Call(method, server.url, "/x", body=b"{}", headers={"Content-Type": "application/json"}, changes=True)


@pytest.fixture
def nowhere() -> str:
    """A URL on this machine where nobody listens any more."""
    with serving() as gone:
        return gone.url


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(queue(FINE), context) as server:
        yield server


class TestWhatIsSent:
    def test_method_path_query_headers_and_body(self, server: Server, transport: Transport) -> None:
        call = replace(write(server), query=(("v", "2.0"), ("fields", "a"), ("fields", "b")), bearer="abc")
        transport.send(call)
        (request,) = server.requests
        assert request.line == "PUT /x"
        assert request.query == [("v", "2.0"), ("fields", "a"), ("fields", "b")]
        assert request.body == b"{}"
        assert request.headers["authorization"] == "Bearer abc"
        assert request.headers["user-agent"] == f"lpconf/{lpconf.__version__}"
        assert request.headers["accept"] == "application/json"

    def test_no_bearer_means_no_authorization(self, server: Server, transport: Transport) -> None:
        transport.send(get(server))
        assert "authorization" not in server.requests[0].headers

    def test_cookies_are_not_sent_back(self, server: Server, transport: Transport) -> None:
        server.answer = queue(Reply(headers=(("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b; Path=/"))))
        assert transport.send(get(server)).cookies == "a=1"
        transport.send(get(server))
        assert "cookie" not in server.requests[1].headers

    def test_a_transport_that_only_reads_sends_nothing_else(self, server: Server, waits: Waits) -> None:
        with Transport(waits, allows=frozenset({"GET"})) as transport:
            transport.send(get(server))
            for method in WRITES:
                with pytest.raises(LpconfError, match="only reads"):
                    transport.send(write(server, method))
        assert server.lines == ["GET /x"]

    def test_it_may_be_used_again_after_closing(self, server: Server, transport: Transport) -> None:
        transport.send(get(server))
        transport.close()
        assert transport.send(get(server)).status == 200


class TestNetrc:
    @pytest.fixture(autouse=True)
    def netrc(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "netrc"
        file.write_text("default login ada password of-the-netrc\n")
        file.chmod(0o600)
        monkeypatch.setenv("NETRC", str(file))

    def test_it_is_never_used(
        self, tls_server: Server, transport: Transport, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        base = f"https://localhost:{tls_server.port}"
        transport.send(Call("GET", base, "/x"))
        transport.send(Call("GET", base, "/x", bearer="abc"))
        assert [request.headers.get("authorization") for request in tls_server.requests] == [None, "Bearer abc"]


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_a_read_does_not_follow(self, server: Server, transport: Transport, status: int) -> None:
        with serving() as other:
            server.answer = queue(Reply(status, headers=(("Location", f"{other.url}/take-it"),)))
            with pytest.raises(AccessError, match=rf"redirect \({status}\) to {other.url}/take-it"):
                transport.accepted(replace(get(server), bearer="abc"))
            assert other.requests == []
        assert server.lines == ["GET /x"]

    @pytest.mark.parametrize("status", [302, 307])
    def test_a_write_does_not_either_and_may_have_worked(
        self, server: Server, transport: Transport, status: int
    ) -> None:
        server.answer = queue(Reply(status, headers=(("Location", "/elsewhere"),)))
        with pytest.raises(OutcomeUnknown, match="to /elsewhere"):
            transport.accepted(write(server))
        assert server.lines == ["PUT /x"]

    @pytest.mark.parametrize("location", ["http://[", "//", "\x1b[2J", "http://a b/", ""])
    def test_odd_targets_are_survived(self, server: Server, transport: Transport, location: str) -> None:
        server.answer = queue(Reply(302, headers=(("Location", location),)))
        with pytest.raises(AccessError, match="follows no redirects") as raised:
            transport.accepted(get(server))
        assert "\x1b" not in str(raised.value)

    def test_a_not_modified_that_nobody_asked_for_is_an_error(self, server: Server, transport: Transport) -> None:
        server.answer = queue(Reply(304))
        with pytest.raises(AccessError, match="304"):
            transport.accepted(get(server))


class TestReadsAreRepeated:
    @pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
    def test_after_a_status_that_may_pass(self, server: Server, transport: Transport, status: int) -> None:
        server.answer = queue(error_reply(status, "busy"), error_reply(status, "busy"), FINE)
        assert transport.accepted(get(server)).status == 200
        assert len(server.requests) == 3

    @pytest.mark.parametrize("broken", ["reset", "truncated", "hanging", "no HTTP"])
    def test_after_an_answer_that_was_lost(self, server: Server, broken: str) -> None:
        server.answer = queue(LOST[broken], FINE)
        with Transport(QUICK) as transport:
            assert transport.send(get(server)).status == 200
        assert len(server.requests) == 2

    def test_but_not_after_one_that_breaks_the_rules_of_http(self, server: Server, transport: Transport) -> None:
        server.answer = queue(LOST["two lengths"], FINE)
        with pytest.raises(AccessError, match="the answer is not HTTP"):
            transport.send(get(server))

    def test_waiting_as_retry_after_says(self, server: Server, transport: Transport, pauses: list[float]) -> None:
        server.answer = queue(error_reply(429, "slow down", Retry_After="7"), FINE)
        transport.accepted(get(server))
        assert pauses == [7]

    def test_but_not_after_a_wait_that_is_too_long(
        self, server: Server, transport: Transport, pauses: list[float]
    ) -> None:
        server.answer = queue(error_reply(429, "slow down", Retry_After="121"), FINE)
        with pytest.raises(AccessError, match="The sandbox asks to wait 121 s"):
            transport.accepted(get(server))
        assert pauses == []

    def test_with_the_waits_of_the_policy(self, server: Server, pauses: list[float]) -> None:
        server.answer = queue(RESET, error_reply(500, "x"), TRUNCATED, FINE)
        with Transport(Waits(answer=5), pause=pauses.append) as transport:
            transport.accepted(get(server))
        assert pauses == [5, 10, 5]

    @pytest.mark.parametrize(
        ("reply", "says"),
        [
            (error_reply(503, "busy"), r"The sandbox is not available \(503\)\.\nThe sandbox says: busy"),
            (error_reply(429, "busy"), r"too many requests \(429\)\.\nThe sandbox says: busy"),
            (RESET, "the connection broke"),
            (TRUNCATED, "the connection broke"),
        ],
        ids=["503", "429", "reset", "truncated"],
    )
    def test_three_times_and_no_more(self, server: Server, transport: Transport, reply: Reply, says: str) -> None:
        server.answer = queue(reply)
        with pytest.raises(AccessError, match=f"(?s)^GET /x.*{says}"):
            transport.accepted(get(server))
        assert len(server.requests) == 4

    def test_when_nobody_listens(self, nowhere: str, transport: Transport, pauses: list[float]) -> None:
        with pytest.raises(AccessError, match="GET /x failed: the connection was refused"):
            transport.send(Call("GET", nowhere, "/x"))
        assert len(pauses) == 3

    @pytest.mark.parametrize("status", [400, 404, 409, 418, 501])
    def test_but_not_after_another_status(self, server: Server, transport: Transport, status: int) -> None:
        server.answer = queue(error_reply(status, "no"))
        with pytest.raises(LpconfError):
            transport.accepted(get(server))
        assert len(server.requests) == 1


@pytest.mark.parametrize("method", WRITES)
class TestWritesAreSentOnce:
    @pytest.mark.parametrize("broken", LOST)
    def test_when_the_answer_is_lost(self, server: Server, method: str, broken: str) -> None:
        server.answer = queue(LOST[broken], FINE)
        with Transport(QUICK) as transport, pytest.raises(OutcomeUnknown, match="Nobody knows yet") as raised:
            transport.accepted(write(server, method))
        assert str(raised.value).startswith(f"{method} /x was sent, but its answer")
        assert server.lines == [f"{method} /x"]

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_when_the_server_fails(self, server: Server, transport: Transport, method: str, status: int) -> None:
        server.answer = queue(error_reply(status, "oops", Retry_After="0"), FINE)
        with pytest.raises(OutcomeUnknown, match=rf"The sandbox failed \({status}\)\.\nThe sandbox says: oops"):
            transport.accepted(write(server, method))
        assert len(server.requests) == 1

    def test_when_there_are_too_many(self, server: Server, transport: Transport, method: str) -> None:
        server.answer = queue(error_reply(429, "slow down", Retry_After="9"), FINE)
        with pytest.raises(TooMany) as raised:
            transport.accepted(write(server, method))
        assert raised.value.retry_after == 9
        assert len(server.requests) == 1

    def test_when_tls_fails_in_the_middle(
        self, certificate: Path, method: str, transport: Transport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        with serving(queue(RESET, FINE), context) as server:
            call = replace(write(server, method), base_url=f"https://localhost:{server.port}")
            with pytest.raises(OutcomeUnknown):
                transport.send(call)
            assert len(server.requests) == 1

    def test_when_nobody_listens_it_was_certainly_not_done(
        self, nowhere: str, transport: Transport, method: str, pauses: list[float]
    ) -> None:
        with pytest.raises(AccessError, match="the connection was refused"):
            transport.send(Call(method, nowhere, "/x", changes=True))
        assert pauses == []


class TestAnswersThatAreNotWanted:
    def test_one_that_is_too_large(self, server: Server, waits: Waits) -> None:
        server.answer = queue(Reply(body=b"x" * 3000))
        with Transport(waits, largest_body=2048) as transport:
            with pytest.raises(UnexpectedAnswer, match="GET /x failed: the answer is larger than 2 KiB"):
                transport.send(get(server))
            with pytest.raises(OutcomeUnknown, match="larger than 2 KiB"):
                transport.send(write(server))

    def test_one_that_is_too_large_when_unpacked(self, server: Server, waits: Waits) -> None:
        server.answer = queue(Reply(body=gzip.compress(b"x" * 10_000_000), headers=(("Content-Encoding", "gzip"),)))
        with Transport(waits, largest_body=100_000) as transport, pytest.raises(UnexpectedAnswer, match="larger than"):
            transport.send(get(server))

    def test_one_that_cannot_be_unpacked(self, server: Server, transport: Transport) -> None:
        server.answer = queue(LOST["broken gzip"])
        with pytest.raises(UnexpectedAnswer, match="cannot be unpacked"):
            transport.send(get(server))

    @pytest.mark.parametrize(
        "reply",
        [
            Reply(404, b"x" * 1_000_000),
            Reply(404, b"cut off", length=1000),
            Reply(404, b"no gzip", (("Content-Encoding", "gzip"),)),
        ],
        ids=["huge", "truncated", "broken gzip"],
    )
    def test_the_status_counts_whatever_the_error_body(
        self, server: Server, transport: Transport, reply: Reply
    ) -> None:
        server.answer = queue(reply)
        with pytest.raises(NotFound):
            transport.accepted(write(server))

    def test_a_packed_one_is_unpacked(self, server: Server, transport: Transport) -> None:
        server.answer = queue(Reply(body=gzip.compress(b"[1]"), headers=(("Content-Encoding", "gzip"),)))
        assert transport.send(get(server)).body == b"[1]"

    def test_a_page_of_a_gateway(self, server: Server, transport: Transport) -> None:
        server.answer = queue(PAGE)
        call = get(server)
        with pytest.raises(UnexpectedAnswer, match="an HTML page"):
            transport.accepted(call).json(call)

    def test_a_refusal_that_repeats_a_secret(self, server: Server, transport: Transport) -> None:
        server.answer = queue(error_reply(400, f"bad value {CANARY}"))
        with pytest.raises(Refused, match=r"bad value \(hidden\)") as raised:
            transport.accepted(replace(write(server), hide=(CANARY,)))
        assert raised.value.status == 400


class TestTls:
    def test_a_certificate_that_is_not_trusted_stops_it(
        self, tls_server: Server, transport: Transport, pauses: list[float]
    ) -> None:
        base = f"https://localhost:{tls_server.port}"
        for call in (Call("GET", base, "/x", bearer="abc"), Call("PUT", base, "/x", bearer="abc", changes=True)):
            with pytest.raises(AccessError, match=r"the certificate is not trusted .*self-signed") as raised:
                transport.send(call)
            assert "REQUESTS_CA_BUNDLE" in str(raised.value)
        assert tls_server.requests == []
        assert pauses == []

    def test_a_ca_file_of_the_environment_is_used(
        self, tls_server: Server, transport: Transport, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        assert transport.send(Call("GET", f"https://localhost:{tls_server.port}", "/x")).status == 200

    def test_a_certificate_of_another_host_stops_it(
        self, tls_server: Server, transport: Transport, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        with pytest.raises(AccessError, match="the certificate is not trusted"):
            transport.send(Call("GET", tls_server.url, "/x"))

    def test_a_ca_file_that_is_missing_is_named(self, transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
        with pytest.raises(AccessError, match="the CA file cannot be read"):
            transport.send(Call("PUT", "https://localhost:1", "/x", changes=True))

    def test_a_host_without_tls_is_an_error(self, server: Server, transport: Transport) -> None:
        with pytest.raises(AccessError, match="TLS failed"):
            transport.send(Call("GET", f"https://localhost:{server.port}", "/x"))
        assert server.requests == []


class TestProxies:
    def test_one_of_the_environment_is_used(
        self, server: Server, transport: Transport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server.answer = queue(Reply(403))
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:{CANARY}@{server.host}")
        for method in ("GET", "PUT"):
            with pytest.raises(AccessError, match="the proxy cannot be reached or refuses") as raised:
                transport.send(Call(method, "https://api.liveperson.net", "/x", bearer="abc", changes=method == "PUT"))
            assert CANARY not in str(raised.value)
        assert server.lines == ["CONNECT api.liveperson.net:443"] * 2
        assert all("Bearer" not in str(request.headers) for request in server.requests)

    def test_no_proxy_is_respected(
        self, server: Server, tls_server: Server, transport: Transport, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", server.url)
        monkeypatch.setenv("NO_PROXY", "localhost")
        with pytest.raises(AccessError, match="certificate"):
            transport.send(Call("GET", f"https://localhost:{tls_server.port}", "/x"))
        assert server.requests == []

    def test_this_machine_is_never_asked_for_through_one(
        self, server: Server, transport: Transport, nowhere: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, nowhere)
        assert transport.send(get(server)).status == 200

    @pytest.mark.parametrize("proxy", ["http://[", "http://", "socks9://127.0.0.1:1", "http://a:b:c"])
    def test_a_setting_that_is_no_address_is_an_error(
        self, transport: Transport, proxy: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        with pytest.raises(AccessError, match="the proxy setting is not an address"):
            transport.send(Call("PUT", "https://api.liveperson.net", "/x", changes=True))


class TestThreads:
    def test_requests_run_side_by_side(self, server: Server, transport: Transport) -> None:
        together = threading.Barrier(4, timeout=10)

        def answer(_: Request) -> Reply:
            together.wait()
            return FINE

        server.answer = answer
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(transport.send, [get(server)] * 4))
        assert [each.status for each in answers] == [200] * 4

    def test_one_after_another_once_there_were_too_many(self, server: Server, transport: Transport) -> None:
        server.answer = queue(error_reply(429, "slow down"), FINE)
        transport.send(get(server))
        met = []
        together = threading.Barrier(2)

        def answer(_: Request) -> Reply:
            try:
                met.append(together.wait(timeout=0.1))
            except threading.BrokenBarrierError:
                return FINE
            return FINE

        server.answer = answer
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(transport.send, [get(server)] * 4))
        assert met == []


class TestLog:
    def test_it_tells_each_request_and_no_secret(
        self, server: Server, transport: Transport, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        server.answer = queue(error_reply(503, CANARY), FINE, RESET)
        call = replace(get(server), query=(("v", "2.0"),), bearer=CANARY, headers={"Cookie": CANARY})
        transport.send(call)
        with pytest.raises(OutcomeUnknown):
            transport.send(replace(write(server), body=CANARY.encode(), bearer=CANARY))
        assert "GET /x?v=2.0 answered 503; next try in 0 s" in caplog.text
        assert "GET /x?v=2.0: 200 in " in caplog.text
        assert "PUT /x failed: ConnectionError (request 2)" in caplog.text
        assert CANARY not in caplog.text

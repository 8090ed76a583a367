"""Faults on request: what a client meets, for which requests, and how often."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from lpconf.sandbox import fault_table
from lpconf.sandbox.fault_table import Edit, Fault, FaultError, FaultKind, FaultTable
from lpconf.sandbox.server import Address, running

from .client import ACCOUNT, CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, Client, error, implicit

PATH = f"/api/account/{ACCOUNT}/configuration/{CONNECTORS}"
THE_ENGAGEMENT = f"{ENGAGEMENTS}/{ENGAGEMENT}"


@pytest.fixture
def faults(state_file: Path) -> Iterator[FaultTable]:
    """As another process sees them."""
    with fault_table.opened(state_file) as table:
        yield table


def statuses(client: Client, count: int, verb: str = "GET", path: str = CONNECTORS) -> list[int]:
    return [client.call(verb, path).status_code for _ in range(count)]


def wait_until_hit(faults: FaultTable) -> None:
    give_up = time.monotonic() + 30
    while not faults.all()[0].fired:
        assert time.monotonic() < give_up


def raw(address: Address, *, body: bytes = b"") -> socket.socket:
    """A connection on which a login is under way."""
    parts = urlsplit(address.url)
    connection = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30)
    head = f"POST /api/account/{ACCOUNT}/login?v=1.3 HTTP/1.1\r\nHost: {parts.netloc}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)
    return connection


class TestAnswers:
    def test_too_many_requests_without_a_time_to_wait(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.TOO_MANY_REQUESTS))
        reply = client.call("GET", CONNECTORS)
        assert error(reply) == (429, "Too many requests")
        assert "Retry-After" not in reply.headers

    def test_too_many_requests_with_a_time_to_wait(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.TOO_MANY_REQUESTS, seconds=3))
        assert client.call("GET", CONNECTORS).headers["Retry-After"] == "3"

    def test_server_errors_as_often_as_asked(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.SERVER_ERROR, count=2))
        assert statuses(client, 3) == [500, 500, 200]

    def test_the_html_page_of_a_gateway(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.HTML_ERROR))
        reply = client.call("GET", CONNECTORS)
        assert (reply.status_code, reply.headers["content-type"]) == (502, "text/html; charset=utf-8")
        assert "<h1>502 Bad Gateway</h1>" in reply.text

    @pytest.mark.parametrize("kind", [FaultKind.TOO_MANY_REQUESTS, FaultKind.SERVER_ERROR, FaultKind.HTML_ERROR])
    def test_what_was_answered_so_was_not_handled(self, client: Client, faults: FaultTable, kind: FaultKind) -> None:
        faults.add(Fault(kind, method="POST"))
        assert client.call("POST", CONNECTORS, implicit()).status_code >= 400
        assert client.get(CONNECTORS) == []


class TestConnections:
    def test_an_answer_that_is_lost_after_the_commit(
        self, client: Client, faults: FaultTable, capfd: pytest.CaptureFixture[str]
    ) -> None:
        faults.add(Fault(FaultKind.ANSWER_LOST, method="POST"))
        with pytest.raises(requests.ConnectionError):
            client.call("POST", CONNECTORS, implicit())
        assert [item["name"] for item in client.get(CONNECTORS)] == ["Consumer authentication"]
        assert capfd.readouterr() == ("", "")

    def test_a_lost_answer_is_an_end_without_a_byte(self, address: Address, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.ANSWER_LOST))
        with closing(raw(address)) as connection:
            assert connection.recv(1) == b""

    def test_a_reset_before_anything_is_handled(
        self, client: Client, faults: FaultTable, capfd: pytest.CaptureFixture[str]
    ) -> None:
        faults.add(Fault(FaultKind.RESET, method="POST"))
        with pytest.raises(requests.ConnectionError):
            client.call("POST", CONNECTORS, implicit())
        assert client.get(CONNECTORS) == []
        assert capfd.readouterr() == ("", "")

    def test_a_reset_is_one_on_the_wire(self, address: Address, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.RESET))
        with closing(raw(address)) as connection, pytest.raises(ConnectionResetError):
            connection.recv(1)

    def test_a_body_that_breaks_off_after_the_commit(
        self, client: Client, faults: FaultTable, capfd: pytest.CaptureFixture[str]
    ) -> None:
        faults.add(Fault(FaultKind.TRUNCATED_BODY, method="POST"))
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            client.call("POST", CONNECTORS, implicit())
        assert len(client.get(CONNECTORS)) == 1
        assert capfd.readouterr() == ("", "")

    def test_a_broken_body_has_its_status_its_length_and_its_half(self, address: Address, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.TRUNCATED_BODY))
        with closing(raw(address)) as connection, connection.makefile("rb") as answer:
            head, _, body = answer.read().partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 ")
        assert f"content-length: {2 * len(body)}".encode() in head or f"{2 * len(body) + 1}".encode() in head
        assert body.startswith(b'{"error"')

    def test_an_empty_body_breaks_off_too(self, stranger: Client, faults: FaultTable) -> None:
        csrf = stranger.sign_in()["csrf"]
        faults.add(Fault(FaultKind.TRUNCATED_BODY))
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            stranger.http.post(f"{stranger.url}/api/account/{ACCOUNT}/logout?v=1.3", json={"csrf": csrf})


class TestLatency:
    def test_the_answer_comes_later(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.LATENCY, seconds=0.2))
        reply = client.call("GET", CONNECTORS)
        assert reply.status_code == 200
        assert reply.elapsed.total_seconds() >= 0.2

    def test_a_late_answer_may_be_a_failure(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.SERVER_ERROR))
        faults.add(Fault(FaultKind.LATENCY, seconds=0.1))
        reply = client.call("GET", CONNECTORS)
        assert (reply.status_code, reply.elapsed.total_seconds() >= 0.1) == (500, True)

    def test_a_client_that_does_not_wait_leaves_nothing_behind(
        self, client: Client, faults: FaultTable, capfd: pytest.CaptureFixture[str]
    ) -> None:
        faults.add(Fault(FaultKind.LATENCY, method="POST", seconds=600))
        with pytest.raises(requests.exceptions.ReadTimeout):
            client.http.post(f"{client.url}/api/account/{ACCOUNT}/login?v=1.3", json={}, timeout=0.1)
        assert client.get(CONNECTORS) == []
        assert capfd.readouterr() == ("", "")

    def test_a_server_stops_although_one_still_waits(self, state_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
        with running(state_file, ACCOUNT) as address, fault_table.opened(state_file) as faults:
            faults.add(Fault(FaultKind.LATENCY, seconds=600))
            waiting = raw(address)
            wait_until_hit(faults)
        with closing(waiting):
            assert capfd.readouterr() == ("", "")

    def test_a_client_that_hangs_up_in_its_body_does_no_harm(
        self, address: Address, client: Client, faults: FaultTable, capfd: pytest.CaptureFixture[str]
    ) -> None:
        faults.add(Fault(FaultKind.SERVER_ERROR, path="*/login"))
        parts = urlsplit(address.url)
        with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
            head = f"POST /api/account/{ACCOUNT}/login HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: 9\r\n\r\n{{"
            connection.sendall(head.encode())
            wait_until_hit(faults)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert client.get(CONNECTORS) == []
        assert capfd.readouterr() == ("", "")


class TestSessions:
    def test_a_bearer_expires_after_some_calls_until_the_next_login(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.EXPIRED_BEARER, after=2))
        assert statuses(client, 4) == [200, 200, 401, 401]
        client.sign_in()
        assert statuses(client, 2) == [200, 200]

    def test_only_configuration_calls_count(self, stranger: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.EXPIRED_BEARER))
        stranger.sign_in()
        assert statuses(stranger, 1) == [401]

    def test_who_is_not_signed_in_stays_so(self, stranger: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.EXPIRED_BEARER))
        assert statuses(stranger, 1) == [401]

    def test_others_stay_signed_in(self, address: Address, client: Client, faults: FaultTable) -> None:
        with Client(address) as other:
            other.sign_in()
            faults.add(Fault(FaultKind.EXPIRED_BEARER))
            assert statuses(client, 1) == [401]
            assert statuses(other, 1) == [200]


class TestSomebodyElsesEdit:
    def write(self, client: Client, verb: str = "PUT", path: str = THE_ENGAGEMENT, **fields: object) -> int:
        """A careful editor's write; the status it gets."""
        before = client.call("GET", path)
        body = {**before.json(), **fields} if verb == "PUT" else None
        return client.call(verb, path, body, match=before.headers["ac-revision"]).status_code

    def test_the_revision_has_moved_and_another_field_too(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.STALE_REVISION))
        before = client.get(THE_ENGAGEMENT)
        assert self.write(client, name="Mine") == 412
        after = client.get(THE_ENGAGEMENT)
        assert {name for name in after if after[name] != before.get(name)} <= {"description", "modifiedDate"}
        assert "dited by somebody else" in after["description"]
        assert self.write(client, name="Mine") == 200

    def test_another_field_is_not_the_one_that_is_being_changed(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.STALE_REVISION))
        before = client.get(THE_ENGAGEMENT)
        assert self.write(client, description="Mine") == 412
        after = client.get(THE_ENGAGEMENT)
        assert after["description"] == before.get("description", after["description"])
        assert [name for name in after if after[name] != before.get(name) and name != "modifiedDate"] != []

    def test_the_same_field(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.STALE_REVISION, edit=Edit.SAME_FIELD))
        before = client.get(THE_ENGAGEMENT)
        assert self.write(client, name="Mine") == 412
        after = client.get(THE_ENGAGEMENT)
        assert after["name"] not in {before["name"], "Mine"}

    def test_the_same_field_that_is_a_boolean(self, client: Client, faults: FaultTable) -> None:
        """There is no third value: somebody else makes the same change."""
        faults.add(Fault(FaultKind.STALE_REVISION, edit=Edit.SAME_FIELD))
        wanted = not client.get(THE_ENGAGEMENT)["isPopOut"]
        assert self.write(client, isPopOut=wanted) == 412
        assert client.get(THE_ENGAGEMENT)["isPopOut"] is wanted

    def test_the_same_field_that_is_a_number(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.STALE_REVISION, edit=Edit.SAME_FIELD))
        old = client.get(THE_ENGAGEMENT)["followMeTime"]
        assert self.write(client, followMeTime=old + 1) == 412
        assert client.get(THE_ENGAGEMENT)["followMeTime"] == old + 2

    def test_the_same_field_inside_of_a_configuration(self, client: Client, faults: FaultTable) -> None:
        path = f"{CONNECTORS}/{client.create(CONNECTORS, implicit())['id']}"
        faults.add(Fault(FaultKind.STALE_REVISION, edit=Edit.SAME_FIELD))
        configuration = client.get(path)["configuration"]
        assert self.write(client, path=path, configuration={**configuration, "jsMethodName": "mine"}) == 412
        after = client.get(path)["configuration"]
        assert after["jsMethodName"] not in {configuration["jsMethodName"], "mine"}
        assert {**after, "jsMethodName": ""} == {**configuration, "jsMethodName": ""}

    def test_a_write_that_changes_nothing_has_no_same_field(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.STALE_REVISION, edit=Edit.SAME_FIELD))
        assert self.write(client) == 412
        assert "dited by somebody else" in client.get(THE_ENGAGEMENT)["description"]

    def test_the_neighbour_in_the_same_campaign(self, client: Client, faults: FaultTable) -> None:
        neighbour = client.create(ENGAGEMENTS, {**client.get(THE_ENGAGEMENT), "name": "Neighbour"})["id"]
        faults.add(Fault(FaultKind.STALE_REVISION, edit=Edit.NEIGHBOUR))
        before = client.get(THE_ENGAGEMENT)
        assert self.write(client, name="Mine") == 412
        assert client.get(THE_ENGAGEMENT) == before
        assert "dited by somebody else" in client.get(f"{ENGAGEMENTS}/{neighbour}")["description"]

    def test_without_a_neighbour_the_revision_moves_alone(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.STALE_REVISION, edit=Edit.NEIGHBOUR))
        before = client.get(THE_ENGAGEMENT)
        assert self.write(client, name="Mine") == 412
        assert client.get(THE_ENGAGEMENT) == before

    def test_an_engagement_of_the_campaign_that_is_written(self, client: Client, faults: FaultTable) -> None:
        campaign = f"{CAMPAIGNS}/{CAMPAIGN}"
        faults.add(Fault(FaultKind.STALE_REVISION, edit=Edit.ENGAGEMENT))
        before = client.get(campaign)["engagementCollectionRevision"]
        current = client.call("GET", campaign)
        body = {name: value for name, value in current.json().items() if name != "engagements"}
        assert client.call("PUT", campaign, body, match=current.headers["ac-revision"]).status_code == 200
        after = client.get(campaign)
        assert after["engagementCollectionRevision"] > before
        assert "dited by somebody else" in after["engagements"][0]["description"]

    def test_a_delete_too(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.STALE_REVISION))
        assert self.write(client, "DELETE") == 412
        assert self.write(client, "DELETE") == 200

    def test_a_post_that_stands_for_a_put(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.STALE_REVISION))
        before = client.call("GET", THE_ENGAGEMENT)
        headers = {"X-HTTP-Method-Override": "PUT"}
        match = before.headers["ac-revision"]
        assert client.call("POST", THE_ENGAGEMENT, before.json(), match=match, headers=headers).status_code == 412

    def test_reads_and_creates_are_left_alone(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.STALE_REVISION))
        client.create(CONNECTORS, implicit())
        client.get(THE_ENGAGEMENT)
        assert [(fault.seen, fault.fired) for fault in faults.all()] == [(0, 0)]

    @pytest.mark.parametrize("path", [f"{ENGAGEMENTS}/5", "nowhere/5"])
    def test_what_is_not_there_cannot_be_edited(self, client: Client, faults: FaultTable, path: str) -> None:
        faults.add(Fault(FaultKind.STALE_REVISION))
        assert client.call("PUT", path, {}, match=1).status_code == 404

    def test_a_body_that_is_no_json_is_refused_all_the_same(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.STALE_REVISION))
        url = f"{client.url}/api/account/{ACCOUNT}/configuration/{THE_ENGAGEMENT}?v=3.4"
        headers = {**client.headers, "Content-Type": "application/json", "If-Match": "1"}
        assert client.http.put(url, data="{", headers=headers).status_code == 400


class TestWhichRequests:
    @pytest.mark.parametrize("path", ["*", PATH, "*/le-connectors/*", "/api/account/????????/configuration/*"])
    def test_the_pattern_is_for_the_whole_path(self, client: Client, faults: FaultTable, path: str) -> None:
        faults.add(Fault(FaultKind.SERVER_ERROR, path))
        assert statuses(client, 1) == [500]

    @pytest.mark.parametrize("path", ["/le-connectors/*", "*/le-campaigns/*", f"{PATH}/", "/api/account/[1-9]*"])
    def test_other_paths_are_left_alone(self, client: Client, faults: FaultTable, path: str) -> None:
        faults.add(Fault(FaultKind.SERVER_ERROR, path))
        assert statuses(client, 1) == [200]

    def test_a_method(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.SERVER_ERROR, method="POST"))
        assert statuses(client, 1) == [200]
        assert client.call("POST", CONNECTORS, implicit()).status_code == 500

    def test_after_some_requests(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.SERVER_ERROR, after=2))
        assert statuses(client, 4) == [200, 200, 500, 200]

    def test_until_it_is_cleared(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.SERVER_ERROR, count=0))
        assert statuses(client, 3) == [500] * 3
        assert faults.clear() == 1
        assert statuses(client, 1) == [200]

    def test_one_after_the_other(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.SERVER_ERROR))
        faults.add(Fault(FaultKind.TOO_MANY_REQUESTS))
        assert statuses(client, 3) == [500, 429, 200]

    def test_only_those_with_these_numbers_are_cleared(self, faults: FaultTable) -> None:
        first, second = faults.add(Fault(FaultKind.RESET)), faults.add(Fault(FaultKind.HTML_ERROR))
        assert faults.clear([first, 99]) == 1
        assert [(fault.id, fault.fault.kind) for fault in faults.all()] == [(second, FaultKind.HTML_ERROR)]

    def test_what_is_used_up_tells_how_often_it_hit(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.SERVER_ERROR, count=2, after=1))
        statuses(client, 5)
        (fault,) = faults.all()
        assert (fault.seen, fault.fired, fault.left) == (3, 2, 0)

    def test_of_parallel_requests_exactly_as_many_are_hit(self, state_file: Path, faults: FaultTable) -> None:
        """Over two servers on one state."""
        faults.add(Fault(FaultKind.SERVER_ERROR, "*/baseURI.json", count=5))
        seen: list[int] = []

        def ask(address: Address) -> None:
            for _ in range(10):
                url = f"{address.url}/api/account/{ACCOUNT}/service/baseURI.json?version=1.0"
                seen.append(requests.get(url, timeout=30).status_code)

        with running(state_file, ACCOUNT) as one, running(state_file, ACCOUNT) as other:
            threads = [threading.Thread(target=ask, args=(address,)) for address in (one, other) * 2]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert sorted(seen) == [200] * 35 + [500] * 5

    def test_a_web_page_of_another_origin_uses_none_up(self, client: Client, faults: FaultTable) -> None:
        faults.add(Fault(FaultKind.SERVER_ERROR))
        reply = client.call("GET", CONNECTORS, headers={"Origin": "https://evil.example"})
        assert (reply.status_code, faults.all()[0].fired) == (403, 0)


class TestFaultsThatCannotBe:
    @pytest.mark.parametrize(
        ("kind", "values", "message"),
        [
            (FaultKind.RESET, {"path": "le-connectors"}, "starts with / or with"),
            (FaultKind.RESET, {"path": "/\x1b"}, "plain letters"),
            (FaultKind.RESET, {"method": "get it"}, "a word such as GET"),
            (FaultKind.RESET, {"count": -1}, "between 0 and"),
            (FaultKind.RESET, {"after": 2_000_000}, "between 0 and"),
            (FaultKind.RESET, {"seconds": 1.0}, "latency and too-many-requests only"),
            (FaultKind.RESET, {"edit": Edit.NEIGHBOUR}, "stale-revision only"),
            (FaultKind.LATENCY, {}, "needs its seconds"),
            (FaultKind.LATENCY, {"seconds": 601.0}, "between 0 and 600"),
            (FaultKind.LATENCY, {"seconds": float("nan")}, "between 0 and 600"),
            (FaultKind.TOO_MANY_REQUESTS, {"seconds": 1.5}, "whole number"),
        ],
    )
    def test_are_refused(self, kind: FaultKind, values: dict[str, object], message: str) -> None:
        with pytest.raises(FaultError, match=message):
            Fault(kind, **values)  # type: ignore[arg-type]


def test_a_fault_set_by_another_process_hits_the_next_request(client: Client, state_file: Path) -> None:
    """The other process is the first to close the state: it must see that this one still has it open."""
    script = (
        "import sys\nfrom pathlib import Path\nfrom lpconf.sandbox import fault_table as t\n"
        "with t.opened(Path(sys.argv[1])) as faults:\n    faults.add(t.Fault(t.FaultKind.SERVER_ERROR))\n"
    )
    for _ in range(2):
        subprocess.run([sys.executable, "-c", script, str(state_file)], check=True, cwd=Path(__file__).parents[2])
        assert statuses(client, 2) == [500, 200]
    assert state_file.with_name(f"{state_file.name}-wal").exists()

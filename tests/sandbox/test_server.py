from __future__ import annotations

import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
import requests

from lpconf.sandbox.rules import RULES, Settings
from lpconf.sandbox.server import Address, PortInUse, StateFileError, running
from tests.crowd import crowd

from .client import ACCOUNT, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, Client, code_flow, error, implicit

SERVE = """
import sys
from pathlib import Path
from lpconf.sandbox.server import serve
serve(Path(sys.argv[1]), sys.argv[2], 0, lambda address: print(address.url, flush=True))
print("stopped", flush=True)
"""


@contextmanager
def signed_in(state_file: Path, account: str = ACCOUNT, settings: Settings | None = None) -> Iterator[Client]:
    with running(state_file, account, settings=settings) as address, Client(address, account) as client:
        client.sign_in()
        yield client


def host_and_port(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("http://").partition(":")
    return host, int(port)


@contextmanager
def half_a_request(url: str) -> Iterator[None]:
    with socket.create_connection(host_and_port(url)) as connection:
        head = [f"POST /api/account/{ACCOUNT}/login?v=1.3 HTTP/1.1", f"Host: {url.removeprefix('http://')}"]
        head += ["Content-Type: application/json", "Content-Length: 100", "", "{"]
        connection.sendall("\r\n".join(head).encode())
        yield


@contextmanager
def process(state_file: Path) -> Iterator[subprocess.Popen[str]]:
    """The simulator as a process of its own. It may not be up yet."""
    command = [sys.executable, "-W", "error", "-c", SERVE, str(state_file), ACCOUNT]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root) as server:
        try:
            yield server
        finally:
            server.kill()


def ready(server: subprocess.Popen[str]) -> Address:
    """Its address, once it says so."""
    assert server.stdout
    url = server.stdout.readline().strip()
    return Address(url, ACCOUNT, "admin", "sandbox", "sandbox-client", "sandbox-client-secret")


class TestState:
    def test_outlives_the_server(self, state_file: Path) -> None:
        with signed_in(state_file) as client:
            client.create(CONNECTORS, implicit())
        with signed_in(state_file) as client:
            assert [item["name"] for item in client.get(CONNECTORS)] == ["Consumer authentication"]

    def test_is_private(self, state_file: Path) -> None:
        before = os.umask(0)
        try:
            with signed_in(state_file):
                assert stat.S_IMODE(state_file.parent.stat().st_mode) == 0o700
                assert {stat.S_IMODE(file.stat().st_mode) for file in state_file.parent.iterdir()} == {0o600}
        finally:
            os.umask(before)

    def test_another_account_is_made_on_demand(self, state_file: Path) -> None:
        with signed_in(state_file) as client:
            client.create(CONNECTORS, implicit())
        with signed_in(state_file, "le87654321") as client:
            assert client.get(CONNECTORS) == []
            (campaign,) = client.get(CAMPAIGNS, select="$all")
            assert (campaign["accountId"], campaign["engagementIds"]) == ("le87654321", [ENGAGEMENT])

    def test_a_file_of_the_first_version_is_brought_up_to_date(self, state_file: Path) -> None:
        with signed_in(state_file) as client:
            client.create(CONNECTORS, implicit())
        with closing(sqlite3.connect(state_file)) as database, database:
            database.execute("DROP TABLE older")
            database.execute("DELETE FROM entities WHERE collection IN ('properties', 'feature-grants')")
            database.execute("PRAGMA user_version = 1")
        with signed_in(state_file, settings=Settings(lag_reads=1)) as client:
            path = f"{ENGAGEMENTS}/{ENGAGEMENT}"
            body = {**client.get(path), "conversationType": 1, "name": "New"}
            assert client.call("PUT", path, body, match=2).status_code == 200
            assert [client.get(path)["name"] for _ in range(2)] == ["Default engagement", "New"]
            assert len(client.get(CONNECTORS)) == 1

    def test_several_servers_share_it(self, state_file: Path) -> None:
        with signed_in(state_file) as one, signed_in(state_file) as other:
            one.create(CONNECTORS, implicit())
            assert len(other.get(CONNECTORS)) == 1
            other.headers = one.headers
            assert other.call("GET", CONNECTORS).status_code == 200

    def test_of_parallel_writes_one_wins_and_none_is_lost(self, state_file: Path) -> None:
        """Two servers, four clients each; all want the next revision until each has written five times."""
        path = f"{ENGAGEMENTS}/{ENGAGEMENT}"

        def write(address: Address) -> None:
            with Client(address) as client:
                client.sign_in()
                left = 5
                while left:
                    reply = client.call("GET", path)
                    body = {**reply.json(), "followMeTime": reply.json()["followMeTime"] + 1}
                    left -= client.call("PUT", path, body, match=reply.headers["ac-revision"]).status_code == 200

        with running(state_file, ACCOUNT) as one, running(state_file, ACCOUNT) as other:
            writers = [threading.Thread(target=write, args=(address,)) for address in (one, other) * 4]
            for writer in writers:
                writer.start()
            for writer in writers:
                writer.join()
        with signed_in(state_file) as client:
            assert client.get(path)["followMeTime"] == 40
            assert client.revision(path) == 42

    def test_a_file_that_is_none_of_ours(self, tmp_path: Path) -> None:
        text, foreign, newer = tmp_path / "text", tmp_path / "foreign", tmp_path / "newer"
        text.write_text("not a database, and long enough for one to tell" * 50)
        for file, sql in ((foreign, "CREATE TABLE t (x)"), (newer, "PRAGMA user_version = 99")):
            with closing(sqlite3.connect(file)) as database:
                database.execute(sql)
        for file in (text, foreign, newer):
            with pytest.raises(StateFileError), running(file, ACCOUNT):
                pass


class TestServer:
    def test_a_port_in_use(self, state_file: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            with pytest.raises(PortInUse, match=f"port {port} is in use"), running(state_file, ACCOUNT, port):
                pass

    def test_the_same_port_again_at_once(self, state_file: Path) -> None:
        with running(state_file, ACCOUNT) as first, Client(first) as client:
            client.sign_in()
            port = int(first.url.rpartition(":")[2])
        with running(state_file, ACCOUNT, port) as second, Client(second) as client:
            client.sign_in()
            assert second.url == first.url

    def test_stops_although_a_client_keeps_its_connection(self, state_file: Path) -> None:
        with running(state_file, ACCOUNT) as address:
            client = Client(address)
            client.sign_in()
        with client, pytest.raises(requests.ConnectionError):
            client.sign_in()

    def test_a_client_that_hangs_up_does_no_harm(self, client: Client, capfd: pytest.CaptureFixture[str]) -> None:
        with half_a_request(client.url):
            pass
        assert client.get(CONNECTORS) == []
        assert capfd.readouterr() == ("", "")

    def test_stops_although_a_request_never_ends(self, state_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
        with ExitStack() as later, running(state_file, ACCOUNT) as address:
            later.enter_context(half_a_request(address.url))
            with Client(address) as client:
                client.sign_in()
        assert capfd.readouterr() == ("", "")

    def test_the_password_is_not_in_its_text(self, address: Address) -> None:
        assert "sandbox-client-secret" not in repr(address)
        assert "password" not in repr(address)

    def test_says_nothing(self, client: Client, capfd: pytest.CaptureFixture[str]) -> None:
        client.get(CONNECTORS)
        client.call("GET", "nowhere")
        with socket.create_connection(host_and_port(client.url)) as other:
            other.sendall(b"not HTTP\r\n\r\n")
            assert other.recv(100).startswith(b"HTTP/1.1 400")
        assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("secure", [False, True])
def test_a_stop_turns_away_who_connected_right_before(state_file: Path, secure: bool) -> None:
    with crowd() as clients:
        with running(state_file, ACCOUNT, secure=secure) as address:
            clients.connect(address.url)
        assert clients.is_turned_away()


class TestProcess:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_serves_until_a_signal(self, state_file: Path, number: signal.Signals) -> None:
        with process(state_file) as server, Client(ready(server)) as client:
            client.sign_in()
            server.send_signal(number)
            assert server.communicate(timeout=10) == ("stopped\n", "")
            assert server.returncode == 0

    def test_what_was_acknowledged_survives_a_kill(self, state_file: Path) -> None:
        with process(state_file) as server, Client(ready(server)) as client:
            client.sign_in()
            created = [client.create(CONNECTORS, implicit(f"Idp {number}"))["id"] for number in range(5)]
            server.kill()
            server.wait()
        with signed_in(state_file) as client:
            assert [item["id"] for item in client.get(CONNECTORS)] == created

    def test_several_may_start_at_once_on_one_new_file(self, state_file: Path) -> None:
        with ExitStack() as stack:
            servers = [stack.enter_context(process(state_file)) for _ in range(4)]
            for server in servers:
                with Client(ready(server)) as client:
                    client.sign_in()
                    assert len(client.get(CAMPAIGNS)) == 1


def test_importing_the_package_loads_no_web_framework() -> None:
    script = "import sys, lpconf.sandbox; print(sorted({'starlette', 'uvicorn', 'asyncio'} & set(sys.modules)))"
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=root)
    assert run.stdout == "[]\n"


class TestRules:
    def test_each_has_one_key(self) -> None:
        keys = [rule.key for rule in RULES]
        assert len(keys) == len(set(keys))

    def test_unknown_switches_are_refused(self) -> None:
        with pytest.raises(ValueError, match="no such switch: bearer"):
            Settings(off=frozenset({"bearer"}))
        with pytest.raises(ValueError, match="no such switch: ids"):
            Settings(statuses={"ids": 400})

    def test_a_stale_revision_may_be_409(self, state_file: Path) -> None:
        with signed_in(state_file, settings=Settings(statuses={"if-match-stale": 409})) as client:
            assert error(client.call("DELETE", f"{ENGAGEMENTS}/{ENGAGEMENT}", match=1))[0] == 409

    def test_if_match_may_be_left_out(self, state_file: Path) -> None:
        with signed_in(state_file, settings=Settings(off=frozenset({"if-match-missing"}))) as client:
            assert client.call("DELETE", f"{ENGAGEMENTS}/{ENGAGEMENT}").status_code == 200

    def test_names_may_repeat(self, state_file: Path) -> None:
        with signed_in(state_file, settings=Settings(off=frozenset({"duplicate"}))) as client:
            assert client.create(CONNECTORS, implicit())["id"] != client.create(CONNECTORS, implicit())["id"]

    def test_the_flow_may_follow_from_the_token_endpoint(self, state_file: Path) -> None:
        with signed_in(state_file, settings=Settings(code_type=1)) as client:
            client.create(CONNECTORS, {**code_flow(), "type": 1})
            client.create(CONNECTORS, implicit())

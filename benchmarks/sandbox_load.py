"""How much the sandbox takes from 16 clients at once, each with one connection; the server is a process of its own.

Three lines: reading an engagement; read-modify-write of an engagement each, in a campaign each; and all of one and the
same. Read-modify-write is a GET, then a PUT with If-Match of what was read, again from the start if that came too late
(412). Its times are of finished changes, with all their requests.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLIENTS = 16
SECONDS = 5.0
ACCOUNT = "12345678"
BASE = f"/api/account/{ACCOUNT}"
CAMPAIGNS = f"{BASE}/configuration/le-campaigns/campaigns"
ENGAGEMENT = f"{CAMPAIGNS}/1000000930/engagements/1000001030?v=3.4"
SERVE = """
import sys
from pathlib import Path
from lpconf.sandbox.server import serve
serve(Path(sys.argv[1]), sys.argv[2], 0, lambda address: print(address.url, flush=True))
"""


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    revision: str


class Client:
    """One connection, signed in."""

    def __init__(self, host: str) -> None:
        self._connection = http.client.HTTPConnection(host, timeout=60)
        self.requests = 0
        self._bearer = ""
        body = {"username": "admin", "password": "sandbox"}
        self._bearer = self.call("POST", f"{BASE}/login?v=1.3", body).body["bearer"]

    def call(self, verb: str, path: str, body: Any = None, match: str = "") -> Answer:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._bearer}"}
        if match:
            headers["If-Match"] = match
        self._connection.request(verb, path, json.dumps(body) if body is not None else None, headers)
        response = self._connection.getresponse()
        self.requests += 1
        return Answer(response.status, json.loads(response.read()), response.headers.get("ac-revision", ""))


def read(client: Client, path: str) -> None:
    assert client.call("GET", path).status == 200


def read_modify_write(client: Client, path: str) -> None:
    while True:
        before = client.call("GET", path)
        body = {**before.body, "followMeTime": before.body["followMeTime"] + 1}
        written = client.call("PUT", path, body, before.revision)
        if written.status == 200:
            return
        assert written.status == 412, written


def own_engagement(client: Client, number: int) -> str:
    """A new campaign with an engagement in it; gives the engagement's address."""
    campaign = {"name": f"Campaign {number}", "startDate": "2026-01-05 00:00:00"}
    made = client.call("POST", f"{CAMPAIGNS}?v=3.4", campaign).body["id"]
    inside = f"{CAMPAIGNS}/{made}/engagements"
    engagement = client.call("POST", f"{inside}?v=3.4", client.call("GET", ENGAGEMENT).body).body["id"]
    return f"{inside}/{engagement}?v=3.4"


def measure(name: str, work: Callable[[Client, str], None], host: str, *, apart: bool = False) -> None:
    clients = [Client(host) for _ in range(CLIENTS)]
    paths = [own_engagement(client, number) if apart else ENGAGEMENT for number, client in enumerate(clients)]
    before = sum(client.requests for client in clients)
    together = threading.Barrier(CLIENTS)

    def run(client: Client, path: str) -> list[float]:
        times = []
        together.wait()
        end = time.perf_counter() + SECONDS
        while (start := time.perf_counter()) < end:
            work(client, path)
            times.append(time.perf_counter() - start)
        return times

    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        times = sorted(one for times in pool.map(run, clients, paths) for one in times)
    elapsed = time.perf_counter() - start
    requests = sum(client.requests for client in clients) - before
    p50, p99 = (times[int(len(times) * share)] * 1000 for share in (0.5, 0.99))
    print(
        f"{name:18} {len(times) / elapsed:7.0f}/s  {requests / elapsed:7.0f} requests/s  "
        f"p50 {p50:6.1f} ms  p99 {p99:6.1f} ms"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", SERVE, str(Path(folder) / "state.db"), ACCOUNT]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout
                host = server.stdout.readline().strip().removeprefix("http://")
                print(f"{CLIENTS} clients, {SECONDS:.0f} s each")
                measure("read", read, host)
                measure("change, one each", read_modify_write, host, apart=True)
                measure("change, the same", read_modify_write, host)
            finally:
                server.terminate()


if __name__ == "__main__":
    main()

"""Many clients at once, and the death of the server among their writes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from lpconf.sandbox.server import Address

from .client import CONNECTORS, ENGAGEMENT, ENGAGEMENTS, Client, implicit
from .test_server import process, ready, signed_in

PATH = f"{ENGAGEMENTS}/{ENGAGEMENT}"
WRITERS = 16
WRITES = 5


def test_of_sixteen_who_read_change_and_write_nobody_loses_an_update(address: Address) -> None:
    """Each adds one to a number, five times, and starts again when somebody else was faster."""
    together = threading.Barrier(WRITERS)

    def write(_number: int) -> tuple[list[int], set[int]]:
        revisions: list[int] = []
        statuses: set[int] = set()
        with Client(address) as client:
            client.sign_in()
            together.wait(timeout=60)
            while len(revisions) < WRITES:
                read = client.call("GET", PATH)
                body = {**read.json(), "followMeTime": read.json()["followMeTime"] + 1}
                reply = client.call("PUT", PATH, body, match=read.headers["ac-revision"])
                statuses |= {read.status_code, reply.status_code}
                if reply.status_code == 200:
                    assert reply.json()["followMeTime"] == body["followMeTime"]
                    revisions.append(int(reply.headers["ac-revision"]))
        return revisions, statuses

    with ThreadPoolExecutor(WRITERS) as pool:
        results = list(pool.map(write, range(WRITERS)))

    with Client(address) as client:
        client.sign_in()
        assert client.get(PATH)["followMeTime"] == WRITERS * WRITES
    assert all(revisions == sorted(set(revisions)) for revisions, _ in results)
    assert sorted(one for revisions, _ in results for one in revisions) == list(range(3, 3 + WRITERS * WRITES))
    assert set().union(*(statuses for _, statuses in results)) <= {200, 412}


def test_what_was_acknowledged_outlives_a_kill_in_the_middle(state_file: Path) -> None:
    """Two hundred creations are under way from four clients; the server dies after half of them."""
    acknowledged: list[int] = []
    half = threading.Event()

    def create(address: Address, writer: int) -> None:
        with Client(address) as client:
            client.sign_in()
            for number in range(50):
                try:
                    reply = client.call("POST", CONNECTORS, implicit(f"Idp {writer}.{number}"))
                except requests.RequestException:
                    return
                if reply.status_code == 201:
                    acknowledged.append(reply.json()["id"])
                if len(acknowledged) >= 100:
                    half.set()

    with process(state_file) as server:
        address = ready(server)
        writers = [threading.Thread(target=create, args=(address, number)) for number in range(4)]
        for writer in writers:
            writer.start()
        assert half.wait(timeout=60)
        server.kill()
        for writer in writers:
            writer.join(timeout=60)
        server.wait()

    with signed_in(state_file) as client:
        there = {item["id"] for item in client.get(CONNECTORS)}
        assert 100 <= len(acknowledged) < 200
        assert there >= set(acknowledged)
        # What was written and not acknowledged is there as a whole, at most one per client.
        assert len(there) <= len(acknowledged) + 4
        assert client.revision(CONNECTORS) == 1 + len(there)
        client.create(CONNECTORS, implicit("After"))

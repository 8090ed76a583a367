"""A live account, or what stands in its place, answers with something else than LivePerson's API has."""

from __future__ import annotations

import gzip
import random
import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from lpconf.liveperson.errors import OutcomeUnknown, UnexpectedAnswer
from lpconf.liveperson.exchange import Answer, Call
from lpconf.liveperson.transport import Transport
from lpconf.model.errors import LpconfError
from lpconf.model.policy import Waits
from tests.liveperson.scripted import PAGE, Reply, json_reply

from .conftest import CAMPAIGN_FILE, CAMPAIGNS, CONNECTOR_FILE, CONNECTORS, Attacker, Bounded, harmless, said

JSON = ("Content-Type", "application/json")
CAMPAIGN = {"id": 5, "name": "Shop", "status": 1}
ENGAGEMENT = {"id": 6, "name": "Chat", "enabled": False}
WAITS = Waits(connect=5, answer=5, server_error=0, too_many=0, too_many_logins=0, read_back=0, read_back_pause=0)


def raw(text: str) -> Reply:
    return Reply(200, text.encode(), (JSON,))


WRONG = {
    "a page": PAGE,
    "nothing": Reply(200, b"", (JSON,)),
    "a list in an object": json_reply({"items": []}),
    "a text": json_reply("x"),
    "a number": json_reply(5),
    "null": json_reply(None),
    "a list of lists": json_reply([[]]),
    "an item without an id": json_reply([{"name": "x"}]),
    "an id that is no number": json_reply([{"id": [1], "name": "x"}]),
    "an id of 5,000 digits": raw(f'[{{"id": {"9" * 5_000}, "name": "x"}}]'),
    "an id that is true": json_reply([{"id": True, "name": "x"}]),
    "a name that is a list": json_reply([{"id": 1, "name": ["x"]}]),
    "a number beyond all": raw('[{"id": 1, "name": "x", "y": 1e400}]'),
    "a number that is none": raw('[{"id": 1, "name": "x", "y": NaN}]'),
    "nesting": raw('[{"id": 1, "name": "x", "y": ' + "[" * 10_000 + "]" * 10_000 + "}]"),
    "nesting within Python's bounds": raw('[{"id": 1, "name": "x", "y": ' + '{"a":' * 500 + "1" + "}" * 500 + "}]"),
    "an object that does not end": raw('[{"id": 1,'),
    "UTF-16": Reply(200, '[{"id": 1, "name": "\ud7ff"'.encode("utf-16"), (JSON,)),
    "no text at all": Reply(200, b"\xff\xfe\xfd\xfc", (JSON,)),
    "a broken packing": Reply(200, b"not packed", (JSON, ("Content-Encoding", "gzip"))),
    "an unknown packing": Reply(200, b"[]x", (JSON, ("Content-Encoding", "x-unknown"))),
    "packed again and again": Reply(200, b"x", (JSON, ("Content-Encoding", ", ".join(["gzip"] * 100)))),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_list_of_another_shape_is_an_error_that_names_the_call(
    lpconf: Bounded, folder: Path, attacker: Attacker, wrong: str
) -> None:
    (folder / "site.yaml").write_text(CONNECTOR_FILE)
    attacker.answers = {CONNECTORS: WRONG[wrong]}

    done = lpconf("apply", "--auto-approve", "--allow-demo-key", **attacker.environment)

    said(done, 1, f"Error: GET {CONNECTORS}")
    assert attacker.writes == []


@pytest.mark.parametrize(
    "campaign",
    [
        [],
        None,
        {**CAMPAIGN, "id": 99},
        {"name": "Shop"},
        {**CAMPAIGN, "engagementIds": [6]},
        {**CAMPAIGN, "engagements": {"6": ENGAGEMENT}},
        {**CAMPAIGN, "engagements": [6]},
        {**CAMPAIGN, "engagements": [{**ENGAGEMENT, "id": None}]},
        {**CAMPAIGN, "engagements": [[ENGAGEMENT]]},
    ],
)
def test_nor_does_a_campaign_of_another_shape_lead_to_a_write(
    lpconf: Bounded, folder: Path, attacker: Attacker, campaign: object
) -> None:
    (folder / "site.yaml").write_text(CAMPAIGN_FILE)
    attacker.campaigns, attacker.campaign = [CAMPAIGN], campaign

    said(lpconf("apply", "--auto-approve", **attacker.environment), 1, "ampaign")
    assert attacker.writes == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_packed_bomb_is_not_unpacked(lpconf: Bounded, folder: Path, attacker: Attacker, encoding: str) -> None:
    packer = zlib.compressobj(1, wbits=31 if encoding == "gzip" else 15)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(400)) + packer.flush()
    (folder / "site.yaml").write_text(CONNECTOR_FILE)
    attacker.answers = {CONNECTORS: Reply(200, packed, (JSON, ("Content-Encoding", encoding)))}

    said(lpconf("plan", **attacker.environment), 1, f"GET {CONNECTORS} failed: the answer is larger than 262144 KiB.")


@pytest.mark.parametrize("status", [200, 400])
def test_an_answer_that_is_packed_twice_is_not_unpacked_at_all(attacker: Attacker, status: int) -> None:
    twice = gzip.compress(gzip.compress(b"[]"))
    attacker.server.answer = lambda _: Reply(status, twice, (JSON, ("Content-Encoding", "gzip, gzip")))
    says = "the answer is packed more than once" if status == 200 else r"was refused \(400\)\.$"
    with Transport(WAITS) as transport, pytest.raises(LpconfError, match=f"^GET /x .*{says}"):
        transport.accepted(Call("GET", attacker.server.url, "/x"))


def test_an_error_that_is_huge_is_cut(lpconf: Bounded, folder: Path, attacker: Attacker) -> None:
    (folder / "site.yaml").write_text(CONNECTOR_FILE)
    attacker.answers = {CONNECTORS: Reply(400, b"x" * 20_000_000)}

    assert len(said(lpconf("plan", **attacker.environment), 1, "was refused (400)")) < 2_000


def test_an_answer_of_very_many_values_is_not_read() -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^GET /x was answered with JSON that holds too many values\.$"):
        Answer(200, body=b"[" + b"[]," * 5_000_000 + b"[]]").json(Call("GET", "http://x", "/x"))


@pytest.mark.parametrize(("levels", "is_read"), [(100, True), (101, False)])
def test_the_depth_of_an_answer_is_bounded_by_us_and_not_by_python(levels: int, is_read: bool) -> None:
    answer = Answer(200, body=b"[" * levels + b"]" * levels)
    if is_read:
        assert answer.json(Call("GET", "http://x", "/x"))
    else:
        with pytest.raises(UnexpectedAnswer, match="nested too deeply"):
            answer.json(Call("GET", "http://x", "/x"))


@contextmanager
def dripping(start: bytes, drop: bytes) -> Iterator[tuple[str, list[int]]]:
    """A server that never ends its answer: its address, and the number of connections that it got."""
    seen: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for number in count():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                seen.append(number)
                with connection:
                    try:
                        connection.recv(65_536)
                        connection.sendall(start)
                        while True:
                            connection.sendall(drop)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_chunk_of_a_negative_length_does_not_bring_in_all_that_comes() -> None:
    start = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"
    with (
        dripping(start, b"x" * 65_536) as (url, seen),
        Transport(WAITS, largest_body=1_000_000) as transport,
        pytest.raises(UnexpectedAnswer, match=r"^GET /x failed: the answer is larger than 976 KiB\."),
    ):
        transport.send(Call("GET", url, "/x"))
    assert seen == [0]


ENDLESS = {
    "a body": (b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n", b" "),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("endless", ENDLESS)
def test_an_answer_without_end_has_a_last_moment(endless: str, method: str) -> None:
    with dripping(*ENDLESS[endless]) as (url, seen), Transport(WAITS, longest_answer=0.2) as transport:
        call = Call(method, url, "/x", changes=method == "PUT")
        with pytest.raises(
            (UnexpectedAnswer, OutcomeUnknown), match=r"^PUT|GET /x.* not complete after 0\.2 s"
        ) as told:
            transport.send(call)
    assert isinstance(told.value, OutcomeUnknown) == (method == "PUT")
    assert seen == [0], "an answer without end must not be asked for again"


@pytest.mark.parametrize(
    "answer",
    [
        b"\x00\x01\x02",
        b"HTTP/9.9 999 x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 100_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 1_000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\na: " + b"b" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\x1b[2J: \x1b[2J\r\n\r\n<html>",
        b"HTTP/1.1 -1 OK\r\n\r\n",
        b"HTTP/1.1 200 " + b"O" * 100_000,
    ],
)
def test_what_is_hardly_http_is_an_error_that_names_the_call(attacker: Attacker, answer: bytes) -> None:
    attacker.server.answer = lambda _: Reply(raw=answer)
    with Transport(WAITS, largest_body=10_000_000) as transport:
        call = Call("GET", attacker.server.url, "/x")
        with pytest.raises(LpconfError, match=r"^GET /x ") as told:
            transport.accepted(call).json(call)
    harmless(str(told.value))


def test_noise_in_the_place_of_json_never_breaks_it() -> None:
    chance = random.Random(5)
    pieces = [*'[]{}",:- ', "1e400", "NaN", "9" * 400, "\\ud800", "null", '{"id":1}', "\x00"]
    for _ in range(3_000):
        body = "".join(chance.choices(pieces, k=chance.randint(0, 30))).encode()
        with suppress(UnexpectedAnswer):
            Answer(200, body=body).json(Call("GET", "http://x", "/x"))


def test_the_path_of_a_campaign_is_as_documented(lpconf: Bounded, folder: Path, attacker: Attacker) -> None:
    # The attacks above reach what they attack.
    (folder / "site.yaml").write_text(CAMPAIGN_FILE)
    attacker.campaigns, attacker.campaign = [CAMPAIGN], {**CAMPAIGN, "engagements": [ENGAGEMENT]}

    said(lpconf("plan", **attacker.environment), 0, "1 to change")
    assert f"GET {CAMPAIGNS}/5" in attacker.server.lines

from __future__ import annotations

import ssl
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from lpconf.liveperson.repeats import Repeats
from lpconf.model.policy import Waits

REFUSED = NewConnectionError(HTTPConnection("127.0.0.1"), "refused")
UNKNOWN_HOST = NameResolutionError("nowhere.invalid", HTTPConnection("127.0.0.1"), OSError())  # type: ignore[arg-type]
BAD_CERTIFICATE = SSLError(ssl.SSLCertVerificationError("self-signed"))


def policy(pauses: list[float], waits: Waits | None = None, too_many: float = 1.0) -> Repeats:
    return Repeats.of(frozenset({"GET"}), waits or Waits(), too_many, pauses.append)


def answered(status: int, retry_after: str | None = None) -> HTTPResponse:
    return HTTPResponse(status=status, headers={} if retry_after is None else {"Retry-After": retry_after})


def waits_for(*responses: HTTPResponse, too_many: float = 1.0) -> list[float]:
    """The waits that a read takes when it is answered like this."""
    pauses: list[float] = []
    retries = policy(pauses, too_many=too_many)
    for response in responses:
        retries = retries.increment("GET", "/x", response)
        retries.sleep(response)
    return pauses


class TestHowLong:
    def test_5_10_and_15_seconds_after_a_server_error(self) -> None:
        assert waits_for(answered(500), answered(503), answered(502)) == [5, 10, 15]

    def test_at_least_1_second_after_too_many_requests(self) -> None:
        assert waits_for(answered(429), answered(429), answered(429)) == [1, 2, 3]

    def test_at_least_5_seconds_after_too_many_logins(self) -> None:
        assert waits_for(answered(429), answered(429, "2"), too_many=5.0) == [5, 5]

    def test_as_long_as_retry_after_says(self) -> None:
        assert waits_for(answered(429, "7"), answered(503, "2"), answered(429, "120")) == [7, 2, 120]

    def test_not_at_all_less_because_of_a_retry_after_in_the_past(self) -> None:
        assert waits_for(answered(429, "0"), answered(429, formatdate(0, usegmt=True))) == [1, 2]

    @pytest.mark.parametrize("text", ["soon", "", "-5", "1.5", "9" * 5000, "Mon, 99 Foo 99999999999 99:99:99 GMT"])
    def test_as_without_one_if_nobody_can_read_it(self, text: str) -> None:
        assert waits_for(answered(429, text)) == [1]

    @given(st.text())
    def test_any_retry_after_is_survived(self, text: str) -> None:
        seconds = policy([]).get_retry_after(answered(429, text))
        assert seconds is None or seconds >= 0

    def test_not_long_when_there_is_no_connection(self) -> None:
        pauses: list[float] = []
        policy(pauses).increment("GET", "/x", error=REFUSED).sleep()
        assert pauses == [1]

    def test_5_seconds_when_a_connection_broke(self) -> None:
        pauses: list[float] = []
        policy(pauses).increment("GET", "/x", error=ProtocolError("reset")).sleep()
        assert pauses == [5]


class TestHowOften:
    def test_three_times(self) -> None:
        retries = policy([])
        for _ in range(3):
            retries = retries.increment("GET", "/x", answered(503))
        with pytest.raises(MaxRetryError):
            retries.increment("GET", "/x", answered(503))

    def test_never_if_the_policy_says_so(self) -> None:
        with pytest.raises(MaxRetryError):
            policy([], Waits(tries=0)).increment("GET", "/x", answered(503))

    def test_not_after_a_retry_after_that_is_too_long(self) -> None:
        with pytest.raises(MaxRetryError):
            policy([]).increment("GET", "/x", answered(429, "121"))


PASSING = [
    REFUSED,
    ConnectTimeoutError("slow"),
    ProtocolError("reset"),
    ReadTimeoutError(None, "/x", "slow"),  # type: ignore[arg-type]
    SSLError(ssl.SSLEOFError("eof")),
]


class TestWhat:
    @pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
    def test_a_read_after_what_may_pass(self, error: Exception) -> None:
        assert policy([]).increment("GET", "/x", error=error).total == 2

    @pytest.mark.parametrize(
        "error", [UNKNOWN_HOST, BAD_CERTIFICATE, ProxyError("no", OSError())], ids=lambda error: type(error).__name__
    )
    def test_not_a_read_after_what_stays(self, error: Exception) -> None:
        with pytest.raises(MaxRetryError):
            policy([]).increment("GET", "/x", error=error)

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
    @pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
    def test_never_a_write(self, method: str, error: Exception) -> None:
        with pytest.raises((MaxRetryError, ProtocolError, ReadTimeoutError)):
            policy([]).increment(method, "/x", error=error)

"""Sends requests and reads their answers: times out, repeats what may be repeated, follows nothing."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from http.cookiejar import DefaultCookiePolicy
from itertools import count
from types import TracebackType

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

import lpconf
from lpconf.liveperson.deadline import DeadlineAdapter, Limits, TooLarge, TooSlow
from lpconf.liveperson.endpoint import is_loopback
from lpconf.liveperson.exchange import JSON_TYPE, Answer, Call
from lpconf.liveperson.failures import no_answer, refusal, unreadable
from lpconf.liveperson.repeats import Repeats
from lpconf.model.errors import LpconfError
from lpconf.model.policy import Waits

logger = logging.getLogger("lpconf.http")

READS = frozenset({"GET"})
LARGEST_BODY = 256 * 1024 * 1024
"""In bytes, after decompression. A campaign with 50,000 engagements of 2.5 KB each is half of it."""
LONGEST_ANSWER = 600.0
"""In seconds, from the request to the last byte of its answer."""
_HEADERS = 8 * 1024 * 1024
"""Bytes that may come in beside a body: headers, and what chunks add."""
_LARGEST_ERROR = 64 * 1024
_CHUNK = 64 * 1024


class _Session(requests.Session):
    """A session that keeps no cookies and does not look at redirects."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nothing. Even without following, requests would read a redirect's whole body and look into `.netrc`."""


class _Authorization(AuthBase):
    """The bearer, or nothing. With any `auth` set, requests leaves `.netrc` alone."""

    def __init__(self, bearer: str) -> None:
        self._bearer = bearer

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._bearer:
            request.headers["Authorization"] = f"Bearer {self._bearer}"
        return request


class _BrokenBody(Exception):  # noqa: N818
    """The connection broke while the body came in."""


def _ca_file() -> str | None:
    """The file of trusted authorities, from the variables that requests itself reads."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")


class Transport(AbstractContextManager["Transport"]):
    """A way to LivePerson for up to a few threads at once.

    Each request has a session for itself, which the next one uses again: sessions are not made for several
    threads. After the first 429 all requests go one after another. Proxies and CA files come from the environment
    as users of requests know it; this machine's own addresses are never asked for through a proxy.
    """

    def __init__(
        self,
        waits: Waits,
        *,
        repeats: frozenset[str] = READS,
        too_many: float | None = None,
        allows: frozenset[str] | None = None,
        largest_body: int = LARGEST_BODY,
        longest_answer: float = LONGEST_ANSWER,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        """Make a transport that is not connected yet.

        Args:
            waits: all waiting.
            repeats: the methods that are repeated after a failure that may pass.
            too_many: the shortest wait after a 429, in seconds; `waits.too_many` if None.
            allows: the only methods that it sends; None for all.
            largest_body: the most bytes of an answer.
            longest_answer: the most seconds until an answer is complete.
            pause: waits for some seconds.
        """
        self._waits = waits
        self._repeats = repeats
        self._allows = allows
        self._largest_body = largest_body
        self._longest_answer = longest_answer
        self._pause = pause
        self._policy = Repeats.of(repeats, waits, waits.too_many if too_many is None else too_many, pause)
        self._idle: deque[_Session] = deque()
        self._numbers = count(1)
        self._crowded = threading.Event()
        self._single_file = threading.Lock()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections. The transport may be used again."""
        while self._idle:
            self._idle.pop().close()

    def send(self, call: Call) -> Answer:
        """The answer to a request, of whatever status.

        Raises:
            AccessError: it was not sent, or it is a read that got no answer.
            OutcomeUnknown: it is a write whose answer was lost or cannot be read.
            UnexpectedAnswer: it is a read whose answer is too large or cannot be decoded.
            LpconfError: this transport does not send the call's method.
        """
        if self._allows is not None and call.method not in self._allows:
            raise LpconfError(f"{call} was not sent, because this command only reads.")
        for attempt in count(1):
            try:
                with self._single_file if self._crowded.is_set() else nullcontext(), self._session(call) as session:
                    return self._exchange(session, call)
            except _BrokenBody as broken:
                # urllib3's Retry ends at the headers.
                if call.method not in self._repeats or attempt > self._waits.tries:
                    raise no_answer(call, broken, self._waits) from None
                logger.info("%s: the answer broke off; next try", call)
                self._pause(self._waits.server_error * attempt)
        raise AssertionError  # pragma: no cover - count() has no end

    def accepted(self, call: Call, forbidden: str = "") -> Answer:
        """As `send`, but only an answer of 2xx; any other raises what it means. `forbidden` is about a 403."""
        return self.check(call, self.send(call), forbidden)

    def check(self, call: Call, answer: Answer, forbidden: str = "") -> Answer:
        """The same answer if it is of 2xx; else raises what it means."""
        if 200 <= answer.status < 300:
            return answer
        raise refusal(call, answer, forbidden)

    @contextmanager
    def _session(self, call: Call) -> Iterator[_Session]:
        try:
            session = self._idle.pop()
        except IndexError:
            session = self._new_session()
        session.trust_env = not is_loopback(call.base_url)
        # Without the environment's proxies requests forgets its authorities too.
        session.verify = True if session.trust_env else _ca_file() or True
        try:
            yield session
        finally:
            self._idle.append(session)

    def _new_session(self) -> _Session:
        session = _Session()
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        session.headers.update({"User-Agent": f"lpconf/{lpconf.__version__}", "Accept": JSON_TYPE})
        limits = Limits(self._longest_answer, self._largest_body + _HEADERS)
        for scheme in ("https://", "http://"):
            session.mount(scheme, DeadlineAdapter(self._policy, limits))
        return session

    def _exchange(self, session: _Session, call: Call) -> Answer:
        number, began = next(self._numbers), time.monotonic()
        logger.debug("%s %s (request %d)", call.method, call.target, number)
        try:
            response = session.request(
                call.method,
                call.base_url + call.target,
                data=call.body,
                headers=dict(call.headers),
                auth=_Authorization(call.bearer),
                timeout=(self._waits.connect, self._waits.answer),
                allow_redirects=False,
                stream=True,
            )
        # ValueError: a proxy setting that is not an address; OSError: a CA file that is not there.
        except (HTTPError, OSError, ValueError) as error:
            logger.info("%s %s failed: %s (request %d)", call.method, call.target, type(error).__name__, number)
            raise no_answer(call, error, self._waits) from None
        except (TooSlow, TooLarge) as error:
            raise self._beyond(call, error) from None
        with closing(response):
            repeats = response.raw.retries
            if 429 in {response.status_code, *(past.status for past in (repeats.history if repeats else ()))}:
                self._crowded.set()
            body = self._body(call, response)
        spent = (time.monotonic() - began) * 1000
        logger.info("%s %s: %d in %.0f ms (request %d)", call.method, call.target, response.status_code, spent, number)
        return Answer(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            body,
            "; ".join(f"{cookie.name}={cookie.value}" for cookie in response.cookies if cookie.value),
            self._policy.get_retry_after(response.raw),
        )

    def _beyond(self, call: Call, error: TooSlow | TooLarge) -> LpconfError:
        if isinstance(error, TooSlow):
            return unreadable(call, f"not complete after {self._longest_answer:g} s")
        return unreadable(call, _too_large(self._largest_body))

    def _body(self, call: Call, response: requests.Response) -> bytes:
        failed = not 200 <= response.status_code < 300
        limit = _LARGEST_ERROR if failed else self._largest_body
        body = bytearray()
        if "," in response.headers.get("Content-Encoding", ""):
            # Unpacking layer by layer takes minutes for a few kilobytes, and no server has a reason for it.
            if failed:
                return b""
            raise unreadable(call, "packed more than once")
        try:
            for chunk in response.iter_content(_CHUNK):
                body += chunk
                if len(body) > limit:
                    break
        except requests.exceptions.ContentDecodingError:
            if not failed:
                raise unreadable(call, "packed in a way that cannot be unpacked") from None
        except (TooSlow, TooLarge) as error:
            if not failed:
                raise self._beyond(call, error) from None
        # ValueError: a chunk whose length is negative.
        except (HTTPError, OSError, ValueError) as error:
            # The status alone tells what became of a request that failed.
            if not failed:
                raise _BrokenBody(error) from None
        if len(body) > limit and not failed:
            raise unreadable(call, _too_large(limit))
        del body[limit:]
        return bytes(body)


def _too_large(limit: int) -> str:
    return f"larger than {limit // 1024} KiB"

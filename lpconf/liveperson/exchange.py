"""One request and its answer, as values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import quote, urlencode

from lpconf.liveperson.endpoint import is_loopback
from lpconf.liveperson.errors import UnexpectedAnswer, shown
from lpconf.model.errors import LpconfError
from lpconf.model.json import Json

_REVISION = re.compile(r"[0-9]{1,18}", re.ASCII)
JSON_TYPE = "application/json"

_DEEPEST = 100
"""Levels of nesting. LivePerson has fewer than ten; Python's own limit differs from version to version."""
_MOST_CONTAINERS = 5_000_000
"""Lists and objects of one answer: each empty one takes three bytes of the answer and sixty of memory."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. As text it is what messages call it: method and path.

    `base_url` is scheme and host. `changes` marks a write of the account's settings. `bearer` is sent as
    Authorization. `hide` are texts that no message may quote.
    """

    method: str
    base_url: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    bearer: str = field(default="", repr=False)
    changes: bool = False
    hide: tuple[str, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def server(self) -> str:
        """Who answers, at the beginning of a sentence. On this machine it is never LivePerson."""
        return "The sandbox" if is_loopback(self.base_url) else "LivePerson"

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of any status. The keys of `headers` are in lower case.

    `cookies` is what a Cookie header sends back. `retry_after` is the Retry-After header in seconds.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    cookies: str = field(default="", repr=False)
    retry_after: float | None = None

    @property
    def revision(self) -> int | None:
        """The `ac-revision` header: the collection's revision, or None if there is no single number (facts 3.3)."""
        text = self.headers.get("ac-revision", "").strip()
        return int(text) if _REVISION.fullmatch(text) else None

    def json(self, call: Call) -> Json:
        """The body as JSON. Raises UnexpectedAnswer, naming the call, for what is no JSON, or too deep or too much."""
        if self.body.count(b"{") + self.body.count(b"[") > _MOST_CONTAINERS:
            raise UnexpectedAnswer(f"{call} was answered with JSON that holds too many values.")
        deep = UnexpectedAnswer(f"{call} was answered with JSON that is nested too deeply.")
        try:
            value: Json = json.loads(self.body, parse_constant=_not_json, parse_float=_finite)
        except RecursionError:
            raise deep from None
        except ValueError:
            raise UnexpectedAnswer(
                f"{call} was answered with {self.status} and {self._description}.\n"
                "Expected was JSON. A proxy or gateway may have answered instead."
            ) from None
        if _is_deeper(value, _DEEPEST):
            raise deep
        return value

    def message(self, hide: Sequence[str] = ()) -> str:
        """What LivePerson says about an error, safe to show; empty if nothing.

        Facts 3.8: an object or a text under `error`, else a `message`, else the text itself.
        """
        text = self.body.decode("utf-8", "replace")
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return "" if self._is_page else shown(text, hide)
        if isinstance(value, dict):
            error = value.get("error")
            inner = error.get("message") if isinstance(error, dict) else error
            found = inner if isinstance(inner, str) else value.get("message")
            if isinstance(found, str):
                text = found
        return shown(text, hide)

    @property
    def _is_page(self) -> bool:
        return self.body.lstrip()[:1] == b"<" or "html" in self.headers.get("content-type", "").lower()

    @property
    def _description(self) -> str:
        if not self.body.strip():
            return "an empty body"
        return "an HTML page" if self._is_page else "a body that is not JSON"


def path_of(*parts: str) -> str:
    """A path of escaped parts, with a slash in front of each."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def as_json(value: Json) -> bytes:
    """JSON in ASCII. Any mapping is taken as an object.

    Raises LpconfError for what JSON does not have, such as an infinite number.
    """
    try:
        return json.dumps(value, allow_nan=False, default=_plain).encode("ascii")
    except (TypeError, ValueError, RecursionError):
        raise LpconfError("A value cannot be sent to LivePerson, because JSON has nothing like it.") from None


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def _is_deeper(value: Json, levels: int) -> bool:
    level = [value]
    for _ in range(levels):
        inside = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [each for members in inside for each in members if type(each) is dict or type(each) is list]
        if not level:
            return False
    return True


def _not_json(_: str) -> NoReturn:
    # Python reads NaN and Infinity, which JSON does not have and which could not be sent back.
    raise ValueError


def _finite(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise ValueError
    return value

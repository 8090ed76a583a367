"""Single values: names, texts and JSON as people, consoles and other programs leave them behind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.account import DEMO_KEY

T = TypeVar("T")

CANARY = "c4nary"
"""Part of every secret, and of nothing else."""

KEY = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0/IzW7yWR"
    "7QkrmBL7jTKEn5u+qKhbwKfBstIs+bMY2Zkp18gnTxKLxoS2tFczGkPLPgizskuemMghRniWaoLcyehkd3qqGElvW/VDL5AaWTg0nLVkjRo9z+40R"
    "QzuVaE8AkAFmxZzow3x+VJYKdjykkJ0iT9wCS0DRTXu269V264Vf/3jvredZiKRkgwlL9xNAwxXFg0x/XFw005UWVRIkdgcKWTjp2dP4fokBRXdTo"
    "JqDpEQ1hwhFrK0cQMHLtnoFU/c0K0Pp0vvZk3RqcTYHeYtQIDAQAB"
)
"""A public key of 2048 bits, as one line of base64."""

ODD_NAMES = (
    "Sales", "sales", "sa les", "Sales chat", "Ünïcode ✓", "café", "cafe\u0301", "naïve/path\\here", 'He said "hi"',
    "it's", "[brackets]", '"]/engagement["x"]', "campaign[default]", "[id=5]", "a/b", "*", "?", "yes", "null", "true",
    "123", "1.5", "-", "# no comment", "key: value", "- item", "<b>bold</b>", "&amp;", "${var.x}", "$${x}",
    "{unset: true}", "💬 chat", "日本語", "עברית", "x\u00a0y", "a" * 200, "%s %d", "=1+1", "|",
    ">", "@x", "`x`", "!tag", "~", "5",
)  # fmt: skip
UNDECLARABLE = (" space before", "space behind ", "tab\there", "line\nbreak", "bell\x07", "\u202eright to left", "\x7f")
"""What the console took as a name once, and no configuration may say."""

URLS = ("https://a.example/x", "https://b.example/x?y=1&z=%20", "https://b.example:8443/token", "https://127.0.0.1/idp")

_REFUSED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_NUMBER = re.compile(r"[-+.]?[0-9][-+0-9a-zA-Z_.:]*|[-+]?\.(?:inf|nan)", re.IGNORECASE)

_CHARACTERS = st.characters(codec="utf-8")
_TEXT = st.text(_CHARACTERS, max_size=12)


def declarable(text: str) -> bool:
    """Whether a configuration may say this text: on one line, without what a reader would not see."""
    return bool(text) and text == text.strip() and not _REFUSED.search(text)


def plain_in_yaml(text: str) -> bool:
    """Whether YAML 1.1, in which the files of these tests are written, and YAML 1.2 agree that it is a text."""
    return not _NUMBER.fullmatch(text)


def _cleaned(text: str) -> str:
    """A text near it that a configuration can say. A filter would throw away most of the cases."""
    clean = _REFUSED.sub("", text).strip()
    return clean if clean and plain_in_yaml(clean) else f"x{clean}"


TEXTS = st.one_of(st.sampled_from(ODD_NAMES), st.sampled_from(ODD_NAMES), _TEXT.map(_cleaned))
"""What a configuration can say."""

NAMES = st.one_of(
    st.sampled_from(ODD_NAMES),
    TEXTS,
    st.sampled_from(UNDECLARABLE),
    _TEXT.map(lambda text: text if text.strip() else "x"),
)
"""What the account may hold as a name."""

_SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(("", "x", "null", *ODD_NAMES, *UNDECLARABLE)),
    _TEXT,
)
FIELD_NAMES = ("xNew", "x new", "x.y", "x", "ünï", "$ref", "yes", "1", "nested", "lists", '"q"', "[0]")
"""Fields that lpconf has no word for."""

_NESTED: st.SearchStrategy[Any] = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(FIELD_NAMES), inner, max_size=3)
    ),
    max_leaves=5,
)
_USUAL: tuple[Any, ...] = (
    None, True, False, 0, 1, 1.0, -1, 0.5, -0.0, 2**53 + 1, 10**20, 1e22, "", "x", "5", "null", "${", "tab\there",
    [], [1, "1", None], [[]], {}, {"x": 1}, {"x": {"x": {}}}, {"1": [], "x.y": {"nested": None}}, [{"x": None}],
)  # fmt: skip
JSON: st.SearchStrategy[Any] = st.one_of(st.sampled_from(_USUAL), st.sampled_from(_USUAL), _NESTED)


def is_plain(value: Any) -> bool:
    """Whether a configuration can say this JSON value."""
    if isinstance(value, dict):
        return all(map(is_plain, value.values()))
    if isinstance(value, list):
        return all(map(is_plain, value))
    if isinstance(value, int | float):
        return abs(value) < 2**63
    return not (isinstance(value, str) and _REFUSED.search(re.sub("[\t\r\n]", "", value)))


def near(value: Any) -> Any:
    """Another JSON value that is easily taken for this one."""
    if isinstance(value, bool | float):
        return int(value)
    if isinstance(value, int):
        return bool(value) if value in {0, 1} else str(value)
    if isinstance(value, dict):
        return {"x": value}
    return list(reversed(value)) if isinstance(value, list) else [value]


def plain(value: Any) -> Any:
    """The value, or one that a configuration can say."""
    return value if is_plain(value) else "plain"


KEY_TEXTS = (
    KEY,
    DEMO_KEY,
    f"-----BEGIN PUBLIC KEY-----\n{KEY[:64]}\n{KEY[64:]}\n-----END PUBLIC KEY-----\n",
    f"not a key, {CANARY}",
    f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----",
)
"""What a key field may hold in the account. Somebody pasted the wrong half once."""

_SECRET_FIELDS: tuple[dict[str, Any], ...] = (
    {"apiToken": f"{CANARY}-token"},
    {"inner": {"password": f"{CANARY}-password"}},
    {"x new": [f"https://user:{CANARY}@x.example/"]},
)


class Pick:
    """Draws the parts of one case. Nearly all of it are numbers, which hypothesis makes and shrinks fast."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def number(self, least: int, most: int) -> int:
        """A whole number."""
        return self._draw(_numbers(least, most))

    def flag(self) -> bool:
        """True or false."""
        return self._draw(_FLAG)

    def seldom(self, one_in: int) -> bool:
        """True once in so many times. Shrinks to false."""
        return self._draw(_numbers(0, one_in - 1)) == one_in - 1

    def one(self, options: Sequence[T]) -> T:
        """One of some things."""
        return options[self._draw(_numbers(0, len(options) - 1))] if len(options) > 1 else options[0]

    def some(self, options: Iterable[T], most: int = 3) -> list[T]:
        """Some of the things, each once, in any order."""
        left = list(options)
        number = self.number(0, min(most, len(left)))
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(number)]

    def shuffled(self, options: Iterable[T]) -> list[T]:
        """All of the things, in another order now and then."""
        left = list(options)
        return self._draw(st.permutations(left)) if len(left) > 1 and self.seldom(3) else left

    def name(self) -> str:
        """What the account may hold as a name."""
        return self._draw(NAMES)

    def text(self) -> str:
        """What a configuration can say."""
        return self._draw(TEXTS)

    def json(self) -> Any:
        """Any JSON value."""
        return self._draw(JSON)

    def unknown_fields(self) -> dict[str, Any]:
        """Fields beside those that lpconf knows. Some hold what must not be shown."""
        fields = {name: self.json() for name in self.some(FIELD_NAMES, 2)}
        return {**fields, **self.one(_SECRET_FIELDS)} if self.seldom(6) else fields


_FLAG = st.booleans()


@cache
def _numbers(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most)

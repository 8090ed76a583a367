"""When two values of a field are the same."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.engine.values import ABSENT, key_text, same
from lpconf.model.address import Kind
from lpconf.model.plan import Comparison, KnownAfterApply
from lpconf.model.site import SecretReference
from tests.account import DEMO_KEY, named

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from(Comparison))
def test_a_value_is_the_same_as_itself(value: Any, comparison: Comparison) -> None:
    assert same(comparison, value, value)


@given(JSON, JSON, st.sampled_from(Comparison))
def test_the_order_does_not_matter(left: Any, right: Any, comparison: Comparison) -> None:
    assert same(comparison, left, right) == same(comparison, right, left)


@pytest.mark.parametrize("empty", [None, "", ABSENT])
@pytest.mark.parametrize("other", [None, "", ABSENT])
def test_empty_texts_and_keys_are_the_same(empty: Any, other: Any) -> None:
    assert same(Comparison.TEXT, empty, other)
    assert same(Comparison.PUBLIC_KEY, empty, other)
    assert not same(Comparison.TEXT, empty, "x")


@pytest.mark.parametrize(
    ("comparison", "left", "right", "equal"),
    [
        (Comparison.FLAG, None, False, True),
        (Comparison.FLAG, ABSENT, False, True),
        (Comparison.FLAG, ABSENT, True, False),
        (Comparison.EXACT, None, ABSENT, True),
        (Comparison.EXACT, False, ABSENT, False),
        (Comparison.PUBLIC_KEY, DEMO_KEY, f"{DEMO_KEY}.", False),
        (Comparison.ID, "9" * 5000, 9, False),
        (Comparison.EXACT, 1, True, False),
        (Comparison.EXACT, 1, 1.0, True),
        (Comparison.EXACT, {"a": [1]}, {"a": [True]}, False),
        (Comparison.EXACT, [1, 2], [2, 1], False),
        (Comparison.ID, 5, "5", True),
        (Comparison.ID, None, ABSENT, True),
        (Comparison.ID, 0, None, False),
        (Comparison.ID_SET, [1, "2"], [2, 1], True),
        (Comparison.ID_SET, None, [], True),
        (Comparison.ID_SET, [1, 1], [1], False),
        (Comparison.ID_SET, "garbage", [1], False),
        (Comparison.PUBLIC_KEY, DEMO_KEY, f" {DEMO_KEY}\n", True),
        (Comparison.PUBLIC_KEY, "CONSUMER_DELEGATION", "CONSUMER_DELEGATION", True),
        (Comparison.PUBLIC_KEY, "CONSUMER_DELEGATION", DEMO_KEY, False),
    ],
)
def test_comparisons(comparison: Comparison, left: Any, right: Any, equal: bool) -> None:
    assert same(comparison, left, right) is equal


def test_what_is_not_known_yet_equals_only_itself() -> None:
    new = KnownAfterApply(named(Kind.CONNECTOR, "A"))
    assert same(Comparison.ID, new, new)
    assert not same(Comparison.ID, None, new)
    assert not same(Comparison.TEXT, SecretReference("LPCONF_SECRET_A"), "LPCONF_SECRET_A")


@given(st.binary(min_size=1, max_size=400))
def test_any_live_key_can_be_shown(content: bytes) -> None:
    assert isinstance(key_text(base64.b64encode(content).decode()), str)

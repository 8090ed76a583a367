"""Addresses as texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.model.address import Address, Kind, SelectBy, Selector, parse

NAMES = st.text(alphabet=st.characters(), max_size=30) | st.sampled_from(
    ['Sales "chat"', "a/b[default]", '"]/', "\ud800"]
)
SELECTORS = (
    st.builds(Selector, st.just(SelectBy.NAME), NAMES)
    | st.builds(Selector, st.just(SelectBy.ID), st.integers(0, 2**63))
    | st.just(Selector(SelectBy.DEFAULT))
)
OUTER = st.builds(Address, st.sampled_from(Kind), SELECTORS)
ADDRESSES = OUTER | st.builds(Address, st.sampled_from(Kind), SELECTORS, OUTER)


@given(ADDRESSES)
def test_an_address_survives_being_written(address: Address) -> None:
    assert parse(str(address)) == address


@given(st.text() | ADDRESSES.map(lambda each: str(each)[:-1]) | ADDRESSES.map(lambda each: f"{each}/"))
def test_another_text_is_refused_or_is_the_only_spelling(text: str) -> None:
    try:
        address = parse(text)
    except ValueError:
        return
    assert str(address) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "connector",
        "connector[]",
        "connector[id=]",
        "connector[id=05]",
        "connector[id=-5]",
        "connector[id=None]",
        "connector[default",
        'connector["a]',
        'connector["a"',
        'connector["a"]x',
        'connector["\\u0041"]',
        "connectors[default]",
        "campaign[default]//engagement[default]",
        "campaign[default]engagement[default]",
        "campaign[default]/",
        "/".join(["campaign[default]"] * 3),
        "/".join(["campaign[default]"] * 100_000),
        "connector[id=" + "9" * 5_000 + "]",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        parse(text)

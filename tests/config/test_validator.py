"""The validator that takes a short cut finds what jsonschema finds without it."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from lpconf.config.explain import make_validator
from lpconf.config.schema import documented_schema
from tests.account import DEMO_KEY

FAST, PLAIN = make_validator(), Draft202012Validator(documented_schema())

GOOD: dict[str, Any] = {
    "version": 1,
    "account": "12345678",
    "vars": {"a": "x", "b": 1},
    "connectors": [
        {"name": "A", "flow": "implicit", "jwt_public_key": DEMO_KEY, "acr_values": ["loa1"], "preferred": False},
        {"id": 5, "name": "B", "client_secret": {"env": "LPCONF_SECRET_A"}, "js_context": {"unset": True}},
    ],
    "campaigns": [
        {
            "find": "default",
            "audiences": ["All", {"id": 3}],
            "engagements": [{"name": "E", "enabled": True, "skill": {"id": 7}, "extra": {"zones": [1]}}],
        }
    ],
}
SCALARS = [None, True, False, 0, 1, 5, -1, 1.5, "", "x", "default", "implicit"]
LISTS = [[], [[]], [""], ["x"], [1], [{}]]
MAPS = [{}, {"id": 1}, {"id": "x"}, {"unset": True}, {"unset": False}, {"env": "HOME"}, {"file": "k"}, {"": 1}]
ODD = st.sampled_from([*SCALARS, *LISTS, *MAPS])


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in items for place in places(each, (*path, key)))]


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A good document with some values replaced by odd ones, and some odd keys."""
    document = copy.deepcopy(GOOD)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from([each for each in places(document) if each]))
        holder = document
        for step in place[:-1]:
            holder = holder[step]
        holder[place[-1]] = copy.deepcopy(draw(ODD))
        if isinstance(holder, dict) and draw(st.booleans()):
            holder[draw(st.sampled_from(["frob", "name", "id", "find", "flow", ""]))] = copy.deepcopy(draw(ODD))
    return document


def found(validator: Any, document: Any) -> set[tuple[str, str]]:
    return {("/".join(map(str, error.absolute_path)), error.validator) for error in validator.iter_errors(document)}


def test_the_good_document_is_good() -> None:
    assert found(PLAIN, GOOD) == found(FAST, GOOD) == set()


@given(mutated())
@settings(max_examples=500, deadline=None)
def test_both_find_the_same(document: Any) -> None:
    assert found(FAST, document) == found(PLAIN, document)

"""Buttons in a document: what was written is read again, and nothing else."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.engine.button.decoding import decoded
from lpconf.engine.button.encoding import encoded
from lpconf.engine.button.encoding_schema import schema
from lpconf.engine.button.parsing import button_of
from lpconf.engine.json_reader import MalformedError, Reader
from tests.account import QUIRKS

from .bodies import BODY

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["#fff", "red", "40px"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["css", "text", "color", "left", "labels", "images", "elements", "alt", "size", "width"]),
            inner,
        )
    ),
    max_leaves=20,
)


@given(JSON, JSON, JSON, JSON, JSON)
def test_any_body_gives_a_button_that_its_document_holds(
    position: Any, background: Any, border: Any, size: Any, elements: Any
) -> None:
    presentation = {"background": background, "border": border, "size": size, "elements": elements}
    instances = [{"displayInstanceType": 4, "enabled": True, "presentation": presentation}, elements]
    found = button_of({"position": position, "displayInstances": instances, "enabled": border}, QUIRKS)
    written = json.loads(json.dumps(encoded(found), allow_nan=False))
    assert decoded(Reader(written)) == found
    jsonschema.validate(written, schema())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("place",), "nowhere"),
        (("shown",), 1),
        (("omissions",), ["a label", "a label"]),
        (("looks", 0, "background"), "url(//evil)"),
        (("looks", 0, "background"), "#FFF"),
        (("looks", 0, "width"), "40"),
        (("looks", 0, "width"), 2001),
        (("looks", 0, "radius"), 0.125),
        (("looks", 0, "state"), "away"),
        (("looks", 0, "labels", 0, "text"), "x" * 201),
        (("looks", 0, "labels", 0, "text"), "two\nlines"),
        (("looks", 0, "labels", 0, "text"), "-----BEGIN PRIVATE KEY-----"),
        (("looks", 0, "labels", 0, "turn"), None),
        (("looks", 0, "labels"), [{}] * 6),
        (("looks", 0, "pictures", 0, "left"), True),
        (("looks", 0, "href"), "https://evil.example"),
        (("looks", 1, "state"), "online"),
    ],
)
def test_a_document_is_not_trusted_more_than_an_account(path: tuple[Any, ...], value: object) -> None:
    written: Any = encoded(button_of(BODY, QUIRKS))
    decoded(Reader(copy.deepcopy(written)))
    *parents, last = path
    inside = written
    for step in parents:
        inside = inside[step]
    inside[last] = value
    with pytest.raises(MalformedError):
        decoded(Reader(written))

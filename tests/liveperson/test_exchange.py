from __future__ import annotations

import json
import math
from contextlib import suppress
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.liveperson.errors import UnexpectedAnswer
from lpconf.liveperson.exchange import Answer, Call, as_json, path_of
from lpconf.model.errors import LpconfError
from tests.canary import CANARY

CALL = Call("GET", "https://va.ac.liveperson.net", "/api/x", (("v", "2.0"), ("fields", "id"), ("fields", "a b")))


class TestCall:
    def test_its_text_is_method_and_path(self) -> None:
        assert str(CALL) == "GET /api/x"

    def test_its_target_repeats_a_parameter(self) -> None:
        assert CALL.target == "/api/x?v=2.0&fields=id&fields=a+b"
        assert Call("GET", "https://a", "/x").target == "/x"

    def test_its_representation_has_no_secret(self) -> None:
        call = Call("POST", "https://a", "/x", headers={"Cookie": CANARY}, body=CANARY.encode(), bearer=CANARY)
        assert CANARY not in repr(call)

    def test_a_path_is_escaped(self) -> None:
        assert path_of("api", "a/b", "../c?d#e") == "/api/a%2Fb/..%2Fc%3Fd%23e"


class TestRevision:
    def test_it_is_a_number(self) -> None:
        assert Answer(200, {"ac-revision": " 692 "}).revision == 692

    @pytest.mark.parametrize("text", ["", "-1", '"692"', "692, 693", "6.5", "abc", "٣", "9" * 5000])
    def test_anything_else_is_none(self, text: str) -> None:
        assert Answer(200, {"ac-revision": text}).revision is None

    def test_so_is_its_absence(self) -> None:
        assert Answer(200).revision is None


class TestJson:
    def test_a_body_is_read(self) -> None:
        assert Answer(200, body=b'\xef\xbb\xbf[{"id": 1000000030, "x": 0.5}]').json(CALL) == [
            {"id": 1000000030, "x": 0.5}
        ]

    @pytest.mark.parametrize(
        ("body", "description"),
        [
            (b"", "an empty body"),
            (b"  <!DOCTYPE html><p>Sign in", "an HTML page"),
            (b"{'id': 1}", "a body that is not JSON"),
            (b'{"id": NaN}', "a body that is not JSON"),
            (b'{"id": 1e400}', "a body that is not JSON"),
            (b'{"id": -Infinity}', "a body that is not JSON"),
            (b'{"id": ' + b"9" * 5000 + b"}", "a body that is not JSON"),
            (b"\xff\xfe\xfd", "a body that is not JSON"),
        ],
    )
    def test_what_is_not_json_is_named(self, body: bytes, description: str) -> None:
        with pytest.raises(UnexpectedAnswer, match=f"GET /api/x was answered with 200 and {description}"):
            Answer(200, body=body).json(CALL)

    def test_deep_nesting_is_refused(self) -> None:
        with pytest.raises(UnexpectedAnswer, match="nested too deeply"):
            Answer(200, body=b"[" * 200_000).json(CALL)

    @given(st.binary())
    def test_no_bytes_break_it(self, body: bytes) -> None:
        with suppress(UnexpectedAnswer):
            Answer(200, body=body).json(CALL)


class TestMessage:
    @pytest.mark.parametrize(
        "value",
        [
            {"error": {"message": "went wrong", "internalCode": 10}},
            {"error": "went wrong"},
            {"message": "went wrong"},
            {"error": {"code": 5}, "message": "went wrong"},
        ],
    )
    def test_the_known_shapes_are_read(self, value: object) -> None:
        assert Answer(400, body=json.dumps(value).encode()).message() == "went wrong"

    def test_else_it_is_the_text(self) -> None:
        assert Answer(400, body=b"plain text").message() == "plain text"
        assert Answer(400, body=b'{"code": 5}').message() == '{"code": 5}'
        assert Answer(400, body=b'["x"]').message() == '["x"]'

    def test_a_page_is_not_quoted(self) -> None:
        assert Answer(502, body=b"<html>").message() == ""
        assert Answer(502, {"content-type": "text/HTML"}, b"oops").message() == ""

    def test_secrets_are_hidden(self) -> None:
        body = f'{{"message": "bad {CANARY}"}}'.encode()
        assert Answer(400, body=body).message((CANARY,)) == "bad (hidden)"

    @given(st.binary())
    def test_no_bytes_break_it(self, body: bytes) -> None:
        assert len(Answer(400, body=body).message()) <= 200


class TestAsJson:
    def test_frozen_values_become_objects_and_arrays(self) -> None:
        value = MappingProxyType({"a": (1, MappingProxyType({"b": [0, 1]})), "ü": None})
        assert json.loads(as_json(value)) == {"a": [1, {"b": [0, 1]}], "ü": None}

    @pytest.mark.parametrize("value", [math.inf, math.nan, {1, 2}, b"x"])
    def test_what_json_does_not_have_is_refused(self, value: object) -> None:
        with pytest.raises(LpconfError, match="JSON has nothing like it"):
            as_json({"x": value})  # type: ignore[dict-item]

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    def test_what_was_read_is_sent_back_the_same(self, value: object) -> None:
        body = as_json(value)  # type: ignore[arg-type]
        assert Answer(200, body=body).json(CALL) == value

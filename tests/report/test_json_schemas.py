"""The schemas of the documents for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.drift import Deviation, Drift, FieldDrift, ThingDrift
from lpconf.model.json import JsonObject
from lpconf.model.site import Position
from lpconf.report import json, token_json
from lpconf.report.difference_json import difference
from lpconf.report.json_schemas import schema
from tests.schemas import closed

from . import differences, records, samples
from .test_token import REFUSED

PLACED = Diagnostic(Severity.ERROR, "a.b", "c", "d", "e", Position("f.yaml", 1, 2), "g")
DRIFT = Drift(
    samples.SANDBOX,
    records.SUMMARY,
    (
        ThingDrift(samples.CONNECTOR, "A", 5, Deviation.CHANGED, (FieldDrift("js_method_name", "a", None, ["b"]),)),
        ThingDrift(samples.CAMPAIGN, "B", None, Deviation.GONE),
    ),
    pending=((samples.ENGAGEMENT, 2),),
    unchanged=3,
)
OPEN = replace(records.SUMMARY, exit_code=None, ended=None, revision=None, target=samples.PRODUCTION)

DOCUMENTS: dict[str, list[Callable[[], JsonObject]]] = {
    "diff": [
        lambda: difference(differences.risky()),
        lambda: difference(replace(differences.risky(), things=(), settings=(), findings=(PLACED,))),
    ],
    "drift": [lambda: json.drift(DRIFT), lambda: json.drift(replace(DRIFT, since=None, things=()))],
    "history": [lambda: json.history(()), lambda: json.history((records.SUMMARY, OPEN))],
    "record": [
        lambda: json.record(records.looked_into(), samples.every_outcome()),
        lambda: json.record(replace(records.looked_into(), summary=OPEN, steps=()), samples.tutorial_run()),
    ],
    "run": [lambda: json.run(samples.tutorial_run()), lambda: json.run(samples.every_outcome())],
    "token-check": [lambda: token_json.check(REFUSED)],
    "validation": [lambda: json.diagnostics(()), lambda: json.diagnostics((PLACED, replace(PLACED, position=None)))],
}
CASES = [(name, make) for name, makers in DOCUMENTS.items() for make in makers]


def errors(document: object, of: dict[str, Any]) -> list[str]:
    return [error.json_path for error in Draft202012Validator(of).iter_errors(document)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_is_a_schema_and_says_of_what(name: str) -> None:
    found = schema(name)

    Draft202012Validator.check_schema(found)
    assert found["$id"] == f"urn:lpconf:{name}:1.0"
    assert found["properties"]["format"]["const"] == f"lpconf-{name}"


@pytest.mark.parametrize(("name", "make"), CASES)
def test_every_field_of_a_document_is_described(name: str, make: Callable[[], JsonObject]) -> None:
    assert errors(make(), closed(schema(name))) == []


@pytest.mark.parametrize(("name", "make"), CASES)
def test_a_field_that_is_missing_is_noticed(name: str, make: Callable[[], JsonObject]) -> None:
    document = make()

    for field in document:
        assert errors({key: document[key] for key in document if key != field}, schema(name)) == ["$"]


def test_a_program_may_meet_fields_that_came_later() -> None:
    assert errors({**json.diagnostics(()), "later": 1}, schema("validation")) == []
    assert errors({**json.diagnostics(()), "later": 1}, closed(schema("validation"))) == ["$"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_not_taken_for_another(name: str) -> None:
    others = [make for other, make in CASES if other != name]

    assert all(errors(make(), schema(name)) for make in others)


def test_every_field_has_a_meaning() -> None:
    missing = [(name, path) for name in DOCUMENTS for path, node in fields(schema(name)) if not node.get("description")]

    assert missing == []


def fields(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, below in node.get("properties", {}).items():
        yield f"{path}.{name}", below
        yield from fields(below, f"{path}.{name}")
    if "items" in node:
        yield from fields(node["items"], f"{path}[]")

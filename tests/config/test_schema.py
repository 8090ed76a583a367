"""The JSON Schema that editors use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from lpconf.config import schema
from lpconf.resources.field import Field, Resource
from lpconf.resources.kinds import MANAGED

ROOT = Path(__file__).parents[2]
WORDS = [(resource, field) for resource in MANAGED for field in resource.fields]


def definition(resource: Resource) -> dict[str, Any]:
    found = schema.site_schema()["$defs"][resource.kind.value]
    assert isinstance(found, dict)
    return found


def test_the_schema_that_is_checked_in_is_up_to_date() -> None:
    assert (ROOT / "schemas" / "site.schema.json").read_text(encoding="utf-8") == schema.text()


def test_the_module_prints_the_schema() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "lpconf.config.schema"], capture_output=True, text=True, check=True
    )
    assert done.stdout == schema.text()


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema.site_schema())
    assert schema.site_schema()["$id"].endswith(":1")


@pytest.mark.parametrize(("resource", "field"), WORDS)
def test_each_word_is_explained_and_its_example_fits(resource: Resource, field: Field) -> None:
    entry = definition(resource)["properties"][field.word]
    assert entry["title"] == field.label
    assert field.meaning in entry["description"]
    assert field.evidence.value in entry["description"]
    assert entry["examples"] == [field.example]
    assert Draft202012Validator(entry).is_valid(field.example)


def test_every_property_is_explained() -> None:
    places = [schema.site_schema(), *map(definition, MANAGED)]
    for place in places:
        assert place["additionalProperties"] is False
        for word, entry in place["properties"].items():
            assert entry["title"], word
            assert entry["description"], word


@pytest.mark.parametrize(
    ("selector", "fits"),
    [
        ({"name": "x"}, True),
        ({"id": 5}, True),
        ({"find": "default"}, True),
        ({"id": 5, "name": "x"}, True),
        ({"find": "default", "name": "x"}, True),
        ({"id": 5, "find": "default"}, False),
        ({"find": "x"}, False),
        ({"id": 0}, False),
        ({}, False),
    ],
)
def test_exactly_one_selector(selector: dict[str, object], fits: bool) -> None:
    site = {"version": 1, "account": "1", "connectors": [selector]}
    assert Draft202012Validator(schema.site_schema()).is_valid(site) is fits


@pytest.mark.parametrize(
    ("word", "value", "fits"),
    [
        ("connector", "x", True),
        ("connector", {"id": 5}, True),
        ("connector", {"unset": True}, True),
        ("connector", {"unset": False}, False),
        ("connector", {"id": 5, "unset": True}, False),
        ("connector", {}, False),
        ("connector", None, False),
        ("window", {"unset": True}, False),
        ("entry_points", [], True),
        ("entry_points", ["a", {"id": 1}], True),
        ("entry_points", "a", False),
        ("enabled", "true", False),
    ],
)
def test_the_forms_of_values(word: str, value: object, fits: bool) -> None:
    engagement = {"find": "default", word: value}
    site = {"version": 1, "account": "1", "campaigns": [{"find": "default", "engagements": [engagement]}]}
    assert Draft202012Validator(schema.site_schema()).is_valid(site) is fits


def test_the_example_fits_and_names_the_schema() -> None:
    example = ROOT / "examples" / "site.yaml"
    text = example.read_text(encoding="utf-8")
    assert Draft202012Validator(schema.site_schema()).is_valid(yaml.safe_load(text))
    named = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert json.loads((example.parent / named).read_text(encoding="utf-8")) == schema.site_schema()

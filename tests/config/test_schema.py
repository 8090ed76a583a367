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

from lpconf.config import load, schema
from lpconf.config.reference import describing
from lpconf.model.errors import InvalidConfiguration
from lpconf.resources.field import Field, Resource
from lpconf.resources.kinds import MANAGED

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(file for file in (ROOT / "examples").rglob("site*.yaml"))
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


def test_the_schema_has_a_name_with_the_version_of_the_format_and_no_address() -> None:
    name = schema.site_schema()["$id"]
    assert name == "urn:lpconf:schema:site:1"
    assert name.endswith(f":{schema.site_schema()['properties']['version']['enum'][0]}")


def test_check_jsonschema_takes_the_schema_and_the_examples() -> None:
    program = str(Path(sys.executable).parent / "check-jsonschema")
    if not Path(program).exists():
        pytest.fail("This test needs check-jsonschema: pip install check-jsonschema")
    written = str(ROOT / "schemas" / "site.schema.json")
    for arguments in (("--check-metaschema", written), ("--schemafile", written, *map(str, EXAMPLES))):
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_check_jsonschema_finds_what_is_wrong(tmp_path: Path) -> None:
    program = str(Path(sys.executable).parent / "check-jsonschema")
    (tmp_path / "site.yaml").write_text("version: 1\nacount: '1'\n")
    arguments = ["--schemafile", str(ROOT / "schemas" / "site.schema.json"), str(tmp_path / "site.yaml")]
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "acount" in done.stdout


@pytest.mark.parametrize(("resource", "field"), WORDS)
def test_each_word_is_explained_and_its_example_fits(resource: Resource, field: Field) -> None:
    entry = definition(resource)["properties"][field.word]
    assert entry["title"] == describing.title(field)
    for text in (entry["description"], entry.get("markdownDescription", entry["description"]).replace("`", "")):
        assert field.meaning.replace("`", "") in text
        assert field.evidence.value in text
        assert (f'In the console: "{field.label}"' in text) is bool(field.label)
        assert ".".join(field.path) in text
    assert Draft202012Validator(entry).is_valid(field.example)


@pytest.mark.parametrize(("resource", "field"), WORDS)
def test_what_editors_propose_fits(resource: Resource, field: Field) -> None:
    entry = definition(resource)["properties"][field.word]
    proposed = [*entry.get("enum", ()), *entry.get("examples", ()), *map(body, entry.get("defaultSnippets", ()))]
    assert field.example in proposed
    for value in proposed:
        assert Draft202012Validator(entry).is_valid(value)
    assert ({"unset": True} in proposed) is field.unsettable
    for item in (
        *entry.get("items", {}).get("examples", ()),
        *map(body, entry.get("items", {}).get("defaultSnippets", ())),
    ):
        assert Draft202012Validator(entry["items"]).is_valid(item)


def body(snippet: dict[str, Any]) -> object:
    return snippet["body"]


def test_each_choice_is_explained() -> None:
    choices = [entry for entry in every_word() if "enum" in entry and len(entry["enum"]) > 1]
    assert len(choices) == 4
    for entry in choices:
        assert len(entry["enumDescriptions"]) == len(entry["enum"])


def test_editors_are_given_no_map_as_an_example() -> None:
    """They show one as `[object Object]`."""
    assert not [entry for entry in every_word() if any(isinstance(each, dict) for each in entry.get("examples", ()))]


def test_a_description_with_markdown_is_there_without_it_too() -> None:
    for entry in every_word():
        assert "`" not in entry["description"]
        assert "`" in entry.get("markdownDescription", "`")


def test_nothing_has_a_default() -> None:
    """What is left out is not managed, and editors would write a default out."""
    assert '"default":' not in schema.text()


def every_word() -> list[dict[str, Any]]:
    places = [schema.site_schema(), *map(definition, MANAGED), definition(MANAGED[0])["properties"]["lifecycle"]]
    return [entry for place in places for entry in place["properties"].values()]


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


def declared(**words: Any) -> str:
    """A file with a connector, a campaign and an engagement, which have these words by `kind__word`."""
    things: dict[str, dict[str, Any]] = {kind: {"name": "A"} for kind in ("connector", "campaign", "engagement")}
    site: dict[str, Any] = {"version": 1, "account": "1", "vars": {"v": "https://x.example", "t": "12:00:00"}}
    for place, value in words.items():
        kind, _, word = place.partition("__")
        if word:
            things[kind][word] = value
        else:
            site[kind] = value
    things["campaign"]["engagements"] = [things["engagement"]]
    return json.dumps({**site, "connectors": [things["connector"]], "campaigns": [things["campaign"]]})


def refused_by_loader(folder: Path, text: str) -> bool:
    (folder / "site.yaml").write_text(text)
    try:
        load([folder / "site.yaml"], variables={}, environ={})
    except InvalidConfiguration:
        return True
    return False


ABSENT = {"state": "absent"}


@pytest.mark.parametrize(
    "words",
    [
        {"connector__authentication_endpoint": "http://x.example/token"},
        {"connector__acr_values": ["0"]},
        {"connector__acr_values": ["loa1", "loa2"]},
        {"campaign__start_date": "2026-01-01"},
        {"campaign__start_date": "2026-01-01T00:00:00"},
        {"requires": "1.2"},
        {"label": " Shop"},
        {"connector__name": "A "},
        {"engagement__connector": " A"},
        {"engagement__connector": "\tA"},
        {"connector__js_method_name": "\nf"},
        {"campaign__audiences": ["A", "A"]},
        {"campaign__audiences": [{"id": 5}, {"id": 5}]},
        {"engagement__entry_points": ["A "]},
        {"connector__lifecycle": {**ABSENT, "protect": True}},
        {"connector__lifecycle": {"renamed_from": " A"}},
        {"connector__id": 5, "connector__lifecycle": {"renamed_from": "B"}},
        {"campaign__name": "B", "campaign__find": "default", "campaign__lifecycle": {"renamed_from": "A"}},
        {"engagement__find": "default", "engagement__lifecycle": ABSENT},
    ],
)
def test_editors_show_simple_mistakes_that_the_loader_refuses(tmp_path: Path, words: dict[str, Any]) -> None:
    text = declared(**words)
    assert not Draft202012Validator(schema.site_schema()).is_valid(json.loads(text))
    assert refused_by_loader(tmp_path, text)


@pytest.mark.parametrize(
    "words",
    [
        {"connector__authentication_endpoint": "HTTPS://x.example/token"},
        {"connector__authentication_endpoint": "${var.v}/token"},
        {"connector__acr_values": ["loa1"]},
        {"connector__acr_values": []},
        {"campaign__start_date": "2026-01-05 00:00:00"},
        {"campaign__start_date": "2026-01-05 ${var.t}"},
        {"requires": ">=0.1"},
        {"requires": "!=1.2, >=0.0.1"},
        {"requires": ""},
        {"engagement__description": " two\nlines "},
        {"connector__name": "\u00c4 ${var.v} \u3042"},
        {"connector__name": "x"},
        {"campaign__audiences": ["A", {"id": 5}, "B"]},
        {"connector__lifecycle": {**ABSENT, "protect": False}},
        {"connector__lifecycle": {"renamed_from": "B"}},
        {"connector__id": 5, "connector__lifecycle": {"protect": True}},
        {"engagement__id": 5, "engagement__lifecycle": ABSENT},
    ],
)
def test_editors_take_what_the_loader_takes(tmp_path: Path, words: dict[str, Any]) -> None:
    text = declared(**words)
    assert not refused_by_loader(tmp_path, text)
    assert Draft202012Validator(schema.site_schema()).is_valid(json.loads(text))


def test_the_loader_keeps_its_own_words_for_what_editors_show(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(declared(connector__authentication_endpoint="http://x.example"))
    with pytest.raises(InvalidConfiguration) as caught:
        load([tmp_path / "site.yaml"], variables={}, environ={})
    assert "is not an https address" in str([each.message for each in caught.value.diagnostics])

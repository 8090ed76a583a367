"""SARIF 2.1.0: what code scanning is told of diagnostics."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.site import Position
from lpconf.report.sarif import FINGERPRINT, document

SCHEMA = json.loads((Path(__file__).parents[1] / "schemas" / "sarif-2.1.0.json").read_text())


def diagnostic(
    message: str = '"implicitt" is not one of implicit, code',
    *,
    code: str = "schema.enum",
    severity: Severity = Severity.ERROR,
    file: str = "site.yaml",
    line: int = 5,
    path: str = "connectors[0].flow",
    hint: str = "",
    source: str | None = "    flow: implicitt",
) -> Diagnostic:
    return Diagnostic(severity, code, message, path, hint, Position(file, line, 11), source)


def log(*diagnostics: Diagnostic) -> dict[str, Any]:
    """The log's only run, checked against the schema."""
    made: dict[str, Any] = document(diagnostics, "1.2.3", lambda file: f"liveperson/{file}")
    validator = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    validator.validate(made)
    run: dict[str, Any] = made["runs"][0]
    return run


def result(of: Diagnostic) -> dict[str, Any]:
    (found,) = log(of)["results"]
    return dict(found)


def fingerprints(*diagnostics: Diagnostic) -> list[str]:
    return [each["partialFingerprints"][FINGERPRINT] for each in log(*diagnostics)["results"]]


def test_the_schema_is_the_one_that_was_checked_in() -> None:
    text = (Path(__file__).parents[1] / "schemas" / "sarif-2.1.0.json").read_bytes()
    shipped = text.replace(b"\n", b"\r\n")
    assert hashlib.sha256(shipped).hexdigest() in (Path(__file__).parents[1] / "schemas" / "README.md").read_text()


def test_the_schema_refuses_what_is_no_sarif() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate({"version": "2.1.0", "runs": [{"results": []}]})


def test_a_finding_has_rule_level_message_and_place() -> None:
    found = result(diagnostic(hint="Write implicit."))
    assert found["ruleId"] == "schema.enum"
    assert found["level"] == "error"
    assert found["message"]["text"] == ('connectors[0].flow: "implicitt" is not one of implicit, code\nWrite implicit.')
    assert found["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "liveperson/site.yaml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 5, "startColumn": 11},
            }
        }
    ]


def test_a_valid_configuration_has_no_results() -> None:
    run = log()
    assert run["results"] == []
    assert run["tool"]["driver"]["name"] == "lpconf"
    assert run["tool"]["driver"]["version"] == "1.2.3"


@pytest.mark.parametrize("severity", Severity)
def test_severities_are_sarif_levels(severity: Severity) -> None:
    assert result(diagnostic(severity=severity))["level"] == severity.value


def test_each_code_is_one_rule_and_results_point_to_it() -> None:
    run = log(diagnostic(), diagnostic(code="key.format"), diagnostic(line=9), diagnostic(code="new"))
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["key.format", "new", "schema.enum"]
    assert [rules[each["ruleIndex"]] for each in run["results"]] == [each["ruleId"] for each in run["results"]]


def test_a_finding_without_a_place() -> None:
    assert result(Diagnostic(Severity.ERROR, "variable.unknown", "no variable is named x"))["locations"] == []


def test_file_names_become_addresses() -> None:
    found = result(diagnostic(file="a b/ü#1%.yaml\udcff"))
    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (
        "liveperson/a%20b/%C3%BC%231%25.yaml%FF"
    )


def test_a_file_outside_of_the_repository_is_named_as_a_whole() -> None:
    made: Any = document([diagnostic()], "1", lambda file: f"/elsewhere/{file}")
    location = made["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "file:///elsewhere/site.yaml"}


def test_a_message_makes_no_link_no_placeholder_and_obeys_no_control() -> None:
    text = result(diagnostic("[a](https://evil.example) {0} \x1b[2J\u202e"))["message"]["text"]
    assert text == r"connectors[0].flow: [a] (https://evil.example) { 0} \x1b[2J\u202e"


def test_the_same_finding_keeps_its_fingerprint_when_its_line_moves() -> None:
    assert fingerprints(diagnostic(line=5)) == fingerprints(diagnostic(line=50, source="flow: implicitt  "))


def test_other_findings_have_other_fingerprints() -> None:
    same_line_twice = diagnostic(), diagnostic(line=7)
    others = diagnostic(code="x.y"), diagnostic(file="b.yaml"), diagnostic(source="    flow: cod")
    assert len(set(fingerprints(*same_line_twice, *others))) == 5


def test_of_a_sensitive_line_only_the_path_counts() -> None:
    first = diagnostic(source=None, path="connectors[0].client_secret")
    assert fingerprints(first) != fingerprints(diagnostic(source=None, path="connectors[1].client_secret"))
    assert fingerprints(first) == fingerprints(diagnostic("another", source=None, path="connectors[0].client_secret"))

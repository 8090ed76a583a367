"""`lpconf explain` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import SITE, Run

SECRET = "hunter2-hunter2-hunter2"


def test_alone_it_lists_what_can_be_explained(lpconf: Run) -> None:
    shown = lpconf("explain")
    assert shown.returncode == 0
    assert [line.split()[0] for line in shown.stdout.splitlines()[:5]] == [
        "site",
        "connector",
        "campaign",
        "engagement",
        "lifecycle",
    ]
    assert "lpconf explain site.yaml:14" in shown.stdout


def test_a_word(lpconf: Run) -> None:
    shown = lpconf("explain", "engagement.authenticated_visitors_only")
    assert (shown.returncode, shown.stderr) == (0, "")
    for text in ("Authenticated Visitors Only", "allowUnauthMsg", "opposite", "true or false", "5.4"):
        assert text in shown.stdout


def test_a_kind(lpconf: Run) -> None:
    assert "  authenticated_visitors_only  " in lpconf("explain", "engagement").stdout


def test_a_line_of_a_file(lpconf: Run) -> None:
    number = (
        Path(SITE).read_text().splitlines().index('    js_method_name: LPJsMethodName              # "JS Method Name"')
    )
    shown = lpconf("explain", f"{SITE}:{number + 1}")
    assert shown.returncode == 0
    assert 'of connector["Consumer authentication"]' in shown.stdout
    assert "connector.js_method_name" in shown.stdout


def test_a_column_of_a_line_and_json(lpconf: Run, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("connectors: [{name: A, flow: implicit}]\n")
    document = json.loads(lpconf("explain", "site.yaml:1:25", "-o", "json").stdout)
    (found,) = document["standing"]
    assert (found["address"], found["word"]["name"]) == ('connector["A"]', "connector.flow")
    both = json.loads(lpconf("explain", "site.yaml:1", "-o", "json").stdout)["standing"]
    assert [each["word"]["name"] for each in both] == ["connector.name", "connector.flow"]


def test_a_file_that_is_not_valid_can_be_explained(lpconf: Run, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("version: 7\nconnectors:\n  - enabled: true\n    flow: 5\n")
    shown = lpconf("explain", "site.yaml:4")
    assert shown.returncode == 0
    assert "connector.flow" in shown.stdout
    unknown = lpconf("explain", "site.yaml:3")
    assert "No such word can stand here." in unknown.stdout


def test_a_file_that_is_no_yaml_is_told_like_anywhere(lpconf: Run, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("connectors: [\n")
    told = lpconf("explain", "site.yaml:1")
    assert told.returncode == 1
    assert told.stdout == ""
    assert "site.yaml:" in told.stderr


def test_it_never_shows_a_value(lpconf: Run, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(f"connectors:\n  - name: A\n    client_secret: {SECRET}\n")
    for format in ("text", "json"):
        shown = lpconf("explain", "site.yaml:3", "-o", format)
        assert shown.returncode == 0
        assert SECRET not in shown.stdout + shown.stderr


def test_names_of_a_file_cannot_command_a_terminal(lpconf: Run, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text('connectors:\n  - name: "\\e[31mred\\u202e"\n    flow: code\n')
    shown = lpconf("explain", "site.yaml:3")
    assert not set("\x1b\u202e") & set(shown.stdout)


@pytest.mark.parametrize(
    ("what", "code", "message"),
    [
        ("engagement.enabeld", 1, "Did you mean engagement.enabled?"),
        ("name", 1, "Write connector.name, campaign.name or engagement.name."),
        ("site.yaml", 64, "Add the number of a line to explain: site.yaml:1."),
        ("missing.yaml:5", 1, "does not exist"),
        ("", 1, "is not a word of the YAML"),
        ("-x", 64, "No such option"),
    ],
)
def test_what_cannot_be_explained(lpconf: Run, what: str, code: int, message: str) -> None:
    told = lpconf("explain", what)
    assert (told.returncode, told.stdout) == (code, "")
    assert message in told.stderr


def test_a_line_that_is_empty(lpconf: Run) -> None:
    told = lpconf("explain", f"{SITE}:6")
    assert told.returncode == 1
    assert "Nothing is declared in line 6" in told.stderr


def test_a_number_beyond_all_lines(lpconf: Run) -> None:
    count = len(Path(SITE).read_text().splitlines())
    told = lpconf("explain", f"{SITE}:999999999")
    assert f"has {count} lines only, no line 999999999." in told.stderr
    assert told.returncode == 1
    assert lpconf("explain", f"{SITE}:{'9' * 5000}").returncode in {1, 64}

"""`-o github` and `-o sarif` as the installed command writes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lpconf.cli.github import located

from .conftest import SITE, Run, Served

BAD = 'version: 1\naccount: "12345678"\nconnectors:\n  - name: A\n    flow: implicitt\n'
AMBIGUOUS = (
    'version: 1\naccount: "12345678"\ncampaigns: [{name: Summer sale, engagements: [{find: default, enabled: true}]}]\n'
)


@pytest.fixture
def job(tmp_path: Path) -> dict[str, str]:
    """The variables of a job, with an empty repository as its workspace."""
    return {
        "GITHUB_WORKSPACE": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
    }


def test_validate_writes_annotations_summary_and_outputs(lpconf: Run, tmp_path: Path, job: dict[str, str]) -> None:
    (tmp_path / "site.yaml").write_text(BAD)
    result = lpconf("validate", "-o", "github", **job)
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith("::error file=site.yaml,line=5,col=11,title=schema.enum::connectors[0].flow: ")
    assert "site.yaml:5:11: error: connectors[0].flow" in (tmp_path / "summary.md").read_text()
    assert "\ntrue\n" not in (tmp_path / "output").read_text()


def test_summary_and_outputs_are_appended(lpconf: Run, tmp_path: Path, job: dict[str, str]) -> None:
    for name in ("summary.md", "output"):
        (tmp_path / name).write_text("before\n")
    assert lpconf("validate", SITE, "-o", "github", **job).returncode == 0
    assert (tmp_path / "summary.md").read_text().startswith("before\n### lpconf\n")
    assert (tmp_path / "output").read_text().startswith("before\nvalid<<lpconf-")


def test_each_run_has_another_delimiter(lpconf: Run, tmp_path: Path, job: dict[str, str]) -> None:
    for _ in range(2):
        lpconf("validate", SITE, "-o", "github", **job)
    found = {line for line in (tmp_path / "output").read_text().splitlines() if line.startswith("valid<<")}
    assert len(found) == 2


def test_outside_of_actions_only_the_annotations_are_written(lpconf: Run) -> None:
    result = lpconf("validate", SITE, "-o", "github", GITHUB_OUTPUT="", GITHUB_STEP_SUMMARY="")
    assert result.returncode == 0
    assert result.stdout.startswith("::warning ")
    assert result.stderr == (
        "Not in GitHub Actions (GITHUB_STEP_SUMMARY and GITHUB_OUTPUT not set): only the annotations were written.\n"
    )


def test_a_file_of_the_job_that_cannot_be_written(lpconf: Run, tmp_path: Path, job: dict[str, str]) -> None:
    result = lpconf("validate", SITE, "-o", "github", **{**job, "GITHUB_OUTPUT": str(tmp_path)})
    assert result.returncode == 1
    assert "the file of GITHUB_OUTPUT: Is a directory." in result.stderr


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a repository, with a job whose workspace is elsewhere."""
    folder = tmp_path / "repository" / "liveperson"
    folder.mkdir(parents=True)
    (folder.parent / ".git").mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    return folder


def test_files_are_named_from_the_nearest_repository(here: Path) -> None:
    assert located()("site.yaml") == "liveperson/site.yaml"
    assert located()("../site.yaml") == "site.yaml"
    assert located()(str(here / "a" / ".." / "site.yaml")) == "liveperson/site.yaml"


def test_files_are_named_from_the_workspace_of_the_job(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(here.parent.parent))
    assert located()("site.yaml") == "repository/liveperson/site.yaml"


def test_a_file_outside_of_the_repository_is_named_as_a_whole(here: Path) -> None:
    assert located()("../../other.yaml") == str(here.parent.parent / "other.yaml")


def test_plan_writes_outputs_with_the_detailed_exit_code(lpconf: Run, tmp_path: Path, job: dict[str, str]) -> None:
    result = lpconf("plan", SITE, "--sandbox", "-o", "github", **job)
    assert result.returncode == 0
    assert "title=Perhaps seen by visitors at once::campaign[default]/engagement[default]" in result.stdout
    output = (tmp_path / "output").read_text()
    assert {"changes", "create", "update", "delete", "blocked", "unchanged", "exit-code"} == {
        line.partition("<<")[0] for line in output.splitlines() if "<<" in line
    }
    assert "exit-code<<" in output
    assert "\n2\n" in output
    assert "<h3>lpconf plan</h3>" in (tmp_path / "summary.md").read_text()


def test_an_error_of_plan_is_annotated_too(lpconf: Run, tmp_path: Path, job: dict[str, str]) -> None:
    (tmp_path / "site.yaml").write_text(BAD)
    result = lpconf("plan", "--sandbox", "-o", "github", **job)
    assert result.returncode == 1
    assert result.stdout.startswith("::error file=site.yaml,line=5,col=11,title=schema.enum::")
    assert "site.yaml:5:11" in result.stderr


def test_an_error_without_a_place_is_annotated_at_the_job(lpconf: Run, tmp_path: Path, job: dict[str, str]) -> None:
    result = lpconf("plan", SITE, "-o", "github", **job)
    assert result.returncode == 6
    assert result.stdout.startswith("::error title=lpconf::")
    assert "\n6\n" in (tmp_path / "output").read_text()


def test_with_addresses_only_an_error_says_no_more_than_its_place(
    lpconf: Run, served: Served, tmp_path: Path, job: dict[str, str]
) -> None:
    (tmp_path / "site.yaml").write_text(AMBIGUOUS)
    result = lpconf("plan", "--addresses-only", "-o", "github", **job, **served.environment)
    assert result.returncode == 1
    assert result.stdout.startswith("::error file=site.yaml,line=3,")
    assert "Summer sale" not in result.stdout + (tmp_path / "summary.md").read_text()


def test_with_addresses_only_an_error_without_a_place_says_what_it_is_about_and_no_more(
    lpconf: Run, job: dict[str, str]
) -> None:
    result = lpconf("plan", SITE, "--addresses-only", "-o", "github", **job)
    assert result.stdout == (
        "::error title=lpconf::There are no credentials for the account.%0A"
        "What more there is to say may hold values and is not shown (exit code 6).\n"
    )
    assert "12345678" not in result.stderr


def test_drift_is_annotated(lpconf: Run, tmp_path: Path, job: dict[str, str]) -> None:
    result = lpconf("drift", SITE, "--sandbox", "-o", "github", **job)
    assert result.returncode == 2
    assert ",title=Drift::campaign[default]/engagement[default]: changed (" in result.stdout
    assert "drifted<<" in (tmp_path / "output").read_text()


def test_sarif_to_a_file_beside_annotations(lpconf: Run, tmp_path: Path, job: dict[str, str]) -> None:
    (tmp_path / "site.yaml").write_text(BAD)
    assert lpconf("validate", "-o", "github", "-o", "sarif=found.sarif", **job).returncode == 1
    (run,) = json.loads((tmp_path / "found.sarif").read_text())["runs"]
    (result,) = run["results"]
    assert result["ruleId"] == "schema.enum"
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "site.yaml"


def test_sarif_to_stdout(lpconf: Run) -> None:
    result = lpconf("validate", SITE, "-o", "sarif")
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout)["version"] == "2.1.0"


def test_plan_has_no_sarif(lpconf: Run) -> None:
    result = lpconf("plan", SITE, "-o", "sarif")
    assert result.returncode == 64
    assert "-o sarif is not one of" in result.stderr

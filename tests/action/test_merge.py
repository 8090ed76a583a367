"""The action after the merge: exactly the reviewed plan is applied, and every other one is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.action.conftest import CONFIGURATION, HEAD, SECRET_VALUE, SITE, Place, apply
from tests.action.github_api import OWN_ID, GitHub

OTHER = "d" * 40


def test_the_reviewed_plan_is_applied(place: Place) -> None:
    runner = place.merged()
    job = apply(runner)
    assert job.exit_code == 0, job.log
    assert place.engagement()["language"] == SECRET_VALUE
    assert job.outputs["exit-code"] == "0"
    assert "Apply complete: 1 changed" in job.summary
    assert f"The plan is artifact 55 of run 900, made for commit {HEAD}." in job.log


def test_the_journal_is_kept_for_a_rollback(place: Place) -> None:
    runner = place.merged()
    apply(runner)
    (journal,) = (runner.artifacts.uploaded["lpconf-plan-journal"] / "runs").glob("*.jsonl")
    assert "en-US" in journal.read_text()


def test_a_stale_plan_writes_nothing_and_exits_with_3(place: Place) -> None:
    runner = place.merged()
    place.edit(language="fr-FR")
    before = place.engagement()
    job = apply(runner)
    assert job.exit_code == 3
    assert place.engagement() == before
    assert "::error title=lpconf%3A The plan is stale::" in job.log
    assert "The plan is stale" in job.summary
    assert job.outputs["exit-code"] == "3"


def test_a_configuration_that_nobody_planned_writes_nothing(place: Place) -> None:
    """The branch that was merged into had moved: what lies there now is not what was reviewed."""
    runner = place.merged()
    place.write(CONFIGURATION.replace(SECRET_VALUE, "fr-FR"))
    before = place.engagement()
    job = apply(runner)
    assert job.exit_code == 1
    assert place.engagement() == before
    assert "The plan cannot be applied. Nothing was written." in job.log


def test_a_forged_plan_writes_nothing(place: Place) -> None:
    runner = place.merged()
    (stored,) = runner.artifacts.stored.values()
    stored.write_text(stored.read_text().replace(SECRET_VALUE, "xx-XX"))
    before = place.engagement()
    job = apply(runner)
    assert job.exit_code == 1
    assert place.engagement() == before


def _head_repository(github: GitHub) -> None:
    github.runs[0]["head_repository"] = {"id": 99}


def _repository(github: GitHub) -> None:
    github.runs[0]["repository"] = {"id": 99}


def _workflow(github: GitHub) -> None:
    github.runs[0]["path"] = ".github/workflows/other.yml"


def _commit(github: GitHub) -> None:
    github.runs[0]["head_sha"] = OTHER


def _event(github: GitHub) -> None:
    github.runs[0]["event"] = "workflow_dispatch"


def _failed(github: GitHub) -> None:
    github.runs[0]["conclusion"] = "failure"


def _newer_failed(github: GitHub) -> None:
    github.runs.append({**github.runs[0], "id": 901, "run_number": 4, "conclusion": "failure"})


def _artifact_run(github: GitHub) -> None:
    github.artifacts[0]["workflow_run"]["head_sha"] = OTHER


def _artifact_repository(github: GitHub) -> None:
    github.artifacts[0]["workflow_run"]["repository_id"] = 99


def _artifact_fork(github: GitHub) -> None:
    github.artifacts[0]["workflow_run"]["head_repository_id"] = 99


def _artifact_name(github: GitHub) -> None:
    github.artifacts[0]["name"] = "lpconf-plan-other"


def _expired(github: GitHub) -> None:
    github.artifacts[0]["expired"] = True


def _two_artifacts(github: GitHub) -> None:
    github.artifacts.append({**github.artifacts[0], "id": 56})


def _no_pull(github: GitHub) -> None:
    github.pulls = []


def _not_merged(github: GitHub) -> None:
    github.pulls[0]["merged_at"] = None


def _other_merge(github: GitHub) -> None:
    github.pulls[0]["merge_commit_sha"] = OTHER


def _other_branch(github: GitHub) -> None:
    github.pulls[0]["base"] = {"ref": "release", "repo": {"id": OWN_ID}}


def _fork(github: GitHub) -> None:
    github.pulls[0]["head"] = {"sha": HEAD, "repo": {"id": 99}}


def _gone_fork(github: GitHub) -> None:
    github.pulls[0]["head"] = {"sha": HEAD, "repo": None}


def _other_form(github: GitHub) -> None:
    github.runs[0].pop("path")


def _no_digest(github: GitHub) -> None:
    github.pulls[0]["head"]["sha"] = "main"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_head_repository, "No run of"),
        (_repository, "No run of"),
        (_workflow, "No run of"),
        (_commit, "No run of"),
        (_event, "No run of"),
        (_failed, "did not succeed"),
        (_newer_failed, "did not succeed"),
        (_artifact_run, "holds no plan named lpconf-plan"),
        (_artifact_repository, "holds no plan"),
        (_artifact_fork, "holds no plan"),
        (_artifact_name, "holds no plan"),
        (_expired, "holds no plan"),
        (_two_artifacts, "holds no plan"),
        (_no_pull, "is not the merge of one pull request"),
        (_not_merged, "is not the merge"),
        (_other_merge, "is not the merge"),
        (_other_branch, "is not the merge"),
        (_fork, "comes from a fork"),
        (_gone_fork, "comes from a fork"),
        (_other_form, "another form"),
        (_no_digest, "A commit's digest is not one."),
    ],
)
def test_a_plan_from_anywhere_else_is_not_even_downloaded(
    place: Place, change: Callable[[GitHub], Any], message: str
) -> None:
    runner = place.merged()
    change(place.github)
    before = place.engagement()
    job = apply(runner)
    assert job.exit_code == 1
    assert message in job.log
    assert "::error title=lpconf::" in job.log
    assert "Run lpconf" not in job.steps
    assert "Download the approved plan" not in job.steps
    assert place.engagement() == before


def test_a_re_run_of_the_plan_counts(place: Place) -> None:
    runner = place.merged()
    place.github.runs.insert(0, {**place.github.runs[0], "id": 800, "run_number": 2, "conclusion": "failure"})
    assert apply(runner).exit_code == 0


def test_the_token_goes_to_no_address_without_tls(place: Place) -> None:
    runner = place.merged()
    runner.environment = {**runner.environment, "GITHUB_API_URL": "http://github.example"}
    job = apply(runner)
    assert job.exit_code == 1
    assert "The token is not sent there." in job.log


def test_in_a_public_repository_the_log_of_an_apply_holds_no_values(place: Place) -> None:
    merging = place.merged()
    public = place.push(visibility="public")
    public.artifacts = merging.artifacts
    job = public.run(command="apply", path=SITE)
    assert job.exit_code == 0
    assert place.engagement()["language"] == SECRET_VALUE
    assert SECRET_VALUE not in job.log + job.summary
    assert "lpconf-plan-journal" not in public.artifacts.uploaded


def test_outside_of_a_job_it_says_what_is_missing(place: Place) -> None:
    runner = place.merged()
    runner.environment = {name: text for name, text in runner.environment.items() if name != "GITHUB_SHA"}
    job = apply(runner)
    assert job.exit_code == 1
    assert "GITHUB_SHA is not set." in job.log

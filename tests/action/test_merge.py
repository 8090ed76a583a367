"""The action after the merge: exactly the reviewed plan is applied, and every other one is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.action.conftest import APPROVED, CONFIGURATION, HEAD, MERGED, REVIEWER, SECRET_VALUE, SITE, Place, apply
from tests.action.github_api import OWN_ID, GitHub

OTHER = "d" * 40
EARLIER = "2020-01-01T10:30:00Z"
LATER = "2020-01-01T11:30:00Z"
AFTER_THE_MERGE = "2020-01-01T13:00:00Z"


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


def _planned_again(github: GitHub) -> None:
    """Somebody closed and reopened the pull request after it was approved."""
    github.runs.append({**github.runs[0], "id": 901, "run_number": 4})
    made_by = {**github.artifacts[0]["workflow_run"], "id": 901}
    github.artifacts.append({**github.artifacts[0], "id": 56, "created_at": LATER, "workflow_run": made_by})


def _re_run(github: GitHub) -> None:
    """Somebody pressed "Re-run" after the approval: the new plan takes the place of the other one."""
    github.runs[0]["run_attempt"] = 2
    github.artifacts[0] |= {"id": 56, "created_at": LATER}


def _re_run_at_the_same_time(github: GitHub) -> None:
    github.artifacts[0]["created_at"] = APPROVED


def _not_approved(github: GitHub) -> None:
    github.reviews = []


def _commented(github: GitHub) -> None:
    github.reviews[0]["state"] = "COMMENTED"


def _dismissed(github: GitHub) -> None:
    github.reviews[0]["state"] = "DISMISSED"


def _approved_before_the_last_push(github: GitHub) -> None:
    github.reviews[0]["commit_id"] = OTHER


def _changes_requested_afterwards(github: GitHub) -> None:
    github.review(REVIEWER, "CHANGES_REQUESTED", LATER, HEAD)


def _approved_by_a_stranger(github: GitHub) -> None:
    github.reviews[0]["author_association"] = "CONTRIBUTOR"


def _approved_by_a_workflow(github: GitHub) -> None:
    github.reviews[0]["user"]["type"] = "Bot"


def _approved_by_nobody_any_more(github: GitHub) -> None:
    github.reviews[0]["user"] = None


def _re_run_and_approved_by_a_stranger(github: GitHub) -> None:
    _re_run(github)
    github.review(502, "APPROVED", MERGED, HEAD, author_association="NONE")


def _time_without_zone(github: GitHub) -> None:
    github.artifacts[0]["created_at"] = "2020-01-01T10:00:00"


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
        (_planned_again, "The plan was made after the last approval"),
        (_re_run, "The plan was made after the last approval"),
        (_re_run_at_the_same_time, "The plan was made after the last approval"),
        (_re_run_and_approved_by_a_stranger, "The plan was made after the last approval"),
        (_not_approved, "Nobody has approved commit"),
        (_commented, "Nobody has approved"),
        (_dismissed, "Nobody has approved"),
        (_approved_before_the_last_push, "Nobody has approved"),
        (_changes_requested_afterwards, "Nobody has approved"),
        (_approved_by_a_stranger, "Nobody has approved"),
        (_approved_by_a_workflow, "Nobody has approved"),
        (_approved_by_nobody_any_more, "Nobody has approved"),
        (_time_without_zone, "another form"),
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


def test_a_plan_of_a_re_run_counts_once_it_is_approved(place: Place) -> None:
    runner = place.merged()
    _re_run(place.github)
    runner.artifacts.stored["900", "56"] = runner.artifacts.stored.pop(("900", "55"))
    place.github.review(REVIEWER, "COMMENTED", MERGED, HEAD)
    place.github.review(REVIEWER, "APPROVED", AFTER_THE_MERGE, HEAD)
    job = apply(runner)
    assert job.exit_code == 0, job.log
    assert place.engagement()["language"] == SECRET_VALUE


def test_the_approval_may_follow_a_request_for_changes_and_lie_on_a_later_page(place: Place) -> None:
    runner = place.merged()
    place.github.reviews = []
    place.github.review(REVIEWER, "CHANGES_REQUESTED", EARLIER, HEAD)
    for _ in range(110):
        place.github.review(502, "COMMENTED", EARLIER, HEAD)
    place.github.review(REVIEWER, "APPROVED", APPROVED, HEAD)
    assert apply(runner).exit_code == 0


def test_who_works_alone_takes_the_merge_for_the_approval(place: Place) -> None:
    runner = place.merged()
    _not_approved(place.github)
    job = apply(runner, require_review="false")
    assert job.exit_code == 0, job.log
    assert place.engagement()["language"] == SECRET_VALUE


def test_without_review_a_plan_that_is_newer_than_the_merge_is_refused(place: Place) -> None:
    runner = place.merged()
    place.github.artifacts[0]["created_at"] = AFTER_THE_MERGE
    before = place.engagement()
    job = apply(runner, require_review="false")
    assert job.exit_code == 1
    assert "The plan was made after the merge" in job.log
    assert place.engagement() == before


def test_whether_a_review_is_required_is_true_or_false(place: Place) -> None:
    job = apply(place.merged(), require_review="auto")
    assert job.exit_code == 1
    assert "require-review is not true or false." in job.log


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

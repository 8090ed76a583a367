"""Find the plan that was reviewed with the pull request whose merge started this job, and no other.

What it takes a plan from: the newest run, of the plan's workflow, for the pull request's last commit, in this very
repository. The plan must be older than the last approval of that commit. Otherwise "Re-run", which everybody who can
write may press, would bring a plan of the account as it is by then, and nobody has seen that one.

A plan that somebody forged in a branch could do no harm beyond that: `apply` takes no request from the file, makes the
plan anew from the merged configuration, and goes on only if both are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from job import Api, Failure, commit, event, repository, run, say, set_outputs, switched_on, value

_MEMBERS = {"OWNER", "MEMBER", "COLLABORATOR"}
"""Whose approval counts. In a public repository everybody can write one."""

_OPINIONS = {"APPROVED", "CHANGES_REQUESTED", "DISMISSED"}
"""The reviews of which a person's last one is what they think. A comment takes nothing back."""

_AGAIN = (
    "Read the plan in the pull request's comment, approve the pull request, and run this job again.\n"
    "Or have the configuration planned and approved in a new pull request."
)


def find() -> int:
    """Set the outputs `run-id` and `artifact-id`. Raises Failure where there is no such plan."""
    api, own = Api(), _id(event().get("repository"))
    pull = _pull(api, own)
    head = commit(pull["head"]["sha"])
    reviewed = switched_on("LPCONF_ACTION_REQUIRE_REVIEW")
    # Asked for before the plan: one that is made in between is too new.
    seen = _approved(api, int(pull["number"]), head) if reviewed else _time(pull["merged_at"])
    made_by = _run(api, own, head)
    artifact = _artifact(api, own, head, made_by)
    _refuse_unseen(_time(artifact["created_at"]), seen, reviewed)
    say(f"The plan is artifact {int(artifact['id'])} of run {made_by}, made for commit {head}.")
    set_outputs(run_id=str(made_by), artifact_id=str(int(artifact["id"])))
    return 0


def _approved(api: Api, number: int, head: str) -> datetime:
    """When the commit was last approved, by a person who belongs to the repository and still thinks so."""
    opinions: dict[int, Mapping[str, Any]] = {}
    for review in api.pages(f"/repos/{repository()}/pulls/{number}/reviews"):
        user = review["user"]
        if user and user["type"] == "User" and review["state"] in _OPINIONS:
            last = opinions.get(int(user["id"]))
            if last is None or _time(last["submitted_at"]) <= _time(review["submitted_at"]):
                opinions[int(user["id"])] = review
    approvals = [
        _time(review["submitted_at"])
        for review in opinions.values()
        if review["state"] == "APPROVED" and review["commit_id"] == head and review["author_association"] in _MEMBERS
    ]
    if not approvals:
        raise Failure(
            f"Nobody has approved commit {head}, the last one of pull request {number}. Nothing was applied.\n"
            f"{_AGAIN}\n"
            "Where one person works alone, `require-review: false` takes the merge for the approval."
        )
    return max(approvals)


def _refuse_unseen(made: datetime, seen: datetime, reviewed: bool) -> None:
    """Refuse a plan that is not older than what approves it. GitHub counts in seconds."""
    if made < seen:
        return
    if reviewed:
        raise Failure(
            f"The plan was made after the last approval: nobody has reviewed it. Nothing was applied.\n{_AGAIN}"
        )
    raise Failure(
        "The plan was made after the merge: nobody has seen it before. Nothing was applied.\n"
        "Open a pull request that touches the configuration, and merge it when its plan is there."
    )


def _time(text: str) -> datetime:
    """A time of GitHub's, such as `2024-01-31T12:00:00Z`."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def _pull(api: Api, own: int) -> Mapping[str, Any]:
    """The one pull request of this repository that the job's commit merges."""
    merged = commit(value("GITHUB_SHA"))
    branch = value("GITHUB_REF").removeprefix("refs/heads/")
    found = [
        pull
        for pull in api.pages(f"/repos/{repository()}/commits/{merged}/pulls")
        if pull["merged_at"]
        and pull["merge_commit_sha"] == merged
        and pull["base"]["ref"] == branch
        and _id(pull["base"]["repo"]) == own
    ]
    if len(found) != 1:
        raise Failure(
            f"Commit {merged} is not the merge of one pull request, but of {len(found)}. Nothing was applied.\n"
            "lpconf applies what was planned and reviewed in a pull request."
        )
    if _id(found[0]["head"]["repo"]) != own:
        raise Failure(
            "The pull request comes from a fork, where nothing is planned with credentials. Nothing was applied.\n"
            "Bring its commits to a branch of this repository, and plan there."
        )
    pull: Mapping[str, Any] = found[0]
    return pull


def _run(api: Api, own: int, head: str) -> int:
    """The newest run of the plan's workflow for the reviewed commit. It has succeeded."""
    workflow = value("LPCONF_ACTION_PLAN_WORKFLOW")
    listed = api.get(f"/repos/{repository()}/actions/runs", head_sha=head, event="pull_request", per_page=100)
    # The query asks for most of this. What decides is what the answer says.
    found = [
        each
        for each in listed["workflow_runs"]
        if each["head_sha"] == head
        and each["event"] == "pull_request"
        and each["path"].partition("@")[0] == workflow
        and _id(each["repository"]) == own
        and _id(each["head_repository"]) == own
    ]
    if not found:
        raise Failure(f"No run of {workflow} has made a plan for commit {head}. Nothing was applied.")
    newest = max(found, key=lambda each: (int(each["run_number"]), int(each["run_attempt"])))
    if newest["conclusion"] != "success":
        raise Failure(f"The newest run of {workflow} for commit {head} did not succeed. Nothing was applied.")
    return int(newest["id"])


def _artifact(api: Api, own: int, head: str, made_by: int) -> Mapping[str, Any]:
    """The artifact of that run, by its name."""
    name = value("LPCONF_ACTION_ARTIFACT")
    listed = api.get(f"/repos/{repository()}/actions/runs/{made_by}/artifacts", name=name, per_page=100)
    found = [
        each
        for each in listed["artifacts"]
        if each["name"] == name
        and not each["expired"]
        and int(each["workflow_run"]["id"]) == made_by
        and int(each["workflow_run"]["repository_id"]) == own
        and int(each["workflow_run"]["head_repository_id"]) == own
        and each["workflow_run"]["head_sha"] == head
    ]
    if len(found) != 1:
        raise Failure(
            f"Run {made_by} holds no plan named {name}, or it has expired. Nothing was applied.\n"
            "In a public repository the plan is an artifact only with `upload-plan: true`, for it holds values."
        )
    artifact: Mapping[str, Any] = found[0]
    return artifact


def _id(owner: Mapping[str, Any] | None) -> int:
    """A repository's id; 0 for one that is gone."""
    return int(owner["id"]) if owner else 0


def checked() -> int:
    """`find`; an answer of another form becomes a failure."""
    try:
        return find()
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Failure("GitHub's answer has another form than lpconf knows. Nothing was applied.") from None


if __name__ == "__main__":
    run(checked)

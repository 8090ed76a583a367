"""A repository with a pull request, a GitHub that the action talks to, and an account in the sandbox."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.action.github_api import BOT, OWN_ID, REPOSITORY, GitHub, serving
from tests.action.runner import Job, Runner
from tests.cli.conftest import Served, clean_environment, served
from tests.sandbox.client import ENGAGEMENT, ENGAGEMENTS

__all__ = ["served"]

HEAD = "a" * 40
MERGE = "b" * 40
PLANNED, APPROVED, MERGED = (f"2020-01-01T{hour}:00:00Z" for hour in (10, 11, 12))
REVIEWER = 501
WORKFLOW = ".github/workflows/pull-request.yml"
SITE = "liveperson/site.yaml"
ONE = f"{ENGAGEMENTS}/{ENGAGEMENT}"
SECRET_VALUE = "de-DE"
"""A value of the plan, for looking where it shows."""

CONFIGURATION = f"""version: 1
account: "12345678"
campaigns:
  - find: default
    engagements:
      - find: default
        language: {SECRET_VALUE}
"""


@dataclass
class Place:
    """What a workflow works with."""

    github: GitHub
    served: Served
    workspace: Path
    temp: Path

    def write(self, text: str) -> None:
        (self.workspace / SITE).write_text(text)

    def edit(self, **fields: Any) -> None:
        """Somebody changes the default engagement in the console."""
        self.served.editor.put(ONE, {**self.engagement(), **fields})

    def engagement(self) -> dict[str, Any]:
        found: dict[str, Any] = self.served.editor.get(ONE)
        return found

    def pull_request(self, *, head_id: int = OWN_ID, head: str = HEAD, visibility: str = "private") -> Runner:
        """A job for a pull request, with credentials only for a branch of the same repository."""
        pull = {"number": 7, "head": {"sha": head, "repo": {"id": head_id}}}
        credentials = self.served.environment if head_id == OWN_ID else {}
        return self._runner("pull_request", {"pull_request": pull}, visibility, credentials)

    def push(self, visibility: str = "private") -> Runner:
        """A job for the merge."""
        more = {"GITHUB_SHA": MERGE, "GITHUB_REF": "refs/heads/main"}
        return self._runner("push", {}, visibility, {**self.served.environment, **more})

    def _runner(self, name: str, event: dict[str, Any], visibility: str, environment: dict[str, str]) -> Runner:
        repository = {"id": OWN_ID, "visibility": visibility, "private": visibility != "public"}
        file = self.temp.parent / "event.json"
        file.write_text(json.dumps({"repository": repository, **event}))
        return Runner(
            self.workspace,
            self.temp,
            {
                **clean_environment(**environment),
                "GITHUB_ACTIONS": "true",
                "GITHUB_API_URL": self.github.url,
                "GITHUB_EVENT_NAME": name,
                "GITHUB_EVENT_PATH": str(file),
                "GITHUB_GRAPHQL_URL": f"{self.github.url}/graphql",
                "GITHUB_REPOSITORY": REPOSITORY,
                "GITHUB_RUN_ID": "900",
                "GITHUB_SERVER_URL": "https://github.com",
            },
        )

    def merged(self, **runner: Any) -> Runner:
        """Plan in a pull request, have it approved, and merge it: the job for the merge finds that plan."""
        planning = self.pull_request(**runner)
        assert planning.run(command="plan", path=SITE, upload_plan="true").exit_code == 0
        saved = self.temp.parent / "uploaded.json"
        saved.write_bytes(planning.artifacts.uploaded["lpconf-plan"].read_bytes())
        own = {"id": OWN_ID}
        self.github.pulls = [
            {
                "number": 7,
                "merged_at": MERGED,
                "merge_commit_sha": MERGE,
                "base": {"ref": "main", "repo": own},
                "head": {"sha": HEAD, "repo": own},
            }
        ]
        self.github.runs = [
            {
                "id": 900,
                "run_number": 3,
                "run_attempt": 1,
                "head_sha": HEAD,
                "event": "pull_request",
                "path": f"{WORKFLOW}@refs/pull/7/merge",
                "conclusion": "success",
                "repository": own,
                "head_repository": own,
            }
        ]
        made_by = {"id": 900, "repository_id": OWN_ID, "head_repository_id": OWN_ID, "head_sha": HEAD}
        artifact = {"id": 55, "name": "lpconf-plan", "expired": False, "created_at": PLANNED}
        self.github.artifacts = [{**artifact, "workflow_run": made_by}]
        self.github.review(REVIEWER, "APPROVED", APPROVED, HEAD)
        merging = self.push()
        merging.artifacts.stored["900", "55"] = saved.rename(saved.parent / "plan.json")
        return merging


def apply(runner: Runner, **inputs: str) -> Job:
    """Apply as the example workflow does."""
    return runner.run(command="apply", path=SITE, plan_workflow=WORKFLOW, **inputs)


def commit(workspace: Path, message: str, *, allow_empty: bool = False) -> str:
    """Commit all that has changed. The commit's id."""
    git = ("git", "-c", "user.name=Test", "-c", "user.email=test@example.com")
    subprocess.run([*git, "add", "--all"], cwd=workspace, check=True)
    options = ["--quiet", "--message", message, *(["--allow-empty"] if allow_empty else [])]
    subprocess.run([*git, "commit", *options], cwd=workspace, check=True)
    answer = subprocess.run([*git, "rev-parse", "HEAD"], cwd=workspace, check=True, capture_output=True, text=True)
    return answer.stdout.strip()


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serving() as found:
        yield found


@pytest.fixture
def place(github: GitHub, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    workspace = tmp_path / "checkout"
    (workspace / "liveperson").mkdir(parents=True)
    found = Place(github, served, workspace, tmp_path / "temp")
    found.write(CONFIGURATION)
    subprocess.run(["git", "init", "--quiet", "--initial-branch=french"], cwd=workspace, check=True)
    commit(workspace, "Declare the account")
    return found


def by_bot(github: GitHub) -> list[str]:
    """The comments that the action has written."""
    return [each["body"] for each in github.comments if each["user"]["login"] == BOT]

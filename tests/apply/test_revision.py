"""Which git revision a configuration is of, without running what a repository names."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from lpconf.apply.revision import git_revision
from lpconf.model.record import Revision

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
ENVIRONMENT = {**CLEAN, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "config").mkdir(parents=True)
    git(folder, "init", "--quiet")
    (folder / "config" / "site.yaml").write_text("version: 1\n")
    (folder / "other.txt").write_text("x\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "first")
    return folder


def test_it_is_the_commit_that_is_checked_out(repository: Path) -> None:
    assert git_revision(repository / "config") == Revision(git(repository, "rev-parse", "HEAD"), False)


def test_a_changed_or_new_configuration_is_told(repository: Path) -> None:
    (repository / "other.txt").write_text("y\n")
    (repository / "config" / "plan.json").write_text("{}")
    found = git_revision(repository / "config")
    assert found is not None
    assert found.dirty is False
    (repository / "config" / "more.yaml").write_text("x")
    found = git_revision(repository / "config")
    assert found is not None
    assert found.dirty is True
    (repository / "config" / "more.yaml").unlink()
    (repository / "config" / "site.yaml").write_text("version: 1 \n")
    found = git_revision(repository / "config")
    assert found is not None
    assert found.dirty is True


def test_without_a_repository_a_commit_or_git_there_is_none(tmp_path: Path) -> None:
    assert git_revision(tmp_path) is None
    git(tmp_path, "init", "--quiet")
    assert git_revision(tmp_path) is None
    assert git_revision(tmp_path, {"PATH": "/nonexistent"}) is None
    assert git_revision(tmp_path / "missing") is None


def test_variables_of_another_repository_do_not_count(repository: Path, tmp_path: Path) -> None:
    other = {**CLEAN, "GIT_DIR": str(tmp_path / "nowhere"), "GIT_WORK_TREE": str(tmp_path)}
    assert git_revision(repository, other) == git_revision(repository, CLEAN)


@pytest.mark.parametrize("setting", ["core.fsmonitor", "filter.x.clean", "filter.x.process", "core.sshCommand"])
def test_a_repository_runs_no_program(repository: Path, tmp_path: Path, setting: str) -> None:
    (repository / ".gitattributes").write_text("*.yaml filter=x\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "attributes")
    git(repository, "config", setting, f"touch {tmp_path / 'ran'} #")
    (repository / "config" / "site.yaml").write_text("version: 2\n")
    found = git_revision(repository / "config")
    assert found is not None
    assert found.dirty is (None if setting.startswith("filter") else True)
    assert not (tmp_path / "ran").exists()


def test_the_control_of_the_test_above_runs_it(repository: Path, tmp_path: Path) -> None:
    git(repository, "config", "core.fsmonitor", f"touch {tmp_path / 'ran'} #")
    git(repository, "status")
    assert (tmp_path / "ran").exists()


def test_a_repository_inside_a_checkout_is_not_asked(repository: Path, tmp_path: Path) -> None:
    """A pull request may bring a folder that looks like a bare repository, with settings of its own."""
    nested = repository / "nested"
    git(repository, "clone", "--quiet", "--bare", str(repository), str(nested))
    (nested / "config").write_text(
        "[core]\nrepositoryformatversion = 0\nbare = false\n"
        f'worktree = {repository}\nfsmonitor = "touch {tmp_path / "ran"} #"\n'
    )
    git(nested, "status")
    assert (tmp_path / "ran").exists(), "git itself asks it"
    (tmp_path / "ran").unlink()
    assert git_revision(nested) is None
    assert not (tmp_path / "ran").exists()

"""How the action installs lpconf: pinned by hash, from its own checkout, and without the credentials in sight."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, clean_environment

PYTHON = """#!/usr/bin/env bash
# Stands for Python: notes how it is called. There is no network to install anything from.
printf '%s\\n' "$*" >> "$NOTES"
env | grep '^LPCONF_' >> "$NOTES"
if [[ "$1" == "-m" && "$2" == "venv" ]]; then
  mkdir -p "$3/bin"
  cp "$0" "$3/bin/python"
fi
exit 0
"""


@pytest.fixture
def installed(tmp_path: Path) -> list[str]:
    """The calls of Python by the script, with credentials in the environment."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "action").mkdir()
    fake = tmp_path / "bin" / "python3"
    fake.write_text(PYTHON)
    fake.chmod(0o755)
    (tmp_path / "action" / "pyproject.toml").touch()
    environment = clean_environment(
        LPCONF_PASSWORD_12345678="secret",
        GITHUB_ACTION_PATH=str(tmp_path / "action"),
        NOTES=str(tmp_path / "notes"),
        RUNNER_TEMP=str(tmp_path / "temp"),
    )
    environment["PATH"] = f"{tmp_path / 'bin'}:{environment['PATH']}"
    script = str(ROOT / "action" / "install.sh")
    subprocess.run(["bash", script], env=environment, check=True, timeout=60)
    return (tmp_path / "notes").read_text().splitlines()


def test_dependencies_come_as_wheels_with_their_hashes(installed: list[str], tmp_path: Path) -> None:
    assert installed[1].endswith(
        f"--only-binary :all: --require-hashes --requirement {tmp_path / 'action' / 'action' / 'requirements.txt'}"
    )


def test_lpconf_comes_from_the_checkout_of_the_action_and_without_the_network(installed: list[str]) -> None:
    *_, last = installed
    assert "--no-index --no-deps --no-build-isolation" in last
    copy = Path(last.rpartition(" ")[2])
    assert (copy / "pyproject.toml").is_file()


def test_nothing_that_is_installed_sees_the_credentials(installed: list[str]) -> None:
    assert len(installed) == 3
    assert not [line for line in installed if "LPCONF_" in line]


def test_a_second_step_of_the_job_installs_nothing(tmp_path: Path) -> None:
    ready = tmp_path / "temp" / "lpconf" / "venv" / "bin"
    ready.mkdir(parents=True)
    (ready / "lpconf").touch()
    (ready / "lpconf").chmod(0o755)
    environment = clean_environment(RUNNER_TEMP=str(tmp_path / "temp"), PATH="/usr/bin:/bin")
    script = str(ROOT / "action" / "install.sh")
    subprocess.run(["bash", script], env=environment, check=True, timeout=60)
    assert [each.name for each in ready.iterdir()] == ["lpconf"]

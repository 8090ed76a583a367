"""The action in a checkout whose files have the names of what runs. Nothing of them runs, in no step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.action import hostile
from tests.action.conftest import CONFIGURATION, SECRET_VALUE, SITE, Place, apply, by_bot, commit
from tests.action.runner import Runner


@pytest.fixture
def marker(place: Place, tmp_path: Path) -> Path:
    """Is there if something of the checkout has run. The checkout has a commit to compare with."""
    found = tmp_path / "marker"
    hostile.fill(place.workspace, found)
    commit(place.workspace, "Add what a stranger may add")
    return found


def careless(runner: Runner) -> Runner:
    runner.environment = hostile.careless(runner.environment)
    return runner


def test_validate_and_diff(place: Place, marker: Path) -> None:
    runner = careless(place.pull_request())
    validated = runner.run(command="validate", path=SITE)
    place.write(CONFIGURATION.replace(SECRET_VALUE, "fr-FR"))
    compared = runner.run(command="diff", path=SITE)
    assert not marker.exists(), marker.read_text()
    assert (validated.exit_code, compared.exit_code) == (0, 0), validated.log + compared.log
    assert "fr-FR" in compared.log


def test_plan_and_comment(place: Place, marker: Path) -> None:
    job = careless(place.pull_request()).run(command="plan", path=SITE)
    assert not marker.exists(), marker.read_text()
    assert job.exit_code == 0, job.log
    assert len(by_bot(place.github)) == 1


def test_apply(place: Place, marker: Path) -> None:
    job = apply(careless(place.merged()))
    assert not marker.exists(), marker.read_text()
    assert job.exit_code == 0, job.log
    assert place.engagement()["language"] == SECRET_VALUE

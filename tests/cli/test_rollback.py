"""`lpconf rollback` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sandbox.client import CONNECTORS, ENGAGEMENT, ENGAGEMENTS

from .conftest import SITE, Run, Served

ONE = f"{ENGAGEMENTS}/{ENGAGEMENT}"
REVERT = "If it still declares what was taken back, the next apply writes that again: revert it there, too."
DELETES = ("--allow-delete", "--accept-unverified", "connector.delete")


@pytest.fixture
def done(lpconf: Run, served: Served) -> str:
    """The id of a run that has applied the tutorial."""
    applied = lpconf("apply", SITE, "--auto-approve", "--allow-demo-key", **served.environment)
    assert applied.returncode == 0, applied.stderr
    return lpconf("history").stdout.splitlines()[1].split()[0]


def test_it_takes_the_run_back_and_is_a_run_itself(lpconf: Run, served: Served, done: str) -> None:
    back = lpconf("rollback", done, "--auto-approve", *DELETES, **served.environment)
    assert back.returncode == 0, back.stderr
    assert back.stdout.startswith(f"lpconf will take back the run {done} in account 12345678")
    assert back.stdout.splitlines()[-1] == "Apply complete: 1 changed, 1 deleted, and read back as planned."
    assert served.editor.get(CONNECTORS) == []
    assert served.editor.get(ONE)["conversationType"] == 0
    assert f"rollback of {done}" in lpconf("history").stdout
    assert REVERT in back.stderr
    again = lpconf("rollback", done, "--auto-approve", *DELETES, **served.environment)
    assert (again.returncode, again.stdout) == (
        0,
        f"Nothing to take back of the run {done}.\n",
    )
    assert REVERT not in again.stderr


def test_what_still_declares_it_is_pending_and_no_drift(lpconf: Run, served: Served, done: str) -> None:
    assert lpconf("rollback", done, "--auto-approve", *DELETES, **served.environment).returncode == 0
    found = lpconf("drift", SITE, **served.environment)
    assert found.returncode == 0
    assert f"the configuration declares it, and the last run took back the run {done}." in found.stdout


def test_of_a_rollback_that_is_taken_back_the_configuration_declares_nothing_to_revert(
    lpconf: Run, served: Served, done: str
) -> None:
    assert lpconf("rollback", done, "--auto-approve", *DELETES, **served.environment).returncode == 0
    latest = lpconf("history").stdout.splitlines()[1].split()[0]
    again = lpconf("rollback", latest, "--auto-approve", "--allow-demo-key", *DELETES, **served.environment)
    assert "Apply complete" in again.stdout, again.stderr
    assert REVERT not in again.stderr


def test_nothing_is_written_without_approval(lpconf: Run, served: Served, done: str) -> None:
    asked = lpconf("rollback", done, *DELETES, **served.environment)
    assert asked.returncode == 1
    assert "There is no terminal to ask for approval." in asked.stderr
    assert "lpconf plan --out" not in asked.stderr, "a saved plan is none of a rollback"
    assert REVERT not in asked.stderr
    assert len(served.editor.get(CONNECTORS)) == 1


def test_without_the_flag_only_the_deletion_is_left_out(lpconf: Run, served: Served, done: str) -> None:
    back = lpconf("rollback", "last", "--auto-approve", **served.environment)
    assert back.returncode == 5
    assert "allow it with --allow-delete" in back.stdout
    assert len(served.editor.get(CONNECTORS)) == 1
    assert served.editor.get(ONE)["conversationType"] == 0


def test_what_somebody_changed_since_is_listed_and_kept(lpconf: Run, served: Served, done: str) -> None:
    served.editor.put(ONE, {**served.editor.get(ONE), "allowUnauthMsg": True, "conversationType": 7})
    back = lpconf("rollback", done, "--auto-approve", *DELETES, **served.environment)
    assert back.returncode == 5
    assert "Left alone:" in back.stdout
    assert "engagement[default].conversation: it changed after the run, and stays as it is" in back.stdout
    assert served.editor.get(ONE)["conversationType"] == 7


def test_where_everything_has_changed_since_each_report_says_so(
    lpconf: Run, served: Served, done: str, tmp_path: Path
) -> None:
    moved = {"conversationType": 7, "connectorId": None, "allowUnauthMsg": True, "name": "Other"}
    served.editor.put(ONE, {**served.editor.get(ONE), **moved})
    (made,) = served.editor.get(CONNECTORS)
    served.editor.put(f"{CONNECTORS}/{made['id']}", {**made, "name": "Another"})
    outputs = ("-o", "text", "-o", f"markdown={tmp_path / 'run.md'}", "-o", f"json={tmp_path / 'run.json'}")

    back = lpconf("rollback", done, "--auto-approve", *DELETES, *outputs, **served.environment)

    assert back.returncode == 5
    conflicts = json.loads((tmp_path / "run.json").read_text())["conflicts"]
    assert len(conflicts) > 1
    said = f"{len(conflicts)} conflicts left alone."
    page = (tmp_path / "run.md").read_text()
    assert said in back.stdout
    assert said in page
    assert "<b>Left alone</b>" in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rollback", "ffffffff"], "There is no run ffffffff."),
        (["rollback", "last", "--sandbox"], "was not in the sandbox. Nothing was written."),
    ],
)
def test_a_run_that_is_not_there_or_elsewhere_is_refused(
    lpconf: Run, served: Served, done: str, arguments: list[str], message: str
) -> None:
    refused = lpconf(*arguments, "--auto-approve", **served.environment)
    assert refused.returncode == 1
    assert message in refused.stderr


def test_a_run_of_another_host_is_refused(lpconf: Run, served: Served, done: str, tmp_path: Path) -> None:
    (journal,) = (tmp_path / "state" / "runs").glob("*.jsonl")
    journal.write_text(journal.read_text().replace('"discovery_host": "127', '"discovery_host": "1.127', 1))
    refused = lpconf("rollback", done, "--auto-approve", *DELETES, **served.environment)
    assert refused.returncode == 1
    assert "Nothing was written." in refused.stderr
    assert len(served.editor.get(CONNECTORS)) == 1

"""Deletions as a user runs them: only with the flag, and at a terminal only by typing the account's id."""

from __future__ import annotations

from pathlib import Path

import pexpect
import pytest

from tests.sandbox.client import ENGAGEMENT, ENGAGEMENTS

from .conftest import LPCONF, Run, Served, clean_environment

GONE = f"""
version: 1
account: "12345678"
campaigns:
  - find: default
    engagements:
      - id: {ENGAGEMENT}
        lifecycle: {{state: absent}}
"""


@pytest.fixture(autouse=True)
def _site(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(GONE)


def test_without_the_flag_the_deletion_is_a_blocked_row_that_says_what_allows_it(lpconf: Run) -> None:
    planned = lpconf("plan", "--sandbox", "--detailed-exitcode")
    assert planned.returncode == 5
    assert "would be deleted, but is blocked" in planned.stdout
    assert "allow it with --allow-delete" in planned.stdout
    applied = lpconf("apply", "--sandbox", "--auto-approve")
    assert applied.returncode == 5
    assert applied.stdout.splitlines()[-1] == "Nothing was written: 1 blocked."
    assert lpconf("plan", "--sandbox", "--allow-delete", "--detailed-exitcode").returncode == 2


def test_with_the_flag_it_goes_and_the_next_plan_is_empty(lpconf: Run) -> None:
    applied = lpconf("apply", "--sandbox", "--auto-approve", "--allow-delete")
    assert applied.returncode == 0
    assert applied.stdout.splitlines()[-1] == "Apply complete: 1 deleted, and read back as planned."
    assert lpconf("plan", "--sandbox", "--detailed-exitcode").returncode == 0


def test_a_limit_of_none_blocks_it(lpconf: Run) -> None:
    planned = lpconf("plan", "--sandbox", "--allow-delete", "--max-deletes", "0")
    assert "The plan deletes 1 thing, and at most 0 may go at once." in planned.stdout
    assert "allow it with --max-deletes 1" in planned.stdout


@pytest.mark.parametrize(("answer", "code", "left"), [("yes", 1, 1), ("1234567", 1, 1), ("12345678", 0, 0)])
def test_approval_asks_for_the_accounts_id(served: Served, tmp_path: Path, answer: str, code: int, left: int) -> None:
    environment = clean_environment(**served.environment)
    with pexpect.spawn(
        LPCONF,
        ["apply", "--allow-delete"],
        cwd=tmp_path,
        env=environment,
        encoding="utf-8",
        timeout=60,
        dimensions=(60, 160),
    ) as child:
        child.expect("Only the account's id is accepted: 12345678")
        child.expect("Enter a value:")
        child.sendline(answer)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == code
    assert len(served.editor.get(ENGAGEMENTS)) == left

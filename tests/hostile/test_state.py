"""Another user of the machine, or a checkout, puts files where lpconf keeps its own."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from .conftest import CANARY, CONNECTOR_FILE, Bounded, needs_root, said

NOBODY = 65534


@pytest.fixture(autouse=True)
def _configuration(folder: Path) -> None:
    (folder / "site.yaml").write_text(CONNECTOR_FILE)


@pytest.fixture
def state(tmp_path: Path, lpconf: Bounded) -> Path:
    """The state directory, in which the sandbox has its data already."""
    said(lpconf("plan", "--sandbox"), 0)
    return tmp_path / "state"


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mode", [0o750, 0o755, 0o770, 0o777])
def test_a_folder_that_others_can_look_into_or_write_to_is_refused(lpconf: Bounded, state: Path, mode: int) -> None:
    state.chmod(mode)

    said(lpconf("plan", "--sandbox"), 1, "can be read or changed by other users", f"chmod 700 {state}")
    assert mode_of(state) == mode
    state.chmod(0o700)
    said(lpconf("plan", "--sandbox"), 0)


def test_an_empty_folder_is_only_new_and_is_closed(lpconf: Bounded, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(mode=0o755)

    said(lpconf("plan", "--sandbox"), 0)
    assert mode_of(tmp_path / "state") == 0o700


def test_state_that_came_with_a_checkout_is_refused(lpconf: Bounded, folder: Path, state: Path) -> None:
    # Git makes folders of 0755 and files of 0644.
    planted = folder / ".lpconf"
    planted.mkdir(mode=0o755)
    (planted / "sandbox.sqlite3").write_bytes((state / "sandbox.sqlite3").read_bytes())

    said(lpconf("plan", "--sandbox", "--state-dir", ".lpconf"), 1, "lpconf does not trust it")


@needs_root
@pytest.mark.parametrize("name", ["", "sandbox.sqlite3"])
def test_what_belongs_to_somebody_else_is_refused(lpconf: Bounded, state: Path, name: str) -> None:
    os.chown(state / name, NOBODY, NOBODY)

    said(lpconf("plan", "--sandbox"), 1, "belongs to another user")


@pytest.mark.parametrize("name", ["sandbox.sqlite3", "sandbox.sqlite3-wal", "sandbox.sqlite3-shm"])
def test_no_file_of_the_sandbox_may_be_a_link(lpconf: Bounded, state: Path, tmp_path: Path, name: str) -> None:
    (state / name).unlink(missing_ok=True)
    (state / name).symlink_to(tmp_path / "outside")
    before = (tmp_path / "outside").read_bytes()

    for command in (["plan", "--sandbox"], ["sandbox", "reset"], ["sandbox", "export"], ["sandbox", "faults", "list"]):
        said(lpconf(*command), 1, f"{name} is a link or no file. Remove it.")
    assert (tmp_path / "outside").read_bytes() == before


@pytest.mark.parametrize("mode", [0o644, 0o666, 0o620])
def test_data_that_others_can_change_or_read_is_refused(lpconf: Bounded, state: Path, mode: int) -> None:
    (state / "sandbox.sqlite3").chmod(mode)

    said(lpconf("plan", "--sandbox"), 1, "can be read or changed by other users", "chmod 600 ")


def test_a_special_file_does_not_keep_it_waiting(lpconf: Bounded, state: Path) -> None:
    (state / "sandbox.sqlite3").unlink()
    os.mkfifo(state / "sandbox.sqlite3", 0o600)

    said(lpconf("plan", "--sandbox"), 1, "is a link or no file")


def test_what_git_is_told_is_not_written_through_a_link(lpconf: Bounded, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    (state / ".gitignore").symlink_to(tmp_path / "new")

    said(lpconf("plan", "--sandbox"), 0)
    assert not (tmp_path / "new").exists()


def test_everything_that_lpconf_makes_is_the_users_own(lpconf: Bounded, tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        said(lpconf("apply", "--sandbox", "--auto-approve"), 0)
    finally:
        os.umask(previous)
    state = tmp_path / "state"
    own = [state, *(each for each in state.rglob("*") if each.name != ".gitignore")]
    assert len(own) > 2
    assert {mode_of(each) & 0o077 for each in own} == {0}
    assert all(CANARY.encode() not in each.read_bytes() for each in own if each.is_file())

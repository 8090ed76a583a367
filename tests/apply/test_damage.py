"""A damaged journal: found whatever it hides, told with the way to settle it, and no harm to other runs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lpconf.apply.records import (
    DamagedJournal,
    chosen,
    damaged,
    file_of,
    journals,
    load,
    remove_oldest,
    runs,
    to_settle,
)
from tests.account import SANDBOX, TUTORIAL

from .conftest import World
from .runs import EMPTY, NOW, OTHER, apply, begin, only_file, several


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir(mode=0o700, exist_ok=True)
    return tmp_path / "state"


def files(state: Path) -> list[Path]:
    """The journals, newest first."""
    return sorted((state / "runs").iterdir(), reverse=True)


def tear(file: Path, number: int) -> None:
    """Half of a line is lost in the middle of a journal."""
    whole = file.read_bytes().splitlines(keepends=True)
    whole[number - 1] = whole[number - 1][: len(whole[number - 1]) // 2] + b"\n"
    file.write_bytes(b"".join(whole))


def test_it_is_found_in_every_line(world: World, state: Path) -> None:
    apply(world, world.plan(TUTORIAL), state)
    whole = only_file(state).read_bytes()
    for number in range(1, len(whole.splitlines()) + 1):
        only_file(state).write_bytes(whole)
        tear(only_file(state), number)
        (found,) = damaged(state, world.client.target)
        assert found.file == str(only_file(state))
        assert f"{found.id}.jsonl" in found.file
        assert found.time == "2026-01-05T10:15:02.123456Z"


def test_the_other_runs_stay_usable(state: Path) -> None:
    several(state, SANDBOX, SANDBOX)
    newer, older = files(state)
    newer.write_bytes(b"nonsense\n" + newer.read_bytes())
    (run,) = runs(state)
    assert load(file_of(state, run.id)).summary == run
    assert chosen(journals(state), run.id, state) == run
    remove_oldest(state, SANDBOX, 0)
    assert files(state) == [newer]
    assert not older.exists()


def test_who_names_it_is_told_what_is_wrong_and_how_to_settle_it(state: Path) -> None:
    several(state, SANDBOX)
    file = only_file(state)
    file.write_bytes(b"nonsense\n" + file.read_bytes())
    (run,) = damaged(state)
    for wanted in ("last", run.id[:3]):
        with pytest.raises(DamagedJournal) as error:
            chosen(journals(state), wanted, state)
        assert str(error.value) == to_settle([run])
    assert to_settle([run]).splitlines() == [
        f"The journal {file} has a line that lpconf did not write, line 1.",
        "A run that did not come to its end may be hidden there.",
        "Look with lpconf plan whether the account is as it should be. Then move the journal away:",
        f"  mv {file} {state}",
    ]


def test_it_stops_the_account_whose_last_run_it_is_and_no_other(state: Path) -> None:
    several(state, OTHER, SANDBOX, SANDBOX)
    newest, middle, _ = files(state)
    tear(middle, 2)
    assert damaged(state, SANDBOX) == ()
    tear(newest, 2)
    assert [each.file for each in damaged(state, SANDBOX)] == [str(newest)]
    assert damaged(state, OTHER) == ()
    assert [each.file for each in damaged(state)] == [str(newest), str(middle)]


def test_it_stops_every_account_where_it_hides_whose_run_it_is(state: Path) -> None:
    several(state, OTHER, SANDBOX)
    _, oldest = files(state)
    tear(oldest, 1)
    assert [each.file for each in damaged(state, SANDBOX)] == [str(oldest)]


def test_of_an_older_run_it_counts_where_that_did_not_come_to_its_end(state: Path) -> None:
    with begin(state, EMPTY, now=lambda: NOW - timedelta(days=1)):
        pass
    several(state, SANDBOX)
    _, interrupted = files(state)
    assert damaged(state, SANDBOX) == ()
    interrupted.write_bytes(interrupted.read_bytes() + b'{"event": "frobnicated", "step": 0}\n')
    assert [each.file for each in damaged(state, SANDBOX)] == [str(interrupted)]


def test_a_torn_last_line_is_none(state: Path) -> None:
    several(state, SANDBOX)
    only_file(state).write_bytes(only_file(state).read_bytes() + b'{"event": "set')
    assert damaged(state, SANDBOX) == damaged(state) == ()

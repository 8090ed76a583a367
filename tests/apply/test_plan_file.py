"""Saved plans as files."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest

from lpconf.apply.plan_file import check, load, save
from lpconf.engine.encoding import document
from lpconf.model.errors import LpconfError
from tests.account import campaign, plan

DOCUMENT = document(plan("campaigns: [{find: default, name: D}]", campaign(1, "C")), "1.2.3")
TEXT = json.dumps(DOCUMENT)


def test_what_was_saved_is_read(tmp_path: Path) -> None:
    save(tmp_path / "plan.json", TEXT)
    saved, content = load(tmp_path / "plan.json")
    assert (content, saved.digest) == (json.loads(TEXT), DOCUMENT["digest"])


def test_whatever_the_umask_is_the_user_can_read_it_and_nobody_else(tmp_path: Path) -> None:
    before = os.umask(0o277)
    try:
        save(tmp_path / "plan.json", TEXT)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "plan.json").stat().st_mode) == 0o600


def test_a_reader_sees_the_earlier_plan_or_the_new_one(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    texts = {json.dumps({"content": each * 500_000}) for each in "ab"}
    save(file, min(texts))
    done = threading.Event()
    seen: set[str] = set()

    def read() -> None:
        while not done.is_set():
            seen.add(file.read_text())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(10):
        for text in sorted(texts):
            save(file, text)
    done.set()
    reader.join()
    assert seen <= texts
    assert [each.name for each in tmp_path.iterdir()] == ["plan.json"]


def test_a_failure_leaves_the_earlier_plan_and_nothing_else(tmp_path: Path) -> None:
    save(tmp_path / "plan.json", "an earlier plan")
    with pytest.raises(UnicodeEncodeError):
        save(tmp_path / "plan.json", "\u00e9")
    assert (tmp_path / "plan.json").read_text() == "an earlier plan"
    assert [each.name for each in tmp_path.iterdir()] == ["plan.json"]


@pytest.mark.parametrize("file", [Path("/proc/plan.json"), Path("x" * 300)])
def test_where_nothing_can_be_saved_is_told(file: Path) -> None:
    with pytest.raises(LpconfError, match="Cannot save the plan in"):
        save(file, TEXT)


def test_a_new_name_in_a_folder_is_fine(tmp_path: Path) -> None:
    check(tmp_path / "plan.json")
    assert list(tmp_path.iterdir()) == []

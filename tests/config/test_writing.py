"""Configuration files are written whole or not at all, and never over somebody else's work."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

import pytest

from lpconf.config.writing import create, replace
from lpconf.model.errors import LpconfError


def test_a_file_that_must_not_be_written_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "site.yaml"
    file.write_text("a")
    # The superuser, who may run the tests, may write anything.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(LpconfError, match=r"Cannot write .*site\.yaml: permission denied\."):
        replace(file, "a", "b")
    assert file.read_text() == "a"


def test_a_file_that_somebody_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "site.yaml"
    file.write_text("theirs")
    with pytest.raises(LpconfError, match="somebody changed it in this moment"):
        replace(file, "a", "b")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("site.yaml", "theirs")]


def test_a_byte_order_mark_goes(tmp_path: Path) -> None:
    file = tmp_path / "site.yaml"
    file.write_bytes(b"\xef\xbb\xbfa")
    replace(file, "a", "b")
    assert file.read_bytes() == b"b"


def test_a_disk_that_is_full_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "site.yaml"
    file.write_text("a")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LpconfError, match="No space left on device"):
        replace(file, "a", "b")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("site.yaml", "a")]


def test_a_new_file_takes_nobodys_place(tmp_path: Path) -> None:
    file = tmp_path / "site.yaml"
    create(file, "a\r\n")
    assert file.read_bytes() == b"a\r\n"
    with pytest.raises(LpconfError, match="is there already"):
        create(file, "b")
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(LpconfError, match="is there already"):
        create(tmp_path / "link", "b")
    with pytest.raises(LpconfError, match="No such file or directory"):
        create(tmp_path / "none" / "site.yaml", "b")


def test_half_a_new_file_does_not_stay(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(LpconfError, match="File too large"):
            create(tmp_path / "site.yaml", "b" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert not list(tmp_path.iterdir())

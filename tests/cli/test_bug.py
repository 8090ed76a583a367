"""What a user sees when lpconf itself is wrong."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest

from lpconf.cli.bug import report


def test_a_bug_says_so_and_where_the_log_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    try:
        raise ZeroDivisionError("the reason")
    except ZeroDivisionError:
        message = report()
    assert message.startswith("This is a bug in lpconf, not a mistake of yours.\n")
    log = Path(re.findall(r"Details are in (.*)\.", message)[0])
    assert "ZeroDivisionError: the reason" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600

"""Golden files: the reports as they are meant to look, to be read in a review.

    LPCONF_UPDATE_GOLDEN=1 pytest tests/report

writes them anew. Read the difference before you commit it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "golden"


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare a text with the golden file of that name, a text file unless the name says otherwise."""

    def compare(name: str, text: str) -> None:
        path = FOLDER / (name if "." in name else f"{name}.txt")
        if os.environ.get("LPCONF_UPDATE_GOLDEN"):
            path.write_text(f"{text}\n", encoding="utf-8")
        assert f"{text}\n" == path.read_text(encoding="utf-8")

    return compare

"""What a user sees when lpconf itself is wrong."""

from __future__ import annotations

import os
import tempfile
import traceback


def report() -> str:
    """Write the current exception to a file of the user's own, and say so.

    The traceback names files, lines and the error, and no values of variables.
    """
    handle, path = tempfile.mkstemp(prefix="lpconf-bug-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        traceback.print_exc(file=file)
    return f"This is a bug in lpconf, not a mistake of yours.\nDetails are in {path}.\nPlease report it with that file."

"""Colour costs nothing where there is none."""

from __future__ import annotations

import subprocess
import sys

PLAIN_REPORTS = """
import sys
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.plan import Plan, Target
from lpconf.report import diagnostics, escape, json, text

text.plan(Plan(Target("1", "host"), (), (), 0), color=False)
diagnostics.render([Diagnostic(Severity.ERROR, "x", "wrong")], color=False)
sys.exit("rich" in sys.modules)
"""


def test_a_plain_report_does_not_load_rich() -> None:
    assert subprocess.run([sys.executable, "-c", PLAIN_REPORTS], check=False).returncode == 0

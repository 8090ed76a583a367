"""What people read: a plan, a run, and what they approve. Texts end without a line break."""

from __future__ import annotations

from lpconf.report.plan_text import approval, approval_answer, plan
from lpconf.report.run_text import run

__all__ = ["approval", "approval_answer", "plan", "run"]

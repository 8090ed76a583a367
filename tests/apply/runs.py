"""Runs with a journal, and journals as they are at the moment of a kill."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lpconf.apply.executor import execute
from lpconf.apply.journal import About, Journal, start
from lpconf.engine.encoding import document
from lpconf.model.plan import Plan
from lpconf.model.record import Revision
from lpconf.model.run import Run
from tests.account import QUIRKS

from .conftest import QUICK, World

NOW = datetime(2026, 1, 5, 10, 15, 2, 123456, tzinfo=UTC)
REVISION = Revision("a" * 40, False)


def now() -> datetime:
    return NOW


def begin(state: Path, plan: Plan, **more: Any) -> Journal:
    encoded = document(plan, "1.2.3")
    about = About(encoded, str(encoded["digest"]), "1.2.3", REVISION)
    return start(state, plan, about, now=more.get("now", now))


def apply(world: World, plan: Plan, state: Path, **secrets: str) -> Run:
    """Apply a plan with a journal in a state directory."""
    with begin(state, plan) as journal:
        return execute(
            plan, world.client, secrets=secrets, quirks=QUIRKS, waits=QUICK, clock=world.clock, journal=journal
        )


def only_file(state: Path) -> Path:
    (file,) = (state / "runs").glob("*.jsonl")
    return file


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("ascii").splitlines()]


def events(file: Path) -> list[str]:
    return [line["event"] for line in lines(file)]

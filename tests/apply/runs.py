"""Runs with a journal, and journals as they are at the moment of a kill."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lpconf.apply.executor import execute
from lpconf.apply.journal import About, Journal, start
from lpconf.engine.encoding import document
from lpconf.model.errors import ExitCode
from lpconf.model.plan import Plan, Target
from lpconf.model.record import Revision
from lpconf.model.run import Run
from tests.account import QUIRKS, SANDBOX

from .conftest import QUICK, World

NOW = datetime(2026, 1, 5, 10, 15, 2, 123456, tzinfo=UTC)
REVISION = Revision("a" * 40, False)
EMPTY = Plan(SANDBOX, (), (), 0)
OTHER = Target("99", "api.liveperson.net")


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


def several(state: Path, *targets: Target) -> None:
    """One journal for each target, a minute apart, the first one oldest."""
    for minute, target in enumerate(targets):
        moment = NOW + timedelta(minutes=minute)
        plan = replace(EMPTY, target=target)
        with begin(state, plan, now=lambda moment=moment: moment) as journal:
            run = execute(plan, None, secrets={}, quirks=QUIRKS, waits=QUICK, journal=journal)  # type: ignore[arg-type]
            assert run.exit_code is ExitCode.DONE

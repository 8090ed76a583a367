"""The reports, whole, as files to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from lpconf.model.address import Kind
from lpconf.model.plan import Block
from lpconf.model.run import Outcome, Run
from lpconf.report import review_text, run_text, text
from lpconf.report.markdown import comment as markdown
from lpconf.report.markdown import run as markdown_run
from lpconf.report.review import addresses_only
from lpconf.report.review_of_difference import of_difference
from lpconf.report.review_of_plan import of_plan

from . import differences, records, samples
from .conftest import FOLDER
from .large_plans import many, risky


def _stale() -> Run:
    stale = samples.step(samples.CONNECTOR, Outcome.STALE, reason="Somebody else has changed js_method_name.")
    rest = samples.step(samples.ENGAGEMENT, Outcome.NOT_ATTEMPTED, reason=f"It needs {samples.CONNECTOR}.")
    return Run(samples.tutorial(), (stale, rest))


def _blocked_only() -> Run:
    change = samples.update(samples.CONNECTOR, samples.changed("js_method_name", "a", "b"), live_id=17)
    reason = "LivePerson manages this connector. It is left alone."
    return Run(samples.plan(replace(change, blocks=(Block(reason),)), target=samples.PRODUCTION), ())


def _hostile() -> Run:
    address = samples.named(Kind.CONNECTOR, samples.HOSTILE)
    evil = samples.HOSTILE
    result = samples.step(address, Outcome.DIFFERS, reason=evil, differences=(evil,), notes=(evil,))
    return Run(samples.hostile(), (result,))


RENDERED: dict[str, Callable[[], str]] = {
    "plan_tutorial": lambda: text.plan(samples.tutorial(), color=False),
    "plan_tutorial_color": lambda: text.plan(samples.tutorial(), color=True),
    "plan_risky": lambda: text.plan(samples.risky(), color=False),
    "plan_risky_color": lambda: text.plan(samples.risky(), color=True),
    "plan_no_changes": lambda: text.plan(samples.plan(unchanged=3), color=False),
    "plan_blocked_only": lambda: text.plan(_blocked_only().plan, color=False),
    "plan_hostile": lambda: text.plan(samples.hostile(), color=False),
    "approval_tutorial": lambda: text.approval(samples.tutorial()),
    "approval_risky": lambda: text.approval(samples.risky()),
    "approval_hostile": lambda: text.approval(samples.hostile()),
    "run_tutorial": lambda: text.run(samples.tutorial_run(), color=False),
    "run_every_outcome": lambda: text.run(samples.every_outcome(), color=False),
    "run_every_outcome_color": lambda: text.run(samples.every_outcome(), color=True),
    "run_stale": lambda: text.run(_stale(), color=False),
    "run_blocked_only": lambda: text.run(_blocked_only(), color=False),
    "run_hostile": lambda: text.run(_hostile(), color=False),
    "plan_risky_addresses_only": lambda: review_text.render(addresses_only(of_plan(risky())), color=False),
    "diff_risky": lambda: review_text.render(of_difference(differences.risky()), color=False),
    "diff_risky_addresses_only": lambda: review_text.render(
        addresses_only(of_difference(differences.risky())), color=False
    ),
    "diff_unchanged": lambda: review_text.render(of_difference(differences.unchanged()), color=False),
    "diff_first": lambda: review_text.render(of_difference(differences.first()), color=False),
    "diff_hostile": lambda: review_text.render(of_difference(differences.hostile()), color=False),
    "diff_risky.md": lambda: markdown.render(of_difference(differences.risky())),
    "plan_tutorial.md": lambda: markdown.render(of_plan(samples.tutorial())),
    "plan_risky.md": lambda: markdown.render(of_plan(risky())),
    "plan_risky_addresses_only.md": lambda: markdown.render(addresses_only(of_plan(risky()))),
    "plan_200_changes.md": lambda: markdown.render(of_plan(many(200))),
    "plan_no_changes.md": lambda: markdown.render(of_plan(samples.plan(unchanged=3))),
    "plan_hostile.md": lambda: markdown.render(of_plan(samples.hostile())),
    "run_every_outcome.md": lambda: markdown_run.render(samples.every_outcome()),
    "run_tutorial.md": lambda: markdown_run.render(samples.tutorial_run()),
    "run_record.md": lambda: markdown_run.record(records.looked_into(), samples.every_outcome()),
    "run_addresses_only.md": lambda: markdown_run.render(run_text.without_values(samples.every_outcome())),
}


@pytest.mark.parametrize("name", RENDERED)
def test_the_report_is_the_golden_file(name: str, golden: Callable[[str, str], None]) -> None:
    golden(name, RENDERED[name]())


def test_every_golden_file_has_its_test() -> None:
    ours = {path.name for path in FOLDER.iterdir() if path.name.startswith(("plan_", "diff_", "run_", "approval_"))}
    assert ours == {name if "." in name else f"{name}.txt" for name in RENDERED}

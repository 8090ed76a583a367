"""What `apply` and `rollback` have in common: a plan is shown, approved, carried out with a journal, and reported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import typer

from lpconf.model.errors import ExitCode, LpconfError

if TYPE_CHECKING:
    from lpconf.apply.interruption import Interruption
    from lpconf.apply.journal import Recorder
    from lpconf.cli.output import Sink
    from lpconf.cli.session import Request, Session
    from lpconf.engine.decoding import SavedPlan
    from lpconf.model.plan import Plan, Step
    from lpconf.model.run import Run, StepResult
    from lpconf.model.site import Site

_NOBODY = "There is no terminal to ask for approval. Nothing was written."
_SAVED_PLAN = (
    "Save a plan with lpconf plan --out FILE, let somebody read it, "
    "and apply exactly that one with lpconf apply --plan FILE."
)
_DECLINED = "Not approved. Nothing was written."

MakePlan: TypeAlias = "Callable[[Session], Plan]"
"""Reads the account and makes a plan. It is called again after the question for approval."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a plan is carried out. `lock_timeout` is in seconds, `afterword` is told after a run that wrote."""

    sinks: Sequence[Sink]
    auto_approve: bool = False
    lock_timeout: float = 0.0
    journal: bool = True
    keep_runs: int = 100
    afterword: str = ""


def carry_out(
    request: Request, site: Site, make_plan: MakePlan, manner: Manner, saved: SavedPlan | None = None
) -> ExitCode:
    """Connect, plan, ask, write and report. A saved plan is the approval; only what it approves is written."""
    from lpconf.apply.interruption import Interruption
    from lpconf.cli import output as out_to
    from lpconf.cli import reviews, runs, saved_plans, session
    from lpconf.report import review_text
    from lpconf.report.review_of_plan import of_plan

    run: Run | None = None
    try:
        with (
            Interruption() as interruption,
            interruption.before_the_run(),
            session.open_session(request, site, pause=interruption.wait) as opened,
            runs.locked(opened, manner.lock_timeout),
        ):
            plan = make_plan(opened)
            if not request.quiet:
                reviews.tell_diagnostics(plan.diagnostics, addresses_only=request.addresses_only)
            nothing_to_do = saved_plans.applied(saved, plan, request) if saved else ""
            if saved and not nothing_to_do:
                left = saved_plans.remaining(saved, plan, request)
                plan = saved_plans.unmoved(left, plan, addresses_only=request.addresses_only)
            stream = sys.stdout if out_to.text_on_stdout(manner.sinks) else sys.stderr
            review = reviews.shown(of_plan(plan), addresses_only=request.addresses_only)
            out_to.show(lambda color: nothing_to_do or review_text.render(review, color=color), stream)
            if plan.steps and manner.journal:
                runs.check_journal(request)
            if plan.steps and not manner.auto_approve and not saved:
                plan = _approved(opened, plan, make_plan)
            approved = saved.digest if saved else ""
            with (
                runs.journal(request, plan, wanted=manner.journal, keep=manner.keep_runs, approved=approved) as journal,
                interruption.handled(),
            ):
                run = _execute(opened, plan, journal, interruption)
                # Before signing out: an interruption there must not hide what was done.
                code = _shown(run, manner.sinks, addresses_only=request.addresses_only)
                if manner.afterword and not request.quiet and any(each.wrote for each in run.results):
                    out_to.tell(f"\n{manner.afterword}")
                return code
    except KeyboardInterrupt:
        if run is None:
            raise
        return run.exit_code


def _approved(opened: Session, plan: Plan, make_plan: MakePlan) -> Plan:
    """Ask. Then make the plan anew, for time has passed, and go on only if it is the approved one."""
    from lpconf.cli import saved_plans
    from lpconf.cli.output import can_ask, tell
    from lpconf.report import text

    if not can_ask():
        instead = [_SAVED_PLAN] if plan.rolls_back is None else []
        anew = "With --auto-approve lpconf plans anew and applies that plan without asking."
        raise LpconfError("\n".join([_NOBODY, *instead, anew]), in_public=_NOBODY)
    addresses_only = opened.request.addresses_only
    tell("\n" + text.approval(plan, addresses_only=addresses_only))
    if typer.prompt("Enter a value", default="", show_default=False, err=True).strip() != text.approval_answer(plan):
        raise LpconfError(_DECLINED, in_public=_DECLINED)
    fresh = make_plan(opened)
    approved = saved_plans.unmoved(plan, fresh, addresses_only=addresses_only)
    saved_plans.tell_kept(plan, fresh, addresses_only=addresses_only)
    return approved


def _shown(run: Run, sinks: Sequence[Sink], *, addresses_only: bool) -> ExitCode:
    """Write the run to its sinks. Where one fails, the run's own exit code still says what happened."""
    from lpconf.cli import output as out_to
    from lpconf.cli import public
    from lpconf.report import json, run_text
    from lpconf.report.markdown import run as markdown_run

    told = run_text.without_values(run) if addresses_only else run
    renders = {
        "text": lambda color: "\n" + run_text.run(told, color=color),
        "json": lambda _: out_to.as_json(json.run(run)),
        "markdown": lambda _: markdown_run.render(told),
    }
    # The plan has said already that there is nothing to do, but not that what is blocked was left out.
    told_already = not run.plan.steps and not run.plan.blocked
    wanted = [sink for sink in sinks if not told_already or sink.file or sink.format != "text"]
    try:
        # Files first: whoever reads our output may have gone.
        out_to.write(sorted(wanted, key=lambda sink: sink.file is None), renders)
    except BrokenPipeError:
        sys.stdout = None
        return run.exit_code
    except LpconfError as error:
        told_error = public.error(error) if addresses_only else error
        out_to.tell(f"Error: {told_error} The run itself is as told.")
        return ExitCode.ERROR if run.exit_code is ExitCode.DONE else run.exit_code
    return run.exit_code


def _execute(opened: Session, plan: Plan, journal: Recorder, interruption: Interruption) -> Run:
    from lpconf.apply.clock import Clock
    from lpconf.apply.executor import execute

    return execute(
        plan,
        opened.client,
        secrets=opened.secrets,
        quirks=opened.quirks,
        waits=opened.waits,
        clock=Clock(wait=interruption.wait, stopped=interruption.asked),
        progress=_progress(plan, addresses_only=opened.request.addresses_only),
        journal=journal,
    )


def _progress(plan: Plan, *, addresses_only: bool) -> Callable[[Step, StepResult | None], None]:
    """What says what is under way, to people at a terminal only."""
    from lpconf.model import public
    from lpconf.report.escape import terminal

    shown = public.addresses(plan) if addresses_only else {}

    def tell(step: Step, result: StepResult | None) -> None:
        if sys.stderr.isatty() and result is None:
            address = public.address(shown, step.address) if addresses_only else step.address
            typer.echo(terminal(f"{address}: {step.action.value} ..."), err=True)

    return tell

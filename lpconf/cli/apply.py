"""`lpconf apply`."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from lpconf.cli import options
from lpconf.model.errors import ExitCode, LpconfError, StaleError

if TYPE_CHECKING:
    from types import FrameType

    from lpconf.cli.output import Sink
    from lpconf.cli.session import Session
    from lpconf.model.plan import Plan, Step
    from lpconf.model.run import Run, StepResult


def apply(
    paths: options.Paths = None,
    variables: options.Variables = None,
    output: options.Output = None,
    auto_approve: Annotated[bool, typer.Option("--auto-approve", help="Do not ask for approval.")] = False,
    sandbox: options.Sandbox = False,
    accept_unverified: options.AcceptUnverified = None,
    allow_demo_key: options.AllowDemoKey = False,
    quirks: options.QuirksFile = None,
    state_dir: options.StateDir = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    log_file: options.LogFile = None,
) -> int:
    """Make the account as declared: plan, ask, write, and read back."""
    from lpconf.cli import output as out_to
    from lpconf.cli import session
    from lpconf.report import text

    sinks = out_to.sinks(output)
    request = session.request_of(
        paths,
        variables,
        accept_unverified,
        sandbox=sandbox,
        state_dir=state_dir,
        quirks_file=quirks,
        allow_demo_key=allow_demo_key,
        quiet=quiet,
    )
    session.start_logging(verbose, log_file, quiet=quiet)
    run: Run | None = None
    try:
        with session.open_session(request) as opened:
            plan = opened.plan()
            if not quiet:
                out_to.tell_diagnostics(plan.diagnostics)
            stream = sys.stdout if out_to.text_on_stdout(sinks) else sys.stderr
            out_to.show(lambda color: text.plan(plan, color=color), stream)
            if plan.steps and not auto_approve:
                plan = _approved(opened, plan)
            run = _execute(opened, plan)
            # Before signing out: an interruption there must not hide what was done.
            return _shown(run, sinks)
    except KeyboardInterrupt:
        if run is None:
            raise
        return run.exit_code


def _approved(opened: Session, plan: Plan) -> Plan:
    """Ask. Then make the plan anew, for time has passed, and go on only if it is the approved one."""
    from lpconf.cli.output import can_ask, tell
    from lpconf.engine.staleness import moved
    from lpconf.report import text
    from lpconf.report.escape import terminal

    if not can_ask():
        raise LpconfError(
            "There is no terminal to ask for approval. Nothing was written.\n"
            "With --auto-approve it plans anew and applies that plan without asking."
        )
    tell("\n" + text.approval(plan))
    if typer.prompt("Enter a value", default="", show_default=False, err=True).strip() != "yes":
        raise LpconfError("Not approved. Nothing was written.")
    fresh = opened.plan()
    lines = moved(plan, fresh)
    if lines:
        for line in lines:
            tell("  " + terminal(line))
        raise StaleError("The account has changed since the plan was made. Nothing was written. Plan again.")
    return fresh


def _shown(run: Run, sinks: Sequence[Sink]) -> ExitCode:
    """Write the run to its sinks. Where one fails, the run's own exit code still says what happened."""
    from lpconf.cli import output as out_to
    from lpconf.report import json, text

    renders = {"text": lambda color: "\n" + text.run(run, color=color), "json": out_to.as_json(json.run(run))}
    # The plan has said already that there is nothing to do.
    wanted = [sink for sink in sinks if run.plan.steps or sink.file or sink.format != "text"]
    try:
        out_to.write(wanted, renders)
    except LpconfError as error:
        out_to.tell(f"Error: {error} The run itself is as told.")
        return ExitCode.ERROR if run.exit_code is ExitCode.DONE else run.exit_code
    return run.exit_code


def _execute(opened: Session, plan: Plan) -> Run:
    from lpconf.apply.executor import execute

    with _terminable():
        return execute(
            plan, opened.client, secrets=opened.secrets, quirks=opened.quirks, waits=opened.waits, progress=_progress
        )


@contextmanager
def _terminable() -> Iterator[None]:
    """While it lasts, SIGTERM ends a run as Ctrl-C does: what was written is told. CI cancels with it."""

    def interrupt(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _progress(step: Step, result: StepResult | None) -> None:
    """Say what is under way, to people at a terminal only."""
    from lpconf.report.escape import terminal

    if sys.stderr.isatty() and result is None:
        typer.echo(terminal(f"{step.address}: {step.action.value} ..."), err=True)

"""`lpconf plan`."""

from __future__ import annotations

from typing import Annotated

import typer

from lpconf.cli import options
from lpconf.model.errors import ExitCode


def plan(
    paths: options.Paths = None,
    variables: options.Variables = None,
    output: options.Output = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 2 if there are changes, 5 if any is blocked.")
    ] = False,
    sandbox: options.Sandbox = False,
    accept_unverified: options.AcceptUnverified = None,
    allow_demo_key: options.AllowDemoKey = False,
    quirks: options.QuirksFile = None,
    state_dir: options.StateDir = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    log_file: options.LogFile = None,
) -> int:
    """Show what apply would change. Reads only."""
    from lpconf import __version__
    from lpconf.cli import output as out_to
    from lpconf.cli import session
    from lpconf.engine.encoding import document
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
    with session.open_session(request) as opened:
        made = opened.plan()
    if not quiet:
        out_to.tell_diagnostics(made.diagnostics)
    out_to.write(
        sinks,
        {"text": lambda color: text.plan(made, color=color), "json": out_to.as_json(document(made, __version__))},
    )
    if not detailed_exitcode:
        return ExitCode.DONE
    if made.blocked:
        return ExitCode.BLOCKED
    return ExitCode.CHANGES if made.changes else ExitCode.DONE

"""`lpconf plan`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lpconf.cli import options
from lpconf.model.errors import ExitCode
from lpconf.model.policy import MAX_DELETE_SHARE, MAX_DELETES


def plan(
    paths: options.Paths = None,
    variables: options.Variables = None,
    output: options.Output = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Save the plan, for `apply --plan FILE`.")
    ] = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 2 if there are changes, 5 if any is blocked.")
    ] = False,
    sandbox: options.Sandbox = False,
    accept_unverified: options.AcceptUnverified = None,
    allow_demo_key: options.AllowDemoKey = False,
    allow_delete: options.AllowDelete = False,
    max_deletes: options.MaxDeletes = MAX_DELETES,
    max_delete_share: options.MaxDeleteShare = MAX_DELETE_SHARE,
    write_secret: options.WriteSecret = None,
    allow_secret_host: options.AllowSecretHost = None,
    quirks: options.QuirksFile = None,
    state_dir: options.StateDir = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    log_file: options.LogFile = None,
) -> int:
    """Show what apply would change. Reads only."""
    from lpconf import __version__
    from lpconf.cli import output as out_to
    from lpconf.cli import runs, saved_plans, session
    from lpconf.engine.encoding import document
    from lpconf.report import text

    sinks = out_to.sinks(output)
    if out:
        saved_plans.check(out)
    policy = session.policy_of(
        accept_unverified,
        allow_demo_key=allow_demo_key,
        allow_delete=allow_delete,
        max_deletes=max_deletes,
        max_delete_share=max_delete_share,
        write_secrets=frozenset(write_secret or ()),
        secret_hosts=frozenset(allow_secret_host or ()),
    )
    request = session.request_of(
        paths, variables, policy, sandbox=sandbox, state_dir=state_dir, quirks_file=quirks, quiet=quiet
    )
    session.start_logging(verbose, log_file, quiet=quiet)
    with session.open_session(request, session.load_site(request)) as opened:
        runs.look_back(opened)
        made = session.plan_of_site(opened)
    if not quiet:
        out_to.tell_diagnostics(made.diagnostics)
    encoded = document(made, __version__)
    out_to.write(sinks, {"text": lambda color: text.plan(made, color=color), "json": out_to.as_json(encoded)})
    if out:
        saved_plans.save(out, encoded, request)
    if not detailed_exitcode:
        return ExitCode.DONE
    if made.blocked:
        return ExitCode.BLOCKED
    return ExitCode.CHANGES if made.changes else ExitCode.DONE

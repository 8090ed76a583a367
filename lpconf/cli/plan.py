"""`lpconf plan`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpconf.cli import options
from lpconf.model.errors import ExitCode
from lpconf.model.policy import MAX_DELETE_SHARE, MAX_DELETES

if TYPE_CHECKING:
    from lpconf.cli.session import Request
    from lpconf.model.plan import Plan


def plan(
    paths: options.Paths = None,
    variables: options.Variables = None,
    output: options.ReviewOutput = None,
    addresses_only: options.AddressesOnly = False,
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
    from lpconf.cli import github, reviews, saved_plans, session
    from lpconf.cli import output as out_to
    from lpconf.report.github import plan_outputs
    from lpconf.report.review_of_plan import of_plan

    sinks = reviews.sinks(output, options.REVIEW_FORMATS, addresses_only=addresses_only)
    if out:
        saved_plans.check(out)
    request = session.Request(
        paths=session.paths_of(paths),
        variables=session.variables_of(variables),
        sandbox=sandbox,
        state_dir=state_dir,
        quirks_file=quirks,
        policy=session.policy_of(
            accept_unverified=accept_unverified,
            allow_demo_key=allow_demo_key,
            allow_delete=allow_delete,
            max_deletes=max_deletes,
            max_delete_share=max_delete_share,
            write_secret=write_secret,
            allow_secret_host=allow_secret_host,
        ),
        quiet=quiet,
        addresses_only=addresses_only,
    )
    session.start_logging(request, verbose=verbose, log_file=log_file)
    with github.errors_told(sinks, addresses_only=addresses_only):
        made = _made(request)
    review = reviews.shown(of_plan(made), addresses_only=addresses_only)
    out_to.write(sinks, {**reviews.renders(review), "json": lambda _: saved_plans.text(made)}, private=["json"])
    if not quiet:
        out_to.tell_written(sinks)
    if out:
        saved_plans.save(out, made, request)
    detailed = ExitCode.BLOCKED if made.blocked else ExitCode.CHANGES if made.changes else ExitCode.DONE
    github.publish_review(sinks, review, lambda: plan_outputs(made, detailed))
    return detailed if detailed_exitcode else ExitCode.DONE


def _made(request: Request) -> Plan:
    """The plan, with the warnings about its configuration before its own: who reads it later sees them only there."""
    from lpconf.cli import reviews, runs, session

    site, warnings = session.load_with_warnings(request)
    with session.open_session(request, site) as opened:
        runs.look_back(opened)
        made = session.plan_of_site(opened)
    if not request.quiet:
        reviews.tell_diagnostics(made.diagnostics, addresses_only=request.addresses_only)
    return replace(made, diagnostics=(*warnings, *made.diagnostics))

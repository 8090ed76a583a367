"""`lpconf apply`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lpconf.cli import options
from lpconf.model.policy import MAX_DELETE_SHARE, MAX_DELETES


def apply(
    paths: options.Paths = None,
    variables: options.Variables = None,
    output: options.RunOutput = None,
    addresses_only: options.AddressesOnly = False,
    plan_file: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help="Apply the plan that `plan --out` saved here, and no other."),
    ] = None,
    auto_approve: options.AutoApprove = False,
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
    lock_timeout: options.LockTimeout = 0.0,
    no_journal: options.NoJournal = False,
    keep_runs: options.KeepRuns = 100,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    log_file: options.LogFile = None,
) -> int:
    """Make the account as declared: plan, ask, write, and read back."""
    from lpconf.cli import reviews, saved_plans, session
    from lpconf.cli.carry_out import Manner, carry_out

    sinks = reviews.sinks(output, options.RUN_FORMATS, addresses_only=addresses_only)
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
    saved = saved_plans.load(plan_file) if plan_file else None
    site = session.load_site(request)
    if saved:
        saved_plans.check_configuration(saved, request, site)
    manner = Manner(sinks, auto_approve, lock_timeout, journal=not no_journal, keep_runs=keep_runs)
    return carry_out(request, site, session.plan_of_site, manner, saved)

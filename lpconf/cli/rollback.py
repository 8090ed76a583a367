"""`lpconf rollback`."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from lpconf.cli import completing, options
from lpconf.model.errors import LpconfError
from lpconf.model.policy import MAX_DELETE_SHARE, MAX_DELETES

if TYPE_CHECKING:
    from lpconf.cli.session import Request, Session
    from lpconf.model.plan import Plan, Target
    from lpconf.model.record import RunRecord


def rollback(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="A run's id, the beginning of one, or `last`. `history` lists them.",
            autocompletion=completing.runs,
        ),
    ],
    paths: options.Paths = None,
    output: options.RunOutput = None,
    addresses_only: options.AddressesOnly = False,
    auto_approve: options.AutoApprove = False,
    sandbox: options.Sandbox = False,
    accept_unverified: options.AcceptUnverified = None,
    allow_demo_key: options.AllowDemoKey = False,
    allow_delete: options.AllowDelete = False,
    max_deletes: options.MaxDeletes = MAX_DELETES,
    max_delete_share: options.MaxDeleteShare = MAX_DELETE_SHARE,
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
    """Take a run back: plan, ask, write, and read back.

    Touches only what still is as the run left it. The configuration stays as it is: revert it, too.
    """
    from lpconf.cli import reviews, session
    from lpconf.cli.carry_out import Manner, carry_out
    from lpconf.model.site import Site
    from lpconf.report.history_text import taken_back

    sinks = reviews.sinks(output, options.RUN_FORMATS, addresses_only=addresses_only)
    request = session.Request(
        paths=session.paths_of(paths),
        variables={},
        sandbox=sandbox,
        state_dir=state_dir,
        quirks_file=quirks,
        policy=session.policy_of(
            accept_unverified=accept_unverified,
            allow_demo_key=allow_demo_key,
            allow_delete=allow_delete,
            max_deletes=max_deletes,
            max_delete_share=max_delete_share,
            allow_secret_host=allow_secret_host,
        ),
        quiet=quiet,
        addresses_only=addresses_only,
    )
    session.start_logging(request, verbose=verbose, log_file=log_file)
    record = _record(run, request)
    if paths:
        _check_account(request, record)
    target = record.summary.target
    # Of a rollback the configuration does not declare what was taken back.
    afterword = taken_back(record.summary) if record.summary.rolls_back is None else ""
    manner = Manner(sinks, auto_approve, lock_timeout, journal=not no_journal, keep_runs=keep_runs, afterword=afterword)
    return carry_out(request, Site(target.account, (), label=target.label), partial(_plan, record), manner)


def _record(run: str, request: Request) -> RunRecord:
    from lpconf.apply.records import chosen, file_of, load, runs
    from lpconf.cli.state import state_directory_to_read

    state = state_directory_to_read(request.state_dir, request.paths)
    found = runs(state)
    here = tuple(each for each in found if each.target.sandbox == request.sandbox)
    summary = chosen(here if run == "last" and here else found, run, state, rollbacks=False)
    if summary.target.sandbox != request.sandbox:
        wanted = "was in the sandbox: add --sandbox" if summary.target.sandbox else "was not in the sandbox"
        raise LpconfError(f"The run {summary.id} {wanted}. Nothing was written.")
    return load(file_of(state, summary.id))


def _check_account(request: Request, record: RunRecord) -> None:
    """Refuse a configuration of another account. One that cannot be read does not keep anybody from going back."""
    from lpconf.config import load
    from lpconf.model.errors import InvalidConfiguration

    try:
        site = load(request.paths, variables={}, environ=os.environ)
    except InvalidConfiguration:
        return
    account = record.summary.target.account
    if site.account != account:
        raise LpconfError(
            f"The run {record.summary.id} was in the account {account}, and the configuration is for {site.account}. "
            "Nothing was written."
        )


def _plan(record: RunRecord, opened: Session) -> Plan:
    """Read what the run touched, and make the plan that takes it back."""
    from lpconf.cli.runs import formerly_protected
    from lpconf.engine.rollback import involved, rollback
    from lpconf.liveperson.read import read_for

    _check_place(record.summary.target, opened.client.target)
    kinds, campaigns = involved(record)
    live = read_for(kinds, opened.client, campaigns)
    return rollback(
        record,
        live,
        target=opened.client.target,
        quirks=opened.quirks,
        policy=opened.policy,
        protected=formerly_protected(opened),
    )


def _check_place(then: Target, now: Target) -> None:
    from lpconf.apply.records import same_place

    if not same_place(then, now):
        raise LpconfError(
            f"The run was in the account {then.account} through {then.discovery_host}, and this is {now.account} "
            f"through {now.discovery_host}. Nothing was written."
        )

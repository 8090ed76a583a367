"""Saved plans: what `plan --out`, `apply --plan` and the question for approval have in common."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from lpconf.cli import public
from lpconf.cli.output import tell, writable
from lpconf.model.errors import ExitCode, LpconfError, StaleError
from lpconf.model.policy import Policy

if TYPE_CHECKING:
    from lpconf.cli.output import Sink
    from lpconf.cli.session import Request
    from lpconf.engine.decoding import SavedPlan
    from lpconf.model.address import Address
    from lpconf.model.plan import Plan, Target
    from lpconf.model.site import Site


def check(file: Path) -> None:
    """Raise LpconfError where a plan cannot be saved in a file."""
    from lpconf.apply.plan_file import check as check_file

    check_file(file)
    writable(file)


def text(plan: Plan) -> str:
    """A plan as JSON: what `-o json` writes, and a saved plan holds."""
    from lpconf import __version__
    from lpconf.cli.output import as_json
    from lpconf.engine.encoding import document

    return as_json(document(plan, __version__))


def save(file: Path, plan: Plan, request: Request) -> None:
    """Save a plan, and say how to apply it, unless the values of variables are not to be told.

    Raises LpconfError where it cannot be saved.
    """
    from lpconf.apply.plan_file import save as save_text
    from lpconf.report.escape import terminal

    save_text(file, text(plan) + "\n")
    if request.addresses_only and not request.quiet:
        tell(terminal(f"Saved the plan to {file}. It holds values: keep it to yourself."))
    elif not request.quiet:
        command = shlex.join(["lpconf", "apply", *_arguments(request), "--plan", str(file)])
        tell(terminal(f"Saved the plan to {file}. Apply exactly this plan with: {command}"))


def load(file: Path) -> SavedPlan:
    """The plan in a file. Raises LpconfError for what is none."""
    from lpconf.apply.plan_file import load as load_file

    return load_file(file)[0]


def show(file: Path, sinks: Sequence[Sink], *, addresses_only: bool = False, quiet: bool = False) -> None:
    """Write a saved plan to the sinks as `plan` wrote it, with `quiet` without its warnings on stderr.

    Raises LpconfError for what is none.
    """
    from lpconf.apply.plan_file import load as load_file
    from lpconf.cli import reviews
    from lpconf.cli.output import as_json, write
    from lpconf.report.review_of_plan import of_plan

    saved, document = load_file(file)
    if not quiet:
        reviews.tell_diagnostics(saved.plan.diagnostics, addresses_only=addresses_only)
    review = reviews.shown(of_plan(saved.plan), addresses_only=addresses_only)
    write(sinks, {**reviews.renders(review), "json": lambda _: as_json(document)}, private=["json"])


def check_configuration(saved: SavedPlan, request: Request, site: Site) -> None:
    """Refuse (LpconfError) a configuration, an account, a place or flags that the plan was not made with."""
    from lpconf.engine.approval import refusal
    from lpconf.engine.digest import of_site
    from lpconf.model.plan import Target

    target = Target(site.account, _discovery_host(request), sandbox=request.sandbox)
    reason = refusal(saved.plan, site, of_site(site), request.policy, target)
    if reason:
        raise LpconfError(
            f"The plan cannot be applied. Nothing was written.\n{reason}",
            in_public="The plan cannot be applied: the configuration, the place or the flags are others. "
            "Nothing was written.",
        )


def unmoved(approved: Plan, fresh: Plan, *, addresses_only: bool = False) -> Plan:
    """The fresh plan, if it is the approved one; fields that moved beside it are noted in it.

    Raises StaleError, and tells before what has moved, and which risks and blocks nobody has approved.
    """
    from lpconf.engine.staleness import moved, noted
    from lpconf.engine.unapproved import unapproved
    from lpconf.report.escape import terminal

    lines = (*unapproved(approved, fresh), *moved(approved, fresh))
    if lines:
        hidden = f"  {len(lines)} lines, not shown here, as they hold values."
        public.tell("\n".join(f"  {terminal(line)}" for line in lines), hidden, addresses_only=addresses_only)
        raise StaleError(
            "The plan is stale: what is told above has changed since it was made. Nothing was written. Plan again."
        )
    return noted(approved, fresh)


def remaining(saved: SavedPlan, fresh: Plan, request: Request) -> Plan:
    """The saved plan without what earlier runs of it have done: an apply that failed in the middle goes on."""
    from lpconf.apply.records import file_of, load, runs
    from lpconf.cli.state import state_directory_to_read
    from lpconf.engine.staleness import continued
    from lpconf.model.record import Fate

    state = state_directory_to_read(request.state_dir, request.paths)
    done: dict[Address, int] = {}
    for run in runs(state, fresh.target):
        if run.digest != saved.digest:
            continue
        steps = load(file_of(state, run.id)).steps
        failed = {step.address for step in steps if step.fate is not Fate.DONE}
        written = ((step.address, step.live_id) for step in steps if step.address not in failed)
        done.update({address: live_id for address, live_id in written if live_id is not None})
    return continued(saved.plan, fresh, done)


def applied(saved: SavedPlan, fresh: Plan, request: Request) -> str:
    """What to say if everything in the plan is true by now; empty if it is not. The journals tell which run it was."""
    from lpconf.engine.staleness import is_applied

    if not is_applied(saved.plan, fresh):
        return ""
    run = _run_of(saved.digest, fresh.target, request)
    if run:
        return f"Nothing to do. This plan was applied in the run {run}."
    return "Nothing to do: the account is as this plan wanted it."


def tell_kept(approved: Plan, fresh: Plan, *, addresses_only: bool = False) -> None:
    """Tell which fields have moved beside the plan, to whom has seen the plan already."""
    from lpconf.engine.staleness import kept
    from lpconf.report.escape import terminal

    found = [terminal(f"Note: {address}: {note}") for address, notes in kept(approved, fresh).items() for note in notes]
    if found:
        hidden = "Note: other fields of what the plan changes have moved, and stay as they are now."
        public.tell("\n".join(found), hidden, addresses_only=addresses_only)


def _run_of(digest: str, target: Target, request: Request) -> str:
    from lpconf.apply.records import runs
    from lpconf.cli.state import state_directory_to_read

    found = runs(state_directory_to_read(request.state_dir, request.paths), target)
    done = {ExitCode.DONE, ExitCode.BLOCKED}
    wrote = (each for each in found if each.digest == digest and each.counts["steps"])
    return next((each.id for each in wrote if each.exit_code in done), "")


def _discovery_host(request: Request) -> str:
    from lpconf.liveperson.endpoint import Endpoint

    # Asked before the sandbox is started: its name does not depend on its port.
    endpoint = Endpoint("", sandbox=True) if request.sandbox else Endpoint.from_environment(os.environ)
    return endpoint.discovery_host


def _arguments(request: Request) -> Iterator[str]:
    """The arguments that make `apply` see what `plan` saw."""
    yield from map(str, request.paths)
    for name, value in request.variables.items():
        yield from ("--var", f"{name}={value}")
    if request.sandbox:
        yield "--sandbox"
    yield from _flags(request.policy)
    if request.quirks_file:
        yield from ("--quirks", str(request.quirks_file))
    if request.state_dir and os.environ.get("LPCONF_STATE_DIR") != str(request.state_dir):
        yield from ("--state-dir", str(request.state_dir))


def _flags(policy: Policy) -> Iterator[str]:
    from lpconf.engine.approval import flag_of

    for field in fields(Policy):
        flag, value = flag_of(field.name), getattr(policy, field.name)
        if not flag or value == getattr(Policy(), field.name):
            continue
        if isinstance(value, frozenset):
            for each in sorted(value):
                yield from (flag, each)
        else:
            yield from (flag,) if isinstance(value, bool) else (flag, str(value))

"""What the commands have in common about runs: the lock, the journal, and what became of runs that were cut short."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lpconf.cli import public
from lpconf.cli.output import tell
from lpconf.cli.state import state_directory, state_directory_to_read
from lpconf.model.errors import LpconfError

if TYPE_CHECKING:
    from lpconf.apply.journal import Journal, Recorder
    from lpconf.cli.session import Request, Session
    from lpconf.model.address import Address
    from lpconf.model.plan import Plan
    from lpconf.model.record import RunRecord

AT_WORK = "Another lpconf is at work on this account. What is shown may change while it is."
DAMAGED = "A journal is damaged. Until it is moved away, apply and rollback write nothing."


@contextmanager
def locked(opened: Session, timeout: float) -> Iterator[None]:
    """Hold the account's lock, and look into the runs that were cut short before.

    Raises LpconfError where somebody else holds it for longer than `timeout` seconds, and where a damaged journal may
    hide a run that was cut short: nobody should write on top of that.
    """
    from lpconf.apply import lock
    from lpconf.apply.clock import Clock
    from lpconf.apply.journal import now_utc
    from lpconf.apply.records import damaged, to_settle

    with lock.locked(_lock_file(opened), timeout=timeout, clock=Clock(), now=now_utc):
        if found := damaged(_state_to_read(opened), opened.client.target):
            raise LpconfError(f"{DAMAGED}\n{to_settle(found)}", in_public=DAMAGED)
        _recover(opened)
        yield


def look_back(opened: Session) -> None:
    """For commands that only read: look into the runs that were cut short, unless one is going on.

    A damaged journal is told and nothing is looked into. Raises LpconfError for a folder of journals or a lock that
    cannot be trusted or read.
    """
    from lpconf.apply import lock
    from lpconf.apply.records import damaged, to_settle
    from lpconf.apply.recovery import unfinished
    from lpconf.report.escape import terminal

    if lock.holder_of(_lock_file(opened)) is not None:
        tell(AT_WORK)
        return
    if found := damaged(_state_to_read(opened), opened.client.target):
        warning = f"Warning: {DAMAGED}"
        told = "\n".join(map(terminal, [warning, *to_settle(found).splitlines()]))
        public.tell(told, warning, addresses_only=opened.request.addresses_only)
        return
    if unfinished(_state_to_read(opened), opened.client):
        try:
            with locked(opened, 0.0):
                return
        except lock.Locked:
            tell(AT_WORK)


def check_journal(request: Request) -> None:
    """Raise LpconfError where no journal could be written. Nobody should approve in vain."""
    from lpconf.apply.journal import FOLDER, WHAT_FOLDER
    from lpconf.apply.own_files import own_folder

    try:
        folder = own_folder(state_directory(request.state_dir, request.paths) / FOLDER, WHAT_FOLDER)
        if not os.access(folder, os.W_OK):
            raise LpconfError(f"Cannot write into the {WHAT_FOLDER} {folder}.")
    except LpconfError as error:
        raise _without_journal(error) from None


@contextmanager
def journal(request: Request, plan: Plan, *, wanted: bool, keep: int, approved: str = "") -> Iterator[Recorder]:
    """The journal of a run that is about to begin. Removes the oldest runs beyond `keep`.

    A run without writes is kept only if its configuration is not that of the last one: `drift` wants to know.
    Raises LpconfError where it cannot be written.
    """
    from lpconf.apply.journal import NoJournal

    if not wanted or not (plan.steps or _is_news(request, plan)):
        yield NoJournal()
        return
    with _started(request, plan, keep, approved) as opened:
        yield opened
        if opened.failed is not None:
            rest = "What is told above is all that is known of this run."
            public.tell(
                f"Warning: {opened.failed} {rest}",
                f"Warning: the journal could not be written. {rest}",
                addresses_only=request.addresses_only,
            )


def _started(request: Request, plan: Plan, keep: int, approved: str) -> Journal:
    from lpconf import __version__
    from lpconf.apply import journal as journals
    from lpconf.apply.records import remove_oldest
    from lpconf.apply.revision import git_revision
    from lpconf.engine.digest import OWN
    from lpconf.engine.encoding import document

    encoded = document(plan, __version__)
    folder = request.paths[0] if request.paths[0].is_dir() else request.paths[0].parent
    about = journals.About(encoded, approved or str(encoded[OWN]), __version__, git_revision(folder))
    try:
        state = state_directory(request.state_dir, request.paths)
        started = journals.start(state, plan, about)
        # Not before: a rollback needs the run that it takes back until it has come to its end.
        remove_oldest(state, plan.target, keep, but=plan.rolls_back)
        return started
    except LpconfError as error:
        raise _without_journal(error) from None


def _without_journal(error: LpconfError) -> LpconfError:
    return LpconfError(
        f"{error}\nNothing was written: without a journal an interrupted run cannot tell what it did.\n"
        "Name another folder with --state-dir, or write without a journal with --no-journal."
    )


def _is_news(request: Request, plan: Plan) -> bool:
    """Whether a plan without writes tells something that the last run does not. Nothing is at stake if it is lost."""
    from lpconf.apply.records import runs

    if plan.blocked or plan.conflicts or not plan.managed:
        return False
    try:
        check_journal(request)
        last = runs(state_directory(request.state_dir, request.paths), plan.target)[:1]
    except LpconfError:
        return False
    return not last or last[0].exit_code != 0 or last[0].configuration != plan.configuration


def last_record(opened: Session) -> RunRecord | None:
    """The last run of the account; None where no journal tells of one, or its journal is damaged."""
    from lpconf.apply.records import DamagedJournal, file_of, load, runs

    state = _state_to_read(opened)
    found = runs(state, opened.client.target)
    try:
        return load(file_of(state, found[0].id)) if found else None
    except DamagedJournal:
        # Told before: by `look_back` to who reads, by `locked` to who would write.
        return None


def formerly_protected(opened: Session) -> Mapping[Address, int]:
    """The things that the last run's configuration protected from being deleted, with their ids."""
    record = last_record(opened)
    return record.protected_ids if record is not None else {}


def _state_to_read(opened: Session) -> Path:
    return state_directory_to_read(opened.request.state_dir, opened.request.paths)


def _lock_file(opened: Session) -> Path:
    from lpconf.apply import lock

    request = opened.request
    if request.sandbox:
        folder = state_directory(request.state_dir, request.paths) / "locks"
    else:
        folder = lock.lock_folder(os.environ)
    return lock.lock_file(folder, opened.client.target)


def _recover(opened: Session) -> None:
    """Under the lock: whatever is unfinished will not go on by itself."""
    from lpconf.apply.clock import Clock
    from lpconf.apply.recovery import recover, unfinished, wait_for_created
    from lpconf.report.history_text import looking, recovery, recovery_in_public, waiting

    state, client, waits, clock = _state_to_read(opened), opened.client, opened.waits, Clock()
    found = unfinished(state, client)
    for each in recover(state, found, client, waits, clock, looking=lambda *told: tell(looking(*told))):
        shown = f"{recovery_in_public(each)}\n"
        public.tell(f"{recovery(each)}\n", shown, addresses_only=opened.request.addresses_only)
    wait_for_created(state, client, waits, clock, looking=lambda *told: tell(waiting(*told)))

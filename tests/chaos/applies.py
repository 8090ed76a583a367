"""Runs `apply` in a process of its own, which can be killed, without starting Python each time.

A parent without threads has everything loaded and forks for each apply. The harness talks to it over a socket.
"""

from __future__ import annotations

import gc
import os
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path

from lpconf.model.policy import Waits

HUNG = 60.0
"""Seconds after which an apply hangs."""
BUG = 70


@dataclass(frozen=True)
class Order:
    """One apply: in a folder that holds `site.yaml`; the answers in `run.json`, `out` and `err` there."""

    folder: Path
    environment: Mapping[str, str]
    waits: Waits
    quirks_file: Path | None = None


@dataclass
class Applies:
    """The parent of all applies, as the harness sees it."""

    link: Connection
    pid: int = 0
    """Of the apply under way."""

    def run(self, order: Order) -> int:
        """Run one apply to its end. Its exit code; -9 if it was killed."""
        self.link.send(order)
        self.pid = self.link.recv()
        self.link.send("go")
        if not self.link.poll(HUNG):
            raise AssertionError(f"the apply in {order.folder} hangs")
        return int(self.link.recv())


@contextmanager
def applies() -> Iterator[Applies]:
    """Start the parent. To be called before this process has threads."""
    ours, theirs = Pipe()
    process = get_context("fork").Process(target=_parent, args=(theirs, ours), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Applies(ours)
    finally:
        ours.close()
        process.join(10)


def _parent(link: Connection, other: Connection) -> None:
    other.close()
    # As for a user: what a library says to developers is no error.
    warnings.simplefilter("ignore")
    _warm_up()
    while True:
        try:
            order: Order = link.recv()
        except EOFError:
            return
        child = os.fork()
        if child == 0:
            _child(link, order)
        link.send(child)
        _, status = os.waitpid(child, 0)
        link.send(os.waitstatus_to_exitcode(status))


def _warm_up() -> None:
    """Import what an apply imports while it runs, and let the rest load by planning once in memory."""
    import lpconf.apply.executor
    import lpconf.apply.interruption
    import lpconf.apply.recovery
    import lpconf.apply.revision
    import lpconf.cli.carry_out
    import lpconf.cli.runs
    import lpconf.cli.saved_plans
    import lpconf.cli.session
    import lpconf.engine.encoding
    import lpconf.lint
    import lpconf.liveperson.connection
    import lpconf.liveperson.read
    import lpconf.report.diagnostics
    import lpconf.report.history_text
    import lpconf.report.json
    import lpconf.report.text  # noqa: F401
    from tests import account

    account.plan("connectors: [{name: A, description: a}]", account.connector(1, "A"))
    account.site(account.TUTORIAL)
    gc.collect()
    gc.freeze()


def _child(link: Connection, order: Order) -> None:
    """The forked process: one apply, and never back."""
    code = BUG
    # It does not live for long, and touching all objects would copy the parent's memory.
    gc.disable()
    try:
        # The parent sends who we are first, so that a kill at the first request finds us.
        while link.recv() != "go":
            pass
        code = _apply(order)
    except BaseException:  # noqa: BLE001 - nothing may run on in the copy
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _apply(order: Order) -> int:
    from lpconf.cli.carry_out import Manner, carry_out
    from lpconf.cli.output import Sink
    from lpconf.cli.session import Request, load_site, plan_of_site
    from lpconf.model.errors import LpconfError
    from lpconf.model.policy import Policy
    from lpconf.model.quirks import Quirks

    os.chdir(order.folder)
    for number, name in ((1, "out"), (2, "err")):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(order.environment)
    policy = Policy(
        accept_unverified=frozenset(Quirks().evidence),
        allow_demo_key=True,
        allow_delete=True,
        max_deletes=100,
        max_delete_share=100,
        secret_hosts=frozenset({'connector["New 2"]=new.example.com'}),
    )
    request = Request(
        paths=(order.folder / "site.yaml",),
        variables={},
        state_dir=order.folder / "state",
        quirks_file=order.quirks_file,
        policy=policy,
        waits=order.waits,
    )
    manner = Manner((Sink("text"), Sink("json", order.folder / "run.json")), auto_approve=True)
    try:
        return int(carry_out(request, load_site(request), plan_of_site, manner))
    except LpconfError as error:
        print(f"Error: {error}", file=sys.stderr)
        return int(error.exit_code)

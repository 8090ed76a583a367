"""One sandbox, one gateway and one parent of applies: runs cases one after another."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lpconf.model.policy import Waits
from tests.account import ACCOUNT
from tests.chaos import scenario
from tests.chaos.applies import Applies, Order, applies
from tests.chaos.gateway import Fault, Gateway, NoFault, Request, gateway
from tests.chaos.place import Place, Snapshot, place

WAITS = Waits(
    connect=5, answer=10, server_error=0, too_many=0, too_many_logins=0, read_back=0.25, read_back_pause=0.002
)
SHORT_ANSWER = 0.12
"""Seconds until an answer counts as lost, in the cases where one is kept back."""


@dataclass(frozen=True)
class Guess:
    """A guess about LivePerson the other way: the sandbox's quirks, and a quirks file by which a user tells lpconf."""

    sandbox: tuple[str, ...] = ()
    client: str = ""

    @property
    def lags(self) -> bool:
        return any(each.startswith("lag=") for each in self.sandbox)

    def __str__(self) -> str:
        return " ".join(self.sandbox) or "the rules as written"


AS_WRITTEN = Guess()
GUESSES = (
    Guess(("mode=lenient",)),
    Guess(("stale-revision=409",)),
    Guess(("missing-if-match=accepted",)),
    Guess(("connector-revisions=no",)),
    Guess(("engagement-revisions=account",)),
    Guess(("revision-step=10",)),
    Guess(("put-without-secret=keeps",)),
    Guess(("secret-in-replies=null",)),
    Guess(("secret-in-replies=masked",)),
    Guess(("stale-engagements=refused",)),
    Guess(("stale-engagements=ignored",)),
    Guess(("campaign-put-moves-engagements=yes",), "campaign_write_moves_engagements: true\n"),
    Guess(("campaign-embedded=off",)),
    Guess(("engagement-edits=on-publish",)),
    Guess(("lag=2",)),
    Guess(("lag=20ms",)),
    Guess(("lag=2", "duplicate-names=allowed")),
    Guess(("duplicate-names=allowed",)),
    Guess(("delete-reply=204",)),
    Guess(("deleted-id=410",)),
    Guess(("connector-nulls=off",)),
    Guess(("connector-defaults=off",)),
)


@dataclass(frozen=True)
class Ran:
    """One apply: how it ended, what it said, what passed the gateway."""

    code: int
    report: Any
    """`-o json`, None without a run."""
    told: str
    """What a person read."""
    requests: tuple[Request, ...]

    @property
    def done(self) -> tuple[Request, ...]:
        """The writes that took effect."""
        return tuple(each for each in self.requests if each.was_done)

    @property
    def was_killed(self) -> bool:
        return self.code == -signal.SIGKILL


@dataclass
class Worker:
    """Everything that a case needs."""

    applies: Applies
    place: Place
    gateway: Gateway
    folder: Path
    guess: Guess
    quirks_file: Path | None = None

    def fresh(self) -> Path:
        """The account as it was, and an empty folder with the configuration. Give it to `apply`."""
        self.gateway.settle()
        self.place.restore()
        folder = self.folder / "case"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        scenario.write(folder)
        return folder

    def apply(self, folder: Path, fault: Fault | None = None, waits: Waits = WAITS) -> Ran:
        """One apply through the gateway."""
        for name in ("run.json", "out", "err"):
            (folder / name).unlink(missing_ok=True)
        self.gateway.begin(fault or NoFault())
        code = self.applies.run(Order(folder, self._environment(folder), waits, self.quirks_file))
        self.gateway.settle()
        report = None
        with suppress(FileNotFoundError):
            report = json.loads((folder / "run.json").read_text())
        told = "".join(
            (folder / name).read_text(errors="replace") for name in ("out", "err") if (folder / name).exists()
        )
        return Ran(code, report, told, tuple(self.gateway.requests))

    def look(self) -> Snapshot:
        return self.place.look()

    def kill(self) -> None:
        """kill -9 the apply under way."""
        os.kill(self.applies.pid, signal.SIGKILL)

    def _environment(self, folder: Path) -> dict[str, str]:
        return {
            "LPCONF_DISCOVERY_URL": self.gateway.url,
            f"LPCONF_USERNAME_{ACCOUNT}": self.place.username,
            f"LPCONF_PASSWORD_{ACCOUNT}": self.place.password,
            "XDG_STATE_HOME": str(folder / "home"),
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "USER": "chaos",
            "NO_COLOR": "1",
            **scenario.SECRETS,
        }


@contextmanager
def worker(guess: Guess = AS_WRITTEN) -> Iterator[Worker]:
    """A worker with a folder in memory where there is one."""
    memory = Path("/dev/shm")
    base = memory if os.access(memory, os.W_OK) else None
    with ExitStack() as stack:
        parent = stack.enter_context(applies())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lpconf-chaos-", dir=base)))
        there = stack.enter_context(place(folder, guess.sandbox))
        front = stack.enter_context(gateway(there.port))
        file = None
        if guess.client:
            file = folder / "quirks.yaml"
            file.write_text(guess.client)
        yield Worker(parent, there, front, folder, guess, file)


def waits_for(kind: str, guess: Guess = AS_WRITTEN) -> Waits:
    """The waits of the applies of a kind of fault."""
    # What lags shows in the end, so nothing is lost by looking longer.
    waits = replace(WAITS, read_back=5) if kind == "reads that lag" or guess.lags else WAITS
    return replace(waits, answer=SHORT_ANSWER) if kind == "timeout" else waits

"""An account in the sandbox, a gateway in front of it, and somebody else who edits it by plain HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lpconf.apply.clock import Clock
from lpconf.apply.executor import execute
from lpconf.engine.plan import plan as make_plan
from lpconf.liveperson.client import Client
from lpconf.liveperson.connection import connect
from lpconf.liveperson.credentials import UserPassword
from lpconf.liveperson.endpoint import Endpoint
from lpconf.liveperson.read import read
from lpconf.model.plan import Plan
from lpconf.model.policy import Policy, Waits
from lpconf.model.run import Run
from lpconf.model.site import Site
from lpconf.sandbox.quirks import parse
from lpconf.sandbox.server import running
from tests.account import ACCOUNT, QUIRKS, site
from tests.gateway import Gateway, gateway
from tests.sandbox.client import Client as Editor

QUICK = Waits(answer=5, server_error=0, too_many=0, too_many_logins=0, read_back=3, read_back_pause=1)


@dataclass
class World:
    """One account, as lpconf and as somebody else see it."""

    client: Client
    editor: Editor
    gateway: Gateway
    waited: list[float] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        """Time that passes only by waiting."""
        return Clock(now=lambda: sum(self.waited), wait=self.waited.append)

    def plan(self, declared: str | Site, policy: Policy | None = None) -> Plan:
        wanted = site(declared) if isinstance(declared, str) else declared
        live = read(wanted, self.client, QUIRKS)
        return make_plan(wanted, live, target=self.client.target, quirks=QUIRKS, policy=policy or Policy())

    def execute(self, plan: Plan, **secrets: str) -> Run:
        return execute(plan, self.client, secrets=secrets, quirks=QUIRKS, waits=QUICK, clock=self.clock)

    def apply(self, declared: str | Site) -> Run:
        return self.execute(self.plan(declared))


@contextmanager
def opened(folder: Path, *quirks: str) -> Iterator[World]:
    """A world whose sandbox has its state in a folder, and these quirks, such as `duplicate-names=allowed`."""
    state = folder / "state" / "sandbox.db"
    with running(state, ACCOUNT, settings=parse(quirks)) as address, gateway(address.url) as front:
        endpoint = Endpoint.for_sandbox(front.url)
        credentials = UserPassword(address.username, address.password)
        with (
            connect(ACCOUNT, endpoint=endpoint, credentials=credentials, quirks=QUIRKS, waits=QUICK) as client,
            Editor(address) as editor,
        ):
            editor.sign_in()
            yield World(client, editor, front)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path) as made:
        yield made


@pytest.fixture
def requests_of(world: World) -> Callable[[Callable[[], object]], list[tuple[str, str]]]:
    """The requests that a piece of work sends, without the account's prefix."""

    def measured(work: Callable[[], object]) -> list[tuple[str, str]]:
        before = len(world.gateway.requests)
        work()
        return [
            (verb, path.removeprefix(f"/api/account/{ACCOUNT}/configuration/"))
            for verb, path in world.gateway.requests[before:]
        ]

    return measured

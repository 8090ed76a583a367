"""A secret on its whole way through lpconf: it reaches LivePerson, and comes to light nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.account import make_key
from tests.canary import CANARY
from tests.gateway import Fault, Gateway, gateway

from .conftest import Run, Served

SITE = f"""
version: 1
account: "12345678"
connectors:
  - name: Bank
    flow: code
    jwt_public_key: {make_key()}
    token_endpoint: https://idp.bank.com/token
    client_id: lp
    client_secret: {{env: LPCONF_SECRET_BANK}}
    jwt_issuer: first
"""
FLAGS = (
    *("--accept-unverified", "connector.create_code_flow"),
    *("--accept-unverified", "connector.update"),
    *("--accept-unverified", "connector.delete"),
    *("--allow-secret-host", 'connector["Bank"]=idp.bank.com'),
    "--allow-delete",
)
LOGGED = {"plan", "apply", "drift", "rollback"}


@pytest.fixture
def front(served: Served) -> Iterator[Gateway]:
    with gateway(served.environment["LPCONF_DISCOVERY_URL"]) as opened:
        yield opened


@pytest.fixture
def run(lpconf: Run, served: Served, front: Gateway, tmp_path: Path) -> Callable[..., int]:
    """Runs lpconf with the secret in the environment. The fixture `lpconf` looks through everything that it says."""
    environment = {**served.environment, "LPCONF_DISCOVERY_URL": front.url, "LPCONF_SECRET_BANK": CANARY}

    def call(command: str, *arguments: str) -> int:
        log = ("-v", "--log-file", str(tmp_path / "lpconf.log")) if command in LOGGED else ()
        return lpconf(command, *arguments, *log, **environment).returncode

    return call


def test_the_secret_reaches_liveperson_and_nothing_else(
    run: Callable[..., int], front: Gateway, tmp_path: Path
) -> None:
    site = tmp_path / "site.yaml"
    site.write_text(SITE)
    assert run("validate", "-o", "json") == 0
    assert run("plan", *FLAGS, "--out", "plan.json", "-o", "json") == 0
    assert run("show", "plan.json") == 0
    assert run("apply", *FLAGS, "--plan", "plan.json") == 0
    site.write_text(SITE.replace("first", "second"))
    front.add(Fault("PUT", "connectors", status=400, echo=True))
    assert run("apply", *FLAGS, "--auto-approve", "-o", "json=refused.json") == 1
    assert run("apply", *FLAGS, "--auto-approve", "-o", "json=changed.json") == 0
    assert run("apply", *FLAGS, "--auto-approve", "--write-secret", 'connector["Bank"].client_secret') == 0
    assert run("history", "-o", "json") == 0
    assert run("show", "last", "-o", "json") == 0
    assert run("drift", "-o", "json") == 0
    last_change = _runs(tmp_path)[-2]
    assert run("rollback", last_change, *FLAGS, "--auto-approve") == 0
    assert sum(CANARY.encode() in body for body in front.bodies) == 5
    written = [file for file in tmp_path.rglob("*") if file.is_file() and "sqlite3" not in file.name]
    assert len(written) > 10
    assert [file for file in written if CANARY.encode() in file.read_bytes()] == []


def _runs(folder: Path) -> list[str]:
    """The ids of the runs, oldest first."""
    return [file.stem.split("-")[1] for file in sorted((folder / "state" / "runs").glob("*.jsonl"))]

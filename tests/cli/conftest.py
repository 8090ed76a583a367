"""The installed command, the sandbox in another process, and somebody else who edits the account."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lpconf.sandbox.server import Address
from tests.canary import CANARY
from tests.sandbox.client import Client as Editor

ROOT = Path(__file__).parents[2]
LPCONF = str(Path(sys.executable).parent / "lpconf")
SITE = str(ROOT / "examples" / "site.yaml")

Run = Callable[..., subprocess.CompletedProcess[str]]


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without anything of lpconf's, and without colour."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LPCONF_")}
    return {**kept, "NO_COLOR": "1", **more}


@pytest.fixture(autouse=True)
def _locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep locks out of the home of who runs the tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))


@pytest.fixture
def lpconf(tmp_path: Path) -> Run:
    """Runs the installed command without a terminal, in an empty folder, with its state there."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(
            [LPCONF, *arguments],
            cwd=tmp_path,
            env=clean_environment(LPCONF_STATE_DIR=str(tmp_path / "state"), **environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert CANARY not in result.stdout + result.stderr
        return result

    return run


@dataclass(frozen=True)
class Served:
    """`lpconf sandbox serve` in another process: what it printed, and somebody who is signed in."""

    environment: dict[str, str]
    editor: Editor


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    process = subprocess.Popen(
        [LPCONF, "sandbox", "serve", "--state-dir", str(tmp_path / "served")],
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(3)]
        environment = dict(line.removeprefix("export ").split("=", 1) for line in lines)
        address = Address(
            url=environment["LPCONF_DISCOVERY_URL"],
            account="12345678",
            username=environment["LPCONF_USERNAME_12345678"],
            password=environment["LPCONF_PASSWORD_12345678"],
            client_id="sandbox-client",
            client_secret="sandbox-client-secret",
        )
        with Editor(address) as editor:
            editor.sign_in()
            yield Served(environment, editor)
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0
        if process.stdout:
            process.stdout.close()

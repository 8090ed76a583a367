"""The installed command, an account in the sandbox, and somebody else who edits it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lpconf.cli.sandbox_state import STATE_FILE
from lpconf.sandbox.server import running
from tests.canary import CANARY
from tests.sandbox.client import ACCOUNT
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
    """An account at another host: what points lpconf at it, and somebody who is signed in."""

    environment: dict[str, str]
    editor: Editor


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The sandbox, from a thread of the tests: what `sandbox serve` itself prints and does is in test_sandbox.py."""
    with running(tmp_path / "served" / STATE_FILE, ACCOUNT) as address, Editor(address) as editor:
        editor.sign_in()
        environment = {
            "LPCONF_DISCOVERY_URL": address.url,
            f"LPCONF_USERNAME_{ACCOUNT}": address.username,
            f"LPCONF_PASSWORD_{ACCOUNT}": address.password,
        }
        yield Served(environment, editor)

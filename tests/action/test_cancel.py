"""A job that is cancelled: GitHub signals the step's process only, and lpconf must hear of it."""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path

from tests.action.conftest import CONFIGURATION, SITE
from tests.action.runner import ACTION, Runner
from tests.cli.conftest import clean_environment


def test_lpconf_ends_by_itself_and_says_so(tmp_path: Path) -> None:
    """It is waiting for an answer that never comes."""
    (tmp_path / "checkout" / "liveperson").mkdir(parents=True)
    (tmp_path / "checkout" / SITE).write_text(CONFIGURATION)
    (tmp_path / "event.json").write_text('{"repository": {"id": 1, "visibility": "private"}}')
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        environment = clean_environment(
            LPCONF_BEARER_12345678="bearer",
            LPCONF_DISCOVERY_URL=f"http://127.0.0.1:{silent.getsockname()[1]}",
            LPCONF_TRUST_HOSTS="127.0.0.1",
            GITHUB_EVENT_PATH=str(tmp_path / "event.json"),
        )
        runner = Runner(tmp_path / "checkout", tmp_path / "temp", environment)
        runner.prepare()
        (step,) = (each for each in ACTION["runs"]["steps"] if each.get("id") == "run")
        context = runner.context(command="plan", path=SITE)
        process = subprocess.Popen(
            ["bash", "-e", "-c", step["run"]],
            cwd=tmp_path / "checkout",
            env=runner.environment_of(step, context, tmp_path / "output", tmp_path / "summary"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        connection, _ = silent.accept()
        with connection:
            process.send_signal(signal.SIGINT)
            told, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Interrupted. Nothing was written." in told

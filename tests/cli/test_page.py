"""`lpconf page` as users start it."""

from __future__ import annotations

import signal
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx
import pytest

from tests.page.place import make_keys, site_text

from .conftest import LPCONF, SITE, Run, clean_environment


@contextmanager
def started(*arguments: str, cwd: Path, **environment: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The command, with the address that it prints. It ends with 0 when it is told to stop."""
    process = subprocess.Popen(
        [LPCONF, "page", *arguments, "--state-dir", str(cwd / "state")],
        cwd=cwd,
        env=clean_environment(**environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    stdout: IO[str] | None = process.stdout
    assert stdout is not None
    try:
        yield stdout.readline().strip(), process
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
        stdout.close()


def test_it_prints_an_address_that_opens_the_page(tmp_path: Path) -> None:
    with started(SITE, "--sandbox", "--no-browser", cwd=tmp_path) as (url, _), httpx.Client(trust_env=False) as client:
        assert url.startswith("http://127.0.0.1:")
        assert client.get(url).status_code == 200
        reply = client.get(url.partition("/open")[0])
        assert "Consumer test page" in reply.text


def test_the_browser_gets_a_file_and_never_the_code(tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    seen = tmp_path / "seen"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {seen}.part && mv {seen}.part {seen}\n')
    browser.chmod(0o755)
    with started(SITE, "--sandbox", cwd=tmp_path, BROWSER=f"{browser} %s") as (url, process):
        argument = _content(seen, process)
        assert argument.startswith("file://")
        assert "code=" not in argument
        file = Path(argument.removeprefix("file://"))
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert url in file.read_text()
    assert not file.exists()


def _content(file: Path, process: subprocess.Popen[str]) -> str:
    until = time.monotonic() + 30
    while not file.exists():
        assert process.poll() is None
        assert time.monotonic() < until
        threading.Event().wait(0.01)
    return file.read_text()


def test_live_needs_neither_network_nor_credentials_to_start(tmp_path: Path) -> None:
    with started(SITE, "--live", "--no-browser", cwd=tmp_path) as (url, _), httpx.Client(trust_env=False) as client:
        client.get(url)
        origin = url.partition("/open")[0]
        start = client.post(f"{origin}/api/start", json={}, headers={"Origin": origin}).json()
        assert start["live"].startswith("http://127.0.0.1:")
        assert start["live"] != origin


def test_a_key_lets_the_page_make_tokens(tmp_path: Path) -> None:
    keys = make_keys()
    (tmp_path / "site.yaml").write_text(site_text(keys))
    (tmp_path / "idp.pem").write_bytes(keys.private_pem)
    with (
        started("--sandbox", "--no-browser", "--key", "idp.pem", cwd=tmp_path) as (url, _),
        httpx.Client(trust_env=False) as client,
    ):
        client.get(url)
        origin = url.partition("/open")[0]
        reply = client.post(f"{origin}/api/mint", json={}, headers={"Origin": origin})
        assert reply.json()["token"].count(".") == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--sandbox", "--live"], 64, "exclude each other"),
        ([], 64, "Say where to try it: --sandbox, or --live"),
        (["--sandbox", "--key", "missing.pem"], 1, "missing.pem"),
        (["--sandbox", "--key", SITE], 1, "Error:"),
        (["--sandbox", "--port", "99999"], 64, "--port"),
    ],
)
def test_what_cannot_work_is_told_at_once(lpconf: Run, arguments: list[str], code: int, said: str) -> None:
    done = lpconf("page", SITE, "--no-browser", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_it_also_while_it_signs_in(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        process = subprocess.Popen(
            [LPCONF, "page", SITE, "--no-browser", "--state-dir", str(tmp_path)],
            cwd=tmp_path,
            env=clean_environment(
                LPCONF_DISCOVERY_URL=f"http://127.0.0.1:{silent.getsockname()[1]}",
                LPCONF_USERNAME_12345678="somebody",
                LPCONF_PASSWORD_12345678="a password",
            ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            # It asks, and gets no answer.
            asking, _ = silent.accept()
            with asking:
                process.send_signal(signal.SIGINT)
                said, told = process.communicate(timeout=60)
        finally:
            process.kill()
            process.communicate()
    assert said == ""
    assert "Interrupted." in told
    assert "Traceback" not in told


def test_missing_packages_are_named_with_the_way_to_get_them(lpconf: Run, tmp_path: Path) -> None:
    (tmp_path / "starlette.py").write_text('raise ModuleNotFoundError("No module", name="starlette")\n')
    done = lpconf("page", SITE, "--live", "--no-browser", PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "pip install 'lpconf[sandbox]'" in done.stderr


def test_without_a_browser_the_address_is_still_there(tmp_path: Path) -> None:
    with started(SITE, "--live", cwd=tmp_path, BROWSER="/nonexistent/browser %s", PATH="") as (url, _):
        assert url.startswith("http://127.0.0.1:")

"""`lpconf sandbox`: serve, faults, quirks, reset, export and import."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from .conftest import LPCONF, SITE, Run, Served, clean_environment

ACCOUNT = "12345678"


@pytest.fixture(autouse=True)
def _state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the authority for --tls out of the home of who runs the tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))


@contextmanager
def serving(state: Path, *arguments: str) -> Iterator[tuple[dict[str, str], str]]:
    """`lpconf sandbox serve`: what it printed for a shell, and the address of its page."""
    command = [LPCONF, "sandbox", "serve", "--state-dir", str(state), *arguments]
    with subprocess.Popen(
        command, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            said = [process.stderr.readline() for _ in range(2)]
            assert said[0] == f"The sandbox holds account {ACCOUNT}. Stop it with Ctrl-C.\n"
            count = 5 if "--tls" in arguments else 3
            lines = [process.stdout.readline().strip() for _ in range(count)]
            environment = dict(line.removeprefix("export ").split("=", 1) for line in lines)
            yield environment, said[1].removeprefix("Its page, for one browser: ").strip()
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0
        assert (process.stdout.read(), process.stderr.read()) == ("", "")


@pytest.fixture
def sandbox(lpconf: Run, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `lpconf sandbox ...` on the state that `serving(tmp_path / "state")` serves."""
    return lambda *arguments: lpconf("sandbox", *arguments)


class TestServe:
    def test_prints_a_page_that_opens_once(self, tmp_path: Path) -> None:
        with serving(tmp_path / "state") as (environment, page):
            assert page.startswith(f"{environment['LPCONF_DISCOVERY_URL']}/?code=")
            assert [requests.get(page, timeout=30).status_code for _ in range(2)] == [200, 403]

    def test_a_whole_run_over_tls(self, lpconf: Run, tmp_path: Path) -> None:
        with serving(tmp_path / "served", "--tls") as (environment, _):
            assert environment["LPCONF_DISCOVERY_URL"].startswith("https://127.0.0.1:")
            applied = lpconf("apply", SITE, "--auto-approve", "--allow-demo-key", **environment)
            assert applied.returncode == 0, applied.stderr
            assert lpconf("plan", SITE, "--allow-demo-key", "--detailed-exitcode", **environment).returncode == 0

    def test_over_tls_nothing_is_sent_to_who_is_not_trusted(self, lpconf: Run, tmp_path: Path) -> None:
        with serving(tmp_path / "served", "--tls") as (environment, _):
            del environment["REQUESTS_CA_BUNDLE"]
            result = lpconf("plan", SITE, **environment)
        assert result.returncode == 6
        assert "Traceback" not in result.stderr

    def test_the_certificate_is_the_same_at_the_next_start(self, tmp_path: Path) -> None:
        found = []
        for _ in range(2):
            with serving(tmp_path / "a folder", "--tls") as (environment, _):
                path = environment["REQUESTS_CA_BUNDLE"].strip("'")
                assert environment["NODE_EXTRA_CA_CERTS"].strip("'") == path
                found.append(Path(path).read_bytes())
        assert found[0] == found[1]

    def test_a_quirk_changes_what_it_does(self, tmp_path: Path) -> None:
        with serving(tmp_path / "state", "--quirk", "unknown-account=401") as (environment, _):
            url = f"{environment['LPCONF_DISCOVERY_URL']}/api/account/999/service/baseURI.json?version=1.0"
            assert requests.get(url, timeout=30).status_code == 401

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["serve", "--quirk", "nonsense=1"], "There is no quirk 'nonsense'. Known are: "),
            (["serve", "--quirk", "lag=soon"], "The quirk lag cannot be 'soon'."),
            (["serve", "--account", "1;reboot"], "an account is up to 20 letters, digits and _."),
            (["faults", "add", "nonsense"], "nonsense is no kind of fault. Known are: latency, too-many-requests,"),
            (["faults", "add", "stale-revision", "--edit", "x"], "x is no edit. Known are: other-field,"),
            (["faults", "add", "latency"], "A latency needs its seconds."),
            (["faults", "add", "reset", "--path", "le-connectors"], "A path pattern starts with / or with *."),
            (["faults", "add", "reset", "--count", "-1"], "Numbers of requests are between 0 and"),
            (["faults", "list", "-o", "xml"], "-o xml is not one of text, json."),
            (["import", "x", "--account", "1/2"], "an account is up to 20 letters, digits and _."),
        ],
    )
    def test_a_usage_error_exits_64(
        self, sandbox: Callable[..., subprocess.CompletedProcess[str]], arguments: list[str], message: str
    ) -> None:
        result = sandbox(*arguments)
        assert result.returncode == 64
        assert message in " ".join(result.stderr.split())
        assert "Traceback" not in result.stderr


class TestFaults:
    def test_set_from_another_process_they_hit_a_sandbox_that_runs(self, lpconf: Run, tmp_path: Path) -> None:
        with serving(tmp_path / "state") as (environment, _):
            added = lpconf("sandbox", "faults", "add", "server-error", "--path", "*/login", "--count", "2")
            assert added.stdout == "Fault 1 is set.\n"
            url = f"{environment['LPCONF_DISCOVERY_URL']}/api/account/{ACCOUNT}/login?v=1.3"
            login = {"username": "admin", "password": "sandbox"}
            assert [requests.post(url, json=login, timeout=30).status_code for _ in range(3)] == [500, 500, 200]

    def test_list(self, lpconf: Run) -> None:
        assert lpconf("sandbox", "faults", "list").stdout == "No fault is set.\n"
        options = ["--method", "put", "--count", "0", "--after", "3", "--edit", "neighbour"]
        lpconf("sandbox", "faults", "add", "stale-revision", *options)
        lpconf("sandbox", "faults", "add", "latency", "--seconds", "1.5", "--path", "/api/*")
        assert lpconf("sandbox", "faults", "list").stdout.splitlines() == [
            "NO.  KIND            METHOD  PATH    AFTER  HIT  LEFT           SECONDS  EDIT",
            "1    stale-revision  PUT     *       3      0    until cleared  -        neighbour",
            "2    latency         any     /api/*  0      0    1              1.5      -",
        ]

    def test_list_as_json(self, lpconf: Run) -> None:
        lpconf("sandbox", "faults", "add", "too-many-requests", "--seconds", "2")
        assert json.loads(lpconf("sandbox", "faults", "list", "-o", "json").stdout) == {
            "faults": [
                {
                    "number": 1, "kind": "too-many-requests", "method": None, "path": "*", "after": 0, "count": 1,
                    "hit": 0, "left": 1, "seconds": 2.0, "edit": None,
                }
            ]
        }  # fmt: skip

    def test_clear(self, lpconf: Run) -> None:
        for kind in ("reset", "answer-lost", "html-error"):
            lpconf("sandbox", "faults", "add", kind)
        assert lpconf("sandbox", "faults", "clear", "2").stdout == "1 fault is removed.\n"
        assert lpconf("sandbox", "faults", "clear").stdout == "2 faults are removed.\n"
        assert lpconf("sandbox", "faults", "list").stdout == "No fault is set.\n"

    def test_kinds(self, lpconf: Run) -> None:
        lines = lpconf("sandbox", "faults", "kinds").stdout.splitlines()
        assert len(lines) == 9
        assert lines[0] == "latency            Waits before it handles the request."

    def test_they_also_hit_the_sandbox_inside_a_command(self, lpconf: Run) -> None:
        lpconf("sandbox", "faults", "add", "stale-revision", "--method", "PUT", "--edit", "same-field")
        result = lpconf("apply", SITE, "--sandbox", "--auto-approve")
        assert result.returncode in {3, 4}
        assert "HIT  LEFT" in lpconf("sandbox", "faults", "list").stdout
        assert json.loads(lpconf("sandbox", "faults", "list", "-o", "json").stdout)["faults"][0]["hit"] == 1


class TestData:
    def test_reset_brings_back_a_new_account(self, lpconf: Run) -> None:
        lpconf("apply", SITE, "--sandbox", "--auto-approve")
        assert lpconf("plan", SITE, "--sandbox", "--detailed-exitcode").returncode == 0
        assert lpconf("sandbox", "reset").stdout == f"Account {ACCOUNT} is as a new one.\n"
        assert lpconf("plan", SITE, "--sandbox", "--detailed-exitcode").returncode == 2

    def test_what_was_exported_can_be_imported_elsewhere(self, lpconf: Run, tmp_path: Path) -> None:
        lpconf("apply", SITE, "--sandbox", "--auto-approve")
        assert lpconf("sandbox", "export", "account.json").returncode == 0
        imported = lpconf("sandbox", "import", "account.json", "--state-dir", "other")
        assert imported.stdout == f"Account {ACCOUNT} is as in account.json.\n"
        plan = lpconf("plan", SITE, "--sandbox", "--detailed-exitcode", "--state-dir", "other")
        assert (plan.returncode, plan.stderr.count("Error")) == (0, 0)

    def test_export_to_stdout_and_import_from_stdin(self, lpconf: Run, tmp_path: Path) -> None:
        lpconf("sandbox", "reset")
        exported = lpconf("sandbox", "export").stdout
        assert json.loads(exported)["account"] == ACCOUNT
        command = [LPCONF, "sandbox", "import", "-", "--account", "999", "--state-dir", str(tmp_path / "state")]
        done = subprocess.run(
            command, input=exported, text=True, capture_output=True, check=True, env=clean_environment()
        )
        assert done.stdout == "Account 999 is as in -.\n"
        assert json.loads(lpconf("sandbox", "export", "--account", "999").stdout)["account"] == "999"

    def test_an_exported_file_is_the_users_own(self, lpconf: Run, tmp_path: Path) -> None:
        lpconf("sandbox", "reset")
        lpconf("sandbox", "export", "account.json")
        assert stat.S_IMODE((tmp_path / "account.json").stat().st_mode) == 0o600

    def test_an_account_that_is_not_there_cannot_be_exported(self, lpconf: Run) -> None:
        result = lpconf("sandbox", "export", "--account", "999")
        assert (result.returncode, result.stdout) == (1, "")
        assert "The sandbox does not have account 999." in result.stderr

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b'{"collections": }', "account.json:1:17: this is not JSON."),
            (b"\xff\xfe\xfd", "account.json is not JSON."),
            (b"[" * 100_000, "account.json is not JSON."),
            (b"[]", "account.json cannot be imported: "),
            (b"{}", "account.json cannot be imported: "),
        ],
    )
    def test_what_cannot_be_imported(self, lpconf: Run, tmp_path: Path, content: bytes, message: str) -> None:
        (tmp_path / "account.json").write_bytes(content)
        result = lpconf("sandbox", "import", "account.json")
        assert result.returncode == 1
        assert message in result.stderr
        assert "Traceback" not in result.stderr

    def test_files_that_cannot_be_read_or_written(self, lpconf: Run) -> None:
        lpconf("sandbox", "reset")
        read = lpconf("sandbox", "import", "no/such/file.json")
        assert (read.returncode, read.stderr) == (
            1,
            "Error: Cannot read no/such/file.json: No such file or directory.\n",
        )
        written = lpconf("sandbox", "export", "no/such/file.json")
        assert written.returncode == 1
        assert "Cannot write no/such/file.json: No such file or directory." in written.stderr

    @pytest.mark.parametrize("command", [["reset"], ["faults", "list"], ["export"], ["serve"]])
    def test_a_state_that_is_none(self, lpconf: Run, tmp_path: Path, command: list[str]) -> None:
        (tmp_path / "state").mkdir(mode=0o700)
        (tmp_path / "state" / "sandbox.sqlite3").touch(mode=0o600)
        (tmp_path / "state" / "sandbox.sqlite3").write_text("not a database, and long enough for one to tell" * 50)
        result = lpconf("sandbox", *command)
        assert result.returncode == 1
        assert "is not a state file of the sandbox" in result.stderr

    def test_a_state_that_is_a_folder(self, lpconf: Run, tmp_path: Path) -> None:
        (tmp_path / "state").mkdir(mode=0o700)
        (tmp_path / "state" / "sandbox.sqlite3").mkdir()
        result = lpconf("sandbox", "faults", "list")
        assert result.returncode == 1
        assert result.stderr.endswith("sandbox.sqlite3 is a link or no file. Remove it.\n")

    def test_an_export_replaces_what_others_could_read_or_lead_elsewhere(self, lpconf: Run, tmp_path: Path) -> None:
        lpconf("sandbox", "reset")
        elsewhere, link, readable = tmp_path / "elsewhere", tmp_path / "link.json", tmp_path / "readable.json"
        elsewhere.write_text("mine")
        link.symlink_to(elsewhere)
        readable.touch(0o644)
        for file in (link, readable):
            assert lpconf("sandbox", "export", file.name).returncode == 0
            assert stat.S_IMODE(file.lstat().st_mode) == 0o600
            assert json.loads(file.read_text())["account"] == ACCOUNT
        assert elsewhere.read_text() == "mine"
        assert not list(tmp_path.glob(".*.json.*"))

    def test_a_state_that_is_a_link(self, lpconf: Run, tmp_path: Path) -> None:
        (tmp_path / "state").mkdir(mode=0o700)
        (tmp_path / "state" / "sandbox.sqlite3").symlink_to(tmp_path / "elsewhere")
        result = lpconf("sandbox", "reset")
        assert result.returncode == 1
        assert result.stderr.endswith("sandbox.sqlite3 is a link or no file. Remove it.\n")
        assert not (tmp_path / "elsewhere").exists()


def test_a_port_that_the_system_refuses_is_told_as_such() -> None:
    """In a process of its own, as root may have any port."""
    program = (
        "from lpconf.cli.sandbox_state import problems_told\n"
        "from lpconf.sandbox.listening import PortRefused\n"
        "with problems_told():\n"
        "    raise PortRefused(80, 'Permission denied')\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    told = "The sandbox cannot listen on port 80: Permission denied. Choose another with --port."
    assert result.stderr.splitlines()[-1] == f"lpconf.model.errors.LpconfError: {told}"


class TestQuirks:
    def test_all_with_their_values_and_evidence(self, lpconf: Run) -> None:
        shown = lpconf("sandbox", "quirks").stdout
        assert "stale-revision=412|409|accepted\n    What a stale If-Match gives. [GUESS, facts 3.3]\n" in shown
        assert "delete-reply=200|204\n" in shown

    def test_those_with_a_word(self, lpconf: Run) -> None:
        shown = lpconf("sandbox", "quirks", "if-match", "stale").stdout
        assert "stale-revision=" in shown
        assert "delete-reply=" not in shown


def test_the_served_fixture_needs_only_the_first_lines(served: Served) -> None:
    assert set(served.environment) == {
        "LPCONF_DISCOVERY_URL", f"LPCONF_USERNAME_{ACCOUNT}", f"LPCONF_PASSWORD_{ACCOUNT}"
    }  # fmt: skip

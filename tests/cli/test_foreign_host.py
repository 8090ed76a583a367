"""The same commands against a sandbox in another process: for lpconf that is a foreign host."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import pexpect
import pytest

from tests.account import DEMO_KEY
from tests.gateway import Fault, gateway
from tests.sandbox.client import CONNECTORS, ENGAGEMENT, ENGAGEMENTS, implicit

from .conftest import LPCONF, SITE, Run, Served, clean_environment
from .terminal import press_ctrl_c

ONE = f"{ENGAGEMENTS}/{ENGAGEMENT}"
MESSAGING = (
    'version: 1\naccount: "12345678"\nlabel: Test shop\n'
    "campaigns: [{find: default, engagements: [{find: default, conversation: messaging}]}]\n"
)


def test_the_demo_key_is_blocked_and_so_is_what_needs_it(lpconf: Run, served: Served) -> None:
    planned = lpconf("plan", SITE, "--detailed-exitcode", **served.environment)
    assert planned.returncode == 5
    assert "allow it with --allow-demo-key" in planned.stdout
    assert 'It needs connector["Consumer authentication"], which is blocked.' in planned.stdout
    applied = lpconf("apply", SITE, "--auto-approve", **served.environment)
    assert applied.returncode == 5
    assert served.editor.get(CONNECTORS) == []
    assert served.editor.get(ONE)["conversationType"] == 0


def test_the_tutorial_with_the_demo_key_allowed(lpconf: Run, served: Served) -> None:
    before = served.editor.get(ONE)
    applied = lpconf("apply", SITE, "--auto-approve", "--allow-demo-key", **served.environment)
    assert applied.returncode == 0
    (connector,) = served.editor.get(CONNECTORS)
    after = served.editor.get(ONE)
    assert after == {
        **before,
        "conversationType": 1,
        "allowUnauthMsg": False,
        "connectorId": connector["id"],
        "modifiedDate": after["modifiedDate"],
    }
    again = lpconf("plan", SITE, "--detailed-exitcode", "--allow-demo-key", **served.environment)
    assert again.returncode == 0


def test_a_write_that_is_only_a_guess_needs_to_be_accepted(lpconf: Run, served: Served, tmp_path: Path) -> None:
    served.editor.create(CONNECTORS, implicit(jwtPublicKey=DEMO_KEY))
    (tmp_path / "site.yaml").write_text(
        'version: 1\naccount: "12345678"\nconnectors: [{name: Consumer authentication, js_method_name: getToken}]\n'
    )
    blocked = lpconf("apply", "--auto-approve", **served.environment)
    assert blocked.returncode == 5
    assert "--accept-unverified connector.update" in blocked.stdout
    (tmp_path / "quirks.yaml").write_text("confirmed: [connector.update]\n")
    confirmed = lpconf("plan", "--detailed-exitcode", "--quirks", "quirks.yaml", **served.environment)
    assert confirmed.returncode == 2
    accepted = lpconf("apply", "--auto-approve", "--accept-unverified", "connector.update", **served.environment)
    assert accepted.returncode == 0
    assert served.editor.get(CONNECTORS)[0]["configuration"]["jsMethodName"] == "getToken"


def test_what_is_allowed_is_done_and_what_is_blocked_is_told(lpconf: Run, served: Served, tmp_path: Path) -> None:
    served.editor.create(CONNECTORS, implicit(jwtPublicKey=DEMO_KEY))
    (tmp_path / "site.yaml").write_text(
        MESSAGING + "connectors: [{name: Consumer authentication, js_method_name: getToken}]\n"
    )
    result = lpconf("apply", "--auto-approve", **served.environment)
    assert result.returncode == 5
    assert served.editor.get(ONE)["conversationType"] == 1
    assert served.editor.get(CONNECTORS)[0]["configuration"]["jsMethodName"] == "LPJsMethodName"


class TestSigningIn:
    def test_without_credentials(self, lpconf: Run, served: Served) -> None:
        result = lpconf("plan", SITE, LPCONF_DISCOVERY_URL=served.environment["LPCONF_DISCOVERY_URL"])
        assert result.returncode == 6
        assert "There are no credentials for account 12345678." in result.stderr

    def test_with_a_wrong_password(self, lpconf: Run, served: Served) -> None:
        result = lpconf("plan", SITE, **{**served.environment, "LPCONF_PASSWORD_12345678": "wr0ng-secret"})
        assert result.returncode == 6
        assert "wr0ng-secret" not in result.stderr

    def test_unsuffixed_credentials_are_for_the_account_that_the_environment_names(
        self, lpconf: Run, served: Served
    ) -> None:
        plain = {
            "LPCONF_DISCOVERY_URL": served.environment["LPCONF_DISCOVERY_URL"],
            "LPCONF_USERNAME": "admin",
            "LPCONF_PASSWORD": "sandbox",
        }
        assert lpconf("plan", SITE, **plain).returncode == 6
        assert lpconf("plan", SITE, **plain, LPCONF_ACCOUNT="87654321").returncode == 6
        assert lpconf("plan", SITE, **plain, LPCONF_ACCOUNT="12345678").returncode == 0

    def test_with_oauth_client_credentials(self, lpconf: Run, served: Served) -> None:
        result = lpconf(
            "plan",
            SITE,
            LPCONF_DISCOVERY_URL=served.environment["LPCONF_DISCOVERY_URL"],
            LPCONF_CLIENT_ID_12345678="sandbox-client",
            LPCONF_CLIENT_SECRET_12345678="sandbox-client-secret",
        )
        assert result.returncode == 0

    def test_with_a_bearer_that_stays_valid(self, lpconf: Run, served: Served) -> None:
        bearer = served.editor.headers["Authorization"].removeprefix("Bearer ")
        given = {
            "LPCONF_DISCOVERY_URL": served.environment["LPCONF_DISCOVERY_URL"],
            "LPCONF_BEARER_12345678": bearer,
        }
        assert lpconf("plan", SITE, **given).returncode == 0
        assert served.editor.get(CONNECTORS) == []

    def test_an_account_that_is_not_there(self, lpconf: Run, served: Served, tmp_path: Path) -> None:
        (tmp_path / "site.yaml").write_text(MESSAGING.replace("12345678", "999"))
        result = lpconf("plan", **served.environment, LPCONF_USERNAME_999="admin", LPCONF_PASSWORD_999="sandbox")
        assert result.returncode == 6
        assert "999" in result.stderr

    def test_a_host_that_is_not_there(self, lpconf: Run) -> None:
        result = lpconf(
            "plan",
            SITE,
            LPCONF_DISCOVERY_URL="http://127.0.0.1:9",
            LPCONF_USERNAME_12345678="admin",
            LPCONF_PASSWORD_12345678="sandbox",
        )
        assert result.returncode == 6
        assert "Traceback" not in result.stderr

    def test_the_sandbox_option_ignores_real_credentials_and_overrides(self, lpconf: Run) -> None:
        result = lpconf(
            "plan",
            SITE,
            "--sandbox",
            LPCONF_DISCOVERY_URL="http://127.0.0.1:9",
            LPCONF_USERNAME_12345678="real",
            LPCONF_PASSWORD_12345678="real",
        )
        assert result.returncode == 0


class TestApproval:
    """At a terminal."""

    @pytest.fixture
    def terminal(self, served: Served, tmp_path: Path) -> Any:
        (tmp_path / "site.yaml").write_text(MESSAGING)
        environment = clean_environment(**served.environment)
        with pexpect.spawn(
            LPCONF, ["apply"], cwd=tmp_path, env=environment, encoding="utf-8", timeout=60, dimensions=(50, 160)
        ) as child:
            child.expect("Enter a value:")
            yield child

    def end(self, child: Any) -> tuple[int, str]:
        child.expect(pexpect.EOF)
        child.close()
        return child.exitstatus, child.before

    def test_it_shows_account_label_and_counts(self, terminal: Any) -> None:
        for shown in ("12345678", "Test shop", "1 to change"):
            assert shown in terminal.before
        terminal.sendline("no")
        self.end(terminal)

    def test_yes_applies(self, terminal: Any, served: Served) -> None:
        terminal.sendline("yes")
        code, said = self.end(terminal)
        assert code == 0
        assert "Apply complete" in said
        assert served.editor.get(ONE)["conversationType"] == 1

    @pytest.mark.parametrize("answer", ["no", "", "y", "YES"])
    def test_anything_else_writes_nothing(self, terminal: Any, served: Served, answer: str) -> None:
        terminal.sendline(answer)
        code, said = self.end(terminal)
        assert code == 1
        assert "Not approved. Nothing was written." in said
        assert served.editor.get(ONE)["conversationType"] == 0

    def test_interrupting_the_question_writes_nothing(self, terminal: Any, served: Served) -> None:
        press_ctrl_c(terminal)
        code, said = self.end(terminal)
        assert code == 1
        assert "Nothing was written." in said
        assert served.editor.get(ONE)["conversationType"] == 0

    def test_a_planned_field_that_moved_meanwhile_is_stale_and_kept(self, terminal: Any, served: Served) -> None:
        served.editor.put(ONE, {**served.editor.get(ONE), "conversationType": 1, "language": "fr-FR"})
        terminal.sendline("yes")
        code, said = self.end(terminal)
        assert code == 3
        assert "Nothing was written" in said

    def test_another_field_that_moved_meanwhile_is_kept(self, terminal: Any, served: Served) -> None:
        served.editor.put(ONE, {**served.editor.get(ONE), "language": "fr-FR"})
        terminal.sendline("yes")
        code, said = self.end(terminal)
        assert code == 0
        assert "language has changed since the plan was made, and will be kept." in said
        after = served.editor.get(ONE)
        assert (after["language"], after["conversationType"]) == ("fr-FR", 1)


def test_without_credentials_a_terminal_is_asked_and_the_password_is_hidden(served: Served, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(MESSAGING)
    environment = clean_environment(LPCONF_DISCOVERY_URL=served.environment["LPCONF_DISCOVERY_URL"])
    with pexpect.spawn(
        LPCONF, ["plan"], cwd=tmp_path, env=environment, encoding="utf-8", timeout=60, dimensions=(50, 160)
    ) as child:
        child.expect("Sign in to LivePerson account 12345678.")
        child.expect("User:")
        child.sendline("admin")
        child.expect("Password:")
        child.sendline("sandbox")
        child.expect(pexpect.EOF)
        shown = child.before
    assert "1 to change" in shown
    assert "sandbox" not in shown


def test_an_apply_that_is_cancelled_during_its_last_write_has_done_it(served: Served, tmp_path: Path) -> None:
    """CI cancels with SIGTERM. Nothing is left to be cut short."""
    (tmp_path / "site.yaml").write_text(MESSAGING)
    started: list[subprocess.Popen[str]] = []
    with gateway(served.environment["LPCONF_DISCOVERY_URL"]) as front:
        front.add(Fault("PUT", "engagements", first=lambda: started[0].send_signal(signal.SIGTERM)))
        environment = clean_environment(**{**served.environment, "LPCONF_DISCOVERY_URL": front.url})
        with subprocess.Popen(
            [LPCONF, "apply", "--auto-approve"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            started.append(process)
            said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "read back as planned" in said
    assert served.editor.get(ONE)["conversationType"] == 1


def test_interrupting_a_plan_says_so_and_exits_1(tmp_path: Path) -> None:
    """A host that accepts and never answers keeps lpconf waiting until somebody presses Ctrl-C."""
    (tmp_path / "site.yaml").write_text(MESSAGING)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        environment = clean_environment(
            LPCONF_DISCOVERY_URL=f"http://127.0.0.1:{silent.getsockname()[1]}", LPCONF_BEARER_12345678="x"
        )
        with subprocess.Popen(
            [LPCONF, "plan"], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
        ) as process:
            silent.settimeout(60)
            connection, _ = silent.accept()
            with connection:
                connection.recv(1)
                process.send_signal(signal.SIGINT)
                _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (1, "\nInterrupted. Nothing was written.\n")


def test_a_port_that_is_taken_is_told(lpconf: Run, served: Served) -> None:
    port = served.environment["LPCONF_DISCOVERY_URL"].rsplit(":", 1)[1]
    result = lpconf("sandbox", "serve", "--port", port)
    assert result.returncode == 1
    assert f"Port {port} is in use" in result.stderr


def test_the_requests_of_a_plan_are_logged_once_each(lpconf: Run, served: Served) -> None:
    result = lpconf("plan", SITE, "-v", "-o", "json", **served.environment)
    json.loads(result.stdout)
    requests = [line.split(": ")[0] for line in result.stderr.splitlines() if line.startswith(("GET ", "POST "))]
    assert len(requests) == len(set(requests)) == 6

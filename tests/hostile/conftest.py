"""What attacks have in common: the installed command within bounds, and a LivePerson that answers as it likes."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.account import DEMO_KEY
from tests.cli.conftest import LPCONF, clean_environment
from tests.liveperson.scripted import ACCOUNT, PASSWORD, LivePerson, Reply, Request, Server, json_reply, serving

CANARY = "canary-5up3r"
"""What no attack may get into any output, file or request that it is not for."""
MEMORY = 2_000_000_000
"""Bytes of address space that the command may have: a bomb fails the test for sure."""
SECONDS = 240
"""The only clock of these tests. What they ask for takes a few seconds; what they guard against takes hours."""
HEAD = f'version: 1\naccount: "{ACCOUNT}"\n'
ESCAPE, RIGHT_TO_LEFT, SURROGATE = "\x1b", "\u202e", "\ud800"

CONFIGURATION = f"/api/account/{ACCOUNT}/configuration"
CONNECTORS = f"{CONFIGURATION}/le-connectors/connectors"
CAMPAIGNS = f"{CONFIGURATION}/le-campaigns/campaigns"

Done = subprocess.CompletedProcess[str]
Bounded = Callable[..., Done]


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the command runs. What lies beside it is out of reach."""
    inside = tmp_path / "checkout"
    inside.mkdir()
    (tmp_path / "outside").write_text(f"password: {CANARY}\n", encoding="utf-8")
    return inside


@pytest.fixture
def lpconf(folder: Path, tmp_path: Path) -> Bounded:
    """Runs the installed command in `folder`, without a terminal, within bounds of memory and time."""

    def run(*arguments: str, **environment: str) -> Done:
        return subprocess.run(
            [LPCONF, *arguments],
            cwd=folder,
            env=clean_environment(LPCONF_STATE_DIR=str(tmp_path / "state"), AWS_SECRET=CANARY, **environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
            preexec_fn=_bound,
        )

    return run


def said(done: Done, code: int, *texts: str) -> str:
    """All output of a command that ended as it should, which is harmless and holds these texts."""
    output = done.stdout + done.stderr
    assert done.returncode == code, output[-2_000:]
    for text in texts:
        assert text in output, output[:2_000]
    harmless(output)
    return output


def harmless(output: str, longest: int = 3_000) -> None:
    """Nothing that a terminal or a build server obeys, no traceback, no secret, no line without end."""
    assert CANARY not in output
    assert PASSWORD not in output
    assert "Traceback" not in output
    assert "This is a bug" not in output
    assert all(char == "\n" or char.isprintable() for char in output), ascii(output[:2_000])
    assert "##vso[" not in output
    assert "##[" not in output
    for line in output.split("\n"):
        assert not line.lstrip().startswith("::")
        assert len(line) < longest


@dataclass
class Attacker:
    """A LivePerson account whose every answer is the attacker's. `connectors` and the rest are what it holds."""

    server: Server
    liveperson: LivePerson
    connectors: object = field(default_factory=list)
    campaigns: object = field(default_factory=list)
    campaign: object = None
    answers: dict[str, Reply] = field(default_factory=dict)
    """Whole answers by the end of the path, before all else."""

    @property
    def environment(self) -> dict[str, str]:
        """What points lpconf here, with credentials."""
        return {
            "LPCONF_DISCOVERY_URL": self.server.url,
            f"LPCONF_USERNAME_{ACCOUNT}": "config-bot",
            f"LPCONF_PASSWORD_{ACCOUNT}": PASSWORD,
        }

    @property
    def writes(self) -> list[str]:
        """The requests that change settings."""
        return [each.line for each in self.server.requests if each.method != "GET" and "/configuration/" in each.path]

    def __call__(self, request: Request) -> Reply:
        for end, reply in self.answers.items():
            if request.path.endswith(end):
                return reply
        return self.liveperson(request)

    def settings(self, request: Request) -> Reply:
        """The account's settings."""
        if request.path == CONNECTORS:
            return json_reply(self.connectors, ac_revision="7")
        if request.path == CAMPAIGNS:
            return json_reply(self.campaigns, ac_revision="7")
        if request.path.startswith(CAMPAIGNS):
            return json_reply(self.campaign, ac_revision="7")
        return json_reply([])


@pytest.fixture
def attacker() -> Iterator[Attacker]:
    with serving() as server:
        liveperson = LivePerson(server)
        attacker = Attacker(server, liveperson)
        liveperson.settings = attacker.settings
        server.answer = attacker
        yield attacker


CONNECTOR_FILE = f"""{HEAD}
connectors:
  - name: Web
    flow: implicit
    authentication_endpoint: https://idp.example.com
    jwt_public_key: {DEMO_KEY}
    js_method_name: getToken
"""
"""A configuration with which lpconf looks at the account's connectors."""

CAMPAIGN_FILE = f"{HEAD}campaigns: [{{find: default, engagements: [{{find: default, enabled: true}}]}}]\n"
"""A configuration with which lpconf reads a campaign whole."""

needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")

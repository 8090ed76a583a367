"""What everybody may read: with `--addresses-only` nothing of the account or the configuration but declared addresses.

Every name, value, label, host and variable here holds one distinctive text. It must be nowhere in what a command says,
in any format, on either stream, whether it succeeds or fails.
"""

from __future__ import annotations

import fcntl
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.gateway import Fault, Gateway, gateway
from tests.sandbox.client import CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, implicit

from .conftest import Run, Served

SECRET = "qzxcanary"
"""A part of everything that must not get out."""

VARIABLE = f"{SECRET}-variable"
ONE = f"{ENGAGEMENTS}/{ENGAGEMENT}"
FORMATS = {
    "plan": ("text", "markdown", "html", "github"),
    "diff": ("text", "markdown", "html", "github"),
    "drift": ("text", "markdown", "html", "github"),
    "apply": ("text", "markdown"),
    "rollback": ("text", "markdown"),
    "show": ("text", "markdown"),
    "validate": ("text", "json", "github", "sarif"),
}
WRITES = ("--auto-approve", "--allow-delete", "--max-delete-share", "100")

SITE = f"""
version: 1
account: "12345678"
label: {SECRET} bank
campaigns:
  - find: default
    delete_undeclared: [engagements]
    engagements:
      - id: {ENGAGEMENT}
        conversation: messaging
        description: ${{var.text}} {SECRET}-described
"""


@dataclass
class Said:
    """What a command said, all of it: both streams and every file that it wrote for somebody to read."""

    code: int
    everything: str
    by_format: dict[str, str]
    stderr: str


@dataclass
class Public:
    """Runs commands as a job of a public repository does, in all their formats, and looks for what must not get out."""

    lpconf: Run
    folder: Path
    environment: dict[str, str]
    front: Gateway
    served: Served

    def write(self, text: str, name: str = "site.yaml") -> None:
        (self.folder / name).write_text(text)

    def private(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.lpconf(*arguments, **self.environment)

    def __call__(self, command: str, *arguments: str, **more: str) -> Said:
        formats = FORMATS[command] if not (command == "show" and "plan.json" in arguments) else FORMATS["plan"]
        files = {each: self.folder / f"said.{each}" for each in formats[1:]}
        job = {"GITHUB_STEP_SUMMARY": self.folder / "said.summary", "GITHUB_OUTPUT": self.folder / "said.output"}
        for file in (*files.values(), *job.values()):
            file.unlink(missing_ok=True)
        outputs = [part for each, file in files.items() for part in ("-o", f"{each}={file.name}")]
        environment = {**self.environment, **{name: str(file) for name, file in job.items()}, **more}
        done = self.lpconf(command, *arguments, "--addresses-only", "-o", "text", *outputs, **environment)
        by_format = {each: file.read_text() if file.exists() else "" for each, file in files.items()}
        by_format = {"text": done.stdout, **by_format}
        written = [file.read_text() for file in job.values() if file.exists()]
        everything = "\n".join([done.stderr, *by_format.values(), *written])
        for hidden in (SECRET, "127.0.0.1", "sandbox-client", str(self.folder)):
            assert hidden not in everything
        assert "Traceback" not in everything
        assert "bug in lpconf" not in everything
        return Said(done.returncode, everything, by_format, done.stderr)


@pytest.fixture
def front(served: Served) -> Iterator[Gateway]:
    with gateway(served.environment["LPCONF_DISCOVERY_URL"]) as opened:
        yield opened


@pytest.fixture
def public(lpconf: Run, served: Served, front: Gateway, tmp_path: Path) -> Public:
    """An account and a configuration full of it, and one engagement that nobody declares."""
    editor = served.editor
    editor.put(f"{CAMPAIGNS}/{CAMPAIGN}", {**editor.get(f"{CAMPAIGNS}/{CAMPAIGN}"), "name": f"{SECRET} campaign"})
    one = {**editor.get(ONE), "name": f"{SECRET} default", "description": f"{SECRET} before"}
    editor.put(ONE, one)
    skill = {"name": f"{SECRET} skill", "description": SECRET}
    editor.http.post(f"{editor.url}/api/account/12345678/configuration/le-users/skills?v=2.0", json=skill)
    editor.create(CONNECTORS, implicit(f"{SECRET} connector", authorizationEndpoint=f"https://{SECRET}.example.com"))
    add(served, "undeclared")
    (tmp_path / "site.yaml").write_text(SITE)
    environment = {
        **served.environment,
        "LPCONF_DISCOVERY_URL": front.url,
        "LPCONF_VAR_text": VARIABLE,
        "LPCONF_ACCOUNT": SECRET,
    }
    return Public(lpconf, tmp_path, environment, front, served)


def add(served: Served, name: str) -> int:
    """One more engagement, which nobody declares."""
    body = {**served.editor.get(ONE), "id": None, "name": f"{SECRET} {name}"}
    made: int = served.editor.create(ENGAGEMENTS, body)["id"]
    return made


def edit(served: Served, **fields: Any) -> None:
    served.editor.put(ONE, {**served.editor.get(ONE), **fields})


def undeclared(said: Said) -> set[str]:
    """The addresses by id that a command named."""
    return set(re.findall(r"campaign\[default\]/engagement\[id=(\d+)\]", said.everything)) - {str(ENGAGEMENT)}


class TestDeletions:
    def test_what_nobody_declares_is_named_by_its_id_in_every_format(self, public: Public) -> None:
        blocked = public("plan")
        allowed = public("plan", "--allow-delete", "--max-delete-share", "100", "--out", "plan.json")
        shown = public("show", "plan.json")

        (number,) = undeclared(blocked)
        for said in (blocked, allowed, shown):
            assert said.code == 0
            for text in said.by_format.values():
                # The page lets an address break after its campaign.
                assert f"engagement[id={number}]" in text or (text == said.by_format["github"] and said is shown)
        assert shown.by_format == allowed.by_format

    def test_apply_and_the_report_of_its_run_name_it_so_too(self, public: Public) -> None:
        (number,) = undeclared(public("plan"))

        applied = public("apply", *WRITES)
        later = public("show", "last")

        assert applied.code == later.code == 0
        assert f"engagement[id={number}]: deleted" in applied.by_format["text"]
        assert f"engagement[id={number}]" in later.by_format["text"]
        assert later.by_format["markdown"] == applied.by_format["markdown"]

    def test_blocked_by_a_rule_the_run_names_it_so_too(self, public: Public) -> None:
        applied = public("apply", "--auto-approve")

        assert applied.code == 5
        assert len(undeclared(applied)) == 1
        assert undeclared(public("show", "last")) == undeclared(applied)

    def test_a_campaign_that_is_to_go_names_its_engagements_so(self, public: Public) -> None:
        public.write(
            f'version: 1\naccount: "12345678"\ncampaigns: [{{id: {CAMPAIGN}, lifecycle: {{state: absent}}}}]\n'
        )

        said = public("plan", "--detailed-exitcode")

        assert said.code == 5
        assert f"campaign[id={CAMPAIGN}]/engagement[id={ENGAGEMENT}]" in said.by_format["text"]


class TestDrift:
    def test_what_was_added_is_named_by_its_id(self, public: Public) -> None:
        before = public("drift")
        public("apply", *WRITES)
        added = add(public.served, "added")
        edit(public.served, description=f"{SECRET} drifted")

        after = public("drift")

        assert (before.code, after.code) == (2, 2)
        assert len(undeclared(before)) == 1
        for text in after.by_format.values():
            assert f"engagement[id={added}]" in text
            assert "description" in text

    def test_so_is_what_is_only_pending(self, public: Public) -> None:
        public.write(SITE.replace("delete_undeclared: [engagements]", "status: published"))
        assert public("apply", *WRITES).code == 0
        public.write(SITE)

        said = public("drift")

        assert said.code == 0
        assert "Pending" in said.by_format["text"]
        assert len(undeclared(said)) == 1


class TestRollback:
    def test_it_names_nothing_that_it_makes_anew(self, public: Public) -> None:
        public("apply", *WRITES)

        back = public("rollback", "last", *WRITES)

        assert back.code == 0, back.everything
        assert "campaign[default]/engagement[not shown 1]: created" in back.by_format["text"]
        assert "campaign[default]/engagement[not shown 1]" in public("show", "last").everything

    def test_what_it_leaves_alone_is_only_counted(self, public: Public) -> None:
        public("apply", *WRITES)
        edit(public.served, description=f"{SECRET} by somebody else", conversationType=7)

        back = public("rollback", "last", *WRITES)

        assert back.code == 5
        assert "not shown here, as they may hold values." in back.everything

    def test_a_run_that_is_not_there(self, public: Public) -> None:
        assert "Error: There is no such run." in public("rollback", "ffffffff", "--auto-approve").stderr
        assert public("show", "ffffffff").code == 1


class TestRefusals:
    """Errors say what they are about, and where."""

    @pytest.mark.parametrize(
        ("declared", "rule", "about"),
        [
            ("engagements: [{find: default, enabled: true}]", "match.default", "A declaration does not find"),
            (
                f"engagements: [{{id: {ENGAGEMENT}, skill: sales2}}]",
                "reference.unknown",
                "A reference leads to nothing",
            ),
            (f"engagements: [{{id: {ENGAGEMENT}, name: {SECRET} undeclared}}]", "name.taken", "Two things"),
            ("engagements: [{name: New one, skill: sales2}]", "reference.unknown", "A reference"),
            (f"engagements: [{{id: {ENGAGEMENT}, window_opens: '${{var.text}}'}}]", "schema.", "The YAML does not"),
            (f"engagements: [{{id: {ENGAGEMENT}, {SECRET}: 1}}]", "schema.unknown", "A word is not one of lpconf's"),
            (f"engagements: [{{{SECRET}: [", "yaml.syntax", "The file is not YAML"),
        ],
    )
    def test_of_a_configuration_the_place_and_the_rule_are_told(
        self, public: Public, declared: str, rule: str, about: str
    ) -> None:
        public.write(f'version: 1\naccount: "12345678"\ncampaigns:\n  - find: default\n    {declared}\n')

        for said in (public("plan"), public("apply", "--auto-approve"), public("drift")):
            assert said.code == 1
            for text in (said.stderr, said.by_format.get("github", said.stderr)):
                assert re.search(r"site\.yaml(:|,line=)[56]", text)
                assert about in text
                assert rule in text

    def test_of_a_saved_plan_with_other_flags_the_hosts_are_not_told(self, public: Public) -> None:
        public("plan", "--out", "plan.json")

        said = public("apply", "--plan", "plan.json", "--allow-secret-host", f'connector["{SECRET}"]={SECRET}.com')

        assert said.code == 1
        assert "Error: The plan cannot be applied" in said.stderr

    def test_of_a_stale_plan_what_has_moved_is_only_counted(self, public: Public) -> None:
        public("plan", "--out", "plan.json")
        edit(public.served, description=f"{SECRET} moved")

        said = public("apply", "--plan", "plan.json")

        assert said.code == 3
        assert "not shown here, as they hold values." in said.stderr
        assert "Error: The plan is stale" in said.stderr

    def test_of_a_damaged_plan_nothing_of_it_is_told(self, public: Public) -> None:
        public("plan", "--out", "plan.json")
        plan = public.folder / "plan.json"
        plan.write_text(plan.read_text().replace(SECRET, f"{SECRET}2", 1))

        assert "not one that this lpconf has saved" in public("show", "plan.json").stderr
        assert public("apply", "--plan", "plan.json").code == 1

    @pytest.mark.parametrize(
        ("status", "told"),
        [
            (401, "refuses"),
            (403, "The sandbox does not allow a request (403)."),
            (451, "The sandbox blocks the account or the user (451)."),
            (400, "A request was refused (400)."),
        ],
    )
    def test_of_liveperson_only_the_status_is_told(self, public: Public, status: int, told: str) -> None:
        public.front.add(Fault("GET", "campaigns", status=status, echo=True, times=99))

        said = public("plan")

        assert said.code == (1 if status == 400 else 6)
        assert told in said.stderr
        assert told in said.by_format["github"]

    def test_of_bad_credentials_no_user_is_told(self, public: Public) -> None:
        said = public("plan", LPCONF_USERNAME_12345678=SECRET)

        assert said.code == 6
        assert "Could not sign in: the credentials are refused (401)." in said.stderr

    def test_of_missing_credentials_no_account_of_the_environment_is_told(self, public: Public) -> None:
        said = public("plan", LPCONF_USERNAME_12345678="", LPCONF_PASSWORD_12345678="", LPCONF_USERNAME=SECRET)

        assert said.code == 6
        assert "There are no credentials for the account." in said.stderr

    @pytest.mark.parametrize("url", [f"https://{SECRET}.invalid/path", f"http://{SECRET}.com"])
    def test_of_a_host_that_cannot_be_used_its_name_is_not_told(self, public: Public, url: str) -> None:
        assert public("plan", LPCONF_DISCOVERY_URL=url).code == 6

    def test_of_somebody_else_s_lock_no_user_and_no_host_is_told(self, public: Public) -> None:
        public("apply", *WRITES)
        (lock,) = (public.folder / "home").rglob("*.lock")
        with lock.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(json.dumps({"pid": 1, "user": SECRET, "host": SECRET, "since": SECRET}).encode())
            file.flush()

            said = public("apply", *WRITES)

        assert said.code == 1
        assert "Error: Another lpconf is at work on this account. Nothing was written." in said.stderr

    def test_of_a_file_that_cannot_be_read_its_folder_is_not_told(self, public: Public) -> None:
        said = public("apply", *WRITES, "--state-dir", str(public.folder / "site.yaml"))

        assert said.code == 1
        assert "Error: The command failed." in said.stderr


class TestFailures:
    def test_of_a_refused_write_liveperson_s_words_are_not_told(self, public: Public) -> None:
        public.front.add(Fault("PUT", "engagements", status=400, echo=True))

        said = public("apply", *WRITES)
        later = public("show", "last")

        assert said.code == 4, said.everything
        assert "failed, not changed" in said.by_format["text"]
        assert later.by_format["markdown"] == said.by_format["markdown"]

    def test_of_a_write_without_an_answer_nothing_of_it_is_told(self, public: Public) -> None:
        public.front.add(Fault("PUT", "engagements", lose_answer=True))

        said = public("apply", *WRITES)

        assert said.code == 0
        assert "changed" in said.by_format["text"]

    def test_of_a_run_that_was_cut_short_only_numbers_are_told(self, public: Public) -> None:
        assert public("apply", *WRITES).code == 0
        (journal,) = (public.folder / "state" / "runs").iterdir()
        lines = journal.read_text().splitlines(keepends=True)
        first = next(number for number, line in enumerate(lines) if json.loads(line)["event"] == "intent")
        journal.write_text("".join(lines[: first + 1]))

        said = public("plan")

        assert said.code == 0
        assert re.search(r"The run [0-9a-f]{8} did not come to its end: .*1 not done", said.stderr)

    def test_of_a_report_that_cannot_be_written_the_file_is_not_told(self, public: Public) -> None:
        done = public.lpconf(
            "apply", *WRITES, "--addresses-only", "-o", "text=/dev/full", "-o", "markdown", **public.environment
        )

        assert done.returncode == 1
        assert SECRET not in done.stdout + done.stderr


class TestOffline:
    def test_validate_tells_place_and_rule_in_every_format(self, public: Public) -> None:
        public.write(
            f'version: 1\naccount: "12345678"\nlabel: {SECRET}\ncampaigns:\n'
            f"  - name: {SECRET}\n    engagements: [{{name: {SECRET}, window_opens: '${{var.text}}'}}]\n"
        )

        said = public("validate")

        assert said.code == 1
        assert "site.yaml:6:" in said.stderr
        for text in (said.stderr, *list(said.by_format.values())[1:]):
            assert "schema.enum" in text
            assert "The YAML does not fit lpconf's schema" in text
        (found,) = json.loads(said.by_format["json"])["diagnostics"]
        assert (found["path"], found["hint"], found["source"]) == ("", "", None)

    def test_validate_tells_the_place_of_a_warning(self, public: Public) -> None:
        public.write(
            'version: 1\naccount: "12345678"\nconnectors:\n'
            f"  - {{name: {SECRET}, preferred: true}}\n  - {{name: {SECRET} 2, preferred: true}}\n"
        )

        said = public("validate")

        assert said.code == 0
        assert "Several connectors are preferred, and probably only one can be (connector.preferred)." in said.stderr

    def test_diff_tells_declared_addresses(self, public: Public) -> None:
        public.write(SITE.replace("messaging", "live_chat").replace("described", "otherwise"), "new.yaml")

        said = public("diff", "site.yaml", "new.yaml")

        assert said.code == 0
        for text in said.by_format.values():
            assert "description" in text or text == said.by_format["github"]

    def test_an_error_of_diff_tells_its_place(self, public: Public) -> None:
        public.write(SITE.replace("messaging", f"{SECRET}"), "new.yaml")

        said = public("diff", "site.yaml", "new.yaml")

        assert said.code == 1
        assert "new.yaml:10:" in said.stderr


@pytest.mark.parametrize("option", ["-v", "--log-file=requests.log"])
def test_requests_cannot_be_told_without_hosts_and_ids(public: Public, option: str) -> None:
    said = public("plan", option)

    assert said.code == 64
    assert "--verbose and --log-file tell hosts and ids." in said.stderr
    assert not (public.folder / "requests.log").exists()


def test_a_wait_says_nothing(public: Public) -> None:
    public.front.add(Fault("GET", "campaigns", status=503, headers={"Retry-After": "1"}))

    said = public("plan", "--quiet")

    assert (said.code, said.stderr) == (0, "")


def test_without_it_all_of_this_is_told(public: Public) -> None:
    """The texts are where the tests look for them."""
    told = public.private("plan").stdout

    assert f"{SECRET} undeclared" in told
    assert VARIABLE in told
    assert "127.0.0.1" in told

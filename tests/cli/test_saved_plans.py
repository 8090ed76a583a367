"""A saved plan is an approval: `plan --out`, `show`, `apply --plan`, and every way in which that is refused."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonschema
import pytest

from lpconf.engine.approval import flag_of
from lpconf.engine.digest import of_document
from lpconf.engine.encoding_schema import FORMAT_VERSION
from lpconf.model.policy import Policy
from tests.account import make_key
from tests.sandbox.client import CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, code_flow, implicit

from .conftest import ROOT, SITE, Run, Served

ONE = f"{ENGAGEMENTS}/{ENGAGEMENT}"
_CLOCK = "startTimeInMinutes"
HEAD = 'version: 1\naccount: "12345678"\n'
MESSAGING = (
    HEAD + "campaigns: [{find: default, engagements: [{find: default, conversation: messaging, language: de-DE}]}]\n"
)
UPDATE = HEAD + "connectors: [{name: Consumer authentication, js_method_name: f}]\n"


@dataclass
class Place:
    """A folder with a configuration and a plan of it, and an account that somebody else edits too."""

    run: Run
    served: Served
    folder: Path

    def lpconf(self, *arguments: str, **environment: str) -> CompletedProcess[str]:
        return self.run(*arguments, **{**self.served.environment, **environment})

    def save(self, *arguments: str) -> CompletedProcess[str]:
        result = self.lpconf("plan", "--out", "plan.json", *arguments)
        assert result.returncode == 0, result.stderr
        return result

    def apply(self, *arguments: str, **environment: str) -> CompletedProcess[str]:
        return self.lpconf("apply", "--plan", "plan.json", *arguments, **environment)

    def edit(self, **fields: Any) -> None:
        """Somebody changes the default engagement in the console."""
        editor = self.served.editor
        editor.put(ONE, {**editor.get(ONE), **fields})

    @property
    def file(self) -> Path:
        return self.folder / "plan.json"

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.read_text())
        return found

    def rewrite(self, **members: Any) -> None:
        """Edit the plan by hand, and make its digest fit."""
        document = {**self.document, **members}
        self.file.write_text(json.dumps({**document, "digest": of_document(document)}))

    def state(self) -> tuple[Any, ...]:
        """All that lpconf could have written, with the revisions, which every write raises."""
        editor = self.served.editor
        paths = CONNECTORS, CAMPAIGNS, f"{CAMPAIGNS}/{CAMPAIGN}", ENGAGEMENTS, ONE
        return tuple((_without_clock(editor.get(path)), editor.revision(path)) for path in paths)


def _without_clock(body: Any) -> Any:
    """The same without what counts from the moment of reading."""
    if isinstance(body, list):
        return [_without_clock(each) for each in body]
    return {key: value for key, value in body.items() if key != _CLOCK} if isinstance(body, dict) else body


@pytest.fixture
def place(lpconf: Run, served: Served, tmp_path: Path) -> Place:
    (tmp_path / "site.yaml").write_text(MESSAGING)
    return Place(lpconf, served, tmp_path)


def refused(place: Place, code: int, *messages: str, arguments: tuple[str, ...] = (), **environment: str) -> str:
    """Apply the plan, which is refused with these messages and without a single write."""
    before = place.state()
    result = place.apply(*arguments, **environment)
    assert (result.returncode, result.stdout) == (code, ""), result.stderr
    for message in messages:
        assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert "bug in lpconf" not in result.stderr
    assert place.state() == before
    return result.stderr


class TestSaving:
    def test_the_file_is_the_users_own_and_the_same_as_the_json(self, place: Place) -> None:
        place.save("-o", "json=other.json")
        assert stat.S_IMODE(place.file.stat().st_mode) == 0o600
        assert place.file.read_bytes() == (place.folder / "other.json").read_bytes()
        assert stat.S_IMODE((place.folder / "other.json").stat().st_mode) == 0o600
        printed = place.lpconf("plan", "-o", "json")
        assert printed.stdout.encode() == place.file.read_bytes()
        jsonschema.validate(place.document, json.loads((ROOT / "schemas/plan.schema.json").read_text()))

    def test_json_in_the_place_of_a_file_that_others_may_read_is_the_users_own(self, place: Place) -> None:
        other = place.folder / "other.json"
        other.write_text("x" * 1_000_000)
        other.chmod(0o644)
        place.save("-o", "json=other.json")
        assert stat.S_IMODE(other.stat().st_mode) == 0o600
        assert other.read_bytes() == place.file.read_bytes()

    def test_it_says_how_to_apply_exactly_this_plan(self, place: Place) -> None:
        said = place.save("--allow-demo-key", "--max-deletes", "3", "--accept-unverified", "connector.update").stderr
        assert said == (
            "Saved the plan to plan.json. Apply exactly this plan with: lpconf apply site.yaml "
            "--accept-unverified connector.update --allow-demo-key --max-deletes 3 --plan plan.json\n"
        )
        assert place.save("--quiet").stderr == ""

    def test_it_names_every_file_that_was_written(self, place: Place) -> None:
        others = ("-o", "markdown=plan.md", "-o", "html=plan.html")
        said = place.save(*others).stderr.splitlines()
        assert said[:2] == ["Wrote plan.md.", "Wrote plan.html."]
        assert said[2].startswith("Saved the plan to plan.json.")
        assert place.save(*others, "--quiet").stderr == ""

    @pytest.mark.parametrize("command", ["apply", "plan", "validate"])
    def test_given_as_a_configuration_it_says_how_to_apply_it(self, place: Place, command: str) -> None:
        place.save()
        said = place.lpconf(command, "plan.json")
        assert said.returncode == 1
        assert "plan.json:2:3: this is a saved plan and no configuration\n" in said.stderr
        assert "\n1 error.\n" in said.stderr
        assert "lpconf apply --plan plan.json" in said.stderr

    def test_what_it_says_names_what_apply_needs_to_see_the_same(self, place: Place) -> None:
        (place.folder / "my site.yaml").write_text("vars: {l: x}\n" + MESSAGING.replace("de-DE", "'${var.l}'"))
        (place.folder / "quirks.yaml").write_text("confirmed: [connector.update]\n")
        arguments = ["my site.yaml", "--var", "l=de-DE", "--sandbox", "--quirks", "quirks.yaml", "--state-dir", "mine"]
        said = place.run("plan", *arguments, "--out", "a plan.json").stderr
        assert said.endswith(
            "lpconf apply 'my site.yaml' --var l=de-DE --sandbox --quirks quirks.yaml --state-dir mine "
            "--plan 'a plan.json'\n"
        )
        applied = place.run("apply", *arguments, "--plan", "a plan.json")
        assert applied.returncode == 0, applied.stderr

    def test_the_earlier_plan_is_replaced_and_nothing_else_is_left(self, place: Place) -> None:
        place.file.write_text("an earlier plan, readable for all")
        place.file.chmod(0o644)
        place.save()
        assert stat.S_IMODE(place.file.stat().st_mode) == 0o600
        assert sorted(each.name for each in place.folder.iterdir() if each.is_file()) == ["plan.json", "site.yaml"]

    @pytest.mark.parametrize(
        ("make", "why"),
        [
            (lambda file: file.symlink_to("other.json"), "Cannot save the plan in plan.json: it is a link."),
            (lambda file: file.mkdir(), "Cannot save the plan in plan.json: it is a folder."),
            (os.mkfifo, "Cannot save the plan in plan.json: it is no regular file."),
        ],
    )
    def test_only_into_a_file(self, place: Place, make: Callable[[Path], object], why: str) -> None:
        make(place.file)
        result = place.lpconf("plan", "--out", "plan.json")
        assert (result.returncode, result.stdout) == (1, "")
        assert why in result.stderr
        assert not (place.folder / "other.json").exists()

    def test_only_into_a_folder_that_is_there(self, place: Place) -> None:
        result = place.lpconf("plan", "--out", "no/plan.json")
        assert (result.returncode, result.stdout) == (1, "")
        assert "Cannot save the plan in no/plan.json: the folder no does not exist." in result.stderr

    def test_a_blocked_and_an_empty_plan_are_saved_all_the_same(self, place: Place) -> None:
        blocked = place.lpconf("plan", SITE, "--detailed-exitcode", "--out", "plan.json")
        assert blocked.returncode == 5
        assert place.document["summary"]["blocked"] == 2
        (place.folder / "site.yaml").write_text(HEAD + "campaigns: [{find: default}]\n")
        place.save()
        assert place.document["changes"] == []
        nothing = place.apply()
        assert (nothing.returncode, nothing.stdout) == (0, "No changes. Account 12345678 is as declared (1 thing).\n")

    def test_no_secret_is_in_it_nor_a_digest_of_one(self, place: Place) -> None:
        key = make_key()
        place.served.editor.create(CONNECTORS, code_flow("IdP", clientSecret="live-s3cret", jwtPublicKey=key))
        (place.folder / "site.yaml").write_text(
            HEAD + "connectors: [{name: IdP, client_id: other, client_secret: {env: LPCONF_SECRET_IDP}}]\n"
        )
        result = place.lpconf(
            *("plan", "--out", "plan.json", "--accept-unverified", "connector.update"),
            LPCONF_SECRET_IDP="new-s3cret",
            LPCONF_SECRET_OTHER="other-s3cret",
        )
        assert result.returncode == 0
        saved = place.file.read_text()
        assert '"secret": "LPCONF_SECRET_IDP"' in saved
        assert "LPCONF_SECRET_OTHER" not in saved
        for secret in ("live-s3cret", "new-s3cret", "other-s3cret"):
            assert secret not in saved
            for form in (secret, json.dumps(secret)):
                assert hashlib.sha256(form.encode()).hexdigest()[:16] not in saved


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_every_flag_that_the_plan_keeps_is_one_of_the_command(lpconf: Run, command: str) -> None:
    flags = {flag_of(each.name) for each in fields(Policy) if each.name != "secrets"}
    assert flags <= set(lpconf(command, "--help").stdout.split())


class TestShowing:
    def test_it_prints_what_plan_printed(self, place: Place) -> None:
        printed = place.save().stdout
        shown = place.run("show", "plan.json")
        assert (shown.returncode, shown.stdout) == (0, printed)

    def test_as_json_it_is_the_file(self, place: Place) -> None:
        place.save()
        assert place.run("show", "plan.json", "-o", "json").stdout == place.file.read_text()

    def test_the_tutorial_with_its_warnings(self, place: Place) -> None:
        printed = place.run("plan", SITE, "--sandbox", "--out", "plan").stdout
        assert place.run("show", "plan").stdout == printed

    def test_quiet_leaves_its_warnings_out(self, place: Place) -> None:
        campaign = "{find: default, engagements: [{name: default Engagement}]}"
        (place.folder / "site.yaml").write_text(f"{HEAD}campaigns: [{campaign}]\n")
        printed = place.save().stdout
        assert "differs only in case or space" in place.run("show", "plan.json").stderr
        quiet = place.run("show", "plan.json", "-q")
        assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, printed, "")

    def test_the_help_tells_the_formats_of_a_run_and_of_a_plan(self, place: Place) -> None:
        told = " ".join(place.run("show", "--help").stdout.split())
        assert "html or github, to a file if one is named; a run as text, json or markdown only." in told

    def test_an_edited_plan_is_not_shown(self, place: Place) -> None:
        place.save()
        place.file.write_text(place.file.read_text().replace("de-DE", "fr-FR"))
        shown = place.run("show", "plan.json")
        assert (shown.returncode, shown.stdout) == (1, "")
        assert "Cannot use the plan plan.json. It was edited or damaged after it was saved." in shown.stderr

    def test_what_is_not_there_is_told(self, place: Place) -> None:
        shown = place.run("show", "plan.json")
        assert shown.returncode == 1
        assert "Cannot read the plan plan.json: No such file or directory." in shown.stderr


class TestApplying:
    def test_the_approved_plan_needs_no_question(self, place: Place) -> None:
        printed = place.save().stdout
        applied = place.apply()
        assert applied.returncode == 0, applied.stderr
        assert applied.stdout.startswith(printed)
        assert "Apply complete: 1 changed, and read back as planned." in applied.stdout
        after = place.served.editor.get(ONE)
        assert (after["conversationType"], after["language"]) == (1, "de-DE")

    def test_the_next_sandbox_on_another_port_is_the_same_place(self, place: Place) -> None:
        assert place.run("plan", SITE, "--sandbox", "--out", "plan.json").returncode == 0
        applied = place.run("apply", SITE, "--sandbox", "--plan", "plan.json")
        assert applied.returncode == 0, applied.stderr

    def test_a_field_that_moved_beside_the_plan_is_kept_and_noted(self, place: Place) -> None:
        place.save()
        place.edit(description="by somebody else", weight=0.25)
        applied = place.apply()
        assert applied.returncode == 0, applied.stderr
        note = "# description and weight have changed since the plan was made, and will be kept."
        assert note in applied.stdout
        after = place.served.editor.get(ONE)
        assert (after["description"], after["weight"], after["language"]) == ("by somebody else", 0.25, "de-DE")

    def test_a_moved_revision_alone_is_nothing(self, place: Place) -> None:
        place.save()
        before = place.served.editor.revision(ENGAGEMENTS)
        place.edit()
        place.edit()
        assert place.served.editor.revision(ENGAGEMENTS) > before
        applied = place.apply()
        assert applied.returncode == 0, applied.stderr
        assert "since the plan was made" not in applied.stdout

    def test_another_version_of_lpconf_is_no_reason_to_refuse(self, place: Place) -> None:
        place.save()
        place.rewrite(lpconf_version="0.0.1")
        assert place.apply().returncode == 0

    def test_what_was_applied_already_is_nothing_to_do_and_names_the_run(self, place: Place) -> None:
        place.save()
        assert place.apply().returncode == 0
        (run,) = json.loads(place.run("history", "-o", "json").stdout)["runs"]
        before = place.state()
        again = place.apply()
        assert again.returncode == 0, again.stderr
        assert again.stdout == f"Nothing to do. This plan was applied in the run {run['id']}.\n"
        assert place.state() == before

    def test_without_a_journal_no_run_is_named(self, place: Place) -> None:
        place.save()
        assert place.apply("--no-journal").returncode == 0
        for _ in range(2):
            again = place.apply()
            assert (again.returncode, again.stdout) == (0, "Nothing to do: the account is as this plan wanted it.\n")

    def test_applied_and_changed_again_is_stale(self, place: Place) -> None:
        place.save()
        assert place.apply().returncode == 0
        place.edit(language="fr-FR")
        refused(place, 3, 'language: was "en-US" when the plan was made, is now "fr-FR"')

    def test_blocked_changes_stay_out(self, place: Place) -> None:
        (place.folder / "site.yaml").write_text(MESSAGING + UPDATE.removeprefix(HEAD))
        place.served.editor.create(CONNECTORS, code_flow("Consumer authentication"))
        place.save()
        assert place.apply().returncode == 5
        assert place.served.editor.get(ONE)["language"] == "de-DE"
        again = place.apply()
        assert again.returncode == 5
        assert "Nothing to do." in again.stdout


class TestWhatIsNoPlan:
    """Told before the account is read, and with exit code 1."""

    def test_a_file_that_is_not_there(self, place: Place) -> None:
        refused(place, 1, "Cannot read the plan plan.json: No such file or directory.")

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "It is not JSON, at line 1, column 1."),
            (b"{\n  x", "It is not JSON, at line 2, column 3."),
            (b"\xff\xfe{}", "It is not UTF-8 text."),
            (b"[" * 100_000, "It is nested too deeply."),
            (b'{"a": 1, "a": 2}', "It is not JSON as lpconf writes it."),
            (b'{"a": NaN}', "It is not JSON as lpconf writes it."),
            (b'{"a": ' + b"9" * 5_000 + b"}", "It is not JSON as lpconf writes it."),
            (b"[]", "It is not a plan that lpconf saved: the document must be an object."),
            (b'{"version": 1}', "It is not a plan that lpconf saved: the document lacks format."),
            (b'{"format": "lpconf-diff"}', "It is not a plan that lpconf saved: format must be lpconf-plan."),
        ],
    )
    def test_other_content(self, place: Place, content: bytes, why: str) -> None:
        place.file.write_bytes(content)
        refused(place, 1, f"Cannot use the plan plan.json. {why}")

    def test_a_folder_and_a_pipe(self, place: Place) -> None:
        place.file.mkdir()
        refused(place, 1, "Cannot read the plan plan.json: it is no regular file.")
        place.file.rmdir()
        os.mkfifo(place.file)
        refused(place, 1, "Cannot read the plan plan.json: it is no regular file.")

    def test_an_endless_one(self, place: Place) -> None:
        with place.file.open("wb") as stream:
            stream.truncate(50 * 1024 * 1024 + 1)
        refused(place, 1, "Cannot read the plan plan.json: it is larger than 50 MB.")


class TestRefusals:
    def test_edited_by_hand(self, place: Place) -> None:
        place.save()
        place.file.write_text(place.file.read_text().replace("de-DE", "fr-FR"))
        refused(place, 1, "Cannot use the plan plan.json. It was edited or damaged after it was saved.", "Plan again.")

    def test_edited_by_hand_with_a_digest_that_fits(self, place: Place) -> None:
        place.save()
        changes = json.loads(json.dumps(place.document["changes"]).replace("de-DE", "fr-FR"))
        place.rewrite(changes=changes)
        refused(place, 3, '.language: was to become "fr-FR" when the plan was made, would become "de-DE" now')

    def test_another_format_version(self, place: Place) -> None:
        place.save()
        place.rewrite(format_version="1.0")
        refused(
            place, 1, f"It has version 1.0 of the plan format, and this lpconf knows version {FORMAT_VERSION} only."
        )

    def test_another_account(self, place: Place) -> None:
        place.save()
        place.rewrite(target={**place.document["target"], "account": "87654321"})
        refused(
            place,
            1,
            "The plan cannot be applied. Nothing was written.",
            "The plan is for account 87654321, and the configuration is for account 12345678.",
        )

    def test_another_discovery_host(self, place: Place) -> None:
        place.save()
        here = place.document["target"]["discovery_host"]
        place.rewrite(target={**place.document["target"], "discovery_host": "api.liveperson.net"})
        refused(place, 1, f"The plan was made through api.liveperson.net, and lpconf would use {here} now.")

    def test_the_sandbox_and_a_real_account(self, place: Place) -> None:
        place.save()
        refused(place, 1, "The plan was made outside of the sandbox.", arguments=("--sandbox",))
        assert place.run("plan", "--sandbox", "--out", "plan.json").returncode == 0
        refused(place, 1, "The plan was made in the sandbox.", "Add --sandbox, or plan again.")

    def test_other_policy_flags(self, place: Place) -> None:
        place.save("--accept-unverified", "connector.update", "--max-deletes", "3")
        refused(
            place,
            1,
            "--accept-unverified was connector.update when the plan was made, and is not given now.",
            "--allow-demo-key was not given when the plan was made, and is given now.",
            "--max-deletes was 3 when the plan was made, and is 5 now.",
            "Give apply the same flags as plan, or plan again.",
            arguments=("--allow-demo-key",),
        )

    def test_a_changed_configuration(self, place: Place) -> None:
        place.save()
        (place.folder / "site.yaml").write_text(MESSAGING.replace("de-DE", "fr-FR"))
        refused(
            place,
            1,
            "The configuration has changed since the plan was made, among others here:",
            "  campaign[default]/engagement[default]",
            "Plan again.",
        )

    def test_a_configuration_that_only_looks_different_is_the_same(self, place: Place) -> None:
        place.save()
        (place.folder / "site.yaml").write_text("# reviewed\n" + MESSAGING.replace(": [{", ":  [ {"))
        assert place.apply().returncode == 0

    def test_a_planned_field_that_moved(self, place: Place) -> None:
        place.save()
        place.edit(language="fr-FR", conversationType=1)
        refused(
            place,
            3,
            'campaign[default]/engagement[default].language: was "en-US" when the plan was made, is now "fr-FR"',
            '.conversation: was "live_chat" when the plan was made, is now "messaging", as declared',
            "The plan is stale: what is told above has changed since it was made. Nothing was written. Plan again.",
        )

    def test_a_live_text_cannot_speak_to_the_terminal(self, place: Place) -> None:
        place.save()
        place.edit(language="\x1b[2J\nAll is well.")
        said = refused(place, 3, "language: was")
        assert "\x1b" not in said
        assert "\nAll is well." not in said

    def test_the_plan_of_a_rollback(self, place: Place) -> None:
        place.save()
        place.rewrite(rolls_back="1f2e3d4c")
        refused(place, 1, "The plan takes back the run 1f2e3d4c", "Use lpconf rollback 1f2e3d4c.")

    def test_a_change_that_is_not_blocked_any_more_was_not_approved(self, place: Place) -> None:
        (place.folder / "site.yaml").write_text(UPDATE)
        (place.folder / "quirks.yaml").write_text("confirmed: [connector.update]\n")
        place.served.editor.create(CONNECTORS, implicit(jwtPublicKey=make_key()))
        place.save()
        refused(
            place,
            3,
            'connector["Consumer authentication"]: was blocked when the plan was made, and is not any more',
            arguments=("--quirks", "quirks.yaml"),
        )

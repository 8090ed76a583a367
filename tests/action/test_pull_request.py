"""The action in a pull request: validate, plan, and one comment that is kept up to date."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.action.conftest import CONFIGURATION, SECRET_VALUE, SITE, Place, by_bot, commit
from tests.action.github_api import BOT

FORK = 99
MARKER = "<!-- lpconf plan: lpconf-plan -->"


def test_validate_annotates_the_lines_of_a_wrong_configuration(place: Place) -> None:
    place.write(CONFIGURATION.replace("language", "langauge"))
    job = place.pull_request().run(command="validate", path=SITE)
    assert job.exit_code == 1
    assert f"::error file={SITE},line=7,col=9,title=schema.unknown::" in job.log
    assert {name: job.outputs[name] for name in ("valid", "errors", "exit-code")} == {
        "valid": "false",
        "errors": "1",
        "exit-code": "1",
    }
    assert f"    {SITE}:7:9: error: " in job.summary


def test_annotations_name_files_from_the_root_of_the_repository(place: Place) -> None:
    place.write(CONFIGURATION.replace("language", "langauge"))
    job = place.pull_request().run(command="validate", path="site.yaml", working_directory="liveperson")
    assert f"::error file={SITE},line=7," in job.log


def test_validate_a_good_configuration(place: Place) -> None:
    job = place.pull_request().run(command="validate", path=SITE)
    assert job.exit_code == 0
    assert job.outputs["valid"] == "true"
    assert "Valid: 2 things in account 12345678." in job.summary
    assert job.outputs["sarif-file"].endswith("lpconf.sarif")


def test_plan_comments_uploads_and_sets_outputs(place: Place) -> None:
    before = place.engagement()
    runner = place.pull_request()
    job = runner.run(command="plan", path=SITE)
    assert job.exit_code == 0, job.log
    (comment,) = by_bot(place.github)
    assert comment.startswith(MARKER)
    assert SECRET_VALUE in comment
    assert f"Planned for commit {'a' * 40} in [this run]" in comment
    assert runner.artifacts.uploaded["lpconf-plan"].name == "plan.json"
    assert SECRET_VALUE in job.summary
    assert {name: job.outputs[name] for name in ("changes", "create", "update", "delete", "exit-code")} == {
        "changes": "true",
        "create": "0",
        "update": "1",
        "delete": "0",
        "exit-code": "2",
    }
    assert place.engagement() == before


def test_risky_changes_are_annotated_where_they_are_declared(place: Place) -> None:
    job = place.pull_request().run(command="plan", path=SITE)
    assert f"::warning file={SITE},line=6,col=9,title=Perhaps seen by visitors at once::" in job.log


def test_the_next_push_updates_the_same_comment(place: Place) -> None:
    place.pull_request().run(command="plan", path=SITE)
    place.write(CONFIGURATION.replace(SECRET_VALUE, "fr-FR"))
    place.pull_request(head="c" * 40).run(command="plan", path=SITE)
    (comment,) = by_bot(place.github)
    assert "fr-FR" in comment
    assert SECRET_VALUE not in comment
    assert f"commit {'c' * 40}" in comment
    assert place.github.writes() == ["POST", "PATCH"]


def test_a_comment_that_is_up_to_date_is_left_alone(place: Place) -> None:
    place.pull_request().run(command="plan", path=SITE)
    place.pull_request().run(command="plan", path=SITE)
    assert place.github.writes() == ["POST"]


def test_the_own_comment_is_found_on_a_later_page(place: Place) -> None:
    for number in range(130):
        place.github.comment("reviewer", f"Remark {number}")
    own = place.github.comment(BOT, f"{MARKER}\nold")
    place.pull_request().run(command="plan", path=SITE)
    assert place.github.writes() == ["PATCH"]
    assert SECRET_VALUE in own["body"]


def test_nobody_elses_comment_is_touched(place: Place) -> None:
    """Anybody can write the marker, and the bot writes about other things too."""
    others = [
        place.github.comment("mallory", f"{MARKER}\nLooks good"),
        place.github.comment(BOT, f"Another tool quotes {MARKER}"),
        place.github.comment(BOT, "<!-- lpconf plan: lpconf-plan-test -->\nof another account"),
    ]
    before = [each["body"] for each in others]
    place.pull_request().run(command="plan", path=SITE)
    assert [each["body"] for each in others] == before
    assert place.github.writes() == ["POST"]


def test_no_comment_where_none_is_wanted(place: Place) -> None:
    job = place.pull_request().run(command="plan", path=SITE, comment="false")
    assert job.exit_code == 0
    assert place.github.requests == []


def test_a_token_that_may_not_comment_says_what_is_missing(place: Place) -> None:
    place.github.status = 403
    job = place.pull_request().run(command="plan", path=SITE)
    assert job.exit_code == 1
    assert "::error title=lpconf::GitHub answered 403 to POST" in job.log
    assert "permissions" in job.log
    assert "the-job-token" not in job.log


def test_an_artifact_name_cannot_end_the_hidden_marker(place: Place) -> None:
    job = place.pull_request().run(command="plan", path=SITE, artifact="x --> <b>")
    assert job.exit_code == 1
    assert "The artifact's name may hold" in job.log
    assert place.github.comments == []


def test_in_a_public_repository_no_value_leaves_the_job(place: Place) -> None:
    runner = place.pull_request(visibility="public")
    job = runner.run(command="plan", path=SITE)
    assert job.exit_code == 0, job.log
    (comment,) = by_bot(place.github)
    for text in (job.log, job.summary, comment):
        assert SECRET_VALUE not in text
        assert "en-US" not in text
    assert "campaign[default]/engagement[default]" in comment
    assert runner.artifacts.uploaded == {}


def test_in_a_public_repository_messages_about_the_account_are_not_shown(place: Place) -> None:
    place.write(CONFIGURATION.replace("find: default\n    eng", "name: Nothing of that name\n    eng"))
    job = place.pull_request(visibility="public").run(command="plan", path=SITE)
    assert job.exit_code == 1
    assert "Default campaign" not in job.log + job.summary
    assert "they are not shown" in job.log


def test_what_does_not_say_that_it_is_private_counts_as_public(place: Place) -> None:
    runner = place.pull_request(visibility="something new")
    runner.run(command="plan", path=SITE)
    assert SECRET_VALUE not in by_bot(place.github)[0]


def test_a_fork_validates_without_credentials_and_without_github(place: Place) -> None:
    runner = place.pull_request(head_id=FORK)
    assert not any(name.startswith("LPCONF_") for name in runner.environment)
    job = runner.run(command="validate", path=SITE)
    assert job.exit_code == 0
    assert place.github.requests == []


def test_a_fork_cannot_plan_for_it_has_no_credentials(place: Place) -> None:
    job = place.pull_request(head_id=FORK).run(command="plan", path=SITE)
    assert job.exit_code == 6
    assert place.github.requests == []


def test_a_pull_request_of_a_fork_gets_no_comment(place: Place) -> None:
    """Also where a self-made workflow gave it credentials: its token could not write one."""
    runner = place.pull_request(head_id=FORK)
    runner.environment = {**runner.environment, **place.served.environment}
    job = runner.run(command="plan", path=SITE)
    assert job.exit_code == 0
    assert "comes from a fork" in job.log
    assert place.github.requests == []


def test_outside_of_a_pull_request_there_is_nowhere_to_comment(place: Place) -> None:
    job = place.push().run(command="plan", path=SITE)
    assert job.exit_code == 0
    assert "nowhere to comment" in job.log


def test_a_name_from_the_account_commands_nothing(place: Place) -> None:
    place.edit(name="::error::pwned ##[group]x %0A::set-output name=valid::true")
    job = place.pull_request().run(command="plan", path=SITE)
    assert job.exit_code == 0, job.log
    assert not [line for line in job.log.splitlines() if line.lstrip().startswith(("::error", "::set-output"))]
    assert "##[" not in job.log


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"command": "destroy"}, "command is not validate, diff, plan, apply or drift."),
        ({"command": "plan", "addresses_only": "maybe"}, "addresses-only is not true, false or auto."),
    ],
)
def test_a_wrong_input_is_said(place: Place, inputs: dict[str, str], message: str) -> None:
    job = place.pull_request().run(path=SITE, **inputs)
    assert job.exit_code == 1
    assert message in job.log


def test_drift_fails_the_job_and_annotates(place: Place) -> None:
    job = place.push().run(command="drift", path=SITE)
    assert job.exit_code == 2
    assert f"::warning file={SITE},line=6,col=9,title=Drift::" in job.log
    assert job.outputs["drifted"] == "true"
    assert "lpconf drift" in job.summary


def test_no_drift(place: Place) -> None:
    place.edit(language=SECRET_VALUE)
    job = place.push().run(command="drift", path=SITE)
    assert (job.exit_code, job.outputs["drifted"]) == (0, "false")


def test_arguments_are_one_a_line_and_never_code(place: Place) -> None:
    place.write(f"{CONFIGURATION}vars: {{note: none}}\nlabel: ${{var.note}}\n")
    arguments = '--var\n  note=$(touch pwned) "; touch pwned  \n\n--quiet'
    job = place.pull_request().run(command="validate", path=SITE, arguments=arguments)
    assert job.exit_code == 0, job.log
    assert not list(place.workspace.rglob("pwned"))


def test_a_path_is_never_an_option(place: Place) -> None:
    job = place.pull_request().run(command="validate", path="--help")
    assert job.exit_code == 1
    assert "--help" in job.log


def test_a_fork_sees_what_differs_in_the_files(place: Place) -> None:
    place.write(CONFIGURATION.replace(SECRET_VALUE, "fr-FR"))
    commit(place.workspace, "Speak French")
    job = place.pull_request(head_id=FORK, visibility="public").run(command="diff", path=SITE)
    assert job.exit_code == 0, job.log
    assert "fr-FR" in job.summary
    assert "fr-FR" in job.log
    assert job.outputs["changes"] == "true"
    assert place.github.requests == []


def test_a_plan_of_a_public_repository_is_an_artifact_only_on_request(place: Place) -> None:
    runner = place.pull_request(visibility="public")
    runner.run(command="plan", path=SITE, upload_plan="true")
    assert SECRET_VALUE in runner.artifacts.uploaded["lpconf-plan"].read_text()


VARIABLE = "value-of-a-variable"

WITH_VARIABLE = CONFIGURATION.replace(SECRET_VALUE, "${var.note}")


@pytest.mark.parametrize(("visibility", "shown"), [("public", False), ("private", True)])
def test_in_a_public_repository_diff_does_without_the_values_of_variables(
    place: Place, visibility: str, shown: bool
) -> None:
    """They are not in the files, so reading the repository does not tell them."""
    place.write(WITH_VARIABLE)
    commit(place.workspace, "Take a variable")
    runner = place.pull_request(visibility=visibility)
    runner.environment = {**runner.environment, "LPCONF_VAR_note": VARIABLE}
    job = runner.run(command="diff", path=SITE)
    assert job.exit_code == 0, job.log
    assert SECRET_VALUE in job.log
    assert (VARIABLE in job.log + job.summary) is shown
    assert ("${var.note}" in job.log + job.summary) is not shown


@pytest.mark.parametrize(
    ("inputs", "visibility", "shown"),
    [
        ({}, "public", False),
        ({}, "private", True),
        ({"addresses_only": "true"}, "private", False),
        ({"addresses_only": "false"}, "public", True),
    ],
)
def test_validate_shows_no_value_where_addresses_only_is_wanted(
    place: Place, inputs: dict[str, str], visibility: str, shown: bool
) -> None:
    place.write(f"{CONFIGURATION}connectors:\n  - name: Consumers\n    jwks_endpoint: ${{var.note}}\n")
    runner = place.pull_request(visibility=visibility)
    runner.environment = {**runner.environment, "LPCONF_VAR_note": VARIABLE}
    job = runner.run(command="validate", path=SITE, **inputs)
    assert job.exit_code == 1
    assert f"::error file={SITE},line=10," in job.log
    assert (VARIABLE in job.log + job.summary + Path(job.outputs["sarif-file"]).read_text()) is shown


def test_in_a_public_repository_validate_shows_what_is_in_the_files(place: Place) -> None:
    """Whoever reads the log can read them too."""
    place.write(CONFIGURATION.replace(f"language: {SECRET_VALUE}", "conversation: telepathy"))
    job = place.pull_request(visibility="public").run(command="validate", path=SITE)
    assert job.exit_code == 1
    assert "telepathy" in job.log


def speak_french(place: Place) -> str:
    """A pull request's commit; what it merges into is `HEAD^1`. The id of that one."""
    base = commit(place.workspace, "Nothing new", allow_empty=True)
    place.write(CONFIGURATION.replace(SECRET_VALUE, "fr-FR"))
    return base


@pytest.mark.parametrize("name", ["HEAD^1", "main"])
def test_a_file_with_the_name_of_the_base_is_not_taken_for_it(place: Place, name: str) -> None:
    """A pull request that adds it would otherwise choose what it is compared with: itself."""
    base = speak_french(place)
    subprocess.run(["git", "branch", "--quiet", "main", base], cwd=place.workspace, check=True)
    (place.workspace / name).write_text(CONFIGURATION.replace(SECRET_VALUE, "fr-FR"))
    commit(place.workspace, "Speak French")
    job = place.pull_request().run(command="diff", path=SITE, base=name)
    assert job.exit_code == 0, job.log
    assert "fr-FR" in job.log
    assert f"from {base}:{SITE}" in job.log


def test_a_file_with_the_id_of_the_base_is_refused(place: Place) -> None:
    base = speak_french(place)
    (place.workspace / base).write_text(CONFIGURATION.replace(SECRET_VALUE, "fr-FR"))
    commit(place.workspace, "Speak French")
    job = place.pull_request().run(command="diff", path=SITE)
    assert job.exit_code not in {0, 2}
    assert job.outputs["changes"] == ""


def test_a_base_that_was_not_fetched_is_said(place: Place) -> None:
    job = place.pull_request().run(command="diff", path=SITE, base="HEAD^1")
    assert job.exit_code == 1
    assert "base: HEAD^1 is not one commit of this checkout." in job.log
    assert "fetch-depth: 2" in job.log

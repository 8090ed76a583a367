"""`-o markdown` and `--addresses-only`, as a workflow uses them."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

from .conftest import SITE, Run, Served
from .test_drift import edit

VALUES = ("dummy.com", "LPJsMethodName", "Default engagement", "SHA256", "Example Bank", "anybody can sign in")
"""Values of the tutorial and of the account, and the label."""


@pytest.fixture
def site(tmp_path: Path) -> str:
    """The tutorial, with a label."""
    file = tmp_path / "site.yaml"
    file.write_text(Path(SITE).read_text(encoding="utf-8") + "label: Example Bank\n", encoding="utf-8")
    return str(file)


def test_plan_writes_markdown_beside_text(lpconf: Run, site: str, tmp_path: Path) -> None:
    done = lpconf("plan", site, "--sandbox", "-o", "markdown=comment.md", "-o", "text")

    written = (tmp_path / "comment.md").read_text(encoding="utf-8")
    assert done.returncode == 0
    assert done.stdout.startswith("lpconf will change account 12345678 (Example Bank) in the sandbox.")
    assert written.startswith("<h3>lpconf plan</h3>\n\n<p>lpconf will change account <code>12345678</code>")
    assert '+ js_method_name: "LPJsMethodName"\n' in written


DEMO = "this is the tutorial's demo key"
"""A warning of lint about the tutorial."""


def test_what_validate_warns_of_is_in_what_reviewers_of_a_plan_read(lpconf: Run, site: str, tmp_path: Path) -> None:
    formats = ("markdown=plan.md", "html=plan.html", "json=plan.json", "text=plan.txt", "github")
    done = lpconf("plan", site, "--sandbox", *(part for each in formats for part in ("-o", each)))
    written = {name: (tmp_path / f"plan.{name}").read_text(encoding="utf-8") for name in ("md", "html", "json", "txt")}

    assert unescape(written["md"]).count(DEMO) == unescape(written["html"]).count(DEMO) == 1
    assert written["json"].count(DEMO) == 1
    assert done.stdout.count(DEMO) == 1
    assert "::warning file=" in done.stdout
    # People at a terminal have read it on stderr.
    assert done.stderr.count(DEMO) == 1
    assert DEMO not in written["txt"]


@pytest.mark.parametrize("format", ["markdown", "html", "github", "text", "json"])
def test_a_saved_plan_is_shown_as_it_was_made(lpconf: Run, site: str, format: str) -> None:
    made = lpconf("plan", site, "--sandbox", "--out", "plan.json", "-o", format)
    shown = lpconf("show", "plan.json", "-o", format)

    assert made.returncode == shown.returncode == 0
    assert shown.stdout == made.stdout
    assert shown.stderr.count(DEMO) == 1


@pytest.fixture
def unprotected(lpconf: Run, served: Served, site: str) -> str:
    """The site of an account in which the last run protected the connector."""
    text = Path(site).read_text(encoding="utf-8")
    Path(site).write_text(text.replace("    flow: implicit ", "    lifecycle: {protect: true}\n    flow: implicit "))
    assert lpconf("apply", site, "--auto-approve", "--allow-demo-key", **served.environment).returncode == 0
    Path(site).write_text(text)
    return site


def test_a_protection_that_disappears_is_annotated_though_nothing_changes(
    lpconf: Run, served: Served, unprotected: str
) -> None:
    made = ("--allow-demo-key", "--out", "plan.json")
    plan = lpconf("plan", unprotected, *made, "-o", "github", **served.environment)
    shown = lpconf("show", "plan.json", "-o", "github")

    text = Path(unprotected).read_text(encoding="utf-8")
    line = text[: text.index("name: Consumer authentication")].count("\n") + 1
    place = f"file=site.yaml,line={line},col=5,title=No longer protected from being deleted"
    assert f'::warning {place}::connector["Consumer authentication"] (id ' in plan.stdout
    assert shown.stdout == plan.stdout


def test_in_public_a_saved_plan_names_what_is_declared_though_it_does_not_change(
    lpconf: Run, served: Served, unprotected: str
) -> None:
    made = ("--allow-demo-key", "--out", "plan.json")
    plan = lpconf("plan", unprotected, *made, "--addresses-only", **served.environment)
    shown = lpconf("show", "plan.json", "--addresses-only")

    assert '  ! connector["Consumer authentication"] (id ' in plan.stdout
    assert shown.stdout == plan.stdout


@pytest.mark.parametrize("format", ["text", "markdown", "html", "github"])
def test_addresses_only_leaves_values_out_of_all_that_is_printed(lpconf: Run, site: str, format: str) -> None:
    done = lpconf("plan", site, "--sandbox", "--addresses-only", "-o", format, "--out", "plan.json")
    shown = lpconf("show", "plan.json", "--addresses-only", "-o", format)

    for each in (done, shown):
        assert each.returncode == 0
        assert not [value for value in VALUES if value in each.stdout + each.stderr]
        assert "engagement[default]" in each.stdout
    assert "Saved the plan to plan.json. It holds values: keep it to yourself." in done.stderr


@pytest.mark.parametrize("command", ["plan", "apply", "drift", "show"])
def test_json_cannot_leave_values_out(lpconf: Run, site: str, command: str) -> None:
    what = [] if command == "show" else ["--sandbox"]

    refused = lpconf(command, site, *what, "--addresses-only", "-o", "json=x.json")

    assert refused.returncode == 64
    assert "-o json holds values. With --addresses-only use another format." in refused.stderr


def test_a_run_is_reported_as_markdown_when_it_is_made_and_later(lpconf: Run, site: str, tmp_path: Path) -> None:
    applied = lpconf("apply", site, "--sandbox", "--auto-approve", "--addresses-only", "-o", "markdown=run.md")
    report = (tmp_path / "run.md").read_text(encoding="utf-8")
    later = lpconf("show", "last", "-o", "markdown")
    public = lpconf("show", "last", "--addresses-only", "-o", "markdown")

    assert applied.returncode == 0
    assert not [value for value in VALUES if value in applied.stdout + applied.stderr + report]
    assert "<p>Apply complete: 1 created, 1 changed, and read back as planned.</p>" in report
    assert public.stdout == report
    assert later.stdout.startswith("<h3>lpconf run <code>")
    assert "<tr><th>revision</th>" in later.stdout
    assert later.stdout.endswith(report.removeprefix("<h3>lpconf apply</h3>\n\n"))


def test_a_stale_plan_tells_no_values_in_public(lpconf: Run, served: Served, site: str) -> None:
    environment = served.environment
    assert lpconf("plan", site, "--out", "plan.json", "--allow-demo-key", **environment).returncode == 0
    edit(served, conversationType=1)

    stale = lpconf("apply", site, "--plan", "plan.json", "--allow-demo-key", "--addresses-only", **environment)

    assert stale.returncode == 3
    assert "not shown here, as they hold values." in stale.stderr
    assert "messaging" not in stale.stderr


def test_drift_is_markdown_for_a_nightly_summary(lpconf: Run, site: str) -> None:
    drifted = lpconf("drift", site, "--sandbox", "-o", "markdown")
    public = lpconf("drift", site, "--sandbox", "--addresses-only")

    assert drifted.returncode == public.returncode == 2
    assert drifted.stdout.startswith("<h3>lpconf drift</h3>\n\n<p>No run is known of account <code>12345678</code>")
    assert "+ conversation:" in drifted.stdout
    assert "      ~ conversation\n" in public.stdout
    assert not [value for value in VALUES if value in public.stdout + public.stderr]


@pytest.mark.parametrize(
    ("command", "formats"),
    [
        ("plan", "text, json, markdown, html or github"),
        ("apply", "text, json or markdown"),
        ("history", "text or json"),
    ],
)
def test_the_help_names_the_formats_of_the_command(lpconf: Run, command: str, formats: str) -> None:
    assert formats in " ".join(lpconf(command, "--help").stdout.split())

"""The commands as a user runs them, against the sandbox inside them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lpconf.cli.commands import COMMANDS

from .conftest import LPCONF, SITE, Run, clean_environment


def test_the_tutorial_in_two_commands(lpconf: Run) -> None:
    planned = lpconf("plan", SITE, "--sandbox", "--detailed-exitcode")
    assert planned.returncode == 2
    assert (
        planned.stdout.splitlines()[-1] == "Plan: 1 to create, 1 to change, 0 to delete, 0 blocked. 1 thing unchanged."
    )
    applied = lpconf("apply", SITE, "--sandbox", "--auto-approve")
    assert applied.returncode == 0
    assert applied.stdout.splitlines()[-1] == "Apply complete: 1 created, 1 changed, and read back as planned."
    again = lpconf("plan", SITE, "--sandbox", "--detailed-exitcode")
    assert (again.returncode, again.stdout) == (0, "No changes. Account 12345678 is as declared (3 things).\n")
    nothing = lpconf("apply", SITE, "--sandbox")
    assert nothing.returncode == 0


def test_apply_without_a_terminal_and_without_approval_writes_nothing(lpconf: Run) -> None:
    refused = lpconf("apply", SITE, "--sandbox")
    assert refused.returncode == 1
    assert refused.stderr.endswith(
        "Error: There is no terminal to ask for approval. Nothing was written.\n"
        "Save a plan with lpconf plan --out FILE, let somebody read it, "
        "and apply exactly that one with lpconf apply --plan FILE.\n"
        "With --auto-approve lpconf plans anew and applies that plan without asking.\n"
    )
    assert lpconf("plan", SITE, "--sandbox", "--detailed-exitcode").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plan", "--nonsense"], "No such option '--nonsense'."),
        (["frobnicate"], "No such command 'frobnicate'."),
        (["aply"], "No such command 'aply'. Did you mean 'apply'?"),
        (["plan", "--var", "novalue"], "--var takes NAME=VALUE."),
        (["plan", "-o", "xml"], "-o xml is not one of text, json, markdown, html, github."),
        (["plan", "-o", "json="], "-o json= names no file."),
        (["plan", "-o", "json", "-o", "text"], "Only one -o can go to stdout."),
        (["plan", "--accept-unverified", "connector.frob"], "connector.frob is not one of connector.create"),
        (["sandbox", "serve", "--port", "99999"], "99999 is not in the range"),
        (["plan", "--env", "prod"], "--env is not supported yet."),
        (["pull"], "lpconf pull is not supported yet."),
        (["pull", "--all"], "lpconf pull is not supported yet."),
        (["doctor"], "lpconf doctor is not supported yet."),
    ],
)
def test_a_usage_error_exits_64(lpconf: Run, arguments: list[str], message: str) -> None:
    result = lpconf(*arguments)
    assert result.returncode == 64
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_usage_error_that_repeats_an_argument_commands_neither_a_build_server_nor_a_terminal(lpconf: Run) -> None:
    for arguments in (["plan", "-o", "x\n::warning::inj"], ["pl\n::error::\x1b[31m"], ["plan", "--x\n##[error]"]):
        result = lpconf(*arguments)
        assert result.returncode == 64
        assert "Error: " in result.stderr
        assert not [line for line in result.stderr.splitlines() if line.lstrip().startswith("::")]
        assert "##[" not in result.stderr
        assert "\x1b" not in result.stderr


def test_validate_needs_no_account_and_no_network(lpconf: Run) -> None:
    result = lpconf("validate", SITE)
    assert (result.returncode, result.stdout) == (0, "Valid: 3 things in account 12345678.\n")
    assert "this is the tutorial's demo key" in result.stderr
    assert lpconf("validate", SITE, "--quiet").stderr == ""


def test_all_errors_come_at_once_with_place_line_and_caret(lpconf: Run, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(
        'version: 1\naccount: "12345678"\nconnectors:\n  - name: A\n    flow: implict\n    jsmethod: f\n'
    )
    for command in (["validate"], ["plan", "--sandbox"], ["apply", "--sandbox", "--auto-approve"]):
        result = lpconf(*command)
        assert result.returncode == 1
        assert result.stdout == ""
        assert result.stderr.startswith(
            'site.yaml:5:11: connectors[0].flow: "implict" is not one of implicit, code; did you mean "implicit"?\n'
            "   5 |     flow: implict\n"
            "     |           ^^^^^^^\n"
        )
        assert result.stderr.endswith("2 errors.\n\n")


def test_validate_as_json_holds_the_same_diagnostics(lpconf: Run, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text('version: 1\naccount: "12345678"\nconnectors: []\n')
    result = lpconf("validate", "-o", "json")
    document = json.loads(result.stdout)
    assert result.returncode == 1
    assert document["diagnostics"][0]["position"] == {"file": "site.yaml", "line": 3, "column": 13}


def test_a_plan_as_json(lpconf: Run, tmp_path: Path) -> None:
    result = lpconf("plan", SITE, "--sandbox", "-o", "json", "-o", "text=plan.txt")
    document = json.loads(result.stdout)
    assert document["summary"] == {"create": 1, "update": 1, "delete": 0, "blocked": 0, "unchanged": 1}
    assert document["changes"][1]["fields"][2]["after"] == {
        "text": "Consumer authentication",
        "known_after_apply": 'connector["Consumer authentication"]',
    }
    assert (tmp_path / "plan.txt").read_text().endswith("1 thing unchanged.\n")


def test_apply_as_json_keeps_stdout_for_the_run(lpconf: Run) -> None:
    result = lpconf("apply", SITE, "--sandbox", "--auto-approve", "-o", "json")
    assert json.loads(result.stdout)["result"] == "done"
    assert "Plan: 1 to create" in result.stderr


@pytest.mark.parametrize(
    ("file", "why"), [("no/such/file.json", "the folder no/such does not exist"), ("state", "it is a folder")]
)
def test_a_file_that_cannot_be_written_is_told_before_anything_is(
    lpconf: Run, tmp_path: Path, file: str, why: str
) -> None:
    (tmp_path / "state").mkdir(exist_ok=True)
    result = lpconf("apply", SITE, "--sandbox", "--auto-approve", "-o", f"json={file}")
    assert result.returncode == 1
    assert f"Error: Cannot write {file}: {why}." in result.stderr
    assert lpconf("plan", SITE, "--sandbox", "--detailed-exitcode").returncode == 2


def test_a_run_goes_to_every_file_that_was_asked_for(lpconf: Run, tmp_path: Path) -> None:
    for _ in range(2):
        result = lpconf("apply", SITE, "--sandbox", "--auto-approve", "-o", "text=run.txt", "-o", "json=run.json")
        assert (result.returncode, result.stdout) == (0, "")
    assert "No changes." in (tmp_path / "run.txt").read_text()
    assert json.loads((tmp_path / "run.json").read_text())["result"] == "done"


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-"])
def test_closed_streams_are_no_bug(tmp_path: Path, closed: str) -> None:
    command = f"{LPCONF} apply {SITE} --sandbox --state-dir state {closed}"
    result = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, env=clean_environment(), check=False
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "bug" not in result.stderr


def test_variables_come_from_the_command_line_and_the_environment(lpconf: Run, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(
        'version: 1\naccount: "12345678"\ncampaigns: [{find: default, description: "${var.text}"}]\n'
    )
    assert '"" -> "from the option"' in lpconf("plan", "--sandbox", "--var", "text=from the option").stdout
    assert '"from outside"' in lpconf("plan", "--sandbox", LPCONF_VAR_text="from outside").stdout
    assert "var.text" in lpconf("plan", "--sandbox").stderr


def test_requests_are_told_on_stderr_or_in_a_file_without_secrets(lpconf: Run, tmp_path: Path) -> None:
    result = lpconf("plan", SITE, "--sandbox", "-v", "--log-file", "http.log")
    log = (tmp_path / "http.log").read_text()
    assert "GET /api/account/12345678/configuration/le-connectors/connectors?v=2.0: 200" in result.stderr
    assert "POST /api/account/12345678/login?v=1.3: 200" in log
    for text in (result.stderr, result.stdout, log):
        assert "bearer" not in text.lower()


def test_colour_is_for_terminals_unless_it_is_forced(lpconf: Run) -> None:
    assert "\x1b" not in lpconf("plan", SITE, "--sandbox").stdout
    forced = lpconf("plan", SITE, "--sandbox", NO_COLOR="", FORCE_COLOR="1")
    assert "\x1b" in forced.stdout


def test_the_state_directory_is_the_users_own_and_ignored_by_git(lpconf: Run, tmp_path: Path) -> None:
    lpconf("plan", SITE, "--sandbox")
    state = tmp_path / "state"
    assert state.stat().st_mode & 0o777 == 0o700
    assert (state / ".gitignore").read_text() == "*\n"
    assert {each.stat().st_mode & 0o077 for each in state.glob("sandbox*")} == {0}


def test_a_state_directory_that_is_a_link_is_refused(lpconf: Run, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "state").symlink_to(tmp_path / "elsewhere")
    result = lpconf("plan", SITE, "--sandbox")
    assert result.returncode == 1
    assert "is a link or no directory" in result.stderr


def test_a_quirks_file_changes_what_lpconf_guesses(lpconf: Run, tmp_path: Path) -> None:
    (tmp_path / "quirks.yaml").write_text("versions: {connector.list: '9.9'}\n")
    result = lpconf("plan", SITE, "--sandbox", "--quirks", "quirks.yaml")
    assert result.returncode == 1
    assert "9.9" in result.stderr or "400" in result.stderr


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["plan", "--help"], ["apply", "--help"]])
def test_starting_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom lpconf.cli.main import run\n"
        f"code = run({arguments!r})\n"
        "heavy = {'requests', 'jsonschema', 'deepdiff', 'rich', 'yaml', 'cryptography', 'uvicorn', 'starlette'}\n"
        "print(sorted(heavy & set(sys.modules)))\nsys.exit(code)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_a_start_without_a_command_builds_none(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom lpconf.cli.main import run\n"
        f"code = run({arguments!r})\nprint('typer' in sys.modules)\nsys.exit(code)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize(("name", "line"), COMMANDS.items())
def test_the_list_of_commands_says_what_each_command_says_of_itself(lpconf: Run, name: str, line: str) -> None:
    assert lpconf(name, "--help").stdout.splitlines()[2].strip() == line
    assert " ".join(lpconf("--help").stdout.split()).count(f"{name} {line}") == 1


@pytest.mark.parametrize(("shell", "call"), [("bash", "complete"), ("zsh", "compdef"), ("fish", "complete")])
def test_each_shell_gets_its_completion(lpconf: Run, shell: str, call: str) -> None:
    script = lpconf("completion", shell)
    assert script.returncode == 0
    assert call in script.stdout


def test_a_shell_completes_commands_and_their_options() -> None:
    def complete(words: str, position: int) -> list[str]:
        typed = {"COMP_WORDS": words.replace(" ", "\n"), "COMP_CWORD": str(position)}
        environment = clean_environment(_LPCONF_COMPLETE="bash_complete", **typed)
        result = subprocess.run([LPCONF], capture_output=True, text=True, check=True, env=environment)
        return result.stdout.split()

    assert complete("lpconf pl", 1) == ["plain,plan"]
    assert "plain,--sandbox" in complete("lpconf plan --s", 2)


def test_without_the_sandboxs_packages_it_says_how_to_get_them(tmp_path: Path) -> None:
    code = (
        "import sys\nsys.modules['uvicorn'] = None\nfrom lpconf.cli.main import run\n"
        f"sys.exit(run(['plan', {SITE!r}, '--sandbox', '--state-dir', {str(tmp_path)!r}]))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "pip install 'lpconf[sandbox]'" in result.stderr


def test_a_bug_is_called_a_bug_and_shows_no_traceback(tmp_path: Path) -> None:
    """A broken installation stands for the bug that nobody has found yet."""
    code = (
        "import sys\nsys.modules['jsonschema'] = object()\nfrom lpconf.cli.main import run\n"
        f"sys.exit(run(['validate', {SITE!r}]))"
    )
    environment = clean_environment(TMPDIR=str(tmp_path))
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert result.returncode == 1
    assert result.stderr.startswith("This is a bug in lpconf, not a mistake of yours.\n")
    assert "Traceback" not in result.stderr
    assert len(list(tmp_path.glob("lpconf-bug-*.log"))) == 1


@pytest.mark.parametrize("state", ["site.yaml", "site.yaml/inside"])
def test_a_state_directory_that_cannot_be_is_refused(lpconf: Run, tmp_path: Path, state: str) -> None:
    (tmp_path / "site.yaml").write_text("x")
    result = lpconf("plan", SITE, "--sandbox", "--state-dir", state)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "state directory" in result.stderr


def test_a_full_disk_is_no_bug(lpconf: Run, tmp_path: Path) -> None:
    command = f"{LPCONF} plan {SITE} --sandbox --state-dir state > /dev/full"
    result = subprocess.run(
        ["bash", "-c", command], stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=clean_environment(), check=False
    )
    assert result.returncode == 1
    assert result.stderr.endswith("Error: Cannot write the output: No space left on device.\n")


def test_a_reader_that_goes_away_is_no_bug(tmp_path: Path) -> None:
    with subprocess.Popen(
        [LPCONF, "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment(), text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""

"""What a shell proposes: by each shell's protocol, and in a real bash."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from lpconf.cli.completing import LARGEST
from lpconf.model.quirks import Evidence, Quirks

from .conftest import LPCONF, SITE, Run, clean_environment

Complete = Callable[..., list[str]]

HOSTILE = 'A b "q" $(touch pwned) `touch pwned` it\'s ; touch pwned'
CONFIGURATION = f"""version: 1
account: "1"
connectors:
  - name: Web
    client_secret: {{env: LPCONF_SECRET_A}}
  - name: '{HOSTILE.replace("'", "''")}'
    client_secret: {{env: LPCONF_SECRET_A}}
  - name: "turned \\u202e around"
    client_secret: {{env: LPCONF_SECRET_A}}
  - name: ${{var.name}}
    client_secret: {{env: LPCONF_SECRET_A}}
  - name: Without a secret
"""
WEB = 'connector["Web"]'
EVIL = r'connector["A b \"q\" $(touch pwned) `touch pwned` it' + "'" + r's ; touch pwned"]'


@pytest.fixture
def complete(tmp_path: Path) -> Complete:
    """Asks as a shell does: the words so far, the last of which is being typed. Gives the lines of the answer."""

    def ask(*words: str, shell: str = "bash", **environment: str) -> list[str]:
        joined = ("\n" if shell == "bash" else " ").join(("lpconf", *words))
        position = words[-1] if shell == "fish" else str(len(words))
        done = subprocess.run(
            [LPCONF],
            cwd=tmp_path,
            env=clean_environment(
                COMP_WORDS=joined, COMP_CWORD=position, _LPCONF_COMPLETE=f"{shell}_complete", **environment
            ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.stderr == ""
        return done.stdout.splitlines()

    return ask


def plain(lines: list[str]) -> list[str]:
    return [line.removeprefix("plain,") for line in lines if line.startswith("plain,")]


@pytest.fixture
def configured(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(CONFIGURATION)


class TestCommandsAndOptions:
    def test_commands(self, complete: Complete) -> None:
        assert plain(complete("pl")) == ["plan"]
        assert {"plan", "apply", "explain"} <= set(plain(complete("")))
        assert plain(complete("token", "mi")) == ["mint"]

    def test_options(self, complete: Complete) -> None:
        assert plain(complete("plan", "--acc")) == ["--accept-unverified"]
        assert plain(complete("--ver")) == ["--version"]

    def test_files(self, complete: Complete) -> None:
        for words in (["plan", "si"], ["plan", "--quirks", ""], ["plan", "--out", "x"], ["explain", "site.y"]):
            assert complete(*words) == ["file"]

    def test_operations_are_those_that_are_only_guesses(self, complete: Complete) -> None:
        guesses = [name for name, evidence in Quirks().evidence.items() if evidence is Evidence.GUESS]
        assert plain(complete("plan", "--accept-unverified", "")) == guesses
        assert plain(complete("plan", "--accept-unverified=connector.u")) == ["connector.update"]

    def test_words_to_explain(self, complete: Complete) -> None:
        assert plain(complete("explain", "engagement.sk")) == ["engagement.skill"]
        assert {"engagement", "account", "lifecycle.protect"} <= set(plain(complete("explain", "")))

    @pytest.mark.parametrize(
        "command", ["validate", "plan", "apply", "drift", "rollback", "history", "show", "explain", "diff"]
    )
    def test_formats_are_those_that_the_command_takes(self, complete: Complete, lpconf: Run, command: str) -> None:
        arguments = {"rollback": ["last"], "show": ["last"], "diff": ["old", "new"]}.get(command, [])
        refused = lpconf(command, *arguments, "-o", "qqq").stderr
        accepted = refused.partition("-o qqq is not one of ")[2].rstrip(".\n").split(", ")
        assert set(accepted) >= {"text", "json"}
        assert set(plain(complete(command, *arguments, "-o", ""))) >= set(accepted)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A folder with a commit, a branch of a bad name, and another commit's tag."""
    environment = clean_environment(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    (tmp_path / "site.yaml").write_text("version: 1\n")
    (tmp_path / "shops").mkdir()
    (tmp_path / ".hidden.yaml").write_text("")
    (tmp_path / "turned \u202e around.yaml").write_text("")
    for command in (
        ["init", "-q", "-b", "main"],
        ["add", "site.yaml"],
        ["commit", "-q", "-m", "one"],
        ["tag", "v1.0"],
        ["branch", "shop/$(touch${IFS}pwned)"],
        ["branch", "spring"],
        ["update-ref", "refs/remotes/origin/main", "HEAD"],
    ):
        subprocess.run([*git, *command], env=environment, check=True, timeout=60)
    return tmp_path


@pytest.mark.usefixtures("repository")
class TestSidesOfADifference:
    def test_revisions_and_files(self, complete: Complete) -> None:
        assert plain(complete("diff", "")) == [
            "HEAD",
            "main",
            "'shop/$(touch${IFS}pwned)'",
            "spring",
            "origin/main",
            "v1.0",
            "shops/",
            "site.yaml",
        ]

    @pytest.mark.parametrize(
        ("typed", "proposed"),
        [
            ("H", ["plain,HEAD"]),
            ("or", ["plain,origin/main"]),
            ("sp", ["plain,spring"]),
            ("v", ["plain,v1.0"]),
            ("si", ["file"]),
            ("shops/", ["file"]),
            ("HEAD:", ["file"]),
            ("*", ["file"]),
        ],
    )
    def test_what_begins_so(self, complete: Complete, typed: str, proposed: list[str]) -> None:
        assert complete("diff", typed) == proposed

    def test_the_other_side_too(self, complete: Complete) -> None:
        assert complete("diff", "HEAD", "si") == ["file"]
        assert "spring" in plain(complete("diff", "HEAD", "s"))

    def test_a_folder_goes_on(self, complete: Complete) -> None:
        assert complete("diff", "sho")[-1] == "nospace"

    def test_other_shells_propose_files_by_themselves(self, complete: Complete) -> None:
        assert complete("diff", "sp", shell="fish") == ["plain,spring", "file,sp"]

    def test_a_program_that_the_repository_names_does_not_run(self, complete: Complete, repository: Path) -> None:
        config = repository / ".git" / "config"
        config.write_text(config.read_text() + "[core]\n\tfsmonitor = touch pwned\n\tpager = touch pwned\n")
        assert "HEAD" in plain(complete("diff", ""))
        assert not (repository / "pwned").exists()


def test_outside_of_a_repository_files_are_proposed(complete: Complete, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("")
    assert complete("diff", "", GIT_CEILING_DIRECTORIES=str(tmp_path.parent)) == ["file"]
    assert complete("diff", "none/", GIT_CEILING_DIRECTORIES=str(tmp_path.parent)) == ["file"]


@pytest.mark.usefixtures("configured")
class TestAddresses:
    def test_secrets(self, complete: Complete) -> None:
        assert plain(complete("plan", "--write-secret", "'")) == [
            f"{WEB}.client_secret",
            EVIL.replace("'", r"'\''") + ".client_secret",
        ]

    def test_hosts_are_left_to_the_user(self, complete: Complete) -> None:
        found = complete("apply", "--allow-secret-host", "'connector[\"W")
        assert found == [f"plain,{WEB}=", "nospace"]

    def test_the_configuration_of_the_command_line(self, complete: Complete, tmp_path: Path) -> None:
        (tmp_path / "other.yaml").write_text(CONFIGURATION.replace("Web", "Other"))
        for words in (["plan", "other.yaml"], ["rollback", "last", "other.yaml"]):
            found = plain(complete(*words, "--allow-secret-host", "'connector[\"O"))
            assert found == ['connector["Other"]=']

    @pytest.mark.parametrize(
        ("typed", "written"),
        [
            ("", f"'{WEB}.client_secret'"),
            ("conn", f"'{WEB}.client_secret'"),
            ("'conn", f"{WEB}.client_secret"),
            ("'connector[\"We", f"{WEB}.client_secret"),
            ('"connector[\\"We', r"connector[\"Web\"].client_secret"),
            ('connector[\\"We', f"'{WEB}.client_secret'"),
            ("con'nector[\"We", 'nector["Web"].client_secret'),
        ],
    )
    def test_what_bash_gets_is_quoted_as_the_word_begins(self, complete: Complete, typed: str, written: str) -> None:
        assert plain(complete("plan", "--write-secret", typed))[0] == written

    def test_an_option_and_its_value_in_one_word(self, complete: Complete) -> None:
        # Bash makes three words of it.
        assert plain(complete("plan", "--write-secret", "=", "'connector[\"W")) == [f"{WEB}.client_secret"]
        assert plain(complete("plan", "--write-secret", "="))[0] == f"'{WEB}.client_secret'"
        assert plain(complete("plan", "--var", "a", "=", "b", "--write-secret", "'connector[\"W")) != []

    def test_what_double_quotes_cannot_hold_is_not_proposed(self, complete: Complete, tmp_path: Path) -> None:
        (tmp_path / "site.yaml").write_text(CONFIGURATION.replace("Web", "Web!"))
        assert plain(complete("plan", "--write-secret", '"connector[\\"W')) == []
        assert plain(complete("plan", "--write-secret", "'connector[\"W")) == ['connector["Web!"].client_secret']

    def test_a_word_that_was_quoted_oddly_gets_no_wrong_rest(self, complete: Complete) -> None:
        assert plain(complete("plan", "--write-secret", "conn", "=", "x")) == []

    @pytest.mark.parametrize("shell", ["zsh", "fish"])
    def test_other_shells_quote_by_themselves(self, complete: Complete, shell: str) -> None:
        found = complete("plan", "--write-secret", "conn", shell=shell)
        values = found[1::3] if shell == "zsh" else plain(found)
        assert values == [f"{WEB}.client_secret", f"{EVIL}.client_secret"]

    def test_the_script_for_fish_keeps_commas(self, lpconf: Run) -> None:
        assert 'string split -m 1 ","' in lpconf("completion", "fish").stdout

    def test_a_large_configuration_is_not_read(self, complete: Complete, tmp_path: Path) -> None:
        (tmp_path / "site.yaml").write_text(CONFIGURATION + "#" * (LARGEST - len(CONFIGURATION.encode())))
        assert plain(complete("plan", "--write-secret", "'connector[\"W")) != []
        (tmp_path / "more.yaml").write_text("#\n")
        assert plain(complete("plan", ".", "--write-secret", "'connector[\"W")) == []


class TestRuns:
    @pytest.fixture
    def two_runs(self, lpconf: Run, tmp_path: Path) -> list[str]:
        """The ids of two runs, newest first."""
        text = Path(SITE).read_text()
        for name in ("LPJsMethodName", "another"):
            (tmp_path / "site.yaml").write_text(text.replace("LPJsMethodName", name, 1))
            done = lpconf("apply", "--sandbox", "--auto-approve", "--accept-unverified", "connector.update")
            assert done.returncode == 0, done.stderr
        return [line.split()[0] for line in lpconf("history").stdout.splitlines()[1:]]

    def test_newest_first_with_when_and_how_they_ended(
        self, complete: Complete, tmp_path: Path, two_runs: list[str]
    ) -> None:
        assert len(two_runs) == 2
        state = str(tmp_path / "state")
        for words in (["show", ""], ["rollback", ""]):
            assert plain(complete(*words, LPCONF_STATE_DIR=state)) == [*two_runs, "last"]
        assert plain(complete("show", two_runs[1][:7], LPCONF_STATE_DIR=state)) == [two_runs[1]]
        assert plain(complete("rollback", "--state-dir", state, two_runs[0][:7])) == [two_runs[0]]
        kind, run, about = complete("rollback", "", shell="zsh", LPCONF_STATE_DIR=state)[:3]
        assert (kind, run) == ("plain", two_runs[0])
        assert about.endswith(" UTC, done")

    def test_nothing_is_written_or_changed(self, complete: Complete, tmp_path: Path, two_runs: list[str]) -> None:
        (tmp_path / "state" / ".gitignore").unlink()
        before = snapshot(tmp_path)
        assert plain(complete("show", "", LPCONF_STATE_DIR=str(tmp_path / "state"))) != []
        complete("show", "", LPCONF_STATE_DIR=str(tmp_path / "none"))
        complete("plan", "--write-secret", "")
        assert snapshot(tmp_path) == before

    def test_without_runs_a_file_can_be_shown(self, complete: Complete) -> None:
        assert complete("show", "") == ["file"]
        assert plain(complete("rollback", "")) == []


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(file): (file.lstat().st_mode, file.lstat().st_mtime_ns) for file in folder.rglob("*")}


class TestNothingIsEverTold:
    """A shell would show it in the middle of what somebody types. The fixture looks at stderr."""

    @pytest.mark.parametrize(
        "content", ["a: [", "\x00", "[]", "- 1", "connectors: 5", "connectors: [5, {name: []}]", "&a [*a]"]
    )
    def test_of_a_broken_configuration(self, complete: Complete, tmp_path: Path, content: str) -> None:
        (tmp_path / "site.yaml").write_text(content)
        assert plain(complete("plan", "--write-secret", "")) == []

    def test_of_a_configuration_that_is_not_there_or_no_file(self, complete: Complete, tmp_path: Path) -> None:
        assert plain(complete("plan", "--write-secret", "")) == []
        os.mkfifo(tmp_path / "site.yaml")
        assert plain(complete("plan", "--write-secret", "")) == []

    def test_of_a_state_that_cannot_be_trusted(self, complete: Complete, tmp_path: Path) -> None:
        runs = tmp_path / ".lpconf" / "runs"
        runs.mkdir(parents=True)
        runs.chmod(stat.S_IRWXU | stat.S_IRWXO)
        assert complete("rollback", "") == []
        shutil.rmtree(runs.parent)
        (tmp_path / "elsewhere").mkdir()
        runs.parent.symlink_to(tmp_path / "elsewhere")
        assert plain(complete("rollback", "")) == []

    @pytest.mark.parametrize("instruction", ["bash", "bash_complete", "tcsh_complete", "", "bash_source"])
    def test_of_a_question_that_is_none(self, tmp_path: Path, instruction: str) -> None:
        done = subprocess.run(
            [LPCONF], env=clean_environment(_LPCONF_COMPLETE=instruction), capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pexpect.spawn[str]]:
    """An interactive bash with lpconf's completion. `show` prints its arguments, each in angle brackets."""
    folder = tmp_path_factory.mktemp("bash")
    (folder / "site.yaml").write_text(CONFIGURATION)
    path = f"{Path(LPCONF).parent}{os.pathsep}{os.environ['PATH']}"
    environment = clean_environment(PATH=path, TERM="dumb", INPUTRC="/dev/null", HISTFILE="/dev/null", PS1="$ ")
    shell = pexpect.spawn(
        "bash",
        ["--norc", "--noprofile", "-i"],
        cwd=str(folder),
        env=environment,
        encoding="utf-8",
        timeout=60,
        dimensions=(50, 1000),
    )
    shell.sendline("bind 'set enable-bracketed-paste off'; show() { printf '<%s>' \"$@\"; echo '|end'; }")
    shell.sendline('eval "$(lpconf completion bash | sed "s/ lpconf$/ show/; s/\\"\\$1\\"/lpconf/")"; echo rea""dy')
    shell.expect_exact("ready\r\n")
    yield shell
    shell.close(force=True)


class TestInBash:
    """`show` is completed as lpconf is, so that it can tell what the words became. The brand's names run nothing."""

    @pytest.mark.parametrize(
        ("typed", "became"),
        [
            ("show plan --write-secret 'connector[\"W\t", ["plan", "--write-secret", f"{WEB}.client_secret"]),
            ("show plan --write-secret 'connector[\"A\t", ["plan", "--write-secret", f"{EVIL}.client_secret"]),
            ('show plan --write-secret "connector[\\"A\t', ["plan", "--write-secret", f"{EVIL}.client_secret"]),
            ("show plan --write-secret con\tW\t", ["plan", "--write-secret", f"{WEB}.client_secret"]),
            ("show plan --write-secret con\tA\t", ["plan", "--write-secret", f"{EVIL}.client_secret"]),
            ("show plan --write-secret=con\tA\t", ["plan", f"--write-secret={EVIL}.client_secret"]),
            (
                "show apply --allow-secret-host con\tW\tidp.example",
                ["apply", "--allow-secret-host", f"{WEB}=idp.example"],
            ),
            ("show explain engagement.sk\t", ["explain", "engagement.skill"]),
            ("show explain site.y\t", ["explain", "site.yaml"]),
            ("show plan si\t", ["plan", "site.yaml"]),
            ("show diff HEAD si\t", ["diff", "HEAD", "site.yaml"]),
        ],
    )
    def test_a_tab(self, bash: pexpect.spawn[str], typed: str, became: list[str]) -> None:
        bash.sendline(typed)
        bash.expect_exact("".join(f"<{word}>" for word in became) + "|end")
        bash.sendline("ls")
        bash.expect_exact("ls\r\nsite.yaml\r\n$ ")

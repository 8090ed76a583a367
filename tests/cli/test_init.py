"""`lpconf init` as users run it: asked at a terminal, with options, or with the tutorial."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pexpect
import pytest

from lpconf.tokens.files import write_pair
from tests.tokens.samples import pair

from .conftest import LPCONF, ROOT, Run, clean_environment
from .terminal import press_ctrl_c

ENDPOINT = "https://login.bank.example/authorize"
IMPLICIT = ("--account", "12345678", "--authentication-endpoint", ENDPOINT)


def talk(cwd: Path, answers: Sequence[tuple[str, str]], *arguments: str) -> tuple[int | None, str]:
    """Answers questions at a terminal. Returns the exit code and all that was shown."""
    with pexpect.spawn(
        LPCONF,
        ["init", *arguments],
        cwd=cwd,
        env=clean_environment(),
        encoding="utf-8",
        timeout=60,
        dimensions=(60, 160),
        echo=False,
    ) as child:
        shown = ""
        for question, answer in answers:
            child.expect_exact(question)
            shown += child.before + child.after
            child.sendline(answer)
        child.expect(pexpect.EOF)
        child.close()
        return child.exitstatus, (shown + child.before).replace("\r\n", "\n")


def test_questions_make_a_configuration_that_plans(lpconf: Run, tmp_path: Path) -> None:
    code, shown = talk(
        tmp_path,
        [
            ("Account id (site id): ", "12345678"),
            ("What people call the account (may stay empty): ", "Web shop"),
            ("Name of the authentication connector [Consumer authentication]: ", ""),
            ("Flow: implicit, the page hands over the token; code, LivePerson fetches it", ""),
            ("Authentication endpoint, an https address", ENDPOINT),
            ("Tokens are checked with a public key in a file, or with a JWKS endpoint (file, jwks) [file]: ", ""),
            ("File of the public key, in the folder of the YAML [keys/idp.pub.pem]: ", ""),
            ("Function of the page that gives the token [lpGetAuthenticationToken]: ", ""),
            ("Make the default engagement messaging, for signed-in visitors only (yes, no) [yes]: ", ""),
        ],
    )
    assert code == 0
    assert shown.endswith(
        "Wrote site.yaml.\nWrote site.schema.json, by which editors complete and explain the fields.\n"
        "keys/idp.pub.pem is not there yet. Put the identity provider's public key into it.\n"
        "Or, to try it in the sandbox, make a pair:\n  lpconf token keygen --out keys/idp.pem\n"
        "Next:\n  lpconf validate\n  lpconf plan --sandbox\n"
    )
    assert lpconf("token", "keygen", "--out", "keys/idp.pem").returncode == 0
    assert lpconf("validate").stdout == "Valid: 3 things in account 12345678.\n"
    assert lpconf("fmt", "--check").returncode == 0
    assert "Plan: 1 to create, 1 to change" in lpconf("plan", "--sandbox").stdout


def test_wrong_answers_are_explained_and_asked_again(lpconf: Run, tmp_path: Path) -> None:
    code, shown = talk(
        tmp_path,
        [
            ("Account id (site id): ", ""),
            ("Account id (site id): ", "12 34"),
            ("Account id (site id): ", "1234"),
            ("What people call the account", ""),
            ("Name of the authentication connector", ""),
            ("Flow: ", "hybrid"),
            ("Flow: ", "code"),
            ("Token endpoint, an https address: ", "http://login.bank.example"),
            ("Token endpoint, an https address: ", "https://login.bank.example/token"),
            ("Client id that LivePerson has at the identity provider: ", "liveperson"),
            ("Environment variable that holds the client secret [LPCONF_SECRET_IDP]: ", "s3cr3t"),
            ("Environment variable that holds the client secret [LPCONF_SECRET_IDP]: ", ""),
            ("Authentication endpoint, for separate windows (may stay empty): ", ""),
            ("Tokens are checked with", "j"),
            ("JWKS endpoint, an https address: ", "https://login.bank.example/jwks"),
            ("Function of the page that gives the token", ""),
            ("Make the default engagement messaging", "nope"),
            ("Make the default engagement messaging", "N"),
        ],
    )
    assert code == 0
    assert 'Error: "12 34" is not an account. An account is 1 to 20 letters, digits and _.\n' in shown
    assert "Error: 'hybrid' is not one of 'implicit', 'code'.\n" in shown
    assert "Error: 'nope' is not one of 'yes', 'no'.\n" in shown
    assert '"http://login.bank.example" is not an https address.' in shown
    assert "Have the client secret in the environment variable LPCONF_SECRET_IDP.\n" in shown
    assert "s3cr3t" not in (tmp_path / "site.yaml").read_text()
    assert lpconf("validate").stdout == "Valid: 1 thing in account 1234.\n"


def test_nothing_is_asked_that_an_option_says(tmp_path: Path) -> None:
    code, _ = talk(
        tmp_path,
        [("Name of the authentication connector", "Sign-in"), ("Function of the page", "window.token")],
        *IMPLICIT,
        *("--label", "Shop", "--flow", "implicit", "--jwks-endpoint", "https://a.example/j", "--no-messaging"),
    )
    assert code == 0
    assert "  - name: Sign-in\n" in (tmp_path / "site.yaml").read_text()


def take_ctrl_c() -> None:
    """Workers of parallel tests ignore it, and so does what they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    with pexpect.spawn(
        LPCONF,
        ["init"],
        cwd=tmp_path,
        env=clean_environment(),
        encoding="utf-8",
        timeout=60,
        preexec_fn=take_ctrl_c,
    ) as child:
        child.expect_exact("Account id (site id): ")
        press_ctrl_c(child)
        child.expect_exact("Interrupted. Nothing was written.")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 1
    assert not list(tmp_path.iterdir())


def test_options_are_enough_without_a_terminal(lpconf: Run, tmp_path: Path) -> None:
    write_pair(tmp_path / "keys" / "idp.pem", *pair(1))
    result = lpconf("init", *IMPLICIT)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith("Next:\n  lpconf validate\n  lpconf plan --sandbox\n")
    assert lpconf("validate").returncode == 0


def test_without_a_terminal_all_missing_options_are_named_at_once(lpconf: Run, tmp_path: Path) -> None:
    result = lpconf("init")
    assert (result.returncode, result.stdout) == (1, "")
    assert (
        result.stderr
        == "Error: There is no terminal to ask. Give --account and --authentication-endpoint, or --from-tutorial.\n"
    )
    code_flow = lpconf("init", "--account", "1", "--flow", "code")
    assert "Give --token-endpoint and --client-id, or --from-tutorial." in code_flow.stderr
    assert not list(tmp_path.glob("*.yaml"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from-tutorial", "--account", "1"], "--from-tutorial goes with no other option."),
        (["--from-tutorial", "--messaging"], "--from-tutorial goes with no other option."),
        (["--key-file", "a", "--jwks-endpoint", "b"], "--key-file does not go with --jwks-endpoint."),
        (["--account", "1", "--client-id", "a"], "--client-id goes with --flow code."),
        (["--account", "1 2"], '--account: "1 2" is not an account.'),
        (["--flow", "hybrid"], "'hybrid' is not one of 'implicit', 'code'."),
    ],
)
def test_options_that_cannot_be_are_wrong_use(lpconf: Run, tmp_path: Path, arguments: list[str], message: str) -> None:
    result = lpconf("init", *arguments)
    assert result.returncode == 64
    assert message in result.stderr
    assert not list(tmp_path.glob("*.yaml"))


def test_the_tutorial_asks_nothing(lpconf: Run, tmp_path: Path) -> None:
    result = lpconf("init", "--from-tutorial")
    assert result.returncode == 0
    assert result.stdout.endswith("Next:\n  lpconf plan --sandbox\n  lpconf apply --sandbox\n")
    written = (tmp_path / "site.yaml").read_text().splitlines()
    assert written[0] == "# yaml-language-server: $schema=site.schema.json"
    assert written[1:] == (ROOT / "examples" / "site.yaml").read_text().splitlines()[1:]
    assert lpconf("apply", "--sandbox", "--auto-approve").returncode == 0


def test_the_schema_beside_it_is_the_one_of_this_lpconf(lpconf: Run, tmp_path: Path) -> None:
    lpconf("init", "--from-tutorial")
    assert json.loads((tmp_path / "site.schema.json").read_text()) == json.loads(lpconf("schema").stdout)


def test_a_schema_that_is_there_stays(lpconf: Run, tmp_path: Path) -> None:
    schema = tmp_path / "site.schema.json"
    schema.write_text("{}")
    result = lpconf("init", "--from-tutorial")
    assert result.returncode == 0
    assert "To bring it up to date: lpconf schema > site.schema.json" in result.stderr
    assert schema.read_text() == "{}"
    schema.unlink()
    lpconf("init", "a.yaml", "--from-tutorial")
    assert lpconf("init", "b.yaml", "--from-tutorial").stderr == ""


@pytest.mark.parametrize("make", ["link", "folder", "pipe"])
def test_nobody_is_told_to_write_a_schema_through_a_link(lpconf: Run, tmp_path: Path, make: str) -> None:
    schema = tmp_path / "site.schema.json"
    if make == "link":
        schema.symlink_to("../../../etc/nothing")
    elif make == "folder":
        schema.mkdir()
    else:
        os.mkfifo(schema)
    result = lpconf("init", "--from-tutorial")
    assert result.returncode == 0
    assert result.stderr == (
        "site.schema.json is a link, a folder or a special file, so editors get no schema. Remove it.\n"
    )


def test_what_is_told_to_a_shell_is_quoted(lpconf: Run, tmp_path: Path) -> None:
    (tmp_path / "my shop").mkdir()
    (tmp_path / "my shop" / "site.schema.json").write_text("{}")
    assert "lpconf schema > 'my shop/site.schema.json'" in lpconf("init", "my shop", "--from-tutorial").stderr


def test_nobody_is_told_to_write_a_key_through_a_link(lpconf: Run, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "idp.pub.pem").symlink_to("../../nothing")
    assert "keys/idp.pub.pem is a link that leads nowhere. Remove it first.\n" in lpconf("init", *IMPLICIT).stdout


def test_a_key_file_of_another_name_gets_a_pair_to_try_with(lpconf: Run, tmp_path: Path) -> None:
    result = lpconf("init", *IMPLICIT, "--key-file", "k/x.pem")
    assert result.returncode == 0
    told, _, commands = result.stdout.partition("Or, to try it in the sandbox, make a pair:\n")
    assert told.endswith("k/x.pem is not there yet. Put the identity provider's public key into it.\n")
    assert commands.startswith("  lpconf token keygen --out k/x-test.pem\n  cp k/x-test.pub.pem k/x.pem\nNext:\n")
    assert lpconf("token", "keygen", "--out", "k/x-test.pem").returncode == 0
    (tmp_path / "k/x-test.pub.pem").rename(tmp_path / "k/x.pem")
    assert lpconf("plan", "--sandbox").returncode == 0


@pytest.mark.parametrize("make", ["file", "link", "pipe"])
def test_nothing_is_ever_overwritten(lpconf: Run, tmp_path: Path, make: str) -> None:
    file = tmp_path / "site.yaml"
    if make == "file":
        file.write_text("mine")
    elif make == "link":
        file.symlink_to("nowhere")
    else:
        os.mkfifo(file)
    result = lpconf("init", "--from-tutorial")
    assert result.returncode == 1
    assert result.stderr.startswith("Error: site.yaml is there already, and is never overwritten.\n")
    assert [each.name for each in tmp_path.iterdir()] == ["site.yaml"]


def test_a_folder_gets_a_site_yaml(lpconf: Run, tmp_path: Path) -> None:
    (tmp_path / "my shop").mkdir()
    result = lpconf("init", "my shop", *IMPLICIT)
    assert result.stdout.startswith("Wrote my shop/site.yaml.\nWrote my shop/site.schema.json")
    assert "  lpconf token keygen --out 'my shop/keys/idp.pem'\n" in result.stdout
    assert result.stdout.endswith("  lpconf plan 'my shop/site.yaml' --sandbox\n")


def test_a_folder_that_is_not_there_is_told(lpconf: Run) -> None:
    result = lpconf("init", "none/site.yaml", "--from-tutorial")
    assert result.returncode == 1
    assert "Cannot write none/site.yaml: the folder none does not exist." in result.stderr

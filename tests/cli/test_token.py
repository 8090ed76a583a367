"""`lpconf token` as a user runs it, and the READMEs of the examples that use it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jwt
import pexpect
import pytest

from lpconf.config import load
from lpconf.tokens.files import write_pair
from tests.account import DEMO_KEY
from tests.tokens.samples import pair

from .conftest import LPCONF, ROOT, clean_environment

Token = Callable[..., subprocess.CompletedProcess[str]]

EXAMPLES = ROOT / "examples"
SEED_TOKEN = (EXAMPLES / "tutorial" / "token.jwt").read_text().strip()
UUID = "7f4c1d52-9a0e-4c0b-8b57-0d3b5f6f1a11"
OWN = """
version: 1
account: "12345678"
connectors:
  - {name: Web, jwt_public_key: {file: keys/idp.pub.pem}, jwt_issuer: https://login.bank.example}
"""


@pytest.fixture
def token(tmp_path: Path) -> Token:
    """Runs `lpconf token` in an empty folder, with a text on standard input."""

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [LPCONF, "token", *arguments],
            cwd=tmp_path,
            env=clean_environment(),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The folder with a key pair in keys/ and a site.yaml that declares it."""
    write_pair(tmp_path / "keys" / "idp.pem", *pair(0))
    (tmp_path / "site.yaml").write_text(OWN)
    return tmp_path


def test_keygen_prints_the_public_key_and_keeps_the_private_one(token: Token, tmp_path: Path) -> None:
    result = token("keygen", "--out", "idp.pem", "--bits", "3072")
    private = (tmp_path / "idp.pem").read_text()
    assert result.returncode == 0
    assert (tmp_path / "idp.pem").stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(r"jwt_public_key: [A-Za-z0-9+/=]{564}\n", result.stdout)
    assert "Public key:  idp.pub.pem (RSA 3072 bits, SHA256:" in result.stderr
    assert re.search(r"^Fingerprint: SHA256:[0-9a-f]{64}$", result.stderr, re.MULTILINE)
    assert "jwt_public_key: {file: idp.pub.pem}" in result.stderr
    body = [line for line in private.splitlines() if not line.startswith("-----")]
    assert not any(line in result.stdout + result.stderr for line in body)

    (tmp_path / "site.yaml").write_text(f'version: 1\naccount: "1"\nconnectors:\n  - name: x\n    {result.stdout}')
    load([tmp_path / "site.yaml"], variables={}, environ={})

    again = token("keygen", "--out", "idp.pem")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == "Error: idp.pem is there already, and keys are never overwritten. Choose another --out.\n"
    assert (tmp_path / "idp.pem").read_text() == private


def test_keygen_knows_three_sizes(token: Token) -> None:
    result = token("keygen", "--bits", "1024")
    assert result.returncode == 64
    assert "'1024' is not one of '2048', '3072', '4096'" in result.stderr


def test_keygen_elsewhere_suggests_no_file_for_the_yaml(token: Token, tmp_path: Path) -> None:
    result = token("keygen", "--out", str(tmp_path / "far" / "idp.pem"))
    assert "{file:" not in result.stderr


def test_a_minted_token_is_accepted_and_alone_on_stdout(token: Token, own: Path) -> None:
    minted = token(
        "mint", "--key", "keys/idp.pem", "--sub", UUID, "--ttl", "30m", "--kid", "k1", "--claim", "given_name=Dana",
        "--claim", 'lp_sdes=[{"type": "ctmrinfo", "info": {"customerId": "7"}}]',
    )  # fmt: skip
    assert (minted.returncode, minted.stderr) == (0, "")
    assert minted.stdout.count("\n") == 1
    claims = jwt.decode(minted.stdout.strip(), (own / "keys/idp.pub.pem").read_bytes(), algorithms=["RS256"])
    assert (claims["iss"], claims["sub"], claims["given_name"]) == ("https://login.bank.example", UUID, "Dana")
    assert claims["exp"] - claims["iat"] == 1800
    assert claims["lp_sdes"] == [{"type": "ctmrinfo", "info": {"customerId": "7"}}]
    assert jwt.get_unverified_header(minted.stdout.strip())["kid"] == "k1"

    checked = token("check", stdin=minted.stdout)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("LivePerson would accept this token.\n")
    assert minted.stdout.strip() not in checked.stdout
    assert minted.stdout.strip().rpartition(".")[2] not in checked.stdout


def test_mint_warns_of_what_is_unwise_on_stderr(token: Token, own: Path) -> None:
    (own / "keys/idp.pem").chmod(0o644)
    minted = token("mint", "--key", "keys/idp.pem", "--sub", "dana@bank.example", "--ttl", "7d", "--claim", "name=Dana")
    assert minted.returncode == 0
    assert minted.stdout.count("\n") == 1
    for part in (
        "warning: others than you may read keys/idp.pem. Make it yours alone: chmod 600 keys/idp.pem",
        "sub looks like an e-mail address",
        "the claim name is not shown to agents",
        "it is valid for 7 days",
    ):
        assert part in minted.stderr


def test_mint_takes_the_key_from_standard_input_and_needs_no_yaml_with_an_issuer(token: Token, own: Path) -> None:
    (own / "site.yaml").write_text("not: valid")
    key = (own / "keys/idp.pem").read_text()
    minted = token("mint", "--key", "-", "--sub", UUID, "--iss", "https://idp.example", stdin=key)
    assert (minted.returncode, minted.stderr) == (0, "")
    claims = jwt.decode(minted.stdout.strip(), options={"verify_signature": False})
    assert (claims["iss"], claims["exp"] - claims["iat"]) == ("https://idp.example", 3600)


def test_a_key_of_somebody_else_makes_no_token(token: Token, own: Path) -> None:
    token("keygen", "--out", "other.pem")
    result = token("mint", "--key", "other.pem", "--sub", UUID)
    assert (result.returncode, result.stdout) == (1, "")
    assert 'The private key does not belong to connector["Web"]. Nothing was made.' in result.stderr
    assert len(set(re.findall("SHA256:[0-9a-f]{12}", result.stderr))) == 2


def test_a_token_that_would_be_refused_is_not_made(token: Token, own: Path) -> None:
    result = token("mint", "site.yaml", "--key", "keys/idp.pem", "--sub", UUID, "--iss", "https://LOGIN.bank.example")
    assert (result.returncode, result.stdout) == (1, "")
    assert "they differ in upper and lower case" in result.stderr
    assert result.stderr.endswith("Nothing was made.\n")


MINT_ERRORS = {
    "bad lifetime": (["--ttl", "soon", "--key", "keys/idp.pem"], "A lifetime is a number with s, m, h or d"),
    "bad claim": (["--claim", "x", "--key", "keys/idp.pem"], "A claim is written name=value"),
    "public key": (["--key", "keys/idp.pub.pem"], "This is a public key. A token is signed with the private one."),
    "missing key": (["--key", "nowhere.pem"], "Cannot read the private key from nowhere.pem: No such file"),
    "unknown connector": (["--connector", "App", "--key", "keys/idp.pem"], "No connector has that name."),
    "empty issuer": (["--iss", "", "--key", "keys/idp.pem"], "1011, the claim iss is missing. Nothing was made."),
    "empty subject": (["--sub", "", "--key", "keys/idp.pem"], "1011, the claim sub is missing. Nothing was made."),
    "missing YAML": (["--key", "keys/idp.pem", "nowhere.yaml"], "this file does not exist"),
}


@pytest.mark.parametrize(("arguments", "message"), MINT_ERRORS.values(), ids=MINT_ERRORS)
def test_what_mint_cannot_do(token: Token, own: Path, arguments: list[str], message: str) -> None:
    result = token("mint", "--sub", UUID, *arguments)
    assert (result.returncode, result.stdout) == (1, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_mint_needs_an_issuer_from_somewhere(token: Token, own: Path) -> None:
    (own / "site.yaml").write_text(OWN.replace(", jwt_issuer: https://login.bank.example", ""))
    result = token("mint", "--key", "keys/idp.pem", "--sub", UUID)
    assert result.returncode == 1
    assert result.stderr == "Error: The connector declares no jwt_issuer. Say who signs the visitor in: --iss.\n"


def test_with_key_addresses_a_token_is_made_and_what_stays_open_is_said(token: Token, own: Path) -> None:
    (own / "site.yaml").write_text(
        OWN.replace("jwt_public_key: {file: keys/idp.pub.pem}", "jwks_endpoint: https://b.example/k")
    )
    minted = token("mint", "--key", "keys/idp.pem", "--sub", UUID)
    assert minted.returncode == 0
    assert "its header has no kid" in minted.stderr
    checked = token("check", stdin=minted.stdout)
    assert checked.returncode == 0
    assert checked.stdout.startswith("lpconf finds nothing wrong with this token, but could not check all of it: ")


def test_the_tutorials_token_is_refused_with_1012(token: Token) -> None:
    result = token("check", str(EXAMPLES / "tutorial"), "--token", str(EXAMPLES / "tutorial" / "token.jwt"))
    assert (result.returncode, result.stderr) == (1, "")
    assert re.match(
        r"LivePerson would refuse this token: 1012, expired 2018-08-22 21:05:30 UTC, \d+ years ago\.\n", result.stdout
    )
    assert result.stdout.count("\n  error ") == 1
    assert "the tutorial's demo key" in result.stdout
    assert SEED_TOKEN.rpartition(".")[2] not in result.stdout


def test_check_as_json_and_as_text_in_a_file(token: Token, tmp_path: Path) -> None:
    result = token("check", str(EXAMPLES / "tutorial"), "-o", "json", "-o", "text=check.txt", stdin=f'"{SEED_TOKEN}"\n')
    document = json.loads(result.stdout)
    assert result.returncode == 1
    assert (document["verdict"], document["idp_codes"]) == ("refused", ["1012"])
    assert "around" in [each["code"] for each in document["findings"]]
    assert (tmp_path / "check.txt").read_text().startswith("LivePerson would refuse")
    assert SEED_TOKEN.rpartition(".")[2] not in result.stdout


def test_a_token_never_goes_into_the_arguments_and_is_not_repeated(token: Token) -> None:
    result = token("check", str(EXAMPLES / "tutorial"), "--token", SEED_TOKEN)
    assert result.returncode == 1
    assert "--token takes the name of a file, never the token" in result.stderr
    assert SEED_TOKEN[:60] not in result.stdout + result.stderr


def test_of_several_connectors_one_is_named(token: Token, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(
        f'version: 1\naccount: "1"\nconnectors:\n  - {{name: A, jwt_public_key: {DEMO_KEY}}}\n  - {{name: B}}\n'
    )
    unnamed = token("check", stdin=SEED_TOKEN)
    assert unnamed.returncode == 1
    assert (
        'More than one connector fits: connector["A"] and connector["B"]. Name one with --connector.' in unnamed.stderr
    )
    assert "1012" in token("check", "--connector", "A", stdin=SEED_TOKEN).stdout
    other = token("check", "--connector", "B", stdin=SEED_TOKEN).stdout
    assert "declares neither jwt_public_key nor jwks_endpoint" in other


def test_hostile_claims_cannot_reach_the_terminal(token: Token, own: Path) -> None:
    minted = token("mint", "--key", "keys/idp.pem", "--sub", "a\x1b]0;x\x07\u202e", "--claim", "\x1b[2J=x\ny")
    checked = token("check", stdin=minted.stdout)
    for text in (minted.stderr, checked.stdout, checked.stderr):
        assert re.search("[\x00-\x09\x0b-\x1f\u202e]", text) is None


def test_a_terminal_is_told_what_to_do(tmp_path: Path) -> None:
    child = pexpect.spawn(
        LPCONF,
        ["token", "check", str(EXAMPLES / "tutorial")],
        cwd=str(tmp_path),
        env=clean_environment(),
        timeout=60,
        encoding="utf-8",
        echo=False,
    )
    child.expect_exact("Paste the token, then press Enter and Ctrl-D.")
    child.sendline(SEED_TOKEN)
    child.sendeof()
    child.expect_exact("LivePerson would refuse this token: 1012")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 1


@pytest.mark.parametrize("command", ["keygen", "mint", "check"])
def test_help_loads_nothing_heavy(command: str) -> None:
    code = (
        "import sys\nfrom lpconf.cli.main import run\n"
        f"code = run(['token', {command!r}, '--help'])\n"
        "print(sorted({'jwt', 'cryptography', 'yaml', 'rich', 'requests'} & set(sys.modules)))\nsys.exit(code)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"


def commands(example: str) -> list[str]:
    """The commands that an example's README tells to run."""
    text = (EXAMPLES / example / "README.md").read_text()
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]


def follow(example: str, folder: Path) -> tuple[Path, Callable[[str], subprocess.CompletedProcess[str]]]:
    """A fresh copy of an example, as git has it, and how to run a line of its README there."""
    place = folder / example
    shutil.copytree(EXAMPLES / example, place, ignore=shutil.ignore_patterns("keys", ".lpconf"))
    path = f"{Path(LPCONF).parent}{os.pathsep}{os.environ['PATH']}"

    def run(line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-ec", line],
            cwd=place,
            env=clean_environment(PATH=path),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return place, run


def test_the_example_with_a_key_of_ones_own_works_from_nothing(tmp_path: Path) -> None:
    place, run = follow("own-key", tmp_path)
    before = run("lpconf validate")
    assert before.returncode == 1
    assert "jwt_public_key: the file keys/idp.pub.pem does not exist" in before.stderr
    keygen, apply, check = commands("own-key")
    assert run(keygen).returncode == 0
    assert (place / "keys/idp.pem").stat().st_mode & 0o777 == 0o600
    assert run("lpconf validate").returncode == 0
    applied = run(apply)
    assert (applied.returncode, applied.stdout.splitlines()[-1]) == (
        0,
        "Apply complete: 1 created, 1 changed, and read back as planned.",
    )
    checked = run(check)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("LivePerson would accept this token.\n")


def test_the_tutorial_as_it_was(tmp_path: Path) -> None:
    _, run = follow("tutorial", tmp_path)
    apply, check = commands("tutorial")
    assert run(apply).returncode == 0
    checked = run(check)
    assert checked.returncode == 1
    assert "1012, expired 2018-08-22" in checked.stdout.splitlines()[0]


def test_the_tutorials_site_is_the_one_beside_it() -> None:
    one, other = (
        load([path], variables={}, environ={}) for path in (EXAMPLES / "site.yaml", EXAMPLES / "tutorial" / "site.yaml")
    )
    assert [(each.address, each.fields) for each in one.things] == [
        (each.address, each.fields) for each in other.things
    ]
    assert one.account == other.account


def test_no_private_key_is_checked_in() -> None:
    for path in EXAMPLES.rglob("*"):
        made = any(part.startswith(".") or part == "keys" for part in path.relative_to(EXAMPLES).parts)
        if path.is_file() and not made:
            assert "PRIVATE KEY" not in path.read_text()
    assert "keys/" in (EXAMPLES / "own-key" / ".gitignore").read_text().splitlines()

"""Keys and tokens in files."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

import pytest

from lpconf.model.errors import LpconfError
from lpconf.tokens.files import MAX_KEY, public_path, read_private, read_token, token_text, write_pair

TOKEN = "eyJhbGciOiJub25lIn0.e30."


def test_the_private_key_is_its_owners_alone(tmp_path: Path) -> None:
    private = tmp_path / "new" / "keys" / "idp.pem"
    public = write_pair(private, b"private", b"public")
    assert private.stat().st_mode & 0o777 == 0o600
    assert private.parent.stat().st_mode & 0o077 == 0
    assert (public.name, public.read_bytes()) == ("idp.pub.pem", b"public")
    assert read_private(private) == (b"private", False)


def test_git_takes_only_the_public_key_from_a_folder_that_was_made(tmp_path: Path) -> None:
    write_pair(tmp_path / "keys" / "idp.key", b"private", b"public")
    for command in (["init", "--quiet"], ["add", "--all"], ["ls-files"]):
        done = subprocess.run(["git", *command], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["keys/.gitignore", "keys/idp.pub.pem"]


def test_what_git_ignores_in_a_folder_of_the_users_stays_theirs(tmp_path: Path) -> None:
    write_pair(tmp_path / "idp.pem", b"private", b"public")
    assert not (tmp_path / ".gitignore").exists()


@pytest.mark.parametrize("there", ["idp.pem", "idp.pub.pem"])
def test_nothing_is_ever_overwritten_and_no_half_pair_is_left(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")
    with pytest.raises(LpconfError, match=rf"{there} is there already, and keys are never overwritten"):
        write_pair(tmp_path / "idp.pem", b"private", b"public")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [(there, "mine")]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "idp.pem").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LpconfError, match="is there already"):
        write_pair(tmp_path / "idp.pem", b"private", b"public")
    assert not (tmp_path / "elsewhere").exists()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LpconfError, match=r"Cannot write the key pair .*: Not a directory"):
        write_pair(tmp_path / "file" / "keys" / "idp.pem", b"private", b"public")


@pytest.mark.parametrize(
    ("private", "public"),
    [("idp.pem", "idp.pub.pem"), ("idp.key", "idp.pub.pem"), ("idp", "idp.pub.pem"), ("a/idp.v1", "a/idp.v1.pub.pem")],
)
def test_the_public_key_goes_beside_the_private_one(private: str, public: str) -> None:
    assert public_path(Path(private)) == Path(public)


def test_a_key_that_others_can_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "idp.pem"
    file.write_bytes(b"private")
    for mode, told in ((0o640, True), (0o604, True), (0o600, False), (0o400, False)):
        file.chmod(mode)
        assert read_private(file) == (b"private", told)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"-----BEGIN PUBLIC KEY-----", False), (b"-----BEGIN PRIVATE KEY-----\n-----BEGIN PUBLIC KEY-----", True)],
)
def test_that_others_can_read_a_public_key_is_not_told(tmp_path: Path, content: bytes, told: bool) -> None:
    file = tmp_path / "idp.pub.pem"
    file.write_bytes(content)
    file.chmod(0o644)
    assert read_private(file) == (content, told)


def test_a_key_may_come_through_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o644)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"private",))
    writer.start()
    assert read_private(pipe) == (b"private", False)
    writer.join()


@pytest.mark.parametrize(
    ("read", "name", "message"),
    [
        (read_private, "missing.pem", "Cannot read the private key from missing.pem: No such file"),
        (read_private, "a\0b", "Cannot read the private key"),
        (read_private, "-----BEGIN PRIVATE KEY-----\nMIIE", "--key takes the name of a file, never the key"),
        (read_token, "missing.jwt", "Cannot read the token from missing.jwt: No such file"),
        (read_token, ".", "Cannot read the token from .: Is a directory"),
        (read_token, TOKEN, "--token takes the name of a file, never the token"),
    ],
)
def test_what_cannot_be_read_is_said_without_a_key_or_a_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: object, name: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert callable(read)
    with pytest.raises(LpconfError) as raised:
        read(Path(name))
    assert str(raised.value).startswith(message)
    assert "MIIE" not in str(raised.value)
    assert TOKEN not in str(raised.value)


def test_a_file_that_is_far_too_large(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * (MAX_KEY + 1))
    with pytest.raises(LpconfError, match="is larger than 64 KiB"):
        read_private(tmp_path / "big")


def test_the_text_of_a_token(tmp_path: Path) -> None:
    (tmp_path / "token.jwt").write_text(TOKEN)
    assert read_token(tmp_path / "token.jwt") == TOKEN
    assert token_text(b"\x80") == "\N{REPLACEMENT CHARACTER}"
    with pytest.raises(LpconfError, match="larger than 1024 KiB"):
        token_text(b"x" * (1024 * 1024 + 1))
    with pytest.raises(LpconfError, match="UTF-16, as PowerShell writes it"):
        token_text(TOKEN.encode("utf-16"))

"""Keys and tokens in files. Nothing here ever overwrites a file, and no message holds what is in one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from lpconf.model.errors import LpconfError

MAX_KEY = 64 * 1024
"""Bytes of a file that holds a private key."""

MAX_TOKEN = 1024 * 1024
"""Bytes of a file that holds a token."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_PUBLIC_ONLY = b"# Private keys stay out of git.\n*\n!.gitignore\n!*.pub.pem\n"
_SUFFIXES = frozenset({".pem", ".key"})
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def public_path(private: Path) -> Path:
    """Where the public key goes: `idp.pub.pem` beside `idp.pem`."""
    stem = private.stem if private.suffix in _SUFFIXES else private.name
    return private.with_name(f"{stem}.pub.pem")


def write_pair(private: Path, private_pem: bytes, public_pem: bytes) -> Path:
    """Write a new key pair: the private key for the user alone (0600), the public one beside it. Returns its path.

    A folder that is made for them keeps the private key out of git. Writes both or none. Raises LpconfError when
    either is there already, or when they cannot be written.
    """
    public = public_path(private)
    pair = ((private, private_pem, 0o600), (public, public_pem, 0o644))
    ignored = () if private.parent.exists() else ((private.with_name(".gitignore"), _PUBLIC_ONLY, 0o644),)
    made: list[Path] = []
    try:
        private.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, data, mode in (*ignored, *pair):
            with os.fdopen(os.open(path, _NEW, mode), "wb") as file:
                made.append(path)
                file.write(data)
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            there = Path(error.filename)
            raise LpconfError(
                f"{there} is there already, and keys are never overwritten. Choose another --out."
            ) from None
        raise LpconfError(f"Cannot write the key pair {private}: {error.strerror}.") from None
    return public


def read_private(path: Path) -> tuple[bytes, bool]:
    """The bytes of a private key's file, and whether others than its owner may read a private key there.

    Raises LpconfError. A pipe, such as a shell's `<(...)`, is fine.
    """
    if "-----BEGIN" in str(path):
        raise LpconfError("--key takes the name of a file, never the key: others can see a command's arguments.")
    data, open_to_others = _read(path, MAX_KEY, "the private key")
    # A public key, which is taken for a private one by mistake, may be read by all.
    return data, open_to_others and (b"PUBLIC KEY" not in data or b"PRIVATE" in data)


def read_token(path: Path) -> str:
    """The text of a token's file. Raises LpconfError."""
    if str(path).count(".") >= 2 and str(path).lstrip("\"' ").startswith("eyJ"):
        raise LpconfError("--token takes the name of a file, never the token: others can see a command's arguments.")
    return token_text(_read(path, MAX_TOKEN, "the token")[0])


def token_text(data: bytes) -> str:
    """The text that bytes are. What is no UTF-8 comes out as characters that no token has. Raises LpconfError."""
    if len(data) > MAX_TOKEN:
        raise LpconfError(f"The token is larger than {MAX_TOKEN // 1024} KiB.")
    if data.startswith(_UTF_16_MARKS):
        raise LpconfError("The token's file is UTF-16, as PowerShell writes it. Save it as UTF-8.")
    return data.decode("utf-8", errors="replace")


def _read(path: Path, limit: int, what: str) -> tuple[bytes, bool]:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = f": {error.strerror}" if isinstance(error, OSError) else ""
        raise LpconfError(f"Cannot read {what} from {path}{reason}.") from None
    if len(data) > limit:
        raise LpconfError(f"{path} is larger than {limit // 1024} KiB.")
    return data, stat.S_ISREG(mode) and bool(mode & 0o077)

"""TLS for the simulator: a certificate authority of this state directory alone, for loopback.

The authority's key never leaves its file (0600). Nothing is added to any trust store: who wants to trust it points a
variable of the environment at its certificate.
"""

from __future__ import annotations

import fcntl
import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import trustme

KEY_FILE = "sandbox-ca-key.pem"
CERTIFICATE_FILE = "sandbox-ca.pem"

_NAMES = ("127.0.0.1", "localhost", "::1")
_ORGANIZATION = "lpconf sandbox"
# An authority that ends sooner than this is replaced at the start of a server.
_LEAST_LEFT = timedelta(days=30)
# Longer-lived server certificates are refused by some clients, even of private authorities.
_LEAF_LIFE = timedelta(days=397)
_BACKDATED = timedelta(days=1)


@dataclass(frozen=True)
class Tls:
    """What a server needs, and the file that its clients need."""

    context: ssl.SSLContext
    ca_file: Path


def prepared(directory: Path) -> Tls:
    """A context with a new certificate for loopback, from the directory's authority, which is made if need be.

    Args:
        directory: holds the authority: its key with its certificate, and a file with the certificate alone.

    Raises:
        OSError: the files cannot be read or written.
    """
    now = datetime.now(UTC)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    ca_file = directory / CERTIFICATE_FILE
    with _alone(directory):
        authority = _authority(directory / KEY_FILE, now)
        _write(ca_file, authority.cert_pem.bytes())
    leaf = authority.issue_cert(
        *_NAMES, organization_name=_ORGANIZATION, not_before=now - _BACKDATED, not_after=now + _LEAF_LIFE
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    return Tls(context, ca_file.absolute())


def _authority(file: Path, now: datetime) -> trustme.CA:
    """The authority in the file, or a new one if there is none that still works."""
    import trustme

    found = _read(file, now)
    if found is not None:
        return found
    new = trustme.CA(path_length=0, organization_name=_ORGANIZATION)
    _write(file, new.private_key_pem.bytes() + new.cert_pem.bytes())
    return new


def _read(file: Path, now: datetime) -> trustme.CA | None:
    import trustme
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        pem = file.read_bytes()
        certificate, key = x509.load_pem_x509_certificate(pem), load_pem_private_key(pem, None)
    except (FileNotFoundError, ValueError, TypeError):
        return None
    starts, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if key.public_key() != certificate.public_key() or not starts <= now <= ends - _LEAST_LEFT:
        return None
    return trustme.CA.from_pem(pem, pem)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Keep other servers that start at the same time waiting, so that all have one authority."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(file: Path, content: bytes) -> None:
    """Write a file of 0600, whole or not at all."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(content)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

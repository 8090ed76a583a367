"""TLS for the simulator: a certificate authority of this user alone, for loopback.

The authority's key never leaves its file (0600), which is in the user's own state directory and not beside the
configuration, where whoever may change the configuration could put a key of theirs. Its certificate limits it to
loopback, so that who trusts it trusts it for nothing else. Nothing is added to any trust store: who wants to trust it
points a variable of the environment at its certificate.
"""

from __future__ import annotations

import fcntl
import ipaddress
import os
import ssl
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

KEY_FILE = "sandbox-ca-key.pem"
CERTIFICATE_FILE = "sandbox-ca.pem"

_NETWORKS = ("127.0.0.1/32", "::1/128")
_NAME = "localhost"
_ORGANIZATION = "lpconf sandbox"
_LIFE = timedelta(days=30)
# An authority that ends sooner than this is replaced at the start of a server.
_LEAST_LEFT = timedelta(days=7)
_BACKDATED = timedelta(days=1)
# A file of an authority is a few kilobytes.
_LARGEST_FILE = 64 * 1024


@dataclass(frozen=True)
class Tls:
    """What a server needs, and the file that its clients need."""

    context: ssl.SSLContext
    ca_file: Path


@dataclass(frozen=True)
class _Authority:
    key: EllipticCurvePrivateKey
    certificate: x509.Certificate


def user_directory() -> Path:
    """Where the user's authority is: `lpconf/` in `$XDG_STATE_HOME`, else in `~/.local/state`.

    Raises:
        OSError: the user has no home.
    """
    chosen = os.environ.get("XDG_STATE_HOME", "")
    # One that is not absolute does not count, says the standard; it could lead into a project.
    if Path(chosen).is_absolute():
        return Path(chosen) / "lpconf"
    try:
        return Path.home() / ".local" / "state" / "lpconf"
    except RuntimeError as error:
        raise FileNotFoundError(2, "There is no home directory for its certificate") from error


def prepared(directory: Path) -> Tls:
    """A context with a new certificate for loopback, from the directory's authority, which is made if need be.

    Args:
        directory: holds the authority: its key with its certificate, and a file with the certificate alone. It
            becomes the user's own (0700).

    Raises:
        OSError: the files cannot be read or written, or the directory is a link or another user's.
    """
    now = datetime.now(UTC)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    ca_file = directory / CERTIFICATE_FILE
    with _alone(directory):
        authority = _authority(directory / KEY_FILE, now)
        _write(ca_file, _pem(authority.certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # A context takes its key from a file only.
        with tempfile.NamedTemporaryFile(dir=directory, prefix=".sandbox-leaf.") as leaf:
            leaf.write(_leaf(authority, now))
            leaf.flush()
            context.load_cert_chain(leaf.name)
    return Tls(context, ca_file.absolute())


def _authority(file: Path, now: datetime) -> _Authority:
    """The authority in the file, or a new one if there is none that may still be used."""
    found = _read(file, now)
    if found is not None:
        return found
    new = _new_authority(now)
    _write(file, _key_pem(new.key) + _pem(new.certificate))
    return new


def _read(file: Path, now: datetime) -> _Authority | None:
    """The authority in the file, if nobody but the user can have made it, and it is for loopback and not about to end.

    Who else might have put a key here must not become an authority that the user's programs trust.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        pem = _private_content(file)
        certificate, key = x509.load_pem_x509_certificate(pem), load_pem_private_key(pem, None)
        extensions = {(found.oid, found.critical): found.value for found in certificate.extensions}
    except (OSError, ValueError, TypeError, x509.DuplicateExtension):
        return None
    if not isinstance(key, EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        return None
    if extensions.get((x509.NameConstraints.oid, True)) != _constraints():
        return None
    starts, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not starts <= now <= ends - _LEAST_LEFT or ends > now + _LIFE:
        return None
    return _Authority(key, certificate)


def _private_content(file: Path) -> bytes:
    """The content of a plain file that is the user's and nobody else's. Raises OSError if it is not such a file."""
    # Not waiting: a pipe in its place would never be opened.
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as source:
        found = os.fstat(source.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise PermissionError
        return source.read(_LARGEST_FILE)


def _new_authority(now: datetime) -> _Authority:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    key, name = ec.generate_private_key(ec.SECP256R1()), _subject("authority")
    certificate = (
        _certificate(name, name, key.public_key(), now, now + _LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(is_authority=True), critical=True)
        .add_extension(_constraints(), critical=True)
        .sign(key, SHA256())
    )
    return _Authority(key, certificate)


def _leaf(authority: _Authority, now: datetime) -> bytes:
    """Key and certificate of a server, as PEM. It ends with its authority."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import ExtendedKeyUsageOID

    key, issuer = ec.generate_private_key(ec.SECP256R1()), authority.certificate
    addresses = [x509.IPAddress(ipaddress.ip_network(network).network_address) for network in _NETWORKS]
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    certificate = (
        _certificate(_subject("server"), issuer.subject, key.public_key(), now, issuer.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(is_authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(_NAME), *addresses]), critical=False)
        .add_extension(issuer_key, critical=False)
        .sign(authority.key, SHA256())
    )
    return _key_pem(key) + _pem(certificate)


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePublicKey, now: datetime, ends: datetime
) -> x509.CertificateBuilder:
    from cryptography import x509

    return (
        x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _subject(unit: str) -> x509.Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANIZATION),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        ]
    )


def _constraints() -> x509.NameConstraints:
    """Loopback and nothing else."""
    from cryptography import x509

    networks = [x509.IPAddress(ipaddress.ip_network(network)) for network in _NETWORKS]
    return x509.NameConstraints([x509.DNSName(_NAME), *networks], None)


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _key_pem(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Keep other servers that start at the same time waiting, so that all have one authority."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if os.fstat(handle).st_uid != os.getuid():
            raise PermissionError(1, f"{directory} belongs to another user")
        os.fchmod(handle, 0o700)
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

"""https from an authority of the user's own, for loopback."""

from __future__ import annotations

import ipaddress
import os
import ssl
import stat
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from lpconf.sandbox import fault_table, tls
from lpconf.sandbox.fault_table import Fault, FaultKind
from lpconf.sandbox.server import Address, running

from .client import ACCOUNT, CONNECTORS, Client, implicit


def discovery(address: Address, host: str = "127.0.0.1", **more: object) -> requests.Response:
    url = f"https://{host}:{urlsplit(address.url).port}/api/account/{ACCOUNT}/service/baseURI.json?version=1.0"
    return requests.get(url, verify=str(address.ca_file), timeout=30, **more)  # type: ignore[arg-type]


def authority(days: float = 20, *, critical: bool | None = True) -> bytes:
    """Key and certificate of an authority as the simulator makes them, unless told otherwise."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=5))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    if critical is not None:
        networks = [x509.IPAddress(ipaddress.ip_network(text)) for text in ("127.0.0.1/32", "::1/128")]
        limits = x509.NameConstraints([x509.DNSName("localhost"), *networks], None)
        made = made.add_extension(limits, critical=critical)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem + made.sign(key, SHA256()).public_bytes(Encoding.PEM)


def put(directory: Path, pem: bytes) -> bytes:
    """Put it where the simulator keeps its authority, as private as there."""
    (directory / tls.KEY_FILE).touch(0o600)
    (directory / tls.KEY_FILE).write_bytes(pem)
    return pem


def key_of(pem: bytes) -> bytes:
    return pem[: pem.index(b"-----BEGIN CERTIFICATE")]


def certificate_of(pem: bytes) -> bytes:
    return pem[pem.index(b"-----BEGIN CERTIFICATE") :]


def signed_by(pem: bytes, host: str) -> bytes:
    """What somebody who has the authority's key could make: a server's key and certificate."""
    issuer, issuer_key = x509.load_pem_x509_certificate(pem), load_pem_private_key(pem, None)
    assert isinstance(issuer_key, ec.EllipticCurvePrivateKey)
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "somebody")])
    made = (
        x509.CertificateBuilder(issuer.subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(issuer_id, critical=False)
        .sign(issuer_key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + made.public_bytes(Encoding.PEM)


def shakes_hands(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> bool:
    """Whether the client takes the server for this host. In memory, without a connection."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            with suppress(ssl.SSLWantReadError):
                try:
                    end.do_handshake()
                except ssl.SSLCertVerificationError:
                    return False
    return ends[0].version() is not None


class TestServer:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
    def test_a_client_that_trusts_the_authority_needs_nothing_else(self, state_file: Path, host: str) -> None:
        with running(state_file, ACCOUNT, secure=True) as address:
            assert address.url.startswith("https://127.0.0.1:")
            assert discovery(address, host).status_code == 200

    def test_discovery_names_the_host_that_https_is_put_in_front_of(self, state_file: Path) -> None:
        with running(state_file, ACCOUNT, secure=True) as address:
            hosts = {entry["baseURI"] for entry in discovery(address).json()["baseURIs"]}
            assert hosts == {address.url.removeprefix("https://")}

    def test_nobody_else_trusts_it(self, state_file: Path) -> None:
        with running(state_file, ACCOUNT, secure=True) as address, pytest.raises(requests.exceptions.SSLError):
            requests.get(address.url, timeout=30)

    def test_no_plain_http_on_the_same_port(self, state_file: Path, capfd: pytest.CaptureFixture[str]) -> None:
        with running(state_file, ACCOUNT, secure=True) as address, pytest.raises(requests.ConnectionError):
            requests.get(address.url.replace("https", "http"), timeout=30)
        assert capfd.readouterr() == ("", "")

    def test_the_same_origin_is_the_one_with_https(self, state_file: Path) -> None:
        with running(state_file, ACCOUNT, secure=True) as address:
            assert discovery(address, headers={"Origin": address.url}).status_code == 200
            plain = address.url.replace("https", "http")
            assert discovery(address, headers={"Origin": plain}).status_code == 403

    @pytest.mark.parametrize("kind", [FaultKind.ANSWER_LOST, FaultKind.TRUNCATED_BODY, FaultKind.RESET])
    def test_connections_break_here_too(
        self, state_file: Path, kind: FaultKind, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with (
            running(state_file, ACCOUNT, secure=True) as address,
            fault_table.opened(state_file) as faults,
            Client(address) as client,
        ):
            client.http.verify = str(address.ca_file)
            client.sign_in()
            faults.add(Fault(kind, method="POST"))
            with pytest.raises(requests.RequestException):
                client.call("POST", CONNECTORS, implicit())
            assert len(client.get(CONNECTORS)) == (kind != FaultKind.RESET)
        assert capfd.readouterr() == ("", "")

    def test_without_tls_there_is_no_authority(self, address: Address, state_file: Path) -> None:
        assert address.ca_file is None
        assert not list(state_file.parent.parent.rglob("*.pem"))

    def test_the_authority_is_the_user_s_and_not_the_project_s(self, state_file: Path, state_home: Path) -> None:
        tls.prepared(state_file.parent)
        foreign = (state_file.parent / tls.CERTIFICATE_FILE).read_bytes()
        with running(state_file, ACCOUNT, secure=True) as address:
            assert address.ca_file == state_home / "lpconf" / tls.CERTIFICATE_FILE
            assert address.ca_file.read_bytes() != foreign


class TestAuthority:
    def test_is_used_again(self, tmp_path: Path) -> None:
        first = tls.prepared(tmp_path).ca_file.read_bytes()
        assert tls.prepared(tmp_path).ca_file.read_bytes() == first

    def test_its_files_are_private(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            tls.prepared(tmp_path / "state")
        finally:
            os.umask(before)
        assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "state").iterdir()} == {0o600}

    def test_the_file_for_clients_has_no_key_in_it(self, tmp_path: Path) -> None:
        ca_file = tls.prepared(tmp_path).ca_file
        assert ca_file.is_absolute()
        assert "PRIVATE" not in ca_file.read_text()
        assert "PRIVATE" in (tmp_path / tls.KEY_FILE).read_text()

    def test_it_makes_no_other_authorities(self, tmp_path: Path) -> None:
        certificate = x509.load_pem_x509_certificate(tls.prepared(tmp_path).ca_file.read_bytes())
        limits = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        assert (limits.ca, limits.path_length) == (True, 0)

    @pytest.mark.parametrize("content", [b"", b"not a key", b"-----BEGIN CERTIFICATE-----\nMIIB\n"])
    def test_one_that_cannot_be_read_is_replaced(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / tls.KEY_FILE).write_bytes(content)
        ca_file = tls.prepared(tmp_path).ca_file
        assert x509.load_pem_x509_certificate(ca_file.read_bytes())
        assert tls.prepared(tmp_path).ca_file.read_bytes() == ca_file.read_bytes()

    def test_one_whose_key_is_not_its_own_is_replaced(self, tmp_path: Path) -> None:
        one, other = authority(), authority()
        put(tmp_path, key_of(one) + certificate_of(other))
        assert tls.prepared(tmp_path).ca_file.read_bytes() not in {certificate_of(one), certificate_of(other)}

    @pytest.mark.parametrize(("days", "is_kept"), [(-1, False), (6, False), (8, True), (31, False), (4000, False)])
    def test_one_that_ends_soon_or_late_is_replaced(self, tmp_path: Path, days: int, is_kept: bool) -> None:
        pem = put(tmp_path, authority(days))
        tls.prepared(tmp_path)
        assert ((tmp_path / tls.KEY_FILE).read_bytes() == pem) is is_kept

    @pytest.mark.parametrize("critical", [True, False, None])
    def test_one_that_could_speak_for_others_is_replaced(self, tmp_path: Path, critical: bool | None) -> None:
        pem = put(tmp_path, authority(critical=critical))
        tls.prepared(tmp_path)
        assert ((tmp_path / tls.KEY_FILE).read_bytes() == pem) is bool(critical)

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
    def test_one_that_others_can_use_is_replaced(self, tmp_path: Path, mode: int) -> None:
        pem = put(tmp_path, authority())
        (tmp_path / tls.KEY_FILE).chmod(mode)
        tls.prepared(tmp_path)
        assert (tmp_path / tls.KEY_FILE).read_bytes() != pem
        assert stat.S_IMODE((tmp_path / tls.KEY_FILE).stat().st_mode) == 0o600

    def test_a_link_is_not_followed(self, tmp_path: Path) -> None:
        elsewhere, directory = tmp_path / "elsewhere", tmp_path / "state"
        elsewhere.mkdir()
        directory.mkdir()
        pem = put(elsewhere, authority())
        (directory / tls.KEY_FILE).symlink_to(elsewhere / tls.KEY_FILE)
        tls.prepared(directory)
        assert (directory / tls.KEY_FILE).read_bytes() != pem
        assert (elsewhere / tls.KEY_FILE).read_bytes() == pem

    def test_a_pipe_does_not_keep_it_waiting(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / tls.KEY_FILE, 0o600)
        tls.prepared(tmp_path)
        assert (tmp_path / tls.KEY_FILE).is_file()

    def test_its_folder_may_not_be_a_link_and_becomes_private(self, tmp_path: Path) -> None:
        directory = tmp_path / "state"
        directory.mkdir(mode=0o755)
        (tmp_path / "link").symlink_to(directory)
        with pytest.raises(OSError, match="link"):
            tls.prepared(tmp_path / "link")
        tls.prepared(directory)
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700

    def test_it_is_for_loopback_alone_and_for_a_month(self, tmp_path: Path) -> None:
        certificate = x509.load_pem_x509_certificate(tls.prepared(tmp_path).ca_file.read_bytes())
        limits = certificate.extensions.get_extension_for_class(x509.NameConstraints)
        assert limits.critical
        permitted = {str(name.value) for name in limits.value.permitted_subtrees or ()}
        assert permitted == {"127.0.0.1/32", "::1/128", "localhost"}
        assert certificate.not_valid_after_utc <= datetime.now(UTC) + timedelta(days=30)

    @pytest.mark.parametrize(("host", "is_trusted"), [("localhost", True), ("lo.liveperson.net", False)])
    def test_what_its_key_signs_for_another_host_is_not_trusted(
        self, tmp_path: Path, host: str, is_trusted: bool
    ) -> None:
        ca_file = tls.prepared(tmp_path).ca_file
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        signed = tmp_path / "signed.pem"
        signed.write_bytes(signed_by((tmp_path / tls.KEY_FILE).read_bytes(), host))
        server.load_cert_chain(signed)
        assert shakes_hands(server, ssl.create_default_context(cafile=ca_file), host) is is_trusted

    def test_servers_that_start_at_once_share_one(self, tmp_path: Path) -> None:
        found: list[tls.Tls] = []
        threads = [threading.Thread(target=lambda: found.append(tls.prepared(tmp_path))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        key_file = (tmp_path / tls.KEY_FILE).read_text()
        assert len(found) == 8
        assert all(item.ca_file.read_text() in key_file for item in found)
        assert {file.name for file in tmp_path.iterdir()} == {tls.KEY_FILE, tls.CERTIFICATE_FILE}

    def test_a_folder_that_cannot_be_written_is_an_error_and_leaves_nothing(self, tmp_path: Path) -> None:
        (tmp_path / tls.CERTIFICATE_FILE).mkdir()
        with pytest.raises(OSError, match="directory"):
            tls.prepared(tmp_path)
        assert not list(tmp_path.glob(".*"))

    def test_the_oldest_protocols_are_not_spoken(self, tmp_path: Path) -> None:
        assert tls.prepared(tmp_path).context.minimum_version >= ssl.TLSVersion.TLSv1_2


class TestPlace:
    def test_the_standard_s(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        assert tls.user_directory() == tmp_path / "lpconf"

    @pytest.mark.parametrize("chosen", ["", ".", "state/here"])
    def test_never_where_the_command_runs(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, chosen: str) -> None:
        monkeypatch.setenv("XDG_STATE_HOME", chosen)
        monkeypatch.setenv("HOME", str(tmp_path))
        assert tls.user_directory() == tmp_path / ".local" / "state" / "lpconf"

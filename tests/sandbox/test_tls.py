"""https from an authority of the state directory's own."""

from __future__ import annotations

import os
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import trustme
from cryptography import x509

from lpconf.sandbox import fault_table, tls
from lpconf.sandbox.fault_table import Fault, FaultKind
from lpconf.sandbox.server import Address, running

from .client import ACCOUNT, CONNECTORS, Client, implicit


def discovery(address: Address, host: str = "127.0.0.1", **more: object) -> requests.Response:
    url = f"https://{host}:{urlsplit(address.url).port}/api/account/{ACCOUNT}/service/baseURI.json?version=1.0"
    return requests.get(url, verify=str(address.ca_file), timeout=30, **more)  # type: ignore[arg-type]


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
        assert not list(state_file.parent.glob("*.pem"))


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
        one, other = trustme.CA(), trustme.CA()
        (tmp_path / tls.KEY_FILE).write_bytes(one.private_key_pem.bytes() + other.cert_pem.bytes())
        assert tls.prepared(tmp_path).ca_file.read_bytes() not in {one.cert_pem.bytes(), other.cert_pem.bytes()}

    @pytest.mark.parametrize(("days", "is_kept"), [(-1, False), (29, False), (60, True)])
    def test_one_that_ends_soon_is_replaced(self, tmp_path: Path, days: int, is_kept: bool) -> None:
        root, now = trustme.CA(), datetime.now(UTC)
        ending = root.issue_cert("127.0.0.1", not_after=now + timedelta(days=days))
        pem = ending.private_key_pem.bytes() + ending.cert_chain_pems[0].bytes()
        (tmp_path / tls.KEY_FILE).write_bytes(pem)
        tls.prepared(tmp_path)
        assert ((tmp_path / tls.KEY_FILE).read_bytes() == pem) is is_kept

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

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpconf.liveperson.endpoint import Endpoint, is_loopback
from lpconf.model.errors import AccessError, ExitCode
from tests.canary import CANARY

LIVEPERSON = Endpoint.from_environment({})


def endpoint(url: str | None = None, trust: str | None = None) -> Endpoint:
    named = {"LPCONF_DISCOVERY_URL": url, "LPCONF_TRUST_HOSTS": trust}
    return Endpoint.from_environment({name: value for name, value in named.items() if value is not None})


class TestWhereDiscoveryIs:
    def test_it_is_livepersons_unless_the_environment_says_otherwise(self) -> None:
        assert LIVEPERSON.discovery_url == "https://api.liveperson.net"
        assert LIVEPERSON.discovery_host == "api.liveperson.net"
        assert not LIVEPERSON.sandbox

    def test_an_empty_variable_is_as_not_set(self) -> None:
        assert endpoint("", " , ") == LIVEPERSON

    @pytest.mark.parametrize(
        ("url", "used"),
        [
            ("https://adminlogin.liveperson.net/", "https://adminlogin.liveperson.net"),
            ("https://Discovery.Example.com:8443", "https://discovery.example.com:8443"),
            ("https://localhost:8443", "https://localhost:8443"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
            ("https://127.0.0.1", "https://127.0.0.1"),
        ],
    )
    def test_another_origin_is_taken(self, url: str, used: str) -> None:
        assert endpoint(url).discovery_url == used

    @pytest.mark.parametrize(
        "url", ["http://localhost:8080", "http://api.liveperson.net", "http://127.0.0.1.example.com"]
    )
    def test_plain_http_works_with_literal_loopback_only(self, url: str) -> None:
        with pytest.raises(AccessError, match=r"127\.0\.0\.1 and \[::1\] only") as raised:
            endpoint(url)
        assert raised.value.exit_code is ExitCode.ACCESS

    @pytest.mark.parametrize(
        "url",
        [
            "api.liveperson.net",
            "ftp://api.liveperson.net",
            "file:///etc/passwd",
            "https://",
            "https:///path",
            "https://api.liveperson.net/path",
            "https://api.liveperson.net?x=1",
            "https://api.liveperson.net#x",
            "https://user@api.liveperson.net",
            "https://api.liveperson.net:0",
            "https://api.liveperson.net:99999",
            "https://api.liveperson.net:port",
            "https://api live.net",
            "https://10.0.0.1",
            "https://[fe80::1]",
            "https://[::1",
            "http://127.1:80",
            "http://0x7f.0.0.1",
            "http://2130706433",
            "https://-a.example.com",
            "https://" + "a" * 64 + ".com",
            "https://" + "a." * 130 + "com",
        ],
    )
    def test_anything_else_is_refused(self, url: str) -> None:
        with pytest.raises(AccessError, match=r"LPCONF_DISCOVERY_URL is .* which lpconf cannot use"):
            endpoint(url)

    def test_a_password_in_the_url_is_not_repeated(self) -> None:
        with pytest.raises(AccessError) as raised:
            endpoint(f"https://user:{CANARY}@api.liveperson.net")
        assert CANARY not in str(raised.value)

    @given(st.text())
    def test_no_text_breaks_it(self, url: str) -> None:
        try:
            found = endpoint(url)
        except AccessError:
            return
        assert found.discovery_url.startswith(("https://", "http://127.0.0.1", "http://[::1]"))

    def test_the_sandbox_has_one_name_at_every_port(self) -> None:
        assert Endpoint.for_sandbox("http://127.0.0.1:1234").discovery_host == "sandbox"
        assert Endpoint.for_sandbox("http://127.0.0.1:1234").sandbox


class TestWhichHostsAreTrusted:
    @pytest.mark.parametrize("host", ["va.ac.liveperson.net", "VA.agentvep.LivePerson.net", "accdn.lpsnmedia.net"])
    def test_livepersons_own_hosts_are(self, host: str) -> None:
        assert LIVEPERSON.base_url("agentVep", host) == f"https://{host.lower()}"

    @pytest.mark.parametrize(
        "host",
        [
            "evil.example.com",
            "liveperson.net",
            "evilliveperson.net",
            "va.ac.liveperson.net.evil.com",
            "va.ac.liveperson.net.",
            "https://va.ac.liveperson.net",
            "http://va.ac.liveperson.net",
            "//va.ac.liveperson.net",
            "va.ac.liveperson.net/path",
            "va.ac.liveperson.net?x",
            "va.ac.liveperson.net#x",
            "evil.com/.liveperson.net",
            "evil.com#.liveperson.net",
            "evil.com\\.liveperson.net",
            "user@va.ac.liveperson.net",
            "user:pass@va.ac.liveperson.net",
            "va.ac.liveperson.net:8443",
            "va.ac.liveperson.net:",
            " va.ac.liveperson.net",
            "va.ac.liveperson.net\n",
            "va.ac.\u0131liveperson.net",
            "v\u0430.ac.liveperson.net",
            "va..liveperson.net",
            ".liveperson.net",
            "_x.liveperson.net",
            "a" * 250 + ".liveperson.net",
            "10.0.0.1",
            "127.0.0.1",
            "127.0.0.1:80",
            "[::1]:80",
            "[::ffff:7f00:1]",
            "169.254.169.254",
            "localhost",
            "",
            None,
            17,
            ["va.ac.liveperson.net"],
        ],
    )
    def test_no_other_is(self, host: object) -> None:
        with pytest.raises(AccessError, match=r"names the host .* for the service agentVep, which is not trusted"):
            LIVEPERSON.base_url("agentVep", host)

    def test_a_refused_host_cannot_steer_the_terminal(self) -> None:
        with pytest.raises(AccessError) as raised:
            LIVEPERSON.base_url("agentVep", "\x1b[2J.liveperson.net")
        assert "\x1b" not in str(raised.value)

    @given(st.text(alphabet="abc.:/@#?\\ 019[]%-") | st.text())
    def test_no_text_leads_elsewhere(self, text: str) -> None:
        for host in (text, f"{text}.liveperson.net", f"va.ac.liveperson.net{text}"):
            try:
                url = LIVEPERSON.base_url("agentVep", host)
            except AccessError:
                continue
            assert url.removeprefix("https://").removesuffix(":443").endswith((".liveperson.net", ".lpsnmedia.net"))
            assert not set(url.removeprefix("https://")) & set("/@#?\\ %")

    def test_the_default_port_is_no_other_host(self) -> None:
        assert LIVEPERSON.base_url("x", "va.ac.liveperson.net:443") == "https://va.ac.liveperson.net"

    def test_the_environment_replaces_them(self) -> None:
        own = endpoint("https://lp.example.com", "ac.example.com, .login.example.com,gw.example.com:8443,a.b:443")
        assert own.base_url("x", "ac.example.com") == "https://ac.example.com"
        assert own.base_url("x", "va.login.example.com") == "https://va.login.example.com"
        assert own.base_url("x", "gw.example.com:8443") == "https://gw.example.com:8443"
        assert own.base_url("x", "a.b") == "https://a.b"
        for other in ("va.ac.liveperson.net", "gw.example.com", "ac.example.com:8443", "x.ac.example.com"):
            with pytest.raises(AccessError, match="not trusted"):
                own.base_url("x", other)

    def test_another_discovery_alone_does_not_widen_them(self) -> None:
        own = endpoint("https://lp.example.com")
        assert own.base_url("x", "va.ac.liveperson.net") == "https://va.ac.liveperson.net"
        with pytest.raises(AccessError, match="not trusted"):
            own.base_url("x", "lp.example.com")

    @pytest.mark.parametrize("entry", ["https://ac.example.com", "*.example.com", ".", "10.0.0.1", ".10.0.0.1", "a b"])
    def test_what_is_not_a_host_is_refused(self, entry: str) -> None:
        with pytest.raises(AccessError, match=r"LPCONF_TRUST_HOSTS has .* which is not a host"):
            endpoint(None, entry)


class TestThisMachine:
    @pytest.mark.parametrize("host", ["127.0.0.1:8080", "[::1]:8080"])
    def test_a_discovery_on_it_may_name_itself(self, host: str) -> None:
        assert endpoint(f"http://{host}").base_url("x", host) == f"http://{host}"

    @pytest.mark.parametrize("host", ["127.0.0.1:8081", "127.0.0.1", "[::1]:8080", "localhost:8080"])
    def test_but_no_other_port_of_it(self, host: str) -> None:
        with pytest.raises(AccessError, match="not trusted"):
            endpoint("http://127.0.0.1:8080").base_url("x", host)

    def test_other_ports_can_be_trusted_by_name(self) -> None:
        own = endpoint("http://127.0.0.1:8080", "127.0.0.1:8081")
        assert own.base_url("x", "127.0.0.1:8081") == "http://127.0.0.1:8081"

    def test_a_discovery_elsewhere_cannot_point_at_it(self) -> None:
        own = endpoint("https://lp.example.com", "127.0.0.1:8080")
        with pytest.raises(AccessError, match="not trusted"):
            own.base_url("x", "127.0.0.1:8080")

    def test_a_host_elsewhere_still_gets_https(self) -> None:
        assert endpoint("http://127.0.0.1:8080").base_url("x", "va.ac.liveperson.net").startswith("https://")

    def test_the_sandbox_trusts_itself_only(self) -> None:
        sandbox = Endpoint.for_sandbox("http://127.0.0.1:8080")
        assert sandbox.base_url("x", "127.0.0.1:8080") == "http://127.0.0.1:8080"
        with pytest.raises(AccessError, match="not trusted"):
            sandbox.base_url("x", "va.ac.liveperson.net")

    def test_only_literal_addresses_count_as_loopback(self) -> None:
        assert is_loopback("http://127.0.0.1:1/x")
        assert is_loopback("http://[::1]:1/x")
        assert not is_loopback("https://localhost/")
        assert not is_loopback("https://127.0.0.1.example.com/")


def test_choosing_hosts_and_credentials_loads_no_http_library() -> None:
    code = (
        "import sys, lpconf.liveperson.credentials, lpconf.liveperson.endpoint;"
        "sys.exit(bool({'requests', 'urllib3'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""A network or a discovery service tries to get the credentials."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.liveperson.scripted import ACCOUNT, PASSWORD, Reply, json_reply, serving

from .conftest import CONNECTOR_FILE, CONNECTORS, Attacker, Bounded, said

DISCOVERY = f"GET /api/account/{ACCOUNT}/service/baseURI.json"


@pytest.fixture(autouse=True)
def _configuration(folder: Path) -> None:
    (folder / "site.yaml").write_text(CONNECTOR_FILE)


@pytest.mark.parametrize(
    "host",
    [
        "liveperson.net.evil.com",
        "VA.AC.LIVEPERSON.NET.EVIL.COM",
        "va.ac.liveperson.net@evil.com",
        "xn--vaac-liveperson-net.evil.com",
        "liveperson\uff0enet",
        "127.0.0.1:1",
        "\x1b]8;;https://evil.com\x07va.ac.liveperson.net",
        "a" * 100_000,
        {"host": "evil.com"},
    ],
)
def test_a_host_that_discovery_must_not_name_gets_nothing(lpconf: Bounded, attacker: Attacker, host: object) -> None:
    for service in ("agentVep", "accountConfigReadWrite"):
        attacker.liveperson.hosts = {service: host}

        said(lpconf("plan", **attacker.environment), 6, f"for the service {service}, which is not trusted")
    assert attacker.server.lines == [DISCOVERY, DISCOVERY]


@pytest.mark.parametrize(("where", "status"), [("baseURI.json", 302), ("/login", 307), (CONNECTORS, 301)])
def test_no_redirect_is_followed(lpconf: Bounded, attacker: Attacker, where: str, status: int) -> None:
    with serving(lambda _: json_reply({})) as elsewhere:
        attacker.answers[where] = Reply(status, headers=(("Location", f"{elsewhere.url}/x\u00e9"),))

        said(lpconf("plan", **attacker.environment), 6, "lpconf follows no redirects")
        assert elsewhere.lines == []


def test_the_yaml_has_no_say_over_the_discovery_service(lpconf: Bounded, attacker: Attacker) -> None:
    said(lpconf("plan", "--var", f"LPCONF_DISCOVERY_URL={attacker.server.url}"), 1, "no variable is named")
    assert attacker.server.lines == []


@pytest.mark.parametrize(
    "url",
    [
        "http://api.liveperson.net",
        "http://localhost:8080",
        "https://u:secret1@api.liveperson.net",
        "file:///etc/passwd",
    ],
)
def test_the_environment_cannot_switch_encryption_off_either(lpconf: Bounded, url: str) -> None:
    environment = {"LPCONF_DISCOVERY_URL": url, f"LPCONF_BEARER_{ACCOUNT}": "x"}

    assert "secret1" not in said(lpconf("plan", **environment), 6, "LPCONF_DISCOVERY_URL is ")


def test_a_proxy_is_not_asked_for_this_machine_and_netrc_is_never_read(
    lpconf: Bounded, attacker: Attacker, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text(f"machine 127.0.0.1 login {PASSWORD} password {PASSWORD}\n")
    (tmp_path / ".netrc").chmod(0o600)
    with serving(lambda _: json_reply({})) as proxy:
        names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
        environment = {**dict.fromkeys(names, proxy.url), "HOME": str(tmp_path), "no_proxy": "", "NO_PROXY": ""}
        said(lpconf("plan", **attacker.environment, **environment), 0, "1 blocked")
        assert proxy.lines == []
    assert all("basic" not in each.headers.get("authorization", "").lower() for each in attacker.server.requests)


def test_with_the_sandbox_no_real_host_and_no_real_credentials_are_used(lpconf: Bounded, attacker: Attacker) -> None:
    said(lpconf("plan", "--sandbox", **attacker.environment), 0, "in the sandbox")
    assert attacker.server.lines == []


def test_cookies_of_an_answer_go_nowhere(lpconf: Bounded, attacker: Attacker) -> None:
    cookies = tuple(("Set-Cookie", f"c{number}=planted; Domain=127.0.0.1; Path=/") for number in range(50))
    services = [{"service": name, "baseURI": attacker.server.host} for name in ("agentVep", "accountConfigReadWrite")]
    attacker.answers["baseURI.json"] = replace(json_reply({"baseURIs": services}), headers=cookies)

    said(lpconf("plan", **attacker.environment), 0)
    assert len(attacker.server.requests) > 3
    assert all("planted" not in each.headers.get("cookie", "") for each in attacker.server.requests)

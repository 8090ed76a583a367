"""A stranger's YAML tries to read the environment, where the credentials are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.liveperson.scripted import ACCOUNT

from .conftest import CANARY, HEAD, Attacker, Bounded, said

ATTEMPTS = [
    "description: ${var.AWS_SECRET}",
    "description: ${var.LPCONF_PASSWORD_12345678}",
    "description: ${var.PASSWORD_12345678}",
    "description: ${env.AWS_SECRET}",
    "description: ${AWS_SECRET}",
    "description: $AWS_SECRET ${var.${var.x}}",
    "description: {env: AWS_SECRET}",
    "description: {env: LPCONF_SECRET_OWN}",
    "client_secret: {env: AWS_SECRET}",
    "client_secret: {env: LPCONF_PASSWORD_12345678}",
    "client_secret: {env: 'lpconf_secret_own'}",
    'client_secret: {env: "LPCONF_SECRET_OWN\\n"}',
    "client_secret: {env: 'LPCONF_SECRET_../AWS_SECRET'}",
    "client_secret: ${var.x}",
    "client_secret: a literal",
    "extra: {configuration: {clientSecret: x}}",
    "extra: {x: '${var.AWS_SECRET}'}",
]


def test_only_what_is_meant_for_it_can_be_named(lpconf: Bounded, folder: Path) -> None:
    connectors = "".join(f"  - name: n{number}\n    {attempt}\n" for number, attempt in enumerate(ATTEMPTS))
    (folder / "site.yaml").write_text(f"{HEAD}connectors:\n{connectors}")
    own = {"LPCONF_SECRET_OWN": CANARY, "LPCONF_PASSWORD_12345678": CANARY}

    places = (f"site.yaml:{2 * number + 5}:" for number in range(len(ATTEMPTS)))
    said(lpconf("validate", **own), 1, *places)


def test_the_value_of_a_secret_is_in_no_output(lpconf: Bounded, folder: Path) -> None:
    (folder / "site.yaml").write_text(
        f"{HEAD}connectors:\n  - name: Web\n    flow: code\n    authentication_endpoint: https://idp.example.com/a\n"
        "    token_endpoint: https://idp.example.com/t\n    client_id: me\n"
        "    client_secret: {env: LPCONF_SECRET_OWN}\n    jwks_endpoint: https://idp.example.com/k\n"
    )
    flags = ("--sandbox", "-v", "--log-file", "log", "-o", "json=plan.json", "-o", "text")
    done = lpconf("plan", *flags, LPCONF_SECRET_OWN=CANARY)

    said(done, 0, "LPCONF_SECRET_OWN")
    for file in ("log", "plan.json"):
        assert CANARY not in (folder / file).read_text()


def test_credentials_without_an_account_are_not_turned_on_another_one(
    lpconf: Bounded, folder: Path, attacker: Attacker
) -> None:
    (folder / "site.yaml").write_text(HEAD)
    environment = {
        "LPCONF_DISCOVERY_URL": attacker.server.url,
        "LPCONF_USERNAME": "config-bot",
        "LPCONF_PASSWORD": CANARY,
        "LPCONF_ACCOUNT": "999",
    }
    said(lpconf("plan", **environment), 6, f"There are no credentials for account {ACCOUNT}.")
    assert attacker.server.lines == []


def test_no_word_of_the_yaml_changes_where_or_how_lpconf_works(lpconf: Bounded, folder: Path) -> None:
    words = [
        "discovery_url: http://evil.example.com",
        "trust_hosts: [evil.example.com]",
        "proxy: http://evil.example.com",
        "allow_delete: true",
        "max_deletes: 100",
        "accept_unverified: [connector.update]",
        "allow_demo_key: true",
        "allow_secret_host: [evil.example.com]",
        "quirks: {confirmed: [connector.update]}",
        "state_dir: /tmp",
        "include: ../outside",
        "policy: {}",
    ]
    (folder / "site.yaml").write_text(HEAD + "\n".join(words) + "\n")

    output = said(lpconf("validate"), 1, f"{len(words)} errors.")
    assert output.count("is not a word that can stand here") == len(words)


@pytest.mark.parametrize(
    "account", ["../999", "..", "12345678/../999", "a b", "", "1" * 21, "%2e%2e", "\u0661", "1\\n"]
)
def test_an_account_is_letters_and_digits(lpconf: Bounded, folder: Path, attacker: Attacker, account: str) -> None:
    (folder / "site.yaml").write_text(f'version: 1\naccount: "{account}"\n')

    said(lpconf("plan", **attacker.environment), 1, "site.yaml:2:10: account: ")
    assert attacker.server.lines == []

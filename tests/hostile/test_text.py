"""Names and values try to steer the terminal, the build server, the page and the eye of who reads them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.account import DEMO_KEY
from tests.liveperson.scripted import error_reply

from .conftest import (
    CONNECTOR_FILE,
    CONNECTORS,
    ESCAPE,
    HEAD,
    RIGHT_TO_LEFT,
    SURROGATE,
    Attacker,
    Bounded,
    harmless,
    said,
)

HOSTILE = {
    "an escape sequence": f"{ESCAPE}[2J{ESCAPE}[1;1HNo changes.",
    "a link": f"{ESCAPE}]8;;https://evil.example.com\x07Shop{ESCAPE}]8;;\x07",
    "a title": f"{ESCAPE}]0;x\x07",
    "one byte controls": "\x9b2J\x90q\x9d",
    "another direction": f"Shop {RIGHT_TO_LEFT}gnihton\u2066",
    "nothing to see": "Shop\u200b\u2060\ufeff\u00ad\u115f\U000e0041",
    "lines": "Shop\r\n\nPlan: 0 to create\u2028x\u2029y\x85z\x0b\x0c",
    "a carriage return": "evil\rgood",
    "a zero": "Shop\0x",
    "half a character": f"Shop{SURROGATE}",
    "100,000 characters": "a" * 100_000,
    "a command to GitHub": "::add-mask::y",
    "lines of commands": "x\n::error::y\n##[set-env name=a]b",
    "a command to Azure": "##vso[task.setvariable variable=PATH]/tmp",
    "quotes": '" \\" \' ` $(x) ${var.x} */ -->',
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:y) | @everyone",
}


def in_yaml(text: str) -> str:
    """A text in double quotes, with escapes for all that is not plain."""
    plain = (char if char.isalnum() and char.isascii() else f"\\U{ord(char):08x}" for char in text)
    return f'"{"".join(plain)}"'


def test_of_the_account_wherever_it_is_shown(lpconf: Bounded, folder: Path, attacker: Attacker) -> None:
    texts = tuple(HOSTILE.values())
    attacker.connectors = [
        {"id": number, "name": text, "type": 1, "deleted": False, "configuration": {text: text}}
        for number, text in enumerate(texts, 100)
    ]
    engagements = [
        {
            "id": number,
            "name": text,
            "enabled": text,
            "skillName": text,
            "connectorId": 100,
            text: text,
            "windowId": text,
        }
        for number, text in enumerate(texts, 200)
    ]
    campaign = {"id": 5, "name": texts[1], "description": texts[0], "status": 1, "timeZone": texts[0]}
    attacker.campaigns, attacker.campaign = [campaign], {**campaign, "engagements": engagements}
    connectors = "".join(f"- {{id: {number}, name: Renamed {number}}}\n" for number in range(100, 100 + len(texts)))
    inside = "".join(
        f"  - {{id: {number}, name: Renamed {number}, enabled: true, connector: {{id: {number - 100}}}}}\n"
        for number in range(200, 200 + len(texts))
    )
    (folder / "site.yaml").write_text(
        f"{HEAD}connectors:\n{connectors}campaigns:\n- find: default\n  name: Renamed\n  engagements:\n{inside}"
    )

    done = lpconf("plan", "-o", "text=out.txt", "-o", "json", **attacker.environment)
    assert json.loads(done.stdout)["changes"]
    harmless(done.stdout, longest=1_000_000)
    said(lpconf("plan", **attacker.environment), 0, "Plan: ", r"\u001b[2J", r"\u202e", r"\ud800", r"\u200b")
    harmless((folder / "out.txt").read_text(encoding="utf-8"))
    assert attacker.writes == []


def test_of_the_account_where_an_error_lists_it(lpconf: Bounded, folder: Path, attacker: Attacker) -> None:
    attacker.connectors = [
        {"id": number, "name": text, "type": 1, "deleted": False, "configuration": {}}
        for number, text in enumerate(HOSTILE.values(), 100)
    ]
    (folder / "site.yaml").write_text(f"{HEAD}connectors: [{{id: 1}}, {{find: default, name: x}}]\n")
    said(lpconf("plan", **attacker.environment), 1, "there is no connector with id 1")


@pytest.mark.parametrize("which", ["an escape sequence", "lines of commands", "half a character", "100,000 characters"])
def test_of_an_error_of_liveperson(lpconf: Bounded, folder: Path, attacker: Attacker, which: str) -> None:
    (folder / "site.yaml").write_text(CONNECTOR_FILE)
    for where, status, code in (("/login", 401, 6), (CONNECTORS, 400, 1), (CONNECTORS, 403, 6)):
        attacker.answers = {where: error_reply(status, HOSTILE[which])}
        said(lpconf("plan", "-v", **attacker.environment), code, where.rsplit("/", maxsplit=1)[-1])


def test_of_the_yaml_in_an_error(lpconf: Bounded, folder: Path) -> None:
    entries = [
        f"- name: {text}\n  ? {text}\n  : {text}\n  status: {text}\n  time_zone: {text}\n  description: {text}\n"
        for text in map(in_yaml, HOSTILE.values())
        if r"\U0000d800" not in text
    ]
    (folder / "site.yaml").write_text(f"{HEAD}campaigns:\n{''.join(entries)}")
    assert said(lpconf("validate"), 1).count("is not a word for a campaign") == len(entries)


def test_of_the_yaml_in_a_plan(lpconf: Bounded, folder: Path) -> None:
    names = ["nothing to see", "a command to GitHub", "a command to Azure", "quotes", "markup"]
    texts = [in_yaml(HOSTILE[name].replace("${var.x}", "")) for name in names]
    own = f"flow: implicit, authentication_endpoint: https://a.b, js_method_name: f, jwt_public_key: {DEMO_KEY}"
    entries = [f"- {{name: {text}, description: {text}, {own}}}\n" for text in texts]
    (folder / "site.yaml").write_text(f"{HEAD}label: {texts[1]}\nconnectors:\n{''.join(entries)}")

    said(lpconf("plan", "--sandbox", "-o", "json"), 0)
    said(lpconf("apply", "--sandbox", "--auto-approve"), 0, f"{len(names)} created")

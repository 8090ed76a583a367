"""What a good file becomes."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from lpconf.config import load
from lpconf.model.address import Kind
from lpconf.model.site import Position, ReferenceById, SecretReference, Unset
from tests.config.conftest import CAMPAIGN, CONNECTOR, DEMO_KEY, ENGAGEMENT, HEAD, Load

EXAMPLE = Path(__file__).parents[2] / "examples" / "site.yaml"


def test_the_example_is_the_tutorial() -> None:
    site = load([EXAMPLE], variables={}, environ={})
    connector, campaign, engagement = site.things
    assert site.account == "12345678"
    assert str(connector.address) == 'connector["Consumer authentication"]'
    assert connector.fields == {
        "flow": "implicit",
        "authentication_endpoint": "https://dummy.com",
        "jwt_public_key": DEMO_KEY,
        "js_method_name": "LPJsMethodName",
    }
    assert (str(campaign.address), campaign.fields) == ("campaign[default]", {"status": "published"})
    assert str(engagement.address) == "campaign[default]/engagement[default]"
    assert engagement.fields == {
        "enabled": True,
        "conversation": "messaging",
        "authenticated_visitors_only": True,
        "connector": "Consumer authentication",
        "window_opens": "embedded",
    }


def test_the_examples_key_is_the_one_that_the_tutorial_prints() -> None:
    assert DEMO_KEY in EXAMPLE.read_text(encoding="utf-8")


def test_positions_point_at_values_and_things_at_their_first_key(load_text: Load) -> None:
    site = load_text(f"{CONNECTOR}    preferred: true\n    extra: {{x: 1}}\n")
    thing = site.things[0]
    assert thing.position == Position("site.yaml", 4, 5)
    assert thing.position_of("name") == Position("site.yaml", 4, 11)
    assert thing.position_of("preferred") == Position("site.yaml", 5, 16)
    assert thing.position_of("extra") == Position("site.yaml", 6, 12)
    assert thing.path == "connectors[0]"
    assert site.line(thing.position) == "  - name: Web"


def test_columns_count_characters(load_text: Load) -> None:
    site = load_text(f"{HEAD}connectors: [{{name: é😀, preferred: true}}]\n")
    assert site.things[0].position_of("preferred").column == 36


def test_a_name_beside_id_or_find_is_a_managed_field(load_text: Load) -> None:
    by_id, by_find, by_name = load_text(
        f"{HEAD}connectors:\n- {{id: 5, name: A}}\n- {{find: default, name: B}}\n- name: C\n"
    ).things
    assert (str(by_id.address), by_id.fields) == ("connector[id=5]", {"name": "A"})
    assert (str(by_find.address), by_find.fields) == ("connector[default]", {"name": "B"})
    assert (str(by_name.address), by_name.fields) == ('connector["C"]', {})


def test_every_form_of_a_value(load_text: Load) -> None:
    text = f"""{ENGAGEMENT}        skill: {{unset: true}}
        connector: {{id: 7}}
        entry_points: [Shop pages, {{id: 8}}]
        behaviors: []
"""
    assert load_text(text).things[1].fields == {
        "skill": Unset(),
        "connector": ReferenceById(7),
        "entry_points": ("Shop pages", ReferenceById(8)),
        "behaviors": (),
    }


def test_a_secret_is_a_reference_and_a_list_of_texts_a_list(load_text: Load) -> None:
    fields = (
        load_text(f"{CONNECTOR}    client_secret: {{env: LPCONF_SECRET_IDP}}\n    acr_values: [loa1]\n")
        .things[0]
        .fields
    )
    assert fields == {"client_secret": SecretReference("LPCONF_SECRET_IDP"), "acr_values": ["loa1"]}


def test_a_description_may_have_lines(load_text: Load) -> None:
    assert load_text(f"{CONNECTOR}    description: |\n      a\n      b\n").things[0].fields["description"] == "a\nb\n"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"])
def test_time_zones_and_dates(load_text: Load, zone: str) -> None:
    fields = load_text(f"{CAMPAIGN}    time_zone: {zone}\n    start_date: 2026-01-05 00:00:00\n").things[0].fields
    assert fields == {"time_zone": zone, "start_date": "2026-01-05 00:00:00"}


@pytest.mark.parametrize(
    "url",
    ["https://a", "https://a.b/c?d=e#f", "https://192.0.2.1:8443/", "https://[2001:db8::1]/x", "https://a-b.example./"],
)
def test_addresses(load_text: Load, url: str) -> None:
    assert load_text(f'{CONNECTOR}    jwks_endpoint: "{url}"\n').things[0].fields["jwks_endpoint"] == url


@pytest.mark.parametrize("name", ["f", "$", "_a.b$1", "window.auth.getToken"])
def test_names_of_a_pages_script(load_text: Load, name: str) -> None:
    assert load_text(f"{CONNECTOR}    js_method_name: {name}\n").things[0].fields["js_method_name"] == name


def test_things_stand_in_the_files_order(load_text: Load) -> None:
    site = load_text(f"{HEAD}campaigns:\n- name: A\n  engagements:\n  - name: B\n- name: C\nconnectors:\n- name: D\n")
    assert [thing.address.kind for thing in site.things] == [
        Kind.CAMPAIGN,
        Kind.ENGAGEMENT,
        Kind.CAMPAIGN,
        Kind.CONNECTOR,
    ]


def test_label_and_requires(load_text: Load) -> None:
    assert load_text(f"{HEAD}label: Web shop\nrequires: '>=0.1,<99'\n").label == "Web shop"


def test_an_account_alone_is_a_site(load_text: Load) -> None:
    assert load_text(HEAD).things == ()


def test_the_collector_runs_again_afterwards(load_text: Load) -> None:
    load_text(HEAD)
    assert gc.isenabled()


def test_a_paused_collector_stays_paused(load_text: Load) -> None:
    gc.disable()
    try:
        load_text(HEAD)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_importing_the_package_loads_no_library() -> None:
    code = "import sys, lpconf.config; print({'yaml', 'jsonschema', 'cryptography', 'difflib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"

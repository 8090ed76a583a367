# ruff: noqa: E501 - one case, one line
"""Several files of one account, and things declared twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.conftest import HEAD, Diagnose, Load, told


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_the_files_of_a_folder_are_one_site(folder: Path, load_text: Load) -> None:
    write(
        folder,
        b=f"{HEAD}connectors: [{{name: B}}]\n",
        a=f"{HEAD}label: Shop\nvars: {{x: X}}\nconnectors: [{{name: A}}]\n",
    )
    (folder / "c.yml").write_text(f"{HEAD}label: Shop\nconnectors: [{{name: '${{var.x}}'}}]\n", encoding="utf-8")
    write(folder, **{".hidden": "not: read\n"})
    (folder / "sub.yaml").mkdir()
    (folder / "notes.txt").write_text("not read", encoding="utf-8")
    site = load_text(paths=(".",))
    assert [str(thing.address) for thing in site.things] == ['connector["A"]', 'connector["B"]', 'connector["X"]']
    assert (site.label, sorted(site.sources)) == ("Shop", ["a.yaml", "b.yaml", "c.yml"])


def test_a_file_that_is_named_twice_is_read_once(folder: Path, load_text: Load) -> None:
    write(folder, a=f"{HEAD}connectors: [{{name: A}}]\n")
    assert len(load_text(paths=("a.yaml", ".", "./a.yaml")).things) == 1


def test_errors_stand_in_the_files_order(folder: Path, diagnose: Diagnose) -> None:
    write(folder, a=f"{HEAD}connectors: [{{name: 5}}]\n", b="a: [\n", c="version: 1\n")
    assert [each.position.file for each in diagnose(paths=(".",)) if each.position] == ["a.yaml", "b.yaml", "c.yaml"]


DUPLICATES = [
    ("connectors:\n- name: X\n- name: X\n", '5:9: connectors[1].name: the connector "X" is declared twice; the first is at site.yaml:4:9'),
    ("vars: {x: X}\nconnectors:\n- name: X\n- name: ${var.x}\n", '6:9: connectors[1].name: the connector "X" is declared twice; the first is at site.yaml:5:9'),
    ("connectors:\n- id: 5\n- id: 0x5\n", "5:7: connectors[1].id: the connector with id 5 is declared twice; the first is at site.yaml:4:7"),
    ("campaigns:\n- find: default\n- find: default\n", "5:9: campaigns[1].find: the campaign that find: default means is declared twice; the first is at site.yaml:4:9"),
    ("campaigns:\n- name: X\n  engagements:\n  - name: Y\n  - name: Y\n", '7:11: campaigns[0].engagements[1].name: the engagement "Y" is declared twice; the first is at site.yaml:6:11'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line"), DUPLICATES)
def test_a_thing_declared_twice_names_both_places(diagnose: Diagnose, text: str, line: str) -> None:
    assert told(diagnose(HEAD + text)) == [f"site.yaml:{line}"]


def test_two_campaigns_may_have_engagements_of_one_name(load_text: Load) -> None:
    text = f"{HEAD}campaigns:\n- name: A\n  engagements: [{{name: X}}]\n- name: B\n  engagements: [{{name: X}}]\n"
    assert len(load_text(text).things) == 4


def test_refused_names_are_no_duplicates(diagnose: Diagnose) -> None:
    assert [each.code for each in diagnose(f"{HEAD}connectors: [{{name: ' a'}}, {{name: ' b'}}]\n")] == [
        "value.space"
    ] * 2


def test_duplicates_across_files(folder: Path, diagnose: Diagnose) -> None:
    write(
        folder,
        a=f"{HEAD}label: A\nvars: {{x: 1}}\nconnectors: [{{name: A}}]\n",
        b=f"{HEAD}label: B\nvars: {{x: 1}}\nconnectors: [{{name: A}}]\n",
    )
    assert told(diagnose(paths=("a.yaml", "b.yaml"))) == [
        "b.yaml:3:8: label: the account has two labels; the first is at a.yaml:3:8",
        "b.yaml:4:8: vars.x: the variable x is set twice; the first is at a.yaml:4:8",
        'b.yaml:5:21: connectors[0].name: the connector "A" is declared twice; the first is at a.yaml:5:21',
    ]


def test_two_accounts_are_not_supported_yet(folder: Path, diagnose: Diagnose) -> None:
    write(folder, a=HEAD, b='version: 1\naccount: "2"\n')
    (found,) = diagnose(paths=(".",))
    assert found.message == "more than one account at once is not supported yet: 2 here, 12345678 at a.yaml:2:10"

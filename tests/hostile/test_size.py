"""A small file asks for much time or memory. Each runs with a bound on memory that a bomb breaks, and a time limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import HEAD, Bounded, said


def _connectors(*entries: str) -> str:
    return f"{HEAD}connectors: [{','.join(entries)}]\n"


def _bomb(levels: int, kind: str) -> str:
    """Aliases of aliases: ten times as many values a level."""
    opening, closing = ("[", "]") if kind == "lists" else ("{", "}")
    lines = [f"a0: &a0 {opening}{','.join(f'k{n}: x' if closing == '}' else 'x' for n in range(10))}{closing}"]
    for level in range(1, levels):
        inside = ",".join(f"k{n}: *a{level - 1}" if closing == "}" else f"*a{level - 1}" for n in range(10))
        lines.append(f"a{level}: &a{level} {opening}{inside}{closing}")
    return HEAD + "\n".join(lines) + "\n"


BOMBS = {
    "aliases of lists": (_bomb(12, "lists"), "the aliases of this file add up to too much"),
    "aliases of maps": (_bomb(12, "maps"), "the aliases of this file add up to too much"),
    "an alias of a long text": (
        _connectors(f'{{name: x, description: &a "{"a" * 99_000}"}}', *["{name: y, description: *a}"] * 90_000),
        "the aliases of this file add up to too much",
    ),
    "nesting": (f"{HEAD}x: {'[' * 4_900_000}", "the values are nested deeper than 64 levels"),
    "nesting in lines": (f"{HEAD}x:\n{'- ' * 2_400_000}", "the values are nested deeper than 64 levels"),
    "a huge text": (f'{HEAD}label: "{"x" * 4_900_000}"\n', "this text is longer than 100,000 characters"),
    "a huge key": (f"{HEAD}? {'x' * 4_900_000}\n: 1\n", "this text is longer than 100,000 characters"),
    "a huge number": (f"{HEAD}vars: {{x: {'9' * 90_000}}}\n", "this number is too large"),
    "a tiny number": (f"{HEAD}vars: {{x: 1e-{'9' * 90_000}, y: 1e{'9' * 90_000}}}\n", "this number is too large"),
    "a number of versions": (f'{HEAD}requires: ">={"9" * 5_000}"\n', "does not name versions of lpconf"),
    "many versions": (f'{HEAD}requires: "{",".join([">=0"] * 20_000)}"\n', "does not name versions of lpconf"),
    "many values": (f"{HEAD}x: [{'a,' * 1_100_000}]\n", "the file holds more than 1,000,000 values"),
    "many errors": (_connectors(*["{a: 1}"] * 200_000), "Only the first 1000"),
    "a long line above many errors": (
        f"{HEAD}connectors: # {'a ' * 2_000_000}\n" + " - {a: 1, b: 2, c: 3, d: 4, e: 5, name: x}\n" * 200,
        "Only the first 1000",
    ),
    "spaces above many errors": (
        f"{HEAD}connectors:\n" + f" - a{' ' * 990}\n" * 100 + f" - {{{'a, ' * 200}b}}\n" * 20,
        "errors.",
    ),
    "colons in a list that is not closed": (f"{HEAD}x: [{':a' * 2_000_000} @]\n", "this is not valid YAML"),
    "brackets in a map that is not closed": (f"{HEAD}x: {{a {'[,' * 30}{':' * 4_000_000} ]\n", "1 error"),
    "directives": ("%TAG !a! b\n" * 400_000 + f"---\n{HEAD}", 'a line that starts with "%" is not allowed here'),
    "documents": (HEAD + "---\n" * 1_200_000, "a second document starts here"),
    "keys with many beginnings": (
        _connectors(*(f'{{name: c{n}, jwt_public_key: "{"-----BEGIN A-----" * 3_800}"}}' for n in range(70))),
        "this holds more than one key",
    ),
    "variables of variables": (
        f'{HEAD}vars: {{a: "{"a" * 90_000}"}}\n'
        + "connectors: ["
        + ",".join(f'{{name: c{n}, description: "{"${var.a}"}"}}' for n in range(5_000))
        + "]\n",
        "the variables fill in too much text altogether",
    ),
    "time zones that are none": (
        f"{HEAD}campaigns:\n" + "".join(f"- {{name: c{n}, time_zone: Europe/Berli{n}}}\n" for n in range(50)),
        "50 errors.",
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_an_error_in_bounded_time_and_memory(lpconf: Bounded, folder: Path, bomb: str) -> None:
    text, message = BOMBS[bomb]
    (folder / "site.yaml").write_text(text)

    output = said(lpconf("validate"), 1, message)
    assert len(output) < 1_000_000


def test_names_that_are_nearly_alike_are_compared_within_bounds(lpconf: Bounded, folder: Path) -> None:
    connectors = ",".join(f"{{name: connector{number}}}" for number in range(10_000))
    engagements = ",".join(f"{{name: e{number}, connector: connecter{number}}}" for number in range(10_000))
    campaigns = f"campaigns: [{{find: default, engagements: [{engagements}]}}]\n"
    (folder / "site.yaml").write_text(f"{HEAD}connectors: [{connectors}]\n{campaigns}")

    said(lpconf("validate"), 0, "Valid: 20001 things")


def test_long_names_that_are_nearly_alike_are_not_compared(lpconf: Bounded, folder: Path) -> None:
    name = "ab" * 40_000
    engagements = f"{{find: default, connector: {name}y}}"
    (folder / "site.yaml").write_text(
        f"{HEAD}connectors: [{{name: {name}x}}]\ncampaigns: [{{find: default, engagements: [{engagements}]}}]\n"
    )
    said(lpconf("validate"), 0, "Valid: 3 things")

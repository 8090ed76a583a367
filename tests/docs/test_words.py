"""Every command, option and file that a page names exists, and every one that exists is in the reference."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import click
import pytest

from lpconf.cli.main import app
from lpconf.model.errors import ExitCode
from tests.docs.pages import ROOT, all_pages, commands_of, name_of, pieces

# typer imports what click has announced to remove (see docs/decisions.md).
pytestmark = pytest.mark.filterwarnings("ignore:'click:DeprecationWarning")

OF_OTHERS = {"--strict", "--token"}
"""Options of other programs, and one that lpconf does not have, as the page says."""

PAGES = [*all_pages(), ROOT / "CHANGELOG.md"]


def test_the_generated_pages_and_pictures_are_up_to_date() -> None:
    command = [sys.executable, "docs/generate.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nRun .venv/bin/python docs/generate.py"


@cache
def command_of(path: tuple[str, ...]) -> click.Command:
    """The command that words name. Raises LookupError for one that does not exist."""
    command: click.Command = app
    context = click.Context(app, info_name="lpconf")
    for word in path:
        if not isinstance(command, click.Group) or (below := command.get_command(context, word)) is None:
            raise LookupError(" ".join(path))
        command, context = below, click.Context(below, info_name=word, parent=context)
    return command


@cache
def options_of(path: tuple[str, ...]) -> frozenset[str]:
    command = command_of(path)
    parameters = command.get_params(click.Context(command))
    options = [parameter for parameter in parameters if isinstance(parameter, click.Option)]
    return frozenset(name for option in options for name in (*option.opts, *option.secondary_opts))


@cache
def all_options() -> frozenset[str]:
    return frozenset(option for path in all_paths() for option in options_of(path))


@cache
def all_paths() -> tuple[tuple[str, ...], ...]:
    found: list[tuple[str, ...]] = []
    queue: list[tuple[str, ...]] = [()]
    while queue:
        path = queue.pop()
        found.append(path)
        command = command_of(path)
        if isinstance(command, click.Group):
            queue += [(*path, name) for name in command.list_commands(click.Context(command))]
    return tuple(found)


def check(line: str) -> None:
    """Look up the command and the options of one command line of lpconf. Placeholders are in capitals."""
    path: tuple[str, ...] = ()
    words = shlex.split(line.replace("[", " ").replace("]", " "), comments=True)[1:]
    for word in words:
        command = command_of(path)
        if not isinstance(command, click.Group) or word.startswith("-") or word.isupper():
            break
        path = (*path, word)
        command_of(path)
    known = options_of(path)
    for option in (word.partition("=")[0] for word in words if re.match(r"-{1,2}[a-z]", word)):
        assert option in known, f"{line}: {option}"


def lines_of(page: Path) -> list[str]:
    """The command lines of lpconf on a page, in blocks and in the text."""
    blocks = [
        command for piece in pieces(page) if piece.language in {"sh", "console"} for command, _ in commands_of(piece)
    ]
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`(lpconf [^`]+)`", text)
    parts = [part.strip() for line in blocks for part in re.split(r"\||&&|;", line)]
    return [*spans, *(part for part in parts if part.startswith("lpconf "))]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_commands_and_options_of_a_page_exist(page: Path) -> None:
    for line in lines_of(page):
        check(line)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_options_in_the_text_of_a_page_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for span in re.findall(r"`(--?[a-z][^`]*)`", text):
        for option in re.findall(r"(?<!\S)--?[a-z][a-z-]*", span):
            assert option in all_options() | OF_OTHERS, span


def test_the_checks_find_what_does_not_exist() -> None:
    with pytest.raises(LookupError):
        check("lpconf plann")
    with pytest.raises(AssertionError):
        check("lpconf plan --no-such-option")


def test_the_reference_has_every_command_option_and_exit_code() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    for path in all_paths():
        if path:
            assert re.search(rf"^##+ lpconf {' '.join(path)}$", page, re.MULTILINE), path
    # Every command has these, as the page says at its top. Whether click knows -h yet depends on who asked before.
    for option in all_options() - {"-h", "--help"}:
        assert re.search(rf"[`, >]{option}[`, ]", page), option
    for code in ExitCode:
        assert f"\n| {code.value} | " in page


def test_the_reference_has_every_environment_variable() -> None:
    code = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "lpconf").rglob("*.py") if "sandbox" not in path.parts
    )
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    used = set(re.findall(r"""["']((?:LPCONF_[A-Z_]+[A-Z]|NO_COLOR|FORCE_COLOR)_?)""", code))
    assert len(used) > 8
    assert {name for name in used if not re.search(f"`{name}|`{name[: name.rfind('_')]}_<name>", page)} == set()


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", ROOT / "SECURITY.md", *(ROOT / "docs").rglob("*.md")], ids=name_of
)
def test_the_links_and_pictures_of_a_page_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text)
    for link in links:
        path, _, anchor = link.partition("#")
        if ":" in path:
            continue
        target = page.parent / path if path else page
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors_of(target), link


def anchors_of(page: Path) -> set[str]:
    """The anchors of the headings, as GitHub and MkDocs make them, and those that headings name."""
    found = set()
    for heading in re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE):
        named = re.search(r"\{ #(\S+) \}", heading)
        plain = re.sub(r"[^\w\- ]", "", re.sub(r"\{.*\}", "", heading).strip().lower())
        found.add(named[1] if named else re.sub(r"\s+", "-", plain))
    return found


def test_the_readme_is_one_screen() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 70
    targets = re.findall(r"`make (\w+)`", text)
    assert targets
    for target in targets:
        assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8")

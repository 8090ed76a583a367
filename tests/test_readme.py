"""What the README and the other pages show is what happens."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from lpconf.config import load
from lpconf.config.quirks import load_quirks
from lpconf.model.quirks import Evidence
from tests.cli.conftest import ROOT, Run, lpconf  # noqa: F401 - a fixture

README = (ROOT / "README.md").read_text(encoding="utf-8")
APPLYING = (ROOT / "docs" / "applying.md").read_text(encoding="utf-8")
BLOCK = r"```(\w+)\n(.*?)```"
BLOCKS = re.findall(BLOCK, README, re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for found, text in BLOCKS if found == language]


def test_the_plan_in_the_readme_is_the_plan(lpconf: Run) -> None:  # noqa: F811
    (shown,) = blocks("console")
    command, _, output = shown.partition("\n")
    arguments = shlex.split(command.removeprefix("$ lpconf "))
    arguments[1] = str(ROOT / arguments[1])
    assert lpconf(*arguments).stdout == output


def test_the_site_and_the_quirks_in_the_readme_are_valid(tmp_path: Path) -> None:
    site, quirks = blocks("yaml")
    (tmp_path / "site.yaml").write_text(site)
    (tmp_path / "quirks.yaml").write_text(quirks)
    assert len(load([tmp_path / "site.yaml"], variables={}, environ={}).things) == 3
    assert load_quirks(tmp_path / "quirks.yaml").evidence["connector.update"] is Evidence.CONFIRMED


def commands() -> list[str]:
    """The command lines of all pages, without what follows a pipe."""
    found = [block for page in (README, APPLYING) for block in re.findall(BLOCK, page, re.DOTALL)]
    text = "".join(text for language, text in found if language == "sh")
    return sorted({line.split(" | ")[0] for line in re.findall(r"^lpconf .*", text, re.MULTILINE)})


@pytest.mark.parametrize("line", commands())
def test_the_commands_and_options_of_the_pages_exist(lpconf: Run, line: str) -> None:  # noqa: F811
    words = shlex.split(line)[1:]
    if words[0].startswith("-"):
        return
    name = words[: 2 if words[0] in {"sandbox", "token"} else 1]
    shown = lpconf(*name, "--help")
    assert shown.returncode == 0
    for option in (word.split("=")[0] for word in words if word.startswith("-")):
        assert re.search(rf"(^|\s|,){option}[\s,]", shown.stdout), option


def test_the_configuration_of_the_page_on_applying_is_valid(tmp_path: Path) -> None:
    (text,) = (found for language, found in re.findall(BLOCK, APPLYING, re.DOTALL) if language == "yaml")
    (tmp_path / "site.yaml").write_text(text)
    site = load([tmp_path / "site.yaml"], variables={}, environ={})
    assert [thing.lifecycle.absent for thing in site.things] == [True, False, False, False]
    assert len(site.delete_undeclared) == 1


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^make (\w+)", "".join(blocks("sh")), re.MULTILINE))))
def test_the_make_targets_in_the_readme_exist(target: str) -> None:
    assert f"\n{target}:" in (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_the_links_in_the_readme_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()

"""What the README shows is what happens."""

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
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


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


@pytest.mark.parametrize("command", sorted(set(re.findall(r"^lpconf (\w+)", "".join(blocks("sh")), re.MULTILINE))))
def test_the_commands_in_the_readme_exist(lpconf: Run, command: str) -> None:  # noqa: F811
    assert lpconf(command, "--help").returncode == 0


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^make (\w+)", "".join(blocks("sh")), re.MULTILINE))))
def test_the_make_targets_in_the_readme_exist(target: str) -> None:
    assert f"\n{target}:" in (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_the_links_in_the_readme_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()

"""What the pages show is what happens: each command is run, each output compared, each configuration loaded.

    LPCONF_UPDATE_GOLDEN=1 pytest tests/docs/test_blocks.py

writes the outputs into the pages anew.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from lpconf.config import load
from lpconf.config.quirks import load_quirks
from lpconf.config.schema import site_schema
from tests.account import make_key
from tests.cli.conftest import Served
from tests.docs.canonical import Canonical
from tests.docs.pages import ROOT, Piece, all_pages, commands_of, name_of, pieces, with_new_text
from tests.docs.shell import Shell, environment_of
from tests.sandbox.client import ENGAGEMENT, ENGAGEMENTS

ON_AN_ACCOUNT = {
    "README.md",
    "docs/guides/ci.md",
    "docs/guides/code-flow.md",
    "docs/guides/pull-requests.md",
    "docs/guides/roll-back.md",
    "docs/guides/stale.md",
    "docs/guides/your-account.md",
}
"""Pages whose commands are for a real account. A sandbox at another address stands in for it."""

VARIABLES = {"docs/guides/code-flow.md": {"LPCONF_SECRET_IDP": "not-shown-anywhere"}}
"""What the reader has exported on a page, beside credentials."""

NOT_RUN = {
    r"python3 -m venv ~/lpconf-venv .*": "the tests' own environment stands for it",
    r"pip install .*": "takes packages from an index",
    r"read -rs LPCONF_PASSWORD_12345678 .*": "the stand-in has its own password",
    r"export LPCONF_USERNAME_12345678=.*": "the stand-in has its own user",
    r"read -rs LPCONF_SECRET_IDP .*": "the secret is in the environment",
    r"lpconf page .*": "runs until Ctrl-C, see tests/cli/test_page.py",
    r"lpconf sandbox serve .*": "runs until Ctrl-C, see tests/cli/test_sandbox.py",
}
"""Commands that are only read, and why."""

EXITS = {
    "lpconf token check --token token.jwt": 1,
    "lpconf plan --detailed-exitcode": 2,
}
"""Commands of `sh` blocks that end with another exit code than 0, which the page tells."""


@dataclass
class Scene:
    """A reader at a page."""

    page: Path
    shell: Shell
    served: Callable[[], Served]
    canonical: Canonical

    @property
    def folder(self) -> Path:
        return self.shell.folder


def _apply(scene: Scene) -> None:
    printed, code = scene.shell.run("lpconf apply --auto-approve --quiet")
    assert code == 0, printed


def _somebody_sets_the_language(scene: Scene) -> None:
    editor, one = scene.served().editor, f"{ENGAGEMENTS}/{ENGAGEMENT}"
    editor.put(one, {**editor.get(one), "language": "fr-FR"})


def _commit(scene: Scene) -> None:
    who = "-c user.name=deploy -c user.email=deploy@bank.example"
    printed, code = scene.shell.run(f"git init --quiet && git add site.yaml && git {who} commit --quiet -m 'A site'")
    assert code == 0, printed


def _readme(scene: Scene) -> None:
    (site,) = (piece for piece in pieces(ROOT / "README.md") if piece.title == "site.yaml")
    (scene.folder / "site.yaml").write_text(site.text, encoding="utf-8")


MEANWHILE: Mapping[str, Callable[[Scene], None]] = {
    "apply": _apply,
    "commit": _commit,
    "somebody sets the language": _somebody_sets_the_language,
    "the site of the README": _readme,
}
"""What happens between two blocks of a page (`<!-- meanwhile: ... -->`)."""


@pytest.mark.parametrize("page", all_pages(), ids=name_of)
def test_the_blocks_of_a_page_do_what_it_says(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    found = pieces(page)
    if not found:
        return
    name = name_of(page)

    def served() -> Served:
        found: Served = request.getfixturevalue("served")
        return found

    folder = tmp_path / "work"
    if name.startswith("examples/"):
        shutil.copytree(page.parent, folder)
    else:
        folder.mkdir()
    account = served().environment if name in ON_AN_ACCOUNT else {}
    environment = environment_of(tmp_path / "home", {**account, **VARIABLES.get(name, {})})
    (tmp_path / "home").mkdir()
    with Shell(folder, environment) as shell:
        scene = Scene(page, shell, served, Canonical())
        for piece in found:
            _play(scene, piece)


def _play(scene: Scene, piece: Piece) -> None:
    match piece.language:
        case "sh":
            for command, _ in commands_of(piece):
                _run(scene, piece, command)
        case "console":
            _compare(scene, piece)
        case "yaml":
            _check_yaml(scene, piece)
        case "meanwhile":
            MEANWHILE[piece.text](scene)
        case "text":
            if piece.title:
                (scene.folder / piece.title).write_text(piece.text, encoding="utf-8")
        case _:
            pytest.fail(f"{name_of(scene.page)}:{piece.line}: nothing checks a block of {piece.language!r}")


def _run(scene: Scene, piece: Piece, command: str) -> None:
    if any(re.fullmatch(pattern, command) for pattern in NOT_RUN):
        return
    printed, code = scene.shell.run(command, _answer(command))
    where = f"{name_of(scene.page)}:{piece.line}: {command}"
    assert code == EXITS.get(command, 0), f"{where}\n{printed}"


def _fits(printed: str, shown: str) -> bool:
    """Whether a page shows what was printed. A line of `...` stands for any lines."""
    parts = shown.split("\n...\n")
    return re.fullmatch("\n(?:.*\n)??".join(map(re.escape, parts)), printed, re.DOTALL) is not None


def test_what_a_page_leaves_out_is_marked() -> None:
    assert _fits("$ x\na\nb\nc\n", "$ x\n...\nc\n")
    assert not _fits("$ x\na\nb\nc\n", "$ x\nc\n")
    assert not _fits("$ x\na\nb\nc\n", "$ x\n...\nd\n")


def _answer(command: str) -> str | None:
    """What the reader types where a command asks."""
    asks = command.startswith("lpconf apply") and not {"--auto-approve", "--plan"} & set(command.split())
    return "yes" if asks else None


def _compare(scene: Scene, piece: Piece) -> None:
    shown = ""
    for command, _ in commands_of(piece):
        printed, _ = scene.shell.run(command, _answer(command))
        printed = scene.canonical(printed).strip("\n")
        assert "bug in lpconf" not in printed, f"{name_of(scene.page)}:{piece.line}: {printed}"
        shown += f"$ {command}\n" + (f"{printed}\n" if printed else "")
    if _fits(shown, piece.text):
        return
    if os.environ.get("LPCONF_UPDATE_GOLDEN") and "\n...\n" not in piece.text:
        page = scene.page.read_text(encoding="utf-8")
        # Blocks above may have got more lines since the page was read.
        now = next(each for each in pieces(scene.page) if each.language == "console" and each.text == piece.text)
        scene.page.write_text(with_new_text(page, now, shown), encoding="utf-8")
        return
    assert shown == piece.text, f"{name_of(scene.page)}:{piece.line}"


def _check_yaml(scene: Scene, piece: Piece) -> None:
    where = f"{name_of(scene.page)}:{piece.line}"
    if name_of(scene.page) == "docs/reference/yaml.md":
        return  # see test_each_example_of_the_reference_is_valid
    content = yaml.safe_load(piece.text)
    if isinstance(content, dict) and "repos" in content:
        _check_hooks(content)
        return
    if isinstance(content, list):
        _check_steps(content, scene.folder / "workflow.yml")
        return
    assert piece.title, f"{where}: a YAML block has the title of its file"
    file = scene.folder / piece.title
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(piece.text, encoding="utf-8")
    if piece.title == "quirks.yaml":
        load_quirks(file)
    else:
        _load(file)


def _check_hooks(content: dict[str, Any]) -> None:
    """The hooks of a `.pre-commit-config.yaml` are those that lpconf brings."""
    brought = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    assert {hook["id"] for repository in content["repos"] for hook in repository["hooks"]} <= brought


def _check_steps(steps: list[Any], file: Path) -> None:
    """Steps of a GitHub workflow are valid in one."""
    workflow = {"name": "w", "on": "push", "jobs": {"job": {"runs-on": "ubuntu-latest", "steps": steps}}}
    file.write_text(yaml.safe_dump(workflow), encoding="utf-8")
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(file)]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


def _load(file: Path) -> None:
    """Load a site whose key files are there, as they are when the reader has made them."""
    made = []
    for key in re.findall(r"\{file: ([^}]+)\}", file.read_text(encoding="utf-8")):
        path = file.parent / key
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_text(make_key())
            made.append(path)
    load([file], variables={}, environ={})
    for path in made:
        path.unlink()


def test_each_example_of_the_reference_is_valid() -> None:
    schema = site_schema()
    topic = "site"
    checked = set()
    text = (ROOT / "docs" / "reference" / "yaml.md").read_text(encoding="utf-8")
    for topic, word, example in re.findall(r"\{ #([a-z]+)-([a-z_]+) \}.*?^```yaml\n(.*?)^```", text, re.DOTALL | re.M):
        properties = _properties(schema, topic)
        (value,) = yaml.safe_load(example).values()
        jsonschema.validate(value, {**properties[word], "$defs": schema["$defs"]})
        checked.add((topic, word))
    assert checked == {(topic, word) for topic in _TOPICS for word in _properties(schema, topic)}


_TOPICS = ("site", "connector", "campaign", "engagement", "lifecycle")


def _properties(schema: dict[str, object], topic: str) -> dict[str, dict[str, object]]:
    found = json.loads(json.dumps(schema))
    if topic == "lifecycle":
        return dict(found["$defs"]["connector"]["properties"]["lifecycle"]["properties"])
    return dict(found["properties"] if topic == "site" else found["$defs"][topic]["properties"])


def test_no_entry_of_the_tables_is_left_over() -> None:
    commands = {command for page in all_pages() for piece in pieces(page) for command, _ in _listed(piece)}
    assert {pattern for pattern in NOT_RUN if not any(re.fullmatch(pattern, each) for each in commands)} == set()
    assert {each for each in EXITS if each not in commands} == set()
    told = {piece.text for page in all_pages() for piece in pieces(page) if piece.language == "meanwhile"}
    assert told == set(MEANWHILE)
    assert {name_of(page) for page in all_pages()} >= ON_AN_ACCOUNT | set(VARIABLES)


def _listed(piece: Piece) -> list[tuple[str, str]]:
    return commands_of(piece) if piece.language in {"sh", "console"} else []

"""A checkout of a stranger's branch tries to have files shown, read or written that are not its own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from .conftest import CANARY, HEAD, Bounded, said

NAMES = ("../outside", "keys/../../outside", "/etc/passwd", "link", "linked/outside", ".hidden", "pipe", "~/x")


def test_a_key_field_gets_no_file_elsewhere(lpconf: Bounded, folder: Path) -> None:
    (folder / "link").symlink_to("../outside")
    (folder / "linked").symlink_to("..")
    (folder / ".hidden").write_text(CANARY)
    os.mkfifo(folder / "pipe")
    connectors = "".join(f"  - {{name: {name}, jwt_public_key: {{file: {name}}}}}\n" for name in NAMES)
    (folder / "site.yaml").write_text(f"{HEAD}connectors:\n{connectors}")

    places = (f": connectors[{number}].jwt_public_key: " for number in range(len(NAMES)))
    said(lpconf("validate"), 1, *places, f"{len(NAMES)} errors.")


def test_a_file_that_is_a_link_shows_nothing_of_what_it_leads_to(lpconf: Bounded, folder: Path) -> None:
    (folder / "site.yaml").symlink_to("../outside")

    said(lpconf("validate"), 1, "this file is a link that leads out of its folder")
    said(lpconf("validate", "."), 1, "this file is a link that leads out of its folder")


@pytest.mark.parametrize("path", ["conf", "conf/site.yaml", "a/../conf", "./conf/", "in/conf"])
def test_nor_does_a_folder_that_is_a_link(lpconf: Bounded, folder: Path, tmp_path: Path, path: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "site.yaml").write_text(f"oauth_token: {CANARY}\n")
    for each in ("a", "in"):
        (folder / each).mkdir()
    (folder / "conf").symlink_to(elsewhere)
    (folder / "in" / "conf").symlink_to("../../elsewhere")

    for argument in (path, str(folder / path)):
        said(lpconf("validate", argument), 1, "is a link that leads out of its folder", "Name the folder")


def test_a_folder_that_is_a_link_inside_the_checkout_is_followed(lpconf: Bounded, folder: Path) -> None:
    (folder / "envs" / "test").mkdir(parents=True)
    (folder / "envs" / "test" / "site.yaml").write_text(HEAD)
    (folder / "conf").symlink_to("envs/test")

    assert said(lpconf("validate", "conf"), 0).startswith("Valid: 0 things")


def test_what_a_user_names_in_full_is_the_users_own(lpconf: Bounded, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "site.yaml").write_text(HEAD)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "work").symlink_to(tmp_path / "disk")

    said(lpconf("validate", str(tmp_path / "home" / "work" / "site.yaml")), 0, "Valid")


def test_special_files_do_not_keep_it_waiting(lpconf: Bounded, folder: Path) -> None:
    os.mkfifo(folder / "a.yaml")
    (folder / "b.yaml").symlink_to("/dev/zero")

    said(lpconf("validate", "."), 1, "a.yaml:1:1: this is not a regular file", "b.yaml:1:1: this is not a regular file")


def test_the_name_of_a_file_is_no_command_to_a_build_server(lpconf: Bounded, folder: Path) -> None:
    for name in ("::add-mask::y", "##vso[task.setvariable]x", "\n::error::z", "\x1b[2J", "\u202ex"):
        (folder / f"{name}.yaml").write_text("a: [\n")

    said(
        lpconf("validate", "."), 1, r"\x3a:add-mask::y.yaml", r"\x23#vso[task.setvariable]x.yaml", r"\n::error::z.yaml"
    )


@pytest.mark.parametrize("option", ["-o", "--log-file"])
@pytest.mark.parametrize("name", ["result", "linked/result", "dangling"])
def test_nothing_is_written_through_a_link_of_the_checkout(
    lpconf: Bounded, folder: Path, tmp_path: Path, option: str, name: str
) -> None:
    (folder / "site.yaml").write_text(HEAD)
    (folder / "result").symlink_to("../outside")
    (folder / "dangling").symlink_to("../new")
    (folder / "linked").symlink_to("..")
    before = (tmp_path / "outside").read_text()

    argument = f"json={name}" if option == "-o" else name
    done = lpconf("plan", "--sandbox", option, argument)

    said(done, 1, "is a link that leads out of its folder", "Name the file that it leads to.")
    assert (tmp_path / "outside").read_text() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["checkout", "outside"]


def test_standard_output_may_be_named_though_it_is_a_link(lpconf: Bounded, folder: Path) -> None:
    (folder / "site.yaml").write_text(HEAD)
    assert '"valid": true' in said(lpconf("validate", "-o", "json=/dev/stdout"), 0)


def test_a_folder_of_many_large_files_has_a_limit(lpconf: Bounded, folder: Path) -> None:
    (folder / "a.yaml").write_text(HEAD + "#" * 4_900_000)
    for name in "bcdefg":
        shutil.copy(folder / "a.yaml", folder / f"{name}.yaml")

    said(lpconf("validate", "."), 1, "f.yaml:1:1: the files are larger than 25 MB altogether", "Name fewer of them.")

"""`lpconf fmt` as users and editors run it."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from .conftest import LPCONF, ROOT, SITE, Run, clean_environment

UNTIDY = 'version:   1\naccount: "12345678"\ncampaigns:\n- find: default\n\n\n  name: "A"\n'
TIDY = 'version: 1\naccount: "12345678"\ncampaigns:\n  - find: default\n\n    name: "A"\n'
DIFF = "\n".join(
    (
        "--- site.yaml",
        "+++ site.yaml (formatted)",
        "@@ -1,7 +1,6 @@",
        "-version:   1",
        "+version: 1",
        ' account: "12345678"',
        " campaigns:",
        "-- find: default",
        "+  - find: default",
        " ",
        "-",
        '-  name: "A"',
        '+    name: "A"',
        "",
    )
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.yaml"
    path.write_text(UNTIDY)
    return path


def piped(text: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [LPCONF, "fmt", "-", *arguments],
        input=text.encode(),
        capture_output=True,
        cwd=cwd,
        env=clean_environment(),
        timeout=60,
        check=False,
    )


def test_it_formats_in_place_and_names_what_it_changed(lpconf: Run, site: Path) -> None:
    result = lpconf("fmt")
    assert (result.returncode, result.stdout, result.stderr) == (0, "site.yaml\n", "")
    assert site.read_text() == TIDY
    again = lpconf("fmt")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_check_writes_nothing_and_exits_with_1(lpconf: Run, site: Path) -> None:
    result = lpconf("fmt", "--check")
    assert (result.returncode, result.stdout) == (1, "site.yaml\n")
    assert result.stderr == "1 file to format. Without --check lpconf fmt does it.\n"
    assert lpconf("fmt", "--check", "--quiet").stderr == ""
    assert site.read_text() == UNTIDY
    site.write_text(TIDY)
    formatted = lpconf("fmt", "--check")
    assert (formatted.returncode, formatted.stdout, formatted.stderr) == (0, "", "")


def test_diff_shows_what_changes(lpconf: Run, site: Path) -> None:
    checked = lpconf("fmt", "--check", "--diff")
    assert (checked.returncode, checked.stdout) == (1, f"site.yaml\n{DIFF}")
    assert site.read_text() == UNTIDY
    written = lpconf("fmt", "--diff")
    assert (written.returncode, written.stdout) == (0, f"site.yaml\n{DIFF}")
    assert site.read_text() == TIDY


def test_diff_shows_neither_secrets_nor_keys(lpconf: Run, site: Path) -> None:
    site.write_text("a:\n    client_secret:   s3cr3t-of-mine\n")
    result = lpconf("fmt", "--diff")
    assert "s3cr3t" not in result.stdout
    assert "+  (not shown: it may hold a key or a secret)" in result.stdout


def test_a_folder_stands_for_its_files(lpconf: Run, site: Path, tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text(TIDY)
    (tmp_path / "c.yaml").write_text(UNTIDY)
    assert lpconf("fmt", ".").stdout == "c.yaml\nsite.yaml\n"


def test_a_file_that_cannot_be_formatted_keeps_no_other_from_it(lpconf: Run, site: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("version: 1\n\taccount: x\n")
    result = lpconf("fmt", ".")
    assert (result.returncode, result.stdout) == (1, "site.yaml\n")
    assert result.stderr.startswith("broken.yaml:2:1: a tab cannot indent\n")
    assert (tmp_path / "broken.yaml").read_text() == "version: 1\n\taccount: x\n"


def test_a_path_without_a_file_is_told_before_anything_is_written(lpconf: Run, site: Path) -> None:
    result = lpconf("fmt", "site.yaml", "nope.yaml")
    assert (result.returncode, result.stdout) == (1, "")
    assert "nope.yaml: this file does not exist" in result.stderr
    assert site.read_text() == UNTIDY


def test_mode_and_links_stay(lpconf: Run, site: Path, tmp_path: Path) -> None:
    site.rename(tmp_path / "real.yaml")
    site.symlink_to("real.yaml")
    (tmp_path / "real.yaml").chmod(0o640)
    assert lpconf("fmt").stdout == "site.yaml\n"
    assert site.is_symlink()
    assert (tmp_path / "real.yaml").read_text() == TIDY
    assert stat.S_IMODE((tmp_path / "real.yaml").stat().st_mode) == 0o640
    assert not list(tmp_path.glob(".lpconf-*"))


def test_a_link_out_of_the_folder_is_refused(lpconf: Run, site: Path, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "site.yaml").symlink_to("../site.yaml")
    result = lpconf("fmt", "inner")
    assert result.returncode == 1
    assert "this file is a link that leads out of its folder" in result.stderr
    assert site.read_text() == UNTIDY


def test_line_ends_of_windows_stay(lpconf: Run, site: Path) -> None:
    site.write_bytes(UNTIDY.replace("\n", "\r\n").encode())
    assert lpconf("fmt").stdout == "site.yaml\n"
    assert site.read_bytes() == TIDY.replace("\n", "\r\n").encode()


def test_standard_input_goes_to_standard_output(tmp_path: Path) -> None:
    result = piped(UNTIDY.replace("\n", "\r\n") + "label: \N{SNOWMAN}", cwd=tmp_path)
    expected = TIDY.replace("\n", "\r\n") + "label: \N{SNOWMAN}\r\n"
    assert (result.returncode, result.stdout, result.stderr) == (0, expected.encode(), b"")
    assert piped(TIDY, cwd=tmp_path).stdout == TIDY.encode()


def test_standard_input_can_be_checked(tmp_path: Path) -> None:
    checked = piped(UNTIDY, "--check", cwd=tmp_path)
    assert (checked.returncode, checked.stdout) == (1, b"<stdin>\n")
    assert piped(TIDY, "--check", cwd=tmp_path).returncode == 0
    assert piped(UNTIDY, "--diff", cwd=tmp_path).stdout == DIFF.replace("site.yaml", "<stdin>").encode()


def test_an_editor_gets_nothing_in_the_place_of_what_is_no_yaml(tmp_path: Path) -> None:
    result = piped("a: [1\n", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, b"")
    assert result.stderr.startswith(b"<stdin>:1:4: ")


def test_standard_input_has_a_limit(tmp_path: Path) -> None:
    result = piped("#" * 5_000_001, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, b"")
    assert b"this file is larger than 5 MB" in result.stderr


def test_closed_standard_input_is_an_empty_file(tmp_path: Path) -> None:
    result = subprocess.run(
        ["bash", "-c", f"{LPCONF} fmt - <&-"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=clean_environment(),
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize("text", ["", "# Not yet.\n"])
def test_a_file_that_declares_nothing_yet_is_formatted(lpconf: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "empty.yaml").write_text(text)
    for arguments in ((), ("--check",), ("--diff",)):
        result = lpconf("fmt", "empty.yaml", *arguments)
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert (tmp_path / "empty.yaml").read_text() == text


def test_standard_input_goes_with_no_other_path(lpconf: Run, site: Path) -> None:
    result = lpconf("fmt", "-", "site.yaml")
    assert result.returncode == 64
    assert "- is standard input, and goes with no other PATH." in result.stderr


def test_the_tutorial_is_formatted(lpconf: Run) -> None:
    assert lpconf("fmt", "--check", SITE, str(ROOT / "examples" / "own-key")).returncode == 0

"""What a user installs: the wheel, built from the source distribution as `python -m build` does it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.repository import git

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("dist")
    # Without isolation nothing is downloaded: the build tools of the environment are used.
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\nThe tools for it: pip install --editable '.[dev]'"
    (file,) = folder.glob("*.whl")
    return zipfile.ZipFile(file)


def test_it_holds_every_file_of_the_package_and_no_other(wheel: zipfile.ZipFile) -> None:
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "lpconf")
    ours = {name for name in listed.split("\0") if name and (ROOT / name).exists()}

    assert "lpconf/py.typed" in ours
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == ours


def test_it_brings_the_command_and_the_license(wheel: zipfile.ZipFile) -> None:
    (information,) = {name.partition("/")[0] for name in wheel.namelist() if ".dist-info/" in name}

    assert "lpconf = lpconf.cli.main:main" in wheel.read(f"{information}/entry_points.txt").decode()
    assert wheel.read(f"{information}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()

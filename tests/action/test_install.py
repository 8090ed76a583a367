"""How the action installs lpconf: with the real Python and pip, offline, in a checkout whose files are hostile."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.action import hostile
from tests.action.runner import ACTION, BASH, Runner
from tests.cli.conftest import ROOT, clean_environment

PROJECT = """[build-system]
requires = []
build-backend = "build_lpconf"
backend-path = ["."]
"""

BACKEND = '''"""Builds an lpconf of its own, and notes what it could see: the environments of all running programs."""

import os
import zipfile
from pathlib import Path


def _environment_of(process):
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    seen = [os.fsencode(repr(dict(os.environ))), *map(_environment_of, Path("/proc").glob("[0-9]*"))]
    Path(os.environ["RUNNER_TEMP"], "seen").write_bytes(b"\\n".join(seen))
    name = "lpconf-1-py3-none-any.whl"
    with zipfile.ZipFile(Path(wheel_directory, name), "w") as wheel:
        wheel.writestr("lpconf/__init__.py", "import helper\\n\\ndef main():\\n    print('lpconf runs')\\n")
        wheel.writestr("lpconf-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: lpconf\\nVersion: 1\\n")
        wheel.writestr("lpconf-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("lpconf-1.dist-info/entry_points.txt", "[console_scripts]\\nlpconf = lpconf:main\\n")
        wheel.writestr("lpconf-1.dist-info/RECORD", "")
    return name
'''


def helper_wheel(folder: Path) -> Path:
    """What lpconf needs, as a wheel."""
    file = folder / "helper-1-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr("helper.py", "")
        wheel.writestr("helper-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: helper\nVersion: 1\n")
        wheel.writestr("helper-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("helper-1.dist-info/RECORD", "")
    return file


def helper_source(folder: Path, marker: Path) -> Path:
    """The same as a source distribution, whose setup.py is code."""
    setup = folder / "setup.py"
    setup.write_text(f"open({str(marker)!r}, 'a').write('sdist')\n")
    file = folder / "helper-1.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        archive.add(setup, "helper-1/setup.py")
    setup.unlink()
    return file


@dataclass(frozen=True)
class Installing:
    """An action of its own, the packages that it finds, and the hostile checkout of the job that uses it."""

    folder: Path

    @property
    def action(self) -> Path:
        return self.folder / "pinned action"

    @property
    def packages(self) -> Path:
        return self.folder / "packages"

    @property
    def temp(self) -> Path:
        return self.folder / "temp"

    @property
    def password(self) -> str:
        """One of its own, so that no other test's programs hold it."""
        return hashlib.sha256(str(self.folder).encode()).hexdigest()

    @property
    def seen(self) -> Path:
        """What the build of lpconf could see."""
        return self.temp / "seen"

    @property
    def marker(self) -> Path:
        """Is there if something of the checkout, or a source distribution, has run."""
        return self.folder / "marker"

    @property
    def lpconf(self) -> Path:
        return self.temp / "lpconf" / "venv" / "bin" / "lpconf"

    def require(self, requirement: str) -> None:
        (self.action / "action" / "requirements.txt").write_text(f"{requirement}\n")

    def run(self) -> subprocess.CompletedProcess[str]:
        """The step of action.yml, as the job of a workflow with credentials runs it."""
        (step,) = (each for each in ACTION["runs"]["steps"] if each["name"] == "Install lpconf")
        environment = clean_environment(
            LPCONF_PASSWORD_12345678=self.password,
            UNRELATED_TOKEN=self.password,
            PIP_FIND_LINKS=str(self.packages),
            PIP_NO_INDEX="1",
        )
        runner = Runner(self.folder / "checkout", self.temp, hostile.careless(environment))
        context = runner.context(command="plan")
        more = {"GITHUB_ACTION_PATH": str(self.action)}
        return subprocess.run(
            [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=runner.workspace / context.text(step.get("working-directory", ".")),
            env=runner.environment_of(step, context, self.folder / "output", self.folder / "summary") | more,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def installing(tmp_path: Path) -> Installing:
    return prepared(tmp_path)


def prepared(folder: Path) -> Installing:
    found = Installing(folder)
    (found.action / "action").mkdir(parents=True)
    shutil.copy(ROOT / "action" / "install.sh", found.action / "action")
    (found.action / "pyproject.toml").write_text(PROJECT)
    (found.action / "build_lpconf.py").write_text(BACKEND)
    for each in (found.packages, found.temp, folder / "checkout"):
        each.mkdir()
    digest = hashlib.sha256(helper_wheel(found.packages).read_bytes()).hexdigest()
    found.require(f"helper==1 --hash=sha256:{digest}")
    hostile.fill(folder / "checkout", found.marker)
    return found


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installing:
    """A whole installation."""
    found = prepared(tmp_path_factory.mktemp("install"))
    done = found.run()
    assert done.returncode == 0, done.stdout + done.stderr
    return found


def test_lpconf_comes_from_the_checkout_of_the_action(installed: Installing) -> None:
    done = subprocess.run([installed.lpconf], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "lpconf runs\n"


def test_no_file_of_the_jobs_checkout_runs(installed: Installing) -> None:
    assert not installed.marker.exists(), installed.marker.read_text()


def test_nothing_that_runs_while_it_is_installed_sees_the_credentials(installed: Installing) -> None:
    """Neither in its own environment nor in the one of a process above it."""
    seen = installed.seen.read_text(errors="replace")
    assert "RUNNER_TEMP" in seen
    assert installed.password not in seen


def test_a_build_leaves_nothing_in_the_checkout_of_the_action(installed: Installing) -> None:
    assert {each.name for each in installed.action.iterdir()} == {"action", "build_lpconf.py", "pyproject.toml"}


def test_a_second_step_of_the_job_installs_nothing(installed: Installing) -> None:
    before = installed.lpconf.stat(), installed.seen.stat()
    assert installed.run().returncode == 0
    assert (installed.lpconf.stat(), installed.seen.stat()) == before


@pytest.mark.parametrize("requirement", ["helper==1", f"helper==1 --hash=sha256:{'0' * 64}"])
def test_a_package_of_another_digest_or_of_none_is_refused(installing: Installing, requirement: str) -> None:
    installing.require(requirement)
    done = installing.run()
    assert done.returncode != 0
    assert "hash" in done.stderr.lower()
    assert not installing.lpconf.exists()


def test_a_source_distribution_is_refused_and_its_code_does_not_run(installing: Installing) -> None:
    (wheel,) = installing.packages.iterdir()
    wheel.unlink()
    digest = hashlib.sha256(helper_source(installing.packages, installing.marker).read_bytes()).hexdigest()
    installing.require(f"helper==1 --hash=sha256:{digest}")
    assert installing.run().returncode != 0
    assert not installing.lpconf.exists()
    assert not installing.marker.exists()

"""A checkout that holds a file for whatever looks for its code in the working folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

MODULES = (
    "backend.py",
    "job.py",
    "logging.py",
    "lpconf/__init__.py",
    "pip.py",
    "requests.py",
    "runpy.py",
    "setup.py",
    "sitecustomize.py",
    "usercustomize.py",
    "venv.py",
)
PROGRAMS = ("bash", "cp", "git", "mkdir", "mktemp", "pip", "python", "python3")

_PROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


def fill(checkout: Path, marker: Path) -> None:
    """Fill a checkout with files that write their names to `marker` if they are run or taken for settings."""
    for name in MODULES:
        file = checkout / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"with open({str(marker)!r}, 'a') as marker:\n    print({name!r}, file=marker)\n")
    for name in PROGRAMS:
        file = checkout / name
        file.write_text(f"#!/bin/sh\necho {name} >> '{marker}'\nexit 1\n")
        file.chmod(0o755)
    (checkout / ".bashrc").write_text(f"echo .bashrc >> '{marker}'\n")
    (checkout / ".python-version").write_text("0.0.0\n")
    (checkout / "pip.conf").write_text(f"[global]\nlog = {marker}\n")
    (checkout / "pyproject.toml").write_text(_PROJECT)


def careless(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of a workflow that adds the working folder to every search path, as a mistyped one does."""
    more = {"PATH": os.pathsep.join([".", "", environment["PATH"]]), "PYTHONPATH": os.pathsep.join(["", "."])}
    return {**environment, **more, "PIP_CONFIG_FILE": "pip.conf"}

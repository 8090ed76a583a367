"""What the tests of the configuration share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pytest

from lpconf.config import load
from lpconf.model.diagnostic import Diagnostic
from lpconf.model.errors import InvalidConfiguration
from lpconf.model.site import Site

HEAD = 'version: 1\naccount: "12345678"\n'
CONNECTOR = f"{HEAD}connectors:\n  - name: Web\n"
CAMPAIGN = f"{HEAD}campaigns:\n  - name: Shop\n"
ENGAGEMENT = f"{HEAD}campaigns:\n  - find: default\n    engagements:\n      - find: default\n"

DEMO_KEY = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDdlatRjRjogo3WojgGHFHYLugdUWAY9iR3fy4arWNA1KoS8kVw33cJibXr8bvwUAUparCwlvdb"
    "H6dvEOfou0/gCFQsHUfQrSDv+MuSUMAe8jzKE4qW+jK+xQU9a03GUnKHkkle+Q0pX/g6jXZ7r1/xAK5Do2kQ+X5xK9cipRgEKwIDAQAB"
)
DEMO_PEM = (
    f"-----BEGIN PUBLIC KEY-----\n{DEMO_KEY[:64]}\n{DEMO_KEY[64:128]}\n{DEMO_KEY[128:]}\n-----END PUBLIC KEY-----\n"
)


class Load(Protocol):
    """Loads `site.yaml` with a text, or paths."""

    def __call__(
        self,
        text: str | bytes = ...,
        *,
        paths: tuple[str, ...] = ...,
        variables: Mapping[str, str] = ...,
        environ: Mapping[str, str] = ...,
    ) -> Site: ...


class Diagnose(Protocol):
    """Loads like `Load`, and gives what is wrong."""

    def __call__(
        self, text: str | bytes = ..., *, paths: tuple[str, ...] = ..., variables: Mapping[str, str] = ...
    ) -> tuple[Diagnostic, ...]: ...


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def load_text(folder: Path) -> Load:
    def run(
        text: str | bytes = "",
        *,
        paths: tuple[str, ...] = ("site.yaml",),
        variables: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> Site:
        if text:
            (folder / "site.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return load([Path(path) for path in paths], variables=variables or {}, environ=environ or {})

    return run


@pytest.fixture
def diagnose(load_text: Load) -> Diagnose:
    def run(
        text: str | bytes = "", *, paths: tuple[str, ...] = ("site.yaml",), variables: Mapping[str, str] | None = None
    ) -> tuple[Diagnostic, ...]:
        with pytest.raises(InvalidConfiguration) as raised:
            load_text(text, paths=paths, variables=variables or {})
        return raised.value.diagnostics

    return run


def told(diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    """The diagnostics as one line each: place, path, message."""
    return [f"{each.position or '-'}: {each.path}: {each.message}" for each in diagnostics]

"""An editor: the YAML language server, and a place for documents that are never written to disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.editor.language_server import ROOT, LanguageServer, language_server

SCHEMA = ROOT / "schemas" / "site.schema.json"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    """A server that is told the schema by its settings, for all files in folders named `configuration`."""
    schemas = {SCHEMA.as_uri(): ["configuration/*.yaml"]}
    with language_server(tmp_path_factory.getbasetemp(), schemas) as server:
        yield server


@dataclass(frozen=True)
class Editor:
    """Somebody who types. `|` in a text is the cursor."""

    server: LanguageServer
    folder: Path
    numbers: Iterator[int]

    def diagnostics(self, text: str) -> dict[int, str]:
        """What the editor marks: the message by line, which counts from 1."""
        found = self._opened(text, self.server.diagnostics)
        return {each["range"]["start"]["line"] + 1: each["message"] for each in found}

    def completions(self, text: str) -> dict[str, dict[str, Any]]:
        """What the editor proposes at the cursor, by label."""
        answer = self._ask("textDocument/completion", text)
        return {each["label"]: each for each in answer["items"]}

    def hover(self, text: str) -> str:
        """What the editor shows for the word at the cursor, in Markdown."""
        return str(self._ask("textDocument/hover", text)["contents"]["value"])

    def _ask(self, method: str, text: str) -> Any:
        before, _, after = text.partition("|")
        position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        return self._opened(
            before + after,
            lambda file: self.server.request(method, textDocument={"uri": file.as_uri()}, position=position),
        )

    def _opened(self, text: str, ask: Callable[[Path], Any]) -> Any:
        file = self.folder / f"{next(self.numbers)}.yaml"
        self.server.open(file, text)
        try:
            return ask(file)
        finally:
            self.server.close(file)


@pytest.fixture
def editor(server: LanguageServer, tmp_path: Path) -> Editor:
    return Editor(server, tmp_path / "configuration", count(1))

"""The pages that people read, and the fenced blocks in them."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_PIECE = re.compile(
    r"^(?P<indent> *)```(?P<language>\S*)[ ]*(?P<attributes>[^\n]*)\n(?P<text>.*?)^(?P=indent)```$"
    r"|^<!-- (?P<verb>meanwhile): (?P<what>.*?) -->$",
    re.MULTILINE | re.DOTALL,
)
_TITLE = re.compile(r'title="([^"]*)"')


@dataclass(frozen=True)
class Piece:
    """A fenced block, or a comment that says what happens between two blocks (`language` is then its verb)."""

    language: str
    text: str
    title: str
    line: int


def all_pages() -> list[Path]:
    """Every page, the README first."""
    found = [*DOCS.rglob("*.md"), *(ROOT / "examples").rglob("README.md"), ROOT / "SECURITY.md"]
    return [ROOT / "README.md", *sorted(found)]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def pieces(page: Path) -> list[Piece]:
    """The blocks of a page, and what happens between them, in order."""
    return pieces_of(page.read_text(encoding="utf-8"))


def pieces_of(page: str) -> list[Piece]:
    found = []
    for match in _PIECE.finditer(page):
        line = page.count("\n", 0, match.start()) + 1
        if match["verb"]:
            found.append(Piece(match["verb"], match["what"], "", line))
            continue
        title = _TITLE.search(match["attributes"])
        found.append(Piece(match["language"], textwrap.dedent(match["text"]), title[1] if title else "", line))
    return found


def with_new_text(page: str, old: Piece, text: str) -> str:
    """The page with another text in one block, which is not indented."""
    before = "".join(page.splitlines(keepends=True)[: old.line])
    rest = page[len(before) :]
    assert rest.startswith(old.text)
    return before + text + rest[len(old.text) :]


def commands_of(piece: Piece) -> list[tuple[str, str]]:
    """The commands of a block with what they print. In a `console` block they stand behind `$ `, else on every line."""
    if piece.language == "console":
        parts = re.split(r"^\$ ", piece.text, flags=re.MULTILINE)
        assert parts[0] == "", f"line {piece.line}: a console block begins with a command"
        return [(command, output) for command, _, output in (part.partition("\n") for part in parts[1:])]
    joined = piece.text.replace("\\\n", "")
    return [(line, "") for line in joined.splitlines() if line.strip()]

"""What MkDocs does besides.

Files of the repository that pages link to become pages of the site: a link such as `../../examples/site.yaml` leads to
the file where the repository is read, and to a page here. Of a `console` block only the commands are copied.
"""

from __future__ import annotations

import html
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
_LINK = re.compile(r"(?<!!)(\]\()([^)\s#:]+)(#[^)]*)?(\))")
_COMMENT = re.compile(r"^<!-- .*? -->\n", re.MULTILINE)
_LANGUAGES = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}
_PAGES = {"CHANGELOG.md": "changelog.md", "SECURITY.md": "report.md"}


def on_config(config: Any) -> Any:
    """Have `console` blocks drawn here."""
    fences = config["mdx_configs"].setdefault("pymdownx.superfences", {})
    fences["custom_fences"] = [{"name": "console", "class": "highlight", "format": console}]
    return config


def console(source: str, _language: str, css_class: str, _options: Any, _md: Any, **_more: Any) -> str:
    """A block of commands, behind `$ `, and of what they print, as it is.

    The usual lexer takes output that begins with # for commands. The button that Material puts there copies what
    `data-copy` holds.
    """
    commands: list[str] = []
    lines: list[str] = []
    for line in source.split("\n"):
        if line.startswith("$ "):
            commands.append(line[2:])
            shown = html.escape(line[2:], quote=False)
            lines.append(f'<span class="gp">$ </span><span class="command">{shown}</span>')
        else:
            lines.append(html.escape(line, quote=False))
    copied = html.escape("\n".join(commands)).replace("\n", "&#10;")
    shown = "\n".join(lines)
    return f'<div class="{css_class} console" data-copy="{copied}"><pre><code>{shown}</code></pre></div>'


def on_files(files: Files, config: Any) -> Files:
    """Add a page for each file of the repository that a page links to, and for the changelog."""
    found = {"CHANGELOG.md"}
    queue = [f"docs/{file.src_uri}" for file in files.documentation_pages()] + ["CHANGELOG.md"]
    while queue:
        source = queue.pop()
        text = (ROOT / source).read_text("utf-8")
        below = {target for target in _targets(source, text) if not target.startswith("docs/")} - found
        found |= below
        queue += [target for target in below if target.endswith(".md")]
    for path in sorted(found):
        files.append(File.generated(config, _page_of(path), content=_content(path)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:  # noqa: ARG001 - MkDocs' names
    """Point the links of a page to pages of the site, and leave out the comments that are for tests."""
    here = page.file.src_uri
    source = next((path for path in _sources() if _page_of(path) == here), f"docs/{here}")

    def repaired(link: re.Match[str]) -> str:
        target = _resolve(source, link[2])
        if not (ROOT / target).is_file():
            return link[0]
        relative = posixpath.relpath(_page_of(target), posixpath.dirname(here) or ".")
        return f"{link[1]}{relative}{link[3] or ''}{link[4]}"

    return _LINK.sub(repaired, _COMMENT.sub("", markdown))


def _sources() -> list[str]:
    """The files outside of docs/ that may be pages."""
    return [*_PAGES, *(path.relative_to(ROOT).as_posix() for path in (ROOT / "examples").rglob("*") if path.is_file())]


def _targets(source: str, text: str) -> set[str]:
    """The repository's files that a Markdown text links to."""
    found = {_resolve(source, link[2]) for link in _LINK.finditer(text)}
    return {target for target in found if (ROOT / target).is_file()}


def _resolve(source: str, link: str) -> str:
    """A link of a file, as a path from the repository's root."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), link))


def _page_of(path: str) -> str:
    """The page of the site that shows a file."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if path in _PAGES:
        return _PAGES[path]
    # MkDocs leaves files out whose names begin with a dot.
    shown = "/".join(part.lstrip(".") for part in path.split("/"))
    return shown if shown.endswith(".md") else f"{shown}.md"


def _content(path: str) -> str:
    text = (ROOT / path).read_text("utf-8")
    if path.endswith(".md"):
        return text
    fence = "`" * (3 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"# {path}\n\n{fence}{_LANGUAGES.get(Path(path).suffix, 'text')}\n{text}{fence}\n"

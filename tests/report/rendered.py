"""Markdown as GitHub renders it, as far as its own renderer (cmark-gfm) goes, looked at as a page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import cmarkgfm  # type: ignore[import-untyped]
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]

_OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
"""GitHub lets HTML through here and sanitises the page later: nothing may depend on that."""

_VOID = {"br"}

_ACTED_ON = re.compile(
    r"""
      [@$`*\[\]<|\\~^]
    | [#]
    | ://|\bwww\.|\bmailto
    | :[a-z0-9_+-]+:
    | \b[0-9a-f]{7,40}\b
    | \b[A-Za-z]+-[0-9]
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What a later pass of GitHub or GitLab may act on outside of code: mentions, references, commits, emoji, formulas."""


@dataclass
class Page(HTMLParser):
    """What a page is made of."""

    elements: set[str] = field(default_factory=set)
    attributes: set[tuple[str, str, str | None]] = field(default_factory=set)
    text: str = ""
    plain: list[str] = field(default_factory=list)
    """The texts outside of code."""
    codes: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes.update((tag, name, value) for name, value in attrs)
        if tag == "code":
            self.codes.append("")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "code" in self.open:
            self.codes[-1] += data
        else:
            self.plain.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment hides: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")


def html_of(markdown: str) -> str:
    """The page's HTML."""
    html: str = cmarkgfm.github_flavored_markdown_to_html(markdown, _OPTIONS)
    return html


def page_of(markdown: str) -> Page:
    """The page, parsed. Fails on tags that are not closed in order."""
    page = Page()
    page.feed(html_of(markdown))
    page.close()
    assert page.open == []
    return page


def acted_on(page: Page) -> list[str]:
    """The texts outside of code that something may act on."""
    return [text for text in page.plain if _ACTED_ON.search(text)]

"""The built site: strict, whole, and without a request to another host."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import PATIENCE_MS, chromium
from tests.docs.pages import ROOT

SIZES = {"wide": 1280, "narrow": 390}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it. Strict: a link or an anchor that leads nowhere is an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "Doc file" not in done.stderr  # what strict lets pass, such as a link to a page that is left out
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


class Loads(HTMLParser):
    """What a page loads by itself."""

    _ATTRIBUTES = frozenset({"src", "srcset", "data", "poster", "action"})

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and (name in self._ATTRIBUTES or (tag == "link" and name == "href")):
                self.addresses.append(value)


def loaded_by(page: Path) -> list[str]:
    parser = Loads()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser.addresses


def test_the_check_of_what_a_page_loads_finds_another_host(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<link rel="stylesheet" href="https://a.example/x.css"><img src="//b.example/x.png"><a href="https://c.example">'
    )
    assert loaded_by(page) == ["https://a.example/x.css", "//b.example/x.png"]


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 15
    for page in pages:
        foreign = [each for each in loaded_by(page) if "//" in each]
        assert not foreign, f"{page.relative_to(site)}: {foreign}"
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert "@import" not in text
        assert "url(http" not in text.replace('"', "").replace("'", "")


def test_a_choice_in_a_table_is_shown_without_a_backslash(site: Path) -> None:
    page = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    assert "<code>--flow [implicit|code]</code>" in page.replace("&#124;", "|")
    assert "\\|" not in page


def test_the_commands_of_a_console_block_are_copied_and_what_they_print_is_not(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    # What the button writes: a page from a file may not read the clipboard.
    page.add_init_script("document.addEventListener('copy', event => { window.copied = getSelection().toString() })")
    page.goto((site / "tutorial.html").as_uri())
    block = page.locator(".console").first
    block.hover()
    block.locator("[data-clipboard-target], .md-code__button, .md-clipboard").first.click()
    page.wait_for_function("window.copied !== undefined")
    copied = page.evaluate("window.copied")
    commands = block.locator(".command").all_inner_texts()
    assert commands
    assert copied.splitlines() == commands
    assert block.inner_text().count("\n") > len(commands)
    page.close()


def test_output_that_begins_with_a_hash_is_no_command(site: Path) -> None:
    page = (site / "tutorial.html").read_text(encoding="utf-8")
    shown = [line for line in page.splitlines() if line.lstrip().startswith("# ") and "more fields" in line]
    assert shown
    assert not [line for line in shown if "<span" in line]


def test_nothing_of_how_the_site_is_made_is_in_it(site: Path) -> None:
    assert not list(site.rglob("*.py"))
    assert "<!-- meanwhile" not in "".join(page.read_text(encoding="utf-8") for page in site.rglob("*.html"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_can_be_read_in_a_browser(site: Path, browser: Browser, scheme: str, size: str) -> None:
    every = sorted(str(page.relative_to(site)) for page in site.rglob("*.html"))
    # The page for addresses that do not exist is for web servers: its links begin at their root.
    names = ["index.html"] if scheme == "dark" else [name for name in every if name != "404.html"]
    context = browser.new_context(viewport={"width": SIZES[size], "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    asked: list[str] = []
    troubles: list[str] = []
    context.on("request", lambda made: asked.append(made.url))
    context.on("console", lambda message: troubles.append(message.text))
    context.on("weberror", lambda found: troubles.append(str(found.error)))
    page = context.new_page()
    for name in names:
        page.goto((site / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size], name
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    context.close()
    assert [each for each in asked if not each.startswith(("file:", "data:", "blob:"))] == []
    assert troubles == []
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")


def test_the_picture_of_the_start_page_follows_the_scheme(site: Path, browser: Browser) -> None:
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto((site / "index.html").as_uri())
        shown = [image.get_attribute("src") for image in page.locator("article img").all() if image.is_visible()]
        assert [str(source).split("#")[0] for source in shown] == [f"images/plan-{scheme}.svg"]
        page.close()


def test_the_search_finds_a_word_without_a_web_server(site: Path, browser: Browser) -> None:
    page: Page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    page.goto((site / "index.html").as_uri())
    field = page.locator("input.md-search__input")
    field.click()
    # What is typed before the index is loaded finds nothing, and is not looked for again.
    expect(page.locator(".md-search-result__meta")).to_have_text("Type to start searching")
    field.press_sequentially("authenticated_visitors_only")
    first = page.locator(".md-search-result__item").first
    expect(first).to_contain_text("authenticated_visitors_only")
    page.close()

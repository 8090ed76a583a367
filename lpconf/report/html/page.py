"""A review as one page that needs nothing else: no network, no server, and no script to be read.

The page is for whoever reviews a pull request, so what is dangerous stands first. Every text in it is untrusted: it is
escaped where it is put in, and the page's content security policy lets no script, style, picture or address in but the
page's own style sheet and script, which it knows by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

from lpconf.report.html.button import Gallery
from lpconf.report.html.filtering import filter_form
from lpconf.report.html.markup import Markup, join, tag, trusted
from lpconf.report.html.overview import overview
from lpconf.report.html.thing import SectionIds, section
from lpconf.report.review import Review

_MANY = 300
"""From this many changes on, browsers need help to lay the page out quickly."""


def render(review: Review) -> str:
    """The whole page. Ends without a line break."""
    ids = SectionIds(review.things)
    gallery = Gallery()
    sections = [section(thing, ids[index], gallery, review.words) for index, thing in enumerate(review.things)]
    style, script = _asset("review.css"), _asset("review.js")
    body = tag(
        "body",
        tag("a", "Skip to the changes", href="#changes", class_="skip") if sections else "",
        overview(review, ids),
        tag(
            "main",
            tag("h2", "Changes", id="changes", tabindex="-1"),
            filter_form(review),
            *sections,
            tag("p", "Nothing fits the filter.", class_="nothing", hidden=True),
        )
        if sections
        else tag("main", tag("p", "There is nothing to review.", class_="nothing")),
        tag("footer", tag("p", review.closing)) if review.closing else "",
        gallery.definitions(),
        tag("script", trusted(script)),
        class_="large" if len(sections) > _MANY else False,
    )
    # A lone surrogate has no place in UTF-8, and `-o html=FILE` writes UTF-8.
    page = join(trusted("<!doctype html>\n"), tag("html", _head(review, style, script), trusted("\n"), body, lang="en"))
    return page.encode("utf-8", "backslashreplace").decode("utf-8")


def _head(review: Review, style: str, script: str) -> Markup:
    numbers = ", ".join(f"{count.number} {count.label}" for count in review.counts if count.number)
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{review.title}: {numbers}" if numbers else review.title),
        tag("style", trusted(style)),
    )


def _asset(name: str) -> str:
    return resources.files("lpconf.report.html").joinpath("assets", name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

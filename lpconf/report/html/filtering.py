"""The form that hides what does not fit. It is hidden itself until the page's script runs."""

from __future__ import annotations

from collections import Counter

from lpconf.model.plan import RiskKind
from lpconf.report.html.markup import Markup, join, tag
from lpconf.report.html.thing import mark_class
from lpconf.report.review import Mark, Review, risk_title


def filter_form(review: Review) -> Markup:
    """The form, for what the review holds. Nothing for a single change."""
    if len(review.things) < 2:
        return join()
    marks = Counter(thing.mark for thing in review.things)
    kinds = Counter(kind for thing in review.things for kind in {risk.kind for risk in thing.risks})
    return tag(
        "form",
        tag(
            "label",
            tag("span", "Find"),
            tag(
                "input",
                type="search",
                id="words",
                autocomplete="off",
                spellcheck="false",
                placeholder="Press / to find",
            ),
        ),
        _risks(kinds),
        tag(
            "fieldset",
            tag("legend", "Show"),
            *(_mark(mark, marks[mark], review.words[mark]) for mark in Mark if marks[mark]),
        ),
        tag("output", f"{len(review.things)} of {len(review.things)}", id="shown", aria_live="polite"),
        id="filter",
        role="search",
        aria_label="Filter the changes",
        hidden=True,
    )


def _mark(mark: Mark, number: int, word: str) -> Markup:
    return tag(
        "label",
        tag("input", type="checkbox", name="mark", value=mark_class(mark), checked=True),
        tag("span", f"{word} {number}"),
        class_=f"chip {mark_class(mark)}",
    )


def _risks(kinds: Counter[RiskKind]) -> Markup:
    if not kinds:
        return join()
    options = [
        tag("option", f"{risk_title(kind)} ({kinds[kind]})", value=kind.value) for kind in RiskKind if kinds[kind]
    ]
    return tag(
        "label",
        tag("span", "Risk"),
        tag("select", tag("option", "Any or none", value=""), *options, id="risk"),
    )

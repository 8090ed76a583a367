"""The top of the page: what it is about, how much changes, and what must be read before all else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lpconf.model.diagnostic import Diagnostic
from lpconf.model.plan import RISK_ORDER, Risk, RiskKind
from lpconf.report.escape import terminal
from lpconf.report.html.markup import Markup, join, tag
from lpconf.report.html.thing import SectionIds, breakable, mark_class
from lpconf.report.review import Count, Mark, Notice, Review, ReviewedThing, risk_title, to_read_first
from lpconf.report.wording import message

_MOST_LINES = 10
"""Of each list before the changes: it is to be read."""

_MOST_FOLDED = 200
"""Of the rest of a list, which is folded. Every risk stands at its change as well."""

_DANGEROUS = tuple(kind for kind in RiskKind if RISK_ORDER[kind] <= RISK_ORDER[RiskKind.DELETION])


def overview(review: Review, ids: SectionIds) -> Markup:
    """The header of the page, with links to the changes that are dangerous."""
    urgent = [_notice(notice, ids) for notice in review.notices if notice.urgent]
    risks = [group for kind in _DANGEROUS if (group := _risks(kind, review.things, ids))]
    first = [*urgent, *risks]
    return tag(
        "header",
        tag("p", "lpconf", class_="product"),
        tag("h1", review.title),
        tag("p", review.opening, class_="opening"),
        tag("ul", *map(_count, review.counts), class_="counts", aria_label="How much changes") if review.things else "",
        tag("section", tag("h2", "Read this first", id="first"), *first, class_="first", aria_labelledby="first")
        if first
        else "",
        *(_notice(notice, ids) for notice in review.notices if not notice.urgent),
        _diagnostics(review.diagnostics),
        class_="overview",
    )


def _count(count: Count) -> Markup:
    classes = ["count", *([mark_class(count.mark)] if count.mark else []), *([] if count.number else ["none"])]
    return tag(
        "li",
        tag("b", str(count.number)),
        " ",
        tag("span", count.label),
        class_=" ".join(classes),
    )


def _risks(kind: RiskKind, things: tuple[ReviewedThing, ...], ids: SectionIds) -> Markup | None:
    found = list(_of_kind(kind, things))
    if not found:
        return None
    lines = [_risk(thing, risk, ids[index]) for index, thing, risk in found[: _MOST_LINES + _MOST_FOLDED]]
    return tag(
        "div",
        tag("h3", risk_title(kind), " ", tag("span", str(len(found)), class_="number")),
        _list(lines, len(found), "Each stands at its change."),
        class_=f"risk-group {kind.value}",
    )


def _list(lines: Sequence[Markup], number: int, where: str = "") -> Markup:
    """The first lines of a list, and the rest folded. `number` counts also those that are not even there."""
    left = number - len(lines)
    folded = lines[_MOST_LINES:]
    return join(
        tag("ul", *lines[:_MOST_LINES]),
        tag("details", tag("summary", f"{len(folded)} more"), tag("ul", *folded)) if folded else "",
        tag("p", f"... and {left} more. {where}", class_="more") if left > 0 else "",
    )


def _of_kind(kind: RiskKind, things: tuple[ReviewedThing, ...]) -> Iterator[tuple[int, ReviewedThing, Risk]]:
    for index, thing in enumerate(things):
        for risk in to_read_first(thing):
            if risk.kind is kind:
                yield index, thing, risk


def _risk(thing: ReviewedThing, risk: Risk, id: str) -> Markup:
    blocked = tag("span", "blocked", class_="badge blocked") if thing.mark is Mark.BLOCKED else ""
    return tag(
        "li",
        tag("div", tag("a", breakable(thing.address), href=f"#{id}"), " ", blocked),
        tag("span", risk.text, class_="said"),
    )


def _notice(notice: Notice, ids: SectionIds) -> Markup:
    shown = enumerate(notice.lines[: _MOST_LINES + _MOST_FOLDED])
    lines = [tag("li", _linked(line, notice.thing(index), ids)) for index, line in shown]
    return tag(
        "section",
        tag("h3", notice.title, " ", tag("span", str(len(notice.lines)), class_="number")),
        _list(lines, len(notice.lines)),
        class_="notice urgent" if notice.urgent else "notice",
    )


def _linked(line: str, thing: int | None, ids: SectionIds) -> str:
    return line if thing is None else tag("a", breakable(line), href=f"#{ids[thing]}")


def _diagnostics(diagnostics: tuple[Diagnostic, ...]) -> Markup:
    if not diagnostics:
        return join()
    return tag(
        "section",
        tag("h2", "Warnings", id="warnings"),
        _list([_diagnostic(each) for each in diagnostics[: _MOST_LINES + _MOST_FOLDED]], len(diagnostics)),
        class_="notice",
        aria_labelledby="warnings",
    )


def _diagnostic(diagnostic: Diagnostic) -> Markup:
    path = f"{message(diagnostic.path)}: " if diagnostic.path else ""
    place = tag("span", terminal(str(diagnostic.position)), class_="place") if diagnostic.position else ""
    hint = tag("span", message(diagnostic.hint), class_="said quiet") if diagnostic.hint else ""
    return tag("li", place, " ", f"{path}{message(diagnostic.message)}", hint)

"""One change as a section of the page."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from lpconf.model.plan import Block, Risk
from lpconf.report.escape import terminal
from lpconf.report.html.button import Gallery
from lpconf.report.html.markup import Markup, join, tag
from lpconf.report.review import Mark, ReviewedField, ReviewedThing, risk_title
from lpconf.report.wording import sentence

_MOST_DETAILS = 20
_LONGEST_SLUG = 60
_NOT_IN_A_SLUG = re.compile(r"[^a-z0-9]+")


class SectionIds:
    """The id of each section, by its position: readable, and the same in every page, so that links to it last."""

    def __init__(self, things: Sequence[ReviewedThing]) -> None:
        self._ids: list[str] = []
        seen: dict[str, int] = {}
        for thing in things:
            id = _slug(thing.address)
            seen[id] = seen.get(id, 0) + 1
            self._ids.append(id if seen[id] == 1 else f"{id}-{seen[id]}")

    def __getitem__(self, index: int) -> str:
        return self._ids[index]


def _slug(address: str) -> str:
    """An address as an id. The digest keeps apart what only differs in what a slug leaves out."""
    digest = hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    words = _NOT_IN_A_SLUG.sub("-", address.lower()).strip("-")[:_LONGEST_SLUG].strip("-")
    return f"{words}-{digest}" if words else digest


def mark_class(mark: Mark) -> str:
    """The class of a mark in the style sheet, and its value in the filter."""
    return mark.name.lower()


def breakable(address: str) -> Markup:
    """An address that breaks between a campaign and its engagement rather than inside a name."""
    first, *others = address.split("/")
    return join(first, *(join("/", tag("wbr"), each) for each in others))


def section(thing: ReviewedThing, id: str, gallery: Gallery, words: Mapping[Mark, str]) -> Markup:
    """The section: what happens, what stops it, what it risks, its fields, and its button. `words` name the marks."""
    name = mark_class(thing.mark)
    return tag(
        "article",
        tag(
            "header",
            tag("span", words[thing.mark], class_=f"badge {name}"),
            tag("h3", tag("a", breakable(thing.address), href=f"#{id}")),
            _about(thing),
        ),
        tag("ul", *map(_block, thing.blocks), class_="blocks") if thing.blocks else "",
        tag("ul", *map(_risk, thing.risks), class_="risks") if thing.risks else "",
        _fields(thing),
        gallery.drawn(thing.appearance) if thing.appearance else "",
        tag("ul", *(tag("li", line) for line in (*_ended(thing.unshown), *thing.notes)), class_="notes")
        if thing.unshown or thing.notes
        else "",
        id=id,
        class_=f"thing {name}",
        data_mark=name,
        data_risks=" ".join(dict.fromkeys(risk.kind.value for risk in thing.risks)),
    )


def _about(thing: ReviewedThing) -> Markup:
    parts: list[str] = [tag("span", sentence(thing.headline))]
    if thing.live:
        parts.append(tag("span", thing.live))
    if thing.position:
        parts.append(tag("span", terminal(str(thing.position)), class_="place"))
    return tag("p", *parts, class_="about")


def _block(block: Block) -> Markup:
    way = join(" ", tag("span", "Allow it with ", tag("code", block.allowed_by))) if block.allowed_by else ""
    return tag("li", tag("b", "Blocked."), " ", block.reason, way)


def _risk(risk: Risk) -> Markup:
    details = tag("ul", *(tag("li", detail) for detail in risk.details[:_MOST_DETAILS])) if risk.details else ""
    return tag(
        "li",
        tag("b", f"{risk_title(risk.kind)}."),
        " ",
        risk.text,
        details,
        _more(risk.details),
        class_=risk.kind.value,
    )


def _fields(thing: ReviewedThing) -> Markup:
    if not thing.fields:
        return join()
    if all(field.before is None and field.after is None and not field.details for field in thing.fields):
        return tag("p", "Fields: ", *_listed([field.word for field in thing.fields]), class_="words")
    before = any(field.before is not None for field in thing.fields)
    after = any(field.after is not None for field in thing.fields)
    heads = [tag("th", "Field", scope="col")]
    heads += [tag("th", "Before", scope="col")] if before else []
    heads += [tag("th", "After" if before else "Value", scope="col")] if after else []
    if not (before and after) and any(field.comment for field in thing.fields):
        heads.append(tag("th", "Why", scope="col", class_="why"))
    rows = [row for field in thing.fields for row in _rows(field, len(heads), before=before, after=after)]
    return tag(
        "table",
        tag("thead", tag("tr", *heads)),
        tag("tbody", *rows),
        class_="both" if before and after else "one",
    )


def _rows(field: ReviewedField, columns: int, *, before: bool, after: bool) -> list[Markup]:
    both = before and after
    comment = tag("small", field.comment) if field.comment and both else ""
    cells = [tag("th", tag("code", field.word), comment, scope="row")]
    cells += [_value(field.before, "before")] if before else []
    cells += [_value(field.after, "after")] if after else []
    cells += [tag("td", field.comment, class_="why")] if len(cells) < columns else []
    rows = [tag("tr", *cells)]
    if field.details:
        lines = [tag("li", detail) for detail in field.details[:_MOST_DETAILS]]
        inside = tag("td", tag("ul", *lines), _more(field.details), colspan=columns, class_="details")
        rows.append(tag("tr", inside))
    return rows


def _value(value: str | None, side: str) -> Markup:
    if value is None:
        return tag("td", class_=f"{side} none")
    # `(not set)` and its like are lpconf's own words; a text of the account stands in quotes.
    said = value.startswith("(") and value.endswith(")")
    return tag("td", tag("span", value, class_="said") if said else tag("code", value), class_=side)


def _more(details: Sequence[str]) -> Markup:
    more = len(details) - _MOST_DETAILS
    return tag("p", f"... and {more} more.", class_="more") if more > 0 else join()


def _listed(words: Sequence[str]) -> list[str]:
    found: list[str] = []
    for word in words:
        found += [", "] if found else []
        found.append(tag("code", word))
    return found


def _ended(lines: Sequence[str]) -> list[str]:
    return [f"{line}." for line in lines]

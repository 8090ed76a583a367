"""What a reviewer must read of a review before anything else, as markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lpconf.model.plan import RISK_ORDER, Block, RiskKind
from lpconf.report.markdown.inert import Space, address, code, listed, prose
from lpconf.report.review import ReviewedThing, risk_title, to_read_first

_MOST_ADDRESSES = 10
"""How many things are named that have the same risk."""

_BLOCKED = "Blocked"

_Group = Mapping[str, Sequence[ReviewedThing]]
"""Sentences, as HTML, with the things that each is true of."""


def read_first(things: Sequence[ReviewedThing], space: Space) -> Iterator[str]:
    """A list for each kind of risk, the gravest first, and one of what is blocked, each under its heading.

    Things with the same risk stand together. They take at most half of the space; the rest is counted.
    """
    half = space.half()
    for title, group in (*_risks(things), (_BLOCKED, _blocked(things))):
        if group:
            text = _listed(title, group, half)
            space.spend([text])
            yield text


def _risks(things: Sequence[ReviewedThing]) -> Iterator[tuple[str, _Group]]:
    found: dict[RiskKind, dict[str, list[ReviewedThing]]] = {kind: {} for kind in RISK_ORDER}
    for thing in things:
        for risk in to_read_first(thing):
            found[risk.kind].setdefault(risk.text, []).append(thing)
    for kind, group in found.items():
        yield risk_title(kind), {prose(text): those for text, those in group.items()}


def _blocked(things: Sequence[ReviewedThing]) -> _Group:
    found: dict[Block, list[ReviewedThing]] = {}
    for thing in things:
        for block in thing.blocks:
            found.setdefault(block, []).append(thing)
    return {blocked(block): those for block, those in found.items()}


def blocked(block: Block) -> str:
    """Why something is blocked, and what allows it, as HTML."""
    return f"{prose(block.reason)} Allow it with {code(block.allowed_by)}." if block.allowed_by else prose(block.reason)


def _listed(title: str, group: _Group, space: Space) -> str:
    head = f"<p><b>{title}</b></p>"
    items: list[str] = []
    # Kept whatever the space: a kind of risk is never passed over in silence.
    space.spend([head, "<ul><li>and 1,000,000,000 more, not shown for lack of space</li></ul>"])
    for sentence, things in group.items():
        item = _item(sentence, things, mark_blocked=title != _BLOCKED)
        if not space.take(f"<li>{item}</li>"):
            break
        items.append(item)
    left = sum(len(things) for things in list(group.values())[len(items) :])
    if left:
        items.append(f"{'and ' if items else ''}{left} more, not shown for lack of space")
    return f"{head}\n{listed(items)}"


def _item(sentence: str, things: Sequence[ReviewedThing], *, mark_blocked: bool) -> str:
    named = [
        f"{address(thing.address)}{' (blocked)' if mark_blocked and thing.blocks else ''}"
        for thing in things[:_MOST_ADDRESSES]
    ]
    if len(things) == 1:
        return f"{named[0]}: {sentence}"
    more = len(things) - len(named)
    return f"{sentence}<br>{', '.join(named)}{f' and {more} more' if more else ''}"

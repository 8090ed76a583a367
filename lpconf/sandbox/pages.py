"""The HTML of the simulator's own page: no script, nothing from outside, and readable on a phone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from importlib import resources
from types import MappingProxyType
from urllib.parse import urlencode

from lpconf.sandbox import console_paths
from lpconf.sandbox.fault_table import ActiveFault
from lpconf.sandbox.markup import Markup, join, tag, trusted
from lpconf.sandbox.overview import AccountCount
from lpconf.sandbox.requests_log import RequestLine
from lpconf.sandbox.rules import RULES, Mark, Rule, Settings

_STYLE = resources.files(__package__).joinpath("page.css").read_text("utf-8")

STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
"""What the content security policy knows the style sheet by."""

_MARKS: Mapping[Mark, str] = MappingProxyType(
    {
        Mark.DOC: "Stated in LivePerson's published documentation.",
        Mark.SEEN: "In real payloads or working code of two or more independent authors.",
        Mark.ONE: "Found in one place only.",
        Mark.GUESS: "An inference. LivePerson may behave otherwise.",
        Mark.OWN: "Not about LivePerson: the simulator's own safety.",
    }
)


@dataclass(frozen=True)
class RuleFilter:
    """Which rules to show: those of a mark, and those with a text in them. Empty for all."""

    mark: str = ""
    text: str = ""

    def shows(self, rule: Rule) -> bool:
        wanted = self.text.strip().lower()
        found = f"{rule.key} {rule.says} {rule.source} {rule.status or ''}".lower()
        return self.mark in {"", rule.mark.value} and wanted in found


@dataclass(frozen=True)
class View:
    """All that the page shows."""

    accounts: Sequence[AccountCount]
    faults: Sequence[ActiveFault]
    requests: Sequence[RequestLine]
    settings: Settings
    filter: RuleFilter
    now: float


def page(view: View) -> str:
    """The page."""
    return _document(
        tag(
            "header",
            tag("h1", "lpconf sandbox"),
            tag("p", "A simulator of LivePerson on this machine. Nothing here reaches LivePerson."),
            tag(
                "nav",
                tag("a", "Accounts", href="#accounts"),
                tag("a", "Faults", href="#faults"),
                tag("a", "Requests", href="#requests"),
                tag("a", "Quirks", href="#quirks"),
                tag("a", "Rules", href="#rules"),
                tag("a", "Reload", href=console_paths.ROOT, class_="reload"),
                aria_label="Sections",
            ),
        ),
        tag(
            "main",
            _accounts(view.accounts),
            _faults(view.faults),
            _requests(view.requests),
            _quirks(view.settings),
            _rules(view.settings, view.filter),
        ),
        tag("footer", f"As of {_time(view.now)} UTC."),
    )


def closed(*, was_tried: bool = False) -> str:
    """The page without the cookie. It tells nothing of what the simulator holds."""
    why = (
        "That code does not work, or has been used before."
        if was_tried
        else "Only who started the sandbox can see this page."
    )
    return _document(
        tag(
            "main",
            tag("h1", "lpconf sandbox"),
            tag("p", why),
            tag("p", "Open the address that ", tag("code", "lpconf sandbox serve"), " printed when it started."),
            tag("p", "Its code works once. For a new one, stop the sandbox and start it again."),
            class_="closed",
        ),
    )


def opened() -> str:
    """What the code gives: it leads on to the page.

    A redirect would do, but browsers do not send a strict cookie along with one if a link of another site began it.
    """
    refresh = tag("meta", http_equiv="refresh", content=f"0;url={console_paths.ROOT}")
    link = tag("a", "Go on to the sandbox", href=console_paths.ROOT)
    return _document(tag("main", tag("h1", "lpconf sandbox"), tag("p", link), class_="closed"), extra=refresh)


def _document(*content: str, extra: str = "") -> str:
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", "lpconf sandbox"),
        tag("link", rel="icon", href="data:,"),
        tag("style", trusted(_STYLE)),
        extra,
    )
    return "<!doctype html>" + tag("html", head, tag("body", *content), lang="en")


def _section(key: str, title: str, *content: str) -> Markup:
    return tag("section", tag("h2", title), *content, id=key)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]], style: str = "plain") -> Markup:
    """A table; a heading with `#` in front is of a column of numbers."""
    kinds = ["number" if heading.startswith("#") else "text" for heading in headings]
    head = tag(
        "tr",
        *(tag("th", h.lstrip("#"), class_=kind, scope="col") for h, kind in zip(headings, kinds, strict=True)),
    )
    body = [tag("tr", *(tag("td", cell, class_=kind) for cell, kind in zip(row, kinds, strict=True))) for row in rows]
    return tag("div", tag("table", tag("thead", head), tag("tbody", *body), class_=style), class_="scroll")


def _button(label: str, path: str, **values: str) -> Markup:
    hidden = [tag("input", type="hidden", name=name, value=value) for name, value in values.items()]
    return tag("form", *hidden, tag("button", label), method="post", action=path)


def _accounts(accounts: Sequence[AccountCount]) -> Markup:
    return _section("accounts", "Accounts", *(_account(account) for account in accounts))


def _account(account: AccountCount) -> Markup:
    rows = [
        (
            f"{count.collection} of {count.parent}" if count.parent else count.collection,
            str(count.revision),
            str(count.live),
            str(count.deleted or ""),
        )
        for count in account.collections
    ]
    return tag(
        "article",
        tag(
            "div",
            tag("h3", account.account),
            _button("Reset to a new account", console_paths.RESET, account=account.account),
            class_="heading",
        ),
        _table(("Collection", "#Revision", "#Live", "#Deleted"), rows),
    )


def _faults(faults: Sequence[ActiveFault]) -> Markup:
    active = [fault for fault in faults if fault.left != 0]
    how = tag("p", "Set one with ", tag("code", "lpconf sandbox faults add"), ".", class_="quiet")
    if not active:
        return _section("faults", "Faults", tag("p", "None is set."), how)
    rows = [
        (
            str(found.id),
            found.fault.kind.value,
            join(f"{found.fault.method} " if found.fault.method else "", tag("code", found.fault.path)),
            str(found.fired),
            "until cleared" if found.left is None else str(found.left),
        )
        for found in active
    ]
    table = _table(("No.", "Kind", "For", "#Hit", "#Left"), rows)
    return _section("faults", "Faults", table, _button("Clear all faults", console_paths.CLEAR_FAULTS), how)


def _requests(requests: Sequence[RequestLine]) -> Markup:
    if not requests:
        return _section("requests", "Last requests", tag("p", "None yet."))
    rows = [
        (_time(line.at), line.method, tag("code", line.path), _status(line.status), f"{line.milliseconds:.1f}")
        for line in requests
    ]
    return _section("requests", "Last requests", _table(("Time", "Method", "Path", "Status", "#ms"), rows, "lines"))


def _status(status: int | None) -> Markup:
    if status is None:
        return tag("span", "no answer", class_="bad")
    return tag("span", str(status), class_="bad" if status >= 400 else "good")


def _quirks(settings: Settings) -> Markup:
    rows = [(tag("code", name), value) for name, value in changes(settings)]
    if not rows:
        return _section("quirks", "Quirks", tag("p", "None: all rules are as written below."))
    return _section("quirks", "Quirks", _table(("What differs", "Value"), rows))


def changes(settings: Settings) -> list[tuple[str, str]]:
    """Where settings differ from the rules as written: name and value."""
    usual = Settings()
    found = [(key, "off") for key in sorted(settings.off)]
    found += [(key, f"answers {status}") for key, status in sorted(settings.statuses.items())]
    for field in fields(settings):
        value = getattr(settings, field.name)
        if field.name not in {"off", "statuses"} and value != getattr(usual, field.name):
            found.append((field.name, str(value)))
    return found


def _rules(settings: Settings, wanted: RuleFilter) -> Markup:
    shown = [rule for rule in RULES if wanted.shows(rule)]
    groups = [_group(mark, [rule for rule in shown if rule.mark == mark], settings) for mark in Mark]
    content = groups if shown else [tag("p", "No rule fits.")]
    return _section("rules", "Rules", _filters(wanted), *content)


def _filters(wanted: RuleFilter) -> Markup:
    counts = {mark.value: sum(rule.mark == mark for rule in RULES) for mark in Mark}
    chips = [
        _chip(name, count, wanted, mark) for mark, name, count in (("", "All", len(RULES)), *_named(counts)) if count
    ]
    search = tag(
        "form",
        tag("input", type="hidden", name="mark", value=wanted.mark),
        tag("input", type="search", name="q", value=wanted.text, placeholder="Search the rules", aria_label="Search"),
        tag("button", "Search"),
        method="get",
        action=f"{console_paths.ROOT}#rules",
    )
    return tag("div", tag("div", *chips, class_="chips"), search, class_="filters")


def _named(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    return [(name, name, count) for name, count in counts.items()]


def _chip(name: str, count: int, wanted: RuleFilter, mark: str) -> Markup:
    query = {key: value for key, value in (("mark", mark), ("q", wanted.text)) if value}
    current = {"aria_current": "true"} if mark == wanted.mark else {}
    href = f"{console_paths.ROOT}{'?' if query else ''}{urlencode(query)}#rules"
    return tag("a", f"{name} ", tag("b", str(count)), href=href, class_=f"chip {mark.lower()}", **current)


def _group(mark: Mark, rules: Sequence[Rule], settings: Settings) -> Markup:
    if not rules:
        return join()
    count = "1 rule" if len(rules) == 1 else f"{len(rules)} rules"
    return tag(
        "article",
        tag(
            "h3",
            tag("span", mark.value, class_=f"mark {mark.value.lower()}"),
            f" {count}. ",
            tag("small", _MARKS[mark]),
        ),
        tag("ul", *(_rule(rule, settings) for rule in rules), class_="rules"),
    )


def _rule(rule: Rule, settings: Settings) -> Markup:
    status = settings.statuses.get(rule.key, rule.status)
    notes = [str(status)] if status else []
    notes += ["" if rule.source == "-" else f"facts {rule.source}"]
    off = tag("span", "off", class_="bad") if rule.key in settings.off else ""
    return tag(
        "li",
        tag("code", rule.key),
        tag("span", f"{rule.says} {rule.no_switch}".rstrip()),
        tag("span", ", ".join(filter(None, notes)), " " if off else "", off, class_="quiet"),
    )


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%H:%M:%S")

"""Small pieces of sentences that several reports share."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.plan import Target
from lpconf.report.escape import terminal

LONG = 100
"""How many characters of a value are shown."""

FOLLOWS = "follows from flow and key source"
"""Why a field that is not declared gets another value."""

LONG_MESSAGE = 1000
"""How many characters of a message from outside are shown."""


def counted(number: int, noun: str) -> str:
    """A number with its noun, such as `1 thing` or `2 things`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def shorten(text: str, limit: int = LONG) -> str:
    """The first characters of a long text, and how many more there are."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}... ({counted(len(text) - limit, 'more character')})"


def sentence(text: str) -> str:
    """The same with a capital at its beginning. What follows stays: names are in it."""
    return text[:1].upper() + text[1:]


def inside_sentence(title: str) -> str:
    """The same without a capital at its beginning, for behind a colon."""
    return title[:1].lower() + title[1:]


def severities(diagnostics: Iterable[Diagnostic]) -> str:
    """How many diagnostics there are of each severity, such as `1 error, 2 warnings`."""
    found = Counter(each.severity for each in diagnostics)
    return ", ".join(counted(found[each], each.value) for each in Severity if found[each])


def message(text: str) -> str:
    """A message that may hold text from outside: harmless, on one line, not endless."""
    return terminal(shorten(text, LONG_MESSAGE))


def width(text: str) -> int:
    """How many columns of a terminal the text takes. East Asian letters and emoji take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def account(target: Target) -> str:
    """The account and where it is, such as `account 12345678 (Example Bank) in the sandbox`."""
    place = "in the sandbox" if target.sandbox else f"through {terminal(target.discovery_host)}"
    return f"account {terminal(target.account)}{label(target.label)} {place}"


def account_in_public(target: Target) -> str:
    """The account and where it is, without its label, and without a host that is not LivePerson's own."""
    known = target.sandbox or target.discovery_host.endswith(".liveperson.net")
    return account(replace(target, label=None)) if known else f"account {terminal(target.account)}"


def label(label: str | None) -> str:
    """The account's label in brackets after a space; empty where there is none.

    It is not trusted: one such as `Bank) in the sandbox (` must not be read as part of the sentence.
    """
    if not label:
        return ""
    shown = message(label)
    if set(shown) & set('()"'):
        shown = json.dumps(shown, ensure_ascii=False)
    return f" ({shown})"

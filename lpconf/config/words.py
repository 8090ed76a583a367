"""How messages show what a user wrote."""

from __future__ import annotations

import json
from collections.abc import Iterable

SHOWN = 60
"""Longer values are cut to this many characters."""


def printable(text: str) -> str:
    """The text with what a terminal would not show as a character replaced, one for one, so columns stay right."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\t" else "\N{REPLACEMENT CHARACTER}" for char in text)


def quoted(text: str) -> str:
    """The text in quotes on one line, cut when it is long."""
    shown = text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."
    escaped = json.dumps(shown, ensure_ascii=False)
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in escaped)


_TYPOGRAPHIC = "“”„‟‘’‚‛«»"  # noqa: RUF001 - they are what is looked for


def plain_quotes(text: str) -> str:
    """What to do about a text in typographic quotes, which YAML takes for a part of it. Empty for any other text."""
    if len(text) < 2 or text[0] not in _TYPOGRAPHIC or text[-1] not in _TYPOGRAPHIC:
        return ""
    return f"These quotes are typographic ones. Write plain ones: {quoted(text[1:-1])}."


def article(noun: str) -> str:
    """`a name`, `an id`."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that the word was probably meant to be."""
    # Comparing is quadratic, and nobody mistypes a text this long.
    if len(word) > SHOWN:
        return None
    from difflib import get_close_matches  # needed for mistakes only

    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """`; did you mean "implicit"?`, or nothing when no candidate is near."""
    found = closest(word, candidates)
    return f"; did you mean {quoted(found)}?" if found else ""

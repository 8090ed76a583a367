"""HTML that cannot be forgotten to escape: a text is escaped, only what `tag` made is not."""

from __future__ import annotations

from html import escape

_VOID = frozenset({"input", "link", "meta"})


class Markup(str):
    """HTML. Made by `tag`, `join` and `trusted` only."""

    __slots__ = ()


def tag(element: str, /, *children: str, **attributes: str) -> Markup:
    """An element. Attributes are escaped; `class_` is `class`, and `_` becomes `-`."""
    given = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    if element in _VOID:
        return Markup(f"<{element}{given}>")
    return Markup(f"<{element}{given}>{join(*children)}</{element}>")


def join(*children: str) -> Markup:
    """Some elements and texts after each other; the texts are escaped."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))


def trusted(text: str) -> Markup:
    """A constant of our own, such as a style sheet, as it is."""
    return Markup(text)

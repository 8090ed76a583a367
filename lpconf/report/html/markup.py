"""HTML that cannot be forgotten to escape: a text is escaped, only what `tag` made is not."""

from __future__ import annotations

from html import escape

_VOID = frozenset({"circle", "input", "meta", "path", "rect", "use", "wbr"})
"""Elements without an end. Those of SVG are closed in themselves."""


class Markup(str):
    """HTML. Made by `tag`, `join` and `trusted` only."""

    __slots__ = ()


def tag(element: str, /, *children: str, **attributes: str | float | bool) -> Markup:
    """An element. Attributes are escaped; `class_` is `class`, and `_` becomes `-`. True is an attribute without a
    value, False none. An SVG attribute keeps its capitals.
    """
    given = "".join(_attribute(name, value) for name, value in attributes.items() if value is not False)
    if element in _VOID:
        return Markup(f"<{element}{given}/>")
    return Markup(f"<{element}{given}>{join(*children)}</{element}>")


def join(*children: str) -> Markup:
    """Some elements and texts after each other; the texts are escaped."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child, quote=False) for child in children))


def trusted(text: str) -> Markup:
    """A constant of our own, such as a style sheet, as it is."""
    return Markup(text)


def _attribute(name: str, value: str | float | bool) -> str:
    key = name.rstrip("_").replace("_", "-")
    if value is True:
        return f" {key}"
    # A quoted attribute takes even a surrogate; a page in UTF-8 does not.
    return f' {key}="{escape(str(value))}"'

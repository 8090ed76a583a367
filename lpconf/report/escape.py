"""Makes text from outside harmless and visible: names, messages, file names and source lines are not trusted."""

from __future__ import annotations

import re
import unicodedata

_EMOJI_STYLE = "\ufe0f"
_KEYCAP = "\u20e3"
_KEYCAP_BASES = frozenset("0123456789#*")
_SHORT = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}

# GitHub's runner takes a line that starts with `::name` after any white space, and `##[name` anywhere; Azure
# Pipelines and TeamCity take `##vso[` and `##teamcity[`. A text of ours may stand at the start of a line.
_LEADING_COMMAND = re.compile(r"\A(\s*+):(?=:)")
_COMMAND = re.compile(r"#(?=#\w*\[)")

_WIDE_SPACE = "\u3000"
"""The space of Japanese and Chinese text. The only one beside the ASCII space that stays."""

_BLANK = frozenset(
    map(
        chr,
        (
            0x034F,  # combining grapheme joiner
            *range(0x115F, 0x1161),  # Hangul fillers
            *range(0x17B4, 0x17B6),  # Khmer inherent vowels
            *range(0x180B, 0x1810),  # Mongolian variation selectors
            0x2800,  # blank Braille pattern
            0x3164,  # Hangul filler
            *range(0xFE00, 0xFE10),  # variation selectors
            0xFFA0,  # half-width Hangul filler
            0x1D159,  # null notehead
            *range(0xE0100, 0xE01F0),  # further variation selectors
        ),
    )
)
"""What Python calls printable and nobody sees: two names that differ in one of these would look the same."""


def terminal(text: str) -> str:
    r"""The text without anything that a terminal obeys or that the eye misses.

    Controls, ESC, bidirectional and other format characters (the zero-width joiner too), line and paragraph
    separators, surrogates, private-use and unassigned characters, and all spaces but the ASCII and the ideographic
    one become escapes such as `\n`, `\x1b`, `\u202e`, `\U000e0001`. Letters of all scripts and emoji stay.
    What a build server obeys in the log of a job is broken up: `::` at the start, `##[` and `##vso[` anywhere.
    Safe text comes back as it is; a backslash is not doubled.
    """
    if "::" in text or "##" in text:
        text = _COMMAND.sub(r"\\x23", _LEADING_COMMAND.sub(r"\1\\x3a", text))
    if text.isascii() and text.isprintable():
        return text
    before = ("", *text[:-1])
    after = (*text[1:], "")
    return "".join(
        char if _stays(char, previous, following) else _escape(char)
        for previous, char, following in zip(before, text, after, strict=True)
    )


def _stays(char: str, previous: str, following: str) -> bool:
    if char == _EMOJI_STYLE:
        return _is_symbol(previous) or (previous in _KEYCAP_BASES and following == _KEYCAP)
    return (char.isprintable() and char not in _BLANK) or char == _WIDE_SPACE


def _is_symbol(char: str) -> bool:
    return char != "" and unicodedata.category(char) == "So" and char not in _BLANK


def _escape(char: str) -> str:
    code = ord(char)
    if char in _SHORT:
        return _SHORT[char]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

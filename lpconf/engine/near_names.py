"""Names that were probably meant to be one: a slip of the keyboard apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lpconf.model.live import LiveThing

_WORD = re.compile(r"\d+|[^\W\d_]+")
_SHORTEST = 5
"""Letters. In a shorter word one letter often makes another word: Test and Text, DE and EN."""
_LONGEST = 200
"""Characters of a name that is looked at."""
_MOST_PAIRS = 100_000
"""Names to compare with each other, about a fifth of a second. Beyond them nothing is found."""

Key = tuple[str, ...]


class NearNames:
    """The things whose names may be near another: of as many words, with the same first letters and numbers."""

    def __init__(self, things: Sequence[LiveThing]) -> None:
        self._left = _MOST_PAIRS
        self._alike: dict[Key, list[tuple[list[str], LiveThing]]] = {}
        for each in things:
            words = _words(each.name)
            self._alike.setdefault(_key(words), []).append((words, each))

    def nearest(self, name: str) -> LiveThing | None:
        """The first thing whose name has the same words, each with one slip at most; None where there is none."""
        words = _words(name)
        return next((each for other, each in self._candidates(words) if all(map(_is_near, words, other))), None)

    def _candidates(self, words: list[str]) -> Iterator[tuple[list[str], LiveThing]]:
        for candidate in self._alike.get(_key(words), ()) if words else ():
            if self._left == 0:
                return
            self._left -= 1
            yield candidate


def _words(name: str) -> list[str]:
    """The words and numbers of a name, without what stands between them."""
    return _WORD.findall(name.casefold()) if len(name) <= _LONGEST else []


def _key(words: list[str]) -> Key:
    return tuple(word if word.isdigit() else word[0] for word in words)


def _is_near(word: str, other: str) -> bool:
    """Whether they are the same but for one letter that is missing, added, another, or swapped with its neighbour."""
    if word == other:
        return True
    if min(len(word), len(other)) < _SHORTEST or abs(len(word) - len(other)) > 1:
        return False
    start = next((at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), None)
    if start is None:
        return True
    rest, others = word[start:], other[start:]
    swapped = rest[:2] == others[1::-1] and rest[2:] == others[2:]
    return swapped or rest[1:] == others or rest == others[1:] or rest[1:] == others[1:]

"""Reads JSON strictly: every step says what it expects, and an error says where."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from lpconf.model.json import Json, JsonObject

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_LONGEST_KEY = 60


class MalformedError(ValueError):
    """JSON that is not as expected. Its text names the place and what is wrong there, never the value."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A JSON value and its place, such as `changes[0].fields[2].before`. Every method raises MalformedError."""

    value: Json
    place: str = ""

    def malformed(self, what: str) -> MalformedError:
        """The error for this value. `what` is the end of a sentence."""
        return MalformedError(f"{self.place or 'the document'} {what}")

    def object(self) -> JsonObject:
        """The value as an object."""
        if not isinstance(self.value, Mapping):
            raise self.malformed("must be an object")
        return self.value

    def member(self, key: str) -> Reader:
        """One member of the object, which may have others."""
        return self._member(self.object(), key)

    def members(self, *keys: str) -> dict[str, Reader]:
        """The members of an object that has these and no others."""
        value = self.object()
        found = {key: self._member(value, key) for key in keys}
        for key in value:
            if key not in found:
                raise self.malformed(f"has {_shown(key)}, which is not known")
        return found

    def _member(self, value: JsonObject, key: str) -> Reader:
        if key not in value:
            raise self.malformed(f"lacks {key}")
        return Reader(value[key], f"{self.place}.{key}" if self.place else key)

    def any_members(self) -> dict[str, Reader]:
        """All members of an object with any keys."""
        return {key: Reader(value, f"{self.place}[{_shown(key)}]") for key, value in self.object().items()}

    def items(self) -> list[Reader]:
        """The items of a list."""
        if not isinstance(self.value, list):
            raise self.malformed("must be a list")
        return [Reader(each, f"{self.place}[{index}]") for index, each in enumerate(self.value)]

    def text(self) -> str:
        """The value as a text."""
        if not isinstance(self.value, str):
            raise self.malformed("must be a text")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """The value as a list of texts."""
        return tuple(each.text() for each in self.items())

    def matching(self, pattern: re.Pattern[str], what: str) -> str:
        """The value as a text that matches as a whole."""
        text = self.text()
        if pattern.fullmatch(text) is None:
            raise self.malformed(f"must be {what}")
        return text

    def boolean(self) -> bool:
        """The value as true or false."""
        if not isinstance(self.value, bool):
            raise self.malformed("must be true or false")
        return self.value

    def integer(self) -> int:
        """The value as a whole number."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.malformed("must be a whole number")
        return self.value

    def count(self) -> int:
        """The value as a whole number that is not negative."""
        number = self.integer()
        if number < 0:
            raise self.malformed("must not be negative")
        return number

    def one_of(self, choices: type[E]) -> E:
        """The value as one of some words."""
        text = self.text()
        try:
            return choices(text)
        except ValueError:
            raise self.malformed(f"must be one of {', '.join(each.value for each in choices)}") from None

    def optional(self, read: Callable[[Reader], T]) -> T | None:
        """The value, or None for null."""
        return None if self.value is None else read(self)


def _shown(key: str) -> str:
    return json.dumps(key if len(key) <= _LONGEST_KEY else f"{key[:_LONGEST_KEY]}...")

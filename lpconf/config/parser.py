"""YAML text to a `Document`, from one walk over the parser's events.

Iterative, so that no depth of the text can exhaust the stack, and bounded: in size, depth, number of values, and in
what aliases add up to. Anything beyond the core of YAML 1.2 is refused in plain words: tags, merge keys, several
documents, keys that are not text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from lpconf.config.document import (
    BREAK,
    BROKEN,
    Document,
    ListPlaces,
    MapPlaces,
    Mark,
    Places,
    Source,
    Spot,
    Value,
    make_mark,
)
from lpconf.config.problems import Complaint, Problems
from lpconf.config.scalars import resolve
from lpconf.config.secrecy import is_telltale
from lpconf.config.words import quoted
from lpconf.config.yaml_errors import explain

EMPTY = "yaml.empty"
"""The code of the error that a file declares nothing."""
MAX_DEPTH = 64
MAX_VALUES = 1_000_000
MAX_TEXT = 100_000
"""Characters of one text, be it a key or a value."""
MAX_ALIASED = 100_000
"""Values that aliases may add. A long text counts as several."""
_TEXT_OF_ONE = 1_000
"""Characters that count as one value where an alias repeats them."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Possessive: the text may be millions of empty lines, and backtracking over them takes gigabytes.
_DIRECTIVE = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*+%")
_ONLY_COMMENTS = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*+[ \t]*(?:#[^\r\n]*)?\Z")


class UnreadableError(Exception):
    """The text cannot be read on; the reason is among the problems."""


@dataclass(slots=True)
class _Frame:
    """A list or a map that is not closed yet."""

    value: Value
    places: MapPlaces | ListPlaces
    mark: Mark
    anchor: str | None
    key: str | None = None
    key_mark: Mark = 0
    has_key: bool = False
    """Whether the next value belongs to a key. The key is None when it was refused, and its value is dropped."""
    is_key: bool = False
    """Whether this list or map stands where a key should."""
    is_refused: bool = False
    """Whether nothing more is to be said of this list or map."""
    size: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class _Anchored:
    """A value that aliases may repeat; `size` and `height` count what is inside."""

    value: Value
    places: Places
    size: int
    height: int


def parse(text: str, source: Source, problems: Problems) -> Document | None:
    """The document that the text holds, or None when it has to be mended before anything else can be said."""
    import yaml  # 18 ms that other commands need not wait for

    try:
        _refuse_characters(text, source, problems)
        return _Tree(text, source, problems).build(yaml.parse(text, Loader=loader(yaml)), yaml)
    except yaml.MarkedYAMLError as error:
        mark, complaint = explain(error, source)
        problems.add(source, mark, complaint)
    except yaml.YAMLError:
        problems.add(source, 0, Complaint("yaml.syntax", "this is not YAML"))
    except UnreadableError:
        pass
    return None


def loader(yaml: Any) -> Any:
    """The class that the `yaml` module reads with: libyaml's where it is there, which is far faster."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _refuse_characters(text: str, source: Source, problems: Problems) -> None:
    found = _UNPRINTABLE.search(text)
    if found is not None:
        before = text[: found.start()]
        line = len(BREAK.findall(before))
        column = len(before) - max(before.rfind("\n"), before.rfind("\r")) - 1
        complaint = Complaint(
            "yaml.character",
            f"the character U+{ord(found[0]):04X} is not allowed in YAML",
            "Save the file as UTF-8." if found[0] == "\0" else "Remove it, or write it as an escape in double quotes.",
        )
        problems.add(source, make_mark(line, column), complaint, hidden=True)
        raise UnreadableError
    # Before the parser sees it: checking many directives against each other takes it quadratic time.
    if directive := _DIRECTIVE.match(text):
        mark = make_mark(len(BREAK.findall(directive[0])), 0)
        problems.add(source, mark, Complaint("yaml.directive", 'a line that starts with "%" is not allowed here'))
        raise UnreadableError


class _Tree:
    """Builds values and places from events."""

    def __init__(self, text: str, source: Source, problems: Problems) -> None:
        self._text = text
        self._source = source
        self._problems = problems
        self._stack: list[_Frame] = []
        self._anchors: dict[str, _Anchored] = {}
        self._values = 0
        self._aliased = 0
        self._root: tuple[Value, Mark, Places] | None = None

    def build(self, events: Iterable[Any], yaml: Any) -> Document | None:
        """Walk all events. Raises UnreadableError, or the parser's own error."""
        handle = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start_map,
            yaml.SequenceStartEvent: self._start_list,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
        }
        for event in events:
            kind = type(event)
            if kind in handle:
                handle[kind](event)
            elif kind is yaml.DocumentEndEvent:
                self._only_document(event)
                break
        return self._document()

    def _document(self) -> Document | None:
        if self._root is None or self._root[0] is None:
            self._problems.add(
                self._source,
                0,
                Complaint(EMPTY, "the file declares nothing", 'It starts with "version: 1" and "account:".'),
            )
            return None
        value, mark, places = self._root
        if value is not BROKEN and not isinstance(value, dict):
            kind = "a list" if isinstance(value, list) else "a single value"
            complaint = Complaint(
                "yaml.top",
                f'the file holds {kind} instead of keys such as "version: 1"',
                'It starts with "version: 1" and "account:".',
            )
            self._problems.add(self._source, mark, complaint)
        return Document(self._source, value, mark, places) if isinstance(value, dict) else None

    def _only_document(self, event: Any) -> None:
        # Looked up in the text: asking the parser would make it read what follows, directives included.
        end = event.end_mark
        if _ONLY_COMMENTS.match(self._text, end.index) is None:
            complaint = Complaint(
                "yaml.documents", "a second document starts here", 'Keep one document in a file: remove the "---".'
            )
            self._fail(_mark(end), complaint)

    def _fail(self, mark: Mark, complaint: Complaint) -> NoReturn:
        self._complain(mark, complaint)
        raise UnreadableError

    def _complain(self, mark: Mark, complaint: Complaint) -> None:
        self._problems.add(self._source, mark, complaint, self._spot(), hidden=self._sensitive())

    def _spot(self) -> Spot:
        """The place of the value that comes next, as far as it may be shown."""
        steps: list[str | int] = []
        for frame in self._stack:
            if isinstance(frame.value, list):
                steps.append(len(frame.value))
            elif frame.key is not None:
                steps.append(frame.key)
                if is_telltale(frame.key):
                    break
        return tuple(steps)

    def _sensitive(self) -> bool:
        """Whether the value that comes next may be a secret or a key, which no message may show."""
        return any(frame.key is not None and is_telltale(frame.key) for frame in self._stack)

    def _count(self, mark: Mark) -> None:
        self._values += 1
        if self._values > MAX_VALUES:
            self._fail(mark, Complaint("yaml.limit", f"the file holds more than {MAX_VALUES:,} values", "Split it."))

    def _wants_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1].value, dict) and not self._stack[-1].has_key

    def _scalar(self, event: Any) -> None:
        mark = _mark(event.start_mark)
        self._count(mark)
        value: Value = event.value
        if len(value) > MAX_TEXT:
            self._fail(
                mark, Complaint("yaml.limit", f"this text is longer than {MAX_TEXT:,} characters", "Shorten it.")
            )
        if event.implicit[0]:
            value = resolve(value)
        elif event.tag is not None:
            value = self._tag_complaint()
        if isinstance(value, str) and not value.isascii() and _SURROGATE.search(value):
            value = Complaint("yaml.character", "half of a surrogate pair is not a character")
        if event.anchor is not None:
            size = 1 + len(event.value) // _TEXT_OF_ONE
            self._anchors[event.anchor] = _Anchored(BROKEN if isinstance(value, Complaint) else value, None, size, 0)
        if self._wants_key():
            self._key(value, mark, plain=event.implicit[0])
            return
        if isinstance(value, Complaint):
            shown = Complaint(value.code, "this value needs quotes") if self._sensitive() else value
            self._complain(mark, shown)
            value = BROKEN
        self._add(value, mark, None, 1, 0)

    def _tag_complaint(self) -> Complaint:
        return Complaint(
            "yaml.tag", "tags such as !x are not allowed", 'Remove it. A text that starts with "!" needs quotes.'
        )

    def _key(self, value: Value, mark: Mark, *, plain: bool) -> None:
        frame = self._stack[-1]
        frame.has_key, frame.key, frame.key_mark = True, None, mark
        complaint = self._key_complaint(value, frame, plain=plain)
        if complaint is None:
            frame.key = value
        elif self._sensitive():
            self._complain(mark, Complaint(complaint.code, "this key cannot stand here"))
        else:
            self._complain(mark, complaint)

    def _key_complaint(self, value: Value, frame: _Frame, *, plain: bool) -> Complaint | None:
        if isinstance(value, Complaint):
            return value
        if value == "<<" and plain:
            return Complaint(
                "yaml.merge",
                "merge keys (<<) are not part of YAML 1.2",
                "Write the keys out, or use an alias for one value.",
            )
        if not isinstance(value, str):
            return Complaint("yaml.key", "this key is not text", "Put it in quotes.")
        first = frame.places.entries.get(value) if isinstance(frame.places, MapPlaces) else None
        if first is not None:
            there = self._source.position(first[0])
            return Complaint(
                "yaml.duplicate",
                f"{quoted(value)} is written twice in one place; the first is at {there}",
                "Keep one of them.",
            )
        return None

    def _start_map(self, event: Any) -> None:
        self._start(event, {}, MapPlaces({}))

    def _start_list(self, event: Any) -> None:
        self._start(event, [], ListPlaces([]))

    def _start(self, event: Any, value: Value, places: MapPlaces | ListPlaces) -> None:
        mark = _mark(event.start_mark)
        self._count(mark)
        if len(self._stack) >= MAX_DEPTH:
            self._fail(mark, Complaint("yaml.limit", f"the values are nested deeper than {MAX_DEPTH} levels"))
        is_key = self._wants_key()
        if is_key:
            self._complain(mark, Complaint("yaml.key", "a list or a map cannot be a key", "Write a text as the key."))
        if event.tag is not None:
            self._complain(mark, self._tag_complaint())
        if event.anchor is not None:
            self._anchors.pop(event.anchor, None)
        self._stack.append(_Frame(value, places, mark, event.anchor, is_key=is_key, is_refused=event.tag is not None))

    def _end(self, _: Any) -> None:
        frame = self._stack.pop()
        if frame.is_refused:
            frame.value = BROKEN
        if frame.anchor is not None:
            self._anchors[frame.anchor] = _Anchored(frame.value, frame.places, frame.size, frame.height)
        if frame.is_key:
            above = self._stack[-1]
            above.has_key, above.key = True, None
            return
        self._add(frame.value, frame.mark, frame.places, frame.size, frame.height)

    def _alias(self, event: Any) -> None:
        mark = _mark(event.start_mark)
        self._count(mark)
        anchored = self._anchors.get(event.anchor)
        if anchored is None:
            complaint = Complaint(
                "yaml.alias",
                "this alias stands for nothing that ends before it",
                'Put a text that starts with "*" in quotes.',
            )
            self._complain(mark, complaint)
            anchored = _Anchored(BROKEN, None, 1, 0)
        self._aliased += anchored.size
        if self._aliased > MAX_ALIASED or len(self._stack) + anchored.height > MAX_DEPTH:
            self._fail(
                mark, Complaint("yaml.limit", "the aliases of this file add up to too much", "Write the values out.")
            )
        if self._wants_key():
            if anchored.value is BROKEN:
                self._stack[-1].has_key = True
            else:
                self._key(anchored.value, mark, plain=False)
            return
        self._add(anchored.value, mark, anchored.places, anchored.size, anchored.height)

    def _add(self, value: Value, mark: Mark, places: Places, size: int, height: int) -> None:
        if not self._stack:
            self._root = (value, mark, places)
            return
        frame = self._stack[-1]
        frame.size += size
        frame.height = max(frame.height, height + 1)
        if isinstance(frame.places, ListPlaces):
            frame.value.append(value)
            frame.places.entries.append((mark, places))
            return
        if frame.key is not None:
            frame.value[frame.key] = value
            frame.places.entries[frame.key] = (frame.key_mark, mark, places)
        frame.key, frame.has_key = None, False


def _mark(mark: Any) -> Mark:
    return make_mark(mark.line, mark.column)

"""What the words of the YAML mean, as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from lpconf.model.quirks import Evidence
from lpconf.model.reference import Choice, Entry, Standing, Topic
from lpconf.report.escape import terminal
from lpconf.report.paint import Ink, Paint, painter
from lpconf.report.wording import message

_LABELS = ("Console", "LivePerson", "Takes", "When new", "Left out", "To clear", "How sure", "Source")
_WIDTH = max(map(len, _LABELS)) + 1

_EVIDENCE_PAGE = 'the documentation\'s page "What is known of LivePerson"'
_LEFT_OUT = "Not managed: neither compared nor changed."


def topics(topics: Sequence[Topic], *, color: bool) -> str:
    """What can be explained: the topics, one a line. Ends without a line break."""
    paint = painter(color)
    widest = max(len(topic.name) for topic in topics)
    return "\n".join(
        [
            *(_line(topic.name, topic.meaning, widest, paint) for topic in topics),
            "",
            "lpconf explain engagement            lists the words of an engagement",
            "lpconf explain engagement.connector  explains a word",
            "lpconf explain site.yaml:14          explains what stands at a line of a file",
        ]
    )


def topic(topic: Topic, *, color: bool) -> str:
    """A topic and its words, one a line. Ends without a line break."""
    return "\n".join(_topic(topic, painter(color)))


def entry(entry: Entry, *, color: bool) -> str:
    """All that is known of a word. Ends without a line break."""
    return "\n".join(_entry(entry, painter(color)))


def standing(found: Sequence[Standing], *, color: bool) -> str:
    """What stands at a line of a file, word by word. Ends without a line break."""
    paint = painter(color)
    blocks = ["\n".join(_standing(each, paint)) for each in found]
    return "\n\n".join(blocks)


def _standing(each: Standing, paint: Paint) -> Iterator[str]:
    yield paint(f"{terminal(str(each.position))}: {message(each.path)}", Ink.STRONG)
    if each.address:
        yield f"of {message(each.address)}"
    yield ""
    match each.about:
        case Topic():
            yield from _topic(each.about, paint)
        case Entry():
            yield from _entry(each.about, paint)
        case None:
            meant = f" Did you mean {each.meant}?" if each.meant else ""
            yield f"No such word can stand here.{meant}"
        case _:
            assert_never(each.about)


def _topic(topic: Topic, paint: Paint) -> Iterator[str]:
    yield from (paint(topic.name, Ink.STRONG), "", _plain(topic.meaning), "")
    widest = max(len(entry.word) for entry in topic.words)
    yield from (_line(entry.word, entry.meaning, widest, paint) for entry in topic.words)


def _line(name: str, meaning: str, widest: int, paint: Paint) -> str:
    first, dot, _ = _plain(meaning).partition(". ")
    return f"  {paint(name, Ink.STRONG)}{' ' * (widest - len(name))}  {first}{dot.rstrip()}"


def _entry(entry: Entry, paint: Paint) -> Iterator[str]:
    yield paint(entry.name, Ink.STRONG)
    if entry.also:
        yield f"also {' and '.join(entry.also)}"
    yield from ("", _plain(entry.meaning), "")
    if entry.evidence is not None:
        if entry.label:
            yield _labelled("Console", entry.label, paint)
        yield _labelled("LivePerson", _wire(entry), paint)
    yield _labelled("Takes", _plain(entry.value), paint)
    yield from _choices(entry.choices)
    yield from (_labelled(label, text, paint) for label, text in _facts(entry))
    yield from ("", "Example:", *(f"  {line}" for line in entry.example.split("\n")))


def _facts(entry: Entry) -> Iterator[tuple[str, str]]:
    if entry.when_new:
        yield "When new", _plain(entry.when_new)
    if entry.evidence is not None and entry.word != "name":
        yield "Left out", _LEFT_OUT
    if entry.clearing:
        yield "To clear", _plain(entry.clearing)
    if entry.evidence is not None:
        yield "How sure", _sure(entry.evidence)
        yield "Source", f"{_EVIDENCE_PAGE}, {entry.source}"


def _wire(entry: Entry) -> str:
    if not entry.wire:
        return "several fields"
    return f"{entry.wire}, which means the opposite" if entry.inverted else entry.wire


def _choices(choices: Sequence[Choice]) -> Iterator[str]:
    widest = max((len(choice.word) for choice in choices), default=0)
    for choice in choices:
        yield f"{' ' * _WIDTH} {choice.word.ljust(widest)}  {_plain(choice.meaning)}{_of_liveperson(choice)}"


def _of_liveperson(choice: Choice) -> str:
    """LivePerson's value of a choice, and how sure it is where that differs from the field."""
    sure = _sure(choice.evidence).partition(":")[0] if choice.evidence else ""
    if choice.wire:
        return f" (LivePerson: {', '.join(filter(None, (choice.wire, sure)))})"
    return f" (LivePerson's value: {sure})" if sure else ""


def _labelled(label: str, text: str, paint: Paint) -> str:
    return f"{paint(f'{label}:', Ink.QUIET)}{' ' * (_WIDTH - len(label))}{text}"


def _sure(evidence: Evidence) -> str:
    match evidence:
        case Evidence.DOCUMENTED:
            return "documented: LivePerson's own documentation says so"
        case Evidence.SEEN:
            return "seen: in the payloads or the working code of at least two authors"
        case Evidence.SEEN_ONCE:
            return "seen once: found in one place only"
        case Evidence.GUESS:
            return "a guess: inferred, not known"
        case Evidence.CONFIRMED:
            return "confirmed: your quirks file says so"
        case _:
            assert_never(evidence)


def _plain(text: str) -> str:
    """A text without Markdown's backticks."""
    return text.replace("`", "")

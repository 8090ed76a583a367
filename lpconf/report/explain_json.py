"""What the words of the YAML mean, as a document for programs. Texts hold Markdown's backticks."""

from __future__ import annotations

from collections.abc import Sequence

from lpconf.model.json import Json
from lpconf.model.json_schema import marked
from lpconf.model.reference import Choice, Entry, Standing, Topic
from lpconf.report.json import FORMAT_VERSION


def topics(topics: Sequence[Topic]) -> dict[str, Json]:
    """Everything: `topics` with their `words`."""
    return {**marked("explanation", FORMAT_VERSION), "topics": [_topic(each) for each in topics]}


def topic(topic: Topic) -> dict[str, Json]:
    """One `topic` with its `words`."""
    return {**marked("explanation", FORMAT_VERSION), "topic": _topic(topic)}


def entry(entry: Entry) -> dict[str, Json]:
    """One `word`."""
    return {**marked("explanation", FORMAT_VERSION), "word": _entry(entry)}


def standing(found: Sequence[Standing]) -> dict[str, Json]:
    """What stands at a line: `standing`, each with its place and a `word` or a `topic`, null for an unknown word."""
    return {**marked("explanation", FORMAT_VERSION), "standing": [_standing(each) for each in found]}


def _standing(each: Standing) -> dict[str, Json]:
    return {
        "file": each.position.file,
        "line": each.position.line,
        "column": each.position.column,
        "path": each.path,
        "address": each.address or None,
        "topic": _topic(each.about) if isinstance(each.about, Topic) else None,
        "word": _entry(each.about) if isinstance(each.about, Entry) else None,
        "did_you_mean": each.meant or None,
    }


def _topic(topic: Topic) -> dict[str, Json]:
    return {
        "name": topic.name,
        "title": topic.title,
        "meaning": topic.meaning,
        "words": [_entry(each) for each in topic.words],
    }


def _entry(entry: Entry) -> dict[str, Json]:
    return {
        "name": entry.name,
        "title": entry.title,
        "meaning": entry.meaning,
        "takes": entry.value,
        "choices": [_choice(each) for each in entry.choices],
        "console": entry.label or None,
        "liveperson": entry.wire or None,
        "inverted": entry.inverted,
        "when_new": entry.when_new or None,
        "to_clear": entry.clearing or None,
        "evidence": entry.evidence.value if entry.evidence else None,
        "source": entry.source or None,
        "example": entry.example,
        "also": list(entry.also),
    }


def _choice(choice: Choice) -> dict[str, Json]:
    evidence = choice.evidence.value if choice.evidence else None
    return {"word": choice.word, "meaning": choice.meaning, "liveperson": choice.wire, "evidence": evidence}

"""The page of the YAML's words, from the same reference that `lpconf explain` reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from generators.markup import GENERATED, code, prose
from lpconf.config.reference.topics import topics
from lpconf.model.reference import Entry, Topic


def page() -> str:
    """The page."""
    lines = [
        GENERATED,
        "# The YAML",
        "",
        "Every word. `lpconf explain` tells the same in the terminal: `lpconf explain engagement.connector`, or "
        "`lpconf explain site.yaml:14` for what stands at a line. `lpconf schema` prints it as a JSON schema "
        "[for editors](../guides/editors.md). [Concepts](../concepts.md) says how things are found and what is left "
        "alone.",
        "",
    ]
    for topic in topics():
        lines += _topic(topic)
    return "\n".join(lines).rstrip() + "\n"


def _topic(topic: Topic) -> Iterator[str]:
    yield f"## {prose(topic.title)}"
    yield ""
    yield prose(topic.meaning)
    yield ""
    for entry in topic.words:
        yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    yield f"### {prose(entry.word)} {{ #{entry.topic}-{entry.word} }}"
    yield ""
    yield prose(entry.meaning)
    yield ""
    yield "```yaml"
    yield entry.example
    yield "```"
    yield ""
    yield f"- Value: {prose(entry.value)}"
    for choice in entry.choices:
        stands_for = f" LivePerson's value is {code(choice.wire)}." if choice.wire else ""
        sure = f" How sure: {choice.evidence.value}." if choice.evidence else ""
        yield f"    - {code(choice.word)}: {prose(choice.meaning)}{stands_for}{sure}"
    if entry.label:
        yield f"- In the console: {prose(entry.label)}"
    if entry.wire:
        opposite = ", which means the opposite" if entry.inverted else ""
        yield f"- LivePerson's field: {code(entry.wire)}{opposite}"
    if entry.evidence:
        yield f"- How sure: {entry.evidence.value} ([{entry.source}](../liveperson.md#{_section(entry.source)}))"
    if entry.when_new:
        yield f"- When new: {prose(entry.when_new)}"
    if entry.clearing:
        yield f"- To clear it: {prose(entry.clearing)}"
    yield ""


def _section(source: str) -> str:
    """The anchor of the section on what is known of LivePerson that a source such as `4.2` lies in."""
    number = source.partition(".")[0]
    page = (Path(__file__).parents[1] / "liveperson.md").read_text("utf-8")
    heading = re.search(rf"^## ({number}\. .*)$", page, re.MULTILINE)
    if heading is None:
        raise ValueError(f"docs/liveperson.md has no section {number}")
    return re.sub(r"[^a-z0-9]+", "-", heading[1].lower()).strip("-")

"""The page of the quirks file, from its words and from what lpconf knows without one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generators.markup import GENERATED, code, prose, table
from lpconf.config.quirks import CONFIRMED, VERSIONS, WORDS, Word
from lpconf.model.json import Json
from lpconf.model.quirks import Quirks, Verb
from lpconf.resources.kinds import MANAGED

_QUIRKS = Quirks()
_YAML = '```yaml title="quirks.yaml"'


def page() -> str:
    """The page."""
    lines = [
        GENERATED,
        "# The quirks file",
        "",
        "What you know of your account better than lpconf does: a YAML file that `--quirks FILE` names. It replaces "
        "[what lpconf knows or guesses of LivePerson](../liveperson.md), word by word. What it does not name stays.",
        "",
        _YAML,
        *(f"{each.word}: {each.example}" for each in WORDS[:3]),
        "```",
        "",
        "Give the same file to every command that takes it. Unlike the YAML of the site, it can switch a safety rule "
        "off, so use none from a pull request that nobody has read.",
        "",
    ]
    for each in WORDS:
        lines += [
            f"## {each.word}",
            "",
            f"{prose(each.meaning)} [Section {each.source}](../liveperson.md).",
            "",
            _YAML,
            f"{each.word}: {each.example}",
            "```",
            "",
            *_known(each),
        ]
    return "\n".join(lines).rstrip() + "\n"


def _known(word: Word) -> list[str]:
    """What lpconf takes for true without the word."""
    if word.word == CONFIRMED:
        return table(("Write", "How sure lpconf is"), ((code(name), each) for name, each in _QUIRKS.evidence.items()))
    if word.word == VERSIONS:
        return table(("Request", "`v`"), _versions())
    known = getattr(_QUIRKS, word.word)
    if isinstance(known, Mapping):
        return table(("Name", "Without a quirks file"), ((code(name), code(str(each))) for name, each in known.items()))
    return [f"Without a quirks file: {code(_yaml(known))}.", ""]


def _versions() -> Iterable[tuple[str, str]]:
    managed = {each.kind for each in MANAGED}
    for (kind, verb), version in _QUIRKS.versions.items():
        if kind not in managed and verb is not Verb.LIST:
            continue  # What lpconf only looks up by name.
        yield code(f"{kind}.{verb}"), version


def _yaml(value: Json | tuple[str, ...]) -> str:
    return f"[{', '.join(value)}]" if isinstance(value, tuple) else str(value).lower()

"""Diagnostics as SARIF 2.1.0, the format in which code scanning takes the findings of a tool."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from urllib.parse import quote

from lpconf.model.diagnostic import Diagnostic
from lpconf.model.json import Json
from lpconf.model.site import Position
from lpconf.report.escape import terminal
from lpconf.report.rules import about_family

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

FINGERPRINT = "lpconf/v1"
"""Not `primaryLocationLineHash`: GitHub's upload computes that one itself, and warns of any other value."""

_ROOT = "%SRCROOT%"

_LINK = re.compile(r"\](?=\()")
_PLACEHOLDER = re.compile(r"\{(?=\d+\})")


def document(diagnostics: Sequence[Diagnostic], version: str, locate: Callable[[str], str]) -> dict[str, Json]:
    """A SARIF log with one run.

    `version` is lpconf's. `locate` turns a diagnostic's file into its path from the root of the repository, or into
    an absolute one for a file outside of it. Columns count characters, as in `Position`.
    """
    seen: Counter[str] = Counter()
    rules = {each.code: each for each in reversed(diagnostics)}
    order = {code: index for index, code in enumerate(sorted(rules))}
    results: list[Json] = [_result(each, order[each.code], locate, seen) for each in diagnostics]
    driver: dict[str, Json] = {
        "name": "lpconf",
        "semanticVersion": version,
        "version": version,
        "rules": [_rule(rules[code]) for code in order],
    }
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(diagnostic: Diagnostic) -> dict[str, Json]:
    family, _, name = diagnostic.code.partition(".")
    about = f"{about_family(diagnostic.code)} ({name or family})."
    return {
        "id": diagnostic.code,
        "shortDescription": {"text": about},
        "fullDescription": {"text": about},
        "help": {"text": "Each finding says what was found, what was expected, and what to do. Try: lpconf validate"},
        "defaultConfiguration": {"level": diagnostic.severity.value},
    }


def _result(diagnostic: Diagnostic, rule: int, locate: Callable[[str], str], seen: Counter[str]) -> dict[str, Json]:
    file = locate(diagnostic.position.file) if diagnostic.position else ""
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity.value,
        "message": {"text": _message(diagnostic)},
        "locations": [_location(diagnostic.position, file)] if diagnostic.position else [],
        "partialFingerprints": {FINGERPRINT: _fingerprint(diagnostic, file, seen)},
    }


def _message(diagnostic: Diagnostic) -> str:
    """The message in plain text: SARIF would make a link of `[text](address)`, and a placeholder of `{0}`."""
    first = f"{diagnostic.path}: {diagnostic.message}" if diagnostic.path else diagnostic.message
    lines = [first, *(diagnostic.hint.split("\n") if diagnostic.hint else ())]
    return "\n".join(_PLACEHOLDER.sub("{ ", _LINK.sub("] ", terminal(line))) for line in lines)


def _location(position: Position, file: str) -> dict[str, Json]:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(file),
            "region": {"startLine": position.line, "startColumn": position.column},
        }
    }


def _artifact(file: str) -> dict[str, Json]:
    # A lone surrogate stands for a byte that is not UTF-8: it goes into the address as that byte.
    address = quote(file.encode("utf-8", "surrogateescape"), safe="/")
    if file.startswith("/"):
        return {"uri": f"file://{address}"}
    return {"uri": address, "uriBaseId": _ROOT}


def _fingerprint(diagnostic: Diagnostic, file: str, seen: Counter[str]) -> str:
    """The same for the same problem on a line that has moved, and another for each one that looks like it.

    The line of a sensitive field is not in a diagnostic, so that not even its hash is here; its path stands for it.
    """
    place = diagnostic.path if diagnostic.source is None else diagnostic.source.strip()
    text = "\0".join((diagnostic.code, file, place)).encode("utf-8", "backslashreplace")
    digest = hashlib.sha256(text).hexdigest()[:32]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"

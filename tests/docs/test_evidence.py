"""What the code says about how sure a fact is, the page on LivePerson says too."""

from __future__ import annotations

import re
from functools import cache

import pytest

from lpconf.model.quirks import Evidence, Quirks
from lpconf.resources.field import Field
from lpconf.resources.kinds import MANAGED
from tests.docs.pages import DOCS, ROOT

FIELDS = {f"{each.kind.value}.{field.word}": field for each in MANAGED for field in each.fields}
CHOICES = {name: field for name, field in FIELDS.items() if field.choices_from}
NAMES = {"flow": "type", "consumer_delegation": "CONSUMER_DELEGATION"}
"""What the page calls the words that stand for several fields."""

_CITED = re.compile(
    r"(?:consumer[- ]side|facts)(?:[, ]|consumer[- ]side)+(\d+\.\d+)(?:(?:, | and | to )(\d+\.\d+))?", re.IGNORECASE
)


@cache
def rows() -> tuple[tuple[str, str, Evidence], ...]:
    """The rows of the page: section, statement, and the mark that comes first."""
    page = (DOCS / "liveperson.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| (\d+(?:\.\d+)?) \| (.*) \| ([^|]*) \|$", page, re.MULTILINE)
    return tuple((section, text, first_mark(sure)) for section, text, sure in found)


def first_mark(sure: str) -> Evidence:
    found = re.search("documented|seen once|seen|guess", sure)
    assert found, sure
    return Evidence(found[0])


def marks(field: Field, value: str = "") -> set[Evidence]:
    """How sure the page says that a field is, or one value of it, in the section that the field cites."""
    name = NAMES.get(field.word) or ".".join(field.path)
    # A row on one value of the field is not about its other values.
    pattern = rf"`{re.escape(name)}`( {value}\b)" if value else rf"`{re.escape(name)}`"
    return {sure for section, text, sure in rows() if section == field.source and re.search(pattern, text)}


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_a_field_cites_a_row_that_is_as_sure(field: Field) -> None:
    assert field.evidence in marks(field)


@pytest.mark.parametrize("field", CHOICES.values(), ids=CHOICES)
def test_each_choice_of_a_field_is_as_sure_as_its_row(field: Field) -> None:
    assert field.choices_from is not None
    wires = field.choices_from(Quirks())
    sure = field.choice_evidence or (field.evidence,) * len(field.choices)
    for word, evidence in zip(field.choices, sure, strict=True):
        if not isinstance(wires[word], bool):
            assert marks(field, str(wires[word])) == {evidence}, word


def test_every_section_that_the_code_cites_has_a_row() -> None:
    # 0.1 are the marks themselves.
    known = {"0.1"} | {section for section, _, _ in rows()}
    cited = {
        number: path.name
        for path in (ROOT / "lpconf").rglob("*.py")
        for found in _CITED.finditer(path.read_text(encoding="utf-8"))
        for number in found.groups()
        if number
    }
    assert len(cited) > 30
    assert {number: name for number, name in cited.items() if number not in known} == {}

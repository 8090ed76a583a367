"""Checked documents to declared things: values converted, variables filled in, rules applied."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from lpconf.config import checks, expected, extra
from lpconf.config.document import Document, Spot, Value, spell
from lpconf.config.files import Files
from lpconf.config.keys import key_text
from lpconf.config.layout import SELECTORS, field_of, hides_value
from lpconf.config.lifecycle import (
    DELETE_UNDECLARED,
    LIFECYCLE,
    contradictions,
    lifecycle_of,
    undeclared_without_collection,
)
from lpconf.config.problems import BadValueError, Complaint, Problems
from lpconf.config.schema import SECRET_VARIABLE
from lpconf.config.variables import Variables
from lpconf.config.words import quoted
from lpconf.model.address import Address, Kind, SelectBy, Selector
from lpconf.model.json import JsonObject
from lpconf.model.site import (
    Declaration,
    Declared,
    DeleteUndeclared,
    Lifecycle,
    Position,
    ReferenceById,
    SecretReference,
    Unset,
)
from lpconf.resources.campaign import CAMPAIGN
from lpconf.resources.connector import CONNECTOR
from lpconf.resources.engagement import ENGAGEMENT
from lpconf.resources.field import Field, Resource, ValueType

_RULES: Mapping[str, Callable[[str], None]] = MappingProxyType(
    {
        "time_zone": checks.time_zone,
        "js_method_name": checks.script_path,
        "js_context": checks.script_path,
    }
)
"""Rules of single words that their type does not tell."""

_MANY_LINES = "description"

_WRITTEN_WRONGLY = "?"
"""Stands for a declared value that was refused, where only matters that it is declared."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A document and its spots that do not fit the schema, which were told already."""

    document: Document
    wrong: frozenset[Spot]


class Builder:
    """Builds the things of all files of a load."""

    def __init__(self, variables: Variables, problems: Problems, files: Files) -> None:
        self._variables = variables
        self._problems = problems
        self._files = files
        self._seen: dict[Kind, dict[Selector, Position]] = {Kind.CONNECTOR: {}, Kind.CAMPAIGN: {}}

    def things(self, checked: Checked) -> Iterator[Declared]:
        """The things of one file, in its order, a campaign before its engagements."""
        # The keys of the file decide: whoever writes campaigns first gets them first.
        for word in checked.document.value:
            for resource in (CONNECTOR, CAMPAIGN):
                if word == resource.plural:
                    members = checked.document.value[word]
                    yield from self._collection(checked, (word,), members, resource, self._seen[resource.kind], None)

    def undeclared(self, checked: Checked, things: Sequence[Declared]) -> Iterator[DeleteUndeclared]:
        """What `delete_undeclared` says in one file, whose things are given."""
        yield from self._undeclared(checked, (), checked.document.value, None)
        at = {thing.path: thing for thing in things if thing.address.kind is Kind.CAMPAIGN}
        campaigns = checked.document.value.get(CAMPAIGN.plural)
        for index, members in enumerate(campaigns if isinstance(campaigns, list) else ()):
            spot: Spot = (CAMPAIGN.plural, index)
            campaign = at.get(spell(spot))
            if campaign is not None and isinstance(members, dict):
                yield from self._undeclared(checked, spot, members, campaign.address)

    def _undeclared(
        self, checked: Checked, spot: Spot, members: Mapping[str, Value], parent: Address | None
    ) -> Iterator[DeleteUndeclared]:
        document, here = checked.document, (*spot, DELETE_UNDECLARED)
        names = members.get(DELETE_UNDECLARED)
        if here in checked.wrong or not isinstance(names, list):
            return
        for index, name in enumerate(names):
            if (*here, index) in checked.wrong:
                continue
            if name not in members:
                complaint = undeclared_without_collection(name)
                self._problems.add(document.source, document.value_mark((*here, index)), complaint, (*here, index))
            kind = next(each.kind for each in (CONNECTOR, CAMPAIGN, ENGAGEMENT) if each.plural == name)
            yield DeleteUndeclared(kind, parent, document.position((*here, index)))

    def _collection(
        self,
        checked: Checked,
        spot: Spot,
        members: Value,
        resource: Resource,
        seen: dict[Selector, Position],
        parent: Address | None,
    ) -> Iterator[Declared]:
        if spot in checked.wrong or not isinstance(members, list):
            return
        for index, member in enumerate(members):
            here = (*spot, index)
            if not isinstance(member, dict):
                continue
            thing = _Thing(self, checked, here, resource, member)
            declared = thing.build(parent)
            self._refuse_twin(thing, declared, seen)
            yield declared
            if resource is CAMPAIGN and "engagements" in member:
                inside = (*here, "engagements")
                yield from self._collection(checked, inside, member["engagements"], ENGAGEMENT, {}, declared.address)

    def _refuse_twin(self, thing: _Thing, declared: Declared, seen: dict[Selector, Position]) -> None:
        selector = declared.address.selector
        if selector.value is None and selector.by is not SelectBy.DEFAULT:
            return
        spot = (*thing.spot, "find" if selector.by is SelectBy.DEFAULT else selector.by.value)
        first = seen.setdefault(selector, thing.document.position(spot))
        if first != thing.document.position(spot):
            named = {SelectBy.NAME: f" {quoted(str(selector.value))}", SelectBy.ID: f" with id {selector.value}"}
            what = f"the {thing.resource.kind.words}{named.get(selector.by, ' that find: default means')}"
            complaint = Complaint(
                "duplicate", f"{what} is declared twice; the first is at {first}", "Make one of the two."
            )
            thing.complain(spot, complaint)

    @property
    def variables(self) -> Variables:
        """The values of variables."""
        return self._variables

    @property
    def files(self) -> Files:
        """Where key files are read."""
        return self._files

    @property
    def problems(self) -> Problems:
        """Where complaints go."""
        return self._problems


class _Thing:
    """One thing that is being built."""

    def __init__(
        self, builder: Builder, checked: Checked, spot: Spot, resource: Resource, members: dict[str, Value]
    ) -> None:
        self._builder = builder
        self._wrong = checked.wrong
        self._members = members
        self.document = checked.document
        self.spot = spot
        self.resource = resource

    def complain(self, spot: Spot, complaint: Complaint, *, hidden: bool = False) -> None:
        """Add a complaint about the value at a spot."""
        document = self.document
        self._builder.problems.add(document.source, document.value_mark(spot), complaint, spot, hidden=hidden)

    def build(self, parent: Address | None) -> Declared:
        """The declared thing; what is wrong with it goes to the problems, and is left out."""
        fields: dict[str, Declaration] = {}
        positions = self.document.positions(self.spot)
        refused = {field.word for field in self.resource.fields if (*self.spot, field.word) in self._wrong}
        for field in self.resource.fields:
            if field.word not in self._members or field.word in refused:
                continue
            spot = (*self.spot, field.word)
            try:
                fields[field.word] = self._convert(field, self._members[field.word], spot)
            except BadValueError as error:
                refused.add(field.word)
                self.complain(spot, error.complaint, hidden=hides_value(field))
        selector = self._selector(fields)
        if selector.by is SelectBy.NAME:
            fields.pop("name", None)
        self._refuse_contradictions(fields, refused, positions)
        lifecycle = self._lifecycle(selector)
        return Declared(
            address=Address(self.resource.kind, selector, parent),
            fields=fields,
            position=self._position(),
            extra=self._extra(),
            positions=positions,
            lifecycle=lifecycle,
            path=spell(self.spot),
        )

    def _lifecycle(self, selector: Selector) -> Lifecycle:
        found = lifecycle_of(self._members, self._wrong, self.spot)
        if found.renamed_from is not None:
            try:
                found = replace(found, renamed_from=self._line(found.renamed_from))
            except BadValueError as error:
                self.complain((*self.spot, LIFECYCLE, "renamed_from"), error.complaint)
        for rest, complaint in contradictions(found, selector, self._members):
            self.complain((*self.spot, *rest), complaint)
        return found

    def _position(self) -> Position:
        return self.document.source.position(self.document.thing_mark(self.spot))

    def _selector(self, fields: Mapping[str, Declaration]) -> Selector:
        """The selector. One that was refused is a name without a value."""
        by = next((word for word in reversed(SELECTORS) if word in self._members), "name")
        if by == "name":
            name = fields.get("name")
            return Selector(SelectBy.NAME, name if isinstance(name, str) else None)
        if (*self.spot, by) in self._wrong:
            return Selector(SelectBy.NAME)
        return Selector(SelectBy.DEFAULT) if by == "find" else Selector(SelectBy.ID, int(self._members["id"]))

    def _refuse_contradictions(
        self, fields: Mapping[str, Declaration], refused: set[str], positions: Mapping[str, Position]
    ) -> None:
        # What the rules say of a word that decides over others is moot while that word is wrong.
        if any((field := field_of(self.resource, word)) and field.type is ValueType.CHOICE for word in refused):
            return
        declared: dict[str, Declaration] = {**fields, **dict.fromkeys(refused, _WRITTEN_WRONGLY)}
        document = self.document
        for problem in self.resource.problems(declared):
            spot = (*self.spot, problem.word) if problem.word in positions else self.spot
            mark = document.value_mark(spot) if problem.word in positions else document.thing_mark(spot)
            hidden = hides_value(field_of(self.resource, problem.word))
            complaint = Complaint(problem.code, problem.message, problem.hint)
            self._builder.problems.add(document.source, mark, complaint, spot, hidden=hidden)

    def _extra(self) -> JsonObject:
        spot = (*self.spot, "extra")
        value = self._members.get("extra")
        if spot in self._wrong or not isinstance(value, dict):
            return {}
        refused = tuple(extra.refused(self.resource, value))
        for found in refused:
            here = (*spot, *found.path)
            document = self.document
            self._builder.problems.add(
                document.source, document.key_mark(here), found.complaint, here, hidden=found.hidden
            )

        def complain(below: Spot, what: Complaint) -> None:
            if all(below[: len(each.path)] != each.path for each in refused):
                self.complain((*spot, *below), what)

        filled = extra.fill(value, self._builder.variables, complain)
        return filled if isinstance(filled, Mapping) else {}

    def _convert(self, field: Field, value: Value, spot: Spot) -> Declaration:
        """The declaration that a value, which fits the schema, stands for. Raises BadValueError."""
        match field.type:
            case ValueType.PUBLIC_KEY:
                return key_text(value, self.document.source.folder, self._builder.files)
            case ValueType.SECRET:
                return _secret(field, str(value["env"]))
        if isinstance(value, dict) and "unset" in value:
            return Unset()
        match field.type:
            case ValueType.REFERENCE:
                return self._reference(value)
            case ValueType.REFERENCES:
                return self._references(value, spot)
            case ValueType.TEXTS:
                return self._texts(value, spot)
            case ValueType.TEXT | ValueType.URL | ValueType.DATE:
                return self._text(field, value)
            case _:
                return bool(value) if field.type is ValueType.BOOLEAN else str(value)

    def _text(self, field: Field, value: str) -> str:
        text = self._builder.variables.fill(value)
        if not text:
            complaint = expected.empty(field)
            raise BadValueError(complaint.code, complaint.message, complaint.hint)
        if field.word == _MANY_LINES:
            checks.many_lines(text)
            return text
        checks.single_line(text)
        if self._builder.variables.leaves_open(value):
            return text
        if field.type is ValueType.URL:
            checks.https_url(text)
        elif field.type is ValueType.DATE:
            checks.date_time(text)
        elif field.word in _RULES:
            _RULES[field.word](text)
        return text

    def _line(self, value: str) -> str:
        text = self._builder.variables.fill(value)
        if not text:
            raise BadValueError("value.empty", "this text is empty")
        checks.single_line(text)
        return text

    def _reference(self, value: Value) -> str | ReferenceById:
        return ReferenceById(int(value["id"])) if isinstance(value, dict) else self._line(value)

    def _references(self, values: list[Value], spot: Spot) -> tuple[str | ReferenceById, ...]:
        found: list[str | ReferenceById] = []
        known: set[str | ReferenceById] = set()
        for index, value in enumerate(values):
            try:
                reference = self._reference(value)
                if reference in known:
                    shown = quoted(reference) if isinstance(reference, str) else f"id {reference.id}"
                    raise BadValueError("duplicate", f"{shown} is in this list twice", "Remove one.")
            except BadValueError as error:
                self.complain((*spot, index), error.complaint)
                continue
            known.add(reference)
            found.append(reference)
        return tuple(found)

    def _texts(self, values: list[Value], spot: Spot) -> list[str]:
        found: list[str] = []
        for index, value in enumerate(values):
            try:
                found.append(self._line(value))
            except BadValueError as error:
                self.complain((*spot, index), error.complaint)
        return found


def _secret(field: Field, variable: str) -> SecretReference:
    # A validator searches with the schema's pattern, whose end lets a line break pass.
    if not re.fullmatch(SECRET_VARIABLE, variable):
        complaint = expected.hidden(field, {"env": variable})
        raise BadValueError(complaint.code, complaint.message, complaint.hint)
    return SecretReference(variable)

"""Two configurations to what differs between them. Looks at no account: what is not declared is left as it is."""

from __future__ import annotations

from collections.abc import Iterator

from lpconf.engine.difference.deletions import Deletions, Fate, collections
from lpconf.engine.difference.fields import compared, plain
from lpconf.engine.difference.pairs import Pair, own_name, pairs
from lpconf.engine.difference.risks import DifferenceRisks, in_order, undeclared
from lpconf.engine.wording import quoted
from lpconf.model.difference import Difference, FieldDifference, ThingDifference, Turn
from lpconf.model.plan import Risk
from lpconf.model.site import Declared, Site

DELETE_UNDECLARED = "delete_undeclared"

_STAYS = "lpconf deletes nothing because it is no longer declared: it stays as it is in the account."
_FIELDS_STAY = "What is no longer declared stays as it is in the account."
_OTHER_FIELDS_STAY = "What else is no longer declared stays as it is in the account."


def difference(old: Site | None, new: Site, *, old_name: str = "", new_name: str = "") -> Difference:
    """What differs between an older configuration, None where there is none, and a newer one.

    Warnings of lint are not in it: `dataclasses.replace(found, findings=...)` adds them.
    """
    before = old if old is not None else Site(new.account, (), label=new.label)
    return _Differing(before, new).result(old_name, new_name, nothing_before=old is None)


class _Differing:
    """One comparison: what is paired with what, and what each side deletes."""

    def __init__(self, old: Site, new: Site) -> None:
        self._old = old
        self._new = new
        self._pairs = pairs(old, new)
        self._swept = collections(old), collections(new)
        self._deletions = Deletions(self._swept[1], self._pairs)
        self._risks = DifferenceRisks(new, self._pairs, self._deletions)

    def result(self, old_name: str, new_name: str, *, nothing_before: bool) -> Difference:
        things = tuple(each for pair in self._pairs if (each := self._thing(pair)) is not None)
        own = self._undeclared(None, None)
        return Difference(
            old=old_name,
            new=new_name,
            account=self._new.account,
            label=self._new.label,
            things=things,
            settings=(*self._account(), *own),
            risks=_undeclared_risks(own),
            unprotected=tuple(pair.old.address for pair in self._pairs if pair.old and pair.unprotected),
            unchanged=len(self._pairs) - len(things),
            nothing_before=nothing_before,
            unset_variables=tuple(sorted({*self._old.unset_variables, *self._new.unset_variables})),
        )

    def _account(self) -> Iterator[FieldDifference]:
        for word, before, after, position in (
            ("account", self._old.account, self._new.account, self._new.account_position),
            ("label", self._old.label, self._new.label, None),
        ):
            if before != after:
                one, other = (plain(each) if each else None for each in (before, after))
                yield FieldDifference(word, one, other, position=position)

    def _thing(self, pair: Pair) -> ThingDifference | None:
        """What differs in a pair, None where nothing does."""
        found = compared(pair)
        own = self._undeclared(pair.old, pair.new)
        fields = (*found.different, *own)
        if pair.old and pair.new and not fields and not pair.reselected:
            return None
        former = pair.old.address if pair.old and pair.old.address != pair.thing.address else None
        return ThingDifference(
            address=pair.thing.address,
            turn=_turn(pair),
            fields=fields,
            former=former,
            renamed_from=pair.renamed,
            unchanged_fields=found.unchanged,
            risks=in_order(
                (
                    *self._risks.of(pair, found.different),
                    *_undeclared_risks(own),
                    *self._deletions.risks(pair),
                    *self._another(pair),
                )
            ),
            notes=tuple(self._notes(pair, fields)),
            position=pair.thing.position,
        )

    def _undeclared(self, old: Declared | None, new: Declared | None) -> tuple[FieldDifference, ...]:
        """`delete_undeclared` of a campaign, or of the file where there is no campaign."""
        before = self._swept[0].get(old.address if old else None, {}) if old or not new else {}
        after = self._swept[1].get(new.address if new else None, {}) if new or not old else {}
        if before.keys() == after.keys():
            return ()
        one, other = (plain(list(each)) if each else None for each in (before, after))
        position = next(iter((after or before).values()))
        return (FieldDifference(DELETE_UNDECLARED, one, other, position=position),)

    def _another(self, pair: Pair) -> Iterator[Risk]:
        """A new name where nothing says that the live thing is the same one: then it is not."""
        if pair.old is None or pair.new is None or pair.new.lifecycle.absent or not pair.replaced:
            return
        looks = (
            f"Without lifecycle: {{renamed_from: {quoted(own_name(pair.old) or '')}}} lpconf looks for another "
            f"{pair.new.address.kind.words} of the new name, or makes one"
        )
        stays = self._deletions.of(pair) is Fate.STAYS
        yield Risk(f"{looks}, and leaves the former one as it is." if stays else f"{looks}.")

    def _notes(self, pair: Pair, fields: tuple[FieldDifference, ...]) -> Iterator[str]:
        old, new = pair.old, pair.new
        if old and not new:
            if self._deletions.of(pair) is Fate.STAYS:
                yield "Its deletion is no longer asked for." if old.lifecycle.absent else _STAYS
        elif old and new:
            if pair.doubtful:
                kind = new.address.kind.words
                yield f"It is selected in another way: make sure that it means the same {kind}."
            if not new.lifecycle.absent and not pair.replaced:
                yield from _fields_stay(fields)


def _fields_stay(fields: tuple[FieldDifference, ...]) -> Iterator[str]:
    """That fields which are no longer declared are left alone, unless others decide what they become."""
    gone = [field for field in fields if _managed(field) and field.after is None]
    if not all(field.becomes for field in gone):
        yield _OTHER_FIELDS_STAY if any(field.becomes for field in gone) else _FIELDS_STAY


def _managed(field: FieldDifference) -> bool:
    """Whether a field is about LivePerson and not about lpconf."""
    return not field.word.startswith("lifecycle.") and field.word != DELETE_UNDECLARED


def _turn(pair: Pair) -> Turn:
    if pair.new is not None and pair.new.lifecycle.absent and not (pair.old and pair.old.lifecycle.absent):
        return Turn.DELETED
    if pair.old is None:
        return Turn.ADDED
    if pair.new is None:
        return Turn.REMOVED
    return Turn.RENAMED if pair.reselected else Turn.CHANGED


def _undeclared_risks(fields: tuple[FieldDifference, ...]) -> tuple[Risk, ...]:
    return tuple(risk for field in fields for risk in undeclared(_added(field)))


def _added(field: FieldDifference) -> tuple[str, ...]:
    before, after = (side.text if side else [] for side in (field.before, field.after))
    if not isinstance(before, list) or not isinstance(after, list):
        return ()
    return tuple(str(word) for word in after if word not in before)

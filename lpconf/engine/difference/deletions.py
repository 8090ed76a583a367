"""What becomes of the live things that the newer configuration does not declare any more."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType

from lpconf.engine.difference.pairs import Pair
from lpconf.model.address import Address, Kind
from lpconf.model.plan import Risk, RiskKind
from lpconf.model.site import Position, Site
from lpconf.resources.kinds import RESOURCES


class Fate(Enum):
    """What becomes of a live thing. Two of them need an account to be sure."""

    STAYS = auto()
    SWEPT = auto()
    """`delete_undeclared` asks to delete it."""
    MAY_BE_SWEPT = auto()
    GOES = auto()
    """Its campaign is to be deleted."""
    MAY_GO = auto()

    @property
    def certain(self) -> bool:
        """Whether the thing is deleted in any case."""
        return self in {Fate.SWEPT, Fate.GOES}


_SENTENCES = MappingProxyType(
    {
        Fate.SWEPT: "{} is no longer declared, and delete_undeclared asks to delete what is not.",
        Fate.MAY_BE_SWEPT: "{} may be deleted: delete_undeclared asks to delete what is not declared, and only a plan "
        "can tell what that is.",
        Fate.GOES: "Its campaign is to be deleted, and {} goes with it.",
        Fate.MAY_GO: "Its campaign may be deleted, and {} would go with it. Only a plan can tell.",
    }
)

Collections = Mapping[Address | None, Mapping[str, Position]]
"""The collections that `delete_undeclared` names, by the campaign that they are in, and where it names them."""


def collections(site: Site) -> Collections:
    """All that a site sweeps, each campaign's collections in the order of the alphabet."""
    found: dict[Address | None, dict[str, Position]] = {}
    for each in site.delete_undeclared:
        found.setdefault(each.parent, {}).setdefault(RESOURCES[each.kind].plural, each.position)
    return {parent: dict(sorted(words.items())) for parent, words in found.items()}


class Deletions:
    """Says which things of the older configuration the newer one deletes without naming them. Built once."""

    def __init__(self, swept: Collections, pairs: tuple[Pair, ...]) -> None:
        self._swept = swept
        self._pairs = {pair.old.address: pair for pair in pairs if pair.old}

    def of(self, pair: Pair) -> Fate:
        """What becomes of the older thing of a pair, as far as the newer one is not the same live thing."""
        old = pair.old
        if old is None or not (pair.new is None or pair.replaced or pair.doubtful):
            return Fate.STAYS
        campaign = self._pairs[old.address.parent] if old.address.parent else None
        goes = self._is_deleted(campaign) if campaign else False
        if goes:
            return Fate.GOES
        if self._sweeps_beside(old.address.kind, campaign):
            doubtful = pair.doubtful or (campaign is not None and campaign.doubtful)
            return Fate.MAY_BE_SWEPT if doubtful else Fate.SWEPT
        return Fate.STAYS if goes is False else Fate.MAY_GO

    def risks(self, pair: Pair) -> tuple[Risk, ...]:
        """The deletion of the older thing of a pair, if there is one."""
        sentence = _SENTENCES.get(self.of(pair))
        if sentence is None or pair.old is None:
            return ()
        whose = "It" if pair.new is None else f"The former {pair.old.address.kind.words}"
        if not sentence.startswith("{"):
            whose = whose[0].lower() + whose[1:]
        return (Risk(sentence.format(whose), RiskKind.DELETION),)

    def _is_deleted(self, campaign: Pair) -> bool | None:
        """Whether a campaign of the older configuration is deleted, None where only an account can tell."""
        swept = self._sweeps(Kind.CAMPAIGN, None)
        if campaign.new is None or campaign.replaced:
            return swept
        if campaign.doubtful and campaign.new.lifecycle.absent is not swept:
            return None
        return campaign.new.lifecycle.absent

    def _sweeps_beside(self, kind: Kind, campaign: Pair | None) -> bool:
        """Whether what is not declared is deleted in the collection that a thing was in."""
        if campaign is None:
            return self._sweeps(kind, None)
        return campaign.new is not None and not campaign.replaced and self._sweeps(kind, campaign.new.address)

    def _sweeps(self, kind: Kind, parent: Address | None) -> bool:
        return RESOURCES[kind].plural in self._swept.get(parent, {})

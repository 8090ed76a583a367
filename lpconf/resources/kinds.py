"""The explicit list of kinds: those that lpconf manages, and those that it only looks up by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lpconf.model.address import Kind
from lpconf.resources.campaign import CAMPAIGN
from lpconf.resources.connector import CONNECTOR
from lpconf.resources.engagement import ENGAGEMENT
from lpconf.resources.field import Resource

_SYSTEM_DEFAULT = ("isSystemDefault", "systemDefault")

MANAGED = (CONNECTOR, CAMPAIGN, ENGAGEMENT)

# Facts 6: paths [documented or seen], default flags 6.2 to 6.6 [seen once].
LOOKED_UP = (
    Resource(kind=Kind.SKILL, collection="le-users/skills"),
    Resource(kind=Kind.WINDOW, collection="engagement-window/window-confs", default_flags=("isUserDefault",)),
    Resource(kind=Kind.ENTRY_POINT, collection="le-targeting/onsite-locations", default_flags=_SYSTEM_DEFAULT),
    Resource(kind=Kind.BEHAVIOR, collection="le-targeting/visitor-behaviors", default_flags=_SYSTEM_DEFAULT),
    Resource(kind=Kind.GOAL, collection="le-goals/goals", default_flags=_SYSTEM_DEFAULT),
    Resource(kind=Kind.AUDIENCE, collection="le-targeting/visitor-profiles", default_flags=_SYSTEM_DEFAULT),
)

RESOURCES: Mapping[Kind, Resource] = MappingProxyType({each.kind: each for each in (*MANAGED, *LOOKED_UP)})

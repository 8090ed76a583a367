"""How messages name live things."""

from __future__ import annotations

import json
from collections.abc import Sequence

from lpconf.model.live import LiveThing

_MOST = 10
"""How many things a message names."""


def quoted(name: str) -> str:
    """A foreign name in quotes that it cannot close."""
    return json.dumps(name, ensure_ascii=False)


def in_campaign(engagement: LiveThing, campaign: LiveThing | None) -> str:
    """An engagement by its name, its id and its campaign, as far as that is known."""
    where = f" in campaign {quoted(campaign.name)}" if campaign is not None else ""
    return f"{quoted(engagement.name)} (id {engagement.id}){where}"


def listed(things: Sequence[LiveThing], campaigns: Sequence[LiveThing] = ()) -> str:
    """The names and ids of the first few things, and how many more there are; engagements with their campaigns."""
    around: dict[int | None, LiveThing] = {each.id: each for each in campaigns}
    shown = ", ".join(in_campaign(each, around.get(each.campaign_id)) for each in things[:_MOST])
    return f"{shown} and {len(things) - _MOST} more" if len(things) > _MOST else shown or "none"

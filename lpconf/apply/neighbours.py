"""What happens to the engagements inside a campaign that is written whole (facts 5.2, open risk)."""

from __future__ import annotations

from collections.abc import Mapping

from lpconf.engine.values import at, same
from lpconf.engine.wording import quoted
from lpconf.liveperson.read import engagements_of
from lpconf.model.json import Json, JsonObject
from lpconf.model.plan import Comparison
from lpconf.resources.engagement import ENGAGEMENT

REVISION = "engagementCollectionRevision"


def differences(sent: JsonObject, found: JsonObject, *, write_moves_revision: bool) -> tuple[str, ...]:
    """What is not as it was sent, in the engagements of a campaign that was just written and read again.

    The write carried them as they were read before. Where they look the same but their revision has moved, somebody
    else changed one in the same moment, and the write may have set it back. `write_moves_revision` says that the
    campaign's own write moves it (`Quirks.campaign_write_moves_engagements`).
    """
    before = {each.id: each.body for each in engagements_of(sent)}
    after = {each.id: each.body for each in engagements_of(found)}
    lines = tuple(
        f"the engagement {quoted(str(body.get('name')))} is not as it was when the campaign was written: "
        f"{', '.join(fields)}"
        for live_id, body in before.items()
        if (fields := _differing(body, after.get(live_id, {})))
    )
    old, new = sent.get(REVISION), found.get(REVISION)
    if lines or write_moves_revision or not isinstance(old, int) or old == new:
        return lines
    return (
        f"the revision of its engagements went from {old} to {new}: somebody else may have changed one in the same "
        "moment, and writing the campaign may have set it back",
    )


def _differing(sent: Mapping[str, Json], body: Mapping[str, Json]) -> list[str]:
    return [
        name
        for name in dict.fromkeys([*sent, *body])
        if name not in ENGAGEMENT.ignored and not same(Comparison.EXACT, at(sent, (name,)), at(body, (name,)))
    ]

"""What the account holds, as far as a plan needs it."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from lpconf.engine import reading
from lpconf.liveperson.client import Client, id_of
from lpconf.liveperson.errors import Refused, UnexpectedAnswer
from lpconf.model.address import Kind
from lpconf.model.errors import AccessError
from lpconf.model.json import JsonObject
from lpconf.model.live import Live, LiveThing
from lpconf.model.quirks import Quirks
from lpconf.model.site import Site

PARALLEL_READS = 4
"""LivePerson limits concurrent requests per account and publishes no number (facts 3.9)."""


def read(site: Site, client: Client, quirks: Quirks, *, write_secrets: frozenset[str] = frozenset()) -> Live:
    """Read what a plan of `site` needs: each collection once, each declared campaign once, with its engagements.

    All campaigns are read whole only when a live connector would change or go, to say who uses it; `write_secrets`
    are the secrets that are written although nothing else changes (`Policy.write_secrets`). What things refer to that
    go is read for its names, where it may be read.
    Raises AccessError, NotFound and UnexpectedAnswer as the client does.
    """
    with ThreadPoolExecutor(PARALLEL_READS, thread_name_prefix="lpconf-read") as pool:
        live = Live(_collections(client, pool, reading.collections(site)))
        live = _with_campaigns(client, pool, live, reading.campaigns(site, live, quirks))
        more = set(reading.defaults(site, live, quirks)) - live.things.keys()
        everyone = reading.changes_connectors(site, live, quirks, write_secrets)
        if everyone and Kind.CAMPAIGN not in live.things:
            more.add(Kind.CAMPAIGN)
        live = Live({**live.things, **_collections(client, pool, more)})
        if everyone:
            rest = frozenset(each.id for each in live.of(Kind.CAMPAIGN) if not each.whole)
            live = _with_campaigns(client, pool, live, rest)
        only_names = reading.names(site, live, quirks) - live.things.keys()
        return Live({**live.things, **_permitted(client, pool, only_names)})


def read_for(kinds: Iterable[Kind], client: Client, campaigns: frozenset[int] | None = None) -> Live:
    """Some collections, each read once, and campaigns with their engagements: those with these ids, or all.

    Raises as `read` does.
    """
    with ThreadPoolExecutor(PARALLEL_READS, thread_name_prefix="lpconf-read") as pool:
        live = Live(_collections(client, pool, set(kinds) - {Kind.ENGAGEMENT}))
        known = frozenset(each.id for each in live.of(Kind.CAMPAIGN))
        return _with_campaigns(client, pool, live, known if campaigns is None else known & campaigns)


def _collections(client: Client, pool: ThreadPoolExecutor, kinds: Iterable[Kind]) -> dict[Kind, tuple[LiveThing, ...]]:
    ordered = sorted(kinds)
    listings = pool.map(client.list, ordered)
    return {
        kind: tuple(_thing(kind, item, whole=kind is not Kind.CAMPAIGN) for item in listing.items)
        for kind, listing in zip(ordered, listings, strict=True)
    }


def _permitted(client: Client, pool: ThreadPoolExecutor, kinds: Iterable[Kind]) -> dict[Kind, tuple[LiveThing, ...]]:
    """The collections that can be read. A plan only shows ids where names would be without the others."""

    def one(kind: Kind) -> dict[Kind, tuple[LiveThing, ...]]:
        try:
            return {kind: tuple(_thing(kind, item) for item in client.list(kind).items)}
        except (AccessError, Refused, UnexpectedAnswer):
            return {}

    return {kind: things for found in pool.map(one, sorted(kinds)) for kind, things in found.items()}


def _with_campaigns(client: Client, pool: ThreadPoolExecutor, live: Live, ids: frozenset[int]) -> Live:
    """The same, with some campaigns read whole and their engagements beside them."""
    ordered = sorted(ids)
    whole = dict(zip(ordered, pool.map(lambda each: read_campaign(client, each), ordered), strict=True))
    campaigns = tuple(whole[each.id][0] if each.id in whole else each for each in live.of(Kind.CAMPAIGN))
    engagements = tuple(engagement for _, own in whole.values() for engagement in own)
    return Live(
        {
            **live.things,
            Kind.CAMPAIGN: campaigns,
            Kind.ENGAGEMENT: (*live.of(Kind.ENGAGEMENT), *engagements),
        }
        if Kind.CAMPAIGN in live.things
        else live.things
    )


def read_campaign(client: Client, campaign_id: int) -> tuple[LiveThing, tuple[LiveThing, ...]]:
    """One campaign with its engagements, in one request (facts 5.1)."""
    body = client.read(Kind.CAMPAIGN, campaign_id).body
    return _thing(Kind.CAMPAIGN, {key: value for key, value in body.items() if key != "engagements"}), engagements_of(
        body
    )


def engagements_of(campaign: JsonObject) -> tuple[LiveThing, ...]:
    """The engagements inside a whole campaign, without deleted ones.

    Raises UnexpectedAnswer where the campaign does not hold them (facts 5.2: `engagements`, full objects).
    """
    campaign_id, held = id_of(campaign), campaign.get("engagements")
    if held is None and not campaign.get("engagementIds"):
        return ()
    if not isinstance(held, list):
        raise UnexpectedAnswer(f"The campaign {campaign_id} came without its list of engagements.")
    things = []
    for item in held:
        if not isinstance(item, dict) or id_of(item) is None:
            raise UnexpectedAnswer(f"The campaign {campaign_id} holds an engagement without an id.")
        if not item.get("deleted") and not item.get("isDeleted"):
            things.append(_thing(Kind.ENGAGEMENT, item, campaign_id=campaign_id))
    return tuple(things)


def _thing(kind: Kind, body: JsonObject, *, campaign_id: int | None = None, whole: bool = True) -> LiveThing:
    """A live thing. One without a name can only be found by its id."""
    live_id, name = id_of(body), body.get("name")
    if live_id is None:
        raise UnexpectedAnswer(f"LivePerson sent a {kind.words} without an id.")
    return LiveThing(kind, live_id, name if isinstance(name, str) else "", body, campaign_id, whole)

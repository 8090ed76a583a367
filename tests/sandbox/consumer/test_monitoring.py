"""Monitoring: which engagement a visitor is offered, and what speaks against the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from lpconf.sandbox.monitoring import APP_INSTALLATION_ID, Identity, Reason, reasons
from lpconf.sandbox.quirks import parse
from lpconf.sandbox.store import Body, Entity, Place
from tests.sandbox.client import ACCOUNT, CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, implicit

from .brand import ISSUER, SUBJECT, Json
from .operator import NOW, Operator, set_up

KNOWN = Identity(ISSUER, "loa1", SUBJECT)
UNKNOWN = Identity("LivePerson", "0")
CONNECTOR = 1000001330
PATH = f"app/{APP_INSTALLATION_ID}/engagement"


def entity(collection: str, entity_id: int, body: Body, *, deleted: bool = False) -> Entity:
    return Entity(Place(ACCOUNT, collection), entity_id, "a name", body, "", "", deleted)


def campaign(*, deleted: bool = False, **changes: Json) -> Entity:
    body = {"status": 1, "startDate": "2026-01-05 00:00:00", "timeZone": "America/New_York", **changes}
    return entity("campaigns", CAMPAIGN, body, deleted=deleted)


def engagement(*, deleted: bool = False, **changes: Json) -> Entity:
    """An engagement for authenticated visitors."""
    body = {"enabled": True, "conversationType": 1, "allowUnauthMsg": False, "connectorId": CONNECTOR, **changes}
    return entity("engagements", ENGAGEMENT, body, deleted=deleted)


def fields(
    of_campaign: Entity, of_engagement: Entity, identity: Identity = KNOWN, *connectors: Entity, now: float = NOW
) -> list[str]:
    """The fields of all reasons against an engagement, with the connector live unless others are given."""
    known = connectors or (entity("connectors", CONNECTOR, {}),)
    return [
        reason.field
        for reason in reasons(of_campaign, of_engagement, {found.id: found for found in known}, identity, now)
    ]


class TestReasons:
    def test_none(self) -> None:
        assert fields(campaign(), engagement()) == []

    def test_each_has_a_field_and_a_sentence(self) -> None:
        assert reasons(
            campaign(), engagement(enabled=False), {CONNECTOR: entity("connectors", CONNECTOR, {})}, KNOWN, NOW
        ) == (Reason("enabled", "The engagement is switched off."),)

    @pytest.mark.parametrize(
        ("found", "expected"),
        [
            (campaign(status=0), ["campaign.status"]),
            (campaign(status=2), ["campaign.status"]),
            (campaign(deleted=True), ["campaign.deleted"]),
            (campaign(startDate="2026-09-21 10:13:20"), []),
            (campaign(startDate="2026-09-21 10:13:21"), ["campaign.startDate"]),
            (campaign(expirationDate="2026-09-21 10:13:21"), []),
            (campaign(expirationDate="2026-09-21 10:13:20"), ["campaign.expirationDate"]),
            (campaign(startDate="2026-09-21 14:13:21", timeZone="Mars/Olympus"), ["campaign.startDate"]),
            (campaign(startDate="soon", expirationDate=None), []),
        ],
    )
    def test_of_the_campaign(self, found: Entity, expected: list[str]) -> None:
        """Its dates are in its own time zone; now is 10:13:20 in New York."""
        assert fields(found, engagement()) == expected

    @pytest.mark.parametrize(
        ("found", "expected"),
        [
            (engagement(enabled=False), ["enabled"]),
            (engagement(deleted=True), ["deleted"]),
            (engagement(conversationType=0), ["conversationType"]),
            (engagement(connectorId=None), ["connectorId"]),
            (engagement(connectorId=7), ["connectorId"]),
            (
                engagement(enabled=None, conversationType=0, connectorId=7),
                ["enabled", "conversationType", "connectorId"],
            ),
            (engagement(allowUnauthMsg=True, connectorId=None), []),
            (engagement(allowUnauthMsg=None), []),
        ],
    )
    def test_of_the_engagement(self, found: Entity, expected: list[str]) -> None:
        assert fields(campaign(), found) == expected

    def test_of_a_deleted_connector(self) -> None:
        deleted = entity("connectors", CONNECTOR, {}, deleted=True)
        assert fields(campaign(), engagement(), KNOWN, deleted) == ["connectorId"]

    @pytest.mark.parametrize(
        ("identity", "expected"),
        [
            (KNOWN, []),
            (UNKNOWN, ["identities.acr"]),
            (Identity(), ["identities.acr"]),
            (Identity(ISSUER, "0", SUBJECT), ["identities.acr"]),
            (Identity(ISSUER, "loa1", ""), ["identities.sub"]),
            (Identity("", "loa1", SUBJECT), ["identities.sub"]),
        ],
    )
    def test_of_the_visitor(self, identity: Identity, expected: list[str]) -> None:
        assert fields(campaign(), engagement(), identity) == expected
        assert fields(campaign(), engagement(allowUnauthMsg=True), identity) == []


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """The account of the tutorial, as it is when the tutorial is done."""
    with set_up(tmp_path_factory.mktemp("monitoring")) as operator:
        make_it_messaging(operator)
        yield operator


def make_it_messaging(operator: Operator, **changes: Json) -> None:
    connector = operator.connector(implicit())
    path = f"{ENGAGEMENTS}/{ENGAGEMENT}"
    messaging = {"conversationType": 1, "allowUnauthMsg": False, "connectorId": connector, **changes}
    operator.client.put(path, {**operator.client.get(path), **messaging})


def ask(operator: Operator, *identities: Json, query: str = "?v=1.1", path: str = PATH) -> requests.Response:
    return operator.post(f"{path}{query}", {"identities": list(identities)})


LOA1 = {"iss": ISSUER, "acr": "loa1", "sub": SUBJECT}
ACR0 = {"iss": "LivePerson", "acr": "0"}


class TestEndpoint:
    def test_an_engagement_is_offered(self, shop: Operator) -> None:
        reply = ask(shop, LOA1)
        assert reply.status_code == 201
        (connector,) = shop.client.get(CONNECTORS)
        assert reply.json()["engagementDetails"] == [
            {
                "campaignId": CAMPAIGN,
                "engagementId": ENGAGEMENT,
                "engagementRevision": shop.client.revision(ENGAGEMENTS),
                "contextId": "1",
                "connectorId": connector["id"],
                "windowId": "1000000430",
                "language": "en-US",
                "status": "expose",
            }
        ]
        assert reply.json()["sandbox"] == {"notOffered": []}

    def test_nothing_is_offered_and_why(self, shop: Operator) -> None:
        reply = ask(shop, ACR0)
        assert "engagementDetails" not in reply.json()
        (reason,) = reply.json()["sandbox"]["notOffered"]
        assert list(reason) == ["campaignId", "engagementId", "field", "reason"]
        assert (reason["campaignId"], reason["engagementId"]) == (CAMPAIGN, ENGAGEMENT)
        assert (reason["field"], reason["reason"]) == (
            "identities.acr",
            "The engagement is for signed-in visitors, and the page does not say that this one is.",
        )

    def test_the_best_identity_counts(self, shop: Operator) -> None:
        assert "engagementDetails" in ask(shop, ACR0, LOA1).json()

    @pytest.mark.parametrize("body", [None, {}, {"identities": None}, {"identities": []}, {"identities": ACR0}])
    def test_a_visitor_of_whom_nothing_is_said(self, shop: Operator, body: Json) -> None:
        reply = shop.post(f"{PATH}?v=1.0", body)
        assert (reply.status_code, "engagementDetails" in reply.json()) == (201, False)

    def test_one_identity_may_come_without_its_array(self, shop: Operator) -> None:
        assert "engagementDetails" in shop.post(f"{PATH}?v=1.0", {"identities": LOA1}).json()

    def test_a_visit(self, shop: Operator) -> None:
        first = ask(shop, LOA1).json()
        assert all(isinstance(first[name], str) and first[name] for name in ("visitorId", "sessionId", "pageId"))
        again = ask(shop, LOA1, query=f"?v=1.1&vid={first['visitorId']}&sid={first['sessionId']}")
        assert again.status_code == 200
        assert {name: again.json()[name] for name in ("visitorId", "sessionId")} == {
            name: first[name] for name in ("visitorId", "sessionId")
        }
        assert ask(shop, LOA1).json()["visitorId"] != first["visitorId"]

    def test_an_app_installation_that_is_not_known(self, shop: Operator) -> None:
        for path in ("app/another/engagement", f"app/{APP_INSTALLATION_ID}x/engagement"):
            reply = ask(shop, LOA1, path=path)
            assert reply.status_code == 404
            assert {**reply.json(), "message": ""} == {"time": NOW * 1000, "message": "", "internalCode": 18}

    def test_the_app_installation_of_an_engagement(self, tmp_path: Path) -> None:
        with set_up(tmp_path) as operator:
            make_it_messaging(operator, appInstallationId="0a0a")
            assert ask(operator, LOA1, path="app/0a0a/engagement").status_code == 201

    def test_an_account_that_is_not_known(self, shop: Operator) -> None:
        reply = requests.post(f"{shop.client.url}/api/account/nobody/{PATH}?v=1.0", timeout=30)
        assert (reply.status_code, reply.json()["internalCode"]) == (404, 18)

    @pytest.mark.parametrize("body", [[], "x", {"identities": "x"}, {"identities": ["x"]}])
    def test_a_body_of_another_form(self, shop: Operator, body: Json) -> None:
        assert shop.post(f"{PATH}?v=1.1", body).status_code == 400

    @pytest.mark.parametrize("query", ["", "?v=2.0"])
    def test_a_version_that_is_not_known(self, shop: Operator, query: str) -> None:
        assert ask(shop, LOA1, query=query).status_code == 400

    def test_follows_the_account(self, tmp_path: Path) -> None:
        """The seed's engagement is live chat; made messaging it is offered; unpublished it is not."""
        with set_up(tmp_path) as operator:
            assert [found["field"] for found in ask(operator, LOA1).json()["sandbox"]["notOffered"]] == [
                "conversationType"
            ]
            make_it_messaging(operator)
            assert "engagementDetails" in ask(operator, LOA1).json()
            path = f"{CAMPAIGNS}/{CAMPAIGN}"
            operator.client.put(path, {**operator.client.get(path), "status": 0})
            assert [found["field"] for found in ask(operator, LOA1).json()["sandbox"]["notOffered"]] == [
                "campaign.status"
            ]


def test_an_edit_may_wait_for_the_next_publishing(tmp_path: Path) -> None:
    """The other way round of a guess: `engagement-edits=on-publish`."""
    with set_up(tmp_path, settings=parse(["engagement-edits=on-publish"])) as operator:
        make_it_messaging(operator)
        assert "engagementDetails" not in ask(operator, LOA1).json()
        operator.client.put(f"{CAMPAIGNS}/{CAMPAIGN}", operator.client.get(f"{CAMPAIGNS}/{CAMPAIGN}"))
        assert len(ask(operator, LOA1).json()["engagementDetails"]) == 1

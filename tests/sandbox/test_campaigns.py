from __future__ import annotations

import pytest

from .client import ACCOUNT, CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, Client, Clock, error, implicit

DEFAULT = f"{CAMPAIGNS}/{CAMPAIGN}"
LIST_FIELDS = {
    "id", "name", "description", "type", "status", "startDate", "timeZone", "startDateTimeZoneOffset",
    "startTimeInMinutes", "priority", "weight", "goalId", "lobId", "engagementIds", "isDeleted",
}  # fmt: skip


class TestNewAccount:
    def test_has_one_published_campaign_with_one_enabled_sticky_button_for_chat(self, client: Client) -> None:
        (campaign,) = client.get(CAMPAIGNS)
        (engagement,) = client.get(ENGAGEMENTS)

        assert (campaign["status"], campaign["engagementIds"]) == (1, [ENGAGEMENT])
        assert engagement["enabled"] is True
        assert (engagement["type"], engagement["subType"]) == (6, 24)
        assert (engagement["conversationType"], engagement["allowUnauthMsg"]) == (0, True)
        assert engagement["connectorId"] is None
        assert sorted(instance["displayInstanceType"] for instance in engagement["displayInstances"]) == [1, 2, 4]

    def test_its_references_are_live(self, client: Client) -> None:
        client.put(DEFAULT, client.get(DEFAULT))
        client.put(f"{ENGAGEMENTS}/{ENGAGEMENT}", client.get(f"{ENGAGEMENTS}/{ENGAGEMENT}"))

    def test_the_tutorial(self, client: Client) -> None:
        connector = client.create(CONNECTORS, implicit())
        path = f"{ENGAGEMENTS}/{ENGAGEMENT}"
        change = {"conversationType": 1, "allowUnauthMsg": False, "connectorId": connector["id"]}
        client.put(path, {**client.get(path), **change})

        assert client.get(path).items() >= change.items()


class TestList:
    def test_a_plain_one_has_few_fields(self, client: Client) -> None:
        assert set(client.get(CAMPAIGNS)[0]) == LIST_FIELDS

    def test_fields_narrow_it(self, client: Client) -> None:
        assert client.get(CAMPAIGNS, fields=["id", "status", "engagements", "nonsense"]) == [
            {"id": CAMPAIGN, "status": 1}
        ]

    @pytest.mark.parametrize("query", [{"field_set": "all"}, {"select": "$all"}])
    def test_all_fields_on_request(self, client: Client, query: dict[str, str]) -> None:
        assert client.get(CAMPAIGNS, **query) == [client.get(DEFAULT)]

    def test_select_picks(self, client: Client) -> None:
        (picked,) = client.get(CAMPAIGNS, select="id,controlGroup(percentage)")
        assert picked == {"id": CAMPAIGN, "controlGroup": {"percentage": 0}}

    def test_unknown_field_set(self, client: Client) -> None:
        assert error(client.call("GET", CAMPAIGNS, field_set="some"))[0] == 400

    def test_skills_come_with_three_fields(self, client: Client) -> None:
        assert client.get("le-users/skills", v="2.0") == [{"id": 1000001130, "deleted": False, "name": "sales"}]
        assert client.get("le-users/skills", v="2.0", select="$all")[0]["maxWaitTime"] == 120
        assert client.get("le-users/skills/1000001130", v="2.0")["maxWaitTime"] == 120

    def test_locations_come_with_the_types_of_their_boxes(self, client: Client) -> None:
        (listed,) = client.get("le-targeting/onsite-locations", v="3.0")
        assert listed["conditionBoxTypes"] == [4]
        assert "conditionBoxes" not in listed
        assert client.get(f"le-targeting/onsite-locations/{listed['id']}", v="3.0")["conditionBoxes"][0]["type"] == 4


class TestById:
    def test_engagements_are_inside_in_full(self, client: Client) -> None:
        campaign = client.get(DEFAULT)
        assert campaign["engagements"] == client.get(ENGAGEMENTS)
        assert campaign["engagementIds"] == [ENGAGEMENT]
        assert campaign["engagementCollectionRevision"] == client.revision(ENGAGEMENTS)
        assert campaign["accountId"] == ACCOUNT

    def test_minutes_are_counted_from_the_moment_of_reading(self, client: Client, clock: Clock) -> None:
        before = client.get(DEFAULT)
        clock.now += 600
        after = client.get(DEFAULT)
        assert before["startTimeInMinutes"] - after["startTimeInMinutes"] == 10
        assert {key for key in before if before[key] != after[key]} == {"startTimeInMinutes"}

    def test_offsets_follow_date_and_zone(self, client: Client) -> None:
        campaign = client.get(DEFAULT)
        dates = {"startDate": "2026-07-01 00:00:00", "expirationDate": "2026-12-01 00:00:00"}
        after = client.put(DEFAULT, {**campaign, **dates})
        assert after["startDateTimeZoneOffset"] == -14_400_000
        assert after["expirationDateTimeZoneOffset"] == -18_000_000
        assert after["expirationTimeInMinutes"] > 0 > after["startTimeInMinutes"]


class TestWriting:
    def test_create_unpublished_and_empty(self, client: Client) -> None:
        created = client.create(CAMPAIGNS, {"name": "Summer", "startDate": "2026-06-01 00:00:00"})
        assert created["status"] == 0
        assert (created["engagementIds"], created["engagements"]) == ([], [])
        assert created["engagementCollectionRevision"] == 1

    def test_publish_and_unpublish_are_puts(self, client: Client) -> None:
        for status in (0, 1):
            client.put(DEFAULT, {**client.get(DEFAULT), "status": status})
            assert client.get(CAMPAIGNS)[0]["status"] == status

    @pytest.mark.parametrize("date", ["tomorrow", "2026-13-01 00:00:00", "2026-06-01"])
    def test_dates_are_checked(self, client: Client, date: str) -> None:
        assert error(client.call("POST", CAMPAIGNS, {"name": "Summer", "startDate": date}))[0] == 400

    def test_an_engagement_write_does_not_move_the_campaigns(self, client: Client) -> None:
        client.create(ENGAGEMENTS, {**client.get(ENGAGEMENTS)[0], "name": "Second"})

        assert (client.revision(CAMPAIGNS), client.revision(ENGAGEMENTS)) == (2, 3)
        campaign = client.get(DEFAULT)
        assert campaign["engagementCollectionRevision"] == 3
        assert campaign["engagementIds"] == [ENGAGEMENT, 1000001330]
        assert campaign["modifiedDate"] == "2026-01-05 09:00:00"

    def test_engagements_of_campaigns_are_apart(self, client: Client) -> None:
        other = client.create(CAMPAIGNS, {"name": "Summer", "startDate": "2026-06-01 00:00:00"})
        path = f"{CAMPAIGNS}/{other['id']}/engagements"
        created = client.create(path, client.get(ENGAGEMENTS)[0])

        assert created["name"] == "Default engagement"
        assert client.revision(ENGAGEMENTS) == 2
        assert error(client.call("GET", f"{ENGAGEMENTS}/{created['id']}"))[0] == 404

    def test_a_deleted_campaign_takes_its_engagements_along(self, client: Client) -> None:
        client.delete(DEFAULT)
        assert client.get(CAMPAIGNS) == []
        assert client.get(CAMPAIGNS, include_deleted="true")[0]["isDeleted"] is True
        assert error(client.call("GET", ENGAGEMENTS))[0] == 404
        assert error(client.call("GET", f"{ENGAGEMENTS}/{ENGAGEMENT}"))[0] == 404

    def test_the_skills_name_is_the_servers_copy(self, client: Client) -> None:
        path = f"{ENGAGEMENTS}/{ENGAGEMENT}"
        assert client.put(path, {**client.get(path), "skillId": 1000001130})["skillName"] == "sales"
        assert client.put(path, {**client.get(path), "skillId": None})["skillName"] is None


class TestEngagementsSentInACampaign:
    """A guess, and a trap: nobody compares them with the revision of the engagements."""

    def test_unchanged_they_are_left_alone(self, client: Client) -> None:
        after = client.put(DEFAULT, {**client.get(DEFAULT), "name": "Renamed"})
        assert after["engagementCollectionRevision"] == 2
        assert after["engagements"][0]["modifiedDate"] == "2026-01-05 09:00:00"

    def test_changed_they_replace_the_stored_ones(self, client: Client) -> None:
        campaign = client.get(DEFAULT)
        campaign["engagements"][0]["enabled"] = False
        after = client.put(DEFAULT, campaign)
        assert after["engagements"][0]["enabled"] is False
        assert after["engagementCollectionRevision"] == 3

    def test_stale_they_undo_what_somebody_else_did(self, client: Client) -> None:
        campaign = client.get(DEFAULT)
        path = f"{ENGAGEMENTS}/{ENGAGEMENT}"
        client.put(path, {**client.get(path), "name": "Somebody's"})

        assert client.call("PUT", DEFAULT, campaign, match=2).status_code == 200
        assert client.get(path)["name"] == "Default engagement"

    @pytest.mark.parametrize("change", [{"engagements": []}, {"engagements": [], "engagementIds": []}])
    def test_what_is_not_sent_is_left_alone(self, client: Client, change: dict[str, object]) -> None:
        after = client.put(DEFAULT, {**client.get(DEFAULT), **change})
        assert after["engagementIds"] == [ENGAGEMENT]
        assert after["engagementCollectionRevision"] == 2

    def test_without_an_id_they_are_created(self, client: Client) -> None:
        new = {**client.get(ENGAGEMENTS)[0], "id": None}
        created = client.create(CAMPAIGNS, {"name": "Summer", "startDate": "2026-06-01 00:00:00", "engagements": [new]})
        assert created["engagementIds"] == [1000001430]

    def test_a_bad_one_undoes_the_whole_write(self, client: Client) -> None:
        campaign = {**client.get(DEFAULT), "name": "Renamed"}
        campaign["engagements"][0]["windowId"] = 5

        assert error(client.call("PUT", DEFAULT, campaign, match=2))[0] == 400
        assert client.get(CAMPAIGNS)[0]["name"] == "Default campaign"
        assert (client.revision(CAMPAIGNS), client.revision(ENGAGEMENTS)) == (2, 2)

    @pytest.mark.parametrize("engagements", [[5], ["text"], {"id": 1}, [{"id": "x"}]])
    def test_what_is_no_engagement_is_refused(self, client: Client, engagements: object) -> None:
        campaign = {**client.get(DEFAULT), "engagements": engagements}
        assert error(client.call("PUT", DEFAULT, campaign, match=2))[0] == 400

    def test_a_deleted_one_is_refused(self, client: Client) -> None:
        campaign = client.get(DEFAULT)
        client.delete(f"{ENGAGEMENTS}/{ENGAGEMENT}")
        assert error(client.call("PUT", DEFAULT, campaign, match=2))[0] == 400

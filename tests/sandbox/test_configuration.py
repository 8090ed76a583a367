"""What holds for every collection."""

from __future__ import annotations

import pytest

from .client import ACCOUNT, CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, Client, error, implicit

COLLECTIONS = {
    CONNECTORS: ("1.0", "2.0"),
    CAMPAIGNS: ("3.0", "3.4"),
    ENGAGEMENTS: ("3.0", "3.4"),
    "le-users/skills": ("2.0", "3.0", "4.0"),
    "engagement-window/window-confs": ("2.0",),
    "le-targeting/onsite-locations": ("3.0",),
    "le-targeting/visitor-behaviors": ("2.0",),
    "le-targeting/visitor-profiles": ("2.0",),
    "le-goals/goals": ("3.0",),
}
PAIRS = [(path, version) for path, versions in COLLECTIONS.items() for version in versions]


class TestEveryCall:
    @pytest.mark.parametrize(("path", "version"), PAIRS)
    def test_lists_are_bare_arrays_with_a_revision(self, client: Client, path: str, version: str) -> None:
        reply = client.call("GET", path, v=version)

        assert reply.status_code == 200
        assert len(reply.json()) == (0 if path == CONNECTORS else 1)
        assert reply.headers["ac-revision"] == ("1" if path == CONNECTORS else "2")
        assert reply.headers["content-type"] == "application/json"

    @pytest.mark.parametrize(("path", "version"), [pair for pair in PAIRS if pair[0] != CONNECTORS])
    def test_one_thing_by_id(self, client: Client, path: str, version: str) -> None:
        listed = client.get(path, v=version)[0]
        assert client.get(f"{path}/{listed['id']}", v=version)["name"] == listed["name"]

    @pytest.mark.parametrize("path", COLLECTIONS)
    @pytest.mark.parametrize("version", [None, "", "9.9"])
    def test_the_version_is_required(self, client: Client, path: str, version: str | None) -> None:
        assert error(client.call("GET", path, v=version))[0] == 400

    @pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer 00", "Basic 00"])
    def test_the_bearer_is_required(self, stranger: Client, authorization: str) -> None:
        reply = stranger.call("GET", CONNECTORS, headers={"Authorization": authorization})
        assert error(reply) == (401, "The bearer is missing, wrong or expired")

    def test_the_bearer_is_of_one_account(self, client: Client) -> None:
        client.account = "87654321"
        assert error(client.call("GET", CONNECTORS))[0] == 401

    def test_unknown_query_parameters_mean_nothing(self, client: Client) -> None:
        reply = client.call("GET", CONNECTORS, source="ccui", NC="true", __d="1", _="2")
        assert reply.status_code == 200

    def test_the_cookie_of_the_application_server_comes_once(self, client: Client) -> None:
        assert "JSESSIONID" in client.call("GET", CONNECTORS).cookies
        assert "JSESSIONID" not in client.call("GET", CONNECTORS).cookies

    @pytest.mark.parametrize("path", ["le-connectors", "le-connectors/connectors/first", "le-users/users"])
    def test_unknown_addresses(self, client: Client, path: str) -> None:
        assert error(client.call("GET", path))[0] == 404

    def test_verbs_that_are_not_there(self, client: Client) -> None:
        assert error(client.call("PUT", CONNECTORS, {}))[0] == 405
        assert error(client.call("DELETE", CONNECTORS))[0] == 405
        assert error(client.call("POST", f"{CAMPAIGNS}/{CAMPAIGN}", {}))[0] == 405
        assert error(client.call("POST", "setting/properties", {}, v="3.0"))[0] == 405

    @pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
    @pytest.mark.parametrize("path", [f"{CONNECTORS}/5", f"{CAMPAIGNS}/5", f"{ENGAGEMENTS}/5", f"{CAMPAIGNS}/{2**70}"])
    def test_unknown_ids(self, client: Client, verb: str, path: str) -> None:
        assert error(client.call(verb, path, {}, match=-1))[0] == 404

    def test_engagements_of_an_unknown_campaign(self, client: Client) -> None:
        for verb, path in (("GET", ""), ("POST", ""), ("GET", f"/{ENGAGEMENT}")):
            assert error(client.call(verb, f"{CAMPAIGNS}/5/engagements{path}", {}))[0] == 404


class TestBodies:
    def send(self, client: Client, data: bytes, media: str | None = "application/json") -> tuple[int, str]:
        headers = {**client.headers, **({"Content-Type": media} if media else {})}
        url = f"{client.url}/api/account/{ACCOUNT}/configuration/{CONNECTORS}?v=1.0"
        return error(client.http.post(url, data=data, headers=headers))

    @pytest.mark.parametrize("media", [None, "text/plain", "application/x-www-form-urlencoded"])
    def test_of_another_media_type(self, client: Client, media: str | None) -> None:
        assert self.send(client, b"{}", media) == (415, "The body must be application/json")

    @pytest.mark.parametrize(
        "data", [b"", b"{", b"\xff", b'{"a": NaN}', b'{"name": "\\ud800"}', b"[" * 100_000], ids=range(6)
    )
    def test_that_are_not_json(self, client: Client, data: bytes) -> None:
        assert self.send(client, data) == (400, "The body is not JSON")

    @pytest.mark.parametrize("data", [b"[]", b"null", b'"text"'])
    def test_that_are_not_an_object(self, client: Client, data: bytes) -> None:
        assert self.send(client, data) == (400, "The body must be one JSON object")

    def test_a_charset_is_welcome(self, client: Client) -> None:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        assert client.call("POST", CONNECTORS, implicit("Größe 🙂"), headers=headers).json()["name"] == "Größe 🙂"


class TestRevisions:
    def test_rise_by_one_at_each_write_and_come_with_its_reply(self, client: Client) -> None:
        created = client.call("POST", CONNECTORS, implicit())
        assert created.headers["ac-revision"] == "2"
        path = f"{CONNECTORS}/{created.json()['id']}"
        assert client.call("PUT", path, implicit(), match=2).headers["ac-revision"] == "3"
        assert client.call("DELETE", path, match=3).headers["ac-revision"] == "4"
        assert client.revision(CONNECTORS) == 4

    @pytest.mark.parametrize("verb", ["PUT", "DELETE"])
    def test_a_stale_one_is_refused_and_nothing_is_written(self, client: Client, verb: str) -> None:
        path, before = f"{ENGAGEMENTS}/{ENGAGEMENT}", client.get(f"{ENGAGEMENTS}/{ENGAGEMENT}")

        reply = client.call(verb, path, {**before, "enabled": False}, match=1)

        assert error(reply) == (412, "If-Match is 1, the revision is 2")
        assert reply.headers["ac-revision"] == "2"
        assert client.get(path) == before

    def test_another_entity_of_the_collection_makes_it_stale(self, client: Client) -> None:
        first = client.create(CONNECTORS, implicit("First"))
        revision = client.revision(f"{CONNECTORS}/{first['id']}")
        client.create(CONNECTORS, implicit("Second"))
        assert error(client.call("PUT", f"{CONNECTORS}/{first['id']}", first, match=revision))[0] == 412

    @pytest.mark.parametrize("verb", ["PUT", "DELETE"])
    def test_none_is_refused(self, client: Client, verb: str) -> None:
        reply = client.call(verb, f"{ENGAGEMENTS}/{ENGAGEMENT}", {})
        assert error(reply) == (412, "If-Match with the collection's revision is required")

    @pytest.mark.parametrize("match", ['"2"', "two", "2.0", "+2", "-2", ""])
    def test_it_is_a_plain_integer(self, client: Client, match: str) -> None:
        assert error(client.call("DELETE", f"{ENGAGEMENTS}/{ENGAGEMENT}", match=match))[0] == 400

    @pytest.mark.parametrize("match", [-1, "*"])
    def test_minus_one_skips_the_check(self, client: Client, match: int | str) -> None:
        assert client.call("DELETE", f"{ENGAGEMENTS}/{ENGAGEMENT}", match=match).status_code == 200


class TestTunnel:
    """PUT and DELETE through POST, as the console does it."""

    def test_put(self, client: Client) -> None:
        path = f"{ENGAGEMENTS}/{ENGAGEMENT}"
        body = {**client.get(path), "enabled": False}
        reply = client.call("POST", path, body, match=2, headers={"X-HTTP-Method-Override": "PUT"})
        assert (reply.status_code, reply.json()["enabled"]) == (200, False)

    def test_delete_without_a_body(self, client: Client) -> None:
        path = f"{ENGAGEMENTS}/{ENGAGEMENT}"
        reply = client.call("POST", path, match=2, headers={"X-HTTP-Method-Override": "DELETE"})
        assert reply.status_code == 200
        assert client.get(ENGAGEMENTS) == []

    def test_the_real_verb_with_the_header_too(self, client: Client) -> None:
        path = f"{ENGAGEMENTS}/{ENGAGEMENT}"
        reply = client.call("PUT", path, client.get(path), match=2, headers={"X-HTTP-Method-Override": "PUT"})
        assert reply.status_code == 200

    def test_other_verbs_do_not_go_through(self, client: Client) -> None:
        reply = client.call("POST", CONNECTORS, {}, headers={"X-HTTP-Method-Override": "PATCH"})
        assert error(reply)[0] == 400

    def test_the_revision_is_checked_as_ever(self, client: Client) -> None:
        path = f"{ENGAGEMENTS}/{ENGAGEMENT}"
        reply = client.call("POST", path, client.get(path), match=1, headers={"X-HTTP-Method-Override": "PUT"})
        assert error(reply)[0] == 412


class TestWriting:
    def test_ids_grow_by_a_hundred_over_all_collections(self, client: Client) -> None:
        first = client.create(CONNECTORS, {**implicit("First"), "id": None})
        second = client.create(CONNECTORS, {**implicit("Second"), "id": 7})
        engagement = client.create(ENGAGEMENTS, {**client.get(f"{ENGAGEMENTS}/{ENGAGEMENT}"), "name": "Third"})
        assert [first["id"], second["id"], engagement["id"]] == [1000001330, 1000001430, 1000001530]

    def test_put_replaces(self, client: Client) -> None:
        path = f"{ENGAGEMENTS}/{ENGAGEMENT}"
        body = client.get(path)
        del body["description"], body["zones"]
        client.put(path, {**body, "unheardOf": {"kept": [1]}})

        after = client.get(path)
        assert not {"description", "zones"} & set(after)
        assert after["unheardOf"] == {"kept": [1]}

    def test_read_only_fields_are_ignored(self, client: Client) -> None:
        path = f"{CAMPAIGNS}/{CAMPAIGN}"
        before = client.get(path)
        client.put(
            path,
            {
                **before, "id": 5, "accountId": "x", "createdDate": "2000-01-01 00:00:00", "deleted": True,
                "isDeleted": True, "modifiedDate": "2000-01-01 00:00:00", "engagementCollectionRevision": 99,
                "engaged": 7, "timeZoneOffset": 7,
            },
        )  # fmt: skip
        assert client.get(path) == {**before, "modifiedDate": "2026-09-21 14:13:20"}

    def test_modified_date_moves_on_a_write_and_created_date_does_not(self, client: Client) -> None:
        path = f"{ENGAGEMENTS}/{ENGAGEMENT}"
        assert client.get(path)["modifiedDate"] == "2026-01-05 09:00:00"
        after = client.put(path, client.get(path))
        assert (after["createdDate"], after["modifiedDate"]) == ("2026-01-05 09:00:00", "2026-09-21 14:13:20")

    def test_delete_is_soft(self, client: Client) -> None:
        path = f"{ENGAGEMENTS}/{ENGAGEMENT}"
        client.delete(path)

        assert client.get(ENGAGEMENTS) == []
        assert [item["deleted"] for item in client.get(ENGAGEMENTS, include_deleted="true")] == [True]
        for verb in ("GET", "PUT", "DELETE"):
            assert error(client.call(verb, path, {}, match=-1)) == (404, f"engagements {ENGAGEMENT} is deleted")

    def test_a_live_name_is_taken_and_a_deleted_one_is_free(self, client: Client) -> None:
        first = client.create(CONNECTORS, implicit("Idp"))
        other = client.create(CONNECTORS, implicit("idp"))
        assert error(client.call("POST", CONNECTORS, implicit("Idp"))) == (409, "The name 'Idp' is in use")
        assert error(client.call("PUT", f"{CONNECTORS}/{other['id']}", implicit("Idp"), match=-1))[0] == 409

        client.delete(f"{CONNECTORS}/{first['id']}")
        client.create(CONNECTORS, implicit("Idp"))

    @pytest.mark.parametrize("missing", ["name", "channel", "type", "subType", "conversationType", "windowId"])
    def test_required_fields(self, client: Client, missing: str) -> None:
        body = {**client.get(f"{ENGAGEMENTS}/{ENGAGEMENT}"), "name": "New"}
        del body[missing]
        assert error(client.call("POST", ENGAGEMENTS, body)) == (400, f"Required: {missing}")

    @pytest.mark.parametrize(
        ("field", "value", "wanted"),
        [
            ("enabled", "true", "a boolean"),
            ("conversationType", True, "an integer"),
            ("connectorId", "1000001330", "an integer"),
            ("onsiteLocations", [1000000730, "x"], "an array of integers"),
            ("name", 5, "a string"),
            ("weight", "0.5", "a number"),
        ],
    )
    def test_types(self, client: Client, field: str, value: object, wanted: str) -> None:
        body = {**client.get(f"{ENGAGEMENTS}/{ENGAGEMENT}"), field: value}
        assert error(client.call("POST", ENGAGEMENTS, body)) == (400, f"{field} must be {wanted}")

    @pytest.mark.parametrize(
        ("field", "value"),
        [("connectorId", 5), ("windowId", 5), ("skillId", 5), ("onsiteLocations", [5]), ("visitorBehaviors", [2**70])],
    )
    def test_references_of_an_engagement(self, client: Client, field: str, value: object) -> None:
        body = {**client.get(f"{ENGAGEMENTS}/{ENGAGEMENT}"), field: value}
        status, message = error(client.call("PUT", f"{ENGAGEMENTS}/{ENGAGEMENT}", body, match=2))
        assert status == 400
        assert message.startswith(f"{field}: no such ")

    @pytest.mark.parametrize(("field", "value"), [("goalId", 5), ("visitorProfiles", [5]), ("engagementIds", [5])])
    def test_references_of_a_campaign(self, client: Client, field: str, value: object) -> None:
        body = {**client.get(f"{CAMPAIGNS}/{CAMPAIGN}"), field: value}
        assert error(client.call("PUT", f"{CAMPAIGNS}/{CAMPAIGN}", body, match=2))[0] == 400
        assert client.revision(CAMPAIGNS) == 2

    def test_a_deleted_thing_is_no_reference(self, client: Client) -> None:
        connector = client.create(CONNECTORS, implicit())
        client.delete(f"{CONNECTORS}/{connector['id']}")
        body = {**client.get(f"{ENGAGEMENTS}/{ENGAGEMENT}"), "connectorId": connector["id"]}
        assert error(client.call("PUT", f"{ENGAGEMENTS}/{ENGAGEMENT}", body, match=2))[0] == 400


@pytest.mark.parametrize("number", [2**63, 10**30, int("9" * 4000)])
@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize(
    "path", ["le-connectors/connectors/{}", "le-campaigns/campaigns/{}/engagements", "le-campaigns/campaigns/{}"]
)
def test_a_number_that_no_id_has(client: Client, verb: str, path: str, number: int) -> None:
    assert client.call(verb, path.format(number), {}, match=1).status_code == 404
    assert client.call(verb, path.format(f"{number}0" * 2), {}, match=1).status_code == 404

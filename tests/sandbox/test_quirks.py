"""Every guess can be switched the other way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lpconf.sandbox import visible
from lpconf.sandbox.quirks import QUIRKS, Quirk, parse
from lpconf.sandbox.rules import RULES, Mark, Rule, Rules, Settings
from lpconf.sandbox.server import running
from lpconf.sandbox.store import Place, opened

from .client import (
    ACCOUNT,
    CAMPAIGN,
    CAMPAIGNS,
    CONNECTORS,
    ENGAGEMENT,
    ENGAGEMENTS,
    Client,
    Clock,
    code_flow,
    error,
    implicit,
)  # fmt: skip

DEFAULT = f"{CAMPAIGNS}/{CAMPAIGN}"
PATH = f"{ENGAGEMENTS}/{ENGAGEMENT}"


@contextmanager
def switched(state_file: Path, *pairs: str, clock: Clock | None = None) -> Iterator[Client]:
    """Somebody who is signed in to a simulator with these quirks."""
    ticking = clock or Clock(1_790_000_000)
    with running(state_file, ACCOUNT, settings=parse(pairs), clock=ticking) as address, Client(address) as client:
        client.sign_in()
        yield client


@pytest.fixture(scope="module")
def changed() -> list[Settings]:
    """What each value of each quirk makes of the settings."""
    return [parse([f"{quirk.name}={value}"]) for quirk in QUIRKS for value in quirk.values if "<" not in value]


class TestTable:
    def test_names_are_unique(self) -> None:
        names = [quirk.name for quirk in QUIRKS]
        assert len(names) == len(set(names))

    @pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: quirk.name)
    def test_every_value_makes_a_difference_and_the_default_makes_none(self, quirk: Quirk) -> None:
        samples = [value.replace("<reads>", "3").replace("<milliseconds>", "500") for value in quirk.values]
        seen = [parse([f"{quirk.name}={value}"]) for value in samples]
        rules = Rules(seen[0])
        assert all(settings != other for number, settings in enumerate(seen) for other in seen[:number])
        default = parse([f"{quirk.name}={quirk.default}"])
        assert [
            key for key in default.statuses if default.statuses[key] != Rules(Settings()).refusal(key, "").status
        ] == []
        assert default.off == frozenset()
        assert rules.settings.off <= {rule.key for rule in RULES if rule.switch}
        assert (quirk.says, quirk.source) != ("", "")

    @pytest.mark.parametrize("rule", [rule for rule in RULES if rule.mark is Mark.GUESS], ids=lambda rule: rule.key)
    def test_every_guess_can_be_switched_or_says_why_there_is_no_other_way(
        self, rule: Rule, changed: list[Settings]
    ) -> None:
        is_switched = any(rule.key in settings.off for settings in changed)
        has_another_switch = any(f"(switch: {quirk.name})" in rule.says for quirk in QUIRKS)
        assert (is_switched or has_another_switch) is not bool(rule.no_switch)

    def test_every_refusal_that_is_a_guess_can_have_another_status(self, changed: list[Settings]) -> None:
        reached = frozenset[str]().union(*(settings.statuses.keys() for settings in changed))
        guesses = {rule.key for rule in RULES if rule.mark is Mark.GUESS and rule.status}
        assert guesses - reached == set()

    def test_only_a_guess_says_why_it_has_no_switch(self) -> None:
        assert [rule.key for rule in RULES if rule.no_switch and (rule.mark is not Mark.GUESS or rule.switch)] == []


class TestParse:
    def test_nothing_is_the_rules_as_written(self) -> None:
        assert parse([]) == Settings()

    def test_a_later_pair_wins(self) -> None:
        assert parse(["stale-revision=409", "stale-revision=accepted", "stale-revision=412"]).off == frozenset()
        assert parse(["mode=lenient", "duplicate-names=refused"]).off == parse(["mode=lenient"]).off - {"duplicate"}
        assert parse(["mode=lenient", " mode = strict "]) == Settings()

    @pytest.mark.parametrize("pair", ["nonsense=1", "", "=", "stale_revision=409"])
    def test_an_unknown_name_lists_the_known(self, pair: str) -> None:
        with pytest.raises(ValueError, match=r"There is no quirk .* Known are: .*, stale-revision, "):
            parse([pair])

    @pytest.mark.parametrize("pair", ["stale-revision=500", "stale-revision", "lag=often", "lag=-1", "mode=",
                                      "secret-in-replies=shown", "connector-type-code=12"])  # fmt: skip
    def test_an_unknown_value_lists_the_known(self, pair: str) -> None:
        with pytest.raises(ValueError, match=r"^The quirk .* cannot be .*\. It takes: .*\.$"):
            parse([pair])


class TestRevisions:
    @pytest.mark.parametrize(("value", "status"), [("412", 412), ("409", 409), ("accepted", 200)])
    def test_a_stale_one(self, state_file: Path, value: str, status: int) -> None:
        with switched(state_file, f"stale-revision={value}") as client:
            assert client.call("PUT", PATH, client.get(PATH), match=1).status_code == status

    def test_a_missing_one(self, state_file: Path) -> None:
        with switched(state_file, "missing-if-match=accepted") as client:
            assert client.call("PUT", PATH, client.get(PATH)).status_code == 200

    def test_connectors_without(self, state_file: Path) -> None:
        with switched(state_file, "connector-revisions=no") as client:
            created = client.call("POST", CONNECTORS, implicit())
            assert "ac-revision" not in created.headers
            path = f"{CONNECTORS}/{created.json()['id']}"
            assert "ac-revision" not in client.call("GET", path).headers
            assert client.call("PUT", path, implicit("Renamed")).status_code == 200
            assert client.call("DELETE", path).status_code == 200
            assert client.revision(CAMPAIGNS) == 2

    def test_one_count_for_the_engagements_of_all_campaigns(self, state_file: Path) -> None:
        with switched(state_file, "engagement-revisions=account") as client:
            other = client.create(CAMPAIGNS, {"name": "Summer", "startDate": "2026-06-01 00:00:00"})
            before = client.revision(ENGAGEMENTS)
            client.create(f"{CAMPAIGNS}/{other['id']}/engagements", client.get(PATH))
            assert client.revision(ENGAGEMENTS) == before + 1
            assert client.get(DEFAULT)["engagementCollectionRevision"] == before + 1

    def test_they_may_rise_by_more(self, state_file: Path) -> None:
        with switched(state_file, "revision-step=10") as client:
            assert client.call("PUT", PATH, client.get(PATH), match=2).headers["ac-revision"] == "12"


class TestConnectors:
    def test_versions_by_verb(self, state_file: Path) -> None:
        pairs = ("connector-get-version=2.0", "connector-post-version=1.0", "connector-put-version=2.0")
        with switched(state_file, *pairs) as client:
            assert error(client.call("POST", CONNECTORS, implicit(), v="2.0"))[0] == 400
            path = f"{CONNECTORS}/{client.call('POST', CONNECTORS, implicit(), v='1.0').json()['id']}"
            assert error(client.call("GET", path, v="1.0")) == (400, "v is required and must be 2.0")
            assert error(client.call("PUT", path, implicit(), match=-1, v="1.0"))[0] == 400
            assert client.call("DELETE", path, match=-1, v="2.0").status_code == 200

    def test_type_numbers(self, state_file: Path) -> None:
        with switched(state_file, "connector-type-implicit=0", "connector-type-code=1") as client:
            assert error(client.call("POST", CONNECTORS, implicit())) == (400, "The code flow needs tokenEndpoint, "
                                                                               "clientId, clientSecret")  # fmt: skip
            client.create(CONNECTORS, {**implicit(), "type": 0})

    def secret_survives(self, client: Client, state_file: Path) -> bool:
        path = f"{CONNECTORS}/{client.create(CONNECTORS, code_flow())['id']}"
        client.put(path, code_flow(clientSecret=None))
        with opened(state_file) as store, store.read() as tx:
            return tx.has_secret(Place(ACCOUNT, "connectors"), int(path.rpartition("/")[2]))

    @pytest.mark.parametrize(("value", "survives"), [("wipes", False), ("keeps", True)])
    def test_a_put_without_the_secret(self, state_file: Path, value: str, survives: bool) -> None:
        with switched(state_file, f"put-without-secret={value}") as client:
            assert self.secret_survives(client, state_file) is survives

    @pytest.mark.parametrize(("value", "shown"), [("null", None), ("masked", "********")])
    def test_the_secret_in_replies(self, state_file: Path, value: str, shown: str | None) -> None:
        with switched(state_file, f"secret-in-replies={value}") as client:
            created = client.create(CONNECTORS, code_flow())
            (listed,) = client.get(CONNECTORS)
            for seen in (created, listed, client.get(f"{CONNECTORS}/{created['id']}")):
                assert seen["configuration"]["clientSecret"] == shown
            assert client.create(CONNECTORS, implicit())["configuration"]["clientSecret"] is None
            url = f"{client.url}/api/account/{ACCOUNT}/configuration/le-connectors/all-connectors"
            assert "clientSecret" not in client.http.get(url).text

    def test_nothing_is_added(self, state_file: Path) -> None:
        with switched(state_file, "connector-defaults=off") as client:
            assert "rfcCompliance" not in client.create(CONNECTORS, implicit())["configuration"]


class TestCampaigns:
    def stale_put(self, client: Client, **change: object) -> Any:
        """The campaign as it was before somebody renamed the engagement."""
        campaign = client.get(DEFAULT)
        client.put(PATH, {**client.get(PATH), "name": "Somebody's"})
        return client.call("PUT", DEFAULT, {**campaign, **change}, match=2)

    @pytest.mark.parametrize(
        ("value", "status", "name"),
        [("taken", 200, "Default engagement"), ("refused", 412, "Somebody's"), ("ignored", 200, "Somebody's")],
    )
    def test_stale_engagements(self, state_file: Path, value: str, status: int, name: str) -> None:
        with switched(state_file, f"stale-engagements={value}") as client:
            assert self.stale_put(client).status_code == status
            assert client.get(PATH)["name"] == name

    @pytest.mark.parametrize("value", ["refused", "ignored"])
    def test_fresh_engagements_are_taken_in_any_case(self, state_file: Path, value: str) -> None:
        with switched(state_file, f"stale-engagements={value}") as client:
            campaign = client.get(DEFAULT)
            campaign["engagements"][0]["name"] = "Mine"
            client.put(DEFAULT, campaign)
            assert client.get(PATH)["name"] == "Mine"

    def test_without_engagements_nothing_is_stale(self, state_file: Path) -> None:
        with switched(state_file, "stale-engagements=refused") as client:
            assert self.stale_put(client, engagements=[]).status_code == 200

    def test_engagements_inside_may_mean_nothing(self, state_file: Path) -> None:
        with switched(state_file, "campaign-embedded=off") as client:
            campaign = client.get(DEFAULT)
            campaign["engagements"][0]["name"] = "Mine"
            assert client.put(DEFAULT, campaign)["engagements"][0]["name"] == "Default engagement"

    @pytest.mark.parametrize(("value", "revision"), [("no", 2), ("yes", 3)])
    def test_a_put_may_move_the_engagements(self, state_file: Path, value: str, revision: int) -> None:
        with switched(state_file, f"campaign-put-moves-engagements={value}") as client:
            client.put(DEFAULT, {**client.get(DEFAULT), "name": "Renamed"})
            assert client.revision(ENGAGEMENTS) == revision

    def test_minutes_may_stand_still(self, state_file: Path) -> None:
        clock = Clock(1_790_000_000)
        with switched(state_file, "campaign-minutes=off", clock=clock) as client:
            before = client.get(DEFAULT)["startTimeInMinutes"]
            clock.now += 6000
            assert client.get(DEFAULT)["startTimeInMinutes"] == before

    def test_the_skill_name_may_be_the_clients(self, state_file: Path) -> None:
        with switched(state_file, "engagement-skill-name=off") as client:
            assert client.put(PATH, {**client.get(PATH), "skillName": "Mine"})["skillName"] == "Mine"


class TestWhenVisitorsGetAnEdit:
    def visible(self, state_file: Path, *pairs: str) -> list[tuple[str, bool]]:
        with opened(state_file) as store, store.read() as tx:
            campaign = tx.get(Place(ACCOUNT, "campaigns"), CAMPAIGN)
            assert campaign is not None
            found = visible.engagements(tx, Rules(parse(pairs)), campaign)
            return [(item.name, item.body["enabled"]) for item in found]

    def test_at_once(self, state_file: Path) -> None:
        with switched(state_file) as client:
            client.put(PATH, {**client.get(PATH), "enabled": False})
            assert self.visible(state_file) == [("Default engagement", False)]

    def test_on_publish(self, state_file: Path) -> None:
        pair = "engagement-edits=on-publish"
        with switched(state_file, pair) as client:
            assert self.visible(state_file, pair) == [("Default engagement", True)]
            client.put(PATH, {**client.get(PATH), "name": "Renamed"})
            client.create(ENGAGEMENTS, {**client.get(PATH), "name": "Second"})
            client.delete(PATH)
            assert self.visible(state_file, pair) == [("Default engagement", True)]

            client.put(DEFAULT, {**client.get(DEFAULT), "status": 1})
            assert self.visible(state_file, pair) == [("Second", True)]

    def test_in_a_campaign_that_is_not_published(self, state_file: Path) -> None:
        pair = "engagement-edits=on-publish"
        with switched(state_file, pair) as client:
            client.put(DEFAULT, {**client.get(DEFAULT), "status": 0})
            client.put(PATH, {**client.get(PATH), "name": "Renamed"})
            assert self.visible(state_file, pair) == [("Renamed", True)]


class TestLag:
    def test_by_reads(self, state_file: Path) -> None:
        with switched(state_file, "lag=2") as client:
            reply = client.call("PUT", PATH, {**client.get(PATH), "name": "New"}, match=2)
            assert (reply.json()["name"], reply.headers["ac-revision"]) == ("New", "3")
            seen = [client.call("GET", PATH) for _ in range(4)]
            assert [item.json()["name"] for item in seen] == ["Default engagement"] * 2 + ["New"] * 2
            assert [item.headers["ac-revision"] for item in seen] == ["2", "2", "3", "3"]

    def test_by_time(self, state_file: Path) -> None:
        clock = Clock(1_790_000_000)
        with switched(state_file, "lag=500ms", clock=clock) as client:
            client.call("PUT", PATH, {**client.get(PATH), "name": "New"}, match=2)
            clock.now += 0.4
            assert [client.get(PATH)["name"] for _ in range(3)] == ["Default engagement"] * 3
            clock.now += 0.2
            assert client.get(PATH)["name"] == "New"

    def test_what_is_new_is_not_there_yet_and_what_is_deleted_still_is(self, state_file: Path) -> None:
        with switched(state_file, "lag=1") as client:
            created = client.create(CONNECTORS, implicit())
            path = f"{CONNECTORS}/{created['id']}"
            assert client.call("GET", path).status_code == 404
            assert client.call("GET", path).status_code == 200
            client.call("DELETE", path, match=-1)
            assert [client.call("GET", path).status_code for _ in range(2)] == [200, 404]

    def test_lists_lag_too_and_so_does_a_campaign(self, state_file: Path) -> None:
        with switched(state_file, "lag=1") as client:
            client.create(ENGAGEMENTS, {**client.get(PATH), "name": "Second"})
            assert [len(client.get(ENGAGEMENTS)) for _ in range(2)] == [1, 2]
            client.call("PUT", PATH, {**client.get(PATH), "name": "New"}, match=3)
            names = [[item["name"] for item in client.get(DEFAULT)["engagements"]] for _ in range(2)]
            assert names == [["Default engagement", "Second"], ["New", "Second"]]

    def test_of_two_writes_in_a_row_the_first_ones_past_stays(self, state_file: Path) -> None:
        with switched(state_file, "lag=1") as client:
            body = client.get(PATH)
            for match, name in ((2, "New"), (3, "Newer")):
                client.call("PUT", PATH, {**body, "name": name}, match=match)
            assert [client.get(PATH)["name"] for _ in range(2)] == ["Default engagement", "Newer"]

    def test_what_has_been_shown_often_enough_is_over(self, state_file: Path) -> None:
        with switched(state_file, "lag=1") as client:
            for match, name in ((2, "New"), (3, "Newer")):
                client.call("PUT", PATH, {**client.get(PATH), "name": name}, match=match)
            assert [client.get(PATH)["name"] for _ in range(2)] == ["New", "Newer"]

    def test_who_trusts_an_old_revision_is_refused(self, state_file: Path) -> None:
        with switched(state_file, "lag=1") as client:
            client.call("PUT", PATH, client.get(PATH), match=2)
            assert error(client.call("PUT", PATH, client.get(PATH), match=client.revision(PATH) - 1))[0] == 412

    def test_properties_lag_too(self, state_file: Path) -> None:
        path = "setting/properties/lob.enabled"
        with switched(state_file, "lag=1") as client:
            body = {**client.get(path, v="3.0"), "propertyValue": {"value": True}}
            client.call("PUT", path, body, match=-1, v="3.0")
            values = [client.get(path, v="3.0")["propertyValue"]["value"] for _ in range(2)]
            assert values == [False, True]


class TestOthers:
    def test_duplicate_names(self, state_file: Path) -> None:
        with switched(state_file, "duplicate-names=allowed") as client:
            assert client.create(CONNECTORS, implicit())["id"] != client.create(CONNECTORS, implicit())["id"]

    def test_a_delete_without_a_body(self, state_file: Path) -> None:
        with switched(state_file, "delete-reply=204") as client:
            reply = client.call("DELETE", PATH, match=2)
            assert (reply.status_code, reply.content, reply.headers["ac-revision"]) == (204, b"", "3")

    def test_deleted_ids(self, state_file: Path) -> None:
        with switched(state_file, "deleted-id=410") as client:
            client.delete(PATH)
            assert error(client.call("GET", PATH))[0] == 410
            client.delete(DEFAULT)
            assert error(client.call("GET", ENGAGEMENTS))[0] == 410
            assert error(client.call("GET", f"{CAMPAIGNS}/5"))[0] == 404

    @pytest.mark.parametrize("value", ["404", "400", "401", "empty"])
    def test_an_unknown_account(self, state_file: Path, value: str) -> None:
        with switched(state_file, f"unknown-account={value}") as client:
            base = f"{client.url}/api/account/unknown/service"
            reply = client.http.get(f"{base}/baseURI.json?version=1.0")
            if value == "empty":
                assert (reply.status_code, reply.json()) == (200, {"baseURIs": []})
                assert error(client.http.get(f"{base}/agentVep/baseURI.json?version=1.0"))[0] == 404
            else:
                assert error(reply)[0] == int(value)

    def test_summary_deleted_may_list_the_deleted(self, state_file: Path) -> None:
        with switched(state_file, "select-deleted=off") as client:
            client.delete(PATH)
            assert len(client.get(ENGAGEMENTS, select="$summaryDeleted")) == 1

    def test_system_defaults_may_be_like_any_other(self, state_file: Path) -> None:
        with switched(state_file, "system-default=off", "property-type=off", "not-modified=off") as client:
            made = client.call("POST", "le-targeting/visitor-profiles", {"name": "x", "systemDefault": True}, v="2.0")
            assert made.json()["systemDefault"] is True
            path = f"le-targeting/visitor-profiles/{made.json()['id']}"
            assert client.call("DELETE", path, match=-1, v="2.0").status_code == 200
            body = {"type": 2, "propertyValue": {"value": 5}}
            assert client.call("PUT", "setting/properties/lob.enabled", body, match=-1, v="3.0").status_code == 200
            known = {"If-None-Match": str(client.revision(CAMPAIGNS))}
            assert client.call("GET", CAMPAIGNS, headers=known).status_code == 200

    def test_public_reads_may_need_their_own_host(self, state_file: Path) -> None:
        with switched(state_file, "public-shared=off") as client:
            client.headers = {}
            assert error(client.call("GET", "engagement-window/window-confs/1000000430"))[0] == 401

    def test_lenient(self, state_file: Path) -> None:
        with switched(state_file, "mode=lenient") as client:
            assert client.call("PUT", PATH, {"name": "x", "connectorId": 5}).status_code == 200
            assert client.call("POST", CONNECTORS, {"name": "x", "type": 1}).status_code == 201

    def test_another_status(self, state_file: Path) -> None:
        with switched(state_file, "reference-status=404", "privilege-publish-status=401") as client:
            body = {**client.get(PATH), "connectorId": 5}
            assert error(client.call("PUT", PATH, body, match=2))[0] == 404

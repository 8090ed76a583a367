"""Apply against the sandbox: what is written, what is proven, and what happens when somebody else is faster."""

from __future__ import annotations

import _thread
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lpconf.apply.clock import Clock
from lpconf.apply.executor import execute
from lpconf.model.errors import ExitCode
from lpconf.model.plan import Step
from lpconf.model.policy import Policy
from lpconf.model.run import Outcome, Run, StepResult
from tests.account import DEMO_KEY, QUIRKS, TUTORIAL
from tests.canary import CANARY
from tests.gateway import Fault
from tests.sandbox.client import CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, implicit

from .conftest import QUICK, World

ONE = f"{ENGAGEMENTS}/{ENGAGEMENT}"
ONE_CAMPAIGN = f"{CAMPAIGNS}/{CAMPAIGN}"
MESSAGING = "campaigns: [{find: default, engagements: [{find: default, conversation: messaging}]}]"
NEW_CAMPAIGN = """
campaigns:
  - name: Shop
    status: published
    start_date: "2026-01-05 00:00:00"
    time_zone: Europe/Berlin
    engagements:
      - {name: Chat, enabled: true, authenticated_visitors_only: false}
      - {name: Help, enabled: false, authenticated_visitors_only: false}
"""


def edit(world: World, path: str, **fields: Any) -> Callable[[], None]:
    """Somebody else changes some fields, as the console does: read, change, write."""

    def change() -> None:
        world.editor.put(path, {**world.editor.get(path), **fields})

    return change


def old(body: Any) -> Any:
    """A campaign as it was before its engagement became messaging."""
    body["engagements"][0]["conversationType"] = 0
    return body


def outcomes(run: Run) -> list[Outcome]:
    return [result.outcome for result in run.results]


class TestTheTutorial:
    def test_it_is_applied_and_proven_and_leaves_nothing_to_do(self, world: World) -> None:
        run = world.apply(TUTORIAL)
        assert outcomes(run) == [Outcome.CONFIRMED, Outcome.CONFIRMED]
        assert run.exit_code is ExitCode.DONE
        assert world.plan(TUTORIAL).changes == ()

    def test_only_the_declared_fields_of_the_engagement_change(self, world: World) -> None:
        before = world.editor.get(ONE)
        run = world.apply(TUTORIAL)
        after = world.editor.get(ONE)
        assert after == {
            **before,
            "conversationType": 1,
            "allowUnauthMsg": False,
            "connectorId": run.results[0].live_id,
            "modifiedDate": after["modifiedDate"],
        }

    def test_fields_that_lpconf_has_no_word_for_are_kept(self, world: World) -> None:
        edit(world, ONE, somethingNew={"deep": [1, {"x": None}]}, viewErrors=3)()
        world.apply(TUTORIAL)
        after = world.editor.get(ONE)
        assert (after["somethingNew"], after["viewErrors"]) == ({"deep": [1, {"x": None}]}, 3)

    def test_each_request_has_its_reason(
        self, world: World, requests_of: Callable[[Callable[[], object]], list[tuple[str, str]]]
    ) -> None:
        plan = world.plan(TUTORIAL)
        assert requests_of(lambda: world.execute(plan)) == [
            ("GET", CONNECTORS),  # whether somebody has made one of this name by now
            ("POST", CONNECTORS),
            ("GET", ONE),
            ("PUT", ONE),
            ("GET", CONNECTORS),  # reading back
            ("GET", ONE_CAMPAIGN),
        ]
        assert sorted(requests_of(lambda: world.apply(TUTORIAL))) == [
            ("GET", CAMPAIGNS),
            ("GET", ONE_CAMPAIGN),
            ("GET", CONNECTORS),
        ]


class TestSomebodyElse:
    def test_a_planned_field_that_moved_is_stale_and_not_overwritten(self, world: World) -> None:
        edit(world, ONE, conversationType=0, language="en-GB")()
        plan = world.plan(
            "campaigns: [{find: default, engagements: [{find: default, language: de-DE, conversation: messaging}]}]"
        )
        edit(world, ONE, language="fr-FR")()
        run = world.execute(plan)
        assert run.exit_code is ExitCode.STALE
        assert "Somebody else changed language" in run.results[0].reason
        assert world.editor.get(ONE)["language"] == "fr-FR"
        assert world.editor.get(ONE)["conversationType"] == 0
        assert world.gateway.writes() == []

    def test_another_field_of_the_same_thing_is_kept(self, world: World) -> None:
        plan = world.plan(MESSAGING)
        edit(world, ONE, language="fr-FR")()
        assert world.execute(plan).exit_code is ExitCode.DONE
        after = world.editor.get(ONE)
        assert (after["language"], after["conversationType"]) == ("fr-FR", 1)

    def test_an_edit_between_read_and_write_is_merged(self, world: World) -> None:
        """The write is refused as out of date, so it is read, merged and written again."""
        plan = world.plan(MESSAGING)
        world.gateway.add(Fault("PUT", ONE, first=edit(world, ONE, language="fr-FR")))
        assert world.execute(plan).exit_code is ExitCode.DONE
        after = world.editor.get(ONE)
        assert (after["language"], after["conversationType"]) == ("fr-FR", 1)

    def test_an_edit_of_the_planned_field_between_read_and_write_is_stale(self, world: World) -> None:
        plan = world.plan("campaigns: [{find: default, engagements: [{find: default, language: de-DE}]}]")
        world.gateway.add(Fault("PUT", ONE, first=edit(world, ONE, language="fr-FR")))
        assert world.execute(plan).exit_code is ExitCode.STALE
        assert world.editor.get(ONE)["language"] == "fr-FR"

    def test_a_collection_that_never_rests_is_stale_in_the_end(self, world: World) -> None:
        plan = world.plan(MESSAGING)
        count = iter(range(100))

        def again() -> None:
            edit(world, ONE, description=f"{next(count)}")()

        world.gateway.add(Fault("PUT", ONE, first=again, times=100))
        run = world.execute(plan)
        assert run.exit_code is ExitCode.STALE
        assert len(world.gateway.writes()) == 4
        assert world.editor.get(ONE)["conversationType"] == 0

    def test_a_thing_that_was_deleted_is_stale(self, world: World) -> None:
        plan = world.plan(MESSAGING)
        world.editor.delete(ONE)
        run = world.execute(plan)
        assert run.exit_code is ExitCode.STALE
        assert run.results[0].reason == "It was deleted after the plan was made."

    def test_a_name_that_was_taken_is_stale(self, world: World) -> None:
        plan = world.plan(TUTORIAL)
        world.editor.create(CONNECTORS, implicit())
        run = world.execute(plan)
        assert run.exit_code is ExitCode.STALE
        assert outcomes(run) == [Outcome.STALE, Outcome.NOT_ATTEMPTED]

    def test_a_thing_that_somebody_made_as_planned_needs_no_write(self, world: World) -> None:
        plan = world.plan(MESSAGING)
        edit(world, ONE, conversationType=1)()
        run = world.execute(plan)
        assert run.exit_code is ExitCode.DONE
        assert run.results[0].notes == ("It already was as planned.",)
        assert world.gateway.writes() == []

    def test_an_engagement_edited_while_its_campaign_is_written_is_stale(self, world: World) -> None:
        """The refused campaign write would have carried the engagements as they were before the edit."""
        plan = world.plan("campaigns: [{find: default, description: new}]")

        def both() -> None:
            edit(world, ONE, language="fr-FR")()
            edit(world, ONE_CAMPAIGN, weight=0.9)()

        world.gateway.add(Fault("PUT", ONE_CAMPAIGN, first=both))
        run = world.execute(plan)
        assert run.exit_code is ExitCode.STALE
        assert world.editor.get(ONE)["language"] == "fr-FR"

    def test_an_engagement_that_a_campaign_write_may_have_set_back_is_reported(self, world: World) -> None:
        """The edit moves the engagements' revision only, so LivePerson may take the campaign write [guess]."""
        plan = world.plan("campaigns: [{find: default, description: new}]")
        world.gateway.add(Fault("PUT", ONE_CAMPAIGN, first=edit(world, ONE, language="fr-FR")))
        run = world.execute(plan)
        assert run.exit_code is ExitCode.PARTLY
        (line,) = run.results[0].differences
        assert line.startswith("the revision of its engagements went from 2 to ")

    def test_an_engagement_that_changed_after_a_campaign_was_written_is_named(self, world: World) -> None:
        plan = world.plan("campaigns: [{find: default, description: new}]")
        world.gateway.add(Fault("GET", f"{ONE_CAMPAIGN}\\?"))
        world.gateway.add(Fault("GET", f"{ONE_CAMPAIGN}\\?", first=edit(world, ONE, language="fr-FR")))
        run = world.execute(plan)
        assert run.results[0].differences == (
            'the engagement "Default engagement" is not as it was when the campaign was written: language',
        )

    @pytest.mark.parametrize("lose_answer", [False, True])
    def test_a_neighbour_that_a_campaign_write_set_back_is_reported_whatever_follows(
        self, world: World, lose_answer: bool
    ) -> None:
        world.editor.create(ENGAGEMENTS, {**world.editor.get(ONE), "id": None, "name": "Neighbour"})
        neighbour = world.editor.get(ENGAGEMENTS)[1]["id"]
        plan = world.plan(
            "campaigns: [{find: default, status: unpublished, "
            "engagements: [{name: Default engagement, enabled: false}]}]"
        )
        path = f"{ENGAGEMENTS}/{neighbour}"
        foreign = edit(world, path, description="by somebody else")
        world.gateway.add(Fault("PUT", f"{ONE_CAMPAIGN}\\?", first=foreign, lose_answer=lose_answer))
        run = world.execute(plan)
        assert run.exit_code is ExitCode.PARTLY
        assert run.results[0].outcome is Outcome.DIFFERS

    def test_unpublishing_and_an_engagement_of_the_same_campaign_are_both_proven(self, world: World) -> None:
        run = world.apply(
            "campaigns: [{find: default, status: unpublished, engagements: [{find: default, enabled: false}]}]"
        )
        assert run.exit_code is ExitCode.DONE
        assert [str(result.address) for result in run.results] == [
            "campaign[default]",
            "campaign[default]/engagement[default]",
        ]


class TestLostAnswers:
    def test_a_creation_whose_answer_was_lost_is_found_and_never_sent_again(self, world: World) -> None:
        world.gateway.add(Fault("POST", CONNECTORS, lose_answer=True))
        run = world.apply(TUTORIAL)
        assert run.exit_code is ExitCode.DONE
        assert "The answer was lost; the new thing was found." in run.results[0].notes
        assert len(world.editor.get(CONNECTORS)) == 1
        assert sum(verb == "POST" for verb, _ in world.gateway.writes()) == 1

    def test_a_creation_that_cannot_be_found_is_unknown_and_stops_what_needs_it(self, world: World) -> None:
        world.gateway.add(Fault("POST", CONNECTORS, status=502))
        run = world.apply(TUTORIAL)
        assert outcomes(run) == [Outcome.UNKNOWN, Outcome.NOT_ATTEMPTED]
        assert run.exit_code is ExitCode.PARTLY
        assert sum(verb == "POST" for verb, _ in world.gateway.writes()) == 1
        assert sum(world.waited) == pytest.approx(3)

    def test_an_update_whose_answer_was_lost_is_settled_by_reading(self, world: World) -> None:
        world.gateway.add(Fault("PUT", ONE, lose_answer=True))
        run = world.apply(MESSAGING)
        assert run.exit_code is ExitCode.DONE
        assert run.results[0].notes == ("The answer was lost; reading again shows the change.",)
        assert len(world.gateway.writes()) == 1

    @pytest.mark.parametrize("status", [503, 403])
    def test_an_update_that_cannot_even_be_looked_at_any_more_is_unknown(self, world: World, status: int) -> None:
        """The usual outage: the answer is lost, and then nothing works."""
        plan = world.plan(MESSAGING)
        world.gateway.add(Fault("PUT", ONE, lose_answer=True))
        world.gateway.add(Fault("GET", f"{ONE}\\?"))
        world.gateway.add(Fault("GET", f"{ONE}\\?", status=status, times=100))
        run = world.execute(plan)
        assert outcomes(run) == [Outcome.UNKNOWN]
        assert run.exit_code is ExitCode.PARTLY
        assert world.editor.get(ONE)["conversationType"] == 1

    def test_an_update_in_doubt_is_never_called_refused(self, world: World) -> None:
        plan = world.plan(MESSAGING)
        world.gateway.add(Fault("PUT", ONE, status=502))
        world.gateway.add(Fault("PUT", ONE, status=400))
        run = world.execute(plan)
        assert outcomes(run) == [Outcome.UNKNOWN]

    @pytest.mark.parametrize(
        ("text", "lost", "looked_at"),
        [
            (TUTORIAL, ("POST", CONNECTORS), f"{CONNECTORS}\\?"),
            (MESSAGING, ("PUT", ONE), f"{ONE}\\?"),
            ("campaigns: [{find: default, description: new}]", ("PUT", ONE_CAMPAIGN), f"{ONE_CAMPAIGN}\\?"),
        ],
    )
    def test_an_interruption_while_the_outcome_is_looked_for_leaves_it_unknown(
        self, world: World, text: str, lost: tuple[str, str], looked_at: str
    ) -> None:
        plan = world.plan(text)
        world.gateway.add(Fault("GET", looked_at))  # the read before the write
        world.gateway.add(Fault(*lost, lose_answer=True))
        world.gateway.add(Fault("GET", looked_at, first=_thread.interrupt_main))
        run = world.execute(plan)
        assert run.results[0].outcome is Outcome.UNKNOWN
        assert run.exit_code is ExitCode.PARTLY

    def test_an_update_that_never_arrived_is_sent_again(self, world: World) -> None:
        world.gateway.add(Fault("PUT", ONE, status=503))
        assert world.apply(MESSAGING).exit_code is ExitCode.DONE
        assert len(world.gateway.writes()) == 2

    def test_an_update_that_never_works_is_unknown(self, world: World) -> None:
        world.gateway.add(Fault("PUT", ONE, status=500, times=100))
        run = world.apply(MESSAGING)
        assert outcomes(run) == [Outcome.UNKNOWN]
        assert run.exit_code is ExitCode.PARTLY
        reason = run.results[0].reason
        assert reason.count("was sent. The sandbox failed (500).") == 1
        assert reason.endswith("Nobody knows yet whether it took effect.")

    def test_a_stranger_of_the_same_name_is_not_taken_for_ours(self, world: World) -> None:
        """The creation was refused by a gateway; meanwhile somebody else made another thing of that name."""
        plan = world.plan(TUTORIAL)

        def stranger() -> None:
            world.editor.create(CONNECTORS, implicit(jsMethodName="theirs"))

        world.gateway.add(Fault("POST", CONNECTORS, first=stranger, status=502))
        run = world.execute(plan)
        assert outcomes(run) == [Outcome.UNKNOWN, Outcome.NOT_ATTEMPTED]
        assert "somebody else may have made it" in run.results[0].reason
        assert world.editor.get(ONE)["connectorId"] is None


class TestRefusals:
    def test_a_longer_wait_than_lpconf_waits_is_a_failure(self, world: World) -> None:
        world.gateway.add(Fault("PUT", ONE, status=429, headers={"Retry-After": "86400"}))
        run = world.apply(MESSAGING)
        assert outcomes(run) == [Outcome.FAILED]
        assert world.waited == []

    def test_a_conflict_that_is_not_about_the_revision_is_a_refusal(self, world: World) -> None:
        """A name that LivePerson does not allow, say: trying again would not help."""
        world.gateway.add(Fault("PUT", ONE, status=409, times=100))
        run = world.apply(MESSAGING)
        assert outcomes(run) == [Outcome.FAILED]
        assert len(world.gateway.writes()) == 1

    def test_a_campaign_is_not_published_when_the_connector_of_its_engagements_failed(self, world: World) -> None:
        made = world.apply(TUTORIAL)
        world.editor.put(ONE_CAMPAIGN, {**world.editor.get(ONE_CAMPAIGN), "status": 0})
        plan = world.plan(TUTORIAL.replace("LPJsMethodName", "getToken"))
        world.gateway.add(Fault("PUT", f"{CONNECTORS}/{made.results[0].live_id}", status=400))
        run = world.execute(plan)
        assert outcomes(run) == [Outcome.FAILED, Outcome.NOT_ATTEMPTED]
        assert world.editor.get(ONE_CAMPAIGN)["status"] == 0

    def test_too_many_requests_are_waited_out(self, world: World) -> None:
        world.gateway.add(Fault("PUT", ONE, status=429, headers={"Retry-After": "7"}, times=2))
        assert world.apply(MESSAGING).exit_code is ExitCode.DONE
        assert world.waited == [7, 7]

    def test_too_many_requests_in_the_end_fail(self, world: World) -> None:
        world.gateway.add(Fault("PUT", ONE, status=429, times=100))
        run = world.apply(MESSAGING)
        assert outcomes(run) == [Outcome.FAILED]
        assert run.exit_code is ExitCode.ERROR

    def test_one_refused_thing_stops_what_depends_on_it_and_nothing_else(self, world: World) -> None:
        plan = world.plan(TUTORIAL)
        world.gateway.add(Fault("POST", CONNECTORS, status=400))
        run = world.execute(plan)
        assert outcomes(run) == [Outcome.FAILED, Outcome.NOT_ATTEMPTED]
        assert run.results[1].reason == 'It needs connector["Consumer authentication"].'
        assert run.exit_code is ExitCode.ERROR

    def test_a_campaign_is_not_published_when_one_of_its_engagements_failed(self, world: World) -> None:
        plan = world.plan(NEW_CAMPAIGN)
        world.gateway.add(Fault("POST", "engagements", status=400))
        run = world.execute(plan)
        assert outcomes(run) == [Outcome.CONFIRMED, Outcome.FAILED, Outcome.CONFIRMED, Outcome.NOT_ATTEMPTED]
        assert run.exit_code is ExitCode.PARTLY
        shop = world.editor.get(f"{CAMPAIGNS}/{run.results[0].live_id}")
        assert shop["status"] == 0
        assert [each["name"] for each in shop["engagements"]] == ["Help"]

    def test_no_permission_stops_the_run(self, world: World) -> None:
        world.gateway.add(Fault("POST", CONNECTORS, status=403))
        run = world.apply(TUTORIAL)
        assert outcomes(run) == [Outcome.FAILED, Outcome.NOT_ATTEMPTED]
        assert run.exit_code is ExitCode.ACCESS


class TestReadBack:
    def test_what_cannot_be_read_is_not_tried_for_ever(self, world: World) -> None:
        plan = world.plan(MESSAGING)
        world.gateway.add(Fault("GET", f"{ONE_CAMPAIGN}\\?", status=503, times=100))
        world.execute(plan)
        looks = [path for verb, path in world.gateway.requests if verb == "GET" and path.endswith(f"/{CAMPAIGN}")]
        assert len(looks) == 1 + 1 + QUICK.tries  # the plan's, then one look with its repeats

    def test_a_bug_after_the_first_write_still_tells_what_was_written(self, world: World) -> None:
        plan = world.plan(MESSAGING)

        def fail(_: float) -> None:
            raise ZeroDivisionError

        world.gateway.add(Fault("GET", f"{ONE_CAMPAIGN}\\?", edit=old, times=100))
        run = execute(
            plan, world.client, secrets={}, quirks=QUIRKS, waits=QUICK, clock=Clock(now=lambda: 0.0, wait=fail)
        )
        assert outcomes(run) == [Outcome.NOT_VISIBLE]
        assert run.exit_code is ExitCode.PARTLY
        assert "this is a bug in lpconf" in run.results[0].reason

    def test_a_field_that_liveperson_ignored_is_reported(self, world: World) -> None:
        def ignored(body: Any) -> Any:
            body["engagements"][0]["language"] = "en-US"
            return body

        plan = world.plan(
            "campaigns: [{find: default, engagements: [{find: default, language: de-DE, conversation: messaging}]}]"
        )
        world.gateway.add(Fault("GET", f"{ONE_CAMPAIGN}\\?", edit=ignored, times=100))
        run = world.execute(plan)
        assert outcomes(run) == [Outcome.DIFFERS]
        assert run.results[0].differences == ('language was written as "de-DE", and still is "en-US"',)
        assert run.exit_code is ExitCode.PARTLY

    def test_a_key_that_liveperson_changed_is_told_by_its_fingerprint(self, world: World) -> None:
        plan = world.plan(TUTORIAL)

        def changed(body: Any) -> Any:
            if not body:
                return body
            body[0]["configuration"]["jwtPublicKey"] = "garbage"
            del body[0]["configuration"]["jsMethodName"]
            return body

        world.gateway.add(Fault("GET", f"{CONNECTORS}\\?", edit=changed, times=100))
        run = world.execute(plan)
        assert run.results[0].outcome is Outcome.DIFFERS
        assert run.results[0].differences == (
            "jwt_public_key was written as RSA 1024 bits, SHA256:d2f8d7917928, and LivePerson shows not a public key",
            'js_method_name was written as "LPJsMethodName", and LivePerson shows no such field in '
            "configuration.jsMethodName",
        )

    def test_a_new_thing_that_is_not_listed_is_not_visible_yet(self, world: World) -> None:
        plan = world.plan(TUTORIAL)
        world.gateway.add(Fault("GET", f"{CONNECTORS}\\?", edit=lambda _: [], times=100))
        run = world.execute(plan)
        assert run.results[0].outcome is Outcome.NOT_VISIBLE
        assert run.results[0].reason == "It is not in the list yet."

    def test_a_value_that_liveperson_made_of_a_template_field_is_a_note(self, world: World) -> None:
        plan = world.plan(TUTORIAL)

        def preferred(body: Any) -> Any:
            for each in body:
                each["configuration"]["preferred"] = True
            return body

        world.gateway.add(Fault("GET", f"{CONNECTORS}\\?", edit=preferred, times=100))
        run = world.execute(plan)
        assert run.exit_code is ExitCode.DONE
        assert run.results[0].notes == ("LivePerson made its own value of preferred.",)

    def test_what_the_run_itself_puts_into_a_new_campaign_is_not_told(self, world: World) -> None:
        assert [result.notes for result in world.apply(NEW_CAMPAIGN).results] == [()] * 4

    def test_reads_that_lag_are_waited_for(self, world: World) -> None:
        plan = world.plan(MESSAGING)
        world.gateway.add(Fault("GET", f"{ONE_CAMPAIGN}\\?", edit=old, times=2))
        assert world.execute(plan).exit_code is ExitCode.DONE
        assert world.waited == [1, 1]

    BOTH = "campaigns: [{find: default, description: new, engagements: [{find: default, conversation: messaging}]}]"

    def test_a_campaign_is_not_written_before_it_shows_what_the_run_wrote_in_its_engagements(
        self, world: World
    ) -> None:
        """Its write carries the engagements as they are read: old ones would set the run's own change back."""
        plan = world.plan(self.BOTH)
        world.gateway.add(Fault("GET", f"{ONE_CAMPAIGN}\\?", edit=old, times=2))
        assert world.execute(plan).exit_code is ExitCode.DONE
        assert world.waited == [1, 1]
        assert world.editor.get(ONE)["conversationType"] == 1

    def test_a_campaign_that_never_shows_them_is_not_written(self, world: World) -> None:
        plan = world.plan(self.BOTH)
        world.gateway.add(Fault("GET", f"{ONE_CAMPAIGN}\\?", edit=old, times=100))
        run = world.execute(plan)
        assert outcomes(run) == [Outcome.NOT_VISIBLE, Outcome.FAILED]
        assert "could set something back" in run.results[1].reason
        assert world.editor.get(ONE)["conversationType"] == 1

    def test_what_never_shows_is_not_visible_yet(self, world: World) -> None:
        plan = world.plan(MESSAGING)
        world.gateway.add(Fault("GET", f"{ONE_CAMPAIGN}\\?", edit=old, times=100))
        run = world.execute(plan)
        assert outcomes(run) == [Outcome.NOT_VISIBLE]
        assert run.exit_code is ExitCode.PARTLY
        assert world.waited == [1, 1, 1]

    def test_what_cannot_be_read_back_is_not_called_a_success(self, world: World) -> None:
        plan = world.plan(MESSAGING)
        world.gateway.add(Fault("GET", f"{ONE_CAMPAIGN}\\?", status=403, times=100))
        run = world.execute(plan)
        assert outcomes(run) == [Outcome.NOT_VISIBLE]
        assert run.results[0].reason != ""


class TestRevisions:
    def test_the_write_carries_the_revision_that_was_read(self, world: World) -> None:
        world.apply(MESSAGING)
        # The sandbox refuses a PUT without If-Match and with an old one, so a success proves it.
        assert world.editor.get(ONE)["conversationType"] == 1

    def test_without_a_revision_it_writes_at_once_and_says_so(self, world: World) -> None:
        seen: list[bool] = []
        world.gateway.add(Fault("GET", f"{ONE}\\?", drop_headers=("ac-revision",)))
        world.gateway.add(Fault("PUT", ONE, status=400, first=lambda: seen.append(True)))
        run = world.apply(MESSAGING)
        assert seen == [True]
        assert outcomes(run) == [Outcome.FAILED]


class TestCreation:
    def test_a_campaign_is_made_unpublished_then_filled_then_published(self, world: World) -> None:
        run = world.apply(NEW_CAMPAIGN)
        assert run.exit_code is ExitCode.DONE
        new = run.results[0].live_id
        posted = [(verb, path.split("/configuration/")[1]) for verb, path in world.gateway.writes()]
        assert posted == [
            ("POST", CAMPAIGNS),
            ("POST", f"{CAMPAIGNS}/{new}/engagements"),
            ("POST", f"{CAMPAIGNS}/{new}/engagements"),
            ("PUT", f"{CAMPAIGNS}/{new}"),
        ]
        assert world.editor.get(f"{CAMPAIGNS}/{new}")["status"] == 1
        assert world.plan(NEW_CAMPAIGN).changes == ()

    def test_publishing_that_may_have_set_something_back_is_the_only_thing_reported(self, world: World) -> None:
        """The creation before it was right, although the campaign is not unpublished any more."""
        plan = world.plan(NEW_CAMPAIGN)

        def raised(body: Any) -> Any:
            return {**body, "engagementCollectionRevision": body["engagementCollectionRevision"] + 1}

        world.gateway.add(Fault("GET", r"campaigns/\d+\?"))
        world.gateway.add(Fault("GET", r"campaigns/\d+\?", edit=raised))
        run = world.execute(plan)
        assert outcomes(run) == [Outcome.CONFIRMED, Outcome.CONFIRMED, Outcome.CONFIRMED, Outcome.DIFFERS]

    def test_a_code_flow_connector_sends_its_secret_and_never_reads_it(self, world: World) -> None:
        text = f"""
            connectors:
              - name: Code
                flow: code
                jwt_public_key: {DEMO_KEY}
                token_endpoint: https://idp.bank.com/token
                client_id: lp
                client_secret: {{env: LPCONF_SECRET_IDP}}
        """
        plan = world.plan(text, Policy(secrets=frozenset({"LPCONF_SECRET_IDP"})))
        run = world.execute(plan, LPCONF_SECRET_IDP=CANARY)
        assert run.exit_code is ExitCode.DONE
        assert CANARY not in repr(run)
        assert world.plan(text, Policy(secrets=frozenset({"LPCONF_SECRET_IDP"}))).changes == ()


def test_an_interruption_says_what_was_written_and_what_was_not(world: World) -> None:
    plan = world.plan(TUTORIAL)

    def interrupt(step: Step, result: StepResult | None) -> None:
        if step is plan.steps[1] and result is None:
            raise KeyboardInterrupt

    run = execute(plan, world.client, secrets={}, quirks=QUIRKS, waits=QUICK, progress=interrupt)
    assert outcomes(run) == [Outcome.NOT_VISIBLE, Outcome.NOT_ATTEMPTED]
    assert run.exit_code is ExitCode.PARTLY


@pytest.mark.parametrize("stops", ["the user", "what it needs"])
def test_a_change_that_is_left_out_is_not_announced(world: World, stops: str) -> None:
    plan = world.plan(TUTORIAL)
    asked: list[bool] = []
    fault = Fault("POST", CONNECTORS, first=lambda: asked.append(True), status=None if stops == "the user" else 400)
    world.gateway.add(fault)
    clock = replace(world.clock, stopped=lambda: stops == "the user" and bool(asked))
    announced: list[Step] = []

    def progress(step: Step, result: StepResult | None) -> None:
        announced.extend([step] if result is None else [])

    run = execute(plan, world.client, secrets={}, quirks=QUIRKS, waits=QUICK, clock=clock, progress=progress)
    assert run.results[1].outcome is Outcome.NOT_ATTEMPTED
    assert announced == [plan.steps[0]]


def test_an_interruption_while_a_write_is_under_way_leaves_it_unknown(world: World) -> None:
    plan = world.plan(MESSAGING)
    world.gateway.add(Fault("PUT", ONE, first=_thread.interrupt_main))
    run = world.execute(plan)
    assert outcomes(run) == [Outcome.UNKNOWN]


def test_nothing_sent_and_then_stale_is_stale(world: World) -> None:
    """What somebody else made as planned in the meantime is no write of ours."""
    plan = world.plan(
        "campaigns: [{find: default, description: new, engagements: [{find: default, conversation: messaging}]}]"
    )
    edit(world, ONE, conversationType=1)()
    edit(world, ONE_CAMPAIGN, description="theirs")()
    run = world.execute(plan)
    assert outcomes(run) == [Outcome.CONFIRMED, Outcome.STALE]
    assert run.exit_code is ExitCode.STALE


def test_a_write_that_carries_a_secret_is_made_even_when_all_else_is_as_planned(world: World) -> None:
    text = f"""
        connectors:
          - name: Code
            flow: code
            jwt_public_key: {DEMO_KEY}
            token_endpoint: https://idp.bank.com/token
            client_id: lp
            client_secret: {{env: LPCONF_SECRET_IDP}}
    """
    policy = Policy(secrets=frozenset({"LPCONF_SECRET_IDP"}))
    made = world.execute(world.plan(text, policy), LPCONF_SECRET_IDP=CANARY)
    path = f"{CONNECTORS}/{made.results[0].live_id}"
    plan = world.plan(text + "        js_method_name: getToken\n", policy)
    body = world.editor.get(path)
    body["configuration"]["jsMethodName"] = "getToken"
    world.editor.put(path, body)  # wipes the secret, as the console would
    before = len(world.gateway.writes())
    run = world.execute(plan, LPCONF_SECRET_IDP=CANARY)
    assert run.exit_code is ExitCode.DONE
    assert [verb for verb, _ in world.gateway.writes()[before:]] == ["PUT"]

"""Runs of the past as people and programs read them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lpconf.model.plan import Action
from lpconf.model.record import (
    Answer,
    DamagedRun,
    Fate,
    Recovery,
    RunRecord,
    StepRecord,
)
from lpconf.model.run import Outcome, StepResult
from lpconf.report import history_text, json

from .records import INTENT, SUMMARY, hostile, step
from .samples import CAMPAIGN, CONNECTOR, ENGAGEMENT, HOSTILE, PRODUCTION, tutorial_run


class TestBeforeAWait:
    """Half a minute of silence looks like a fault."""

    def test_for_how_long_lpconf_looks_for_a_lost_request_is_said(self) -> None:
        assert history_text.looking(replace(SUMMARY, exit_code=None), 29.5) == (
            "The run 3f9a1c2b was cut short.\n"
            "lpconf looks for up to 30 seconds whether what it sent shows in the account."
        )

    def test_of_a_run_that_came_to_its_end_it_says_what_is_missing(self) -> None:
        told = history_text.looking(replace(SUMMARY, exit_code=4, unknown=1), 30)
        assert told.startswith("The run 3f9a1c2b ended without knowing all outcomes.\n")

    def test_for_how_long_lpconf_waits_for_a_new_thing_is_said(self) -> None:
        assert history_text.waiting(SUMMARY, 30) == (
            "The run 3f9a1c2b has created something that the account does not show yet.\n"
            "lpconf waits for it for up to 30 seconds."
        )


class TestAfterARollback:
    def test_it_says_that_the_configuration_is_to_be_reverted_and_where_it_came_from(self) -> None:
        assert history_text.taken_back(SUMMARY).splitlines() == [
            "A rollback leaves the configuration as it is.",
            "If it still declares what was taken back, the next apply writes that again: revert it there, too.",
            "The run 3f9a1c2b was made of the git revision 0123456789 with changes.",
        ]

    def test_without_git_it_names_no_revision(self) -> None:
        assert "git" not in history_text.taken_back(replace(SUMMARY, revision=None))


class TestTheList:
    def test_it_has_a_line_per_run(self) -> None:
        rollback = replace(
            SUMMARY, id="aaaaaaaa", target=PRODUCTION, revision=None, rolls_back="3f9a1c2b", counts={"delete": 1}
        )
        assert history_text.history((rollback, SUMMARY), where=".lpconf", color=False).splitlines() == [
            "RUN       WHEN (UTC)           WHO   ACCOUNT                               "
            "PLANNED                            ENDED  REVISION",
            "aaaaaaaa  2026-01-05 10:15:02  anna  87654321                              "
            "rollback of 3f9a1c2b: 1 to delete  done   none",
            "3f9a1c2b  2026-01-05 10:15:02  anna  12345678 (Example Bank test) sandbox  "
            "1 to create, 2 to change           done   0123456789 with changes",
        ]

    def test_without_runs_it_says_so(self) -> None:
        assert (
            history_text.history((), where=".lpconf", color=False) == "No runs in .lpconf yet. lpconf apply makes one."
        )

    @pytest.mark.parametrize(
        ("code", "more", "text"),
        [
            (0, {}, "done"),
            (5, {"counts": {"blocked": 1}}, "done but for what is blocked"),
            (5, {"counts": {"blocked": 0}, "rolls_back": "aaaaaaaa"}, "done but for what is left alone"),
            (4, {}, "incomplete"),
            (4, {"unknown": 1}, "incomplete, 1 outcome unknown"),
            (4, {"unknown": 1, "settled": "2026"}, "incomplete"),
            (3, {}, "stale, nothing written"),
            (1, {}, "failed, nothing written"),
            (6, {}, "failed, nothing written"),
            (None, {}, "not ended: interrupted or at work"),
            (None, {"settled": "2026"}, "interrupted"),
        ],
    )
    def test_how_a_run_ended(self, code: int | None, more: dict[str, object], text: str) -> None:
        assert history_text.ending(replace(SUMMARY, exit_code=code, **more)) == text  # type: ignore[arg-type]

    def test_damaged_journals_stand_below_it_harmless_and_each_on_a_line(self) -> None:
        odd = DamagedRun("aaaaaaaa", SUMMARY.time, "/x.jsonl", f"It is odd.\n{HOSTILE}")
        table, below = history_text.history((SUMMARY,), (odd,), where=".lpconf", color=False).split("\n\n")
        assert table == history_text.history((SUMMARY,), where=".lpconf", color=False)
        title, line, advice = below.split("\n")
        assert (title, advice) == ("Damaged:", "lpconf show with the run's id says what to do.")
        assert line.startswith("  aaaaaaaa  It is odd. ")
        assert line.isprintable()
        assert history_text.history((), (odd,), where=".lpconf", color=False) == below
        assert json.history((), (odd,))["damaged"] == [
            {"id": "aaaaaaaa", "time": SUMMARY.time, "file": "/x.jsonl", "reason": odd.reason}
        ]

    def test_text_from_outside_is_harmless_and_keeps_its_line(self) -> None:
        record = hostile()
        evil = record.summary
        recovery = Recovery(evil, (step(Fate.DONE, HOSTILE), step(Fate.FOREIGN, HOSTILE)), HOSTILE)
        texts = [
            history_text.history((evil,), where=".lpconf", color=False),
            history_text.record(record, tutorial_run(), color=False),
            history_text.recovery(recovery),
        ]
        for text in texts:
            assert all(line.isprintable() for line in text.split("\n"))
            assert "\nPlan: 0 to create" not in text
        assert len(texts[0].split("\n")) == 2


class TestOneRun:
    def test_it_says_who_and_when_then_what_apply_said(self) -> None:
        text = history_text.record(RunRecord(SUMMARY, {}, (), (), ()), tutorial_run(), color=False)
        assert text.startswith(
            "Run 3f9a1c2b\n"
            "  when:       2026-01-05 10:15:02 UTC\n"
            "  by:         anna on build-7\n"
            "  where:      account 12345678 (Example Bank test) in the sandbox\n"
            "  revision:   0123456789 with changes\n"
            "  lpconf:     1.2.3\n"
            "  plan:       sha256:aa\n"
            "  ended:      done\n"
            "\n"
            'connector["Consumer authentication"]: created'
        )
        assert text.endswith("Apply complete: 1 created, 1 changed, and read back as planned.")

    @pytest.mark.parametrize(
        ("fate", "line"),
        [
            (Fate.DONE, "created (id 7)"),
            (Fate.NOT_DONE, "not created"),
            (Fate.FOREIGN, "changed by somebody else (id 7)"),
            (Fate.UNKNOWN, "unknown"),
        ],
    )
    def test_it_says_what_was_found_out_later(self, fate: Fate, line: str) -> None:
        record = RunRecord(replace(SUMMARY, rolls_back="aa"), {}, (), (), (step(fate, "Because."),))
        text = history_text.record(record, tutorial_run(), color=False)
        assert text.endswith(
            f'Found out later, 2026-01-05 11:00:00 UTC:\n  connector["Consumer authentication"]: {line}: Because.'
        )
        assert "  takes back: the run aa\n" in text

    def test_a_program_reads_the_same(self) -> None:
        record = RunRecord(SUMMARY, {}, (), (), (step(Fate.NOT_DONE, "Because."), step(None)))
        document = json.record(record, tutorial_run())
        assert document["reported"] == json.run(tutorial_run())
        assert document["run"] == json.history((SUMMARY,))["runs"][0]  # type: ignore[index]
        assert document["settled"] == [
            {
                "address": 'connector["Consumer authentication"]',
                "action": "create",
                "fate": "not_done",
                "id": 7,
                "reason": "Because.",
                "time": "2026-01-05T11:00:00.000000Z",
            }
        ]
        open_ = json.history((replace(SUMMARY, exit_code=None, revision=None),))["runs"]
        assert (open_[0]["result"], open_[0]["revision"]) == (None, None)  # type: ignore[index, call-overload]


class TestRecovery:
    def test_it_says_what_is_done_and_what_is_not(self) -> None:
        result = StepResult(CAMPAIGN, Action.UPDATE, Outcome.CONFIRMED, 5)
        steps = (
            StepRecord(CAMPAIGN, Action.UPDATE, result),
            step(Fate.DONE),
            StepRecord(ENGAGEMENT, Action.UPDATE),
        )
        recovery = Recovery(replace(SUMMARY, exit_code=None), steps)
        assert history_text.recovery(recovery).splitlines() == [
            "The run 3f9a1c2b of 2026-01-05 10:15:02 UTC by anna was interrupted.",
            "This was found by reading. Nothing was written now.",
            "Done:",
            "  campaign[default] (changed, id 5)",
            '  connector["Consumer authentication"] (created, id 7)',
            "Not done:",
            "  campaign[default]/engagement[default]",
        ]

    def test_it_says_what_it_could_not_find_out(self) -> None:
        text = history_text.recovery(
            Recovery(replace(SUMMARY, exit_code=4, unknown=1), (step(None),), "No access.\nX.")
        )
        assert text.splitlines() == [
            "The run 3f9a1c2b of 2026-01-05 10:15:02 UTC by anna ended without knowing all outcomes.",
            "This was found by reading. Nothing was written now.",
            "Not found out:",
            '  connector["Consumer authentication"]',
            "It could not be looked into completely. The next command tries again.",
            "  No access.",
            "  X.",
        ]

    def test_for_everybody_it_only_counts(self) -> None:
        steps = (step(Fate.DONE), step(Fate.DONE), step(Fate.FOREIGN), step(None))
        text = history_text.recovery_in_public(Recovery(SUMMARY, steps, "No access to secret.example.com."))
        assert text == (
            "The run 3f9a1c2b did not come to its end: 2 done, 1 changed by somebody else, 1 not found out. "
            "Nothing was written now."
        )
        assert "no steps" in history_text.recovery_in_public(Recovery(SUMMARY, ()))

    def test_a_long_list_is_cut(self) -> None:
        text = history_text.recovery(Recovery(SUMMARY, (step(Fate.DONE),) * 25))
        assert text.endswith("\n  and 5 more")


@pytest.mark.parametrize(
    ("answers", "fate"),
    [
        ((), Fate.NOT_DONE),
        ((Answer.REFUSED,), Fate.NOT_DONE),
        ((Answer.REFUSED, Answer.ANSWERED), Fate.DONE),
        ((Answer.LOST, Answer.REFUSED), None),
        ((Answer.REFUSED, None), None),
    ],
)
def test_what_the_requests_of_a_step_tell_of_it(answers: tuple[Answer | None, ...], fate: Fate | None) -> None:
    intents = tuple(replace(INTENT, answer=answer) for answer in answers)
    assert StepRecord(CONNECTOR, Action.CREATE, None, intents).fate is fate

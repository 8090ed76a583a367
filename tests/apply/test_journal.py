"""The journal: what is on disk when, what is not in it, and what is refused."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lpconf.apply.executor import execute
from lpconf.apply.journal import Journal, JournalError, reopened
from lpconf.apply.records import chosen, damaged, file_of, load, remove_oldest, run_of, runs
from lpconf.model.address import Kind
from lpconf.model.errors import ExitCode, LpconfError
from lpconf.model.plan import KnownAfterApply, Managed, Plan
from lpconf.model.policy import Policy
from lpconf.model.record import Answer, Fate
from lpconf.model.run import Outcome
from lpconf.model.site import SecretReference
from tests.account import DEMO_KEY, QUIRKS, SANDBOX, TUTORIAL, default, named
from tests.canary import CANARY
from tests.gateway import Fault
from tests.sandbox.client import CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS

from .conftest import QUICK, World
from .runs import EMPTY, NOW, OTHER, REVISION, apply, begin, events, lines, only_file, several

ONE = f"{ENGAGEMENTS}/{ENGAGEMENT}"
ONE_CAMPAIGN = f"{CAMPAIGNS}/{CAMPAIGN}"
CODE = f"""
connectors:
  - name: Code
    flow: code
    jwt_public_key: {DEMO_KEY}
    token_endpoint: https://idp.bank.com/token
    client_id: lp
    client_secret: {{env: LPCONF_SECRET_IDP}}
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir(mode=0o700, exist_ok=True)
    return tmp_path / "state"


def only_damage(state: Path) -> str:
    """What is wrong with the only journal, which is no run to build on."""
    assert runs(state) == ()
    (found,) = damaged(state, SANDBOX)
    return found.reason


class TestOrder:
    def test_each_intent_is_on_disk_before_its_request_and_each_outcome_before_the_next(
        self, world: World, state: Path
    ) -> None:
        seen: list[list[str]] = []

        def look() -> None:
            seen.append(events(only_file(state)))

        world.gateway.add(Fault("POST", CONNECTORS, first=look))
        world.gateway.add(Fault("PUT", ONE, first=look))
        apply(world, world.plan(TUTORIAL), state)
        first = ["run", "plan", "intent"]
        assert seen == [first, [*first, "outcome", "step", "before", "intent"]]
        assert events(only_file(state)) == [*seen[1], "outcome", "step", "proof", "proof", "end"]

    def test_a_write_that_was_refused_and_sent_again_has_two_intents(self, world: World, state: Path) -> None:
        def edit() -> None:
            world.editor.put(ONE, {**world.editor.get(ONE), "language": "fr-FR"})

        plan = world.plan(TUTORIAL)
        world.gateway.add(Fault("PUT", ONE, first=edit))
        apply(world, plan, state)
        (_, step) = load(only_file(state)).steps
        assert [intent.answer for intent in step.intents] == [Answer.REFUSED, Answer.ANSWERED]
        assert step.before is not None
        assert step.before.body["language"] == "fr-FR"

    def test_steps_that_reading_back_changed_are_told_again(self, world: World, state: Path) -> None:
        plan = world.plan(TUTORIAL)
        world.gateway.add(Fault("GET", f"{CONNECTORS}\\?", edit=lambda _: [], times=100))
        run = apply(world, plan, state)
        assert run.results[0].outcome is Outcome.NOT_VISIBLE
        assert [
            each["outcome"] for each in lines(only_file(state)) if each["event"] == "step" and each["step"] == 0
        ] == [
            "confirmed",
            "not visible yet",
        ]


class TestRecord:
    def test_it_tells_who_when_where_and_the_plan(self, world: World, state: Path) -> None:
        plan = world.plan(TUTORIAL)
        run = apply(world, plan, state)
        record = load(only_file(state))
        summary = record.summary
        assert (summary.time, summary.revision, summary.target) == (
            "2026-01-05T10:15:02.123456Z",
            REVISION,
            plan.target,
        )
        assert summary.user
        assert summary.host
        assert (summary.exit_code, summary.open) == (0, False)
        assert summary.counts == {"create": 1, "update": 1, "delete": 0, "blocked": 0, "steps": 2}
        assert run_of(record).results == run.results
        assert run_of(record).exit_code is ExitCode.DONE

    def test_it_holds_each_thing_before_and_after(self, world: World, state: Path) -> None:
        before = world.editor.get(ONE)
        apply(world, world.plan(TUTORIAL), state)
        created, changed = load(only_file(state)).steps
        assert created.before is None
        assert created.after is not None
        assert created.after.body["name"] == "Consumer authentication"
        assert changed.before is not None
        assert changed.before.body == before
        assert changed.after is not None
        assert changed.after.body == world.editor.get(ONE)
        assert (created.fate, changed.fate) == (Fate.DONE, Fate.DONE)

    def test_a_campaign_is_held_without_its_engagements(self, world: World, state: Path) -> None:
        apply(world, world.plan("campaigns: [{find: default, description: new}]"), state)
        (step,) = load(only_file(state)).steps
        assert step.before is not None
        assert step.after is not None
        assert "engagements" not in {**step.before.body, **step.after.body}

    def test_what_the_configuration_manages_gets_the_ids_that_the_run_made(self, world: World, state: Path) -> None:
        connector = named(Kind.CONNECTOR, "Consumer authentication")
        one = default(Kind.ENGAGEMENT, default(Kind.CAMPAIGN))
        managed = (
            Managed(connector, None, {("name",): "Consumer authentication", ("apiToken",): "t0ken"}),
            Managed(
                one,
                ENGAGEMENT,
                {("connectorId",): KnownAfterApply(connector), ("x",): SecretReference("LPCONF_SECRET_X")},
            ),
        )
        plan = replace(world.plan(TUTORIAL), managed=managed, protected=(one,), configuration="sha256:1")
        run = apply(world, plan, state)
        record = load(only_file(state))
        new = run.results[0].live_id
        assert list(record.managed) == [
            Managed(connector, new, {("name",): "Consumer authentication"}),
            Managed(one, ENGAGEMENT, {("connectorId",): new, ("x",): SecretReference("LPCONF_SECRET_X")}),
        ]
        assert record.protected == (one,)
        assert record.summary.configuration == "sha256:1"

    def test_no_secret_is_in_any_byte_of_it(self, world: World, state: Path) -> None:
        policy = Policy(secrets=frozenset({"LPCONF_SECRET_IDP"}), write_secrets=frozenset())
        made = apply(world, world.plan(CODE, policy), state, LPCONF_SECRET_IDP=CANARY)
        path = f"{CONNECTORS}/{made.results[0].live_id}"
        body = world.editor.get(path)
        body["configuration"] |= {"clientSecret": "l1ve", "hook": {"apiKey": "k3y"}, "url": "https://a:pa55@x.com"}
        world.editor.put(path, body)
        changed = world.plan(CODE + "    js_method_name: getToken\n", policy)
        apply(world, changed, state / "again", LPCONF_SECRET_IDP=CANARY)
        written = only_file(state).read_bytes() + only_file(state / "again").read_bytes()
        assert [each for each in (CANARY.encode(), b"l1ve", b"k3y", b"pa55") if each in written] == []
        (step,) = load(only_file(state / "again")).steps
        assert step.before is not None
        assert ("configuration", "hook", "apiKey") in step.before.hidden
        assert step.before.body["name"] == "Code"


class TestFiles:
    def test_they_belong_to_the_user_alone(self, state: Path) -> None:
        with begin(state, EMPTY):
            pass
        assert stat.S_IMODE(only_file(state).stat().st_mode) == 0o600
        assert stat.S_IMODE((state / "runs").stat().st_mode) == 0o700

    @pytest.mark.parametrize("mode", [0o644, 0o620, 0o602])
    def test_a_journal_that_others_can_read_or_change_is_refused(self, state: Path, mode: int) -> None:
        with begin(state, EMPTY):
            pass
        only_file(state).chmod(mode)
        for read in (lambda: load(only_file(state)), lambda: reopened(only_file(state))):
            with pytest.raises(LpconfError, match="can be read or changed by other users") as error:
                read()
            assert "chmod 600" in str(error.value)
        assert "can be read or changed by other users" in only_damage(state)

    def test_a_journal_that_is_a_link_is_refused(self, state: Path, tmp_path: Path) -> None:
        with begin(state, EMPTY):
            pass
        file = only_file(state)
        file.rename(tmp_path / "elsewhere")
        file.symlink_to(tmp_path / "elsewhere")
        assert "is a link" in only_damage(state)

    def test_a_journal_that_is_no_file_is_refused(self, state: Path) -> None:
        with begin(state, EMPTY):
            pass
        file = only_file(state)
        file.unlink()
        os.mkfifo(file, 0o600)
        assert "is no regular file" in only_damage(state)

    @pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
    def test_a_journal_of_somebody_else_is_refused(self, state: Path) -> None:
        with begin(state, EMPTY):
            pass
        os.chown(only_file(state), 12345, 12345)
        assert "belongs to another user" in only_damage(state)

    def test_a_folder_that_is_a_link_or_open_is_refused(self, state: Path, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        (state / "runs").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(LpconfError, match="is a link or no folder"):
            begin(state, EMPTY)
        with pytest.raises(LpconfError, match="is a link or no folder"):
            runs(state)
        (state / "runs").unlink()
        (state / "runs").mkdir(mode=0o755)
        with pytest.raises(LpconfError, match="chmod 700"):
            begin(state, EMPTY)

    def test_a_folder_that_cannot_be_made_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(LpconfError, match="Cannot make the folder of journals"):
            begin(tmp_path / "file", EMPTY)

    def test_a_journal_that_has_gone_is_told(self, state: Path) -> None:
        with begin(state, EMPTY):
            pass
        file = only_file(state)
        summary = runs(state)[0]
        file.unlink()
        with pytest.raises(LpconfError, match="has gone"):
            file_of(state, summary.id)
        with pytest.raises(LpconfError, match="Cannot read the journal"):
            load(file)
        with pytest.raises(JournalError, match="Cannot open the journal"):
            reopened(file)


class TestReading:
    @pytest.fixture
    def file(self, world: World, state: Path) -> Path:
        apply(world, world.plan(TUTORIAL), state)
        return only_file(state)

    def test_a_torn_last_line_is_as_if_it_had_not_been_written(self, file: Path, state: Path) -> None:
        whole = file.read_bytes()
        end = whole.rstrip().rfind(b"\n") + 1
        for length in (end + 1, len(whole) - 1):
            file.write_bytes(whole[:length])
            assert runs(state)[0].open
            assert load(file).summary.exit_code is None
        with reopened(file):
            pass
        assert file.read_bytes() == whole[:end]

    def test_a_run_whose_plan_never_came_to_disk_is_none(self, file: Path, state: Path) -> None:
        whole = file.read_bytes()
        for data in (b"", b'{"event"', whole.splitlines(keepends=True)[0], whole[: whole.find(b"\n") + 20]):
            file.write_bytes(data)
            assert runs(state) == ()
            with pytest.raises(LpconfError, match="holds no run"):
                load(file)

    @pytest.mark.parametrize(
        ("number", "line"),
        [
            (1, b"[]"),
            (1, b'{"event": "run", "format_version": "9.9"}'),
            (1, b'{"event": "plan"}'),
            (2, b'{"event": "end"}'),
            (3, b"nonsense"),
            (3, b'{"event": "frobnicated", "step": 0}'),
            (3, b'{"event": "intent", "step": 7}'),
            (3, b'{"event": "outcome", "step": 0, "answer": "answered", "id": 1}'),
            (3, b'{"event": "step", "step": true, "outcome": "odd"}'),
            (3, b'{"event": "step", "step": -1}'),
            (3, b"[" * 100_000),
        ],
    )
    def test_any_other_odd_line_is_an_error_that_names_it(self, file: Path, number: int, line: bytes) -> None:
        all_lines = file.read_bytes().splitlines()
        file.write_bytes(b"\n".join([*all_lines[: number - 1], line, *all_lines[number:]]) + b"\n")
        with pytest.raises(LpconfError, match=f"line {number}") as error:
            load(file)
        assert str(file) in str(error.value)

    def test_another_format_is_named(self, file: Path, state: Path) -> None:
        file.write_bytes(file.read_bytes().replace(b'"format_version": "1.0"', b'"format_version": "9.0"', 1))
        assert "its format is 9.0; this lpconf reads 1.0" in only_damage(state)

    def test_a_plan_of_another_format_is_told(self, file: Path) -> None:
        record = load(file)
        odd = replace(record, document={**record.document, "format_version": "0.1"})
        with pytest.raises(LpconfError, match=f"The journal of the run {record.summary.id} has a plan"):
            run_of(odd)

    def test_a_last_line_that_is_long_is_no_end(self, file: Path, state: Path) -> None:
        long = json.dumps({"event": "proof", "step": 0, "time": "", "body": {"a": "x" * 200_000}, "hidden": []})
        whole = b"\n".join(file.read_bytes().splitlines()[:-1])
        file.write_bytes(whole + b"\n" + long.encode() + b"\n")
        assert runs(state)[0].open
        assert load(file).steps[0].after is not None


class TestList:
    def test_it_is_newest_first_and_of_one_account(self, state: Path) -> None:
        several(state, SANDBOX, OTHER, SANDBOX)
        assert [each.time[14:16] for each in runs(state)] == ["17", "16", "15"]
        assert [each.target for each in runs(state, OTHER)] == [OTHER]
        assert runs(state, replace(OTHER, discovery_host="other")) == ()

    def test_a_run_is_named_by_id_by_its_beginning_or_as_the_last(self, state: Path) -> None:
        several(state, SANDBOX, SANDBOX)
        found = runs(state)
        assert chosen(found, "last", state) is found[0]
        for each in found:
            assert chosen(found, each.id, state) is each
        with pytest.raises(LpconfError, match="There is no run zzz"):
            chosen(found, "zzz", state)
        with pytest.raises(LpconfError, match=f"There is no run in {state} yet"):
            chosen((), "last", state)
        same = (replace(found[0], id="ab12"), replace(found[1], id="ab34"))
        assert chosen(same, "AB1", state) is same[0]
        with pytest.raises(LpconfError, match="2 runs begin with ab"):
            chosen(same, "ab", state)

    def test_the_oldest_go_and_those_with_something_unknown_stay(self, state: Path) -> None:
        several(state, OTHER, SANDBOX, SANDBOX, SANDBOX)
        with begin(state, EMPTY, now=lambda: NOW - timedelta(days=1)):
            pass  # a run without an end, the oldest of all
        remove_oldest(state, SANDBOX, 1)
        left = runs(state)
        assert [(each.target.account, each.open) for each in left] == [
            (SANDBOX.account, False),
            (OTHER.account, False),
            (SANDBOX.account, True),
        ]


def full_after(count: int) -> Callable[[int, bytes], int]:
    """A disk that takes some bytes more, written in small pieces, and then no more."""
    left = [count]

    def write(descriptor: int, data: bytes) -> int:
        size = min(left[0], 1000, len(data))
        if not size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left[0] -= size
        return os.write(descriptor, data[:size])

    return write


class TestDiskFull:
    def run(self, world: World, state: Path, plan: Plan, count: int) -> tuple[Any, Journal]:
        with begin(state, plan) as journal:
            journal.write = full_after(count)
            run = execute(
                plan, world.client, secrets={}, quirks=QUIRKS, waits=QUICK, clock=world.clock, journal=journal
            )
            return run, journal

    def test_before_the_first_request_nothing_is_sent(self, world: World, state: Path) -> None:
        plan = world.plan(TUTORIAL)
        run, journal = self.run(world, state, plan, 20)
        assert [result.outcome for result in run.results] == [Outcome.NOT_ATTEMPTED] * 2
        assert run.exit_code is ExitCode.ERROR
        assert "No space left on device" in run.results[0].reason
        assert world.gateway.writes() == []
        assert journal.failed is not None

    def test_after_a_request_no_other_is_sent_and_the_first_is_told(self, world: World, state: Path) -> None:
        plan = world.plan(TUTORIAL)
        sizes = [len(json.dumps(line)) + 1 for line in self.whole(world, state / "whole")]
        run, _ = self.run(world, state, plan, sizes[2] + 10)  # the first intent, and a part of its outcome
        assert [result.outcome for result in run.results] == [Outcome.CONFIRMED, Outcome.NOT_ATTEMPTED]
        assert run.exit_code is ExitCode.PARTLY
        assert [verb for verb, _ in world.gateway.writes()[-1:]] == ["POST"]
        record = load(only_file(state))
        assert record.summary.open
        assert record.steps[0].fate is None

    def whole(self, world: World, state: Path) -> list[dict[str, Any]]:
        """A whole journal of the same plan. Its writes are taken back."""
        made = apply(world, world.plan(TUTORIAL), state)
        engagement = world.editor.get(ONE)
        world.editor.put(ONE, {**engagement, "conversationType": 0, "allowUnauthMsg": True, "connectorId": None})
        world.editor.delete(f"{CONNECTORS}/{made.results[0].live_id}")
        return lines(only_file(state))

    def test_a_journal_that_cannot_be_begun_is_an_error(self, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(_: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(JournalError, match="No space left on device"):
            begin(state, EMPTY)

"""Between the approval and the write, what runs must stay what was approved: its risks and its blocks, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pexpect
import pytest

from tests.account import make_key
from tests.sandbox.client import CAMPAIGN, CAMPAIGNS, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, implicit

from .conftest import LPCONF, Run, Served, clean_environment

ONE = f"{ENGAGEMENTS}/{ENGAGEMENT}"
ONE_CAMPAIGN = f"{CAMPAIGNS}/{CAMPAIGN}"
HEAD = 'version: 1\naccount: "12345678"\n'
MESSAGING = HEAD + "campaigns: [{find: default, engagements: [{find: default, conversation: messaging}]}]\n"
WITH_CONNECTOR = MESSAGING + "connectors: [{name: Consumer authentication, js_method_name: LPJsMethodName}]\n"
PROTECTED = MESSAGING.replace("conversation: messaging", "lifecycle: {protect: true}")

VISIBLE = (
    "campaign[default]/engagement[default]: a risk that the plan did not show: "
    'The campaign "Default campaign" is published: visitors may see this at once.'
)
BLOCKED = 'connector["Consumer authentication"]: a change that is blocked, and that the plan did not show: '


@dataclass
class Place:
    """A folder with a configuration, and an account that somebody else edits too."""

    run: Run
    served: Served
    folder: Path

    def declare(self, text: str) -> None:
        (self.folder / "site.yaml").write_text(text)

    def lpconf(self, *arguments: str) -> CompletedProcess[str]:
        return self.run(*arguments, **self.served.environment)

    def save(self, *arguments: str) -> None:
        planned = self.lpconf("plan", "--out", "plan.json", *arguments)
        assert planned.returncode == 0, planned.stderr

    def edit(self, path: str, **fields: Any) -> None:
        """Somebody changes a thing in the console."""
        editor = self.served.editor
        editor.put(path, {**editor.get(path), **fields})

    def is_unwritten(self) -> bool:
        return bool(self.served.editor.get(ONE)["conversationType"] == 0)

    @contextmanager
    def asked(self) -> Iterator[Any]:
        """An apply at a terminal, where the plan has been shown and the question asked."""
        state = {"LPCONF_STATE_DIR": str(self.folder / "state"), **self.served.environment}
        with pexpect.spawn(
            LPCONF,
            ["apply"],
            cwd=self.folder,
            env=clean_environment(**state),
            encoding="utf-8",
            timeout=60,
            dimensions=(60, 400),
        ) as child:
            child.expect("Enter a value:")
            yield child

    def approve(self, child: Any) -> tuple[int, str]:
        child.sendline("yes")
        child.expect(pexpect.EOF)
        child.close()
        return child.exitstatus, child.before


@pytest.fixture
def place(lpconf: Run, served: Served, tmp_path: Path) -> Place:
    made = Place(lpconf, served, tmp_path)
    made.declare(MESSAGING)
    made.edit(ONE_CAMPAIGN, status=0)
    return made


class TestARiskThatArises:
    def test_after_a_plan_was_saved_makes_it_stale(self, place: Place) -> None:
        place.save()
        place.edit(ONE_CAMPAIGN, status=1)
        applied = place.lpconf("apply", "--plan", "plan.json")
        assert (applied.returncode, applied.stdout) == (3, "")
        assert VISIBLE in applied.stderr
        assert "The plan is stale" in applied.stderr
        assert "Nothing was written." in applied.stderr
        assert place.is_unwritten()

    def test_while_a_person_decides_makes_it_stale(self, place: Place) -> None:
        with place.asked() as child:
            place.edit(ONE_CAMPAIGN, status=1)
            code, said = place.approve(child)
        assert code == 3
        assert VISIBLE in said
        assert place.is_unwritten()

    def test_is_counted_where_nothing_may_be_shown(self, place: Place) -> None:
        place.save()
        place.edit(ONE_CAMPAIGN, status=1)
        applied = place.lpconf("apply", "--plan", "plan.json", "--addresses-only")
        assert applied.returncode == 3
        assert "1 lines, not shown here, as they hold values." in applied.stderr
        assert "Default campaign" not in applied.stderr

    def test_a_risk_that_has_gone_is_no_reason_to_stop(self, place: Place) -> None:
        place.edit(ONE_CAMPAIGN, status=1)
        place.save()
        place.edit(ONE_CAMPAIGN, status=0)
        applied = place.lpconf("apply", "--plan", "plan.json")
        assert applied.returncode == 0, applied.stderr


class TestABlockThatArises:
    """Of a thing that the approved plan does not change."""

    @pytest.fixture
    def connector(self, place: Place) -> str:
        place.declare(WITH_CONNECTOR)
        made = place.served.editor.create(CONNECTORS, implicit(jwtPublicKey=make_key()))
        return f"{CONNECTORS}/{made['id']}"

    def edit(self, place: Place, connector: str) -> None:
        body = place.served.editor.get(connector)
        place.edit(connector, configuration={**body["configuration"], "jsMethodName": "another"})

    def test_after_a_plan_was_saved_makes_it_stale(self, place: Place, connector: str) -> None:
        place.save()
        self.edit(place, connector)
        applied = place.lpconf("apply", "--plan", "plan.json")
        assert (applied.returncode, applied.stdout) == (3, "")
        assert BLOCKED in applied.stderr
        assert place.is_unwritten()

    def test_while_a_person_decides_makes_it_stale(self, place: Place, connector: str) -> None:
        with place.asked() as child:
            self.edit(place, connector)
            code, said = place.approve(child)
        assert code == 3
        assert BLOCKED in said
        assert place.is_unwritten()


class TestProtectionThatIsLost:
    """Which only the last run's journal tells."""

    def test_is_approved_where_the_plan_shows_it(self, place: Place) -> None:
        place.declare(PROTECTED)
        assert place.lpconf("apply").returncode == 0
        place.declare(MESSAGING)
        place.save()
        applied = place.lpconf("apply", "--plan", "plan.json")
        assert applied.returncode == 0, applied.stderr

    def test_is_not_where_the_plan_was_made_without_that_journal(self, place: Place) -> None:
        place.declare(PROTECTED)
        assert place.lpconf("apply").returncode == 0
        place.declare(MESSAGING)
        place.save("--state-dir", "elsewhere")
        applied = place.lpconf("apply", "--plan", "plan.json")
        assert (applied.returncode, applied.stdout) == (3, "")
        assert "lost its protection from being deleted since the last run, and the plan did not show" in applied.stderr
        assert place.is_unwritten()

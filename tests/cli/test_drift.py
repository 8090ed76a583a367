"""`lpconf drift` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.sandbox.client import ENGAGEMENT, ENGAGEMENTS

from .conftest import SITE, Run, Served

ONE = f"{ENGAGEMENTS}/{ENGAGEMENT}"


def edit(served: Served, **fields: object) -> None:
    served.editor.put(ONE, {**served.editor.get(ONE), **fields})


def apply(lpconf: Run, served: Served) -> None:
    done = lpconf("apply", SITE, "--auto-approve", "--allow-demo-key", *WRITES, **served.environment)
    assert done.returncode == 0, done.stderr


WRITES = ("--accept-unverified", "connector.update")


def test_after_an_apply_nothing_has_drifted(lpconf: Run, served: Served) -> None:
    apply(lpconf, served)
    found = lpconf("drift", SITE, **served.environment)
    assert found.returncode == 0
    assert found.stdout.startswith("Nothing has drifted in account 12345678")
    assert found.stdout.splitlines()[-1] == "Drift: 0 things drifted, 0 pending, 3 as declared."


def test_a_change_in_the_console_is_drift_and_exits_with_2(lpconf: Run, served: Served) -> None:
    apply(lpconf, served)
    edit(served, conversationType=0, weight=0.9)
    found = lpconf("drift", SITE, **served.environment)
    assert found.returncode == 2
    assert '      ~ conversation: was "messaging", is "live_chat"\n' in found.stdout
    assert "weight" not in found.stdout
    assert found.stdout.splitlines()[-1] == "Drift: 1 thing drifted, 0 pending, 2 as declared."


def test_a_change_of_the_configuration_is_pending_and_exits_with_0(lpconf: Run, served: Served, tmp_path: Path) -> None:
    apply(lpconf, served)
    changed = tmp_path / "site.yaml"
    changed.write_text(Path(SITE).read_text().replace("enabled: true", "enabled: false"))
    found = lpconf("drift", str(changed), **served.environment)
    assert found.returncode == 0
    assert (
        "Pending, which is no drift: the configuration declares it, and the last run did not apply it." in found.stdout
    )
    assert found.stdout.splitlines()[-1] == "Drift: 0 things drifted, 1 pending, 2 as declared."


def test_a_thing_that_is_gone_is_drift(lpconf: Run, served: Served) -> None:
    apply(lpconf, served)
    edit(served, connectorId=None)
    (made,) = served.editor.get("le-connectors/connectors")
    served.editor.delete(f"le-connectors/connectors/{made['id']}")
    found = lpconf("drift", SITE, **served.environment)
    assert found.returncode == 2
    assert f'  - connector["Consumer authentication"] is gone (id {made["id"]})\n' in found.stdout


def test_without_a_run_every_difference_is_drift(lpconf: Run, served: Served) -> None:
    found = lpconf("drift", SITE, **served.environment)
    assert found.returncode == 2
    assert found.stdout.startswith("No run is known of account 12345678")
    assert '  - connector["Consumer authentication"] is declared, but not there\n' in found.stdout
    assert "no run tells what it was" in found.stdout


def test_programs_read_it_as_json(lpconf: Run, served: Served) -> None:
    apply(lpconf, served)
    edit(served, conversationType=0)
    found = json.loads(lpconf("drift", SITE, "-o", "json", **served.environment).stdout)
    assert found["drifted"] is True
    assert found["things"] == [
        {
            "address": "campaign[default]/engagement[default]",
            "deviation": "changed",
            "name": "Default engagement",
            "id": ENGAGEMENT,
            "fields": [
                {
                    "field": "conversation",
                    "left": "messaging",
                    "live": "live_chat",
                    "declared": "messaging",
                    "known": True,
                }
            ],
        }
    ]


def test_it_writes_nothing(lpconf: Run, served: Served) -> None:
    before = served.editor.revision(ENGAGEMENTS)
    lpconf("drift", SITE, **served.environment)
    assert served.editor.revision(ENGAGEMENTS) == before

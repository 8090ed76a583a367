"""`lpconf schema`, and that what commands print with `-o json` is what the schemas say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lpconf.cli.schema import Which
from tests.repository import commit
from tests.sandbox.client import ENGAGEMENT, ENGAGEMENTS
from tests.schemas import closed

from .conftest import ROOT, SITE, Run, Served

SCHEMAS = ROOT / "schemas"


@pytest.mark.parametrize("which", Which)
def test_the_checked_in_schemas_are_what_the_command_prints(lpconf: Run, which: Which) -> None:
    assert lpconf("schema", which.value).stdout == (SCHEMAS / f"{which.value}.schema.json").read_text()


def test_every_checked_in_schema_is_of_a_document_that_there_is() -> None:
    assert {file.name for file in SCHEMAS.iterdir()} == {f"{which.value}.schema.json" for which in Which}


def test_the_reference_has_every_document() -> None:
    reference = (ROOT / "docs/reference/json.md").read_text() + (ROOT / "docs/reference/plan.md").read_text()

    assert [which for which in Which if f"`lpconf schema {which.value}`" not in reference] == [Which.SITE]


def fits(document: str, which: Which) -> Any:
    """The document, which says what it is, and has the fields that the checked-in schema describes, and no others."""
    found = json.loads(document)
    schema = json.loads((SCHEMAS / f"{which.value}.schema.json").read_text())
    jsonschema.validate(found, closed(schema))
    assert found["format"] == f"lpconf-{which.value}"
    return found


def test_from_a_plan_to_drift(lpconf: Run, served: Served) -> None:
    environment = served.environment
    planned = fits(lpconf("plan", SITE, "--allow-demo-key", "-o", "json", **environment).stdout, Which.PLAN)
    done = lpconf("apply", SITE, "--auto-approve", "--allow-demo-key", "-o", "json", **environment)
    ran = fits(done.stdout, Which.RUN)
    (run,) = fits(lpconf("history", "-o", "json").stdout, Which.HISTORY)["runs"]
    record = fits(lpconf("show", "last", "-o", "json").stdout, Which.RECORD)
    served.editor.put(
        f"{ENGAGEMENTS}/{ENGAGEMENT}",
        {**served.editor.get(f"{ENGAGEMENTS}/{ENGAGEMENT}"), "conversationType": 0},
    )
    drift = fits(lpconf("drift", SITE, "-o", "json", **environment).stdout, Which.DRIFT)
    back = lpconf("rollback", "last", "--auto-approve", "-o", "json", **environment)

    assert len(planned["steps"]) == len(ran["steps"]) == 2
    assert record["run"] == run
    assert record["reported"] == ran
    assert (drift["since"], len(drift["things"])) == (run["id"], 1)
    assert fits(back.stdout, Which.RUN)["blocked"]


def test_a_difference(lpconf: Run, tmp_path: Path) -> None:
    before = (
        'version: 1\naccount: "12345678"\nconnectors:\n'
        "- {name: Web, jwks_endpoint: https://a.example, lifecycle: {protect: true}}\n- {name: Old, preferred: true}\n"
    )
    after = before.replace("a.example", "b.example").replace(", lifecycle: {protect: true}", "").replace("Old", "New")
    commit(tmp_path, site_yaml=before)
    (tmp_path / "site.yaml").write_text(f"label: ${{var.label}}\n{after}")

    found = fits(lpconf("diff", "HEAD", "-o", "json").stdout, Which.DIFF)

    assert found["counts"]["changed"] == 1
    assert (found["unprotected"], found["unset_variables"]) == (['connector["Web"]'], ["label"])


@pytest.mark.parametrize("more", ["- &a", "connectors: []", "campaigns: [{find: default}]"])
def test_a_validation(lpconf: Run, tmp_path: Path, more: str) -> None:
    (tmp_path / "site.yaml").write_text(f'version: 1\naccount: "12345678"\n{more}\n')
    done = lpconf("validate", "-o", "json")

    assert fits(done.stdout, Which.VALIDATION)["valid"] is (done.returncode == 0)


def test_a_token(lpconf: Run) -> None:
    token = ROOT / "examples" / "tutorial" / "token.jwt"

    found = fits(lpconf("token", "check", SITE, "--token", str(token), "-o", "json").stdout, Which.TOKEN_CHECK)

    assert found["verdict"] == "refused"

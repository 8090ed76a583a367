"""The documents for programs."""

from __future__ import annotations

import json

from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.run import Outcome
from lpconf.model.site import Position
from lpconf.report import json as report

from . import samples


def test_diagnostics_without_an_error_are_valid() -> None:
    warning = Diagnostic(
        Severity.WARNING, "lint.key", "weak", "connectors[0]", "hint", Position("a.yaml", 1, 2), "line"
    )

    assert report.diagnostics([warning]) == {
        "format": "lpconf-validation",
        "format_version": "1.0",
        "valid": True,
        "counts": {"error": 0, "warning": 1, "note": 0},
        "diagnostics": [
            {
                "severity": "warning",
                "code": "lint.key",
                "message": "weak",
                "path": "connectors[0]",
                "hint": "hint",
                "position": {"file": "a.yaml", "line": 1, "column": 2},
                "source": "line",
            }
        ],
    }


def test_an_error_makes_the_configuration_invalid() -> None:
    document = report.diagnostics([Diagnostic(Severity.ERROR, "x", "wrong")])

    assert document["valid"] is False
    assert document["diagnostics"] == [
        {
            "severity": "error",
            "code": "x",
            "message": "wrong",
            "path": "",
            "hint": "",
            "position": None,
            "source": None,
        }
    ]


def test_a_run_that_did_everything() -> None:
    assert report.run(samples.tutorial_run()) == {
        "format": "lpconf-run",
        "format_version": "1.0",
        "target": {
            "account": "12345678",
            "label": "Example Bank test",
            "discovery_host": "127.0.0.1:8443",
            "sandbox": True,
        },
        "result": "done",
        "exit_code": 0,
        "counts": {
            **{outcome.value.replace(" ", "_"): 0 for outcome in Outcome},
            "confirmed": 2,
            "blocked": 0,
            "unchanged": 2,
        },
        "steps": [
            {
                "address": 'connector["Consumer authentication"]',
                "action": "create",
                "outcome": "confirmed",
                "id": 1000001330,
                "reason": "",
                "differences": [],
                "notes": [],
            },
            {
                "address": "campaign[default]/engagement[default]",
                "action": "update",
                "outcome": "confirmed",
                "id": 1000001030,
                "reason": "",
                "differences": [],
                "notes": ["The revision had moved; merged."],
            },
        ],
        "blocked": [],
        "conflicts": [],
    }


def test_a_run_that_did_not() -> None:
    document = report.run(samples.every_outcome())

    assert (document["result"], document["exit_code"]) == ("partly", 4)
    assert document["blocked"] == [
        {
            "address": 'connector["Consumer authentication"]',
            "action": "update",
            "blocks": [{"reason": "Only a guess.", "allowed_by": "--accept-unverified x"}],
        }
    ]


def test_documents_survive_the_encoder_whatever_they_hold() -> None:
    position = Position(samples.HOSTILE, 1, 1)
    document = report.diagnostics([Diagnostic(Severity.ERROR, "x", samples.HOSTILE, position=position)])
    run = report.run(samples.every_outcome())

    assert json.loads(json.dumps(document)) == document
    assert json.loads(json.dumps(run)) == run

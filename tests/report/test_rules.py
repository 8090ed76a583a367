"""What rules are about, without anything from a configuration."""

from __future__ import annotations

import re
from pathlib import Path

import lpconf
from lpconf.report.rules import FAMILIES, about, about_family

SOURCE = Path(lpconf.__file__).parent
_CALL = r"(?:Complaint|BadValueError|Diagnostic|_error|_warning|Problem)"
RULE = re.compile(_CALL + r'\(\s*(?:[\w.]+,\s*)*"([a-z]+)\.[a-z_]+"')


def test_every_family_of_rules_has_its_sentence() -> None:
    found = {
        family
        for folder in ("config", "engine", "lint", "resources")
        for file in (SOURCE / folder).rglob("*.py")
        for family in RULE.findall(file.read_text(encoding="utf-8"))
    }

    assert len(found) > 10
    assert found <= FAMILIES.keys()


def test_a_rule_has_its_own_sentence_or_that_of_its_family() -> None:
    assert about("key.demo") == "The tutorial's demo key is used, whose private half is public"
    assert about("schema.enum") == about_family("schema.enum") == "The YAML does not fit lpconf's schema"
    assert about("nosuch.rule") == "The configuration is not as it should be"

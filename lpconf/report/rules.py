"""What the rules are about that diagnostics name by their code, in sentences that hold nothing from a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "account": "The files are not of one account",
        "connector": "What a connector declares does not go together",
        "create": "A new thing lacks what it needs",
        "engagement": "What an engagement declares does not go together",
        "extra": "A field under extra cannot be declared there",
        "file": "A file of the configuration cannot be used",
        "format": "A file cannot be formatted",
        "key": "A public key is not one that LivePerson takes",
        "lifecycle": "What is asked under lifecycle, or of what is not declared, cannot be",
        "match": "A declaration does not find the one thing in the account that it means",
        "name": "Two things would have one name",
        "quirks": "The quirks file has what lpconf does not know",
        "reference": "A reference leads to nothing, or may not lead where it seems to",
        "schema": "The YAML does not fit lpconf's schema",
        "secret": "A flag names a secret or a connector that nothing declares",
        "site": "The files do not make one site",
        "value": "A value is not one that its field takes",
        "variable": "A variable cannot be used",
        "window": "A window may not open where it should",
        "yaml": "The file is not the YAML that lpconf reads",
    }
)
"""By the first part of the code."""

_SINGLE: Mapping[str, str] = MappingProxyType(
    {
        "connector.flow_change": "The flow of a live connector would change, which lpconf refuses",
        "connector.preferred": "Several connectors are preferred, and probably only one can be",
        "key.demo": "The tutorial's demo key is used, whose private half is public",
        "key.short": "A public key is shorter than is safe",
        "match.ambiguous": "A declaration fits several things in the account",
        "match.near": "A name is nearly the same as one in the account",
        "schema.unknown": "A word is not one of lpconf's",
        "variable.unset": "A variable is not set",
        "window.placeholder_endpoint": "A separate window would lead visitors to a placeholder",
        "yaml.syntax": "The file is not YAML",
    }
)
"""Of rules about which there is more to say than of their family."""

_OTHER = "The configuration is not as it should be"


def about_family(code: str) -> str:
    """What the family of a rule is about. Without a full stop."""
    return FAMILIES.get(code.partition(".")[0], _OTHER)


def about(code: str) -> str:
    """What a rule is about. Without a full stop."""
    return _SINGLE.get(code) or about_family(code)

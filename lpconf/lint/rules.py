"""The rules. Each looks through a whole site; consumer-side facts are named where they say why."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping, Set
from urllib.parse import urlsplit

from lpconf.model.address import Kind, SelectBy
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.site import Declaration, Declared, ReferenceById, Site
from lpconf.resources import public_key

Rule = Callable[[Site], Iterator[Diagnostic]]

SHORTEST_SAFE_KEY = 2048
"""Bits. LivePerson's documentation generates 2048 (consumer-side 1.4)."""

_MOST_PAIRS = 20_000
"""Names to compare with each other: a stranger's file may hold 100,000 of either kind."""
_LONGEST_NAME = 100
"""Characters of a name that is compared: that takes quadratic time."""

# The tutorial's own placeholder, and the names that RFC 2606 and RFC 6761 reserve.
_PLACEHOLDERS = ("dummy.com", "example.com", "example.net", "example.org")
_RESERVED = (".example", ".test", ".invalid", ".localhost")


def _warning(thing: Declared, word: str, code: str, message: str, hint: str, source: str | None = None) -> Diagnostic:
    return Diagnostic(Severity.WARNING, code, message, f"{thing.path}.{word}", hint, thing.position_of(word), source)


def demo_key(site: Site) -> Iterator[Diagnostic]:
    """The tutorial's key pair is public in both halves (consumer-side 0)."""
    for thing, key in _keys(site):
        if key.fingerprint == public_key.DEMO_KEY_FINGERPRINT:
            yield _warning(
                thing,
                "jwt_public_key",
                "key.demo",
                "this is the tutorial's demo key; its private half is public, so anybody can sign in as any visitor",
                "Use it in the sandbox only. Real accounts need --allow-demo-key for it.",
            )


def short_key(site: Site) -> Iterator[Diagnostic]:
    """Keys under 2048 bits are accepted, and weak (consumer-side 1.4)."""
    for thing, key in _keys(site):
        if key.bits < SHORTEST_SAFE_KEY and key.fingerprint != public_key.DEMO_KEY_FINGERPRINT:
            yield _warning(
                thing,
                "jwt_public_key",
                "key.short",
                f"the key has {key.bits} bits",
                f"Use at least {SHORTEST_SAFE_KEY}: openssl genrsa -out idp.pem {SHORTEST_SAFE_KEY}",
            )


def _keys(site: Site) -> Iterator[tuple[Declared, public_key.PublicKey]]:
    for thing in site.things:
        text = thing.fields.get("jwt_public_key")
        if isinstance(text, str):
            yield thing, public_key.parse(text)


def placeholder_endpoint(site: Site) -> Iterator[Diagnostic]:
    """A separate window really calls the authentication endpoint (consumer-side 3.1)."""
    hosts = dict(_placeholder_hosts(site))
    for thing in site.things:
        connector = thing.fields.get("connector")
        if thing.fields.get("window_opens") != "separate" or not isinstance(connector, str | ReferenceById):
            continue
        if connector in hosts:
            yield _warning(
                thing,
                "window_opens",
                "window.placeholder_endpoint",
                "a separate window sends visitors to the connector's authentication_endpoint, "
                f"and {hosts[connector]} is only a placeholder",
                "Write window_opens: embedded, or give the connector its real endpoint.",
                site.line(thing.position_of("window_opens")),
            )


def _placeholder_hosts(site: Site) -> Iterator[tuple[str | ReferenceById, str]]:
    """The references under which connectors with a placeholder endpoint are known, and its host."""
    for thing in site.things:
        host = _host(thing.fields.get("authentication_endpoint"))
        if not (host.endswith(_RESERVED) or any(host == each or host.endswith(f".{each}") for each in _PLACEHOLDERS)):
            continue
        selector, name = thing.address.selector, thing.fields.get("name")
        if selector.by is SelectBy.NAME:
            yield str(selector.value), host
        elif isinstance(name, str):
            yield name, host
        if selector.by is SelectBy.ID:
            yield ReferenceById(int(str(selector.value))), host


def _host(endpoint: Declaration) -> str:
    """The host of an address; empty where there is none, or where a variable that is unset keeps it open."""
    try:
        return (urlsplit(endpoint).hostname or "") if isinstance(endpoint, str) else ""
    except ValueError:
        return ""


def misspelled_connector(site: Site) -> Iterator[Diagnostic]:
    """A reference may mean a live connector, so only a near miss of a declared one is worth a word."""
    names = {
        name
        for thing in site.things
        if thing.address.kind is Kind.CONNECTOR
        for name in (thing.address.selector.value, thing.fields.get("name"))
        if isinstance(name, str)
    }
    unknown = {each for thing in site.things if isinstance(each := thing.fields.get("connector"), str)} - names
    near = _near(unknown, names)
    for thing in site.things:
        reference = thing.fields.get("connector")
        if isinstance(reference, str) and reference in near:
            meant = json.dumps(near[reference], ensure_ascii=False)
            yield _warning(
                thing,
                "connector",
                "reference.near",
                f"no connector of this name is declared; did you mean {meant}?",
                "If it is a live connector that is not declared, all is well.",
                site.line(thing.position_of("connector")),
            )


def _near(unknown: Set[str], names: Set[str]) -> Mapping[str, str]:
    """For each text the name that it may have been meant to be. None where there are too many to compare."""
    candidates = sorted(name for name in names if len(name) <= _LONGEST_NAME)
    words = sorted(word for word in unknown if len(word) <= _LONGEST_NAME)
    if len(words) * len(candidates) > _MOST_PAIRS:
        return {}
    found = {word: difflib.get_close_matches(word, candidates, n=1, cutoff=0.8) for word in words}
    return {word: near[0] for word, near in found.items() if near}


def several_preferred(site: Site) -> Iterator[Diagnostic]:
    """Making one connector preferred takes it from the others (facts 4.5 [guess]): then no plan is ever empty."""
    preferred = [thing for thing in site.things if thing.fields.get("preferred") is True]
    for thing in preferred[1:]:
        yield _warning(
            thing,
            "preferred",
            "connector.preferred",
            f"{preferred[0].path} at {preferred[0].position} is preferred too, and probably only one can be",
            "Keep preferred: true on one connector.",
            site.line(thing.position_of("preferred")),
        )


RULES: tuple[Rule, ...] = (demo_key, short_key, placeholder_endpoint, misspelled_connector, several_preferred)

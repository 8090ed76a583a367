"""The rules. Each looks at one declared thing; consumer-side facts are named where they say why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from lpconf.model.address import Kind
from lpconf.model.diagnostic import Diagnostic, Severity
from lpconf.model.site import Declared, Site
from lpconf.resources import public_key

Rule = Callable[[Declared, Site], Iterator[Diagnostic]]

SHORTEST_SAFE_KEY = 2048
"""Bits. LivePerson's documentation generates 2048 (consumer-side 1.4)."""

# The tutorial's own placeholder, and the names that RFC 2606 and RFC 6761 reserve.
_PLACEHOLDERS = ("dummy.com", "example.com", "example.net", "example.org")
_RESERVED = (".example", ".test", ".invalid", ".localhost")


def _warning(thing: Declared, word: str, code: str, message: str, hint: str, source: str | None = None) -> Diagnostic:
    return Diagnostic(Severity.WARNING, code, message, f"{thing.path}.{word}", hint, thing.position_of(word), source)


def demo_key(thing: Declared, _: Site) -> Iterator[Diagnostic]:
    """The tutorial's key pair is public in both halves (consumer-side 0)."""
    text = thing.fields.get("jwt_public_key")
    if isinstance(text, str) and public_key.parse(text).fingerprint == public_key.DEMO_KEY_FINGERPRINT:
        yield _warning(
            thing,
            "jwt_public_key",
            "key.demo",
            "this is the tutorial's demo key; its private half is public, so anybody can sign in as any visitor",
            "Use it in the sandbox only. Real accounts need --allow-demo-key for it.",
        )


def short_key(thing: Declared, _: Site) -> Iterator[Diagnostic]:
    """Keys under 2048 bits are accepted, and weak (consumer-side 1.4)."""
    text = thing.fields.get("jwt_public_key")
    key = public_key.parse(text) if isinstance(text, str) else None
    if key and key.bits < SHORTEST_SAFE_KEY and key.fingerprint != public_key.DEMO_KEY_FINGERPRINT:
        yield _warning(
            thing,
            "jwt_public_key",
            "key.short",
            f"the key has {key.bits} bits",
            f"Use at least {SHORTEST_SAFE_KEY}: openssl genrsa -out idp.pem {SHORTEST_SAFE_KEY}",
        )


def placeholder_endpoint(thing: Declared, site: Site) -> Iterator[Diagnostic]:
    """A separate window really calls the authentication endpoint (consumer-side 3.1)."""
    connector = thing.fields.get("connector")
    if thing.address.kind is not Kind.ENGAGEMENT or thing.fields.get("window_opens") != "separate":
        return
    for other in site.things:
        endpoint = other.fields.get("authentication_endpoint")
        name = other.fields.get("name", other.address.selector.value)
        if other.address.kind is Kind.CONNECTOR and name == connector and isinstance(endpoint, str):
            host = urlsplit(endpoint).hostname or ""
            if (
                host in _PLACEHOLDERS
                or host.endswith(_RESERVED)
                or host.endswith(tuple("." + p for p in _PLACEHOLDERS))
            ):
                position = thing.position_of("window_opens")
                yield _warning(
                    thing,
                    "window_opens",
                    "window.placeholder_endpoint",
                    f"a separate window sends visitors to the connector's authentication_endpoint, and {host} "
                    "is only a placeholder",
                    "Write window_opens: embedded, or give the connector its real endpoint.",
                    site.line(position),
                )


RULES: tuple[Rule, ...] = (demo_key, short_key, placeholder_endpoint)

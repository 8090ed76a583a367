"""Where lpconf talks to, and which hosts may receive credentials (facts 1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from lpconf.liveperson.errors import shown
from lpconf.model.errors import AccessError

DISCOVERY_URL = "https://api.liveperson.net"
TRUSTED = (".liveperson.net", ".lpsnmedia.net")

_URL_VARIABLE = "LPCONF_DISCOVERY_URL"
_TRUST_VARIABLE = "LPCONF_TRUST_HOSTS"
_LOOPBACK = ("127.0.0.1", "[::1]")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# The last label has a letter: otherwise it is an IPv4 address, in one of its many spellings.
_NAME = rf"(?:{_LABEL}\.)*(?=[a-z0-9-]*[a-z])(?!0x){_LABEL}"
_HOST = re.compile(rf"(?P<host>{_NAME}|127\.0\.0\.1|\[::1\])(?::(?P<port>[1-9][0-9]{{0,4}}))?", re.ASCII)
_SUFFIX = re.compile(rf"\.{_NAME}", re.ASCII)
_LONGEST_NAME = 253


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where discovery is, and the hosts that it may name.

    `discovery_url` is scheme and host, without a slash at the end. `trusted` holds lower-case hosts, hosts with
    their port, and suffixes such as `.liveperson.net`; a host without a port means the default port only.
    """

    discovery_url: str
    trusted: tuple[str, ...] = TRUSTED
    sandbox: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Endpoint:
        """LivePerson, or what `LPCONF_DISCOVERY_URL` and `LPCONF_TRUST_HOSTS` name instead. Empty is as not set.

        The default hosts stay trusted unless `LPCONF_TRUST_HOSTS` replaces them; a discovery on this machine may
        also name itself, at its own port. Raises AccessError for a value that is not safe to use.
        """
        url = _discovery_url(environ.get(_URL_VARIABLE, "").strip() or DISCOVERY_URL)
        entries = [entry.strip().lower() for entry in environ.get(_TRUST_VARIABLE, "").split(",") if entry.strip()]
        if entries:
            return cls(url, tuple(_trusted(entry) for entry in entries))
        host = urlsplit(url).netloc
        return cls(url, (*TRUSTED, host) if is_loopback(url) else TRUSTED)

    @classmethod
    def for_sandbox(cls, url: str) -> Endpoint:
        """The embedded simulator, such as `http://127.0.0.1:8080`. The environment plays no part."""
        checked = _discovery_url(url)
        return cls(checked, (urlsplit(checked).netloc,), sandbox=True)

    @property
    def discovery_host(self) -> str:
        """The host that names this place in plans and locks.

        The sandbox is always `sandbox`: its port changes with every start.
        """
        return "sandbox" if self.sandbox else urlsplit(self.discovery_url).netloc

    def base_url(self, service: str, host: object) -> str:
        """The base URL of a service, such as `https://va.ac.liveperson.net`, from discovery's answer.

        `host` must be a bare host that is trusted. An address on this machine counts only if discovery is on it
        too. Raises AccessError for anything else, before any credential is sent.
        """
        match = _HOST.fullmatch(host.lower()) if isinstance(host, str) and len(host) <= _LONGEST_NAME else None
        if match is None or not self._trusts(match):
            raise AccessError(
                f"Discovery names the host {shown(repr(host))} for the service {service}, which is not trusted.\n"
                "Nothing was sent to it.\n"
                f"If this host is right, list it in {_TRUST_VARIABLE}, beside all others that you trust.",
                in_public="Discovery names a host that is not trusted. Nothing was sent to it.",
            )
        if match["host"] in _LOOPBACK:
            return f"{urlsplit(self.discovery_url).scheme}://{match[0]}"
        return f"https://{_without_default_port(match)}"

    def _trusts(self, match: re.Match[str]) -> bool:
        name = match["host"]
        if name in _LOOPBACK:
            return is_loopback(self.discovery_url) and match[0] in self.trusted
        full = _without_default_port(match)
        if full in self.trusted:
            return True
        return full == name and any(entry.startswith(".") and name.endswith(entry) for entry in self.trusted)


def is_loopback(url: str) -> bool:
    """Whether a URL's host is literally 127.0.0.1 or ::1."""
    return urlsplit(url).hostname in {"127.0.0.1", "::1"}


def _without_default_port(match: re.Match[str]) -> str:
    return match["host"] if match["port"] in {None, "443"} else match[0]


def _discovery_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        raise AccessError(_not_an_origin(url)) from None
    host = parts.netloc.lower()
    if _HOST.fullmatch(host) is None or len(host) > _LONGEST_NAME or not port_fits or not _is_origin(parts):
        raise AccessError(_not_an_origin(url))
    if parts.scheme == "http" and not is_loopback(url):
        raise AccessError(
            f"{_URL_VARIABLE} is {shown(_without_user(url))}, which is not encrypted.\n"
            "Plain http works with the literal addresses 127.0.0.1 and [::1] only.\n"
            "Write https, or 127.0.0.1 in place of localhost."
        )
    return f"{parts.scheme}://{host}"


def _is_origin(parts: SplitResult) -> bool:
    return parts.scheme in {"http", "https"} and parts.path in {"", "/"} and not parts.query and not parts.fragment


def _not_an_origin(url: str) -> str:
    return (
        f"{_URL_VARIABLE} is {shown(_without_user(url))}, which lpconf cannot use.\n"
        "Expected is https:// and a host name, such as https://api.liveperson.net, without user name, path or query.\n"
        "Of addresses in numbers, only 127.0.0.1 and [::1] work."
    )


def _without_user(url: str) -> str:
    """The URL without what may be a password."""
    scheme, separator, rest = url.rpartition("@")
    return f"{scheme.partition('://')[0]}://(hidden)@{rest}" if separator else rest


def _trusted(entry: str) -> str:
    if _SUFFIX.fullmatch(entry):
        return entry
    match = _HOST.fullmatch(entry)
    if match is None:
        raise AccessError(
            f"{_TRUST_VARIABLE} has {shown(repr(entry))}, which is not a host.\n"
            "Expected are host names such as va.ac.example.com, with a port such as va.ac.example.com:8443,\n"
            "or endings such as .example.com, separated by commas."
        )
    return match[0] if match["host"] in _LOOPBACK else _without_default_port(match)

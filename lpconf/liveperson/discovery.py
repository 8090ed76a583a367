"""Finds an account's hosts with one request (facts 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lpconf.liveperson.endpoint import Endpoint
from lpconf.liveperson.errors import Refused, UnexpectedAnswer
from lpconf.liveperson.exchange import Call, path_of
from lpconf.liveperson.transport import Transport
from lpconf.model.errors import AccessError

SETTINGS = "accountConfigReadWrite"
LOGIN = "agentVep"
OAUTH = "sentinel"

# Facts 1: documented are 400 and 401; that an unknown account may be 404 is a guess.
_NO_SUCH_ACCOUNT = frozenset({400, 401, 404})


@dataclass(frozen=True, slots=True)
class Services:
    """The hosts that discovery names for an account, not yet checked."""

    account: str
    endpoint: Endpoint
    hosts: Mapping[str, object]

    def base_url(self, service: str) -> str:
        """The checked base URL of a service; its name is case sensitive.

        Raises AccessError for a service that the account does not have and for a host that is not trusted.
        """
        if service not in self.hosts:
            raise _unknown(self.account, self.endpoint, f"the service {service} of ")
        return self.endpoint.base_url(service, self.hosts[service])


def discover(transport: Transport, endpoint: Endpoint, account: str) -> Services:
    """Ask for all services of an account. Raises AccessError if there is no usable answer."""
    path = path_of("api", "account", account, "service", "baseURI.json")
    call = Call("GET", endpoint.discovery_url, path, (("version", "1.0"),))
    try:
        answer = transport.send(call)
        if answer.status in _NO_SUCH_ACCOUNT:
            raise _unknown(account, endpoint, "")
        body = transport.check(call, answer).json(call)
    except (Refused, UnexpectedAnswer) as error:
        raise AccessError(str(error), in_public=error.in_public) from None
    entries = body.get("baseURIs") if isinstance(body, Mapping) else None
    if not isinstance(entries, list):
        raise AccessError(
            f"{call} was answered with JSON that does not list services.\nCheck that {endpoint.discovery_host} "
            "is LivePerson's discovery host."
        )
    hosts: dict[str, object] = {}
    for entry in entries:
        if isinstance(entry, Mapping) and isinstance(name := entry.get("service"), str):
            hosts.setdefault(name, entry.get("baseURI"))
    return Services(account, endpoint, hosts)


def _unknown(account: str, endpoint: Endpoint, of_what: str) -> AccessError:
    return AccessError(
        f"{endpoint.discovery_host} does not know {of_what}account {account}.\n"
        "Check the account's number in the configuration.",
        in_public="LivePerson does not know the account.",
    )

"""The client against the simulator, which shares no code with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lpconf.liveperson.client import Client, id_of
from lpconf.liveperson.connection import connect
from lpconf.liveperson.credentials import Bearer, ClientCredentials, Credentials, UserPassword
from lpconf.liveperson.endpoint import Endpoint
from lpconf.liveperson.errors import Conflict, NotFound, Refused
from lpconf.model.address import Kind
from lpconf.model.errors import AccessError
from lpconf.model.policy import Waits
from lpconf.model.quirks import Quirks
from lpconf.sandbox.server import Address, running

from .scripted import ACCOUNT

NOW = 1_790_000_000.0


@dataclass
class Sandbox:
    """The running simulator, with a clock that a test can set."""

    address: Address
    waits: Waits
    clock: list[float]

    def connect(self, credentials: Credentials | None = None, account: str = ACCOUNT) -> AbstractContextManager[Client]:
        user = UserPassword(self.address.username, self.address.password)
        endpoint = Endpoint.for_sandbox(self.address.url)
        return connect(account, endpoint=endpoint, credentials=credentials or user, quirks=Quirks(), waits=self.waits)


@pytest.fixture
def sandbox(tmp_path: Path, waits: Waits) -> Iterator[Sandbox]:
    clock = [NOW]
    with running(tmp_path / "state.db", ACCOUNT, clock=lambda: clock[0]) as address:
        yield Sandbox(address, waits, clock)


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with sandbox.connect() as client:
        yield client


def connector(name: str) -> dict[str, Any]:
    """A connector as the console sends it (facts 4.8)."""
    return {
        "name": name,
        "type": 1,
        "configuration": {
            "preferred": False,
            "jwtValidationType": "PUBLIC_JWT_KEY",
            "issuerDisplayName": None,
            "issuer": None,
            "authorizationEndpoint": "https://dummy.com",
            "jwtPublicKey": "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB",
            "jwksEndpoint": None,
            "jsMethodName": "LPJsMethodName",
            "jsContext": None,
            "tokenEndpoint": None,
            "clientId": None,
            "clientSecret": None,
        },
    }


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.ENGAGEMENT}))
def test_every_kind_is_listed_with_its_revision(client: Client, kind: Kind) -> None:
    listing = client.list(kind)
    assert listing.revision is not None
    assert all(isinstance(item["name"], str) for item in listing.items)


def test_a_campaign_is_read_whole_with_its_engagements(client: Client) -> None:
    (summary,) = client.list(Kind.CAMPAIGN).items
    assert "engagements" not in summary
    campaign = id_of(summary)
    assert campaign is not None
    whole = client.read(Kind.CAMPAIGN, campaign).body
    listed = client.list(Kind.ENGAGEMENT, campaign_id=campaign).items
    assert len(listed) > 0
    assert [item["id"] for item in whole["engagements"]] == [item["id"] for item in listed]  # type: ignore[index,union-attr,call-overload]


def test_what_is_created_is_read_back_and_replaced(client: Client) -> None:
    created = client.create(Kind.CONNECTOR, connector("Consumer authentication"))
    id = id_of(created.body)
    assert id is not None
    before = client.read(Kind.CONNECTOR, id)
    assert before.body["name"] == "Consumer authentication"
    client.update(Kind.CONNECTOR, id, {**before.body, "name": "Sign-in", "unknown": [1]}, before.revision)
    after = client.read(Kind.CONNECTOR, id)
    assert after.body["name"] == "Sign-in"
    assert after.body["unknown"] == [1]
    assert after.revision != before.revision


def test_an_engagement_is_changed_in_its_campaign(client: Client) -> None:
    campaign = id_of(client.list(Kind.CAMPAIGN).items[0])
    assert campaign is not None
    engagement = id_of(client.list(Kind.ENGAGEMENT, campaign_id=campaign).items[0])
    assert engagement is not None
    before = client.read(Kind.ENGAGEMENT, engagement, campaign_id=campaign)
    client.update(Kind.ENGAGEMENT, engagement, {**before.body, "name": "Sales"}, before.revision, campaign_id=campaign)
    assert client.read(Kind.ENGAGEMENT, engagement, campaign_id=campaign).body["name"] == "Sales"


def test_a_parallel_edit_is_a_conflict_and_stays(client: Client) -> None:
    id = id_of(client.create(Kind.CONNECTOR, connector("a")).body)
    assert id is not None
    mine = client.read(Kind.CONNECTOR, id)
    client.update(Kind.CONNECTOR, id, {**mine.body, "name": "theirs"}, mine.revision)
    with pytest.raises(Conflict):
        client.update(Kind.CONNECTOR, id, {**mine.body, "name": "mine"}, mine.revision)
    assert client.read(Kind.CONNECTOR, id).body["name"] == "theirs"


def test_a_name_that_is_taken_is_a_conflict(client: Client) -> None:
    client.create(Kind.CONNECTOR, connector("a"))
    with pytest.raises(Conflict):
        client.create(Kind.CONNECTOR, connector("a"))


def test_an_unknown_id_is_not_found(client: Client) -> None:
    with pytest.raises(NotFound):
        client.read(Kind.CONNECTOR, 999)


def test_a_body_that_is_refused_says_why(client: Client) -> None:
    with pytest.raises(Refused, match=r"was refused \(400\)\.\nThe sandbox says: The implicit flow needs"):
        client.create(
            Kind.CONNECTOR, {"name": "x", "type": 1, "configuration": {"jwtValidationType": "PUBLIC_JWT_KEY"}}
        )


def test_an_oauth_client_can_sign_in(sandbox: Sandbox) -> None:
    credentials = ClientCredentials(sandbox.address.client_id, sandbox.address.client_secret)
    with sandbox.connect(credentials) as client:
        assert client.list(Kind.CAMPAIGN).items


@pytest.mark.parametrize(
    "credentials", [UserPassword("admin", "wrong"), ClientCredentials("sandbox-client", "wrong")], ids=repr
)
def test_wrong_credentials_are_refused(sandbox: Sandbox, credentials: Credentials) -> None:
    with pytest.raises(AccessError, match="The sandbox refuses the"), sandbox.connect(credentials):
        pass


def test_an_unknown_account_is_named(sandbox: Sandbox) -> None:
    with pytest.raises(AccessError, match="does not know account 999"), sandbox.connect(account="999"):
        pass


def test_a_session_that_has_expired_is_begun_anew(sandbox: Sandbox) -> None:
    with sandbox.connect() as client:
        sandbox.clock[0] += 9 * 3600
        assert client.list(Kind.CAMPAIGN).items


def test_a_session_is_over_at_the_end(sandbox: Sandbox) -> None:
    with sandbox.connect() as client:
        bearer = Bearer(client._sign_in.bearer)
        with sandbox.connect(bearer) as same:
            assert same.list(Kind.CAMPAIGN).items
    with sandbox.connect(bearer) as late, pytest.raises(AccessError, match="may have expired"):
        late.list(Kind.CAMPAIGN)

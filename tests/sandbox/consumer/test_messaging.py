"""The consumer's WebSocket: who gets in, a whole conversation, and what is refused."""

from __future__ import annotations

import json
import sqlite3
import uuid
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from lpconf.sandbox.monitoring import APP_INSTALLATION_ID
from lpconf.sandbox.rules import Settings
from tests.sandbox.client import ACCOUNT, CAMPAIGN, ENGAGEMENT

from .brand import ISSUER, Json, Signer, claims_of
from .operator import NOW, Operator, code_of, lp_token, set_up
from .test_anonymous import UNAUTHENTICATED
from .test_monitoring import make_it_messaging
from .visitor import PATH, Visitor, visiting

OPEN = {"convState": ["OPEN"]}
CONNECTED = "Connection initialized successfully"


@pytest.fixture
def token(shared: Operator, brand: Signer, pasted: int) -> str:
    """LivePerson's token of a consumer that no other test knows."""
    return lp_token(shared.authenticate(pasted, brand.token(NOW, sub=str(uuid.uuid4()))))


@pytest.fixture
def alone_token(alone: Operator, brand: Signer) -> str:
    return lp_token(alone.authenticate(alone.pasted(brand), brand.token(NOW, exp=NOW + 1)))


def init(token: str, **fields: Json) -> Json:
    """What a browser sends first, as it cannot set headers."""
    credentials = {"type": ".ams.headers.ConsumerAuthentication", "jwt": token}
    properties = {"type": ".ams.headers.ClientProperties", "os": "ANDROID"}
    return {"kind": "req", "id": "0", "type": "InitConnection", "headers": [properties, credentials], **fields}


def text(message: str) -> Json:
    return {"type": "ContentEvent", "contentType": "text/plain", "message": message}


def opened(visitor: Visitor, **body: Json) -> str:
    """A new conversation, with nothing subscribed to."""
    return str(visitor.ask("cm.ConsumerRequestConversation", body)["body"]["conversationId"])


class TestGettingIn:
    def test_by_header(self, shared: Operator, token: str) -> None:
        with visiting(shared, token) as visitor:
            assert visitor.ask("GetClock")["body"] == {"currentTime": NOW * 1000}
            assert visitor.ask("InitConnection")["body"] == CONNECTED

    def test_by_first_message(self, shared: Operator, token: str) -> None:
        with visiting(shared) as visitor:
            visitor.send(init(token))
            assert visitor.next() == {
                "kind": "resp",
                "reqId": "0",
                "code": 200,
                "body": CONNECTED,
                "type": ".ReqBody$StringResp",
            }
            assert visitor.ask(".GetClock")["code"] == 200

    def test_one_header_may_come_without_its_array(self, shared: Operator, token: str) -> None:
        with visiting(shared) as visitor:
            visitor.send(init(token, headers=init(token)["headers"][1]))
            assert visitor.next()["code"] == 200

    @pytest.mark.parametrize(
        "first",
        [
            {"kind": "req", "id": "0", "type": "GetClock"},
            {"kind": "req", "id": "0", "type": "InitConnection", "headers": []},
            init("x", headers=[{"type": ".ams.headers.ConsumerAuthentication", "jwt": None}]),
            init("x", headers=["x"]),
            init("x", kind="resp"),
            "not json",
            b"\x00",
        ],
    )
    def test_without_a_token_4401(self, shared: Operator, first: Json) -> None:
        with visiting(shared) as visitor:
            visitor.send(first)
            assert visitor.close_code() == 4401

    def test_saying_nothing_4401(self, tmp_path: Path) -> None:
        with set_up(tmp_path, settings=Settings(init_seconds=0.01)) as operator, visiting(operator) as visitor:
            assert visitor.close_code() == 4401

    @pytest.mark.parametrize("by_header", [True, False])
    def test_with_the_brands_own_token_4407(self, shared: Operator, brand: Signer, by_header: bool) -> None:
        token = brand.token(NOW)
        with visiting(shared, token if by_header else None) as visitor:
            if not by_header:
                visitor.send(init(token))
            assert visitor.close_code() == 4407

    def test_with_a_token_that_is_none_4407(self, shared: Operator) -> None:
        with visiting(shared, "nonsense") as visitor:
            assert visitor.close_code() == 4407

    def test_with_a_token_of_another_account_4407(self, shared: Operator, token: str) -> None:
        with visiting(shared, token, PATH.replace(ACCOUNT, "another")) as visitor:
            assert visitor.close_code() == 4407

    def test_with_an_anonymous_external_token_4407(self, alone: Operator) -> None:
        """It has to go through the identity provider first, as a brand's token has."""
        alone.connector(UNAUTHENTICATED)
        with visiting(alone, lp_token(alone.post("anonymous/authorize"))) as visitor:
            assert visitor.close_code() == 4407

    def test_with_an_expired_token_4401(self, alone: Operator, alone_token: str) -> None:
        alone.clock.now += 1
        with visiting(alone, alone_token) as visitor:
            assert visitor.close_code() == 4401

    def test_the_token_expires_during_a_request_4401(self, alone: Operator, alone_token: str) -> None:
        with visiting(alone, alone_token) as visitor:
            assert visitor.ask("GetClock")["code"] == 200
            alone.clock.now += 1
            visitor.send({"kind": "req", "id": "9", "type": "GetClock"})
            assert visitor.close_code() == 4401

    def test_the_token_expires_while_nobody_speaks_4401(self, tmp_path: Path, brand: Signer) -> None:
        with set_up(tmp_path) as operator:
            connector = operator.pasted(brand)
            operator.clock.now = NOW + 0.98
            token = lp_token(operator.authenticate(connector, brand.token(NOW, exp=NOW + 1)))
            with visiting(operator, token) as visitor:
                assert visitor.ask("GetClock")["code"] == 200
                operator.clock.now = NOW + 1
                assert visitor.close_code() == 4401

    def test_anonymous_4407_when_expired(self, alone: Operator) -> None:
        connector = alone.connector(UNAUTHENTICATED)
        token = lp_token(alone.authenticate(connector, lp_token(alone.post("anonymous/authorize"))))
        with visiting(alone, token) as visitor:
            assert visitor.ask("GetClock")["code"] == 200
            alone.clock.now += 600
            visitor.send({"kind": "req", "id": "9", "type": "GetClock"})
            assert visitor.close_code() == 4407

    @pytest.mark.parametrize("path", [PATH.replace("v=3", "v=2"), PATH.replace("?v=3", "")])
    def test_in_another_version(self, shared: Operator, token: str, path: str) -> None:
        with pytest.raises(InvalidStatus) as refused, visiting(shared, token, path):
            pass
        assert refused.value.response.status_code == 400

    def test_with_the_token_in_the_address(self, shared: Operator, token: str) -> None:
        with pytest.raises(InvalidStatus), visiting(shared, None, PATH.replace("?", f"/{token}?")):
            pass

    def test_a_page_of_another_origin(self, shared: Operator, token: str) -> None:
        with pytest.raises(InvalidStatus) as refused, visiting(shared, token, origin="https://evil.example"):
            pass
        assert refused.value.response.status_code == 403
        with visiting(shared, token, origin=shared.client.url) as visitor:
            assert visitor.ask("GetClock")["code"] == 200


def test_a_whole_conversation(shared: Operator, token: str) -> None:
    """Rows 1 to 6 of the facts (consumer side, 4), in the order in which messages come."""
    consumer = claims_of(token)["sub"]
    with visiting(shared, token) as visitor:
        answer = visitor.ask("cqm.SubscribeExConversations", OPEN)
        assert answer["type"] == "cqm.SubscribeExConversationsResponse"
        assert visitor.conversations() == []

        info = {"campaignId": CAMPAIGN, "engagementId": ENGAGEMENT}
        answer = visitor.ask("cm.ConsumerRequestConversation", {"channelType": "MESSAGING", "campaignInfo": info})
        assert answer["type"] == "cm.RequestConversationResponse"
        conversation = answer["body"]["conversationId"]
        (new,), (joined,) = visitor.conversations(), visitor.conversations()
        assert (new["type"], new["result"]["convId"]) == ("UPSERT", conversation)
        details = joined["result"]["conversationDetails"]
        assert details["state"] == "OPEN"
        assert details["startTs"] == joined["result"]["lastUpdateTime"] == NOW * 1000
        assert details["campaignInfo"] == info
        assert [person["role"] for person in details["participants"]] == ["CONSUMER", "ASSIGNED_AGENT"]
        agent = details["participantsPId"]["ASSIGNED_AGENT"][0]
        assert details["participantsPId"] == {"CONSUMER": [consumer], "ASSIGNED_AGENT": [agent]}

        ids = {"dialogId": conversation, "conversationId": conversation}
        answer = visitor.ask("ms.SubscribeMessagingEvents", {**ids, "fromSeq": 0})
        assert (answer["type"], answer["body"]) == ("GenericSubscribeResponse", {})
        by_agent = {"originatorId": agent, "originatorMetadata": {"id": agent, "role": "ASSIGNED_AGENT"}}
        by_consumer = {"originatorId": consumer, "originatorMetadata": {"id": consumer, "role": "CONSUMER"}}
        greeting = text("How can I help you today?")
        assert visitor.events() == [
            {"sequence": 0, "serverTimestamp": NOW * 1000, **by_agent, "event": greeting, **ids}
        ]

        answer = visitor.ask("ms.PublishEvent", {**ids, "event": text("Hello")})
        assert (answer["type"], answer["body"]) == ("ms.PublishEventResponse", {"sequence": 1})
        (echo,) = visitor.events()
        assert echo == {"sequence": 1, "serverTimestamp": NOW * 1000, **by_consumer, "event": text("Hello"), **ids}
        answers = [visitor.events()[0] for _ in range(5)]
        assert [change["event"] for change in answers] == [
            {"type": "AcceptStatusEvent", "status": "ACCEPT", "sequenceList": [1]},
            {"type": "AcceptStatusEvent", "status": "READ", "sequenceList": [1]},
            {"type": "ChatStateEvent", "chatState": "COMPOSING"},
            text("You wrote: Hello"),
            {"type": "ChatStateEvent", "chatState": "ACTIVE"},
        ]
        assert [change.get("sequence") for change in answers] == [2, 3, None, 4, None]
        assert all(change["originatorId"] == agent for change in answers)

        event = {"type": "AcceptStatusEvent", "status": "READ", "sequenceList": [4]}
        assert visitor.ask("ms.PublishEvent", {**ids, "event": event})["body"] == {"sequence": 5}
        assert visitor.events()[0]["event"] == event
        event = {"type": "ChatStateEvent", "chatState": "COMPOSING"}
        assert visitor.ask("ms.PublishEvent", {**ids, "event": event})["body"] == {"sequence": 0}
        assert visitor.events() == [{**by_consumer, "event": event, **ids}]

        close = {"field": "ConversationStateField", "conversationState": "CLOSE"}
        body = {"conversationId": conversation, "conversationField": [close]}
        answer = visitor.ask("cm.UpdateConversationField", body)
        assert (answer["code"], answer["type"]) == (200, "StringResponse")
        (change,) = visitor.conversations()
        assert (change["type"], change["result"]["conversationDetails"]["state"]) == ("DELETE", "CLOSE")
        refusal = visitor.ask("ms.PublishEvent", {**ids, "event": text("Too late")})
        assert (refusal["code"], refusal["type"]) == (400, ".ReqBody$StringResp")


class TestSubscriptions:
    def test_who_wants_closed_ones_too_is_told_of_the_close(self, shared: Operator, token: str) -> None:
        with visiting(shared, token) as visitor:
            conversation = opened(visitor)
            visitor.ask("cqm.SubscribeExConversations", {"stage": ["OPEN", "CLOSE"]})
            assert len(visitor.conversations()) == 1
            dialog = {"dialogId": conversation, "state": "CLOSE", "closedCause": "Closed by consumer"}
            field = {"field": "DialogChange", "type": "UPDATE", "dialog": dialog}
            body = {"conversationId": conversation, "conversationField": field}
            assert visitor.ask("cm.UpdateConversationField", body)["code"] == 200
            (change,) = visitor.conversations()
            details = change["result"]["conversationDetails"]
            assert (change["type"], details["state"], details["dialogs"][0]["state"]) == ("UPSERT", "CLOSE", "CLOSE")
            assert visitor.ask("cqm.SubscribeExConversations", {"convState": "CLOSE"})["code"] == 200
            assert len(visitor.conversations()) == 1
            assert visitor.ask("cqm.SubscribeExConversations", {"convState": "OPEN"})["code"] == 200
            assert visitor.conversations() == []

    def test_history_from_a_sequence_on(self, shared: Operator, token: str) -> None:
        with visiting(shared, token) as visitor:
            conversation = opened(visitor, skillId="12", ttrDefName="URGENT")
            visitor.ask("ms.PublishEvent", {"dialogId": conversation, "event": text("x" * 300)})
            visitor.ask("ms.SubscribeMessagingEvents", {"dialogId": conversation, "fromSeq": 4})
            (last,) = visitor.events()
            assert (last["sequence"], last["event"]["message"]) == (4, f"You wrote: {'x' * 200}...")
            visitor.ask("cqm.SubscribeExConversations")
            (change,) = visitor.conversations()
            details = change["result"]["conversationDetails"]
            assert (details["skillId"], details["ttr"]["ttrType"]) == ("12", "URGENT")

    def test_two_connections_of_one_consumer(self, shared: Operator, token: str) -> None:
        with visiting(shared, token) as phone, visiting(shared, token) as desk:
            conversation = opened(phone)
            desk.ask("cqm.SubscribeExConversations", OPEN)
            (change,) = desk.conversations()
            assert change["result"]["convId"] == conversation
            desk.ask("ms.SubscribeMessagingEvents", {"dialogId": conversation})
            assert len(desk.events()) == 1
            phone.ask("ms.PublishEvent", {"dialogId": conversation, "event": text("From the phone")})
            assert desk.events()[0]["event"] == text("From the phone")

    def test_of_another_consumer_nothing_is_seen(
        self, shared: Operator, token: str, brand: Signer, pasted: int
    ) -> None:
        other_token = lp_token(shared.authenticate(pasted, brand.token(NOW, sub=str(uuid.uuid4()))))
        with visiting(shared, token) as visitor, visiting(shared, other_token) as other:
            conversation = opened(visitor)
            other.ask("cqm.SubscribeExConversations")
            assert other.conversations() == []
            for kind in ("ms.SubscribeMessagingEvents", "ms.PublishEvent", "cm.UpdateConversationField"):
                assert other.ask(kind, {"dialogId": conversation})["code"] == 404

    def test_outlive_the_connection(self, shared: Operator, token: str) -> None:
        with visiting(shared, token) as visitor:
            conversation = opened(visitor)
        with visiting(shared, token) as visitor:
            visitor.ask("ms.SubscribeMessagingEvents", {"dialogId": conversation})
            assert len(visitor.events()) == 1


class TestRefusals:
    @pytest.mark.parametrize(
        "message",
        [
            "not json",
            "[]",
            "{" + "[" * 50_000,
            b"bytes",
            {"kind": "req", "type": "GetClock"},
            {"kind": "req", "type": "GetClock", "id": ""},
            {"kind": "req", "type": "GetClock", "id": "x" * 65},
            {"kind": "req", "type": "GetClock", "id": True},
            '{"kind": "req", "type": "GetClock", "id": "\\ud800"}',
        ],
    )
    def test_an_envelope_without_an_id(self, shared: Operator, token: str, message: Json) -> None:
        with visiting(shared, token) as visitor:
            visitor.send(message)
            answer = visitor.next()
            assert (answer["reqId"], answer["code"]) == ("-1", 400)
            assert visitor.ask("GetClock")["code"] == 200

    @pytest.mark.parametrize(
        "fields",
        [{"kind": "resp"}, {"type": None}, {"type": "cm.Unknown"}, {"body": []}, {"body": "x"}, {"headers": ["x"]}],
    )
    def test_an_envelope_of_another_form(self, shared: Operator, token: str, fields: Json) -> None:
        with visiting(shared, token) as visitor:
            visitor.send({"kind": "req", "id": "7", "type": "GetClock", **fields})
            answer = visitor.next()
            expected = 200 if fields == {"body": []} else 400
            assert (answer["reqId"], answer["code"]) == ("7", expected)

    def test_a_number_as_id_and_unknown_fields(self, shared: Operator, token: str) -> None:
        with visiting(shared, token) as visitor:
            visitor.send({"kind": "req", "id": 1, "type": "GetClock", "more": {"of": "it"}})
            assert visitor.next()["reqId"] == "1"

    @pytest.mark.parametrize(
        "event",
        [
            None,
            {},
            {"type": "ContentEvent"},
            {"type": "ContentEvent", "message": 1},
            {"type": "AcceptStatusEvent", "status": "SEEN", "sequenceList": [0]},
            {"type": "AcceptStatusEvent", "status": "READ", "sequenceList": ["0"]},
            {"type": "AcceptStatusEvent", "status": "READ"},
            {"type": "ChatStateEvent", "chatState": "ASLEEP"},
            {"type": "Dance"},
        ],
    )
    def test_an_event_of_another_form(self, shared: Operator, token: str, event: Json) -> None:
        with visiting(shared, token) as visitor:
            conversation = opened(visitor)
            assert visitor.ask("ms.PublishEvent", {"dialogId": conversation, "event": event})["code"] == 400

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("cqm.SubscribeExConversations", {"convState": ["AJAR"]}),
            ("cqm.SubscribeExConversations", {"convState": [{}]}),
            ("ms.SubscribeMessagingEvents", {"fromSeq": "0"}),
            ("ms.SubscribeMessagingEvents", {"fromSeq": True}),
            ("cm.UpdateConversationField", {}),
            ("cm.UpdateConversationField", {"conversationField": [{"field": "TTRField"}]}),
            ("cm.UpdateConversationField", {"conversationField": "CLOSE"}),
        ],
    )
    def test_a_body_of_another_form(self, shared: Operator, token: str, kind: str, body: Json) -> None:
        with visiting(shared, token) as visitor:
            assert visitor.ask(kind, {"conversationId": opened(visitor), **body})["code"] == 400

    def test_a_message_that_is_too_long(self, shared: Operator, token: str) -> None:
        with visiting(shared, token) as visitor:
            visitor.send(json.dumps({"kind": "req", "id": "1", "type": "GetClock", "body": {"x": "y" * 70_000}}))
            assert visitor.next()["code"] == 413

    def test_nothing_is_written_to_the_terminal(
        self, shared: Operator, token: str, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with visiting(shared, token) as visitor:
            visitor.send("not json")
            assert visitor.next()["code"] == 400
        with visiting(shared, "nonsense") as visitor:
            assert visitor.close_code() == 4407
        assert capfd.readouterr() == ("", "")


class TestTogetherWithMonitoring:
    def test_an_open_conversation_is_offered_again(self, alone: Operator, brand: Signer) -> None:
        make_it_messaging(alone)
        sub = str(uuid.uuid4())
        token = lp_token(alone.authenticate(alone.pasted(brand), brand.token(NOW, sub=sub)))

        def offered() -> Json:
            identity = {"iss": ISSUER, "acr": "loa1", "sub": sub}
            path = f"app/{APP_INSTALLATION_ID}/engagement?v=1.1"
            (detail,) = alone.post(path, {"identities": [identity]}).json()["engagementDetails"]
            return detail["status"], detail.get("conversationId")

        assert offered() == ("expose", None)
        with visiting(alone, token) as visitor:
            info = {"campaignId": str(CAMPAIGN), "engagementId": str(ENGAGEMENT)}
            conversation = opened(visitor, campaignInfo=info)
            assert offered() == ("conversation", conversation)
            close = {"field": "ConversationStateField", "conversationState": "CLOSE"}
            visitor.ask("cm.UpdateConversationField", {"conversationId": conversation, "conversationField": close})
            assert offered() == ("expose", None)
            # Of no engagement, and of another: an engagement does not tell of what is not its own.
            opened(visitor)
            opened(visitor, campaignInfo={**info, "engagementId": str(ENGAGEMENT + 100)})
            assert offered() == ("expose", None)


def test_a_state_that_breaks(tmp_path: Path, brand: Signer, capfd: pytest.CaptureFixture[str]) -> None:
    with set_up(tmp_path) as operator:
        connector = operator.pasted(brand)
        token = lp_token(operator.authenticate(connector, brand.token(NOW)))
        with closing(sqlite3.connect(tmp_path / "sandbox.db")) as database:
            database.execute("DROP TABLE entities")
        with visiting(operator, token) as visitor:
            assert visitor.close_code() == 1011
        assert code_of(operator.authenticate(connector, brand.token(NOW))) == "9000"
    assert capfd.readouterr() == ("", "")


def test_the_server_stops_although_sockets_are_open(tmp_path: Path, brand: Signer) -> None:
    with ExitStack() as later, set_up(tmp_path) as operator:
        token = lp_token(operator.authenticate(operator.pasted(brand), brand.token(NOW)))
        silent, talking = (later.enter_context(visiting(operator, name)) for name in (None, token))
        assert talking.ask("GetClock")["code"] == 200
    assert (silent.close_code(), talking.close_code()) == (1012, 1012)

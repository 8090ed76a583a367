from __future__ import annotations

import pytest

from lpconf.liveperson.credentials import (
    Bearer,
    ClientCredentials,
    UserPassword,
    from_environment,
    is_token,
    missing_message,
)
from lpconf.model.errors import AccessError
from tests.canary import CANARY

OWN = {"LPCONF_USERNAME_123": "ada", "LPCONF_PASSWORD_123": CANARY}


class TestWhichVariablesCount:
    def test_a_user_with_a_password(self) -> None:
        assert from_environment(OWN, "123") == UserPassword("ada", CANARY)

    def test_a_bearer(self) -> None:
        assert from_environment({"LPCONF_BEARER_123": "abc"}, "123") == Bearer("abc")

    def test_an_oauth_client(self) -> None:
        environ = {"LPCONF_CLIENT_ID_123": "id", "LPCONF_CLIENT_SECRET_123": CANARY}
        assert from_environment(environ, "123") == ClientCredentials("id", CANARY)

    @pytest.mark.parametrize("account", ["124", "12", "1234", ""])
    def test_not_those_of_another_account(self, account: str) -> None:
        assert from_environment(OWN, account) is None

    def test_without_the_suffix_only_for_the_account_that_is_named(self) -> None:
        environ = {"LPCONF_USERNAME": "ada", "LPCONF_PASSWORD": CANARY, "LPCONF_ACCOUNT": "123"}
        assert from_environment(environ, "123") == UserPassword("ada", CANARY)
        assert from_environment(environ, "456") is None
        assert from_environment({**environ, "LPCONF_ACCOUNT": ""}, "123") is None

    def test_with_the_suffix_first(self) -> None:
        environ = {**OWN, "LPCONF_BEARER": "abc", "LPCONF_ACCOUNT": "123"}
        assert from_environment(environ, "123") == UserPassword("ada", CANARY)

    def test_an_empty_variable_is_as_not_set(self) -> None:
        assert from_environment({**OWN, "LPCONF_BEARER_123": ""}, "123") == UserPassword("ada", CANARY)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("name", "missing"),
        [
            ("LPCONF_USERNAME_123", "LPCONF_PASSWORD_123"),
            ("LPCONF_PASSWORD_123", "LPCONF_USERNAME_123"),
            ("LPCONF_CLIENT_ID_123", "LPCONF_CLIENT_SECRET_123"),
        ],
    )
    def test_half_of_a_pair(self, name: str, missing: str) -> None:
        with pytest.raises(AccessError, match=f"{name} is set, but {missing} is not"):
            from_environment({name: "x"}, "123")

    def test_half_of_a_pair_is_not_filled_up_from_those_without_the_suffix(self) -> None:
        environ = {"LPCONF_USERNAME_123": "ada", "LPCONF_PASSWORD": "other", "LPCONF_ACCOUNT": "123"}
        with pytest.raises(AccessError, match="LPCONF_PASSWORD_123 is not"):
            from_environment(environ, "123")

    def test_half_of_a_pair_without_the_suffix(self) -> None:
        with pytest.raises(AccessError, match="LPCONF_USERNAME is set, but LPCONF_PASSWORD is not"):
            from_environment({"LPCONF_USERNAME": "ada", "LPCONF_ACCOUNT": "123"}, "123")

    def test_more_than_one_way_to_sign_in(self) -> None:
        with pytest.raises(AccessError, match="LPCONF_USERNAME_123 and LPCONF_PASSWORD_123 and LPCONF_BEARER_123"):
            from_environment({**OWN, "LPCONF_BEARER_123": "abc"}, "123")

    @pytest.mark.parametrize("token", ["Bearer abc", "abc\n", "ab\x00c", "äbc"])
    def test_what_cannot_be_a_bearer(self, token: str) -> None:
        with pytest.raises(AccessError, match="LPCONF_BEARER_123 is not a bearer token") as raised:
            from_environment({"LPCONF_BEARER_123": token}, "123")
        assert "abc" not in str(raised.value)

    def test_bytes_that_are_no_text(self) -> None:
        with pytest.raises(AccessError, match="LPCONF_PASSWORD_123 is not readable text"):
            from_environment({**OWN, "LPCONF_PASSWORD_123": "\udcff"}, "123")


class TestWhenThereAreNone:
    def test_it_says_what_to_set(self) -> None:
        message = missing_message({}, "123")
        for name in ("LPCONF_USERNAME_123", "LPCONF_PASSWORD_123", "LPCONF_BEARER_123", "LPCONF_CLIENT_ID_123"):
            assert name in message
        assert "LPCONF_ACCOUNT" not in message

    def test_it_explains_why_those_without_the_suffix_do_not_count(self) -> None:
        environ = {"LPCONF_USERNAME": "ada", "LPCONF_PASSWORD": CANARY}
        assert "LPCONF_USERNAME and LPCONF_PASSWORD are set, but LPCONF_ACCOUNT is not set." in missing_message(
            environ, "123"
        )
        named = missing_message({"LPCONF_BEARER": CANARY, "LPCONF_ACCOUNT": "456"}, "123")
        assert "LPCONF_BEARER is set, but LPCONF_ACCOUNT names account 456." in named
        assert "Set LPCONF_ACCOUNT=123" in named
        assert CANARY not in named


def test_no_secret_is_shown_when_credentials_are_printed() -> None:
    for credentials in (UserPassword("ada", CANARY), Bearer(CANARY), ClientCredentials("id", CANARY)):
        assert CANARY not in f"{credentials!r} {credentials}"


def test_a_token_is_visible_ascii() -> None:
    assert is_token("eyJ.abc-_~")
    assert not is_token("")
    assert not is_token("a b")
    assert not is_token(17)

# ruff: noqa: E501 - one case, one line
"""What is told of a value, a word or a thing that does not fit."""

from __future__ import annotations

import pytest

from tests.config.conftest import CAMPAIGN, CONNECTOR, ENGAGEMENT, HEAD, Diagnose, told

TOP = [
    ("account: x\n", '1:1: version: version is missing'),
    ("version: 1\n", '1:1: account: account is missing'),
    ("version: 1\naccount: 12345678\n", "2:10: account: 12345678 is not text"),
    ("version: 1\naccount: 0123\n", "2:10: account: 0123 is not text"),
    ("version: 1\naccount: a-b\n", '2:10: account: "a-b" is not an account'),
    ("version: 1\naccount: [a]\n", "2:10: account: this is a list; expected an account in quotes"),
    ('version: 1\naccount: "1\\n"\n', '2:10: account: "1\\n" is not an account'),
    ("version: 1\naccount: ${var.x}\n", '2:10: account: "${var.x}" is not an account'),
    ("version: 1\naccount:\n", "2:9: account: there is no value here"),
    ("version: 2\naccount: x\nnew_word: 1\n", "1:10: version: version 2 is not known to this lpconf (0.1.0)"),
    ("version: 0\naccount: x\n", "1:10: version: version 0 is not known to this lpconf"),
    ("version: '1'\naccount: x\n", '1:10: version: version "1" is not known to this lpconf'),
    (f"{HEAD}requires: '>=99'\nnew_word: 1\n", "3:11: requires: this file needs lpconf >=99; this is lpconf 0.1.0"),
    (f"{HEAD}requires: '1.2'\n", '3:11: requires: "1.2" does not name versions of lpconf'),
    (f"{HEAD}requires: 1.20\n", "3:11: requires: 1.20 is not text"),
    (f"{HEAD}requires: {{}}\n", "3:11: requires: this is a map; expected text"),
    (f"{HEAD}label:\n", "3:7: label: there is no value here"),
    (f"{HEAD}label: ''\n", "3:8: label: this text is empty"),
    (f"{HEAD}label: ' x'\n", '3:8: label: " x" has white space around it'),
    (f"{HEAD}label: ${{var.x}}\n", "3:8: label: the variable x is not set"),
    (f"{HEAD}conectors: []\n", '3:1: conectors: "conectors" is not a word that can stand here; did you mean "connectors"?'),
    (f"{HEAD}zzz: []\n", '3:1: zzz: "zzz" is not a word that can stand here'),
    (f"{HEAD}connectors: []\n", "3:13: connectors: an empty list of connectors is an error"),
    (f"{HEAD}campaigns: []\n", "3:12: campaigns: an empty list of campaigns is an error"),
    (f"{CAMPAIGN}    engagements: []\n", "5:18: campaigns[0].engagements: an empty list of engagements is an error"),
    (f"{HEAD}connectors:\n", "3:12: connectors: there is no value here"),
    (f"{HEAD}connectors: {{}}\n", "3:13: connectors: this is a map; expected a list"),
    (f"{HEAD}connectors: [x]\n", "3:14: connectors[0]: this is text; expected a connector such as {name: ...}"),
    (f"{HEAD}connectors:\n  -\n", "4:4: connectors[0]: there is no value here; expected a connector such as {name: ...}"),
    (f"{HEAD}vars: 1\n", "3:7: vars: this is a number; expected a map of names and values"),
    (f"{HEAD}vars: x\n", "3:7: vars: this is text; expected a map of names and values"),
    (f"{HEAD}vars: {{a-b: 1}}\n", '3:8: vars.a-b: "a-b" is not a name for a variable'),
    (f"{HEAD}vars: {{a: [1]}}\n", "3:11: vars.a: this is a list; expected text, a number, or true or false"),
    (f"{HEAD}vars: {{a: }}\n", "3:11: vars.a: there is no value here"),
]  # fmt: skip

THINGS = [
    (f"{HEAD}connectors: [{{}}]\n", "3:14: connectors[0]: nothing says which connector this is"),
    (f"{HEAD}connectors:\n  - preferred: true\n    client_id: a\n", "4:5: connectors[0]: nothing says which connector this is"),
    (f"{HEAD}connectors:\n  - id: 5\n    find: default\n", "5:5: connectors[0].find: id and find do not go together"),
    (f"{HEAD}connectors:\n  - find: defalt\n", '4:11: connectors[0].find: "defalt" is not default; did you mean "default"?'),
    (f"{HEAD}connectors:\n  - find: 5\n", "4:11: connectors[0].find: this is a number; expected default"),
    (f"{HEAD}connectors:\n  - find:\n", "4:10: connectors[0].find: there is no value here"),
    (f"{HEAD}connectors:\n  - id: '5'\n", "4:9: connectors[0].id: an id is a whole number above 0"),
    (f"{HEAD}connectors:\n  - id: 0\n", "4:9: connectors[0].id: an id is a whole number above 0"),
    (f"{HEAD}connectors:\n  - id:\n", "4:8: connectors[0].id: there is no value here"),
    (f"{HEAD}connectors:\n  - name: 5\n", "4:11: connectors[0].name: 5 is a number, not text"),
    (f"{HEAD}connectors:\n  - name: true\n", "4:11: connectors[0].name: true is a truth value, not text"),
    (f"{HEAD}connectors:\n  - name: ''\n", "4:11: connectors[0].name: this text is empty"),
    (f"{HEAD}connectors:\n  - name:\n", "4:10: connectors[0].name: there is no value here"),
    (f"{HEAD}connectors:\n  - name: {{unset: true}}\n", "4:11: connectors[0].name: name cannot be unset"),
    (f"{HEAD}connectors:\n  - nane: x\n", '4:5: connectors[0].nane: "nane" is not a word for a connector; did you mean "name"?'),
    (f"{CONNECTOR}    authorizationEndpoint: https://a.b\n", '5:5: connectors[0].authorizationEndpoint: "authorizationEndpoint" is not a word for a connector; did you mean "authentication_endpoint"?'),
    (f"{ENGAGEMENT}        Authenticated Visitors Only: true\n", '7:9: campaigns[0].engagements[0].Authenticated Visitors Only: "Authenticated Visitors Only" is not a word for an engagement; did you mean "authenticated_visitors_only"?'),
    (f"{ENGAGEMENT}        routing: sales\n", '7:9: campaigns[0].engagements[0].routing: "routing" is not a word for an engagement; did you mean "skill"?'),
    (f"{HEAD}lifecycle: {{}}\n", '3:1: lifecycle: "lifecycle" is not a word that can stand here'),
    (f"{CONNECTOR}    lifecycle: absent\n", "5:16: connectors[0].lifecycle: this is text; expected a map such as {protect: true}"),
    (f"{CONNECTOR}    lifecycle: {{}}\n", "5:16: connectors[0].lifecycle: this map is empty"),
    (f"{CONNECTOR}    lifecycle:\n", "5:15: connectors[0].lifecycle: there is no value here"),
    (f"{CONNECTOR}    lifecycle: {{stat: absent}}\n", '5:16: connectors[0].lifecycle: "stat" is not one of state, protect, renamed_from; did you mean "state"?'),
    (f"{CONNECTOR}    lifecycle: {{state: abset}}\n", '5:24: connectors[0].lifecycle.state: "abset" is not absent; did you mean "absent"?'),
    (f"{CONNECTOR}    lifecycle: {{protect: 'true'}}\n", "5:26: connectors[0].lifecycle.protect: this is text; expected true or false"),
    (f"{CONNECTOR}    lifecycle: {{renamed_from: 5}}\n", "5:31: connectors[0].lifecycle.renamed_from: this is a number; expected a name"),
    (f"{CONNECTOR}    lifecycle: {{renamed_from: ''}}\n", "5:31: connectors[0].lifecycle.renamed_from: this text is empty"),
    (f"{CONNECTOR}    lifecycle: {{renamed_from: ' a'}}\n", '5:31: connectors[0].lifecycle.renamed_from: " a" has white space around it'),
    (f"{CONNECTOR}    lifecycle: {{state: absent, protect: true}}\n", "5:41: connectors[0].lifecycle.protect: this thing is protected, and state: absent deletes it"),
    (f"{HEAD}connectors:\n  - find: default\n    lifecycle: {{state: absent}}\n", "5:24: connectors[0].lifecycle.state: find: default may mean another thing tomorrow, so it cannot be deleted"),
    (f"{HEAD}connectors:\n  - id: 5\n    lifecycle: {{renamed_from: a}}\n", "5:31: connectors[0].lifecycle.renamed_from: renamed_from goes with a thing that is selected by name"),
    (f"{CONNECTOR}    lifecycle: {{renamed_from: Web}}\n", "5:31: connectors[0].lifecycle.renamed_from: this is the name that it has already"),
    (f"{CAMPAIGN}    lifecycle: {{state: absent}}\n    engagements:\n      - name: x\n", "7:7: campaigns[0].engagements: the campaign is to be deleted, and all of its engagements go with it"),
    (f"{CAMPAIGN}    delete_undeclared: [engagements]\n", "5:25: campaigns[0].delete_undeclared[0]: no engagements are declared beside it, so that all of them would be deleted"),
    (f"{CAMPAIGN}    delete_undeclared: [campaigns]\n", '5:25: campaigns[0].delete_undeclared[0]: "campaigns" is not engagements'),
    (f"{CAMPAIGN}    delete_undeclared: []\n", "5:24: campaigns[0].delete_undeclared: this list is empty"),
    (f"{CAMPAIGN}    delete_undeclared: engagements\n", '5:24: campaigns[0].delete_undeclared: "engagements" is not a list'),
    (f"{HEAD}delete_undeclared: [skills]\n", '3:21: delete_undeclared[0]: "skills" is not connectors or campaigns'),
    (f"{HEAD}delete_undeclared: [connectors]\n", "3:21: delete_undeclared[0]: no connectors are declared beside it, so that all of them would be deleted"),
    (f"{HEAD}delete_undeclared:\n", "3:19: delete_undeclared: there is no value here"),
    (f"{HEAD}delete_undeclared: {{}}\n", "3:20: delete_undeclared: this is a map; expected a list of connectors or campaigns"),
    (f"{ENGAGEMENT}        add: true\n", "7:9: campaigns[0].engagements[0].add: add is not supported yet"),
    (f"{CONNECTOR}    extra: 5\n", "5:12: connectors[0].extra: this is a number; expected a map of LivePerson fields"),
    (f"{CONNECTOR}    extra:\n", "5:11: connectors[0].extra: there is no value here"),
]  # fmt: skip

FIELDS = [
    (f"{CONNECTOR}    flow: implict\n", '5:11: connectors[0].flow: "implict" is not one of implicit, code; did you mean "implicit"?'),
    (f"{CONNECTOR}    flow: 1\n", "5:11: connectors[0].flow: 1 is not one of implicit, code"),
    (f"{CONNECTOR}    flow: {{unset: true}}\n", "5:11: connectors[0].flow: flow cannot be unset"),
    (f"{CONNECTOR}    flow: ${{var.f}}\n", '5:11: connectors[0].flow: "${var.f}" is not one of implicit, code'),
    (f"{CONNECTOR}    preferred: 'true'\n", '5:16: connectors[0].preferred: "true" is text, not true or false'),
    (f"{CONNECTOR}    preferred: '${{var.x}}'\n", '5:16: connectors[0].preferred: "${var.x}" is text, not true or false'),
    (f"{CONNECTOR}    preferred: 0x1\n", "5:16: connectors[0].preferred: 0x1 is not true or false"),
    (f"{CONNECTOR}    preferred:\n", "5:15: connectors[0].preferred: there is no value here"),
    (f"{CONNECTOR}    jwt_issuer: []\n", "5:17: connectors[0].jwt_issuer: this is an empty list; expected text, or {unset: true}"),
    (f"{CONNECTOR}    jwt_issuer: {{unset: false}}\n", "5:17: connectors[0].jwt_issuer: {unset: true} is the only form of unset"),
    (f"{CONNECTOR}    jwt_issuer: {{}}\n", "5:17: connectors[0].jwt_issuer: this is a map; expected text, or {unset: true}"),
    (f"{CONNECTOR}    jwt_issuer: ''\n", "5:17: connectors[0].jwt_issuer: this text is empty"),
    (f"{CONNECTOR}    acr_values: loa1\n", '5:17: connectors[0].acr_values: "loa1" is not a list'),
    (f"{CONNECTOR}    acr_values: [a, 1]\n", "5:21: connectors[0].acr_values[1]: this is a number; expected text"),
    (f"{CONNECTOR}    acr_values: {{unset: true}}\n", "5:17: connectors[0].acr_values: acr_values cannot be unset"),
    (f"{CONNECTOR}    acr_values: {{x: 1}}\n", "5:17: connectors[0].acr_values: this is a map; expected a list of texts"),
    (f"{CONNECTOR}    acr_values: [a, '']\n", "5:21: connectors[0].acr_values[1]: this text is empty"),
    (f"{CONNECTOR}    acr_values: [a,~]\n", "5:20: connectors[0].acr_values[1]: there is no value here; expected text"),
    (f"{CONNECTOR}    acr_values: 5\n", "5:17: connectors[0].acr_values: 5 is not a list of texts"),
    (f"{CAMPAIGN}    goal: {{name: x}}\n", "5:11: campaigns[0].goal: this is a map; expected the name of a goal, or {id: NUMBER}"),
    (f"{CAMPAIGN}    goal: [x]\n", "5:11: campaigns[0].goal: this is a list; expected the name of a goal, or {id: NUMBER}"),
    (f"{CAMPAIGN}    audiences: All\n", '5:16: campaigns[0].audiences: "All" is not a list'),
    (f"{CAMPAIGN}    audiences: [a, {{id: x}}]\n", "5:20: campaigns[0].audiences[1]: this is a map; expected the name of an audience, or {id: NUMBER}"),
    (f"{CAMPAIGN}    audiences: {{x: y}}\n", "5:16: campaigns[0].audiences: this is a map; expected a list of the names of audiences"),
    (f"{CAMPAIGN}    start_date: 5\n", "5:17: campaigns[0].start_date: 5 is a number, not text"),
    (f"{CAMPAIGN}    start_date: []\n", '5:17: campaigns[0].start_date: this is an empty list; expected a date and time such as "2026-01-05 00:00:00"'),
    (f"{CONNECTOR}    jwks_endpoint: {{a: b}}\n", "5:20: connectors[0].jwks_endpoint: this is a map; expected an address such as https://idp.example.com"),
    (f"{ENGAGEMENT}        skill:\n", "7:15: campaigns[0].engagements[0].skill: there is no value here"),
]  # fmt: skip

VALUES = [
    (f"{HEAD}connectors:\n  - name: ' x'\n", '4:11: connectors[0].name: " x" has white space around it'),
    (f'{HEAD}connectors:\n  - name: "a\\nb"\n', "4:11: connectors[0].name: this text holds a line break or another control character"),
    (f'{HEAD}connectors:\n  - name: "a\\e[31m"\n', "4:11: connectors[0].name: this text holds a line break or another control character"),
    (f'{HEAD}connectors:\n  - name: "é\\u202Eb"\n', "4:11: connectors[0].name: this text holds the invisible character U+202E, which changes the order of what follows"),
    (f'{CONNECTOR}    description: "\\x01"\n', "5:18: connectors[0].description: this text holds a control character"),
    (f"{CONNECTOR}    jwks_endpoint: http://a.b\n", '5:20: connectors[0].jwks_endpoint: "http://a.b" is not an https address'),
    (f"{CONNECTOR}    jwks_endpoint: a.b\n", '5:20: connectors[0].jwks_endpoint: "a.b" is not an https address'),
    (f"{CONNECTOR}    jwks_endpoint: https://\n", '5:20: connectors[0].jwks_endpoint: "https://" has no proper host name'),
    (f"{CONNECTOR}    jwks_endpoint: https://-a.b\n", '5:20: connectors[0].jwks_endpoint: "https://-a.b" has no proper host name'),
    (f"{CONNECTOR}    jwks_endpoint: https://a..b\n", '5:20: connectors[0].jwks_endpoint: "https://a..b" has no proper host name'),
    (f"{CONNECTOR}    jwks_endpoint: https://a.b:0\n", '5:20: connectors[0].jwks_endpoint: "https://a.b:0" has no proper host name'),
    (f"{CONNECTOR}    jwks_endpoint: https://a.b:99999\n", '5:20: connectors[0].jwks_endpoint: "https://a.b:99999" is not an address'),
    (f"{CONNECTOR}    jwks_endpoint: https://[::1\n", '5:20: connectors[0].jwks_endpoint: "https://[::1" is not an address'),
    (f"{CONNECTOR}    jwks_endpoint: https://bü.de\n", '5:20: connectors[0].jwks_endpoint: "https://bü.de" holds a character that an address cannot have'),
    (f"{CONNECTOR}    jwks_endpoint: https://a.b/c d\n", '5:20: connectors[0].jwks_endpoint: "https://a.b/c d" holds a character that an address cannot have'),
    (f"{CONNECTOR}    js_method_name: f()\n", '5:21: connectors[0].js_method_name: "f()" is not the name of something in a page\'s script'),
    (f"{CONNECTOR}    js_context: a..b\n", '5:17: connectors[0].js_context: "a..b" is not the name of something in a page\'s script'),
    (f"{CAMPAIGN}    start_date: 2026-01-05\n", '5:17: campaigns[0].start_date: "2026-01-05" is not a date and time'),
    (f"{CAMPAIGN}    start_date: 2026-02-30 00:00:00\n", '5:17: campaigns[0].start_date: "2026-02-30 00:00:00" is not a date and time'),
    (f"{CAMPAIGN}    start_date: 2026-1-5 0:0:0\n", '5:17: campaigns[0].start_date: "2026-1-5 0:0:0" is not a date and time'),
    (f"{CAMPAIGN}    time_zone: Europe/Berlni\n", '5:16: campaigns[0].time_zone: "Europe/Berlni" is not a time zone; did you mean "Europe/Berlin"?'),
    (f"{CAMPAIGN}    time_zone: ../UTC\n", '5:16: campaigns[0].time_zone: "../UTC" is not a time zone; did you mean "UTC"?'),
    (f"{CAMPAIGN}    time_zone: Qqqqqq\n", '5:16: campaigns[0].time_zone: "Qqqqqq" is not a time zone'),
    (f"{CAMPAIGN}    audiences: [a, a]\n", '5:20: campaigns[0].audiences[1]: "a" is in this list twice'),
    (f"{CAMPAIGN}    audiences: [{{id: 5}}, {{id: 5}}]\n", "5:26: campaigns[0].audiences[1]: id 5 is in this list twice"),
    (f"{CONNECTOR}    acr_values: [' a']\n", '5:18: connectors[0].acr_values[0]: " a" has white space around it'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line"), [*TOP, *THINGS, *FIELDS, *VALUES])
def test_one_mistake_gives_one_message_at_its_place(diagnose: Diagnose, text: str, line: str) -> None:
    assert [each.removeprefix("site.yaml:") for each in told(diagnose(text))][:1] == [line]


@pytest.mark.parametrize(("text", "line"), [*TOP, *THINGS, *FIELDS, *VALUES])
def test_one_mistake_gives_no_second_message(diagnose: Diagnose, text: str, line: str) -> None:
    assert len(diagnose(text)) == 1


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("version: 1\naccount: 0123\n", 'Put it in quotes: account: "0123".'),
        ("version: 1\n", 'Write the account in quotes: account: "12345678".'),
        (f"{HEAD}connectors:\n  - name: 010\n", 'Put it in quotes: "010".'),
        (f"{CONNECTOR}    preferred: 'yes'\n", "Write true without quotes."),
        (f"{CONNECTOR}    jwt_issuer:\n", "Leave it out to leave it as it is in the account, or write {unset: true} to clear it."),
        (f"{CONNECTOR}    acr_values:\n", "Leave it out to leave it as it is in the account, or write [] to empty it."),
        (f"{CONNECTOR}    preferred:\n", "Leave it out to leave it as it is in the account."),
        (f"{CONNECTOR}    jwt_issuer: ''\n", "Write {unset: true} to clear it."),
        (f"{CAMPAIGN}    start_date: 2026-01-05\n", 'Write it as "2026-01-05 00:00:00".'),
        (f"{CONNECTOR}    js_method_name: f()\n", "Write the name alone, without ()."),
        (f"{CAMPAIGN}    goal: 7\n", 'Put it in quotes: "7". If it is an id, write {id: 7}.'),
        (f"{CAMPAIGN}    audiences: [7]\n", "Put it in quotes. If it is an id, write {id: 7}."),
        (f"{CONNECTOR}    zzz: 1\n", "A LivePerson field that has no word goes under extra:."),
    ],
)  # fmt: skip
def test_hints_say_what_to_write(diagnose: Diagnose, text: str, hint: str) -> None:
    assert diagnose(text)[0].hint == hint


def test_all_mistakes_are_told_at_once_in_the_files_order(diagnose: Diagnose) -> None:
    text = (
        "version: 1\nconectors: 1\naccount: 5\nconnectors:\n- name: x\n  preferred: 'x'\n  jwks_endpoint: x\n  on: 1\n"
    )
    assert [each.position.line for each in diagnose(text) if each.position] == [2, 3, 6, 7, 8]


def test_a_thing_that_is_none_does_not_hide_the_others(diagnose: Diagnose) -> None:
    found = diagnose(f"{HEAD}connectors: [x, {{name: ' a'}}, {{name: b, acr_values: [1, ' c', 2]}}]\n")
    assert [each.path for each in found] == [
        "connectors[0]",
        "connectors[1].name",
        "connectors[2].acr_values[0]",
        "connectors[2].acr_values[2]",
    ]


def test_long_values_are_cut_and_stay_on_one_line(diagnose: Diagnose) -> None:
    message = diagnose(f'{CONNECTOR}    flow: "\\n{"x" * 200}"\n')[0].message
    assert message.startswith('"\\nxxx')
    assert 'xxx..." is not one of' in message
    assert len(message) < 120


def test_the_source_line_is_shown_with_what_cannot_be_printed_replaced(diagnose: Diagnose) -> None:
    assert diagnose(f"{CONNECTOR}    flow: implict # \u202ea\n")[0].source == "    flow: implict # \ufffda"


def test_very_long_source_lines_are_not_shown(diagnose: Diagnose) -> None:
    assert diagnose(f"{CONNECTOR}    flow: implict # {'x ' * 600}\n")[0].source is None


class TestFlowRules:
    """The rules of the field tables, placed on their words."""

    def test_on_the_word_that_does_not_fit(self, diagnose: Diagnose) -> None:
        text = f"{CONNECTOR}    flow: implicit\n    authentication_endpoint: https://a.b\n    jwks_endpoint: https://a.b\n    token_endpoint: https://a.b\n"
        assert told(diagnose(text)) == [
            "site.yaml:8:21: connectors[0].token_endpoint: token_endpoint does not go with flow: implicit"
        ]

    def test_on_the_thing_that_lacks_a_word(self, diagnose: Diagnose) -> None:
        text = f"{CONNECTOR}    flow: implicit\n    jwks_endpoint: https://a.b\n"
        assert told(diagnose(text)) == ["site.yaml:4:5: connectors[0]: flow: implicit needs authentication_endpoint"]

    def test_on_the_word_that_clears_what_is_needed(self, diagnose: Diagnose) -> None:
        text = f"{CONNECTOR}    flow: implicit\n    authentication_endpoint: {{unset: true}}\n    jwks_endpoint: https://a.b\n"
        (found,) = told(diagnose(text))
        assert found.endswith("connectors[0].authentication_endpoint: flow: implicit needs authentication_endpoint")

    def test_without_the_line_of_a_secret(self, diagnose: Diagnose) -> None:
        text = f"{CONNECTOR}    flow: implicit\n    authentication_endpoint: https://a.b\n    jwks_endpoint: https://a.b\n    client_secret: {{env: LPCONF_SECRET_X}}\n"
        (found,) = diagnose(text)
        assert (found.path, found.source) == ("connectors[0].client_secret", None)

    @pytest.mark.parametrize(
        "key",
        ["jwt_public_key: nonsense", "jwt_public_key:", "jwtPublicKey: x", "jwks_endpoint: x", "jwt_public_ky: x"],
    )
    def test_a_mistake_in_a_key_is_not_a_missing_key(self, diagnose: Diagnose, key: str) -> None:
        text = f"{CONNECTOR}    flow: implicit\n    authentication_endpoint: https://a.b\n    {key}\n"
        assert len(diagnose(text)) == 1

    def test_nothing_follows_from_a_flow_that_is_misspelled(self, diagnose: Diagnose) -> None:
        assert len(diagnose(f"{CONNECTOR}    flow: coed\n    consumer_delegation: true\n")) == 1

    def test_for_engagements_too(self, diagnose: Diagnose) -> None:
        text = f"{ENGAGEMENT}        authenticated_visitors_only: true\n        connector: {{unset: true}}\n"
        assert [each.code for each in diagnose(text)] == ["engagement.connector"]


class TestAValueInTypographicQuotes:
    @pytest.mark.parametrize(
        "text", ["version: 1\naccount: “12345678”\n", f"{CONNECTOR}    flow: „implicit“\n"], ids=["account", "choice"]
    )
    def test_is_told_that(self, diagnose: Diagnose, text: str) -> None:
        assert diagnose(text)[0].hint.startswith('These quotes are typographic ones. Write plain ones: "')


class TestAWrongSecret:
    def secret(self, diagnose: Diagnose, value: str) -> tuple[str, str]:
        found = next(each for each in diagnose(f"{CONNECTOR}    client_secret: {value}\n") if "secret" in each.path)
        return found.message, found.hint

    @pytest.mark.parametrize("name", ["IDP_SECRET", "LPCONF_SECRET_", "LPCONF_SECRET_A-B", '"LPCONF_SECRET_A\\n"'])
    def test_variable_is_told_how_its_name_begins(self, diagnose: Diagnose, name: str) -> None:
        message, hint = self.secret(diagnose, f"{{env: {name}}}")
        assert message == "the name of a secret's environment variable begins with LPCONF_SECRET_"
        assert hint == "Write client_secret: {env: LPCONF_SECRET_NAME}, with letters, digits and _ in the name."

    def test_text_may_be_the_secret_itself(self, diagnose: Diagnose) -> None:
        message, hint = self.secret(diagnose, "hunter2")
        assert message == "this is not a reference to a secret"
        assert "somebody may have seen it by now: change it where it comes from, too." in hint

    def test_list_is_no_reference(self, diagnose: Diagnose) -> None:
        message, hint = self.secret(diagnose, "[]")
        assert message == "this is not a reference to a secret"
        assert "seen" not in hint

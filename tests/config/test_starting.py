"""The first configuration: what it says, and that the loader takes whatever was answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lpconf.config import load
from lpconf.config.document import Source
from lpconf.config.formatting.text import format_text
from lpconf.config.problems import BadValueError, Problems
from lpconf.config.starting import CHECKS, CodeFlow, Start, site_text, tutorial_text

ROOT = Path(__file__).parents[2]
ENDPOINT = "https://login.bank.example/authorize"
KEYS = "https://login.bank.example/jwks"
MINIMAL = Start(account="12345678", authentication_endpoint=ENDPOINT, jwks_endpoint=KEYS)


def tidy(text: str) -> str | None:
    return format_text(text, Source.of("site.yaml", Path(), text), Problems())


def test_the_tutorial_has_one_source() -> None:
    """The package holds what the examples show; only the schema lies elsewhere."""
    assert tutorial_text("../schemas/site.schema.json") == (ROOT / "examples" / "site.yaml").read_text()
    packaged = ROOT / "lpconf" / "config" / "tutorial.yaml"
    assert tutorial_text("../../schemas/site.schema.json") == packaged.read_text()
    assert (ROOT / "examples" / "tutorial" / "site.yaml").read_text() == packaged.read_text()


@pytest.mark.parametrize(
    "start",
    [
        MINIMAL,
        Start(account="1", label="Web shop", authentication_endpoint=ENDPOINT, jwks_endpoint=KEYS, messaging=False),
        Start(account="le_1", code_flow=CodeFlow("https://a.example/token", "lp"), jwks_endpoint=KEYS),
    ],
    ids=["implicit", "without messaging", "code"],
)
def test_it_is_formatted_and_valid(start: Start, tmp_path: Path) -> None:
    text = site_text(start)
    assert tidy(text) == text
    file = tmp_path / "site.yaml"
    file.write_text(text)
    site = load([file], variables={}, environ={})
    assert (site.account, site.label) == (start.account, start.label)
    assert len(site.things) == (3 if start.messaging else 1)


def test_its_first_line_names_the_schema_beside_it() -> None:
    assert site_text(MINIMAL).startswith("# yaml-language-server: $schema=site.schema.json\n")


def test_a_key_is_a_file_beside_it() -> None:
    text = site_text(Start(account="1", authentication_endpoint=ENDPOINT, key_file="keys/idp.pub.pem"))
    assert "    jwt_public_key: {file: keys/idp.pub.pem}\n" in text
    assert 'file: "a, b"}' in site_text(Start(account="1", authentication_endpoint=ENDPOINT, key_file="a, b"))


def test_what_was_not_wanted_stays_as_comments_that_can_be_taken_in(tmp_path: Path) -> None:
    text = site_text(Start(account="1", authentication_endpoint=ENDPOINT, jwks_endpoint=KEYS, messaging=False))
    before, comment, after = text.partition("# campaigns:")
    file = tmp_path / "site.yaml"
    file.write_text(before + "\n".join(line.removeprefix("# ") for line in (comment + after).splitlines()) + "\n")
    assert len(load([file], variables={}, environ={}).things) == 3


def accepted(word: str, text: str) -> bool:
    try:
        CHECKS[word](text)
    except BadValueError:
        return False
    return True


TEXTS = st.one_of(
    st.text(min_size=1, max_size=30),
    st.text(alphabet="ab :#-?&*!|>%@`{}[],\"'\\~.$1", min_size=1, max_size=12),
    st.sampled_from(["yes", "null", "${var.x}", "$${x}", "a: b", "a #b", "1", "- a", "true", "a:", "\U0001f600", "~"]),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(label=TEXTS, connector=TEXTS, client=TEXTS)
def test_the_loader_reads_what_was_answered(tmp_path: Path, label: str, connector: str, client: str) -> None:
    if not (accepted("label", label) and accepted("connector", connector) and accepted("client_id", client)):
        return
    code = CodeFlow("https://a.example/token?x=1&y=%20#z", client)
    text = site_text(Start(account="1", label=label, connector=connector, code_flow=code, jwks_endpoint=KEYS))
    assert tidy(text) == text
    file = tmp_path / "site.yaml"
    file.write_text(text, encoding="utf-8")
    site = load([file], variables={}, environ={})
    assert site.label == label
    fields = site.things[0].fields
    assert site.things[0].address.selector.value == connector
    assert fields["client_id"] == client
    assert fields["token_endpoint"] == "https://a.example/token?x=1&y=%20#z"
    assert site.things[2].fields["connector"] == connector


@pytest.mark.parametrize(
    ("word", "answer", "message"),
    [
        ("account", "12-34", '"12-34" is not an account'),
        ("account", "", '"" is not an account'),
        ("connector", "", "this must not be empty"),
        ("connector", " a", '" a" has white space around it'),
        ("label", "a\u200bb", "this text holds an invisible character"),
        ("authentication_endpoint", "http://a.example", '"http://a.example" is not an https address'),
        ("js_method_name", "f()", '"f()" is not the name of something in a page\'s script'),
        ("key_file", "../x.pem", "this does not name a file inside the folder of the YAML file"),
        ("secret_variable", "hunter2", "this is not the name of an environment variable for secrets"),
    ],
)
def test_wrong_answers_are_explained(word: str, answer: str, message: str) -> None:
    with pytest.raises(BadValueError) as caught:
        CHECKS[word](answer)
    assert caught.value.complaint.message == message

"""What the simulator's own page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from lpconf.sandbox import fault_table, pages
from lpconf.sandbox.fault_table import Fault, FaultKind
from lpconf.sandbox.markup import join, tag
from lpconf.sandbox.pages import RuleFilter, View
from lpconf.sandbox.requests_log import RequestLine
from lpconf.sandbox.rules import RULES, Mark, Settings
from lpconf.sandbox.server import Address, running
from tests.chromium import chromium

from .client import ACCOUNT, CONNECTORS, ENGAGEMENT, ENGAGEMENTS, Client, Clock, implicit


class Owner:
    """Who opened the page, and reads it."""

    def __init__(self, address: Address, session: requests.Session) -> None:
        self._url = address.url
        self._session = session
        assert session.get(address.page_url).status_code == 200

    def html(self, query: str = "") -> str:
        reply = self._session.get(f"{self._url}/{query}")
        assert reply.status_code == 200
        return reply.text

    def section(self, key: str, query: str = "") -> str:
        """The text of a section, with a bar between cells."""
        found = re.search(rf'<section id="{key}">(.*?)</section>', self.html(query), re.DOTALL)
        assert found
        return re.sub(r"(\s*\|\s*)+", " | ", unescape(re.sub(r"<[^>]+>", "|", found[1])))


@pytest.fixture
def owner(address: Address) -> Iterator[Owner]:
    with requests.Session() as session:
        session.trust_env = False
        yield Owner(address, session)


def view(**more: object) -> View:
    usual: dict[str, object] = {
        "accounts": (), "faults": (), "requests": (), "settings": Settings(), "filter": RuleFilter(), "now": 0.0
    }  # fmt: skip
    return View(**{**usual, **more})  # type: ignore[arg-type]


class TestAccounts:
    def test_collections_with_revision_and_counts(self, owner: Owner, client: Client) -> None:
        first, second = (client.create(CONNECTORS, implicit(name))["id"] for name in ("One", "Two"))
        client.delete(f"{CONNECTORS}/{first}")
        assert second
        shown = owner.section("accounts")
        assert f"| {ACCOUNT} |" in shown
        assert f"| connectors | {client.revision(CONNECTORS)} | 1 | 1 |" in shown
        assert f"| engagements of 1000000930 | {client.revision(ENGAGEMENTS)} | 1 |" in shown

    def test_no_name_and_no_body_of_a_thing(self, owner: Owner, client: Client) -> None:
        client.create(CONNECTORS, implicit("Very private"))
        assert "Very private" not in owner.html()

    def test_every_account_of_the_state(self, owner: Owner, state_file: Path) -> None:
        with running(state_file, "le87654321"):
            assert "| le87654321 |" in owner.section("accounts")


class TestRequests:
    def test_method_path_status_and_duration_newest_first(self, owner: Owner, client: Client) -> None:
        client.get(CONNECTORS)
        client.call("GET", f"{ENGAGEMENTS}/{ENGAGEMENT + 1}")
        shown = owner.section("requests")
        lines = re.findall(r"\d\d:\d\d:\d\d \| (\w+) \| (\S+) \| (\d+) \| \d+\.\d", shown)
        assert lines == [
            ("GET", f"/api/account/{ACCOUNT}/configuration/{ENGAGEMENTS}/{ENGAGEMENT + 1}", "404"),
            ("GET", f"/api/account/{ACCOUNT}/configuration/{CONNECTORS}", "200"),
            ("POST", f"/api/account/{ACCOUNT}/login", "200"),
        ]

    def test_no_query_header_body_or_token(self, owner: Owner, client: Client) -> None:
        bearer = client.headers["Authorization"].removeprefix("Bearer ")
        client.call("GET", CONNECTORS, secret="in-the-query")
        client.create(CONNECTORS, implicit("in-the-body"))
        shown = owner.html()
        for secret in ("in-the-query", "in-the-body", bearer):
            assert secret not in shown

    def test_the_page_itself_is_not_among_them(self, owner: Owner) -> None:
        assert "None yet." in owner.section("requests")

    def test_only_the_last_hundred(self, owner: Owner, client: Client) -> None:
        for number in range(101):
            client.http.get(f"{client.url}/number-{number:03}")
        shown = owner.section("requests")
        assert "/number-100" in shown
        assert "/number-001" in shown
        assert "/number-000" not in shown

    def test_a_long_path_is_shortened(self, owner: Owner, client: Client) -> None:
        client.http.get(f"{client.url}/{'x' * 1000}")
        assert max(map(len, re.findall("x+…?", owner.section("requests")))) == 199

    def test_a_request_without_an_answer(self, owner: Owner, client: Client, state_file: Path) -> None:
        with fault_table.opened(state_file) as faults:
            faults.add(Fault(FaultKind.RESET))
        with pytest.raises(requests.ConnectionError):
            client.call("GET", CONNECTORS)
        assert "no answer" in owner.section("requests")

    def test_what_a_path_holds_is_text(self, owner: Owner, client: Client) -> None:
        client.http.get(f"{client.url}/%3Cscript%3Ealert(1)%3C/script%3E")
        assert "<script" not in owner.html()
        assert "&lt;script&gt;alert(1)" in owner.html()


class TestFaults:
    def test_those_that_are_active(self, owner: Owner, client: Client, state_file: Path) -> None:
        assert "None is set." in owner.section("faults")
        with fault_table.opened(state_file) as faults:
            faults.add(Fault(FaultKind.SERVER_ERROR, "*/le-campaigns/*", "PUT", count=2))
            faults.add(Fault(FaultKind.HTML_ERROR, count=0))
            faults.add(Fault(FaultKind.TOO_MANY_REQUESTS))
        for _ in range(3):
            client.call("GET", CONNECTORS)
        shown = owner.section("faults")
        assert "| 1 | server-error | PUT | */le-campaigns/* | 0 | 2 |" in shown
        assert "| 2 | html-error | * | 3 | until cleared |" in shown

    def test_those_that_are_used_up_are_left_out(self, owner: Owner, client: Client, state_file: Path) -> None:
        with fault_table.opened(state_file) as faults:
            faults.add(Fault(FaultKind.SERVER_ERROR))
        client.call("GET", CONNECTORS)
        assert "None is set." in owner.section("faults")


class TestQuirks:
    def test_none(self, owner: Owner) -> None:
        assert "None: all rules are as written below." in owner.section("quirks")

    def test_those_in_force_and_the_rules_that_they_change(self, state_file: Path, clock: Clock) -> None:
        settings = Settings(off=frozenset({"duplicate"}), statuses={"if-match-stale": 409}, code_type=1)
        with running(state_file, ACCOUNT, settings=settings, clock=clock) as address, requests.Session() as session:
            owner = Owner(address, session)
            quirks, rules = owner.section("quirks"), owner.section("rules")
        assert "| duplicate | off | if-match-stale | answers 409 | code_type | 1 |" in quirks
        assert re.search(r"\| duplicate \|[^|]+\| 409, facts 3\.3 \| off \|", rules)
        assert re.search(r"\| if-match-stale \|[^|]+\| 409, facts 3\.3 \|", rules)


class TestRules:
    def test_each_with_its_source_grouped_and_counted_by_mark(self, owner: Owner) -> None:
        shown = owner.section("rules")
        for mark in Mark:
            count = sum(rule.mark == mark for rule in RULES)
            assert f"| {mark.value} | {count} |" in shown
            assert f"| {mark.value} | {count} rules. |" in shown
        for rule in RULES:
            assert f"| {rule.key} | {f'{rule.says} {rule.no_switch}'.strip()} |" in shown

    def test_of_one_mark(self, owner: Owner) -> None:
        shown = owner.section("rules", "?mark=ONE")
        assert {rule.mark for rule in RULES if f"| {rule.key} | {rule.says} |" in shown} == {Mark.ONE}

    def test_with_a_text(self, owner: Owner) -> None:
        shown = owner.section("rules", "?q=IF-match")
        assert "| if-match-stale |" in shown
        assert "| bearer |" not in shown

    @pytest.mark.parametrize("query", ["?q=no-such-rule", "?mark=DOC&q=if-match-stale", "?mark=nonsense"])
    def test_none_fits(self, owner: Owner, query: str) -> None:
        assert "No rule fits." in owner.section("rules", query)

    def test_one_rule_is_one_rule(self) -> None:
        assert "1 rule. " in pages.page(view(filter=RuleFilter(text="soft-delete")))

    def test_what_is_searched_for_is_text(self, owner: Owner) -> None:
        html = owner.html("?q=%22%3E%3Cscript%3E&mark=%22%3E%3Cscript%3E")
        assert "<script" not in html
        assert 'value="&quot;&gt;&lt;script&gt;"' in html


class TestHtml:
    def test_every_element_is_closed(self) -> None:
        balance: list[str] = []

        class Checker(HTMLParser):
            def handle_starttag(self, tag: str, attrs: object) -> None:
                if tag not in {"meta", "link", "input"}:
                    balance.append(tag)

            def handle_endtag(self, tag: str) -> None:
                assert balance.pop() == tag

        line = RequestLine(0.0, "GET", "/", None, 1.0)
        Checker().feed(pages.page(view(requests=[line])))
        Checker().feed(pages.closed())
        assert balance == []

    def test_texts_and_attributes_are_escaped(self) -> None:
        assert tag("a", "<&>", tag("b", "x"), href='"&') == '<a href="&quot;&amp;">&lt;&amp;&gt;<b>x</b></a>'
        assert join("<", tag("input", class_="y", aria_label="z")) == '&lt;<input class="y" aria-label="z">'


class TestBrowser:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1280])
    def test_opens_styled_within_the_width_and_without_complaints(
        self, address: Address, client: Client, state_file: Path, scheme: str, width: int
    ) -> None:
        with fault_table.opened(state_file) as faults:
            faults.add(Fault(FaultKind.SERVER_ERROR, "*/nowhere"))
        client.get(CONNECTORS)
        complaints: list[str] = []
        with chromium() as browser:
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(address.page_url)
            page.wait_for_url(f"{address.url}/")
            assert page.evaluate("document.documentElement.scrollWidth") == width
            paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert paper == {"light": "rgb(247, 247, 245)", "dark": "rgb(21, 24, 27)"}[scheme]
            page.get_by_role("link", name="GUESS").click()
            expect(page).to_have_url(f"{address.url}/?mark=GUESS#rules")
            page.get_by_role("searchbox").fill("if-match")
            page.get_by_role("button", name="Search").click()
            found = [rule for rule in RULES if RuleFilter("GUESS", "if-match").shows(rule)]
            assert 0 < len(found) < 10
            expect(page.locator("#rules li")).to_have_count(len(found))
            page.get_by_role("button", name="Clear all faults").click()
            expect(page.get_by_text("None is set.")).to_be_visible()
            browser.close()
        assert complaints == []

    def test_opens_from_a_link_in_a_page_of_another_site(self, address: Address) -> None:
        """Such as one that a mail or a chat shows: the cookie is strict."""
        with chromium() as browser:
            page = browser.new_page()
            page.goto(f"data:text/html,<a href='{address.page_url}'>open</a>")
            page.get_by_role("link").click()
            page.wait_for_url(f"{address.url}/")
            expect(page.get_by_role("heading", name="Accounts")).to_be_visible()
            browser.close()

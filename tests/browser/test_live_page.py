"""The page for a real account, with a stand-in for LivePerson's tag on loopback."""

from __future__ import annotations

import json
import time

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lpconf.page.live import Tag
from lpconf.tokens.reading import Signed, read
from tests.browser.held import Held
from tests.browser.tag import TagHost, serving
from tests.page.place import Keys, Place, site_text, token


def hand_over(tab: Page, context: BrowserContext, entered: str) -> Page:
    """Enter a token, and open the page with the tag."""
    tab.get_by_label("JWT").fill(entered)
    tab.get_by_role("button", name="Start").click()
    with context.expect_page() as opened:
        tab.get_by_role("button", name="Open the page with LivePerson's tag").click()
    return opened.value


def sub_of(made: str) -> object:
    """Who a token is about."""
    signed = read(made)
    assert isinstance(signed, Signed)
    return signed.claims["sub"]


def test_identity_and_token_reach_the_tag_and_its_events_are_steps(
    context: BrowserContext, tab: Page, place: Place, keys: Keys
) -> None:
    place.write(site_text(keys))
    with serving("shop.auth.getVisitorToken") as host, place.live_page(Tag(host.url)) as address:
        tab.goto(address.url)
        tab.wait_for_url(f"{address.origin}/")
        mine = token(keys, now=time.time(), sub="Zoë-1")
        page = hand_over(tab, context, mine)
        assert page.url == f"{address.live_origin}/"
        expect(page.locator("#step-button")).to_have_attribute("data-state", "ok")
        page.get_by_role("button", name="Message us").click()
        expect(page.locator("#verdict")).to_have_text("The conversation is open.")
        told = page.evaluate("({...document.documentElement.dataset})")
        assert json.loads(told["identity"]) == {"iss": "https://idp.example.com", "acr": "loa1", "sub": "Zoë-1"}
        assert told["token"] == mine
        assert told["opener"] == "null"
        assert [page.locator(".step").nth(index).get_attribute("data-state") for index in range(7)] == ["ok"] * 7
        _nothing_of_the_token_left(host, mine)


def _nothing_of_the_token_left(host: TagHost, mine: str) -> None:
    ((path, headers),) = host.asked
    assert path == "/tag/tag.js?site=12345678"
    assert mine not in json.dumps(headers)


def test_sections_and_address_are_given_to_the_tag(
    context: BrowserContext, tab: Page, place: Place, keys: Keys
) -> None:
    place.write(site_text(keys))
    with serving("shop.auth.getVisitorToken") as host, place.live_page(Tag(host.url)) as address:
        tab.goto(address.url)
        tab.get_by_text("Where the visitor is").click()
        tab.get_by_label("Sections").fill("shop, checkout")
        tab.get_by_label("Page address").fill("https://www.example.com/shop")
        page = hand_over(tab, context, token(keys, now=time.time()))
        expect(page.locator("#step-button")).to_have_attribute("data-state", "ok")
        assert page.evaluate("lpTag.section") == ["shop", "checkout"]
        assert page.evaluate("lpTag.seen") == {
            "url": "https://www.example.com/shop",
            "place": {"section": ["shop", "checkout"]},
        }


@pytest.mark.parametrize("label", ["JWT", "Site id"])
def test_what_is_entered_after_start_is_not_handed_over_unchecked(
    tab: Page, place: Place, keys: Keys, label: str
) -> None:
    place.write(site_text(keys))
    with serving("shop.auth.getVisitorToken") as host, place.live_page(Tag(host.url)) as address:
        tab.goto(address.url)
        tab.get_by_label("JWT").fill(token(keys, now=time.time()))
        tab.get_by_role("button", name="Start").click()
        expect(tab.locator("#live-button")).to_be_visible()
        tab.get_by_label(label).fill("87654321")
        expect(tab.locator("#live-button")).to_be_hidden()
        expect(tab.locator("#verdict")).to_contain_text("Choose Start again.")


def test_a_token_that_was_created_after_start_is_handed_over_with_its_own_identity(
    context: BrowserContext, tab: Page, place: Place, keys: Keys
) -> None:
    place.write(site_text(keys))
    with (
        serving("shop.auth.getVisitorToken") as host,
        place.live_page(Tag(host.url), key=keys.private_pem) as address,
    ):
        tab.goto(address.url)
        tab.get_by_label("JWT").fill(token(keys, now=time.time(), sub="first"))
        tab.get_by_role("button", name="Start").click()
        expect(tab.locator("#live-button")).to_be_visible()
        tab.get_by_role("button", name="Create a token").click()
        expect(tab.locator("#live-button")).to_be_hidden()
        second = tab.get_by_label("JWT").input_value()
        page = hand_over(tab, context, second)
        page.get_by_role("button", name="Message us").click()
        expect(page.locator("#verdict")).to_have_text("The conversation is open.")
        told = page.evaluate("({...document.documentElement.dataset})")
        assert told["token"] == second
        assert json.loads(told["identity"])["sub"] == sub_of(second)


def test_a_token_that_was_changed_during_the_check_is_not_ready(tab: Page, place: Place, keys: Keys) -> None:
    place.write(site_text(keys))
    with serving("shop.auth.getVisitorToken") as host, place.live_page(Tag(host.url)) as address:
        tab.goto(address.url)
        held = Held(tab, "**/api/look")
        tab.get_by_label("JWT").fill(token(keys, now=time.time()))
        tab.get_by_role("button", name="Start").click()
        look = held.next()
        tab.get_by_label("JWT").fill("another")
        expect(tab.locator("#start")).to_be_enabled()
        with tab.expect_response("**/api/look") as answer:
            look.continue_()
        answer.value.finished()
        # What the page makes of the answer is done before a request that is sent after it comes back.
        tab.evaluate("fetch('/static/icon.svg').then((each) => each.text())")
        expect(tab.locator("#verdict")).to_contain_text("Choose Start again.")
        expect(tab.locator("#step-connector")).to_have_attribute("data-state", "waiting")
        expect(tab.locator("#live-button")).to_be_hidden()


def test_a_token_that_cannot_work_is_told_before_the_tag_is_loaded(
    tab: Page, place: Place, keys: Keys, other_keys: Keys
) -> None:
    place.write(site_text(keys))
    with serving("shop.auth.getVisitorToken") as host, place.live_page(Tag(host.url)) as address:
        tab.goto(address.url)
        tab.get_by_label("JWT").fill(token(other_keys, now=time.time()))
        tab.get_by_role("button", name="Start").click()
        expect(tab.locator("#verdict")).to_contain_text("Stops at step 1, token")
        assert host.asked == []


def test_a_tag_that_cannot_be_loaded_is_told(context: BrowserContext, tab: Page, place: Place, keys: Keys) -> None:
    place.write(site_text(keys))
    with serving("x", status=404) as host, place.live_page(Tag(host.url)) as address:
        tab.goto(address.url)
        page = hand_over(tab, context, token(keys, now=time.time()))
        expect(page.locator("#verdict")).to_contain_text("Stops at step 1, tag")


def test_the_tags_page_takes_no_token_from_anybody_else(
    context: BrowserContext, tab: Page, place: Place, keys: Keys
) -> None:
    place.write(site_text(keys))
    with serving("x") as host, place.live_page(Tag(host.url)) as address:
        assert address.live_origin
        tab.goto(address.live_origin)
        expect(tab.locator("#verdict")).to_contain_text("Open this page from the test page.")
        stranger = context.new_page()
        stranger.goto(host.url)
        with context.expect_page() as opened:
            stranger.evaluate(f"window.opened = window.open('{address.live_origin}/'); undefined")
        page = opened.value
        expect(page.locator("#verdict")).to_contain_text("Waiting for the token")
        page.wait_for_load_state("networkidle")
        # A later listener of the same event: when it is called, the page's own has been.
        page.evaluate("window.heard = new Promise((done) => window.addEventListener('message', done)); undefined")
        stranger.evaluate("window.opened.postMessage({account: '1', token: 'x', section: [], method: {}}, '*')")
        page.evaluate("window.heard.then(() => undefined)")
        assert page.evaluate("typeof window.lpTag") == "undefined"
        assert not [path for path, _ in host.asked if "site=" in path]


def test_the_tags_script_cannot_use_the_control_page(
    context: BrowserContext, tab: Page, place: Place, keys: Keys
) -> None:
    place.write(site_text(keys))
    with (
        serving("shop.auth.getVisitorToken") as host,
        place.live_page(Tag(host.url), key=keys.private_pem) as address,
    ):
        tab.goto(address.url)
        page = hand_over(tab, context, token(keys, now=time.time()))
        expect(page.locator("#step-button")).to_have_attribute("data-state", "ok")
        outcome = page.evaluate(
            """async (origin) => {
              try {
                await fetch(origin + "/api/mint", {method: "POST", mode: "no-cors", credentials: "include"});
                return "sent";
              } catch (error) { return "blocked"; }
            }""",
            address.origin,
        )
        assert outcome == "blocked"

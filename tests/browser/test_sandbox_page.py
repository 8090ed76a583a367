"""The tutorial's last step, in a real browser: enter a token, choose the button, have a conversation."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from lpconf.sandbox.server import running as running_sandbox
from tests.browser.held import Held
from tests.page.place import TUTORIAL, TUTORIAL_TOKEN, Keys, Place, site_text, token
from tests.sandbox.client import CAMPAIGN, ENGAGEMENT, Client, Clock

STEPS = ["token", "connector", "method", "idp", "engagement", "button", "window", "conversation"]


@contextmanager
def opened(tab: Page, place: Place, key: bytes | None = None, *, sandbox: bool = True) -> Iterator[None]:
    """The page, opened by its one-time address."""
    with place.page(key=key, sandbox=sandbox) as address:
        tab.goto(address.url)
        tab.wait_for_url(f"{address.origin}/")
        expect(tab.locator("#start")).to_be_enabled()
        yield


def start(tab: Page, entered: str | None = None) -> None:
    if entered is not None:
        tab.get_by_label("JWT").fill(entered)
    tab.get_by_role("button", name="Start").click()


def states(tab: Page) -> list[str | None]:
    """The state of each step, once the way has come to its end."""
    expect(tab.locator("#start")).to_be_enabled()
    return [tab.locator(f"#step-{step}").get_attribute("data-state") for step in STEPS]


def say(tab: Page, text: str) -> None:
    tab.get_by_role("button", name="Message us").click()
    say_more(tab, text)


def say_more(tab: Page, text: str) -> None:
    message = tab.get_by_label("Message", exact=True)
    expect(message).to_be_enabled()
    message.fill(text)
    message.press("Enter")


@contextmanager
def editor(place: Place) -> Iterator[Client]:
    """Somebody who edits the account by hand."""
    with running_sandbox(place.state / "sandbox.sqlite3", "12345678") as address, Client(address) as client:
        client.sign_in()
        yield client


def test_after_apply_a_fresh_token_leads_to_an_answered_conversation(tab: Page, place: Place, keys: Keys) -> None:
    place.apply(site_text(keys))
    with opened(tab, place, keys.private_pem):
        tab.get_by_role("button", name="Create a token").click()
        expect(tab.get_by_label("JWT")).not_to_be_empty()
        start(tab)
        say(tab, "Is my order on its way? ✓")
        log = tab.get_by_role("log")
        expect(log).to_contain_text("How can I help you today?")
        expect(tab.locator("#verdict")).to_have_text("All eight steps work: this visitor's message was answered.")
        expect(log).to_contain_text("Is my order on its way? ✓")
        expect(log.locator(".own .status")).to_have_text("Read")
        assert states(tab) == ["ok"] * 8


def test_the_page_method_is_really_defined_where_the_connector_says(tab: Page, place: Place, keys: Keys) -> None:
    place.apply(site_text(keys, method="getVisitorToken", context="shop.auth"))
    with opened(tab, place):
        mine = token(keys, now=time.time())
        start(tab, mine)
        expect(tab.locator("#step-method")).to_contain_text("shop.auth.getVisitorToken was called")
        assert tab.evaluate("new Promise((resolve) => shop.auth.getVisitorToken(resolve))") == mine


def test_a_connector_without_a_method_name_means_the_default(tab: Page, place: Place, keys: Keys) -> None:
    place.apply(site_text(keys, method="", context=""))
    with opened(tab, place):
        mine = token(keys, now=time.time())
        start(tab, mine)
        expect(tab.locator("#step-method")).to_contain_text("lpGetAuthenticationToken was called")
        assert tab.evaluate("new Promise((resolve) => lpGetAuthenticationToken(resolve))") == mine


def test_a_method_name_that_browsers_use_themselves_is_refused(tab: Page, place: Place, keys: Keys) -> None:
    place.apply(site_text(keys, method="fetch", context=""))
    with opened(tab, place):
        start(tab, token(keys, now=time.time()))
        expect(tab.locator("#verdict")).to_contain_text("Stops at step 3, page method: Browsers already have")
        assert states(tab) == ["ok", "ok", "failed", "skipped", "ok", "skipped", "skipped", "skipped"]


def test_the_tutorials_own_token_stops_because_it_expired(tab: Page, place: Place) -> None:
    place.apply(TUTORIAL.read_text(encoding="utf-8"))
    with opened(tab, place):
        start(tab, TUTORIAL_TOKEN)
        expect(tab.locator("#verdict")).to_contain_text("Stops at step 1, token: Expired 2018-08-22")
        expect(tab.locator("#step-idp")).to_contain_text("1012 JWT_EXPIRED")
        assert states(tab) == ["failed", "ok", "ok", "failed", "ok", "skipped", "skipped", "skipped"]
        expect(tab.locator("#engagement-button")).to_have_count(0)


def test_a_token_of_another_key_stops_at_9007(tab: Page, place: Place, keys: Keys, other_keys: Keys) -> None:
    place.apply(site_text(keys))
    with opened(tab, place):
        start(tab, token(other_keys, now=time.time()))
        expect(tab.locator("#verdict")).to_contain_text("signature does not fit")
        expect(tab.locator("#step-idp")).to_contain_text("9007 CUSTOMER_JWT_NOT_VALID")
        assert states(tab) == ["failed", "ok", "ok", "failed", "ok", "skipped", "skipped", "skipped"]


@pytest.mark.parametrize(
    ("declared", "field", "word"),
    [
        ({"enabled": False}, "enabled", "Set enabled of the engagement"),
        ({"status": "unpublished"}, "campaign.status", "Set status of the campaign"),
    ],
)
def test_a_hidden_button_is_explained_by_its_field(
    tab: Page, place: Place, keys: Keys, declared: dict[str, object], field: str, word: str
) -> None:
    place.apply(site_text(keys, **declared))  # type: ignore[arg-type]
    with opened(tab, place):
        start(tab, token(keys, now=time.time()))
        expect(tab.locator("#verdict")).to_contain_text("Stops at step 5, engagement")
        expect(tab.locator("#step-engagement")).to_contain_text(f"({field})")
        expect(tab.locator("#step-engagement")).to_contain_text(word)
        assert states(tab) == ["ok", "ok", "ok", "ok", "failed", "skipped", "skipped", "skipped"]


def test_an_engagement_without_a_connector_is_explained(tab: Page, place: Place, keys: Keys) -> None:
    place.apply(site_text(keys))
    with editor(place) as client:
        path = f"le-campaigns/campaigns/{CAMPAIGN}/engagements/{ENGAGEMENT}"
        client.put(path, {**client.get(path), "connectorId": None})
    with opened(tab, place):
        start(tab, token(keys, now=time.time()))
        expect(tab.locator("#verdict")).to_contain_text("has no connector (connectorId is empty)")
        expect(tab.locator("#step-engagement")).to_contain_text("has no connector (connectorId)")
        assert states(tab) == ["ok", "failed", "skipped", "skipped", "failed", "skipped", "skipped", "skipped"]


def test_before_apply_the_first_missing_setting_is_named(tab: Page, place: Place, keys: Keys) -> None:
    place.write(site_text(keys))
    with opened(tab, place):
        start(tab, token(keys, now=time.time()))
        expect(tab.locator("#verdict")).to_contain_text("Stops at step 2, connector")
        expect(tab.locator("#step-engagement")).to_contain_text("live chat, not messaging (conversationType)")


def test_another_site_id_is_refused_with_the_right_one(tab: Page, place: Place, keys: Keys) -> None:
    place.apply(site_text(keys))
    with opened(tab, place):
        tab.get_by_label("Site id").fill("87654321")
        start(tab, token(keys, now=time.time()))
        expect(tab.locator("#verdict")).to_contain_text("The configuration is of site 12345678.")


def test_an_apply_in_another_window_counts_at_the_next_start(tab: Page, place: Place, keys: Keys) -> None:
    place.apply(site_text(keys, enabled=False))
    with opened(tab, place):
        mine = token(keys, now=time.time())
        start(tab, mine)
        expect(tab.locator("#verdict")).to_contain_text("Stops at step 5")
        place.apply(site_text(keys, enabled=True))
        start(tab, mine)
        expect(tab.locator("#verdict")).to_contain_text("Choose the button")


def test_a_closed_window_goes_on_with_the_same_conversation(tab: Page, place: Place, keys: Keys) -> None:
    place.apply(site_text(keys))
    with opened(tab, place):
        start(tab, token(keys, now=time.time()))
        say(tab, "First")
        expect(tab.get_by_role("log")).to_contain_text("You wrote: First")
        tab.get_by_role("button", name="Close the window").click()
        expect(tab.get_by_role("dialog")).to_have_count(0)
        say(tab, "Second")
        log = tab.get_by_role("log")
        expect(log).to_contain_text("You wrote: Second")
        expect(log).to_contain_text("You wrote: First")


def test_a_window_that_was_closed_while_it_connected_does_not_stop_the_next_one(
    tab: Page, place: Place, keys: Keys
) -> None:
    place.apply(site_text(keys))
    with opened(tab, place):
        start(tab, token(keys, now=time.time()))
        button = tab.get_by_role("button", name="Message us")
        expect(button).to_be_visible()
        held = Held(tab, "**/api/authenticate")
        button.click()
        first = held.next()
        tab.get_by_role("button", name="Close the window").click()
        button.click()
        second = held.next()
        with tab.expect_response("**/api/authenticate"):
            first.fulfill(status=502, json={"error": "The first window's own error."})
        second.continue_()
        say_more(tab, "Hello")
        expect(tab.locator("#verdict")).to_contain_text("All eight steps work")
        expect(tab.locator(".notice")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [("40", "152"), ("400", "40")])
def test_a_button_with_a_very_long_and_large_label_leaves_room_for_the_page(
    tab: Page, place: Place, keys: Keys, width: str, height: str
) -> None:
    place.apply(site_text(keys))
    with editor(place) as client:
        path = f"le-campaigns/campaigns/{CAMPAIGN}/engagements/{ENGAGEMENT}"
        engagement = client.get(path)
        for instance in engagement["displayInstances"]:
            presentation = instance["presentation"]
            presentation["size"] = {"width": width, "height": height}
            presentation["border"]["width"] = 400
            for label in presentation["elements"]["labels"]:
                label["text"] = "W" * 5000
                label["css"]["fontSize"] = 400
        client.put(path, engagement)
    with opened(tab, place):
        start(tab, token(keys, now=time.time()))
        button = tab.locator("#engagement-button")
        expect(button).to_be_visible()
        for wide in (1280, 390):
            tab.set_viewport_size({"width": wide, "height": 900})
            box = button.bounding_box()
            assert box is not None
            assert box["width"] <= min(400, wide * 0.9 + 1)
            assert box["height"] <= 400
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= wide
            assert len(button.inner_text()) <= 201
        tab.set_viewport_size({"width": 1280, "height": 900})
        start(tab)
        expect(button).to_be_visible()


def test_what_others_wrote_is_text_and_never_markup(tab: Page, place: Place, keys: Keys) -> None:
    place.apply(site_text(keys))
    with opened(tab, place):
        start(tab, token(keys, now=time.time(), given_name="<img src=x onerror=alert(1)>"))
        tab.locator("#step-token summary").click()
        expect(tab.locator("#step-token dl")).to_contain_text("<img src=x onerror=alert(1)>")
        say(tab, "<b>bold</b>")
        expect(tab.get_by_role("log")).to_contain_text("You wrote: <b>bold</b>")
        assert tab.locator("#step-token img, [role=log] b").count() == 0


def test_claims_are_shown_with_their_own_letters_and_dates(tab: Page, place: Place, keys: Keys) -> None:
    place.apply(site_text(keys))
    with opened(tab, place):
        start(tab, token(keys, now=1_790_000_000, lifetime=10**8))
        tab.locator("#step-token summary").click()
        claims = tab.locator("#step-token dl")
        expect(claims).to_contain_text("Zoë")
        expect(claims).to_contain_text("2026-09-21 14:13:20 UTC (1790000000)")


@pytest.mark.parametrize("entered", ["", "no token", "a.b.c", "e30.e30"])
def test_what_is_no_token_is_said_to_be_none(tab: Page, place: Place, keys: Keys, entered: str) -> None:
    place.apply(site_text(keys))
    with opened(tab, place):
        start(tab, entered)
        if not entered:
            expect(tab.locator("#token:invalid")).to_have_count(1)
            return
        expect(tab.locator("#step-token")).to_have_attribute("data-state", "failed")
        expect(tab.locator("#step-idp")).to_have_attribute("data-state", "failed")


def test_the_token_is_in_no_address_and_nothing_is_kept(tab: Page, place: Place, keys: Keys) -> None:
    place.apply(site_text(keys))
    addresses: list[str] = []
    tab.on("request", lambda request: addresses.append(request.url))
    tab.on("websocket", lambda socket: addresses.append(socket.url))
    with opened(tab, place):
        mine = token(keys, now=time.time())
        start(tab, mine)
        say(tab, "Hello")
        expect(tab.locator("#verdict")).to_contain_text("All eight steps work")
        assert len(addresses) > 10
        assert not [address for address in addresses if "eyJ" in address]
        assert not [
            address for address in addresses if not address.startswith(("http://127.0.0.1:", "ws://127.0.0.1:"))
        ]
        assert tab.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_the_page_works_with_the_keyboard_and_tells_screen_readers(tab: Page, place: Place, keys: Keys) -> None:
    place.apply(site_text(keys))
    with opened(tab, place):
        tab.get_by_label("JWT").fill(token(keys, now=time.time()))
        tab.get_by_role("button", name="Start").press("Enter")
        expect(tab.get_by_role("status")).to_have_text("Choose the button at the edge of this page.")
        tab.get_by_role("button", name="Message us").press("Enter")
        expect(tab.get_by_label("Message", exact=True)).to_be_focused()
        tab.keyboard.press("Escape")
        expect(tab.get_by_role("button", name="Message us")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(tab: Page, place: Place, keys: Keys, scheme: str) -> None:
    place.apply(site_text(keys))
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    with opened(tab, place):
        start(tab, token(keys, now=time.time()))
        say(tab, "w" * 300)
        expect(tab.locator("#verdict")).to_contain_text("All eight steps work")
        assert tab.evaluate("document.documentElement.scrollWidth") == 390


def test_when_the_token_ends_during_the_conversation_the_page_says_so(
    tab: Page, place: Place, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.apply(site_text(keys))
    clock = Clock(time.time())
    with running_sandbox(place.state / "sandbox.sqlite3", "12345678", clock=clock) as sandbox:
        monkeypatch.setenv("LPCONF_DISCOVERY_URL", sandbox.url)
        monkeypatch.setenv("LPCONF_USERNAME_12345678", sandbox.username)
        monkeypatch.setenv("LPCONF_PASSWORD_12345678", sandbox.password)
        with opened(tab, place, sandbox=False):
            start(tab, token(keys, now=time.time(), lifetime=3600))
            say(tab, "Hello")
            expect(tab.locator("#verdict")).to_contain_text("All eight steps work")
            clock.now += 3601
            # Whatever comes next meets the end of the token: this message, or what was still under way.
            with suppress(PlaywrightTimeoutError):
                message = tab.get_by_label("Message", exact=True)
                message.fill("Still there?", timeout=5_000)
                message.press("Enter", timeout=5_000)
            expect(tab.locator("#step-conversation")).to_contain_text("token has expired (4401)")
            expect(tab.locator("#verdict")).to_contain_text("Stops at step 8, conversation")
            expect(tab.get_by_label("Message", exact=True)).to_be_disabled()

"""Review in a real browser: nothing is accepted unseen, by mouse, by keyboard, and without a script."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.phone_driver import sign_in_at_desk
from tests.browser.test_desk_pages import SIZES, faults_of
from tests.server_process import ServerProcess
from tests.world import PASSWORD, TOWNSHIPS, World

pytestmark = pytest.mark.browser


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Visits to three townships wait, one after the other."""
    world = World(tmp_path / "data")
    for code in TOWNSHIPS:
        world.assign(code, "a1", "a2")
    phone = world.phone("a1")
    for code in TOWNSHIPS:
        now = phone.now
        world.walk(phone, code).whole_visit()
        phone.now = now
        phone.sync()
    return world


def opened_first(context, server: ServerProcess) -> Page:
    """The first visit of the queue, reached from the queue by keyboard."""
    page = sign_in_at_desk(context, server.origin, "office", PASSWORD)
    page.goto(f"{server.origin}/desk/reviews")
    page.keyboard.press("j")
    expect(page.locator("a[data-row]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#review")).to_be_visible()
    return page


@pytest.mark.parametrize("locale, scheme", [("zh-CN", "light"), ("en-GB", "dark")])
def test_queue_and_visit_are_accessible_and_fit_every_width(server, browser, locale: str, scheme: str) -> None:
    context = browser.new_context(locale=locale, color_scheme=scheme)
    page = sign_in_at_desk(context, server.origin, "office", PASSWORD)
    page.goto(f"{server.origin}/desk/reviews")
    assert faults_of(page) == []
    page.locator("a[data-row]").first.click()
    for details in page.locator("#review details").all():
        details.locator("summary").first.click()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults_of(page) == []
    context.close()


def test_accept_opens_once_everything_was_opened_and_the_next_visit_is_one_key_away(server, browser, world) -> None:
    context = browser.new_context(locale="en-GB")
    page = opened_first(context, server)
    accept = page.locator("#accept-button")
    expect(accept).to_be_disabled()
    # "a" brings whoever may not accept yet to what is still closed, one after the other.
    for _ in range(page.locator("details.must").count()):
        page.keyboard.press("a")
    expect(page.locator("details.must img").first).to_be_visible()
    expect(accept).to_be_enabled()
    page.keyboard.press("a")
    expect(accept).to_be_focused()
    assert world.db.execute("SELECT count(*) FROM visits WHERE state = 'accepted'").fetchone()[0] == 0
    page.keyboard.press("Enter")
    expect(page.get_by_text("Accepted").first).to_be_visible()
    assert world.db.execute("SELECT count(*) FROM visits WHERE state = 'accepted'").fetchone()[0] == 1
    page.keyboard.press("j")
    expect(page.locator(".review-head")).to_contain_text("1 of 2")
    context.close()


def test_keys_open_the_other_ways_and_are_letters_while_somebody_writes(server, browser) -> None:
    context = browser.new_context(locale="en-GB")
    page = opened_first(context, server)
    page.keyboard.press("r")
    expect(page.locator("details[data-key=r]")).to_have_attribute("open", "")
    page.locator("#return-note").fill("")
    page.locator("#return-note").press_sequentially("jkarx")
    expect(page.locator("#return-note")).to_have_value("jkarx")
    page.get_by_label("Core questions are not complete").check()
    page.get_by_role("button", name="Send back").click()
    expect(page.get_by_text("jkarx")).to_be_visible()
    context.close()


def test_without_scripts_the_boxes_are_ticked_by_hand_and_the_server_says_what_is_unopened(server, browser) -> None:
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    page = sign_in_at_desk(context, server.origin, "office", PASSWORD)
    page.goto(f"{server.origin}/desk/reviews")
    page.locator("a[data-row]").first.click()
    page.locator("#accept-button").click()
    expect(page.locator("main")).to_contain_text("review_unopened")
    page.go_back()
    for must in page.locator("details.must").all():
        must.locator("summary").click()
        must.locator("input").check()
    page.locator("#accept-button").click()
    expect(page.get_by_text("Accepted").first).to_be_visible()
    context.close()

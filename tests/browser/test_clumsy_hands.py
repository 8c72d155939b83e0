"""Found by an inspector with clumsy hands: double taps, the browser's own back, steps left half done."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import invitation

pytestmark = pytest.mark.browser
# Two taps of one impatient finger come about this far apart, in ms.
DOUBLE_TAP = 110


@pytest.fixture
def phone(server, new_phone):
    """An enrolled phone with a visit under way."""
    phone = new_phone(server.origin)
    phone.begin()
    return phone


def test_a_double_tap_on_an_answer_does_not_answer_the_next_question(phone):
    phone.tap("Next household")
    box = phone.page.locator("main .row").nth(1).bounding_box()
    phone.page.wait_for_timeout(500)
    for wait in (DOUBLE_TAP, 500):
        phone.page.touchscreen.tap(box["x"] + 40, box["y"] + 20)
        phone.page.wait_for_timeout(wait)
    expect(phone.page.locator("progress.steps")).to_have_attribute("value", "2")


def test_a_household_opened_by_mistake_leaves_nothing_behind(phone):
    phone.tap("Next household")
    phone.see("step 1 of")
    phone.tap("Leave for now")
    expect(phone.page.get_by_role("button", name="Next household", exact=True)).to_be_visible()
    expect(phone.page.get_by_text("not recorded yet")).to_have_count(0)


def test_a_reason_is_asked_for_where_it_can_be_seen(phone):
    phone.tap("Next household")
    closing = phone.page.locator("details.more").filter(has_text="Cannot be answered?")
    phone.until("details.more:has-text('Cannot be answered?')")
    closing.locator("summary").click()
    closing.locator(".row").first.click()
    expect(phone.page.locator("#reason")).to_be_focused()
    expect(phone.page.locator("#reason")).to_be_in_viewport()
    expect(phone.page.get_by_role("button", name="Write the reason first")).to_be_disabled()


def test_what_was_said_of_a_photo_is_gone_at_the_next_step(phone):
    phone.tap("Next household")
    for choice in ("At random", "Walking, every so many houses"):
        phone.choose(choice)
    phone.until('button:has-text("Open the camera")')
    phone.tap("Open the camera")
    phone.shoot()
    phone.page.locator("main .rows .row").first.click()
    expect(phone.page.get_by_text("Saved on the phone: photo")).to_have_count(0)


def test_answers_of_the_village_that_are_not_saved_are_named_before_the_seal_drops_them(phone):
    phone.tap("Village questions")
    phone.page.locator("main .rows .row").first.click()
    phone.see("step 2 of")
    phone.tap("Leave for now")
    phone.see("1 answer about the village is not saved yet")
    phone.page.locator(".more summary").click()
    phone.tap("Leave and seal")
    phone.see("1 answer about the village is not saved; sealing drops it")


def test_back_after_a_new_start_stays_in_the_app(phone):
    phone.ready_offline()
    phone.tap("Village questions")
    phone.see("step 1 of")
    phone.close()
    phone.open()
    phone.see("step 1 of")
    phone.page.locator("main h1").click()
    phone.page.go_back()
    phone.see("Still missing")
    phone.page.go_back()
    phone.see("Today")


def test_an_invitation_opened_where_the_app_is_already_open_is_seen(phone, world):
    phone.page.evaluate("token => { location.hash = 'enrol=' + token }", invitation(world))
    phone.see("Enrol this phone")


def test_the_minutes_still_missing_pass_while_nobody_touches_the_phone(phone):
    phone.page.clock.install()
    phone.page.reload()
    phone.see("30 more minutes on the spot")
    phone.page.clock.run_for(130_000)
    phone.see("28 more minutes on the spot")

"""One household from the first step to "saved" without a finger on the glass: by Tab, Enter and typing alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.phone_driver import WHICH_STEP, PhoneDriver

pytestmark = pytest.mark.browser
#: More stops than any screen has.
STOPS_MOST = 60
FIELDS = {"#rows": "46", "#number": "1", "#fact": "DEMO: the post was empty at ten.", "#respondent": "DEMO villager",
          "#photo-refused": "DEMO: they did not want it", "#text": "DEMO"}
RECORD, WITHOUT_PHOTO, ROW = "Record this household", "Not possible now, go on", "main .rows .row"
ANY_PRIMARY = ".thumb .primary"
PRIMARY = f"{ANY_PRIMARY}:not([disabled])"
FOCUS_IS_SEEN = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
ON_THE_HEADING = "document.activeElement?.matches('[data-first]') === true"


def reach(page: Page, selector: str) -> None:
    """Press Tab until that is focused; wherever the focus stops on the way it must be seen.

    While the step before is still being written, its buttons are there and cannot be pressed.
    """
    page.locator(selector).first.wait_for()
    for _ in range(STOPS_MOST):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement?.matches(one) === true", selector):
            assert page.evaluate(FOCUS_IS_SEEN), selector
            return
    raise AssertionError(f"no Tab leads to {selector}")


def step(page: Page) -> None:
    """Whatever this step asks for, then on."""
    if page.get_by_role("button", name=WITHOUT_PHOTO).is_visible():
        page.evaluate("words => [...document.querySelectorAll('main button')].find((one) => one.textContent.includes(words)).id = 'without'",
                      WITHOUT_PHOTO)
        reach(page, "#without")
    elif field := next((one for one in FIELDS if page.locator(one).is_visible()), None):
        reach(page, field)
        page.keyboard.type(FIELDS[field])
        reach(page, PRIMARY)
    elif page.locator(f"{ROW}:visible").count() and page.locator(ANY_PRIMARY).count() == 0:
        reach(page, ROW)
    else:
        reach(page, PRIMARY)
    page.keyboard.press("Enter")


def test_a_household_is_recorded_by_keyboard_alone_and_each_step_begins_at_its_heading(server, new_phone):
    phone: PhoneDriver = new_phone(server.origin)
    phone.begin()
    reach(phone.page, ".thumb .primary")
    phone.page.keyboard.press("Enter")
    phone.page.get_by_role("heading", name="How was this household chosen?").wait_for()
    for _ in range(STOPS_MOST):
        if phone.page.get_by_role("button", name=RECORD, exact=True).is_visible():
            break
        before, refusing = phone.page.evaluate(WHICH_STEP), phone.page.locator("#photo-refused").count()
        heading = phone.page.locator("main h1").text_content()
        step(phone.page)
        opened = "false" if refusing else "document.querySelector('#photo-refused') !== null"
        phone.wait_until(f"({WHICH_STEP}) !== {before!r} || {opened}")
        if phone.page.locator("main h1").text_content() != heading:
            phone.wait_until(ON_THE_HEADING)
    reach(phone.page, ".thumb .primary")
    phone.page.keyboard.press("Enter")
    phone.see("saved on the phone")
    assert phone.faults == []

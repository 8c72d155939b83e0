"""The pictures of help: what each of the twelve questions looks like on the phone, cut out of its screens."""

from __future__ import annotations

from io import BytesIO
from typing import Iterator

from PIL import Image
from playwright.sync_api import expect

from tests.browser.phone_driver import PhoneDriver
from tests.browser.screen_walk import LANGUAGES, opened, speak

#: Pixels of a cut-out on the screen, and as it is kept: small, for all of them together must stay below 150 kB.
CUT, KEPT = (360, 400), (270, 300)
#: Beginning of what is shown; the head says the same on every screen.
TOP_OF_PAGE = 97


def help_pictures(phone: PhoneDriver, companion_code: str) -> Iterator[tuple[str, str, Image.Image]]:
    """Question, language and picture, on the way through an enrolled phone's visit. The phone speaks English in between."""
    page = phone.page
    expect(page.get_by_role("button", name="Begin the visit")).to_be_visible()
    yield from cut(phone, "today")
    page.locator(".counts summary").click()
    yield from cut(phone, "offline", 0)
    page.locator(".counts summary").click()
    phone.begin(companion_code)
    given = {"visit": page.evaluate("history.state.params.visit")}
    phone.wait_until("document.querySelector('.position')?.textContent.includes('12')")
    yield from cut(phone, "where")
    yield from cut(phone, "missing")
    phone.tap("Next household")
    phone.until("button:text-is('Go to the household in row 46'), button:text-matches('^Go to (house|the household)')")
    yield from cut(phone, "next", bottom=True)
    phone.until("#number")
    page.locator("details.more summary").filter(has_text="Cannot be answered?").click()
    yield from cut(phone, "na")
    phone.until("#fact")
    yield from cut(phone, "finding")
    for question, screen in (("core", "seal"), ("cadre", "cadre"), ("disclose", "disclose")):
        opened(phone, screen, given)
        yield from cut(phone, question)
    opened(phone, "camera", {**given, "kind": "place"})
    expect(page.get_by_role("button", name="Take the photo")).to_be_enabled()
    yield from cut(phone, "mask", 0)
    opened(phone, "urgent", given)
    yield from cut(phone, "urgent")


def cut(phone: PhoneDriver, question: str, top: int = TOP_OF_PAGE, bottom: bool = False) -> Iterator[tuple[str, str, Image.Image]]:
    """A piece of the screen as it stands, in both languages: from ``top`` pixels, or its end."""
    for language in LANGUAGES:
        speak(phone.page, language)
        whole = Image.open(BytesIO(phone.page.screenshot())).convert("RGB")
        y = whole.height - CUT[1] if bottom else top
        yield question, language, whole.crop((0, y, CUT[0], y + CUT[1])).resize(KEPT, Image.Resampling.LANCZOS)
    speak(phone.page, "en")

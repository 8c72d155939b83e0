"""Every screen of the phone and every page of the desk, in both languages and three themes: accessible, in reach, in sight."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.phone_driver import PHONE_SIZE, PhoneDriver, sign_in_at_desk
from tests.browser.screen_walk import OF_A_LOCKED_PHONE, THEMES, desk_addresses, every_screen, screen_names, speak
from tests.house.source_tree import ROOT
from tests.world import PASSWORD

pytestmark = pytest.mark.browser
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
NARROW, ON_ITS_SIDE = {"width": 320, "height": 568}, {"width": 640, "height": 360}
ELSEWHERE = {*OF_A_LOCKED_PHONE}
RUN_AXE = """async (only) => (await axe.run(only ? { runOnly: { type: 'rule', values: only } } : {})).violations
  .map((one) => one.id + ' ' + one.nodes.map((node) => node.target).join(' '))"""
#: WCAG 2.2 asks for 24 px; thumbs in gloves for 48. A link within a sentence has the sentence's height.
TOO_SMALL = """() => [...document.querySelectorAll('button, a[href], input, select, textarea, summary, label.file')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.classList.contains('sr-only'))
  .filter((one) => {
    const { width, height } = one.getBoundingClientRect();
    const least = one.matches('p a[href]') ? 24 : 48;
    return width < least - 0.5 || height < least - 0.5;
  }).map((one) => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 20)}`)"""
SUNLIT = """() => {
  document.documentElement.dataset.theme = 'sunlight';
  const { fontSize, fontWeight } = getComputedStyle(document.body);
  const line = getComputedStyle(document.querySelector('.top')).borderBottomWidth;
  document.documentElement.dataset.theme = 'light';
  return [fontSize, fontWeight, line];
}"""
#: The first line of a screen is one line: the languages, help, and the way to hide, which is looked for in haste.
IN_TWO_LINES = """new Set([...document.querySelectorAll('.top > :not(.counts), .viewfinder-head > :not(label, h1)')]
  .map((one) => one.getBoundingClientRect()).map(({ top, height }) => Math.round((top + height / 2) / 8))).size > 1"""
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


def axe(page: Page, *only: str) -> list[str]:
    """What axe-core finds on a page as it stands; of these rules only, where any are named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    return list(page.evaluate(RUN_AXE, list(only) or None))


def faults_in_all_dresses(page: Page, name: str) -> list[str]:
    """Themes change colours alone, so in dark and in sunlight contrast alone is looked at again."""
    found = axe(page)
    for theme in THEMES[1:]:
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        found += [f"{theme} {fault}" for fault in axe(page, "color-contrast")]
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    return [f"{name}: {fault}" for fault in found]


def faults_of_size(page: Page, name: str) -> list[str]:
    """Narrow, on its side, and with letters twice the size: nothing is wider than the screen, no target too small."""
    found = [f"{name}: too small {one}" for one in page.evaluate(TOO_SMALL)]
    for words, size, letters in (("320 px", NARROW, ""), ("on its side", ON_ITS_SIDE, ""), ("200 %", PHONE_SIZE, "200%")):
        page.set_viewport_size(size)
        page.evaluate("letters => { document.documentElement.style.fontSize = letters; }", letters)
        if page.evaluate(TOO_WIDE):
            found.append(f"{name}: too wide, {words}")
        if size is NARROW and page.evaluate(IN_TWO_LINES):
            found.append(f"{name}: its head in two lines, {words}")
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(PHONE_SIZE)
    return found


def test_every_screen_of_the_phone_is_accessible_in_reach_and_in_sight(server, new_phone):
    phone: PhoneDriver = new_phone(server.origin)
    seen, faults = set(), []
    assert phone.page.evaluate(SUNLIT) == ["19px", "700", "2px"]
    for name in every_screen(phone):
        seen.add(name.partition("-")[0])
        for language in ("zh", "en"):
            speak(phone.page, language)
            faults += faults_in_all_dresses(phone.page, f"{name} {language}")
        faults += faults_of_size(phone.page, name)
    assert faults == []
    assert set(screen_names()) - ELSEWHERE == seen


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_the_desk_is_accessible_in_three_themes(server, browser, language: str):
    context = browser.new_context(locale={"zh": "zh-CN", "en": "en-GB"}[language])
    page = sign_in_at_desk(context, server.origin, "office", PASSWORD)
    faults = []
    for address in desk_addresses():
        page.goto(server.origin + address)
        faults += axe(page)
        page.emulate_media(color_scheme="dark")
        faults += [f"{address} dark {fault}" for fault in axe(page, "color-contrast")]
        page.emulate_media(color_scheme="light")
        page.evaluate("document.documentElement.dataset.theme = 'sunlight'")
        faults += [f"{address} sunlight {fault}" for fault in axe(page, "color-contrast")]
        page.set_viewport_size({"width": 360, "height": 640})
        if page.evaluate(TOO_WIDE):
            faults.append(f"{address}: too wide at 360 px")
        page.set_viewport_size({"width": 1440, "height": 900})
    context.close()
    assert faults == []

"""A walk that comes by every screen of the phone and every page of the desk, for whoever wants to look at them all.

Screens are opened as the browser's own "back" opens them, by name, with a visit under way; so a new screen is come by
without anybody adding it here, and one that cannot be opened so is noticed.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any, Iterator

from playwright.sync_api import Page, expect

from fieldcheck.app import create_app
from fieldcheck.config import Config
from fieldcheck.keys import make_keys
from tests.browser.phone_driver import PhoneDriver
from tests.house.source_tree import ROOT

LANGUAGES = {"zh": "中文", "en": "English"}
THEMES = ("light", "dark", "sunlight")
#: Screens that show several faces, by what tells them apart.
FACES: dict[str, list[dict[str, Any]]] = {
    "unfit": [{"reason": reason, "app": app, "code": code, "address": "https://example.org/phone/", "short": "https://example.org/phone/"}
              for reason, app, code in (("in_app", "wechat", "K7M4PX2Q"), ("insecure", None, None), ("too_old", None, None),
                                        ("no_storage", None, None), ("store_newer", None, None),
                                        ("store_blocked", None, None), ("storage_full", None, None))],
    "enrol": [{"link": "x", "known": None}, {"link": None, "known": "DEMO"}],
    "help": [{"from": {"screen": "cadre", "params": {}}}, {"from": {"screen": "camera", "params": {}}}],
}
#: Opened by the lock alone, never by name: ``test_lock.py`` looks at them.
OF_A_LOCKED_PHONE = ("secret", "locked")
OPEN = """([screen, params]) => {
  document.activeElement?.blur();
  history.pushState({ screen, params }, '');
  dispatchEvent(new PopStateEvent('popstate', { state: { screen, params } }));
}"""
#: A screen that has opened puts the focus on its heading; the viewfinder has none.
OPENED = "!!document.activeElement?.matches('[data-first]') || !!document.querySelector('.immersive')"
#: What a step of an interview is built of; a step built like an earlier one is no new face.
BUILT_OF = """[...document.querySelectorAll('main [id], main .rows, main .door, main details, .thumb .primary')]
  .map((one) => one.id || one.className || one.tagName).filter((one, at, all) => all.indexOf(one) === at).join(' ')"""


def screen_names() -> list[str]:
    """Every screen that the phone's app knows."""
    held = re.search(r"const SCREENS = \{(.*?)\};", (ROOT / "static/js/main.js").read_text("utf-8"), re.S)
    assert held
    return re.findall(r"(\w+): \w+Screen", held.group(1))


def every_screen(phone: PhoneDriver, companion_code: str | None = None) -> Iterator[str]:
    """The name of each face of each screen, while the enrolled phone shows it; a visit is begun and sealed on the way.

    The phone speaks English whenever the next is asked for.
    """
    page = phone.page
    yield "today"
    phone.tap("Begin the visit", exact=False)
    yield "begin"
    assignment = page.evaluate("history.state.params.assignment")
    phone.tap("Back", exact=False)
    phone.begin(companion_code)
    visit = page.evaluate("history.state.params.visit")
    yield "visit"
    household = ""
    for name in interview_steps(phone):
        household = page.evaluate("history.state.params.household")
        yield name
    given = {"visit": visit, "household": household, "assignment": assignment}
    later = []
    for screen in screen_names():
        if screen in ("begin", "household", "today") or screen in OF_A_LOCKED_PHONE:
            continue
        for face, params in enumerate(FACES.get(screen, [{}])):
            if opened(phone, screen, {**given, **params}) == screen:
                yield f"{screen}-{face + 1}" if screen in FACES else screen
            else:
                later.append(screen)
    leave_a_proposal_and_a_finding_without_a_photo(phone, given)
    for screen in later:
        if opened(phone, screen, given) == screen:
            yield screen
    opened(phone, "visit", given)
    phone.seal()
    yield "today-sealed"


def leave_a_proposal_and_a_finding_without_a_photo(phone: PhoneDriver, given: dict[str, Any]) -> None:
    """What some screens are for is there only once something was recorded."""
    opened(phone, "household", given)
    phone.tap("Record this household")
    expect(phone.page.get_by_role("button", name=re.compile("Decide [0-9]+ proposal"))).to_be_visible()
    opened(phone, "note", given)
    phone.choose("Finding")
    phone.page.locator("#fact").fill("DEMO: the sign fell off the wall, seen by both.")
    phone.tap("Record it")
    phone.see("1 photo as evidence, or why there is none")


def opened(phone: PhoneDriver, screen: str, params: dict[str, Any]) -> str:
    """Open a screen and say which one is shown now."""
    phone.page.evaluate(OPEN, [screen, params])
    phone.wait_until(OPENED)
    return str(phone.page.evaluate("history.state.screen"))


def interview_steps(phone: PhoneDriver) -> Iterator[str]:
    """Each step of a household that is built otherwise than those before, to the last; nothing is recorded."""
    phone.tap("Next household")
    expect(phone.page.locator("progress.steps")).to_be_visible()
    seen: set[str] = set()
    for _ in range(60):
        built = phone.page.evaluate(BUILT_OF)
        if built not in seen:
            seen.add(built)
            yield f"household-{len(seen)}"
        if phone.page.get_by_role("button", name="Record this household", exact=True).is_visible():
            return
        if phone.page.get_by_role("button", name="Leave it open, next").is_visible():
            phone.tap("Leave it open, next")
            expect(phone.page.locator("#fact")).to_have_count(0)
        else:
            phone._one_step(False)


def speak(page: Page, language: str) -> None:
    """Let the app speak a language."""
    page.locator(".languages").get_by_text(LANGUAGES[language]).click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if language == "zh" else "en")


def desk_addresses() -> list[str]:
    """Every page that can be opened by its address alone."""
    with tempfile.TemporaryDirectory() as folder:
        make_keys(Path(folder) / "keys")
        rules = list(create_app(Config(Path(folder), demo=True)).url_map.iter_rules())
    return sorted(
        rule.rule for rule in rules
        if "GET" in rule.methods and not rule.arguments and not rule.rule.startswith("/api/")
        and not re.search(r"\.\w+$|^/(phone|healthz|metrics|try/why|sign-in/second)", rule.rule))

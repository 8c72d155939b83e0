"""A visit of three households tapped through in Chromium at 360 × 640, with every tap counted: ``python -m bench.three_households``.

A fresh demonstration is served; the phone of a browser begins the visit, records three households (listed, exited,
ordinary), the core of the village's questions and its place photo, and seals. Every answer is a good one, so nothing is
written beyond what the app asks for. A tap is a click that the browser trusts, counted in the page itself; a field typed
into is one tap and its keystrokes. Seconds are the script's: how fast the app follows, not how fast people read.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect, sync_playwright

from fieldcheck.checklists import checklist
from tests.browser.phone_driver import WHICH_STEP, PhoneDriver
from tests.browser.pictures import COMPANION_CODE, drawn_film, way_in, with_demo

HOUSEHOLDS = {"listed": "Listed, not yet exited", "exited": "Listed, exited", "ordinary": "Ordinary household"}
HOUSES = "46"
#: Good answers to questions for a number, with what a village or household could say.
NUMBERS = {"V05": 3, "V12": 0, "V13": 0, "V19": 3, "V24": 0, "V39": 620, "H09": 2}
COUNTER = """addEventListener('click', (event) => {
  if (!event.isTrusted || !event.target.closest('button, summary, input, textarea, label')) return;
  const taps = JSON.parse(sessionStorage.getItem('taps') ?? '[]');
  const step = document.querySelector('progress.steps') ? document.querySelector('h1')?.textContent.trim() : '';
  taps.push([history.state?.screen ?? '', step]);
  sessionStorage.setItem('taps', JSON.stringify(taps));
}, true);"""


class Tapper:
    """Taps what an inspector would tap, by the words on the screen."""

    def __init__(self, phone: PhoneDriver) -> None:
        self.phone, self.page, self.typed = phone, phone.page, 0
        self.questions = {" ".join(one["en"].split()): one for one in [*checklist().get("facts", ()), *checklist()["questions"]]}

    def type_into(self, field: Locator, words: str) -> None:
        """One tap into the field, then its keys."""
        field.click()
        field.press_sequentially(words)
        self.typed += len(words)

    def household(self, kind: str) -> None:
        """From the visit's screen and back to it."""
        self.phone.tap("Next household")
        self._until("Record this household", kind)

    def village(self) -> None:
        """The core of the village's questions."""
        self.phone.tap("Village questions")
        self._until("Record the answers", "")

    def _until(self, last: str, kind: str) -> None:
        button = self.page.get_by_role("button", name=last, exact=True)
        for _ in range(60):
            expect(self.page.locator("progress.steps, h1").first).to_be_visible()
            if button.is_visible():
                break
            # While something is being saved every button is closed; the main one also until a field is filled.
            expect(self.page.locator(".thumb .pair button[disabled]")).to_have_count(0)
            before = self.page.evaluate(WHICH_STEP)
            self._step(kind)
            self.page.wait_for_function(f"before => ({WHICH_STEP}) !== before", arg=before)
        button.click()
        expect(self.page.locator(".card .lacks, .card h2").first).to_be_visible()

    def _step(self, kind: str) -> None:
        page, title = self.page, " ".join(self.page.locator("h1").first.inner_text().split())
        question = self.questions.get(title)
        if question:
            self._answer(question)
        elif page.locator("#rows").is_visible():
            self.type_into(page.locator("#rows"), HOUSES)
            self.phone.tap("Draw")
        elif page.get_by_role("button", name="Open the camera").is_visible():
            self.phone.tap("Open the camera")
            self.phone.shoot()
        elif page.locator(".thumb .primary").is_visible():
            page.locator(".thumb .primary").click()
        else:
            rows = page.locator("main .rows .row:visible")
            wanted = rows.filter(has_text="As before").or_(rows.filter(has_text="Walking, every so many houses")).or_(rows.filter(has_text=kind))
            (wanted if wanted.count() else rows).first.click()

    def _answer(self, question: dict[str, Any]) -> None:
        rows = self.page.locator("main .rows .row:visible")
        if question["type"] == "number":
            number = str(NUMBERS[question["code"]])
            quick = self.page.locator("main .quick .row").filter(has_text=number)
            if quick.count():
                quick.first.click()
                return
            self.type_into(self.page.locator("#number"), number)
            self.phone.tap("Next")
            return
        chosen = good(question)
        if question["type"] == "multi" and len(chosen) == len(question["options"]) > 1:
            self.phone.tap("All of them, next")
            return
        places = [place for place, one in enumerate(question["options"]) if one["value"] in chosen]
        for place in places:
            rows.nth(place).click()
        if question["type"] == "multi":
            self.phone.tap("Next")


def good(question: dict[str, Any]) -> list[str]:
    """Values of an answer that proposes nothing."""
    values = [one["value"] for one in question["options"]]
    rule = question.get("negative_when") or {"op": "", "value": []}
    if question["type"] == "multi":
        return values if rule["op"] == "missing_any" else values[-1:]
    bad = rule["value"] if isinstance(rule["value"], list) else [rule["value"]]
    return [next(value for value in values if value not in bad)]


def measure(folder: Path, data: Path, origin: str) -> dict[str, Any]:
    """Taps by part and by screen, seconds by part."""
    link, place = way_in(data, origin)
    with sync_playwright() as playwright:
        phone = PhoneDriver(playwright, folder / "profile", origin, place, camera=drawn_film(folder))
        phone.enrol(link)
        phone.context.add_init_script(COUNTER)
        phone.page.reload()
        phone.see("Today")
        tapper, parts, began = Tapper(phone), {}, time.monotonic()
        for name, work in (
                ("begin, companion", lambda: phone.begin(COMPANION_CODE)),
                *((f"household {at} ({kind})", lambda kind=kind: tapper.household(HOUSEHOLDS[kind])) for at, kind in enumerate(HOUSEHOLDS, 1)),
                ("village core", tapper.village), ("place photo", lambda: place_photo(phone)), ("seal", lambda: seal(phone))):
            before, since = len(taps(phone)), time.monotonic()
            work()
            parts[name] = {"taps": len(taps(phone)) - before, "seconds": round(time.monotonic() - since, 1)}
        steps = Counter(step or screen for screen, step in taps(phone))
        found = {"taps": len(taps(phone)), "keys": tapper.typed, "seconds": round(time.monotonic() - began, 1), "parts": parts,
                 "most": steps.most_common(12)}
        phone.close()
    return found


def place_photo(phone: PhoneDriver) -> None:
    """村牌: the sign of the village, from the list of what is missing."""
    phone.tap("A photo of the village sign", exact=False)
    phone.shoot()
    expect(phone.page.locator(".card h2").first).to_be_visible()


def seal(phone: PhoneDriver) -> None:
    """封存, by the button beside the next thing to do."""
    phone.tap("Leave and seal")
    phone.declare()
    phone.tap("Seal")
    phone.see("Sealed and saved on the phone.")


def taps(phone: PhoneDriver) -> list[list[str]]:
    """Screen and step of every tap so far."""
    return list(json.loads(phone.page.evaluate("sessionStorage.getItem('taps') ?? '[]'")))


def main() -> None:
    """Print what was counted."""
    with tempfile.TemporaryDirectory() as folder:
        with_demo(lambda _, data, origin: print(json.dumps(measure(Path(folder), data, origin), ensure_ascii=False, indent=1)))


if __name__ == "__main__":
    main()

"""``/try`` as a visitor walks it: the visit that was begun is finished with the network cut, sealed, sent, accepted; the map turns."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Callable

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.cli_data import Data
from fieldcheck.config import load_config
from fieldcheck.demo import make_demo
from fieldcheck.store import reviews, visits
from tests.browser.phone_driver import WAIT_S
from tests.browser.test_desk_pages import SIZES, faults_of

pytestmark = pytest.mark.browser
TOWNSHIP = "刘家场镇"


@pytest.fixture
def world(tmp_path: Path) -> Data:
    """A demonstration in which nobody has walked yet."""
    make_demo(Data(load_config(tmp_path / "data")), reset=True, ensure=False, now=datetime.now(UTC), visits=0)
    return Data(load_config(tmp_path / "data"))


class Visitor:
    """Somebody at ``/try``, who clicks what stands there; ``taps`` counts it. ``seen`` is told each stage by name."""

    def __init__(self, page: Page, origin: str, seen: Callable[[str], object] = lambda _stage: None) -> None:
        self.page, self.origin, self.seen, self.taps = page, origin, seen, 0
        self.faults: list[str] = []
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.set_default_timeout(WAIT_S * 1000)

    @property
    def phone(self) -> FrameLocator:
        """What the phone shows."""
        return self.page.frame_locator("#phone")

    def arrive(self) -> None:
        """Open the page and wait until the phone stands in its visit."""
        self.page.goto(f"{self.origin}/try")
        expect(self.phone.get_by_role("button", name="Go on with household 5")).to_be_visible()

    def tap(self, name: str) -> None:
        """Tap a button on the phone."""
        self.phone.get_by_role("button", name=name, exact=True).first.click()
        self.taps += 1

    def click(self, selector: str) -> None:
        """Click something beside the phone."""
        self.page.locator(selector).click()
        self.taps += 1

    def choose(self, row: str) -> None:
        """Tap an answer."""
        self.phone.locator(".rows .row").filter(has_text=row).first.click()
        self.taps += 1

    def answer(self, *rows: str) -> None:
        """Answer questions in turn; each next one comes by itself."""
        for row in rows:
            self.choose(row)

    def shoot(self) -> None:
        """Press the shutter."""
        expect(self.phone.get_by_role("button", name="Take the photo")).to_be_enabled()
        self.tap("Take the photo")
        expect(self.phone.get_by_text("Saved on the phone: photo")).to_be_visible()

    def household(self) -> None:
        """The fifth household."""
        self.tap("Go on with household 5")
        self.choose("Somebody is there, begin")
        self.tap("They agree, begin")
        self.answer("Same", "Yes", "Yes", "All met", "Safe")
        self.tap("Open the camera")
        self.seen("camera")
        self.shoot()
        self.answer("No such child", "All insured, fully paid for", "No need", "Very satisfied")
        self.tap("Record this household")
        expect(self.phone.get_by_text("This household is saved on the phone.")).to_be_visible()

    def village(self) -> None:
        """The two open questions, then the sign."""
        self.tap("Answer the village questions")
        self.answer("All", "Yes")
        self.tap("Record the answers")
        expect(self.phone.get_by_role("button", name="Photo of the village sign", exact=True)).to_be_visible()
        self.tap("Photo of the village sign")
        self.shoot()

    def seal(self) -> None:
        """Three declarations, the seal."""
        self.tap("Leave and seal")
        groups = self.phone.locator("fieldset.declaration")
        expect(groups).to_have_count(3)
        for group in groups.all():
            group.get_by_role("button", name="Yes").click()
            self.taps += 1
        self.tap("Seal")
        expect(self.phone.get_by_text("Sealed and saved on the phone.")).to_be_visible()

    def accept(self) -> None:
        """At the office: the photo of the sign, the place, Accept."""
        self.click("#to-desk button")
        desk = self.page.frame_locator("#desk")
        expect(desk.locator("details.must").first).to_be_visible()
        for must in desk.locator("details.must > summary").all():
            must.click()
            self.taps += 1
        expect(desk.locator("details.must img").first).to_be_visible()
        confirm = desk.locator("[name=place_confirmed]")
        if confirm.count():
            confirm.check()
            self.taps += 1
        self.seen("review")
        desk.locator("#accept-button").click()
        self.taps += 1

    def done(self, steps: int) -> None:
        """Wait until so many steps have ticked themselves."""
        expect(self.page.locator("[data-step].done")).to_have_count(steps)

    def says(self, words: str) -> None:
        """Wait until the card "now" says so."""
        expect(self.page.locator("#now")).to_contain_text(words)


def test_a_visitor_finishes_the_visit_without_a_network_and_the_township_turns_covered_for_reasons_that_can_be_read(
        world, server, browser) -> None:
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    visitor = Visitor(context.new_page(), server.origin)
    visitor.arrive()
    page, phone = visitor.page, visitor.phone
    visitor.says("four households are recorded")
    assert faults_of(page) == []
    visitor.click("#network")
    visitor.household()
    expect(phone.locator(".counts summary")).not_to_contain_text("0 waiting")
    phone.locator("body").evaluate("navigator.serviceWorker.ready.then(() => true)")
    server.stop()
    visitor.says("The server does not answer")
    visitor.click("#restart")
    visitor.village()
    visitor.done(1)
    visitor.seal()
    server.start()
    visitor.says("There is no network now")
    visitor.click("#network")
    visitor.done(2)
    visitor.accept()
    visitor.done(3)
    visitor.says("is covered")
    why = page.locator("#why")
    expect(why.locator("#why-status")).to_contain_text("Covered")
    expect(why.locator(".rule-pass")).to_have_count(8)
    expect(page.locator("#view-map")).to_be_visible()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults_of(page) == []
    assert visitor.faults == []
    context.close()
    [visit] = [row["visit"] for row in world.db.query("SELECT visit FROM visits")]
    doc = visits.find(world.db, visit) or {}
    assert {fix["source"] for fix in doc["fixes"]} == {photo["source"] for photo in doc["photos"]} == {"demo"}
    assert reviews.flags_of(world.db, visit) == visits.flags(world.db, visit) == []
    assert list(verify_log(world.db, world.config.data, world.keys)) == []
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_what_is_there_is_found_again_and_a_new_phone_says_what_is_lost(world, server, browser) -> None:
    context = browser.new_context(locale="en-GB", viewport={"width": 768, "height": 1024})
    visitor = Visitor(context.new_page(), server.origin)
    visitor.arrive()
    visitor.click("#network")
    visitor.household()
    visitor.page.goto(f"{server.origin}/try")
    # The switch belongs to the page: a page opened anew has a network, and what waited is sent.
    expect(visitor.phone.locator(".counts summary")).to_contain_text("0 waiting")
    expect(visitor.phone.get_by_role("button", name="Answer the village questions")).to_be_visible()
    visitor.click("#anew")
    expect(visitor.page.locator("#anew-words")).to_contain_text("have reached the office and stay there")
    visitor.page.get_by_role("button", name="Take a new one").click()
    expect(visitor.phone.get_by_role("button", name="Go on with household 5")).to_be_visible()
    expect(visitor.phone.locator(".counts summary")).to_have_text(re.compile(r"[1-9]\d*\s+saved\s+0\s+waiting"), use_inner_text=True)
    assert world.db.execute("SELECT count(*) FROM visits").fetchone()[0] == 2
    assert visitor.faults == []
    context.close()

"""Drives the phone's app in a real Chromium as a thumb would: by what stands on the buttons."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.installed_browser import find_browser

# Long, for on a busy machine a phone may first wait out a failed round of sync; what is there is found at once anyway.
WAIT_S = 60
expect.set_options(timeout=WAIT_S * 1000)
#: What every phone of the tests is locked with.
SECRET = "demo wind over rice"
PHONE_SIZE = {"width": 360, "height": 640}
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
)
# Which step of an interview is shown; words that come and go around it do not count.
WHICH_STEP = ("document.querySelector('progress.steps')?.value + ' ' + document.querySelector('main h1')?.textContent"
              " + ' ' + !!document.querySelector('#rows')")

# The page's clock, and that of its positions, stand back by what the storage says: a morning passes in a minute.
SHIFTED_CLOCK = """(() => {
  const real = Date, behind = () => Number(localStorage.getItem('minutes_behind') ?? BEHIND) * 60000;
  globalThis.Date = class extends real { constructor(...given) { given.length ? super(...given) : super(Date.now()); } };
  Date.now = () => real.now() - behind();
  const watch = Geolocation.prototype.watchPosition;
  Geolocation.prototype.watchPosition = function (took, failed, how) {
    return watch.call(this, ({ coords, timestamp }) => took({ coords, timestamp: timestamp - behind() }), failed, how);
  };
})()"""


class PhoneDriver:
    """One phone: a browser profile on disk that survives being closed.

    ``place`` is lon, lat in degrees; ``camera`` an MJPEG file that its camera sees, else Chromium's test picture;
    ``behind`` minutes by which its clock starts back, and which ``walk_on`` makes up.
    """

    def __init__(self, playwright: Playwright, profile: Path, origin: str, place: tuple[float, float],
                 locale: str = "en-GB", camera: Path | None = None, behind: int = 0) -> None:
        self._playwright, self.profile, self._place, self._locale = playwright, profile, place, locale
        self._flags = [*FLAGS, *([f"--use-file-for-fake-video-capture={camera}"] if camera else [])]
        self._started_behind = self._behind = behind
        self.origin = origin
        self.context: BrowserContext | None = None
        self.faults: list[str] = []

    def open(self, path: str = "/phone/") -> Page:
        """Start the browser on its profile and open a page of the app."""
        self.context = self._playwright.chromium.launch_persistent_context(
            str(self.profile), executable_path=find_browser(), args=self._flags, headless=True, locale=self._locale,
            viewport=PHONE_SIZE, geolocation={"longitude": self._place[0], "latitude": self._place[1], "accuracy": 12},
            permissions=["geolocation", "camera"], has_touch=True)
        if self._started_behind:
            self.context.add_init_script(SHIFTED_CLOCK.replace("BEHIND", str(self._behind)))
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.set_default_timeout(WAIT_S * 1000)
        self.stays_locked(False)
        self.page.goto(self.origin + path)
        return self.page

    def stays_locked(self, locked: bool) -> None:
        """Whether the question for the PIN is left standing; else it is answered wherever it comes up."""
        question = self.page.locator("#unlock")
        if locked:
            self.page.remove_locator_handler(question)
        else:
            self.page.add_locator_handler(question, lambda: self.unlock())

    def unlock(self, secret: str = SECRET) -> None:
        """Answer the question for the PIN."""
        self.page.locator("#secret").fill(secret)
        self.page.locator("#unlock").click()

    def close(self) -> None:
        """Close the browser, as the system does to a page in the background."""
        if self.context:
            self.context.close()
            self.context = None

    def walk_on(self, minutes: int = 0) -> None:
        """Let minutes pass until the next house, some steps away."""
        self._behind -= minutes
        self.page.evaluate("minutes => localStorage.setItem('minutes_behind', minutes)", self._behind)
        self._place = (self._place[0], self._place[1] + 0.0001)
        self.context.set_geolocation({"longitude": self._place[0], "latitude": self._place[1], "accuracy": 12})

    def tap(self, name: str, exact: bool = True) -> None:
        """Tap the first button of that name."""
        self.page.get_by_role("button", name=name, exact=exact).first.click()

    def see(self, words: str) -> None:
        """Wait until these words stand on the screen."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    def wait_until(self, question: str) -> None:
        """Wait until the page answers yes. ``wait_for_function`` takes a promise for a yes, so it waits for none of these."""
        until = time.monotonic() + WAIT_S
        while not self.page.evaluate(question):
            assert time.monotonic() < until, f"still no: {question}"
            self.page.wait_for_timeout(50)

    def counts(self) -> tuple[int, int, int]:
        """What the head says: saved, waiting, arrived."""
        saved, waiting, arrived = (int(b) for b in self.page.locator(".counts summary b").all_inner_texts())
        return saved, waiting, arrived

    def wait_for_counts(self, pattern: str) -> None:
        """Wait until "saved waiting arrived" matches, e.g. ``7 0 7``."""
        expect(self.page.locator(".counts summary")).to_have_text(
            re.compile(pattern.replace(" ", r"\D+")), use_inner_text=True)

    def enrol(self, link: str) -> None:
        """Open an invitation's link and use it."""
        self.open(link.removeprefix(self.origin))
        self.use_this_phone()
        self.see("Today")

    def use_this_phone(self) -> None:
        """Choose the PIN and enrol."""
        self.page.locator("#new-secret").fill(SECRET)
        self.tap("Use this phone")

    def ready_offline(self) -> None:
        """Wait until the app could be opened without the server."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def begin(self, companion_code: str | None = None) -> None:
        """走访开始: three declarations, then the companion's own code, or later."""
        self.tap("Begin the visit", exact=False)
        self.declare()
        self.tap("Begin")
        self.see("The visit has begun")
        self.see("Your companion")
        if companion_code is None:
            self.tap("Later")
        else:
            self.confirm_companion(companion_code)
        expect(self.page.locator(".thumb").get_by_role("button", name="Next household")).to_be_visible()

    def confirm_companion(self, code: str) -> None:
        """同行人确认: the companion types the own code on this phone."""
        self.page.locator("#code").fill(code)
        self.tap("Confirm")
        self.see("The companion is confirmed")

    def more(self, name: str) -> None:
        """Tap something under "More" on the visit's screen."""
        if not self.page.locator("details.more[open]").count():
            self.page.locator("details.more summary").click()
        self.tap(name)

    def declare(self) -> None:
        """Say yes to the three declarations."""
        groups = self.page.locator("fieldset.declaration")
        expect(groups).to_have_count(3)
        for group in groups.all():
            group.get_by_role("button", name="Yes").click()

    def choose(self, row: str) -> None:
        """Tap the row of that name in a list of choices."""
        self.page.locator(".rows .row").filter(has_text=row).first.click()

    def seal(self) -> None:
        """封存: leave, the declarations once more, the seal."""
        self.more("Leave and seal")
        self.declare()
        self.tap("Seal")
        self.see("Sealed and saved on the phone.")

    def interview(self, record: str, photo_first: bool = True) -> None:
        """Answer every step with its first choice until the last, then record."""
        for _ in range(60):
            if self.page.get_by_role("button", name=record, exact=True).is_visible():
                break
            self._one_step(photo_first)
        self.tap(record)

    def until(self, selector: str) -> None:
        """Answer steps until one of this kind is shown."""
        for _ in range(60):
            if self.page.locator(selector).is_visible():
                return
            self._one_step(False)
        raise AssertionError(f"no step has {selector}")

    def shoot(self) -> None:
        """Take the picture in the viewfinder; where it is looked at first, save it as it is."""
        shutter = self.page.get_by_role("button", name="Take the photo")
        expect(shutter).to_be_enabled()
        shutter.click()
        unsaved = self.page.get_by_role("button", name="Save the photo", exact=True)
        expect(unsaved.or_(self.page.get_by_text("Saved on the phone: photo")).first).to_be_visible()
        if unsaved.is_visible():
            unsaved.click()
            self.see("Saved on the phone: photo")
        # One picture after the other, or a remark about this one: then the viewfinder stays open.
        leave = self.page.get_by_role("button", name=re.compile("^(Done|Keep it)$"))
        expect(leave.or_(self.page.locator("header.top")).first).to_be_visible()
        if leave.is_visible():
            leave.click()
        expect(self.page.locator("#viewfinder")).to_have_count(0)
        self.see("Saved on the phone: photo")

    def _one_step(self, photo: bool) -> None:
        page = self.page
        expect(page.locator("progress.steps")).to_be_visible()
        before = page.evaluate(WHICH_STEP)
        if page.locator("#rows").is_visible():
            self.draw(46)
        elif page.get_by_role("button", name=re.compile("^Go to (house|the household)")).is_visible():
            self.tap("Go to", exact=False)
        elif page.get_by_role("button", name="Open the camera").is_visible():
            if photo:
                self.tap("Open the camera")
                self.shoot()
            else:
                self._without_photo(before)
        elif page.get_by_role("button", name="They agree, begin").is_visible():
            self.tap("They agree, begin")
        elif page.locator("#fact").is_visible():
            page.locator("#fact").fill("DEMO: the post was empty at ten, seen by us.")
            if page.locator("#no-photo").is_visible():
                page.locator("#no-photo").fill("DEMO: nothing but an empty chair")
            self.tap("Next")
        elif page.locator("#number").is_visible():
            page.locator("#number").fill("1")
            self.tap("Next")
        elif page.locator("#respondent").is_visible():
            page.locator("#respondent").fill("DEMO villager")
            self.tap("Next")
        elif page.get_by_text("Tick any number, or none.").is_visible():
            page.locator("main .rows .row:visible").last.click()
            self.tap("Next")
        else:
            page.locator("main .rows .row:visible").first.click()
        page.wait_for_function(f"before => ({WHICH_STEP}) !== before", arg=before)

    def draw(self, n: int) -> None:
        """抽户: say how long the list or the way is, and draw."""
        self.page.locator("#rows").fill(str(n))
        self.page.locator(".thumb").get_by_role("button", name="Draw", exact=True).click()
        expect(self.page.locator("#rows")).to_have_count(0)

    def _without_photo(self, step: str) -> None:
        """Where a household's photo is not possible, one line says why."""
        page, reason = self.page, self.page.locator("#photo-refused")
        if not reason.is_visible():
            self.tap("Not possible now, go on")
        page.wait_for_function(f"before => document.querySelector('#photo-refused, #rows') || ({WHICH_STEP}) !== before", arg=step)
        if reason.is_visible():
            reason.fill("DEMO: they did not want it")
            self.tap("Next")


def sign_in_at_desk(context: Any, origin: str, name: str, password: str) -> Page:
    """A desk page of that account, on the coverage page."""
    page = context.new_page()
    page.goto(origin + "/sign-in")
    page.locator("input[name=name]").fill(name)
    page.locator("input[type=password]").fill(password)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url("**/desk**")
    page.goto(origin + "/desk/coverage")
    return page

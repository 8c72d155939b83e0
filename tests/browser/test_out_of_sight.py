"""A page that nobody sees neither looks where it is nor asks for anything; seen again, it goes on with both."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.browser.phone_driver import WAIT_S

pytestmark = pytest.mark.browser
#: All of it less than the five minutes after which the app locks.
LONG_MS = 4 * 60 * 1000
PIECES = 6
#: Counts the watches on the position that run, and lets a test say whether the page is seen.
COUNTING = """(() => {
  const running = new Set();
  const { watchPosition, clearWatch } = Geolocation.prototype;
  Geolocation.prototype.watchPosition = function (...given) {
    const watch = watchPosition.apply(this, given);
    running.add(watch);
    return watch;
  };
  Geolocation.prototype.clearWatch = function (watch) {
    running.delete(watch);
    return clearWatch.call(this, watch);
  };
  let seen = 'visible';
  Object.defineProperty(document, 'visibilityState', { get: () => seen });
  Object.defineProperty(document, 'hidden', { get: () => seen === 'hidden' });
  globalThis.watches = () => running.size;
  globalThis.show = (state) => { seen = state; document.dispatchEvent(new Event('visibilitychange')); };
})()"""


def test_a_page_out_of_sight_watches_no_position_and_sends_nothing_however_long_it_lies_there(proxy, new_phone):
    phone = new_phone(proxy.origin)
    phone.ready_offline()
    phone.begin()
    proxy.down()
    page = phone.page
    page.add_init_script(COUNTING)
    page.clock.install()
    page.goto(phone.origin + "/phone/")
    next_household = page.locator(".thumb").get_by_role("button", name="Next household")
    expect(next_household).to_be_visible()
    phone.more("A cadre has turned up")
    phone.tap("Record the time")
    expect(next_household).to_be_visible()
    phone.wait_until("watches() === 1")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    until = time.monotonic() + WAIT_S
    while not asked:
        assert time.monotonic() < until, "something waits and somebody looks: it is tried again and again"
        page.clock.run_for(LONG_MS)
    expect(next_household).to_be_visible()

    page.evaluate("show('hidden')")
    phone.wait_until("watches() === 0")
    # The page's minutes pass at once, a call takes the network's time: one that was under way ends first.
    page.clock.run_for(LONG_MS // PIECES)
    asked.clear()
    for _ in range(PIECES - 1):
        page.clock.run_for(LONG_MS // PIECES)
        assert (asked, page.evaluate("watches()")) == ([], 0)

    with page.expect_request("**"):
        page.evaluate("show('visible')")
    phone.wait_until("watches() === 1")

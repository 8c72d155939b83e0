"""From the shutter to "saved": ``python -m bench.shutter [photos]``. Figures: ``docs/architecture.md``.

A phone in a real Chromium whose processor is slowed down six times (``bench/field.py``) takes photos in a visit,
its server gone, as in the field. Two ways, each ``photos`` times (default 7) after one that is not counted:

* *viewfinder*: from the click on the shutter to the words "Saved on the phone" on the screen;
* *12 MP*: the same from a file of 4000 x 3000, as a phone's own camera app makes them, from its choice on.
"""

from __future__ import annotations

import json
import os
import sys
from random import Random
from statistics import median
from typing import Any

from playwright.sync_api import expect

from bench.field import SLOWER, field
from fieldcheck.fleet.demo_photo import demo_photo
from tests.browser.phone_driver import PhoneDriver

UNTIL_SAVED = """n => { globalThis.saved = new Promise((done) => {
  const look = new MutationObserver(() => {
    if (!document.querySelector('.said')?.textContent.includes(`photo ${n} of`)) return;
    look.disconnect();
    done(performance.now() - globalThis.began);
  });
  look.observe(document.body, { subtree: true, childList: true, characterData: true });
  addEventListener('change', () => { globalThis.began = performance.now(); }, { capture: true, once: true });
}); }"""
PRESS = "() => { globalThis.began = performance.now(); document.querySelector('.shutter').click(); return globalThis.saved; }"


def measure(times: int) -> dict[str, Any]:
    """Take the photos; milliseconds."""
    with field(film=(1920, 1440)) as stand:
        phone = stand.phone
        phone.begin()
        stand.proxy.down()
        phone.tap("Photo")
        phone.slow_down()
        return _figures(phone, times)


def _figures(phone: PhoneDriver, times: int) -> dict[str, Any]:
    large = demo_photo(Random(2), "house", (4000, 3000))
    viewfinder = [_pressed(phone, n) for n in range(1, times + 2)][1:]
    files = [_chosen(phone, n, large) for n in range(times + 2, 2 * times + 3)][1:]
    return {"slower": SLOWER, "load": round(os.getloadavg()[0], 1), "viewfinder_ms": _summed(viewfinder), "file_12mp_ms": _summed(files)}


def _pressed(phone: PhoneDriver, n: int) -> float:
    expect(phone.page.get_by_role("button", name="Take the photo")).to_be_enabled()
    phone.page.evaluate(UNTIL_SAVED, n)
    return float(phone.page.evaluate(PRESS))


def _chosen(phone: PhoneDriver, n: int, large: bytes) -> float:
    expect(phone.page.get_by_role("button", name="Take the photo")).to_be_enabled()
    phone.page.evaluate(UNTIL_SAVED, n)
    phone.page.get_by_label("Gallery").set_input_files({"name": "large.jpg", "mimeType": "image/jpeg", "buffer": large})
    return float(phone.page.evaluate("globalThis.saved"))


def _summed(times: list[float]) -> dict[str, int]:
    return {"best": round(min(times)), "median": round(median(times)), "worst": round(max(times))}


def main() -> None:
    """Print the figures."""
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 7), indent=1))


if __name__ == "__main__":
    main()

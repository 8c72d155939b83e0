"""The phone in a slow hand: ``python -m bench.phone [visits] [repeats]``. Figures: ``docs/architecture.md``.

The processor is slowed down six times (``bench/field.py``) and the server is gone, as in the field. ``visits`` (default 1000, five
photos each of 160 × 120, none of which has arrived) are recorded by the app's own modules, without waiting for the disk.

* *start*: from the navigation in a browser that was just started to the question for the PIN as drawn, and from the tap on
  "Open" to Today as drawn, with PBKDF2 and without it. On an empty phone first, which is the anchor, then on the full one.
* *changes*: from each tap to what comes next as drawn, over a visit of three households: the next step of an interview, another
  screen, a save point and what comes after it, and those to and from the camera, which open it and wait for a picture.
* *list*, *map*: the times between frames while the list of all visits is scrolled and while the map is dragged.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from random import Random
from statistics import median
from typing import Any, Iterator

from playwright.sync_api import CDPSession, expect

from bench.field import SLOWER, SlowPhone, field
from fieldcheck.fleet.demo_photo import demo_photo
from tests.browser.phone_driver import SECRET

PHOTOS_EACH = 5


def measure(visits: int, repeats: int) -> Iterator[tuple[str, Any]]:
    """Names and figures, one after the other; milliseconds."""
    with field(film=(1280, 960)) as stand:
        phone = stand.phone
        phone.close()
        yield "slow_down", slow_down(phone)
        stand.proxy.down()
        yield "start_empty", starts(phone, repeats)
        yield "recorded", record(phone, visits)
        yield "start_full", starts(phone, repeats)
        yield "list", scrolled(phone)
        yield "changes", changes(phone)
        yield "map", dragged(phone)


def slow_down(phone: SlowPhone) -> dict[str, float]:
    """The same work at full speed and slowed down."""
    took = {}
    for slower in (1, SLOWER):
        phone.start(slower)
        phone.page.goto(phone.origin + "/phone/")
        phone.page.wait_for_selector("#unlock")
        took[str(slower)] = min(phone.page.evaluate("phoneBench.loop()")[0] for _ in range(3))
        phone.close()
    return {"times": round(took[str(SLOWER)] / took["1"], 1)}


def starts(phone: SlowPhone, repeats: int) -> dict[str, Any]:
    """Cold starts without a network: to the PIN, from the PIN to Today, the reckoning of the PIN within that."""
    found: dict[str, list[float]] = {"to_pin": [], "pin_to_today": [], "of_which_pbkdf2": [], "pin_to_today_without_pbkdf2": [], "to_pin_and_to_today_without_pbkdf2": []}
    for _ in range(repeats):
        phone.start()
        phone.page.goto(phone.origin + "/phone/")
        phone.wait_until("phoneBench.shown.pin > 0")
        phone.page.locator("#secret").fill(SECRET)
        phone.page.evaluate("() => { addEventListener('click', (event) => { phoneBench.began = event.timeStamp; }, { capture: true, once: true }); }")
        phone.page.locator("#unlock").click()
        phone.wait_until("phoneBench.shown.today > 0")
        seen = phone.page.evaluate("({ ...phoneBench.shown, began: phoneBench.began, reckoned: phoneBench.reckoned })")
        phone.close()
        opened = seen["today"] - seen["began"]
        for name, value in zip(found, (seen["pin"], opened, seen["reckoned"], opened - seen["reckoned"], seen["pin"] + opened - seen["reckoned"])):
            found[name].append(value)
    return {name: summed(values) for name, values in found.items()}


def record(phone: SlowPhone, visits: int) -> dict[str, Any]:
    """So many sealed visits, at full speed, in the page of the app."""
    phone.start(1)
    phone.page.goto(phone.origin + "/phone/")
    began = time.monotonic()
    size = phone.record(visits, PHOTOS_EACH, demo_photo(Random(2), "house", (160, 120)))
    phone.close()
    return {"visits": visits, "photos": visits * PHOTOS_EACH, "sealed_mb": round(size / 1e6, 1), "seconds": round(time.monotonic() - began)}


def opened(phone: SlowPhone) -> CDPSession:
    """The app, open on Today, slowed down."""
    devtools = phone.start()
    phone.page.goto(phone.origin + "/phone/")
    phone.unlock()
    phone.see("Today")
    return devtools


def scrolled(phone: SlowPhone) -> dict[str, Any]:
    """Today's list of all visits, scrolled from its top to its end and back by a finger."""
    devtools = opened(phone)
    every = phone.page.get_by_role("button", name="visits on this phone", exact=False)
    if every.count():
        total = int(re.sub(r"\D", "", every.inner_text()))
        every.click()
        # Looking for words among thousands of rows again and again would itself be most of the work.
        phone.page.wait_for_function("total => document.querySelectorAll('ul.list > li').length === total", arg=total, polling=1000)
    rows = phone.page.locator("ul.list > li").count()
    phone.page.wait_for_timeout(500)
    phone.page.evaluate("phoneBench.beginFrames()")
    for way in (-6000, -6000, 6000, -6000):
        devtools.send("Input.synthesizeScrollGesture", {"x": 180, "y": 320, "yDistance": way, "speed": 3000, "gestureSourceType": "touch"})
    figures = {"rows": rows, **frames(phone)}
    if every.count() == 0 and rows > 10:
        phone.tap("Back")  # a phone that was closed comes back to where it stood
        phone.see("Today")
    phone.close()
    return figures


def dragged(phone: SlowPhone) -> dict[str, Any]:
    """The map, dragged to and fro by a finger."""
    devtools = opened(phone)
    phone.tap("Map", exact=False)
    expect(phone.page.locator(".leaflet-container")).to_be_visible()
    phone.page.wait_for_timeout(1000)
    box = phone.page.locator(".leaflet-container").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    phone.page.evaluate("phoneBench.beginFrames()")
    for _ in range(6):
        for dx, dy in ((120, 60), (-120, -60)):
            devtools.send("Input.synthesizeScrollGesture", {"x": x, "y": y, "xDistance": dx, "yDistance": dy, "speed": 300, "preventFling": True, "gestureSourceType": "touch"})
    figures = frames(phone)
    phone.close()
    return figures


def changes(phone: SlowPhone) -> dict[str, Any]:
    """A visit of three households to its seal; every tap that led to another screen or step."""
    opened(phone)
    phone.page.evaluate("phoneBench.changes.length = 0")  # what came before was the start
    there_and_back(phone, "What is still here")
    phone.begin()
    there_and_back(phone, "Village questions")
    for _ in range(3):
        phone.tap("Next household")
        phone.interview("Record this household")
        expect(phone.page.locator(".thumb").get_by_role("button", name="Next household")).to_be_visible()
    phone.seal()
    seen = phone.page.evaluate("phoneBench.changes")
    phone.close()
    kinds: dict[str, list[float]] = {"step": [], "screen": [], "save": [], "camera": []}
    for one in seen:
        screens = {one["from"].split(" ")[0], one["to"].split(" ")[0]}
        kinds["camera" if "camera" in screens else "save" if one["saved"] else "step" if len(screens) == 1 else "screen"].append(one["ms"])
    worst = sorted((one for one in seen if "camera" not in one["from"] + one["to"]), key=lambda one: -one["ms"])[:5]
    return {**{kind: spread(times) for kind, times in kinds.items()}, "worst": [f"{one['from']} → {one['to']}: {one['ms']:.0f}" for one in worst]}


def there_and_back(phone: SlowPhone, name: str, times: int = 3) -> None:
    """Another screen and the one before it, so many times."""
    for _ in range(times):
        for button in (name, "Back"):
            before = phone.page.locator("main h1").inner_text()
            phone.tap(button, exact=button == name)
            expect(phone.page.locator("main h1")).not_to_have_text(before)


def frames(phone: SlowPhone) -> dict[str, Any]:
    """What was seen between two frames since it was begun."""
    return spread(phone.page.evaluate("phoneBench.endFrames()"))


def spread(times: list[float]) -> dict[str, float]:
    """Median, the 95th of a hundred, the longest."""
    ordered = sorted(times)
    return {"n": len(ordered), "median": round(median(ordered), 1), "p95": round(ordered[int(len(ordered) * 0.95)], 1), "worst": round(ordered[-1], 1)}


def summed(times: list[float]) -> dict[str, int]:
    """Of several starts."""
    return {"best": round(min(times)), "median": round(median(times)), "worst": round(max(times))}


def main() -> None:
    """Print the figures as they come."""
    visits = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for name, figures in measure(visits, int(sys.argv[2]) if len(sys.argv) > 2 else 5):
        print(json.dumps({name: figures, "load": round(os.getloadavg()[0], 1)}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()

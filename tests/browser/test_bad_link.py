"""What a field phone meets in a real browser: the page killed at the shutter, a link that breaks, a newer app in between."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from fieldcheck.actions.verify_log import verify_log
from tests.browser.phone_driver import PhoneDriver
from tests.browser.screen_walk import speak
from tests.server_process import ServerProcess
from tests.world import World

pytestmark = pytest.mark.browser
TREE = Path(__file__).resolve().parents[2]
#: Moments after the shutter at which the page is killed, in ms: before, amid and after the save, whichever the machine.
KILLED_AFTER = (0, 40, 120, 300)
#: Each connection breaks once so many bytes went up: in the middle of every photo.
BREAKS_AFTER = 12_000
STORED = """async () => {
  const open = indexedDB.open('fieldcheck');
  const db = await new Promise((resolve, reject) => { open.onsuccess = () => resolve(open.result); open.onerror = reject; });
  const all = (store, what) => new Promise((resolve) => {
    const ask = db.transaction(store).objectStore(store)[what](); ask.onsuccess = () => resolve(ask.result); });
  const photos = await all('photos', 'getAll');
  const answer = { photos: photos.map((one) => [one.sealed, one.size]), bytes: await all('photo_bytes', 'getAllKeys'),
    named: (await all('segments', 'getAll')).flatMap((one) => one.photos) };
  db.close();
  return answer;
}"""


def kill_at_the_shutter(phone: PhoneDriver, after_ms: int) -> None:
    """Press the shutter and let the system kill the page so long after it."""
    phone.tap("Photo")
    shutter = phone.page.get_by_role("button", name="Take the photo")
    expect(shutter).to_be_enabled()
    shutter.click()
    phone.page.wait_for_timeout(after_ms)
    os.kill(browser_of(phone), signal.SIGKILL)
    with suppress(Error):
        phone.close()
    phone.context = None
    phone.open()


def back_to_the_visit(phone: PhoneDriver) -> None:
    """The app goes on where it stood: in the viewfinder, or in the visit where the photo was saved already."""
    expect(phone.page.locator("#viewfinder, .thumb button").first).to_be_visible()
    if phone.page.locator("#viewfinder").count():
        phone.tap("Done")
    expect(phone.page.get_by_role("button", name="Photo", exact=True).first).to_be_visible()


def browser_of(phone: PhoneDriver) -> int:
    """The process id of the browser that runs on the phone's profile."""
    wanted = f"--user-data-dir={phone.profile}".encode()
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = entry.read_bytes().split(b"\0")
            if wanted in words and not any(word.startswith(b"--type=") for word in words):
                return int(entry.parent.name)
    raise AssertionError("no browser runs on this profile")


def test_pages_killed_at_the_shutter_and_a_link_that_breaks_in_every_photo_lose_nothing(world, proxy, new_phone):
    phone = new_phone(proxy.origin)
    phone.ready_offline()
    phone.begin()
    proxy.down()
    for after_ms in KILLED_AFTER:
        kill_at_the_shutter(phone, after_ms)
        kept = phone.page.evaluate(STORED)
        assert sorted(kept["bytes"]) == sorted(kept["named"]) == sorted(name for name, _ in kept["photos"])
        back_to_the_visit(phone)
    for _ in range(2):
        phone.tap("Photo")
        phone.shoot()
    kept = phone.page.evaluate(STORED)
    assert len(kept["photos"]) >= 2 and min(size for _, size in kept["photos"]) > BREAKS_AFTER
    proxy.cut_after, proxy.up = BREAKS_AFTER, True
    phone.page.goto(phone.origin + "/phone/")
    phone.wait_for_counts(r"\d+ 0 \d+")
    assert {row["sealed_sha256"] for row in world.db.query("SELECT sealed_sha256 FROM photos WHERE state = 'verified'")} \
        == {name for name, _ in kept["photos"]}
    assert list(verify_log(world.db, world.config.data, world.keys)) == []




def released(world: World, tmp_path: Path) -> tuple[ServerProcess, Path]:
    """A server of its own copy of the project, so that a newer release can take its place."""
    tree = tmp_path / "tree"
    for folder in ("fieldcheck", "sync", "templates", "static"):
        shutil.copytree(TREE / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return ServerProcess(world.config.data, tree=tree), tree / "static" / "dist"


def release_anew(dist: Path) -> str:
    """The next release: the same program under another name and version. Returns the script's new name."""
    names = json.loads((dist / "manifest.json").read_text("utf-8"))
    old, new = names["main.js"], "main-NEXTONE.js"
    (dist / old).rename(dist / new)
    (dist / "manifest.json").write_text(json.dumps({**names, "main.js": new}), "utf-8")
    worker = dist / names["sw.js"]
    text = worker.read_text("utf-8").replace(old, new)
    text, replaced = re.subn("phone-[0-9a-f]{12}", "phone-0123456789ab", text)
    assert replaced == 1, "where the worker's version stands"
    worker.write_text(text, "utf-8")
    return new


def wait_for_worker(phone: PhoneDriver, waiting: str, active: str) -> None:
    """Until the newer worker is in that state (nothing: none waits) and none is being installed."""
    states = "[one.installing, one.waiting, one.active].map((worker) => worker?.state ?? '').join()"
    phone.wait_until(f"navigator.serviceWorker.getRegistration('/phone/').then((one) => {states} === ',{waiting},{active}')")


def script_of(phone: PhoneDriver) -> str:
    return phone.page.locator("script[type=module]").get_attribute("src").rsplit("/", 1)[-1]


def test_a_newer_app_waits_until_the_open_visit_is_sealed_even_when_the_browser_was_closed(world, new_phone, tmp_path):
    server, dist = released(world, tmp_path)
    server.start()
    try:
        phone = new_phone(server.origin)
        phone.ready_offline()
        phone.begin()
        old = script_of(phone)
        server.stop()
        new = release_anew(dist)
        server.start()
        phone.page.goto(phone.origin + "/phone/")
        wait_for_worker(phone, "installed", "activated")
        phone.page.goto(phone.origin + "/phone/")
        assert script_of(phone) == old
        phone.close()
        phone.open()  # with every page closed the browser has started the newer worker by itself
        wait_for_worker(phone, "", "activated")
        assert script_of(phone) == old
        server.stop()
        phone.page.goto(phone.origin + "/phone/")
        assert script_of(phone) == old, "also without a network"
        for language in ("zh", "en"):
            speak(phone.page, language)
        phone.more("Give this visit up")
        phone.tap("Give it up")
        phone.see("A new version is downloaded and ready.")
        phone.tap("Switch to it now")
        phone.page.wait_for_function(f"document.querySelector('script[type=module]')?.src.endsWith('{new}')")
    finally:
        server.stop()

"""What a field phone meets in a real browser: the page killed at the shutter, a link that breaks, a newer app in between."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from fieldcheck.actions.invite_device import invite_device
from fieldcheck.actions.verify_log import verify_log
from tests.browser.phone_driver import PhoneDriver
from tests.chaos_proxy import ChaosProxy
from tests.server_process import ServerProcess
from tests.world import World

pytestmark = pytest.mark.browser
TREE = Path(__file__).resolve().parents[2]
#: Moments after the shutter at which the page is killed, in ms: before, amid and after the save, whichever the machine.
KILLED_AFTER = (0, 40, 120, 300)
#: Each connection breaks once so many bytes went up: in the middle of every photo.
BREAKS_AFTER = 40_000
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


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path / "data")
    world.assign("420101100", "a1", "a2")
    return world


@pytest.fixture
def phone(tmp_path):
    with sync_playwright() as playwright:
        phone = PhoneDriver(playwright, tmp_path / "profile", "", (112.05, 30.05))
        yield phone
        phone.close()


def enrolled(phone: PhoneDriver, world: World, origin: str) -> PhoneDriver:
    phone.origin = origin
    token = invite_device(world.db, world.accounts["a1"].id, "cli", datetime.now(UTC)).link_token
    phone.enrol(f"{origin}/phone/#enrol={token}")
    phone.ready_offline()
    return phone


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
        phone.tap("Back")
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


def test_killed_pages_and_a_breaking_link_lose_nothing_and_send_next_to_nothing_twice(world, phone):
    server = ServerProcess(world.config.data)
    server.start()
    proxy = ChaosProxy(server.port)
    try:
        enrolled(phone, world, proxy.origin).begin()
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
        size = sum(size for _, size in kept["photos"])
        proxy.cut_after, proxy.up, before = BREAKS_AFTER, True, proxy.sent_up
        phone.page.goto(phone.origin + "/phone/")
        phone.wait_for_counts(r"\d+ 0 \d+")
        print("photos", len(kept["photos"]), "bytes", size, "sent", proxy.sent_up - before)
        assert {row["sealed_sha256"] for row in world.db.query("SELECT sealed_sha256 FROM photos WHERE state = 'verified'")} \
            == {name for name, _ in kept["photos"]}
        assert list(verify_log(world.db, world.config.data, world.keys)) == []
        assert phone.faults == []
    finally:
        proxy.close()
        server.stop()

"""A phone in the field, for the benches: its server, the link between them, and a processor that can be slowed down.

Chromium's own slow-down (six times, DevTools' ``Emulation.setCPUThrottlingRate``) reaches the page's thread alone; workers, the
disk and what WebCrypto reckons off that thread run at full speed, so that a phone's own figure can be higher
(``docs/real-phones.md`` asks for it).
"""

from __future__ import annotations

import base64
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Iterator

from playwright.sync_api import CDPSession, Error, sync_playwright

from bench.recorder import recorder
from fieldcheck.actions.invite_device import invite_device
from fieldcheck.fleet.demo_photo import demo_photo
from tests.browser.phone_driver import SECRET, PhoneDriver
from tests.chaos_proxy import ChaosProxy
from tests.server_process import ServerProcess
from tests.world import World

SLOWER = 6
TOWNSHIP = "420101100"
PLACE = (112.05, 30.05)
BATCH = 25
#: Recording a thousand visits takes two minutes where a core is free; whoever waits longer learns how far it came.
RECORDED_WITHIN_S = 900
WATCH = (Path(__file__).parent / "watch_phone.js").read_text("utf-8")


class SlowPhone(PhoneDriver):
    """A phone whose page runs six times slower once it is asked to."""

    def start(self, slower: int = SLOWER) -> CDPSession:
        """A fresh browser on the profile, slowed down, with the watch in its page; no page of the app is open yet."""
        with suppress(Error):  # without a network nothing but the app itself opens
            self.open("/static/icons/icon.svg")
        self.stays_locked(True)
        self.context.add_init_script(WATCH)
        return self.slow_down(slower)

    def slow_down(self, slower: int = SLOWER) -> CDPSession:
        """From now on, until the browser is closed."""
        devtools = self.context.new_cdp_session(self.page)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        return devtools

    def record(self, visits: int, photos_each: int, picture: bytes) -> int:
        """So many sealed visits by the app's own modules, in the page that is open. Gives the sealed bytes of all photos.

        :raises TimeoutError: not done within ``RECORDED_WITHIN_S``.
        """
        self.page.evaluate(recorder())
        self.page.set_default_timeout(RECORDED_WITHIN_S * 1000)
        until, size, drawn = time.monotonic() + RECORDED_WITHIN_S, 0, base64.b64encode(picture).decode()
        for at in range(0, visits, BATCH):
            if time.monotonic() > until:
                raise TimeoutError(f"{at} of {visits} visits were recorded in {RECORDED_WITHIN_S} s")
            given = [min(BATCH, visits - at), photos_each, drawn, SECRET]
            size += int(self.page.evaluate("given => bench.recordVisits(...given)", given))
        return size


@dataclass(frozen=True)
class Field:
    """What stands around one enrolled phone."""

    world: World
    proxy: ChaosProxy
    phone: SlowPhone


@contextmanager
def field(film: tuple[int, int] | None = None) -> Iterator[Field]:
    """An enrolled phone with today's task, its app kept for a start without a network; ``film``: what its camera sees, in pixels."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        world = World(Path(folder) / "data")
        world.assign(TOWNSHIP, "a1", "a2")
        server = ServerProcess(world.config.data)
        server.start()
        proxy = ChaosProxy(server.port)
        scene = None
        if film:
            scene = Path(folder) / "film.mjpeg"
            scene.write_bytes(demo_photo(Random(1), "house", film))
        phone = SlowPhone(playwright, Path(folder) / "profile", proxy.origin, PLACE, camera=scene)
        try:
            token = invite_device(world.db, world.accounts["a1"].id, "cli", datetime.now(UTC)).link_token
            phone.enrol(f"{proxy.origin}/phone/#enrol={token}")
            phone.see("演示镇0")
            phone.ready_offline()
            yield Field(world, proxy, phone)
        finally:
            phone.close()
            proxy.close()
            server.stop()

"""Photos over a bad link: ``python -m bench.bad_link [photos]`` or ``... six-days``. Figures: ``docs/architecture.md``.

A phone in a real Chromium has recorded visits while it had no network, by the app's own modules
(``bench/record_visits.js``); then everything goes through a proxy on loopback that limits, and breaks every connection
again and again. What is counted is what came out of the proxy on the server's side:

* *on the wire*: all bytes upwards, with HTTP's headers, over those of the sealed photos;
* *sent again*: bytes in bodies of PATCH beyond those of the photos, over those of the photos.

``photos`` (default 30): photos of 300 kB at 100 kB/s, each connection broken every 20 s. ``six-days``: 12 visits with 96
photos of 300 kB over 1 Mbit/s, unbroken; whether every visit was on the map before the first photo was through.
"""

from __future__ import annotations

import io
import json
import sqlite3
import sys
import threading
import time
from dataclasses import asdict, dataclass
from random import Random
from socket import socket

from PIL import Image

from bench.field import field
from fieldcheck.actions.verify_log import verify_log
from tests.browser.phone_driver import PhoneDriver
from tests.chaos_proxy import ChaosProxy
from tests.world import World

PHOTO_BYTES = 300_000
BROKEN_EVERY_S = 20


@dataclass(frozen=True)
class Load:
    """What is sent, and over what. ``broken_every_s``: 0 for a link that holds."""

    visits: int
    photos_each: int
    bytes_per_s: int
    broken_every_s: float


@dataclass
class Figures:
    """What a run came to. Ratios to the bytes of the sealed photos."""

    photos: int
    photo_bytes: int
    seconds: float = 0
    breaks: int = 0
    on_the_wire: float = 0
    sent_again: float = 0
    requests: int = 0
    visits_before_first_photo: str = ""
    doubts: int = 0


class Meter:
    """Reads what phones send, connection by connection, and counts the bytes in bodies of PATCH."""

    def __init__(self) -> None:
        self.patched = self.requests = 0
        self._heads: dict[socket, bytes] = {}
        self._left: dict[socket, tuple[bool, int]] = {}

    def watch(self, connection: socket, data: bytes) -> None:
        """A piece that was forwarded."""
        while data:
            counts, left = self._left.get(connection, (False, 0))
            if left:
                taken = min(left, len(data))
                self.patched += taken * counts
                self._left[connection], data = (counts, left - taken), data[taken:]
                continue
            head, found, data = (self._heads.pop(connection, b"") + data).partition(b"\r\n\r\n")
            if not found:
                self._heads[connection] = head
                return
            self.requests += 1
            fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
            self._left[connection] = head.startswith(b"PATCH"), int(fields.get(b"content-length", 0))


def picture() -> bytes:
    """A JPEG of 1600 × 1200 and about ``PHOTO_BYTES``, of noise, which no link can squeeze."""
    grain = Image.frombytes("RGB", (400, 300), Random(1).randbytes(360_000)).resize((1600, 1200), Image.Resampling.BICUBIC)
    least, most = 1, 95
    while least < most:
        quality = (least + most + 1) // 2
        least, most = (quality, most) if len(_jpeg(grain, quality)) <= PHOTO_BYTES else (least, quality - 1)
    return _jpeg(grain, least)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def measure(load: Load) -> Figures:
    """Record, send, and count. :raises TimeoutError: it did not all arrive in thrice the time of a link that holds."""
    with field() as stand:
        world, proxy, phone = stand.world, stand.proxy, stand.phone
        meter, ended = Meter(), threading.Event()
        try:
            proxy.down()
            photo_bytes = phone.record(load.visits, load.photos_each, picture())
            figures = Figures(load.visits * load.photos_each, photo_bytes)
            proxy.bytes_per_s, proxy.sent_up, proxy.watch = load.bytes_per_s, 0, meter.watch
            began = time.monotonic()
            proxy.up = True
            threading.Thread(target=_break, args=(proxy, figures, load, ended), daemon=True).start()
            phone.page.goto(phone.origin + "/phone/")
            _wait(world, phone, figures.photos, 60 + 3 * photo_bytes / load.bytes_per_s)
            figures.seconds = round(time.monotonic() - began, 1)
            figures.on_the_wire = round(proxy.sent_up / photo_bytes, 4)
            figures.sent_again = round(meter.patched / photo_bytes - 1, 4)
            figures.requests = meter.requests
            figures.visits_before_first_photo = _visits_before_first_photo(world)
            figures.doubts = len(list(verify_log(world.db, world.config.data, world.keys)))
            return figures
        finally:
            ended.set()


def _break(proxy: ChaosProxy, figures: Figures, load: Load, ended: threading.Event) -> None:
    while load.broken_every_s and not ended.wait(load.broken_every_s):
        proxy.cut_all()
        figures.breaks += 1


def _wait(world: World, phone: PhoneDriver, photos: int, longest_s: float) -> None:
    phone.page.wait_for_selector(".counts summary b")
    until = time.monotonic() + longest_s
    while phone.counts()[1] or _verified(world) < photos:
        if time.monotonic() > until:
            raise TimeoutError(f"{_verified(world)} of {photos} photos have arrived")
        phone.page.wait_for_timeout(1000)


def _verified(world: World) -> int:
    try:
        return world.db.execute("SELECT count(*) FROM photos WHERE state = 'verified'").fetchone()[0]
    except sqlite3.OperationalError:  # a busy moment of the server's
        return 0


def _visits_before_first_photo(world: World) -> str:
    first = world.db.execute("SELECT min(received_at) FROM photos").fetchone()[0]
    early, every = world.db.execute(
        """SELECT count(CASE WHEN s.at <= ? THEN 1 END), count(*) FROM messages m JOIN segments s USING (log_index)
           WHERE m.kind = 'visit.sealed'""", [first]).fetchone()
    return f"{early} of {every}"


def main() -> None:
    """Print the figures."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else "30"
    if wanted == "six-days":
        load = Load(visits=12, photos_each=8, bytes_per_s=125_000, broken_every_s=0)
    else:
        load = Load(visits=max(1, int(wanted) // 10), photos_each=min(10, int(wanted)), bytes_per_s=100_000,
                    broken_every_s=BROKEN_EVERY_S)
    print(json.dumps(asdict(measure(load)), indent=1))


if __name__ == "__main__":
    main()

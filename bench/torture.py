"""A server that dies all the time: ``python -m bench.torture [phones] [kills] [seed]``. Figures: ``docs/architecture.md``.

Phones record visits and sync through a proxy that cuts, limits and refuses, while the real server over a real SQLite
file is ended by SIGKILL again and again at moments that ``seed`` draws. At the end everybody may finish; then every
receipt that any phone ever saw is held against the log, every photo against its bytes, and ``verify`` and
``rebuild --check`` must have nothing to say. Loopback only; it stops what it started, by process id.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Mapping

from fieldcheck import jose
from fieldcheck.actions.invite_device import invite_device
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.fleet.phone import Phone, Refused
from fieldcheck.fleet.transport import HttpTransport
from fieldcheck.store import photo_files
from fieldcheck.store.database import open_database
from sync.intake import RECEIPT_TYPE
from sync.outbox import Kept
from tests.chaos_proxy import ChaosProxy
from tests.server_process import ServerProcess
from tests.world import TOWNSHIPS, World

PHOTO_SIZE = (480, 360)
KILL_AFTER_S = 0.9
"""The longest that a server lives; each life is drawn between nothing and this."""
CUTS = (None, None, 4_000, 20_000, 60_000)
LIMITS = (None, None, 400_000, 60_000)
FINISH_S = 300
PAUSE_S = (0.05, 0.6)


@dataclass
class Figures:
    """What a run came to. ``sent_ratio``: bytes that went up, headers and all, over those of segments and photos."""

    phones: int
    kills: int
    seconds: float = 0
    visits: int = 0
    lines: int = 0
    photos: int = 0
    receipts: int = 0
    interrupted: int = 0
    sent_ratio: float = 0
    refusals: dict[str, int] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


class WatchedPhone(Phone):
    """A phone that remembers every receipt that it was ever given."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.seen: set[str] = set()

    def _check_receipt(self, kept: Kept, answer: Mapping[str, Any]) -> None:
        super()._check_receipt(kept, answer)
        if "receipt" in answer:
            self.seen.add(answer["receipt"])


@dataclass
class Walker:
    """One phone and whoever carries it: a visit, home with it, the next one, until the killing is over."""

    phone: WatchedPhone
    walk: Any
    enough: threading.Event
    visits: int = 0
    interrupted: int = 0
    fault: BaseException | None = None
    refusals: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Never raises; what went wrong stands in ``fault``."""
        try:
            while not self.enough.is_set():
                self.walk.whole_visit(("poor", "general"))
                self.visits += 1
                self.bring_home()
        except BaseException as fault:  # told by the caller, in whose thread it can be seen
            self.fault = fault

    def bring_home(self) -> None:
        """Sync until all of it has its receipts. :raises TimeoutError: it does not come home."""
        pause, until = Random(self.phone.device), None
        while not self.is_home():
            # While the server keeps dying it may take any time; once it lives, it may not.
            if until is None and self.enough.is_set():
                until = time.monotonic() + FINISH_S
            if until is not None and time.monotonic() > until:
                raise TimeoutError(f"not home after {FINISH_S} s: {dict(self.refusals)}")
            try:
                self.phone.sync()
            except (OSError, Refused, ValueError) as fault:
                self.interrupted += 1
                self.refusals[str(getattr(fault, "code", None) or type(fault).__name__)] += 1
                time.sleep(pause.uniform(*PAUSE_S))

    def is_home(self) -> bool:
        """Whether everything has its receipt."""
        return all(k.receipt for k in self.phone.outbox.kept) and all(p.receipt for p in self.phone.photos)


def torture(folder: Path, phones: int, kills: int, seed: int) -> Figures:
    """One run in an empty folder; ``doubts`` of the figures is empty if nothing was lost."""
    random, began = Random(seed), time.monotonic()
    world = World(folder / "data")
    for code in TOWNSHIPS:
        world.assign(code, "a1", "a2")
    server = ServerProcess(world.config.data)
    server.start()
    proxy = ChaosProxy(server.port)
    enough = threading.Event()
    try:
        walkers = [walker(world, proxy.origin, number, seed, enough) for number in range(phones)]
        payload_before, threads = proxy.sent_up, [threading.Thread(target=one.run) for one in walkers]
        for thread in threads:
            thread.start()
        keep_killing(server, proxy, kills, random)
        enough.set()
        for thread in threads:
            thread.join(FINISH_S + 60)
    finally:
        enough.set()
        proxy.close()
        server.stop()
    return summed(world, walkers, kills, time.monotonic() - began, proxy.sent_up - payload_before)


def walker(world: World, origin: str, number: int, seed: int, enough: threading.Event) -> Walker:
    """An enrolled phone with its own randomness, in one of the townships."""
    random, account = Random(f"{seed} {number}"), world.accounts["a1" if number % 2 else "a2"]
    phone = WatchedPhone(HttpTransport(origin), lambda: datetime.now(UTC), random.randbytes)
    phone.enrol(invite_device(world.db, account.id, "cli", datetime.now(UTC)).link_token, f"torture {number}")
    walk = world.walk(phone, list(TOWNSHIPS)[number % len(TOWNSHIPS)], PHOTO_SIZE)
    walk.random = random
    return Walker(phone, walk, enough)


def keep_killing(server: ServerProcess, proxy: ChaosProxy, kills: int, random: Random) -> None:
    """Let it live for a drawn moment on a drawn network, end it as a power cut would, start it again."""
    for _ in range(kills):
        proxy.cut_after, proxy.bytes_per_s = random.choice(CUTS), random.choice(LIMITS)
        time.sleep(random.uniform(0, KILL_AFTER_S))
        if random.random() < 0.1:
            proxy.cut_all()
        server.stop(signal.SIGKILL)
        server.start()
    proxy.cut_after = proxy.bytes_per_s = None


def summed(world: World, walkers: list[Walker], kills: int, seconds: float, sent_up: int) -> Figures:
    """The figures, and every doubt that the stopped server's folder leaves."""
    db = open_database(world.config.database)
    photos = [photo for one in walkers for photo in one.phone.photos]
    payload = sum(len(p.sealed) for p in photos) + sum(len(k.jwe) for one in walkers for k in one.phone.outbox.kept)
    refusals: Counter[str] = sum((one.refusals for one in walkers), Counter())
    doubts = [str(doubt) for doubt in verify_log(db, world.config.data, world.keys)]
    doubts += [str(difference) for difference in rebuild_folds(db, world.config.data, check=True)]
    for one in walkers:
        doubts += doubts_of(one, db, world)
    return Figures(
        len(walkers), kills, round(seconds, 1), sum(one.visits for one in walkers),
        sum(one.phone.outbox.kept[-1].last for one in walkers if one.phone.outbox.kept), len(photos),
        sum(len(one.phone.seen) for one in walkers) + sum(1 for p in photos if p.receipt),
        sum(one.interrupted for one in walkers), round(sent_up / payload, 3), dict(refusals), doubts)


def doubts_of(one: Walker, db: Any, world: World) -> list[str]:
    """What the log and the photos owe this phone."""
    device, doubts = one.phone.device, [] if one.fault is None else [f"{one.phone.device}: {one.fault!r}"]
    if not one.is_home() or one.phone.outbox.closed:
        doubts.append(f"{device}: not everything came home")
    rows = db.execute("SELECT seq, hash, log_index FROM messages WHERE chain = ? ORDER BY seq", [device]).fetchall()
    if [row[0] for row in rows] != list(range(1, one.phone._chain.head.seq + 1)):
        doubts.append(f"{device}: the log does not hold every line once")
    held = {(seq, digest): index for seq, digest, index in rows}
    for receipt in one.phone.seen:
        claims = jose.verify(receipt, one.phone.server_keys["sig"], RECEIPT_TYPE)
        if held.get((claims["to"], claims["head"])) != claims["log_index"]:
            doubts.append(f"{device}: the receipt of lines {claims['from']} to {claims['to']} is not honoured")
    for photo in one.phone.photos:
        if bytes(photo_files.read(world.config.data, photo.sealed_sha256)[:]) != photo.sealed:
            doubts.append(f"{device}: photo {photo.sealed_sha256} differs")
    return doubts


def main() -> None:
    """Print the figures; 1 where there is a doubt."""
    phones, kills, seed = (int(sys.argv[at]) if len(sys.argv) > at else usual for at, usual in ((1, 50), (2, 200), (3, 1)))
    with tempfile.TemporaryDirectory() as folder:
        figures = torture(Path(folder), phones, kills, seed)
    for name, value in asdict(figures).items():
        print(f"{name:12} {value}", flush=True)
    raise SystemExit(1 if figures.doubts else 0)


if __name__ == "__main__":
    main()

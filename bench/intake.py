"""What one visit costs the server: ``python -m bench.intake [visits]``. Figures stand in ``docs/architecture.md``.

CPU of this process around ``take_segments`` alone: decrypt, verify, log, fold, place, coverage, commit on this disk.
The peer in the same run is a bare commit of 4 kB, so that the machine's speed cancels out.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Callable

from fieldcheck.actions.take_segments import take_segments
from fieldcheck.store.database import write
from tests.world import TOWNSHIPS, World

PEER_COMMITS = 300


def cpu_ms(act: Callable[[], object]) -> float:
    """CPU of one call, in milliseconds, user and system."""
    before = time.process_time()
    act()
    return (time.process_time() - before) * 1000


def sealed_visits(world: World, number: int) -> tuple[str, list[list[str]], int]:
    """Segments of that many visits of five households without photos, visit by visit, and how many lines they hold."""
    for township in TOWNSHIPS:
        world.assign(township, "a1", "a2")
    phone = world.phone()
    made = []
    for index in range(number):
        walk = world.walk(phone, list(TOWNSHIPS)[index % len(TOWNSHIPS)])
        # Each walk of a world draws from the same seed: all would be one and the same visit.
        walk.random = Random(index)
        walk._photo = lambda *_args, **_more: None  # type: ignore[method-assign]
        before = len(phone.outbox.kept)
        walk.whole_visit()
        made.append([kept.jwe for kept in phone.outbox.kept[before:]])
        phone.now = lambda: datetime.now(UTC)
    return phone.device, made, phone.outbox.kept[-1].last


def main() -> None:
    """Print the medians."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        device, visits, lines = sealed_visits(world, number)
        half = visits[: number // 2]
        one = [cpu_ms(lambda v=v: take_segments(world.db, world.keys, device, v, datetime.now(UTC))) for v in half]
        rest = [jwe for visit in visits[number // 2:] for jwe in visit]
        start = time.perf_counter()
        take_segments(world.db, world.keys, device, rest, datetime.now(UTC))
        seconds = time.perf_counter() - start
        world.db.execute("CREATE TABLE peer (line TEXT)")

        def commit() -> None:
            with write(world.db):
                world.db.execute("INSERT INTO peer VALUES (?)", ["x" * 4096])

        peer = statistics.median(cpu_ms(commit) for _ in range(PEER_COMMITS))
        visit = statistics.median(one)
        print(f"visit without photos: {visit:.2f} ms CPU (min {min(one):.2f}, max {max(one):.2f}, n {len(one)}, "
              f"{len(visits[0])} segments); {visit / peer:.1f} x a bare commit of 4 kB ({peer:.3f} ms)")
        print(f"backlog in one batch: {lines / 2 / seconds:,.0f} messages/s ({len(rest)} segments)")


if __name__ == "__main__":
    main()

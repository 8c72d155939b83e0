"""Coverage of a large round: ``python -m bench.coverage_size [--townships 40000] [--visits 1000000] [--times 15]``.

Makes a store of that size in a folder that is dropped afterwards. Its townships and visits are rows put in by the
thousand from three real evidence documents (one of them made accepted, with a photo of the place), with ids of their own: ``visits`` with their whole summaries (their documents,
messages and photos are left out), ``coverage`` as ``row_of`` makes it. Then real visits come in through
``take_segments``, once into a small store and once into this one, and what the desk asks is asked of this one. CPU and wall
of this process, median and least. Figures stand in ``docs/architecture.md``.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Callable, Iterator

from bench.intake import sealed_visits
from fieldcheck.actions.take_segments import take_segments
from fieldcheck.store import coverage, coverage_rows, past, rounds
from fieldcheck.store.database import write
from fieldcheck.times import written
from tests.desk import signed_in
from tests.world import World, square

COUNTY, A_COUNTY = "c", 100
"""Townships of one made-up county."""
SAMPLES = 3


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall of one call, in milliseconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    act()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def say(name: str, times: list[tuple[float, float]], more: str = "") -> float:
    """Print median and least; the median CPU."""
    cpu, wall = (sorted(one) for one in zip(*times))
    print(f"{name:44} CPU {statistics.median(cpu):9.2f} ms (least {cpu[0]:9.2f})   wall {statistics.median(wall):9.2f} ms "
          f"(least {wall[0]:9.2f})   n {len(times)} {more}", flush=True)
    return statistics.median(cpu)


def mb() -> int:
    """What this process holds in memory, MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1_000_000


def fill(world: World, samples: list[dict[str, Any]], townships: int, each: int) -> None:
    """Townships beside those of the world, and visits to all of them."""
    opened = rounds.round_of(world.db, world.round)
    assert opened is not None
    db, register = world.db, opened["register"]
    known = [unit for unit, reason in rounds.units(db, world.round).items() if reason is None]
    made = [f"bench{number:07}" for number in range(townships - len(known))]
    visits = [{**samples[number % len(samples)], "visit": f"@{number:04}@"} for number in range(each)]
    status, doc, shown = coverage_rows.row_of(None, visits, opened["params"], {})
    texts = [(json.dumps(one, ensure_ascii=False, sort_keys=True), one) for one in visits]

    def visit_rows() -> Iterator[tuple[Any, ...]]:
        for unit in [*known, *made]:
            for number, (text, one) in enumerate(texts):
                visit = id_of(unit, number)
                yield (visit, world.round, unit, one["team"], one["state"], one["opened_at"], text.replace(f"@{number:04}@", visit), "{}")

    def township_rows() -> Iterator[tuple[Any, ...]]:
        for unit in [*known, *made]:
            told = shown
            for number in range(each):
                told = told.replace(f"@{number:04}@", id_of(unit, number))
            yield world.round, unit, status, doc, told

    db.execute("PRAGMA synchronous = OFF")
    with write(db):
        put_townships(world, register, made)
        db.conn.executemany(f"INSERT INTO visits VALUES ({', '.join('?' * 8)})", visit_rows())
        db.conn.executemany("INSERT OR REPLACE INTO coverage (round, unit, status, doc, shown) VALUES (?, ?, ?, ?, ?)", township_rows())
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute("PRAGMA synchronous = FULL")


def id_of(unit: str, number: int) -> str:
    """The id of a made-up visit."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{unit} {number}"))


def put_townships(world: World, register: str, made: list[str]) -> None:
    """Square townships in a grid far from those of the world, in counties of a hundred, all in the round's scope."""
    row = "INSERT INTO units (register, unit, level, code, name, kind, parent, parent_code, boundary_error_m, outline, outline_simple) " \
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)"
    counties = sorted({number // A_COUNTY for number in range(len(made))})
    world.db.conn.executemany(row, [(register, f"{COUNTY}{one}", "county", f"9{one:05}", f"演示县{one}", "县", None, None, None, None)
                                    for one in counties])
    outlines = (json.dumps(square(80 + number % 250 * 0.08, 20 + number // 250 * 0.08, 0.08)) for number in range(len(made)))
    world.db.conn.executemany(row, [
        (register, unit, "township", f"9{number // A_COUNTY:05}{number % A_COUNTY:03}", f"演示乡{number}", "乡",
         f"{COUNTY}{number // A_COUNTY}", f"9{number // A_COUNTY:05}", outline, outline)
        for (number, unit), outline in zip(enumerate(made), outlines)])
    world.db.conn.executemany("INSERT INTO round_units (round, unit) VALUES (?, ?)", [(world.round, unit) for unit in made])


def prepared(folder: Path, townships: int, each: int, times: int) -> tuple[World, str, list[list[str]]]:
    """A filled world, the phone, and its visits that have not come in yet."""
    world = World(folder)
    device, visits, _lines = sealed_visits(world, SAMPLES + times)
    for sealed in visits[:SAMPLES]:
        take_segments(world.db, world.keys, device, sealed, datetime.now(UTC))
    samples = [json.loads(row[0]) for row in world.db.execute("SELECT summary FROM visits ORDER BY visit")]
    first = samples[0]
    samples[0] = {**first, "state": "accepted", "evidence": {**first["evidence"], "state": "accepted", "place_photo": True}}
    fill(world, samples, townships, each)
    return world, device, visits[SAMPLES:]


def intake(world: World, device: str, visits: list[list[str]]) -> list[tuple[float, float]]:
    """What each visit costs; the first, which prepares the outlines, is left out."""
    return [timed(lambda v=sealed: take_segments(world.db, world.keys, device, v, datetime.now(UTC)))  # type: ignore[misc]
            for sealed in visits][1:]


def ask(world: World, times: int) -> None:
    """What the desk asks."""
    db, now = world.db, written(datetime.now(UTC))
    opened = rounds.round_of(db, world.round)
    assert opened is not None
    unit = world.unit("420101100")
    say("counts", [timed(lambda: past.counts(db, world.round)) for _ in range(times)])
    say("one township with its visits", [timed(lambda: past.township(db, opened, unit, now)) for _ in range(times)])
    say("brief document, nothing remembered", [timed(lambda: past.document(db, opened, now, brief=True))])
    after = []
    for _ in range(times):
        with write(db):
            coverage_rows.refold(db, world.round, unit)
        after.append(timed(lambda: past.document(db, opened, now, brief=True)))
    say("brief document after one visit changed", after, f"({len(past.document(db, opened, now, brief=True)) / 1e6:.1f} MB)")
    print(f"{'memory':44} {mb()} MB", flush=True)
    office = signed_in(world.app, "office")
    address = f"/api/v1/coverage?round={world.round}&brief=1"
    tag = office.get(address).headers["ETag"]
    say("304, by HTTP", [timed(lambda: office.get(address, headers={"If-None-Match": tag})) for _ in range(times)])
    assert office.get(address, headers={"If-None-Match": tag}).status_code == 304
    size = len(past.document(db, opened, now))
    say("document with every visit and rule", [timed(lambda: past.document(db, opened, now)) for _ in range(3)], f"({size / 1e6:.1f} MB)")
    print(f"{'memory at most':44} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000} MB", flush=True)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("townships", 40_000), ("visits", 1_000_000), ("times", 15)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    each = max(1, asked.visits // asked.townships)
    with tempfile.TemporaryDirectory() as folder:
        small = say(f"a visit into 3 townships × {each} visits", intake(*prepared(Path(folder) / "small", 3, each, asked.times)))
        begun = time.perf_counter()
        world, device, visits = prepared(Path(folder) / "large", asked.townships, each, asked.times)
        held = {table: world.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("coverage", "visits")}
        print(f"made in {time.perf_counter() - begun:.0f} s: {held}, {world.config.database.stat().st_size / 1e9:.2f} GB", flush=True)
        large = say(f"a visit into {asked.townships} townships × {each} visits", intake(world, device, visits))
        print(f"{'of the cost in the small store':44} {large / small:.2f}", flush=True)
        ask(world, asked.times)


if __name__ == "__main__":
    main()

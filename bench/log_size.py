"""Reckoning a long log again: ``python -m bench.log_size [--messages 100000] [--phones 20] [--keep FOLDER]``.

Makes a log of that many lines in a folder that is dropped afterwards, or kept and taken as it is the next time: one real visit of five households without photos,
again and again with ids and times of its own, by phones of the fleet that sign every segment with their own keys; each
receipt is the server's. What travels is left out (no segment is encrypted), and all visits name the same private records.
Then it times ``rebuild``, ``rebuild --check``, ``log head`` and ``verify``, each with the most memory that it held. Figures stand in ``docs/architecture.md``.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bench.intake import sealed_visits
from fieldcheck import jose
from fieldcheck.actions.invite_device import invite_device
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.sign_log_head import sign_log_head
from fieldcheck.actions.take_segments import take_segments
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.config import Config
from fieldcheck.fleet.phone import Phone
from fieldcheck.fleet.transport import WsgiTransport
from fieldcheck.keys import Keys, load_keys
from fieldcheck.store.database import Database, open_database, write
from fieldcheck.store.log import SqliteLog
from fieldcheck.times import moment, written
from sync.chain import Chain, Head
from sync.intake import make_entry
from sync.message import line_hash
from sync.ports import Entry
from sync.segment import SEGMENT_TYPE, Segment, VerifiedSegment, segment_claims
from tests.world import World

VISITS_A_TRANSACTION = 500


class Step(NamedTuple):
    """One line of the visit that is told again: its body as JSON, and how long after the first line it was written."""

    kind: str
    body: str
    after: timedelta
    mono: int


def clock(name: str, begun: tuple[float, float], more: str = "") -> tuple[float, float]:
    """Say what a step took and the most memory that it held; when the next one begins."""
    now = time.perf_counter(), time.process_time()
    print(f"{name:18} {now[0] - begun[0]:8.1f} s, {now[1] - begun[1]:8.1f} s CPU, memory at most {most_mb()} MB {more}", flush=True)
    return now


def most_mb() -> int:
    """The most memory that this process held since it was last asked, MB (Linux)."""
    held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    Path("/proc/self/clear_refs").write_text("5")  # proc(5): sets VmHWM back to what is held now
    return int(held[1]) // 1000 if held else 0


def told_once(world: World) -> tuple[str, list[list[Step]]]:
    """A real visit as the log has it, segment by segment, and its id."""
    device, (sealed,), _lines = sealed_visits(world, 1)
    take_segments(world.db, world.keys, device, sealed, datetime.now(UTC))
    (visit,), segments, first = world.db.execute("SELECT visit FROM visits").fetchone(), [], None
    for (index,) in world.db.execute("SELECT log_index FROM segments WHERE device = ? ORDER BY log_index", [device]).fetchall():
        rows = world.db.execute("SELECT line FROM messages WHERE log_index = ? ORDER BY seq", [index]).fetchall()
        lines = [json.loads(row[0]) for row in rows]
        first = first or moment(lines[0]["at"])
        segments.append([Step(one["kind"], json.dumps(one["body"]), moment(one["at"]) - first, one["mono"])
                         for one in lines if one["visit"] == visit])
    return visit, [steps for steps in segments if steps]


def entries_of(world: World, phone: Phone, chain: Chain, visit: tuple[str, list[list[Step]]], index: int, at: datetime) -> list[Entry]:
    """The visit told again by this phone: its entries from ``index`` on."""
    old, segments = visit
    new, session, made = phone.new_id(), phone.new_id(), []
    began = at - segments[-1][-1].after
    for steps in segments:
        start = chain.head
        lines = tuple(chain.write(step.kind, json.loads(step.body.replace(old, new)), at=written(began + step.after),
                                  session=session, mono=step.mono, visit=new) for step in steps)
        claims = segment_claims(phone.device, start, lines)
        signature = jose.sign(claims, phone.signing, SEGMENT_TYPE)
        verified = VerifiedSegment(Segment(lines, (), signature), phone.device, claims["from"], claims["to"], claims["prev"],
                                   claims["head"], tuple(map(line_hash, lines)))
        made.append(make_entry(world.keys, verified, phone.device, Head(start.seq, start.hash), index + len(made), written(at)))
    return made


def grow(world: World, messages: int, phones: int) -> None:
    """Append until the log has that many lines."""
    visit = told_once(world)
    fleet = [(phone := enrolled(world, number), Chain(phone.device)) for number in range(phones)]
    length = sum(map(len, visit[1]))
    visits, log = range(messages // length + 1), SqliteLog(world.db, world.keys.private)
    end = datetime.now(UTC)
    for begin in visits[::VISITS_A_TRANSACTION]:
        with write(world.db):
            for number in visits[begin:begin + VISITS_A_TRANSACTION]:
                at = end - timedelta(seconds=len(visits) - number)
                for entry in entries_of(world, *fleet[number % phones], visit, log.next_index(), at):
                    log.append(entry)


def enrolled(world: World, number: int) -> Phone:
    """A phone of the fleet; every third is of the other team."""
    account = world.accounts[("a1", "a2", "b1")[number % 3]]
    phone = Phone(WsgiTransport(world.app.test_client().open), lambda: datetime.now(UTC))
    phone.enrol(invite_device(world.db, account.id, "cli", datetime.now(UTC)).link_token, f"bench {number}")
    return phone


class Store(NamedTuple):
    """What is reckoned again: an installation without its web application."""

    config: Config
    keys: Keys
    db: Database


def made(folder: Path, messages: int, phones: int) -> Store:
    """The log in this folder, made there if there is none."""
    config = Config(data=folder)
    if not config.database.exists():
        grow(World(folder), messages, phones)
    return Store(config, load_keys(config.keys), open_database(config.database))


def reckon(store: Store) -> None:
    """Print what each way of reckoning it again takes."""
    begun, data = (time.perf_counter(), time.process_time()), store.config.data
    rebuild_folds(store.db, data, check=False)
    begun = clock("rebuild", begun, f"({store.db.execute('SELECT count(*) FROM visits').fetchone()[0]:,} visits)")
    differences = rebuild_folds(store.db, data, check=True)
    begun = clock("rebuild --check", begun, f"({len(differences)} differences)")
    sign_log_head(store.db, store.keys, datetime.now(UTC))
    begun = clock("log head", begun)
    doubts = list(verify_log(store.db, data, store.keys))
    clock("verify", begun, f"({len(doubts)} doubts {doubts[:1]})")
    assert not differences and not doubts


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--phones", type=int, default=20)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as dropped:
        begun = time.perf_counter(), time.process_time()
        store = made(asked.keep or Path(dropped), asked.messages, asked.phones)
        lines, segments = (store.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("messages", "segments"))
        clock("made", begun, f"({lines:,} lines in {segments:,} segments, {store.config.database.stat().st_size / 1e9:.2f} GB)")
        reckon(store)


if __name__ == "__main__":
    main()

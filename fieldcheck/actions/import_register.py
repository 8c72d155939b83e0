"""Import a register (区划名册): its file, its tables and its desk acts, or nothing at all. Source: ``docs/inspection-rules.md`` §5.5."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from ..keys import Keys
from ..problems import Problem
from ..rules.evidence import beijing_day
from ..rules.outline_simplify import simplified
from ..rules.register import Register, Unit
from ..rules.scope import scope
from ..rules.unit_changes import GONE, units_after
from ..rules.unit_links import Link, WrongLink, check_links, in_ids, linked
from ..rules.unit_parts import parted
from ..store import desk_log, log, registers, round_editions, rounds
from ..store.database import Database, write
from ..times import written


def import_register(db: Database, data: Path, keys: Keys, register: Register, actor: str, now: datetime,
                    links: Sequence[Link] = (), expected: str | None = None) -> bool:
    """Keep a checked register and put register.imported on the log; it is the current one from then on.

    ``links`` say which unit of the current register became which: they go on the log as units.changed, and the rounds that
    are open stand on the new register from then on. Without links an open round keeps the register that it froze.
    ``False`` where this very content was imported before: nothing changes then. ``expected`` is the hash of the register that
    was the current one, empty for none, when somebody looked at the difference.

    :raises Problem: ``storage_full``; ``no_register``; ``edition_stale``: another register became current since ``expected``; ``link_malformed``, ``link_undated``, ``link_unit_unknown``, ``link_twice``
        with ``n`` and ``code``; ``edition_loses_township`` and ``edition_adds_township`` with ``code``, ``name`` and ``n``: an open round uses a township that the new edition lacks, or
        would get one, and no link says what became of it.
    """
    if register.hash in registers.hashes(db):
        return False
    before = registers.current_register(db)
    carried = _carried(db, before, register, links, beijing_day(now)) if links else registers.with_known_ids(db, register)
    _refuse_unexplained(db, carried, links)
    # Simplifying takes a moment: it happens before anybody has to wait for the write transaction.
    ready = simplified(carried)
    with write(db):
        if expected is not None and (registers.hashes(db) or [""])[-1] != expected:
            raise Problem("edition_stale")
        # The file comes first: without its row it is never read, but a row without its file would be in doubt.
        registers.write_register_file(data, ready)
        at = written(now)
        if not registers.put_register(db, ready, at, settled=True):
            return False
        desk_log.append(db, keys, "register.imported", {
            "register": ready.hash, "edition": ready.edition, "counts": ready.counts, "ids": ready.ids_hash}, actor=actor, at=at)
        if links and before is not None:
            told = in_ids(before, ready, links)
            change = {"register": ready.hash, "before": before.hash, "size": log.size_at(db), "links": told,
                      "rounds": _rounds_after(db, ready, told)}
            for part in parted(change):
                desk_log.append(db, keys, "units.changed", {**part, "size": log.size_at(db)}, actor=actor, at=at)
    return True


def _carried(db: Database, before: Register | None, register: Register, links: Sequence[Link], today: str) -> Register:
    if before is None:
        raise Problem("no_register")
    try:
        check_links(before, register, links, today)
    except WrongLink as wrong:
        raise Problem(f"link_{wrong.why}", n=wrong.number, code=wrong.code) from None
    return linked(before, register, registers.known_ids(db), links)


class Outcome(NamedTuple):
    """What an import would do. ``lost``: townships in use that it would leave unexplained, as ``registers.named`` tells them;
    ``come``: new ones that no link explains; ``rounds``: as units.changed carries them, none without links.
    """

    lost: list[dict[str, Any]]
    come: list[Unit]
    rounds: list[dict[str, Any]]


def outcome(db: Database, register: Register, links: Sequence[Link], now: datetime) -> Outcome:
    """What ``import_register`` would do with these links, found out without changing anything.

    :raises Problem: ``no_register``, ``link_malformed``, ``link_undated``, ``link_unit_unknown``, ``link_twice``.
    """
    before = registers.current_register(db)
    if not links or before is None:
        carried = registers.with_known_ids(db, register)
        return Outcome(*_unexplained(db, carried, links), [])
    carried = _carried(db, before, register, links, beijing_day(now))
    return Outcome(*_unexplained(db, carried, links), _rounds_after(db, carried, in_ids(before, carried, links)))


def _refuse_unexplained(db: Database, register: Register, links: Sequence[Link]) -> None:
    """Refuse an edition that would leave an open round without a township in use, or with one that nobody explained."""
    lost, come = _unexplained(db, register, links)
    if lost:
        raise Problem("edition_loses_township", code=lost[0]["code"], name=lost[0]["name"], n=len(lost))
    if come:
        raise Problem("edition_adds_township", code=come[0].code, name=come[0].name, n=len(come))


def _unexplained(db: Database, register: Register, links: Sequence[Link]) -> tuple[list[dict[str, Any]], list[Unit]]:
    held = {unit.unit for unit in register.of_level("township")}
    explained = {code for link in links for code in link.before}
    lost: dict[str, dict[str, Any]] = {}
    known: set[str] = set()
    for opened in _open(db):
        standing = rounds.units(db, opened["round"])
        known |= standing.keys()
        for unit in sorted(_in_use(db, opened["round"], standing) - held):
            about = registers.named(db, opened["register"], unit)
            if about["code"] not in explained:
                lost[unit] = about
    told = {code for link in links for code in link.after}
    come = [unit for unit in register.of_level("township") if unit.unit not in known and unit.code not in told] \
        if links and known else []
    return sorted(lost.values(), key=lambda one: str(one["code"])), come


def _open(db: Database) -> list[dict[str, Any]]:
    return [opened for opened in rounds.rounds(db) if opened["state"] in round_editions.OPEN]


def _in_use(db: Database, round_id: str, standing: dict[str, str | None]) -> set[str]:
    visited = {row[0] for row in db.execute("SELECT DISTINCT unit FROM visits WHERE round = ? AND unit IS NOT NULL", [round_id])}
    gone = {unit for unit, reason in standing.items() if reason in GONE}
    return ({unit for unit, reason in standing.items() if reason is None} | visited & standing.keys()) - gone


def _rounds_after(db: Database, register: Register, links: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the change does to each open round's scope, as units.changed carries it."""
    found = scope(register)
    reckoned = {**dict.fromkeys(found.included), **{one.unit: one.reason for one in found.excluded}}
    told = []
    for opened in sorted(_open(db), key=lambda one: one["round"]):
        before = round_editions.standing(db, opened["round"])
        after = units_after(before, links, reckoned)
        differs = sorted(unit for unit, stands in after.items() if before.get(unit) != stands)
        told.append({
            "round": opened["round"], "included": [unit for unit in differs if after[unit].reason is None],
            "excluded": [{"unit": unit, "reason": after[unit].reason, **({"signer": after[unit].signer} if after[unit].signer else {})}
                         for unit in differs if after[unit].reason is not None]})
    return told

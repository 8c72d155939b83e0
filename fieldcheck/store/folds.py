"""The one place where messages become tables: at intake, at desk acts and at ``rebuild`` alike."""

from __future__ import annotations

from typing import Any, Callable, Iterable

from sqlite_utils import Database

from sync.message import DESK, parse_line
from sync.ports import Entry

from ..rules.clock_interval import Reading
from ..rules.faults import faults
from . import (
    coverage_rows, datum_checks, devices, draws, findings, holds, line_clocks, plan_views, round_editions, round_states, rounds,
    visits,
)
from .log import index_columns

Fold = Callable[[Database, dict[str, Any], str], None]


def _nothing(_db: Database, _body: dict[str, Any], _at: str) -> None:
    """A desk act that is only remembered."""


DESK_FOLDS: dict[str, Fold] = {
    "device.enrolled": devices.fold_enrolled,
    "device.confirmed": devices.fold_confirmed,
    "device.revoked": devices.fold_revoked,
    "round.opened": rounds.fold_opened,
    "round.drafted": round_states.fold_drafted,
    "round.cancelled": round_states.fold_cancelled,
    "round.closing": round_states.fold_closing,
    "gap.signed": round_states.fold_gap,
    "round.closed": round_states.fold_closed,
    "assignment.made": rounds.fold_assigned,
    "draw.made": draws.fold_made,
    "draw.revealed": draws.fold_revealed,
    "redraw.asked": draws.fold_asked,
    "redraw.confirmed": draws.fold_confirmed,
    "redraw.refused": draws.fold_refused,
    "plan.viewed": plan_views.fold_viewed,
    "plan.readers_listed": plan_views.fold_readers,
    "plan.readers_asked": plan_views.fold_readers_asked,
    "plan.readers_refused": plan_views.fold_readers_refused,
    "stationing.listed": rounds.fold_stationed,
    "register.imported": _nothing,
    # Folded by ``_fold_line``: it touches visits that it does not name.
    "units.changed": _nothing,
    "fork.adopted": _nothing,
    "fork.dismissed": _nothing,
    # Decisions on a visit are folded with the visit, which they name (``rules/visit.py``).
    "visit.accepted": _nothing,
    "visit.returned": _nothing,
    "visit.rejected": _nothing,
    "visit.compromised_set": _nothing,
    "visit.compromised_cleared": _nothing,
    "visit.recused": _nothing,
    "answer.chosen": _nothing,
    # What is erased or corrected is private, hence no fold.
    "records.erased": _nothing,
    "record.corrected": _nothing,
    "hold.set": holds.fold_set,
    "hold.lifted": holds.fold_lifted,
    # Accounts are no fold: names and passwords never stand on the log. The auditor reads these lines as they are.
    "account.added": _nothing,
    "account.changed": _nothing,
    "finding.confirmed": findings.fold_confirmed,
    "finding.handed_over": findings.fold_handed_over,
    "finding.signed_for": findings.fold_signed_for,
}
FOLDED_TABLES = ("devices", "rounds", "round_units", "round_editions", "round_drafts", "round_gaps", "assignments", "draws",
                 "redraws", "plan_views",
                 "plan_readers", "plan_readers_asked", "stationed", "visits", "visit_inspectors", "visit_rounds", "photo_claims", "message_flags", "line_clocks", "coverage", "datum_checks", "holds",
                 "findings", "household_spots", "village_lessons")
"""Every table that is a fold of the log: emptied and refilled by ``rebuild``, compared by ``rebuild --check``."""


def fold_entries(db: Database, entries: Iterable[Entry], secret: bytes | None = None) -> set[str]:
    """Fold newly appended entries; returns the visits they touched. Costs what the touched visits hold.

    :param secret: of the nonces (``rules/nonces.py``); without it none that a line carries counts.
    """
    touched: set[str] = set()
    read: dict[str, list[Reading]] = {}
    for entry in entries:
        for seq, line in zip(range(entry.first, entry.last + 1), entry.lines, strict=True):
            _fold_line(db, entry.chain, seq, line, entry.at, touched)
            if entry.chain != DESK:
                read.setdefault(entry.chain, []).append(line_clocks.reading(seq, line, entry.at, secret))
    for chain, readings in read.items():
        line_clocks.fold(db, chain, readings)
    visits.refold(db, touched)
    return touched


def refold_everything(db: Database, entries: Iterable[dict[str, Any]], secret: bytes | None = None) -> None:
    """Empty every folded table and fold the whole log again (``fieldcheck rebuild``); ``secret`` as in ``fold_entries``."""
    for table in FOLDED_TABLES:
        db.execute(f"DELETE FROM {table}")
    coverage_rows.note_rebuilt(db)
    touched: set[str] = set()
    for entry in entries:
        for seq, _hash, _kind, _visit, line in entry["messages"]:
            _fold_line(db, entry["chain"], seq, line, entry["at"], touched)
        if entry["chain"] != DESK:
            line_clocks.fold(db, entry["chain"], [line_clocks.reading(seq, line, entry["at"], secret)
                                                  for seq, _hash, _kind, _visit, line in entry["messages"]])
    visits.refold(db, touched)


def _fold_line(db: Database, chain: str, seq: int, line: str, at: str, touched: set[str]) -> None:
    kind, visit = index_columns(line)
    flags = faults(line, at)
    if flags:
        db.conn.executemany("INSERT OR IGNORE INTO message_flags (chain, seq, flag, visit) VALUES (?, ?, ?, ?)",
                            [(chain, seq, flag, visit) for flag in flags])
    if visit is not None:
        touched.add(visit)
    message = parse_line(line) or {}
    if "body_malformed" in flags:
        return
    if chain == DESK and kind == "units.changed":
        touched |= round_editions.fold_changed(db, message["body"], at)
    elif chain == DESK and kind in DESK_FOLDS:
        DESK_FOLDS[kind](db, message["body"], at)
    elif kind == "photo.taken" and visit is not None:
        visits.fold_photo_claim(db, chain, visit, message["body"])
    elif kind == "datum.checked":
        datum_checks.fold(db, chain, message["body"], at)

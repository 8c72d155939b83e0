"""Draws of townships (抽签) and what is asked about them: folds of the desk acts draw.* and redraw.*.

Before its reveal a draw's row holds nothing of the place: what it depended on is sealed (``sealed_draw.py``).
"""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

STATES = ("made", "redrawn", "handed_back")
"""A draw stands, was drawn again, or its township went back to the frame."""

_NOT_BEGUN = """NOT EXISTS (SELECT 1 FROM visits v WHERE v.round = draws.round AND v.team = draws.team
    AND (v.unit = draws.unit OR v.doc ->> 'assignment' = draws.assignment))"""


def fold_made(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act draw.made."""
    db.execute(
        """INSERT OR IGNORE INTO draws (batch, round, number, team, day, reveal_at, members, assignment, public, sealed, inputs,
           instead_of, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [body["batch"], body["round"], body["number"], body["team"], body["day"], body["reveal_at"], json.dumps(body["members"]),
         body["assignment"], json.dumps(body["public"], ensure_ascii=False), body["sealed"], body["inputs"], body["instead_of"], at])


def fold_revealed(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act draw.revealed: from now on there is an assignment, unless the draw no longer stands."""
    db.execute("UPDATE draws SET unit = ?, secret = ?, path = ?, revealed_at = ? WHERE batch = ? AND revealed_at IS NULL",
               [body["unit"], body["secret"], json.dumps(body["path"]), at, body["batch"]])
    db.execute(
        """INSERT OR IGNORE INTO assignments (assignment, round, team, unit, village, members, reveal_at, made_at)
           SELECT assignment, round, team, unit, NULL, members, reveal_at, made_at FROM draws WHERE batch = ? AND state = 'made'""",
        [body["batch"]])


def fold_asked(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act redraw.asked."""
    db.execute(
        """INSERT OR IGNORE INTO redraws (request, batch, what, reason, public, asked_by, asked_at, device)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [body["request"], body["batch"], body["what"], body["reason"],
         body["public"] and json.dumps(body["public"], ensure_ascii=False), body["by"], at, body.get("device")])


def fold_confirmed(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act redraw.confirmed: the draw no longer stands, and phones lose its assignment."""
    _settle(db, body, "confirmed", at)
    db.execute(
        """UPDATE draws SET state = (SELECT CASE what WHEN 'redraw' THEN 'redrawn' ELSE 'handed_back' END FROM redraws WHERE request = ?)
           WHERE batch = (SELECT batch FROM redraws WHERE request = ?)""", [body["request"], body["request"]])
    db.execute(
        """DELETE FROM assignments WHERE assignment =
           (SELECT assignment FROM draws WHERE batch = (SELECT batch FROM redraws WHERE request = ?))""", [body["request"]])


def fold_refused(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act redraw.refused: the draw stands."""
    _settle(db, body, "refused", at)


def _settle(db: Database, body: dict[str, Any], how: str, at: str) -> None:
    db.execute("UPDATE redraws SET settled = ?, settled_by = ?, settled_at = ? WHERE request = ? AND settled IS NULL",
               [how, body["by"], at, body["request"]])


def draw_of(db: Database, batch: str) -> dict[str, Any] | None:
    """One draw, or ``None``; ``members``, ``public`` and ``path`` parsed."""
    return next(iter(_draws(db, "batch = ?", [batch])), None)


def draws_of(db: Database, round_id: str) -> list[dict[str, Any]]:
    """All draws of a round, the latest day first."""
    return sorted(_draws(db, "round = ?", [round_id]), key=lambda one: (one["day"], one["number"]), reverse=True)


def due(db: Database, now: str) -> list[dict[str, Any]]:
    """Draws whose reveal time has come and that are not revealed, in their order."""
    return _draws(db, "revealed_at IS NULL AND reveal_at <= ? ORDER BY reveal_at, number", [now])


def hidden_from(db: Database, round_id: str, account: str) -> list[dict[str, Any]]:
    """The standing draws that name this inspector and are not revealed, the earliest first."""
    return [one for one in _draws(db, "round = ? AND revealed_at IS NULL AND state = 'made' ORDER BY reveal_at, number", [round_id])
            if account in one["members"]]


def next_number(db: Database, round_id: str) -> int:
    """The number of the round's next draw, from 1."""
    return db.execute("SELECT coalesce(max(number), 0) + 1 FROM draws WHERE round = ?", [round_id]).fetchone()[0]


def redraws_of(db: Database, round_id: str) -> list[dict[str, Any]]:
    """What was asked about the round's draws, the earliest first; ``public`` parsed."""
    rows = db.query("SELECT r.* FROM redraws r JOIN draws d USING (batch) WHERE d.round = ? ORDER BY asked_at, request", [round_id])
    return [{**row, "public": row["public"] and json.loads(row["public"])} for row in rows]


def not_begun(db: Database, account: str) -> list[dict[str, Any]]:
    """The standing draws of the latest round that name this inspector, for which nobody began a visit and nobody asks anything."""
    found = _draws(
        db, """state = 'made' AND round = (SELECT round FROM rounds ORDER BY opened_at DESC, rowid DESC LIMIT 1)
        AND batch NOT IN (SELECT batch FROM redraws WHERE settled IS NULL) AND """ + _NOT_BEGUN + " ORDER BY number", [])
    return [one for one in found if account in one["members"]]


def expired(db: Database, round_id: str, today: str) -> set[str]:
    """The standing draws whose day is over before ``today`` (in Beijing) and for which nobody is known to have begun a visit:
    their townships are in the frame again (``docs/inspection-rules.md`` §4.4).
    """
    rows = db.execute("SELECT batch FROM draws WHERE round = ? AND state = 'made' AND revealed_at IS NOT NULL AND day < ? AND "
                      + _NOT_BEGUN, [round_id, today])
    return {row[0] for row in rows.fetchall()}


def asked_for_phones(db: Database) -> dict[str, list[str | None]]:
    """Lost phone → how each hand-back that was asked for it was settled, ``None`` while it waits."""
    found: dict[str, list[str | None]] = {}
    for device, settled in db.execute("SELECT device, settled FROM redraws WHERE device IS NOT NULL ORDER BY asked_at, request").fetchall():
        found.setdefault(device, []).append(settled)
    return found


def redraw_of(db: Database, request: str) -> dict[str, Any] | None:
    """One request, or ``None``; ``public`` parsed."""
    row = next(iter(db.query("SELECT * FROM redraws WHERE request = ?", [request])), None)
    return row and {**row, "public": row["public"] and json.loads(row["public"])}


def _draws(db: Database, where: str, values: list[Any]) -> list[dict[str, Any]]:
    return [{**row, "members": json.loads(row["members"]), "public": json.loads(row["public"]),
             "path": row["path"] and json.loads(row["path"])}
            for row in db.query(f"SELECT * FROM draws WHERE {where}", values)]

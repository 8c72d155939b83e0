"""Rounds (轮次) and assignments (任务): folds of the desk acts round.opened and assignment.made."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from ..problems import Problem


def fold_opened(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act round.opened with the scope (应覆盖) it froze; ``params`` keep its waivers, by the name ``waivers``."""
    params = {**body["params"], "waivers": body["waivers"]} if body.get("waivers") else body["params"]
    db.execute(
        """INSERT OR IGNORE INTO rounds (round, name, register, starts, ends, checklist, params, opened_at,
             draw_commitment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [body["round"], body["name"], body["register"], body["starts"], body["ends"], body["checklist"],
         json.dumps(params), at, body.get("draw_commitment")])
    units = [(body["round"], unit, None, None) for unit in body["scope"]["included"]]
    units += [(body["round"], e["unit"], e["reason"], e.get("signer")) for e in body["scope"]["excluded"]]
    db.conn.executemany("INSERT OR IGNORE INTO round_units (round, unit, reason, signer) VALUES (?, ?, ?, ?)", units)
    db.execute("DELETE FROM round_drafts WHERE round = ?", [body["round"]])


def fold_assigned(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act assignment.made."""
    db.execute(
        """INSERT OR IGNORE INTO assignments (assignment, round, team, unit, village, members, reveal_at, made_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [body["assignment"], body["round"], body["team"], body["unit"], body["village"],
         json.dumps(body["members"]), body["reveal_at"], at])


def fold_stationed(db: Database, body: dict[str, Any], _at: str) -> None:
    """A desk act stationing.listed: the whole list of a round."""
    db.execute("DELETE FROM stationed WHERE round = ?", [body["round"]])
    db.conn.executemany("INSERT OR IGNORE INTO stationed (round, unit) VALUES (?, ?)",
                        [(body["round"], unit) for unit in body["units"]])


def stationed(db: Database, round_id: str) -> list[str]:
    """The townships that weigh double in the round's draws (驻点对象)."""
    return [row[0] for row in db.execute("SELECT unit FROM stationed WHERE round = ? ORDER BY unit", [round_id]).fetchall()]


def round_of(db: Database, round_id: str | None = None) -> dict[str, Any] | None:
    """The round of that id, or the one opened last; ``params`` parsed; ``None`` if there is none."""
    where, values = ("WHERE round = ?", [round_id]) if round_id else ("", [])
    rows = list(db.query(f"SELECT * FROM rounds {where} ORDER BY opened_at DESC, rowid DESC LIMIT 1", values))
    return {**rows[0], "params": json.loads(rows[0]["params"])} if rows else None


def asked_for(db: Database, round_id: str | None) -> dict[str, Any]:
    """The round that somebody asks for by its id, or by none the one opened last.

    :raises Problem: ``round_unknown``; ``no_round`` where none was named and none was opened.
    """
    found = round_of(db, round_id)
    if found is None:
        raise Problem("round_unknown" if round_id else "no_round")
    return found


def active(db: Database, round_id: str) -> dict[str, Any]:
    """The round, in which tasks are given out. :raises Problem: ``round_unknown``, ``round_not_active``."""
    return _in_state(db, round_id, "active")


def closing(db: Database, round_id: str) -> dict[str, Any]:
    """The round, which is about to close. :raises Problem: ``round_unknown``, ``round_not_closing``."""
    return _in_state(db, round_id, "closing")


_NOT_IN = {"active": "round_not_active", "closing": "round_not_closing"}


def _in_state(db: Database, round_id: str, state: str) -> dict[str, Any]:
    found = round_of(db, round_id)
    if found is None:
        raise Problem("round_unknown")
    if found["state"] != state:
        raise Problem(_NOT_IN[state])
    return found


def rounds(db: Database) -> list[dict[str, Any]]:
    """All rounds, the latest first; ``params`` parsed."""
    return [{**row, "params": json.loads(row["params"])} for row in db.query("SELECT * FROM rounds ORDER BY opened_at DESC, rowid DESC")]


def exclusions(db: Database, round_id: str) -> list[dict[str, str | None]]:
    """``unit``, ``reason`` and ``signer`` of every unit that the round does not count, by unit."""
    return list(db.query("SELECT unit, reason, signer FROM round_units WHERE round = ? AND reason IS NOT NULL ORDER BY unit", [round_id]))


def units(db: Database, round_id: str) -> dict[str, str | None]:
    """Every township-level unit of the round: ``None`` where it is in scope, else the reason why it is excluded."""
    return dict(db.execute("SELECT unit, reason FROM round_units WHERE round = ? ORDER BY unit", [round_id]).fetchall())


def reason_of(db: Database, round_id: str, unit: str) -> str | None:
    """Why the round does not count a township; ``None`` where it does, or does not know it."""
    row = db.execute("SELECT reason FROM round_units WHERE round = ? AND unit = ?", [round_id, unit]).fetchone()
    return row and row[0]


def holds(db: Database, round_id: str, unit: str) -> bool:
    """Whether the round knows a township, be it in scope or excluded."""
    return db.execute("SELECT 1 FROM round_units WHERE round = ? AND unit = ?", [round_id, unit]).fetchone() is not None


def revealed_units(db: Database, round_id: str) -> list[tuple[str, str]]:
    """The townships of a round's assignments that no draw made, each with its reveal time."""
    return db.execute(
        """SELECT unit, reveal_at FROM assignments WHERE round = ? AND assignment NOT IN (SELECT assignment FROM draws)
           ORDER BY assignment""", [round_id]).fetchall()


def reveal_of(db: Database, assignment: str | None) -> str | None:
    """When an assignment was revealed, or ``None`` where there is none of that id."""
    row = db.execute("SELECT reveal_at FROM assignments WHERE assignment = ?", [assignment]).fetchone()
    return row and row[0]


def assignments_for(db: Database, account: str) -> list[dict[str, Any]]:
    """The assignments that name this inspector, earliest reveal first; ``members`` parsed."""
    rows = db.query(
        """SELECT a.* FROM assignments a, json_each(a.members) m WHERE m.value = ?
           ORDER BY a.reveal_at, a.assignment""", [account])
    return [{**row, "members": json.loads(row["members"])} for row in rows]


def unvisited_tasks(db: Database, account: str) -> int:
    """How many assignments of the latest round name this inspector and were begun by nobody of the team; those whose
    hand-back waits for a second person are left out.
    """
    return db.execute(
        """SELECT count(*) FROM assignments a, json_each(a.members) m WHERE m.value = ?
           AND a.round = (SELECT round FROM rounds ORDER BY opened_at DESC, rowid DESC LIMIT 1)
           AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.round = a.round AND v.unit = a.unit AND v.team = a.team)
           AND NOT EXISTS (SELECT 1 FROM draws d JOIN redraws r USING (batch) WHERE d.assignment = a.assignment AND r.settled IS NULL)""",
        [account]).fetchone()[0]

"""What becomes of a round (轮次) before and after it is active: folds of the desk's acts on it."""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from . import log


def fold_drafted(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act round.drafted; one under the same id takes the former's place."""
    if db.execute("SELECT 1 FROM rounds WHERE round = ?", [body["round"]]).fetchone():
        return
    db.execute("INSERT OR REPLACE INTO round_drafts (round, doc, at) VALUES (?, ?, ?)",
               [body["round"], json.dumps(body, ensure_ascii=False), at])


def fold_cancelled(db: Database, body: dict[str, Any], _at: str) -> None:
    """A desk act round.cancelled: a draft is given up."""
    db.execute("DELETE FROM round_drafts WHERE round = ?", [body["round"]])


def fold_closing(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act round.closing."""
    db.execute("UPDATE rounds SET state = 'closing', closing_at = ? WHERE round = ? AND state = 'active'", [at, body["round"]])


def fold_gap(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act gap.signed; the latest word on a township stands."""
    db.execute("INSERT OR REPLACE INTO round_gaps (round, unit, reason, signer, at) VALUES (?, ?, ?, ?, ?)",
               [body["round"], body["unit"], body["reason"], body["signer"], at])


def fold_closed(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act round.closed: what stood then stands for ever."""
    db.execute("UPDATE rounds SET state = 'closed', closed_at = ?, closed_size = ?, claims = ? WHERE round = ? AND state = 'closing'",
               [at, body["size"], body["claims"], body["round"]])


def drafts(db: Database) -> list[dict[str, Any]]:
    """The drafts, earliest start first, as they were written."""
    return sorted((json.loads(row[0]) for row in db.execute("SELECT doc FROM round_drafts")), key=lambda one: (one["starts"], one["round"]))


def draft(db: Database, round_id: str) -> dict[str, Any] | None:
    """One draft."""
    return next((one for one in drafts(db) if one["round"] == round_id), None)


def gaps(db: Database, round_id: str) -> dict[str, dict[str, str]]:
    """Townships of the round that were signed off: unit → ``reason``, ``signer``, ``at``."""
    rows = db.query("SELECT unit, reason, signer, at FROM round_gaps WHERE round = ? ORDER BY unit", [round_id])
    return {row["unit"]: {name: row[name] for name in ("reason", "signer", "at")} for row in rows}


def at_size(db: Database, round_id: str, size: int) -> tuple[str, list[dict[str, str]]]:
    """The round's state, and its gaps by unit, as the log's first ``size`` entries tell them."""
    def told(kind: str) -> list[tuple[dict[str, Any], str]]:
        return [(body, at) for body, at in log.bodies_of(db, kind, size) if body.get("round") == round_id]

    state = "closed" if told("round.closed") else "closing" if told("round.closing") else "active"
    signed = {body["unit"]: {"unit": body["unit"], "reason": body["reason"], "signer": body["signer"], "at": at}
              for body, at in told("gap.signed")}
    return state, [signed[unit] for unit in sorted(signed)]


def follows(db: Database, round_id: str) -> bool:
    """Whether another round is prepared or under way that begins no earlier than this one (常态化)."""
    return db.execute(
        """SELECT EXISTS (SELECT 1 FROM round_drafts d JOIN rounds r ON r.round = :id WHERE d.doc ->> 'starts' >= r.starts)
           OR EXISTS (SELECT 1 FROM rounds n JOIN rounds r ON r.round = :id
                      WHERE n.round != r.round AND n.state = 'active' AND n.starts >= r.starts)""", {"id": round_id}).fetchone()[0] == 1

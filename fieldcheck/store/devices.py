"""Phones: enrolled and revoked by desk acts (a fold of the log), their last word about themselves, invitations."""

from __future__ import annotations

import json
from typing import Any, Iterable

from sqlite_utils import Database

from ..problems import Problem
from ..rules.faults import parse_time
from ..rules.phone_loss import Loss, lost_at_most


def fold_enrolled(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act device.enrolled; one that came back by its certificate waits for the office."""
    db.execute(
        """INSERT OR IGNORE INTO devices (device, inspector, team, name, signing_key, transport_key, predecessor,
           enrolled_at, unconfirmed_since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [body["device"], body["inspector"], body["team"], body["name"], json.dumps(body["signing_key"]),
         json.dumps(body["transport_key"]), body["predecessor"], at, at if body.get("returned") else None])


def fold_confirmed(db: Database, body: dict[str, Any], _at: str) -> None:
    """A desk act device.confirmed."""
    db.execute("UPDATE devices SET unconfirmed_since = NULL WHERE device = ?", [body["device"]])


def fold_revoked(db: Database, body: dict[str, Any], at: str) -> None:
    """A desk act device.revoked; the first one stands."""
    db.execute("UPDATE devices SET revoked_at = ?, revoked_reason = ? WHERE device = ? AND revoked_at IS NULL",
               [at, body["reason"], body["device"]])


def device(db: Database, device_id: str) -> dict[str, Any] | None:
    """One phone, keys parsed, or ``None``."""
    rows = list(db.query("SELECT * FROM devices WHERE device = ?", [device_id]))
    return _parsed(rows[0]) if rows else None


def device_in_use(db: Database, device_id: str) -> dict[str, Any]:
    """One phone that the office may still decide about.

    :raises Problem: ``device_unknown``, ``device_revoked``.
    """
    known = device(db, device_id)
    if known is None:
        raise Problem("device_unknown")
    if known["revoked_at"] is not None:
        raise Problem("device_revoked")
    return known


def carried_by_another(db: Database, lost: dict[str, Any]) -> bool:
    """Whether the same inspector has another phone that shows its day."""
    return db.execute(
        "SELECT 1 FROM devices WHERE inspector = ? AND device <> ? AND revoked_at IS NULL AND unconfirmed_since IS NULL LIMIT 1",
        [lost["inspector"], lost["device"]]).fetchone() is not None


def teams(db: Database, device_ids: Iterable[str]) -> dict[str, str | None]:
    """The team of each of these phones, as the log enrolled it."""
    wanted = json.dumps(sorted(device_ids))
    return dict(db.execute(
        "SELECT device, team FROM devices WHERE device IN (SELECT value FROM json_each(?))", [wanted]).fetchall())


def of_same_inspector(db: Database, device_id: str) -> set[str]:
    """This phone and every other one that was enrolled for the same inspector."""
    rows = db.execute(
        "SELECT device FROM devices WHERE inspector = (SELECT inspector FROM devices WHERE device = ?)", [device_id])
    return {device_id, *(row[0] for row in rows.fetchall())}


def successor_of(db: Database, device_id: str) -> str | None:
    """The device enrolled last as the successor of this one."""
    row = db.execute("SELECT device FROM devices WHERE predecessor = ? ORDER BY enrolled_at DESC, rowid DESC LIMIT 1",
                     [device_id]).fetchone()
    return row and row[0]


def devices(db: Database) -> list[dict[str, Any]]:
    """All phones, newest first, each with its last reported ``state`` (or ``None``) and ``state_at``; ``sent_at``: when
    its newest segment came; ``replaced``: a later phone names it as the one before, or says that it holds its work.
    """
    rows = db.query(
        """SELECT d.*, s.state, s.at AS state_at,
           (SELECT at FROM segments WHERE chain = d.device ORDER BY last DESC LIMIT 1) AS sent_at
           FROM devices d LEFT JOIN device_states s USING (device) ORDER BY d.enrolled_at DESC, d.device""")
    phones = [{**_parsed(row), "state": json.loads(row["state"]) if row["state"] else None} for row in rows]
    before = {phone["predecessor"] for phone in phones}
    before |= {held for phone in phones for held in (phone["state"] or {}).get("holds") or [] if held != phone["device"]}
    return [{**phone, "replaced": phone["device"] in before} for phone in phones]


def losses(db: Database) -> dict[str, Loss]:
    """What may be lost with each phone that was replaced or taken out of use, by its last report; others are left out."""
    found: dict[str, Loss] = {}
    phones = devices(db)
    for phone in phones:
        later = [one for one in phones if one["inspector"] == phone["inspector"] and one["enrolled_at"] > phone["enrolled_at"]]
        gone = phone["revoked_at"] or any(one["enrolled_at"] > (phone["state_at"] or "") for one in later)
        if not gone or phone["state"] is None or any(_holds(one, phone["device"]) for one in later):
            continue
        loss = lost_at_most(phone["state"], phone["state_at"], _reached(db, phone["device"]), _photos_missing(db, phone["device"]))
        if loss is not None:
            found[phone["device"]] = loss
    return found


def _holds(phone: dict[str, Any], device_id: str) -> bool:
    return device_id in ((phone["state"] or {}).get("holds") or [])


def _reached(db: Database, device_id: str) -> int:
    return db.execute(
        """SELECT max(coalesce((SELECT max(last) FROM segments WHERE device = :device), 0),
                      coalesce((SELECT max(last) FROM quarantine WHERE device = :device), 0))""",
        {"device": device_id}).fetchone()[0]


def _photos_missing(db: Database, device_id: str) -> int:
    return db.execute(
        """SELECT count(DISTINCT c.sealed_sha256) FROM photo_claims c LEFT JOIN photos p USING (sealed_sha256)
           WHERE c.device = ? AND (p.state IS NULL OR p.state = 'waiting')""", [device_id]).fetchone()[0]


def put_state(db: Database, device_id: str, state: dict[str, Any], at: str) -> None:
    """What the phone says about itself, the last word only. Not logged."""
    db.execute("INSERT OR REPLACE INTO device_states (device, state, at) VALUES (?, ?, ?)",
               [device_id, json.dumps(state, ensure_ascii=False), at])


def unsent(db: Database) -> dict[str, Any]:
    """What phones in service last said they still hold: visits and photos not arrived, and since when."""
    visits, photos, oldest = set(), 0, None
    for row in devices(db):
        if row["state"] is None or row["revoked_at"] is not None:
            continue
        waiting = row["state"].get("unsent", {})
        # One phone's nonsense must not hide what another one still holds.
        photos += max(0, waiting.get("photos", 0))
        visits |= {v["visit"] for v in row["state"].get("visits", [])}
        since = waiting.get("oldest_at") if parse_time(waiting.get("oldest_at")) else None
        oldest = min(filter(None, (oldest, since)), default=None)
    return {"visits": len(visits), "photos": photos, "oldest_at": oldest}


def add_invitation(db: Database, token_hash: str, code_hash: str, account: str, by: str, at: str, expires: str) -> None:
    """An invitation for one phone of ``account``; only hashes of the link's token and the typed code are kept."""
    db.execute(
        """INSERT INTO invitations (token_hash, code_hash, account, created_by, created_at, expires_at)
           VALUES (?, ?, ?, ?, ?, ?)""", [token_hash, code_hash, account, by, at, expires])


def invitation(db: Database, digest: str) -> dict[str, Any] | None:
    """The invitation whose token or code has this hash."""
    rows = list(db.query("SELECT * FROM invitations WHERE token_hash = ? OR code_hash = ?", [digest, digest]))
    return rows[0] if rows else None


def use_invitation(db: Database, token_hash: str, device_id: str, at: str) -> None:
    """Consumed: only enrolling calls this."""
    db.execute("UPDATE invitations SET used_at = ?, device = ? WHERE token_hash = ?", [at, device_id, token_hash])


def _parsed(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "signing_key": json.loads(row["signing_key"]), "transport_key": json.loads(row["transport_key"])}

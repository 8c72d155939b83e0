"""Visits (走访) that several phones record: what each phone may know of the others, and how the desk shows them."""

from __future__ import annotations

import json
from typing import Any, Mapping

from sqlite_utils import Database

from . import devices, people

OPEN = ("draft", "submitted")
"""While nobody has decided, the phones of a visit hear of one another."""


def of_phone(db: Database, round_id: str, device: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The undecided visits of a round that this phone and others record (``docs/protocol.md`` §5.7)."""
    rows = db.execute(
        """SELECT doc FROM visits WHERE round = ? AND team = ? AND state IN (?, ?) AND summary ->> 'phones' > 1
           ORDER BY visit""", [round_id, device["team"], *OPEN])
    docs = [json.loads(row[0]) for row in rows]
    return [{"visit": doc["visit"], "sealed_at": doc["sealed_at"],
             "phones": [_heard(db, doc, one["device"]) for one in doc["members"]]}
            for doc in docs if any(one["device"] == device["device"] for one in doc["members"])]


def phones(db: Database, doc: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every phone of a visit as the desk shows it: ``device``, ``inspector``, ``how`` (``opened``, ``joined`` or
    ``None`` where it did neither), ``at``, ``ended``, ``households``, and ``waiting``: whether it last said that some of
    the visit is still on it.
    """
    members = {one["device"]: one for one in doc["members"]}
    held = {one["device"]: one for one in devices.devices(db)}
    return [{"device": device, **_whose(db, device), "how": members.get(device, {}).get("how"),
             "at": members.get(device, {}).get("at"), "ended": device in doc["ended_by"],
             "households": _households(doc, device), "waiting": _waits(held.get(device), doc["visit"])}
            for device in doc["devices"]]


def _heard(db: Database, doc: Mapping[str, Any], device: str) -> dict[str, Any]:
    seq, digest = db.execute("SELECT seq, hash FROM messages WHERE visit = ? AND chain = ? ORDER BY seq DESC LIMIT 1",
                             [doc["visit"], device]).fetchone()
    return {"device": device, **_whose(db, device), "seq": seq, "hash": digest, "households": _households(doc, device)}


def _whose(db: Database, device: str) -> dict[str, Any]:
    known = devices.device(db, device)
    account = people.account(db, known["inspector"]) if known else None
    return {"inspector": known and known["inspector"], "name": account.display_name if account else device}


def _households(doc: Mapping[str, Any], device: str) -> int:
    return sum(one["device"] == device for one in doc["households"])


def _waits(known: Mapping[str, Any] | None, visit: str) -> bool:
    state = (known or {}).get("state") or {}
    return any(one.get("visit") == visit for one in state.get("visits", []))

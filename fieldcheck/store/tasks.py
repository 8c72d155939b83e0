"""What a phone gets of an assignment (任务), and the same sealed for the day before (封存的任务)."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any, Mapping

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlite_utils import Database

from ..rules.unlock_code import code_of, key_of
from ..rules.village_draw import village_seed
from . import registers, rounds

IV_BYTES = 12
ROUNDED_TO = 1024


def task_document(db: Database, register: str, task: Mapping[str, Any], secret: str | None = None) -> dict[str, Any]:
    """An assignment as the pack tells it (``docs/protocol.md`` §5.7); ``secret`` of its draw, where it is not published yet."""
    if secret is None:
        row = db.execute("SELECT secret FROM draws WHERE assignment = ?", [task["assignment"]]).fetchone()
        secret = row and row[0] or ""
    township = registers.township(db, register, task["unit"])
    villages = registers.villages_of(db, register, task["unit"])
    village = next((v for v in villages if v["unit"] == task["village"]), None)
    return {
        "assignment": task["assignment"], "unit": task["unit"], "unit_name": township["name"], "unit_latin": township["latin"],
        "county_name": township["county_name"], "county_latin": township["county_latin"],
        "village": task["village"], "village_name": village and village["name"], "village_latin": village and village["latin"],
        "members": task["members"],
        "team": task["team"], "reveal_at": task["reveal_at"], "outline": township["outline_simple"],
        "boundary_error_m": township["boundary_error_m"],
        "villages": [{"id": v["unit"], **{name: v[name] for name in ("name", "latin", "lon", "lat")}} for v in villages],
        "village_seed": village_seed(task["assignment"], secret),
    }


def seal(db: Database, register: str, task: Mapping[str, Any], batch: str, secret: str) -> None:
    """Keep the task of a draw as its phones get it before the reveal: opened by the code alone, its length that of any other."""
    text = _text(task_document(db, register, task, secret)).ljust(_longest(db, register, task))
    iv = hmac.digest(bytes.fromhex(secret), b"fieldcheck-task/1|iv", "sha256")[:IV_BYTES]
    sealed = iv + AESGCM(key_of(code_of(secret), batch)).encrypt(iv, text, batch.encode())
    db.execute("INSERT OR REPLACE INTO sealed_tasks (batch, sealed) VALUES (?, ?)", [batch, base64.b64encode(sealed).decode()])


def sealed(db: Database, batch: str) -> str | None:
    """The sealed task in base64, or ``None`` where none is kept."""
    row = db.execute("SELECT sealed FROM sealed_tasks WHERE batch = ?", [batch]).fetchone()
    return row and row[0]


def _longest(db: Database, register: str, task: Mapping[str, Any]) -> int:
    """The length to which every task of the round is filled up: that of the longest, so that none tells its place by it."""
    lengths = [len(_text(task_document(db, register, {**task, "unit": unit}, "")))
               for unit, reason in rounds.units(db, task["round"]).items() if reason is None]
    return -(-max(lengths, default=0) // ROUNDED_TO) * ROUNDED_TO


def _text(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

"""Take what a phone recorded: verify, log, fold, and promise durability only after the commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Mapping, Sequence

from sync.chain import Head
from sync.intake import Answer, take
from sync.ports import Device, Entry

from ..keys import Keys
from ..store import folds, photo_verdicts, recused_visits
from ..store.database import Database, write
from ..store.log import SqliteLog
from ..times import written

#: What the segments of one request may inflate to. 500 of them, each of 250 KiB, would be 120 MB in memory at once.
INFLATED_MAX_BYTES = 24 * 1024 * 1024
SERVER = "server"
"""Who says that somebody of a visit is recused."""


class _Counted:
    """``Keys`` as ``sync.ports.Crypto``, which counts what it inflates."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self.inflated = 0

    def open(self, token: str) -> bytes:
        opened = self._keys.open(token)
        self.inflated += len(opened)
        return opened

    def verify(self, token: str, jwk: Mapping[str, Any], typ: str) -> dict[str, Any]:
        return self._keys.verify(token, jwk, typ)

    def sign(self, claims: Mapping[str, Any], typ: str) -> str:
        return self._keys.sign(claims, typ)


def take_segments(db: Database, keys: Keys, device: str, jwes: Sequence[str], now: datetime) -> tuple[list[Answer], Head]:
    """Take segments in the order given; one answer for each, and the head afterwards.

    All of them in one durable transaction: when this returns, whatever it answers ``accepted`` or ``duplicate`` is on
    disk with its folds. A segment that is refused changes nothing and does not hold up the next. Where more comes at once
    than may be inflated, the rest is answered as a gap: the phone sends it again from the new head, and nothing is lost.

    :raises Problem: ``quarantine_full``; nothing of this request was kept.
    """
    at = written(now)
    with write(db):
        log = SqliteLog(db, keys.private)
        known = log.device(device) or Device(device, {})
        counted = _Counted(keys)
        answers = [take(log, counted, known, jwe, at) if counted.inflated < INFLATED_MAX_BYTES else Answer("chain_gap")
                   for jwe in jwes]
        entries: list[Entry] = [answer.entry for answer in answers if answer.entry is not None]
        touched = folds.fold_entries(db, entries, keys.session)
        recused_visits.hold(db, keys, touched, at, SERVER)
        photo_verdicts.ask_for_verdicts(db, touched, at)
        head = log.head(device)
    return answers, head

"""Take what a phone recorded: verify, log, fold, and promise durability only after the commit."""

from __future__ import annotations

from datetime import datetime
from typing import Sequence

from sync.chain import Head
from sync.intake import Answer, take
from sync.ports import Device, Entry

from ..keys import Keys
from ..store import folds, photo_verdicts
from ..store.database import Database, write
from ..store.log import SqliteLog
from ..times import written


def take_segments(db: Database, keys: Keys, device: str, jwes: Sequence[str], now: datetime) -> tuple[list[Answer], Head]:
    """Take segments in the order given; one answer for each, and the head afterwards.

    All of them in one durable transaction: when this returns, whatever it answers ``accepted`` or ``duplicate`` is on
    disk with its folds. A segment that is refused changes nothing and does not hold up the next.
    """
    at = written(now)
    with write(db):
        log = SqliteLog(db, keys.private)
        known = log.device(device) or Device(device, {})
        answers = [take(log, keys, known, jwe, at) for jwe in jwes]
        entries: list[Entry] = [answer.entry for answer in answers if answer.entry is not None]
        photo_verdicts.ask_for_verdicts(db, folds.fold_entries(db, entries, keys.session), at)
        head = log.head(device)
    return answers, head

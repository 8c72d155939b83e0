"""Desk acts: what the command office (指挥部办公室) does is a message of the device ``desk``, signed by the server."""

from __future__ import annotations

from typing import Any, Sequence

from sqlite_utils import Database

from sync.chain import Chain, Head
from sync.intake import RECEIPT_TYPE, receipt_claims
from sync.message import DESK, LINE_MAX_BYTES, LineTooLong
from sync.ports import Entry
from sync.segment import SEGMENT_TYPE, Segment, segment_claims, verify_segment

from ..keys import Keys
from ..problems import Problem
from . import folds, log

DESK_SESSION = "00000000-0000-0000-0000-000000000000"


def append(db: Database, keys: Keys, kind: str, body: dict[str, Any], *, actor: str, at: str,
           visit: str | None = None, private: Sequence[str] = ()) -> str:
    """Write one desk act to the log and fold it; returns its line. Joins the caller's write transaction.

    ``actor`` is the account that acts, ``at`` the server's clock; ``private``: the records that the body names.

    :raises Problem: ``act_too_long``: more than a line of the log holds; nothing was written.
    """
    store = log.SqliteLog(db, keys.private)
    start = store.head(DESK)
    try:
        line = Chain(DESK, start).write(kind, body, at=at, session=DESK_SESSION, mono=0, visit=visit, actor=actor)
    except LineTooLong:
        raise Problem("act_too_long", most=LINE_MAX_BYTES // 1024) from None
    claims = segment_claims(DESK, start, [line])
    segment = verify_segment(Segment((line,), (), keys.sign(claims, SEGMENT_TYPE)), dict(claims))
    index = store.next_index()
    receipt = keys.sign(receipt_claims(segment, index, at), RECEIPT_TYPE)
    entry = Entry(DESK, DESK, segment.first, segment.last, segment.first, segment.prev, segment.head,
                  segment.segment.lines, segment.hashes, tuple(private), segment.segment.signature, receipt, index, at)
    store.append(entry)
    folds.fold_entries(db, [entry])
    return line


def head(db: Database) -> Head:
    """The head of the desk's own chain."""
    return log.head(db, DESK)

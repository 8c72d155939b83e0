"""Correct one private record (更正): the right words stand beside what was noted; who, when and why are kept with them."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import NamedTuple

from sync.private import SALT_BYTES, private_record

from ..keys import Keys
from ..problems import Problem
from ..rules.reasons import REASON_MAX
from ..rules.retention import WHY_OF_PEOPLE
from ..store import desk_log, holds, private_records, retention
from ..store.database import Database, write
from ..times import written


class Correction(NamedTuple):
    """What a record of a visit should say, and why; ``erase_earlier``: what it said before is not to be kept."""

    visit: str
    record: str
    value: str
    why: str
    erase_earlier: bool = False


def correct_record(db: Database, keys: Keys, correction: Correction, actor: str, now: datetime) -> None:
    """Keep the correction. The chain goes on naming the record by its first hash, so everything still verifies.

    :raises Problem: ``record_unknown``, ``record_erased``, ``reason_missing`` where no words are given, ``reason_too_long``,
        ``record_kind_wrong``: it is no text; ``hold_stands`` where earlier words were to be erased; ``bad_request``.
    """
    said = correction.value.strip()
    if correction.why not in WHY_OF_PEOPLE:
        raise Problem("bad_request")
    if not said:
        raise Problem("reason_missing")
    if len(said) > REASON_MAX:
        raise Problem("reason_too_long", limit=REASON_MAX)
    at = written(now)
    with write(db):
        if correction.record not in {one.digest for one in retention.records_of_visit(db, correction.visit)}:
            raise Problem("record_unknown")
        if correction.erase_earlier and holds.hold_on(db, correction.visit):
            raise Problem("hold_stands")
        before = private_records.read(db, keys.private, correction.record)
        if before is None:
            raise Problem("record_erased")
        old = json.loads(before)
        if not isinstance(old["value"], str):
            raise Problem("record_kind_wrong")
        right = private_record(old["of"], said, secrets.token_bytes(SALT_BYTES))
        private_records.correct(db, keys.private, correction.record, right, actor=actor, at=at, reason=correction.why)
        if correction.erase_earlier:
            private_records.erase_earlier(db, correction.record, correction.why, at)
        desk_log.append(db, keys, "record.corrected", {
            "visit": correction.visit, "record": correction.record, "why": correction.why,
            "earlier": "erased" if correction.erase_earlier else "kept"}, actor=actor, at=at)

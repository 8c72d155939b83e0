"""Import a register (区划名册): its file, its tables and one desk act, or nothing at all."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ..keys import Keys
from ..rules.outline_simplify import simplified
from ..rules.register import Register
from ..store import desk_log, registers
from ..store.database import Database, write
from ..times import written


def import_register(db: Database, data: Path, keys: Keys, register: Register, actor: str, now: datetime) -> bool:
    """Keep a checked register and put register.imported on the log; it is the current one from then on.

    ``False`` where this very content was imported before: nothing changes then.

    :raises Problem: ``storage_full``.
    """
    if register.hash in registers.hashes(db):
        return False
    # Simplifying takes a moment: it happens before anybody has to wait for the write transaction.
    ready = simplified(registers.with_known_ids(db, register))
    with write(db):
        # The file comes first: without its row it is never read, but a row without its file would be in doubt.
        registers.write_register_file(data, ready)
        at = written(now)
        if not registers.put_register(db, ready, at):
            return False
        desk_log.append(db, keys, "register.imported", {
            "register": ready.hash, "edition": ready.edition, "counts": ready.counts}, actor=actor, at=at)
    return True

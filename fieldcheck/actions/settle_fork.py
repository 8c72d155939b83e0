"""Settle a quarantined segment (分叉): adopt its lines into the log as a branch, or dismiss it with a reason."""

from __future__ import annotations

from datetime import datetime

from sync.fork import adopt
from sync.intake import Refusal

from ..keys import Keys
from ..problems import Problem
from ..rules.reasons import checked_reason
from ..store import desk_log, folds, photo_verdicts, quarantine, recused_visits
from ..store.database import Database, write
from ..store.log import SqliteLog
from ..times import written


def settle_fork(db: Database, keys: Keys, identity: str, adopted: bool, reason: str, actor: str, now: datetime) -> None:
    """Put fork.adopted or fork.dismissed on the log; adopting appends the fork's own lines as well.

    :raises Problem: ``fork_unknown``, ``fork_settled``, ``reason_missing``, ``reason_too_long``, or the code with which the kept bytes fail.
    """
    said = checked_reason(reason)
    at = written(now)
    with write(db):
        kept = quarantine.kept(db, identity)
        if kept is None:
            raise Problem("fork_unknown")
        if kept["settled"] is not None:
            raise Problem("fork_settled")
        kind = "fork.adopted" if adopted else "fork.dismissed"
        desk_log.append(db, keys, kind, {"quarantine": identity, "device": kept["device"], "reason": said},
                        actor=actor, at=at)
        if adopted:
            _adopt(db, keys, kept, at)
        quarantine.settle(db, identity, kind.removeprefix("fork."), said, at)


def _adopt(db: Database, keys: Keys, kept: dict, at: str) -> None:
    log = SqliteLog(db, keys.private)
    device = log.device(kept["device"])
    if device is None:
        raise Problem("device_unknown")
    try:
        entry = adopt(log, keys, device, kept["jwe"], at)
    except Refusal as refusal:
        raise Problem(refusal.code) from None
    except ValueError:
        raise Problem("fork_settled") from None
    touched = folds.fold_entries(db, [entry], keys.session)
    recused_visits.hold(db, keys, touched, at, "server")
    photo_verdicts.ask_for_verdicts(db, touched, at)

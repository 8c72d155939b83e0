"""Revoke a phone: from now on what it sends goes to quarantine, and it gets nothing any more."""

from __future__ import annotations

from datetime import datetime

from ..keys import Keys
from ..rules.reasons import checked_reason
from ..store import desk_log, devices
from ..store.database import Database, write
from ..times import written


def revoke_device(db: Database, keys: Keys, device: str, reason: str, actor: str, now: datetime) -> None:
    """Put device.revoked on the log.

    :raises Problem: ``device_unknown``, ``device_revoked`` (already), ``reason_missing``, ``reason_too_long``.
    """
    said = checked_reason(reason)
    with write(db):
        devices.device_in_use(db, device)
        desk_log.append(db, keys, "device.revoked", {"device": device, "reason": said},
                        actor=actor, at=written(now))

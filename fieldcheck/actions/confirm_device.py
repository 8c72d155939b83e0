"""Confirm a phone that came back after a restore: from now on it is shown its day again."""

from __future__ import annotations

from datetime import datetime

from ..keys import Keys
from ..store import desk_log, devices
from ..store.database import Database, write
from ..times import written


def confirm_device(db: Database, keys: Keys, device: str, actor: str, now: datetime) -> None:
    """Put device.confirmed on the log; nothing where it is confirmed already.

    :raises Problem: ``device_unknown``, ``device_revoked``.
    """
    with write(db):
        known = devices.device_in_use(db, device)
        if known["unconfirmed_since"] is not None:
            desk_log.append(db, keys, "device.confirmed", {"device": device}, actor=actor, at=written(now))

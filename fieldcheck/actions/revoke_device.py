"""Revoke a phone: from now on what it sends goes to quarantine, and it gets nothing any more.

The tasks that its inspector has not begun go back to the frame (退回) as soon as somebody else confirms that: until then they
stand, for a team-mate may carry them. Source: ``docs/inspection-rules.md`` §4.4, §4.13.
"""

from __future__ import annotations

from datetime import datetime

from ..chance import SYSTEM, Dice, new_id
from ..keys import Keys
from ..rules.reasons import checked_reason
from ..store import desk_log, devices, draws
from ..store.database import Database, write
from ..times import written

LOST = "lost_phone"


def revoke_device(db: Database, keys: Keys, device: str, reason: str, actor: str, now: datetime, dice: Dice = SYSTEM) -> None:
    """Put device.revoked on the log, and redraw.asked for each task that no other phone of its inspector carries.

    :raises Problem: ``device_unknown``, ``device_revoked`` (already), ``reason_missing``, ``reason_too_long``.
    """
    said = checked_reason(reason)
    with write(db):
        lost = devices.device_in_use(db, device)
        desk_log.append(db, keys, "device.revoked", {"device": device, "reason": said},
                        actor=actor, at=written(now))
        if devices.carried_by_another(db, lost):
            return
        for task in draws.not_begun(db, lost["inspector"]):
            desk_log.append(db, keys, "redraw.asked", {
                "request": new_id(dice), "batch": task["batch"], "what": "hand_back", "reason": LOST, "public": None, "by": actor,
                "device": device}, actor=actor, at=written(now))

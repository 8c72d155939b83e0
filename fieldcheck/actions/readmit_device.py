"""Take a phone in again by its certificate: a server restored from a backup older than the enrolment knows nothing of it.

2026-11: whether such a phone was taken out of use after the backup was made, nobody can know any more. Keeping its work
out would lose what an honest phone recorded; showing it where the next township lies would tell a thief. So its work is
taken from the first moment, and it gets no pack until the office has confirmed it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sync.certificate import CERTIFICATE_TYPE, enrolment_of
from sync.ports import Forged

from ..keys import Keys
from ..problems import Problem
from ..store import desk_log, devices, people
from ..store.database import Database, write
from ..times import written


def certified_enrolment(keys: Keys, certificate: str) -> dict[str, Any]:
    """The enrolment that this server signed.

    :raises Problem: ``certificate_forged``: another server's, changed, or not one at all.
    """
    try:
        enrolment = enrolment_of(keys.verify(certificate, keys.signing_jwk, CERTIFICATE_TYPE))
    except Forged:
        enrolment = None
    if enrolment is None:
        raise Problem("certificate_forged")
    return enrolment


def readmit_device(db: Database, keys: Keys, enrolment: dict[str, Any], now: datetime) -> people.Account:
    """Put device.enrolled on the log once more, under the same id, marked as returned; a phone that is known stays as it is.

    The caller has seen the server's own signature on the enrolment. A disabled account's phone is taken in, too: what was
    recorded is still taken.

    :raises Problem: ``account_unknown``: nobody of that id is in the restored server. ``device_revoked``: it is known, and
        out of use.
    """
    with write(db):
        account = people.account(db, enrolment["inspector"])
        if account is None:
            raise Problem("account_unknown")
        known = devices.device(db, enrolment["device"])
        if known is not None and known["revoked_at"] is not None:
            raise Problem("device_revoked")
        if known is None:
            desk_log.append(db, keys, "device.enrolled", {**enrolment, "returned": True}, actor=account.id, at=written(now))
    return account

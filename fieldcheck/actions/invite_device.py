"""Invite one phone for an inspector: a link's token and an 8-character code, either of them good once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..problems import Problem
from ..rules.invitations import CODE_ALPHABET, CODE_LENGTH, invitation_hash
from ..rules.roles import TEAM_ROLES
from ..store import devices, people
from ..store.database import Database, write
from ..times import written

LASTS = timedelta(hours=24)


@dataclass(frozen=True)
class Invitation:
    """Shown once at the desk and kept nowhere in clear. ``expires`` is server time."""

    link_token: str
    code: str
    expires: datetime


def invite_device(db: Database, account: str, actor: str, now: datetime) -> Invitation:
    """A new invitation, 24 hours long. Opening its link consumes nothing; only enrolling does.

    :raises Problem: ``account_unknown``, or ``account_team`` where the account belongs to no team.
    """
    person = people.account(db, account)
    if person is None or person.disabled:
        raise Problem("account_unknown")
    if person.role not in TEAM_ROLES:
        raise Problem("account_team")
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    # The link carries its code, so that a browser which must not take field work can show it to be typed into a fit one.
    token = f"{secrets.token_urlsafe(24)}.{code}"
    expires = now + LASTS
    with write(db):
        devices.add_invitation(db, invitation_hash(token), invitation_hash(code), account, actor,
                               written(now), written(expires))
    return Invitation(token, code, expires)

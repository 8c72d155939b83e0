"""Give somebody an account (账号). Inspectors and leaders belong to team A or B, nobody else to any."""

from __future__ import annotations

import uuid
from datetime import datetime

from .. import passwords
from ..problems import Problem
from ..rules.roles import ROLES, TEAM_ROLES, TEAMS
from ..store import people
from ..store.database import Database
from ..times import written

NAME_LONGEST = 64


def add_account(
    db: Database, *, name: str, display_name: str, role: str, team: str | None, password: str,
    now: datetime, demo: bool = False,
) -> people.Account:
    """Keep a new account.

    :raises Problem: ``account_malformed``, ``account_team``, ``password_weak`` or ``account_name_taken``; nothing kept.
    """
    name, display_name = name.strip(), display_name.strip()
    if role not in ROLES or not 0 < len(name) <= NAME_LONGEST or not 0 < len(display_name) <= NAME_LONGEST:
        raise Problem("account_malformed")
    if (team in TEAMS) != (role in TEAM_ROLES) or (team is not None and team not in TEAMS):
        raise Problem("account_team")
    if passwords.weak(password, name):
        raise Problem("password_weak", shortest=passwords.SHORTEST)
    account = people.Account(str(uuid.uuid4()), name, display_name, role, team, False, demo, written(now))
    try:
        people.add_account(db, account, passwords.hash_password(password))
    except people.NameTaken:
        raise Problem("account_name_taken", name=name) from None
    return account

"""Give somebody an account (账号). Inspectors and leaders belong to team A or B, nobody else to any."""

from __future__ import annotations

import secrets
from datetime import datetime

from .. import passwords
from ..chance import SYSTEM, Dice, new_id
from ..keys import Keys
from ..problems import Problem
from ..rules.companion import OLD_ROUNDS, ROUNDS, SALT_BYTES, code_holds, companion_key
from ..rules.invitations import CODE_ALPHABET, CODE_LENGTH
from ..rules.roles import COUNTY_ROLES, ROLES, TEAM_ROLES, TEAMS
from ..store import companions, desk_log, people
from ..store.database import Database, write
from ..times import written

NAME_LONGEST = 64


def add_account(
    db: Database, *, name: str, display_name: str, role: str, team: str | None, password: str,
    now: datetime, demo: bool = False, companion_code: str | None = None, county: str | None = None,
    keys: Keys | None = None, actor: str = "cli", dice: Dice = SYSTEM,
) -> people.Account:
    """Keep a new account. Whoever belongs to a team gets a short code (同行人短码) that nobody has seen yet;
    ``companion_code``: a fixed one, for demonstrations and tests. ``county``: of a county's recipient, the unit's internal
    id. With ``keys`` account.added stands on the log; only a test does without.

    :raises Problem: ``account_malformed``, ``account_team``, ``password_weak`` or ``account_name_taken``; nothing kept.
    """
    name, display_name = name.strip(), display_name.strip()
    if role not in ROLES or not 0 < len(name) <= NAME_LONGEST or not 0 < len(display_name) <= NAME_LONGEST:
        raise Problem("account_malformed")
    if (team in TEAMS) != (role in TEAM_ROLES) or (team is not None and team not in TEAMS):
        raise Problem("account_team")
    if county is not None and role not in COUNTY_ROLES:
        raise Problem("account_team")
    if passwords.weak(password, name):
        raise Problem("password_weak", shortest=passwords.SHORTEST)
    code = companion_code or "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    if not code_holds(code):
        raise Problem("account_malformed")
    account = people.Account(new_id(dice), name, display_name, role, team, False, demo, written(now), county)
    salt, hashed = dice(SALT_BYTES).hex(), passwords.hash_password(password)
    # A demonstration's one code stands on its pages: stretching it for each of its people would only cost the visitor time.
    rounds = OLD_ROUNDS if demo else ROUNDS
    key = companion_key(code, salt, rounds) if role in TEAM_ROLES else None
    try:
        with write(db):
            people.add_account(db, account, hashed)
            if key is not None:
                companions.put(db, account.id, companions.Companion(salt, key, rounds), account.created_at)
            if keys is not None:
                desk_log.append(db, keys, "account.added", {"account": account.id, "role": role, "team": team, "county": county},
                                actor=actor, at=account.created_at)
    except people.NameTaken:
        raise Problem("account_name_taken", name=name) from None
    return account

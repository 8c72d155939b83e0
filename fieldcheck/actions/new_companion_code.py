"""Make an inspector's own short code (同行人短码) anew. It is shown once and kept nowhere in clear."""

from __future__ import annotations

import secrets
from datetime import datetime

from ..problems import Problem
from ..rules.companion import ROUNDS, SALT_BYTES, code_holds, companion_key
from ..rules.invitations import CODE_ALPHABET, CODE_LENGTH
from ..rules.roles import TEAM_ROLES
from ..store import companions, people
from ..store.database import Database
from ..times import written


def new_companion_code(db: Database, account: str, now: datetime, code: str | None = None) -> str:
    """The account's new code, eight characters; phones learn of it with their next pack. ``code``: a fixed one, for
    demonstrations and tests.

    :raises Problem: ``account_unknown``, ``account_team`` where the account belongs to no team.
    """
    person = people.account(db, account)
    if person is None or person.disabled:
        raise Problem("account_unknown")
    if person.role not in TEAM_ROLES:
        raise Problem("account_team")
    code = code if code is not None else "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    if not code_holds(code):
        raise Problem("account_malformed")
    salt = secrets.token_hex(SALT_BYTES)
    companions.put(db, account, companions.Companion(salt, companion_key(code, salt, ROUNDS), ROUNDS), written(now))
    return code

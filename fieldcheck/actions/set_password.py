"""Give an account a new password; all its sessions end."""

from __future__ import annotations

from datetime import datetime

from .. import passwords
from ..keys import Keys
from ..problems import Problem
from ..store import desk_log, people
from ..store.database import Database, write
from ..times import written


def set_password(db: Database, keys: Keys, name: str, password: str, actor: str, now: datetime) -> people.Account:
    """Change the password of the account that signs in by ``name``, and put account.changed on the log.

    :raises Problem: ``account_unknown`` or ``password_weak``; nothing changed.
    """
    account = people.account_by_name(db, name)
    if account is None:
        raise Problem("account_unknown", name=name)
    if passwords.weak(password, account.name):
        raise Problem("password_weak", shortest=passwords.SHORTEST)
    hashed = passwords.hash_password(password)
    with write(db):
        people.set_password_hash(db, account.id, hashed)
        desk_log.append(db, keys, "account.changed", {"account": account.id, "what": "password"}, actor=actor, at=written(now))
    return account

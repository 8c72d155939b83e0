"""Give an account a new password; all its sessions end."""

from __future__ import annotations

from .. import passwords
from ..problems import Problem
from ..store import people
from ..store.database import Database


def set_password(db: Database, name: str, password: str) -> people.Account:
    """Change the password of the account that signs in by ``name``.

    :raises Problem: ``account_unknown`` or ``password_weak``; nothing changed.
    """
    account = people.account_by_name(db, name)
    if account is None:
        raise Problem("account_unknown", name=name)
    if passwords.weak(password, account.name):
        raise Problem("password_weak", shortest=passwords.SHORTEST)
    people.set_password_hash(db, account.id, passwords.hash_password(password))
    return account

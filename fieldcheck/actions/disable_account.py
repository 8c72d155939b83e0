"""Lock an account out: its sessions end now and it cannot sign in. Nothing it ever did is changed."""

from __future__ import annotations

from ..problems import Problem
from ..store import people
from ..store.database import Database


def disable_account(db: Database, name: str, disabled: bool = True) -> people.Account:
    """Disable the account that signs in by ``name``, or let it in again.

    :raises Problem: ``account_unknown``.
    """
    account = people.account_by_name(db, name)
    if account is None:
        raise Problem("account_unknown", name=name)
    people.set_disabled(db, account.id, disabled)
    return account

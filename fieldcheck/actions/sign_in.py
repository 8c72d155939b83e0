"""Sign in at the desk: one answer for every wrong try, and a growing wait after five of them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from .. import passwords
from ..problems import Problem
from ..rules import lockout
from ..store import people
from ..store.database import Database, write
from ..times import moment, written

SESSION_LASTS = timedelta(hours=12)
NAME_LONGEST = 64


@dataclass(frozen=True)
class SignedIn:
    """A session that has begun. ``token`` goes into the cookie and is kept nowhere."""

    token: str
    account: people.Account
    expires: datetime


def sign_in(db: Database, name: str, password: str, address: str, now: datetime) -> SignedIn:
    """Begin a session of 12 hours.

    The try is counted as wrong, durably, *before* the password is looked at: many tries at once are each counted.
    The slow check stands outside the write transaction, so guessing does not hold up the phones.

    :raises Problem: ``sign_in_wrong`` (unknown, disabled and wrong alike) or ``sign_in_wait`` with ``until``.
    """
    name = name.strip()[:NAME_LONGEST]
    _count_try(db, name, address, now)
    account = people.account_by_name(db, name)
    known = people.password_hash(db, account.id) if account and not account.disabled else None
    if not passwords.matches(known, password) or account is None or known is None:
        raise Problem("sign_in_wrong")
    if passwords.outdated(known):
        people.refresh_password_hash(db, account.id, known, passwords.hash_password(password))
    token, expires = secrets.token_urlsafe(32), now + SESSION_LASTS
    with write(db):
        people.clear_failures(db, name, address)
        people.start_session(db, people.token_hash(token), account.id, written(now), written(expires))
    return SignedIn(token, account, expires)


def _count_try(db: Database, name: str, address: str, now: datetime) -> None:
    with write(db):
        failures, last = people.failures(db, name, address)
        if last is not None:
            until = moment(last) + timedelta(seconds=lockout.wait_seconds(failures))
            if now < until:
                raise Problem("sign_in_wait", until=until)
        forgotten = now - timedelta(seconds=lockout.FORGET_AFTER_S)
        people.count_failure(db, name, address, written(now), written(forgotten))

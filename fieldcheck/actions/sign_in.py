"""Sign in at the desk: one answer for every wrong try, and a growing wait after five of them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from .. import passwords
from ..problems import Problem
from ..rules.limits import place
from ..rules.second_factor import AWAITED, NEEDED_BY
from ..rules.session_ends import Lasts, idle_end
from ..store import people, second_factors, sessions, tries
from ..store.database import Database, write
from ..times import written

NAME_LONGEST = 64


@dataclass(frozen=True)
class From:
    """Where somebody signs in: the address, and what the browser calls itself."""

    address: str = ""
    browser: str = ""


@dataclass(frozen=True)
class SignedIn:
    """A session that has begun. ``token`` goes into the cookie and is kept nowhere. ``second``: it opens nothing until the
    second factor was shown (``prove_second_factor.py``).
    """

    token: str
    account: people.Account
    expires: datetime
    second: bool = False


def sign_in(db: Database, name: str, password: str, origin: From, now: datetime, lasts: Lasts = Lasts()) -> SignedIn:
    """Begin a session; for whoever needs a second factor or has one, a short one that only waits for it.

    The try is counted as wrong, durably, *before* the password is looked at: many tries at once are each counted.
    The slow check stands outside the write transaction, so guessing does not hold up the phones.

    :raises Problem: ``sign_in_wrong`` (unknown, disabled and wrong alike), ``sign_in_wait`` or ``too_many_tries`` with
        ``until``.
    """
    name = name.strip()[:NAME_LONGEST]
    _check_limits(db, name, origin, now)
    people.count_try(db, name, origin.address, now)
    account = people.account_by_name(db, name)
    known = people.password_hash(db, account.id) if account and not account.disabled else None
    if not passwords.matches(known, password) or account is None or known is None:
        _note_wrong(db, account, name, origin, now)
        raise Problem("sign_in_wrong")
    if passwords.outdated(known):
        people.refresh_password_hash(db, account.id, known, passwords.hash_password(password))
    second = needs_second(db, account)
    token = secrets.token_urlsafe(32)
    expires = now + AWAITED if second else min(now + lasts.whole, idle_end(lasts, account.role, account.demo, now))
    with write(db):
        people.clear_failures(db, name, origin.address)
        people.start_session(db, people.token_hash(token), account.id, written(now), written(expires),
                             ends=written(expires if second else now + lasts.whole), address=origin.address,
                             browser=origin.browser, stage="second" if second else "full")
        if not second:
            sessions.note_sign_in(db, account.id, written(now), "signed_in", origin.address, origin.browser)
    return SignedIn(token, account, expires, second)


def needs_second(db: Database, account: people.Account) -> bool:
    """Whether a password alone is not enough: by the role, or because the account has a second factor.

    The accounts of a demonstration need none: their password stands on the page, and it never listens beyond loopback.
    """
    return (account.role in NEEDED_BY and not account.demo) or account.id in second_factors.confirmed(db)


def _limited(name: str, origin: From) -> list[tuple[str, str]]:
    return [("sign_in_address", place(origin.address)), ("sign_in_name", name.casefold())]


def _check_limits(db: Database, name: str, origin: From, now: datetime) -> None:
    for what, who in _limited(name, origin):
        # Nobody is locked out of the own office by somebody who guesses elsewhere.
        if what != "sign_in_name" or not sessions.known_place(db, name, origin.address):
            tries.check(db, what, who, now)


def _note_wrong(db: Database, account: people.Account | None, name: str, origin: From, now: datetime) -> None:
    with write(db):
        for what, who in _limited(name, origin):
            tries.count(db, what, who, now)
        if account is not None:
            sessions.note_sign_in(db, account.id, written(now), "wrong_password", origin.address, origin.browser)

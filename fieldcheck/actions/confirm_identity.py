"""Show once more who one is (再次确认本人), in a session that runs: the password, and the second factor of whoever has one."""

from __future__ import annotations

from datetime import datetime

from .. import passwords
from ..keys import Keys
from ..problems import Problem
from ..store import people, second_factors, sessions
from ..store.database import Database, write
from ..times import written


def confirm_identity(db: Database, keys: Keys, token: str, password: str, code: str, now: datetime) -> None:
    """The session under ``token`` is confirmed from ``now`` on; nothing else about it changes.

    A try is counted as wrong, for the account, before it is looked at: whoever found an open session guesses no faster
    than at the sign-in page.

    :raises Problem: ``not_signed_in``, ``sign_in_wrong``, ``second_factor_wrong``, ``second_factor_unreadable``,
        ``sign_in_wait`` with ``until``.
    """
    session, at = people.token_hash(token), written(now)
    account = people.session_account(db, session, at)
    if account is None:
        raise Problem("not_signed_in")
    counter, (address, browser) = f"confirm {account.id}", sessions.origin(db, session)
    people.count_try(db, counter, "", now)
    if not passwords.matches(people.password_hash(db, account.id), password):
        sessions.note_sign_in(db, account.id, at, "wrong_password", address, browser)
        raise Problem("sign_in_wrong")
    held = second_factors.find(db, keys.session, account.id)
    with write(db):
        right = held is None or held.confirmed_at is None or second_factors.take(db, account.id, held, code, now) is not None
        sessions.note_sign_in(db, account.id, at, "confirmed" if right else "wrong_second", address, browser)
        if right:
            people.clear_failures(db, counter, "")
            sessions.confirm(db, session, at)
    if not right:
        raise Problem("second_factor_wrong")

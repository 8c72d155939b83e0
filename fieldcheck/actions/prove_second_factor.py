"""Show the second factor (二次验证) after the password, or set it up with its first code. The session's token changes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Sequence

from ..keys import Keys
from ..problems import Problem
from ..rules import second_factor
from ..rules.second_factor import RECOVERY_CODES, RECOVERY_LENGTH, recovery_code, recovery_hash
from ..rules.session_ends import Lasts, idle_end
from ..store import desk_log, people, second_factors, sessions
from ..store.database import Database, write
from ..times import written


@dataclass(frozen=True)
class Proved:
    """The session that has begun in place of the waiting one; ``codes``: recovery codes, shown this once, where the second
    factor was set up just now.
    """

    token: str
    account: people.Account
    codes: Sequence[str] = ()


def secret_to_confirm(db: Database, keys: Keys, waiting: str, now: datetime) -> tuple[people.Account, bytes | None]:
    """Whose waiting session this is, and the secret to take into the app; ``None`` where one is in use already.

    Asked again, it is the same secret: a page that is loaded twice spoils nothing.

    :raises Problem: ``not_signed_in``: no session waits under this token; ``second_factor_unreadable``.
    """
    account = _waiting(db, waiting, now)
    held = second_factors.find(db, keys.session, account.id)
    if held is None:
        secret = secrets.token_bytes(second_factor.SECRET_BYTES)
        second_factors.put(db, keys.session, account.id, secret, written(now))
        return account, secret
    return account, None if held.confirmed_at else held.secret


def prove_second_factor(db: Database, keys: Keys, waiting: str, code: str, now: datetime, lasts: Lasts = Lasts()) -> Proved:
    """Take six digits, or a recovery code, and begin the real session under a new token.

    A wrong code is counted before it is looked at, for the account and not for the address: after five each costs a wait.

    :raises Problem: ``not_signed_in``, ``second_factor_wrong``, ``second_factor_unreadable``, ``sign_in_wait`` with ``until``.
    """
    account = _waiting(db, waiting, now)
    held = second_factors.find(db, keys.session, account.id)
    if held is None:
        raise Problem("not_signed_in")
    counter = f"second factor {account.id}"
    people.count_try(db, counter, "", now)
    at, (address, browser) = written(now), _origin(db, waiting)
    with write(db):
        taken = second_factors.take(db, account.id, held, code, now)
        outcomes = {"code": "signed_in", "recovery_code": "recovery_code", None: "wrong_second"}
        sessions.note_sign_in(db, account.id, at, outcomes[taken], address, browser)
        if taken is not None:
            people.clear_failures(db, counter, "")
            codes = _set_up(db, keys, account.id, at) if held.confirmed_at is None else ()
            return Proved(_begin(db, account, waiting, now, lasts), account, codes)
    raise Problem("second_factor_wrong")


def _waiting(db: Database, token: str, now: datetime) -> people.Account:
    account = people.session_account(db, people.token_hash(token), written(now), "second")
    if account is None:
        raise Problem("not_signed_in")
    return account


def _origin(db: Database, token: str) -> tuple[str, str]:
    return sessions.origin(db, people.token_hash(token))


def _set_up(db: Database, keys: Keys, account: str, at: str) -> list[str]:
    codes = [recovery_code(secrets.token_bytes(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    second_factors.confirm(db, account, at, [recovery_hash(account, code) for code in codes])
    desk_log.append(db, keys, "account.changed", {"account": account, "what": "second_factor_made"}, actor=account, at=at)
    return codes


def _begin(db: Database, account: people.Account, waiting: str, now: datetime, lasts: Lasts) -> str:
    token = secrets.token_urlsafe(32)
    address, browser = _origin(db, waiting)
    people.end_session(db, people.token_hash(waiting))
    expires = min(now + lasts.whole, idle_end(lasts, account.role, account.demo, now))
    people.start_session(db, people.token_hash(token), account.id, written(now), written(expires),
                         ends=written(now + lasts.whole), address=address, browser=browser)
    return token

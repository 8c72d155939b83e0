"""Accounts (账号), their server-side sessions, and wrong tries at signing in. None of these is a fold of the log.

Times are RFC 3339 texts in UTC as ``times.written`` writes them, so comparing texts compares moments.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from ..problems import Problem
from ..rules import lockout
from ..times import moment, written
from .database import write


@dataclass(frozen=True)
class Account:
    """Somebody who works with fieldcheck. ``name`` signs in, ``display_name`` is what others read."""

    id: str
    name: str
    display_name: str
    role: str
    team: str | None
    disabled: bool
    demo: bool
    created_at: str
    county: str | None = None
    """Of a county's or topic's recipient: the internal id of the county that things are handed over to."""


class NameTaken(ValueError):
    """Another account signs in by this name; upper and lower case do not make a difference."""


_ACCOUNT = "id, name, display_name, role, team, disabled, demo, created_at, county"


def _account(row: Any) -> Account:
    return Account(*row[:5], bool(row[5]), bool(row[6]), row[7], row[8])


def add_account(db: Database, account: Account, password_hash: str) -> None:
    """Keep a new account.

    :raises NameTaken: nothing was kept.
    """
    values = [account.id, account.name, account.display_name, account.role, account.team,
              int(account.disabled), int(account.demo), account.created_at, account.county, password_hash]
    with write(db):
        if account_by_name(db, account.name):
            raise NameTaken(account.name)
        db.execute(f"INSERT INTO accounts ({_ACCOUNT}, password_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


def account(db: Database, id: str) -> Account | None:
    """The account of that id, disabled or not."""
    row = db.execute(f"SELECT {_ACCOUNT} FROM accounts WHERE id = ?", [id]).fetchone()
    return _account(row) if row else None


def account_by_name(db: Database, name: str) -> Account | None:
    """The account that signs in by ``name``."""
    row = db.execute(f"SELECT {_ACCOUNT} FROM accounts WHERE name = ?", [name]).fetchone()
    return _account(row) if row else None


def accounts(db: Database) -> list[Account]:
    """Every account by team, role and name; those without a team first."""
    rows = db.execute(f"SELECT {_ACCOUNT} FROM accounts ORDER BY team NULLS FIRST, role, name")
    return [_account(row) for row in rows]


def password_hash(db: Database, id: str) -> str:
    """The argon2 hash that the account's password is checked against.

    :raises LookupError: no such account.
    """
    row = db.execute("SELECT password_hash FROM accounts WHERE id = ?", [id]).fetchone()
    if row is None:
        raise LookupError(id)
    return str(row[0])


def set_password_hash(db: Database, id: str, password_hash: str) -> None:
    """Change the password and end every session of the account at once."""
    with write(db):
        db.execute("UPDATE accounts SET password_hash = ? WHERE id = ?", [password_hash, id])
        db.execute("DELETE FROM sessions WHERE account = ?", [id])


def refresh_password_hash(db: Database, id: str, old: str, new: str) -> None:
    """Keep the same password under a stronger hash; nothing happens if it was changed meanwhile."""
    with write(db):
        db.execute("UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = ?", [new, id, old])


def set_disabled(db: Database, id: str, disabled: bool) -> None:
    """Lock an account out, or let it in again; a disabled account has no session from this moment on."""
    with write(db):
        db.execute("UPDATE accounts SET disabled = ? WHERE id = ?", [int(disabled), id])
        if disabled:
            db.execute("DELETE FROM sessions WHERE account = ?", [id])


def set_role(db: Database, id: str, role: str, team: str | None, county: str | None) -> None:
    """Another role; every session of the account ends, so that nobody goes on in the old one."""
    with write(db):
        db.execute("UPDATE accounts SET role = ?, team = ?, county = ? WHERE id = ?", [role, team, county, id])
        db.execute("DELETE FROM sessions WHERE account = ?", [id])


def token_hash(token: str) -> str:
    """What is kept of a session's token: whoever reads the database opens no session with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def start_session(db: Database, token_hash: str, account: str, now: str, expires: str, *, ends: str | None = None,
                  address: str = "", browser: str = "", stage: str = "full") -> None:
    """Keep a session by the hash of its token (the token itself is never kept) and drop expired ones.

    ``expires``: when it ends if nobody acts, ``ends``: when it ends in any case. ``stage``: ``second`` while the second
    factor is awaited; such a session opens nothing else.

    :raises LookupError: the account is gone or disabled; no session exists.
    """
    with write(db):
        db.execute("DELETE FROM sessions WHERE expires_at <= ?", [now])
        started = db.execute(
            "INSERT INTO sessions (token_hash, account, created_at, expires_at, ends_at, seen_at, address, browser, stage,"
            " confirmed_at) SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ? FROM accounts WHERE id = ? AND disabled = 0",
            [token_hash, now, expires, ends or expires, now, address, browser, stage, now if stage == "full" else "", account],
        )
        if started.rowcount != 1:
            raise LookupError(account)


def session_account(db: Database, token_hash: str, now: str, stage: str = "full") -> Account | None:
    """Whose session of this stage this is, if it still runs and the account is not disabled."""
    row = db.execute(
        f"SELECT {_ACCOUNT} FROM accounts"
        " WHERE disabled = 0 AND id = (SELECT account FROM sessions WHERE token_hash = ? AND expires_at > ? AND stage = ?)",
        [token_hash, now, stage],
    ).fetchone()
    return _account(row) if row else None


def end_session(db: Database, token_hash: str) -> None:
    """From now on the token opens nothing; ending a session twice is no error."""
    with write(db):
        db.execute("DELETE FROM sessions WHERE token_hash = ?", [token_hash])


def failures(db: Database, name: str, address: str) -> tuple[int, str | None]:
    """How many tries in a row were wrong for this name from this address, and when the last one was."""
    row = db.execute(
        "SELECT failures, last_at FROM sign_in_failures WHERE name = ? AND address = ?", [name, address]
    ).fetchone()
    return (row[0], row[1]) if row else (0, None)


def count_failure(db: Database, name: str, address: str, now: str, forget_before: str) -> None:
    """One more wrong try; counters whose last try was before ``forget_before`` are dropped, everybody's."""
    with write(db):
        db.execute("DELETE FROM sign_in_failures WHERE last_at < ?", [forget_before])
        db.execute(
            "INSERT INTO sign_in_failures (name, address, failures, last_at) VALUES (?, ?, 1, ?)"
            " ON CONFLICT (name, address) DO UPDATE SET failures = failures + 1, last_at = excluded.last_at",
            [name, address, now],
        )


def count_try(db: Database, name: str, address: str, now: datetime) -> None:
    """Count a try as wrong before it is looked at, durably, so that many at once are each counted.

    :raises Problem: ``sign_in_wait`` with ``until``: too many before it were wrong (``rules/lockout.py``).
    """
    with write(db):
        failed, last = failures(db, name, address)
        until = moment(last) + timedelta(seconds=lockout.wait_seconds(failed)) if last else now
        if now < until:
            raise Problem("sign_in_wait", until=until)
        count_failure(db, name, address, written(now), written(now - timedelta(seconds=lockout.FORGET_AFTER_S)))


def clear_failures(db: Database, name: str, address: str) -> None:
    """The right password was given: wrong tries from this address are forgotten."""
    with write(db):
        db.execute("DELETE FROM sign_in_failures WHERE name = ? AND address = ?", [name, address])

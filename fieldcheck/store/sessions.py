"""What can be seen of sessions (会话) and sign-ins (登录记录), and ending one. None of it is a fold.

A session is named by the beginning of the hash of its token: enough to end it, useless for opening it.
"""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from .database import write

SIGN_INS_SHOWN = 200
_ID = "substr(token_hash, 1, 16)"


def touch(db: Database, token_hash: str, now: str, seen_before: str, idle_until: str) -> None:
    """Somebody acted in this session: it goes on until ``idle_until``, and never beyond its own end.

    Nothing is written where it was touched after ``seen_before``: not each click costs a commit.
    """
    row = db.execute("SELECT 1 FROM sessions WHERE token_hash = ? AND seen_at < ?", [token_hash, seen_before]).fetchone()
    if row is not None:
        with write(db):
            db.execute("UPDATE sessions SET seen_at = ?, expires_at = min(ends_at, ?) WHERE token_hash = ?",
                       [now, idle_until, token_hash])


def confirm(db: Database, token_hash: str, at: str) -> None:
    """Whoever sits at this session has just shown again who they are."""
    with write(db):
        db.execute("UPDATE sessions SET confirmed_at = ? WHERE token_hash = ?", [at, token_hash])


def confirmed_since(db: Database, token_hash: str, since: str) -> bool:
    """Whether this session's holder showed who they are, by signing in or once more, at ``since`` or later."""
    return db.execute("SELECT 1 FROM sessions WHERE token_hash = ? AND stage = 'full' AND confirmed_at >= ?",
                      [token_hash, since]).fetchone() is not None


def origin(db: Database, token_hash: str) -> tuple[str, str]:
    """Address and browser that this session began from."""
    row = db.execute("SELECT address, browser FROM sessions WHERE token_hash = ?", [token_hash]).fetchone()
    return (row[0], row[1]) if row else ("", "")


def of_account(db: Database, account: str, now: str) -> list[dict[str, Any]]:
    """The running sessions of an account, the one that began last first."""
    rows = db.execute(
        f"""SELECT {_ID}, created_at, seen_at, expires_at, address, browser FROM sessions
            WHERE account = ? AND expires_at > ? AND stage = 'full' ORDER BY created_at DESC""", [account, now])
    names = ("id", "created_at", "seen_at", "expires_at", "address", "browser")
    return [dict(zip(names, row, strict=True)) for row in rows]


def running(db: Database, now: str) -> dict[str, int]:
    """Account → how many sessions of it run."""
    return dict(db.execute("SELECT account, count(*) FROM sessions WHERE expires_at > ? AND stage = 'full' GROUP BY account",
                           [now]).fetchall())


def end_one(db: Database, account: str, session: str) -> None:
    """End one session of this account; another's is never touched, an ended one is no error."""
    with write(db):
        db.execute(f"DELETE FROM sessions WHERE account = ? AND {_ID} = ?", [account, session])


def end_all(db: Database, account: str, but: str = "") -> None:
    """End every session of this account except the one whose token's hash is ``but``."""
    with write(db):
        db.execute("DELETE FROM sessions WHERE account = ? AND token_hash <> ?", [account, but])


def note_sign_in(db: Database, account: str, at: str, outcome: str, address: str, browser: str) -> None:
    """Remember how a try to sign in ended: ``signed_in``, ``wrong_password``, ``wrong_second``, ``recovery_code``, and
    ``confirmed`` where somebody who was signed in showed it once more.
    """
    with write(db):
        db.execute("INSERT INTO sign_ins (account, at, outcome, address, browser) VALUES (?, ?, ?, ?, ?)",
                   [account, at, outcome, address, browser[:200]])


def known_place(db: Database, name: str, address: str) -> bool:
    """Whether the account of this name has signed in from this address before."""
    return db.execute("""SELECT 1 FROM sign_ins s JOIN accounts a ON a.id = s.account WHERE a.name = ? AND s.address = ?
        AND s.outcome IN ('signed_in', 'recovery_code') LIMIT 1""", [name, address]).fetchone() is not None


def sign_ins(db: Database, account: str | None = None, role: str | None = None) -> list[dict[str, Any]]:
    """The last sign-ins, of everybody or of one account or role, newest first."""
    rows = db.execute(
        """SELECT s.account, s.at, s.outcome, s.address, s.browser FROM sign_ins s JOIN accounts a ON a.id = s.account
           WHERE (?1 IS NULL OR s.account = ?1) AND (?2 IS NULL OR a.role = ?2) ORDER BY s.number DESC LIMIT ?3""",
        [account, role, SIGN_INS_SHOWN])
    return [dict(zip(("account", "at", "outcome", "address", "browser"), row, strict=True)) for row in rows]


def last_sign_ins(db: Database) -> dict[str, str]:
    """Account → when it last signed in."""
    return dict(db.execute("SELECT account, max(at) FROM sign_ins WHERE outcome IN ('signed_in', 'recovery_code')"
                           " GROUP BY account").fetchall())

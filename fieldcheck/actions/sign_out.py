"""End a session at once, on the server; the cookie that remains opens nothing."""

from __future__ import annotations

from ..store import people
from ..store.database import Database


def sign_out(db: Database, token: str) -> None:
    """Forget the session of this token; an unknown token is no error."""
    people.end_session(db, people.token_hash(token))

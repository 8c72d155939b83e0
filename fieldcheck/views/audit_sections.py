"""What the auditor's page (审计) consists of: a list that another module adds its own section to.

A section has a name (its texts are ``audit.<name>`` and ``audit.<name>.about``), a template below ``desk/audit/``, the
reaches that may see it, and a function that fetches its rows, narrowed to what ``Asked`` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Sequence

from sync.message import parse_line

from ..store import access_log, log, sessions
from ..store.database import Database

ALL, OWN, TECHNICAL = "all", "own", "technical"


@dataclass(frozen=True)
class Asked:
    """What is looked for: one account's, one object's; ``role``: only of accounts of that role (the own office)."""

    account: str | None = None
    object: str | None = None
    role: str | None = None


@dataclass(frozen=True)
class Section:
    """One part of the page."""

    name: str
    rows: Callable[[Database, Asked], Sequence[Any]]
    reaches: tuple[str, ...] = (ALL,)


def _account_acts(db: Database, asked: Asked) -> list[dict[str, Any]]:
    acts = []
    for line, at in log.desk_lines(db, ("account.added", "account.changed")):
        message = parse_line(line) or {}
        body = message["body"]
        # Whoever gives a role to themselves is what this list is for.
        acts.append({**body, "what": body.get("what", "added"), "actor": message["actor"], "at": at,
                     "own": message["actor"] == body["account"] and body.get("what") == "role"})
    found = [one for one in reversed(acts) if asked.account in (None, one["account"], one["actor"])]
    return sorted(found, key=lambda one: not one["own"])[:200]


SECTIONS: list[Section] = [
    Section("account_acts", _account_acts, (ALL, TECHNICAL)),
    Section("sign_ins", lambda db, asked: sessions.sign_ins(db, asked.account, asked.role)[:100], (ALL, OWN, TECHNICAL)),
    Section("looks", lambda db, asked: access_log.looks(db, asked.account, asked.object, asked.role)[:200], (ALL, OWN)),
]
"""In the order in which the page shows them."""

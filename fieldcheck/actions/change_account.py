"""An act on an account (账号): a role, locking out, ending sessions, taking the second factor away. Each is on the log.

The log names the account by its id and who did it, never a name or a secret. A role that somebody gives to themselves is
an act like any other, and the auditor's page shows it as what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ..keys import Keys
from ..problems import Problem
from ..rules.roles import COUNTY_ROLES, ROLES, TEAM_ROLES, TEAMS
from ..store import desk_log, people, second_factors, sessions
from ..store.database import Database, write
from ..times import written

What = Literal["role", "disabled", "enabled", "sessions_ended", "second_factor_reset"]


@dataclass(frozen=True)
class Change:
    """What is done. ``role`` with its ``team`` or ``county`` (internal unit id) only where a role is given."""

    what: What
    role: str | None = None
    team: str | None = None
    county: str | None = None


def change_account(db: Database, keys: Keys, account: str, change: Change, actor: str, now: datetime) -> people.Account:
    """Do it, end the account's sessions where they stood on what changed, and put account.changed on the log.

    :raises Problem: ``account_unknown``, ``account_malformed``, ``account_team``, ``account_team_fixed``; nothing changed.
    """
    with write(db):
        person = people.account(db, account)
        if person is None:
            raise Problem("account_unknown", name=account)
        body = {"account": account, "what": change.what}
        if change.what == "role":
            _check_role(change, person)
            people.set_role(db, account, change.role or "", change.team, change.county)
            body |= {"role": change.role or "", "team": change.team, "county": change.county}
        elif change.what in ("disabled", "enabled"):
            people.set_disabled(db, account, change.what == "disabled")
        else:
            if change.what == "second_factor_reset":
                second_factors.forget(db, account)
            sessions.end_all(db, account)
        desk_log.append(db, keys, "account.changed", body, actor=actor, at=written(now))
    return people.account(db, account) or person


def _check_role(change: Change, person: people.Account) -> None:
    if change.role not in ROLES:
        raise Problem("account_malformed")
    # What somebody recorded or confirmed counts by the team they belong to: that never changes afterwards.
    if change.team != person.team:
        raise Problem("account_team_fixed")
    if (change.team in TEAMS) != (change.role in TEAM_ROLES) or (change.team is not None and change.team not in TEAMS):
        raise Problem("account_team")
    if change.county is not None and change.role not in COUNTY_ROLES:
        raise Problem("account_team")

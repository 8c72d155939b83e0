"""What the office keeps for the draws of a round: who needs to know the plan, stationing targets, recusals."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Mapping, Sequence

from ..chance import SYSTEM, Dice
from ..keys import Keys
from ..problems import Problem
from ..rules.roles import TEAM_ROLES
from ..store import desk_log, people, plan_views, recusals, registers, rounds
from ..store.database import Database, write
from ..times import written


def list_readers(db: Database, keys: Keys, accounts: Sequence[str], actor: str, now: datetime) -> None:
    """Put plan.readers_listed on the log (知悉范围): supervisors alone. Who adds themselves is asked for instead
    (plan.readers_asked), and the list waits for somebody else.

    :raises Problem: ``no_round``, ``account_unknown``.
    """
    with write(db):
        opened = _round(db)
        _offices(db, accounts)
        adds_self = actor in accounts and actor not in plan_views.readers(db, opened["round"])
        desk_log.append(db, keys, "plan.readers_asked" if adds_self else "plan.readers_listed",
                        {"round": opened["round"], "accounts": sorted(set(accounts)), "by": actor}, actor=actor, at=written(now))


def settle_readers(db: Database, keys: Keys, confirmed: bool, actor: str, now: datetime) -> None:
    """Put plan.readers_listed on the log as it was asked for, or plan.readers_refused.

    :raises Problem: ``no_round``, ``redraw_settled`` (nothing waits), ``second_person``, ``account_unknown``.
    """
    with write(db):
        opened = _round(db)
        asked = plan_views.readers_asked(db, opened["round"])
        if asked is None:
            raise Problem("redraw_settled")
        if asked["asked_by"] == actor:
            raise Problem("second_person")
        body: dict[str, Any] = {"round": opened["round"], "by": actor}
        if confirmed:
            _offices(db, asked["accounts"])
            body |= {"accounts": asked["accounts"], "asked_by": asked["asked_by"]}
        desk_log.append(db, keys, "plan.readers_listed" if confirmed else "plan.readers_refused", body, actor=actor, at=written(now))


def _offices(db: Database, accounts: Sequence[str]) -> None:
    if not set(accounts) <= {one.id for one in people.accounts(db) if one.role == "supervisor" and not one.disabled}:
        raise Problem("account_unknown")


def list_stationed(db: Database, keys: Keys, codes: Sequence[str], actor: str, now: datetime) -> None:
    """Put stationing.listed on the log (驻点对象). :raises Problem: ``no_round``, ``unit_unknown``."""
    with write(db):
        opened = _round(db)
        known = {one["code"]: one["unit"] for one in registers.townships(db, opened["register"])}
        if not set(codes) <= set(known):
            raise Problem("unit_unknown")
        desk_log.append(db, keys, "stationing.listed", {"round": opened["round"], "units": sorted(known[code] for code in set(codes))},
                        actor=actor, at=written(now))


def keep_recusals(db: Database, keys: Keys, account: str, given: Sequence[Mapping[str, str]], now: datetime, dice: Dice = SYSTEM) -> None:
    """Keep where an inspector must not go (回避), sealed and off the log; each ``{code, why}``, in place of the earlier ones.

    :raises Problem: ``no_round``, ``account_unknown``, ``unit_unknown``, ``reason_missing``.
    """
    with write(db):
        opened = _round(db)
        whom = people.account(db, account)
        if whom is None or whom.role not in TEAM_ROLES:
            raise Problem("account_unknown")
        if not {one["code"] for one in given} <= registers.codes(db, opened["register"]):
            raise Problem("unit_unknown")
        if any(one["why"] not in recusals.WHY for one in given):
            raise Problem("reason_missing")
        recusals.keep(db, keys.draw, account, given, dice(recusals.NONCE_BYTES), written(now))


def _round(db: Database) -> dict:
    opened = rounds.round_of(db)
    if opened is None:
        raise Problem("no_round")
    return opened

"""Open a round (轮次): freeze register, checklist, thresholds and the scope (应覆盖), and promise its draws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Mapping, Sequence

from ..chance import SYSTEM, Dice, new_id
from ..keys import Keys
from ..problems import Problem
from ..rules.draw_commitment import commitment, round_secret
from ..rules.scope import Exclusion, UnknownExclusion, scope
from ..rules.settings import malformed, thresholds
from ..store import desk_log, registers, rounds
from ..store.database import Database, write
from ..times import moment, written


@dataclass(frozen=True)
class Plan:
    """What a round freezes. ``params``: thresholds that differ from the defaults; ``exclusions``: by name, reason and signer;
    ``draft``: the id of the draft that becomes active, if it was one.
    """

    name: str
    starts: datetime
    lasts: timedelta
    checklist: str
    params: Mapping[str, Any]
    exclusions: Sequence[Exclusion]
    draft: str | None = None


def plan_of_draft(draft: Mapping[str, Any]) -> Plan:
    """The plan that a draft (``store/round_states.py``) holds; opening it keeps the draft's id."""
    starts = moment(draft["starts"])
    return Plan(draft["name"], starts, moment(draft["ends"]) - starts, draft["checklist"], draft["params"],
                [Exclusion(**exclusion) for exclusion in draft["exclusions"]], draft["round"])


def open_round(db: Database, keys: Keys, plan: Plan, actor: str, now: datetime, *, demo: bool = False,
               dice: Dice = SYSTEM) -> str:
    """Put round.opened on the log; returns the round's id. The scope is computed from the current register.

    ``demo``: the database is a demonstration; only there may evidence of demonstrations (``source=demo``) count.

    :raises Problem: ``no_register`` where none was imported, ``exclusion_unknown`` with ``code``, ``demo_evidence``,
        ``round_setting`` with ``name``, ``round_not_draft`` where the draft was opened before.
    """
    wrong = malformed(plan.params)
    if wrong is not None:
        raise Problem("round_setting", name=wrong)
    if "demo" in thresholds(plan.params)["fix_sources"] and not demo:
        raise Problem("demo_evidence")
    with write(db):
        register = registers.current_register(db)
        if register is None:
            raise Problem("no_register")
        try:
            found = scope(register, plan.exclusions)
        except UnknownExclusion as unknown:
            raise Problem("exclusion_unknown", code=str(unknown)) from None
        round_id = plan.draft or new_id(dice)
        if plan.draft and rounds.round_of(db, plan.draft) is not None:
            raise Problem("round_not_draft")
        desk_log.append(db, keys, "round.opened", {
            "round": round_id, "name": plan.name, "register": register.hash, "starts": written(plan.starts),
            "ends": written(plan.starts + plan.lasts), "checklist": plan.checklist, "params": thresholds(plan.params),
            "scope": found.document(), "draw_commitment": commitment(round_secret(keys.draw, round_id), round_id)}, actor=actor, at=written(now))
    return round_id

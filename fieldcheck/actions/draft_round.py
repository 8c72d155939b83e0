"""Prepare a round (轮次草案): nothing is frozen yet, and it may be written again until it is opened or given up."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..chance import SYSTEM, Dice, new_id
from ..keys import Keys
from ..problems import Problem
from ..store import desk_log, round_states
from ..store.database import Database, write
from ..store.planned_rounds import Plan, frozen_of
from ..times import written

NAME_MOST = 80


def draft_round(db: Database, keys: Keys, plan: Plan, actor: str, now: datetime, dice: Dice = SYSTEM) -> str:
    """Put round.drafted on the log; returns the id that the round will have.

    :raises Problem: ``round_unnamed``, ``round_setting`` with ``name``, ``round_not_draft`` (no such draft), ``no_register``, ``exclusion_unknown`` and ``waiver_wrong`` with ``code``.
    """
    if not 0 < len(plan.name.strip()) <= NAME_MOST or plan.lasts < timedelta(days=1):
        raise Problem("round_unnamed")
    with write(db):
        if plan.draft is not None and round_states.draft(db, plan.draft) is None:
            raise Problem("round_not_draft")
        frozen_of(db, plan)
        round_id = plan.draft or new_id(dice)
        desk_log.append(db, keys, "round.drafted", {
            "round": round_id, "name": plan.name.strip(), "starts": written(plan.starts), "ends": written(plan.starts + plan.lasts),
            "checklist": plan.checklist, "params": dict(plan.params),
            "exclusions": [vars(exclusion) for exclusion in plan.exclusions],
            **({"waivers": [vars(waiver) for waiver in plan.waivers]} if plan.waivers else {})}, actor=actor, at=written(now))
    return round_id

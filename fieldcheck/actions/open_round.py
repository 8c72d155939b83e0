"""Open a round (轮次): freeze register, checklist, thresholds and the scope (应覆盖), and promise its draws."""

from __future__ import annotations

from datetime import datetime

from ..chance import SYSTEM, Dice, new_id
from ..keys import Keys
from ..problems import Problem
from ..rules.certificate_shape import one_line
from ..rules.draw_commitment import commitment, round_secret
from ..rules.settings import thresholds
from ..store import desk_log, rounds
from ..store.database import Database, write
from ..store.planned_rounds import Plan, frozen_of
from ..times import written


def open_round(db: Database, keys: Keys, plan: Plan, actor: str, now: datetime, *, demo: bool = False,
               dice: Dice = SYSTEM) -> str:
    """Put round.opened on the log; returns the round's id. The scope is computed from the current register.

    ``demo``: the database is a demonstration; only there may evidence of demonstrations (``source=demo``) count.

    :raises Problem: ``no_register`` where none was imported, ``exclusion_unknown`` and ``waiver_wrong`` with ``code``, ``demo_evidence``,
        ``round_setting`` with ``name``, ``round_not_draft`` where the draft was opened before, ``round_unnamed``.
    """
    if not one_line(plan.name).strip():
        raise Problem("round_unnamed")
    with write(db):
        register, found, waivers = frozen_of(db, plan)
        if "demo" in thresholds(plan.params)["fix_sources"] and not demo:
            raise Problem("demo_evidence")
        round_id = plan.draft or new_id(dice)
        if plan.draft and rounds.round_of(db, plan.draft) is not None:
            raise Problem("round_not_draft")
        desk_log.append(db, keys, "round.opened", {
            "round": round_id, "name": plan.name, "register": register.hash, "starts": written(plan.starts),
            "ends": written(plan.starts + plan.lasts), "checklist": plan.checklist, "params": thresholds(plan.params),
            "scope": found.document(), **({"waivers": waivers} if waivers else {}), "draw_commitment": commitment(round_secret(keys.draw, round_id), round_id)}, actor=actor, at=written(now))
    return round_id

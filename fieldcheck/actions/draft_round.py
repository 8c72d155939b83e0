"""Prepare a round (轮次草案): nothing is frozen yet, and it may be written again until it is opened or given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Mapping, Sequence

from ..chance import SYSTEM, Dice, new_id
from ..keys import Keys
from ..problems import Problem
from ..rules.scope import Exclusion, UnknownExclusion, scope
from ..rules.settings import malformed
from ..store import desk_log, registers, round_states, rounds
from ..store.database import Database, write
from ..times import written

NAME_MOST = 80


@dataclass(frozen=True)
class Draft:
    """What the round is going to freeze; ``round``: the id of a draft that this one takes the place of."""

    name: str
    starts: datetime
    lasts: timedelta
    checklist: str
    params: Mapping[str, Any]
    exclusions: Sequence[Exclusion]
    round: str | None = None


def draft_round(db: Database, keys: Keys, draft: Draft, actor: str, now: datetime, dice: Dice = SYSTEM) -> str:
    """Put round.drafted on the log; returns the id that the round will have.

    :raises Problem: ``round_unnamed``, ``round_setting`` with ``name``, ``round_not_draft`` (no such draft), ``no_register``, ``exclusion_unknown`` with ``code``.
    """
    if not 0 < len(draft.name.strip()) <= NAME_MOST or draft.lasts < timedelta(days=1):
        raise Problem("round_unnamed")
    wrong = malformed(draft.params)
    if wrong is not None:
        raise Problem("round_setting", name=wrong)
    with write(db):
        if draft.round is not None and round_states.draft(db, draft.round) is None:
            raise Problem("round_not_draft")
        register = registers.current_register(db)
        if register is None:
            raise Problem("no_register")
        try:
            scope(register, draft.exclusions)
        except UnknownExclusion as unknown:
            raise Problem("exclusion_unknown", code=str(unknown)) from None
        round_id = draft.round or new_id(dice)
        desk_log.append(db, keys, "round.drafted", {
            "round": round_id, "name": draft.name.strip(), "starts": written(draft.starts), "ends": written(draft.starts + draft.lasts),
            "checklist": draft.checklist, "params": dict(draft.params),
            "exclusions": [vars(exclusion) for exclusion in draft.exclusions]}, actor=actor, at=written(now))
    return round_id

"""What a round (轮次) is going to freeze, and whether it can: one answer for a draft and for the round that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Mapping, Sequence

from ..problems import Problem
from ..rules.register import Register
from ..rules.scope import Exclusion, Scope, UnknownExclusion, scope
from ..rules.settings import malformed, thresholds
from ..rules.waiver import Waiver, WrongWaiver, frozen
from ..times import moment
from . import registers
from .database import Database


@dataclass(frozen=True)
class Plan:
    """``params``: thresholds that differ from the defaults; ``exclusions``: by name, reason and signer; ``draft``: the id of
    the draft that this takes the place of, or that becomes active; ``waivers``: villages with fewer listed households.
    """

    name: str
    starts: datetime
    lasts: timedelta
    checklist: str
    params: Mapping[str, Any]
    exclusions: Sequence[Exclusion]
    draft: str | None = None
    waivers: Sequence[Waiver] = ()


def plan_of_draft(draft: Mapping[str, Any]) -> Plan:
    """The plan that a draft (``store/round_states.py``) holds; opening it keeps the draft's id."""
    starts = moment(draft["starts"])
    return Plan(draft["name"], starts, moment(draft["ends"]) - starts, draft["checklist"], draft["params"],
                [Exclusion(**exclusion) for exclusion in draft["exclusions"]], draft["round"],
                [Waiver(**waiver) for waiver in draft.get("waivers", ())])


def frozen_of(db: Database, plan: Plan) -> tuple[Register, Scope, list[dict[str, Any]]]:
    """The register of now, the townships (应覆盖) that the plan takes from it, and its waivers as ``round.opened`` carries them.

    :raises Problem: ``round_setting`` with ``name``, ``no_register``, ``exclusion_unknown`` and ``waiver_wrong`` with ``code``.
    """
    wrong = malformed(plan.params)
    if wrong is not None:
        raise Problem("round_setting", name=wrong)
    register = registers.current_register(db)
    if register is None:
        raise Problem("no_register")
    try:
        return register, scope(register, plan.exclusions), frozen(register, plan.waivers, thresholds(plan.params))
    except UnknownExclusion as unknown:
        raise Problem("exclusion_unknown", code=str(unknown)) from None
    except WrongWaiver as unfit:
        raise Problem("waiver_wrong", code=unfit.village) from None

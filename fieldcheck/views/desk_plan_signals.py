"""Leak signals (泄密迹象), looks at the plan and redraws per person: the auditor's page, nobody else's."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from ..problems import Problem
from ..store import leak_signals, people, rounds
from . import current
from .access import permits

bp = Blueprint("desk_plan_signals", __name__)


@bp.get("/desk/plan/signals")
@permits("plan_views")
def page() -> str:
    """What an auditor looks at; nothing of it rejects a visit."""
    db = current.database()
    opened = rounds.round_of(db)
    if opened is None:
        raise Problem("no_round")
    found: dict[str, Any] = leak_signals.of_round(db, opened["round"])
    names = {account.id: account.display_name for account in people.accounts(db)}
    comma = current.text("list_comma")
    for one in found["readers"]:
        one["who"] = comma.join(names.get(account, account) for account in one["accounts"])
    return render_template("desk/plan/signals.html", round=opened, names=names, **found,
                           marked=[one for one in found["visits"] if one["signals"]])

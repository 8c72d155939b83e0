"""Accounts (账号): who has one, how it is protected, and what the administrator may do to it. No content of the inspection.

Whatever is done here stands on the log with who did it, and on the auditor's page.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..actions.change_account import Change, change_account
from ..problems import Problem
from ..rules.roles import COUNTY_ROLES, ROLES, TEAM_ROLES, TEAMS
from ..rules.second_factor import NEEDED_BY
from ..store import people, registers, rounds, second_factors, sessions
from ..times import written
from . import current
from .access import permits
from .confirming import confirms

bp = Blueprint("desk_accounts", __name__)

ACTS = ("role", "disabled", "enabled", "sessions_ended", "second_factor_reset")


@bp.get("/desk/accounts")
@permits("accounts")
def page() -> str:
    """Every account, its second factor, its last sign-in and how many of its sessions run."""
    db = current.database()
    return render_template(
        "desk/accounts/list.html", accounts=people.accounts(db), roles=ROLES, teams=TEAMS, needed_by=NEEDED_BY,
        protected=second_factors.confirmed(db), last=sessions.last_sign_ins(db),
        running=sessions.running(db, written(current.now())), counties=_counties())


@bp.post("/desk/accounts/<account>")
@permits("accounts", "change")
@confirms
def change(account: str) -> Response:
    """One act on one account."""
    form = request.form
    act = form.get("act", "")
    if act not in ACTS:
        raise Problem("bad_request")
    role = form.get("role", "") if act == "role" else None
    wanted = Change(act, role, (form.get("team") or None) if role in TEAM_ROLES else None,
                    (form.get("county") or None) if role in COUNTY_ROLES else None)
    change_account(current.database(), current.keys(), account, wanted, current_user.id, current.now())
    return redirect(url_for("desk_accounts.page", _anchor=f"account-{account}"))


def _counties() -> dict[str, str]:
    """Internal id → name of every county of the round's register."""
    db = current.database()
    opened = rounds.round_of(db)
    return {one["unit"]: one["name"] for one in registers.counties(db, opened["register"])} if opened else {}

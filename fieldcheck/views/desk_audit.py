"""The auditor's page (审计): who was let in, who looked at what, what was done to accounts. Nothing here can be changed."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_login import current_user

from ..rules.roles import reach
from ..store import people
from . import current
from .access import permits
from .audit_sections import OWN, SECTIONS, Asked

bp = Blueprint("desk_audit", __name__)


@bp.get("/desk/audit")
@permits("audit_log", within=("all", "own", "technical"))
def page() -> str:
    """The sections that the asker's reach opens; the command office sees its own people's only."""
    db, may_reach = current.database(), reach(current_user.role, "audit_log")
    accounts = {account.id: account for account in people.accounts(db)}
    account, object = request.args.get("account") or None, (request.args.get("object") or "").strip()[:200] or None
    asked = Asked(account, object, current_user.role if may_reach == OWN else None)
    shown = [(section.name, section.rows(db, asked)) for section in SECTIONS if may_reach in section.reaches]
    return render_template("desk/audit/page.html", sections=shown, accounts=accounts, asked=asked, may_reach=may_reach)

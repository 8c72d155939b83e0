"""Rescue files (救援文件): what a phone could not send comes to the desk by hand, and in by the same intake."""

from __future__ import annotations

from flask import Blueprint, render_template

from ..rescue import FILE_MAX_BYTES, Import
from ..store import devices, people
from . import current
from .access import check_token, permits, reads_form_itself
from .bodies import read_file_form

bp = Blueprint("desk_rescue", __name__)


@bp.get("/desk/devices/rescue")
@permits("devices", "change")
def page() -> str:
    """What such a file is, and the form that takes one."""
    return render_template("desk/devices/rescue.html", limit=FILE_MAX_BYTES, done=None)


@bp.post("/desk/devices/rescue")
@permits("devices", "change")
@reads_form_itself
def take() -> str:
    """Take a file in while it arrives, and say what became of each part of it. The same file again changes nothing."""
    fields, read = read_file_form(FILE_MAX_BYTES)
    check_token(fields.get("csrf_token", ""))
    db = current.database()
    done = Import(db, current.config(), current.keys(), current.now()).take(read)
    phone = devices.device(db, done.device)
    owner = people.account(db, phone["inspector"]) if phone else None
    return render_template("desk/devices/rescue.html", limit=FILE_MAX_BYTES, done=done, phone=phone, owner=owner)

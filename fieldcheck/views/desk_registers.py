"""Registers (区划名册) at the desk: those that are held, and a new edition whose difference is looked at before it is taken in."""

from __future__ import annotations

import hashlib
from typing import Any, Mapping, NamedTuple

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from ..actions.import_register import import_register, outcome
from ..problems import Problem
from ..rules.evidence import beijing_day
from ..rules.link_file import LinkFileFault, links_csv, proposal_row, read_links
from ..rules.register import Register, canonical
from ..rules.register_difference import Proposal, difference
from ..rules.register_faults import FAULTS, Fault
from ..rules.register_reader import REGISTER_FILES, read_register
from ..rules.scope import scope
from ..rules.unit_links import Link, in_ids, linked
from ..store import looked_at, registers, round_editions, rounds
from . import current
from .access import check_token, may, permits, reads_form_itself
from .bodies import read_files
from .confirming import confirms

bp = Blueprint("desk_registers", __name__)

UPLOAD_MAX_BYTES = 64 * 1024 * 1024
#: D1 to D8 of the rules (`docs/inspection-rules.md` §5.5), in that order.
ROWS_OF_RULES = ("recode", "rename", "type_change", "merge", "split", "move_village", "abolish", "create")


class Looked(NamedTuple):
    """An edition beside the current register: ``rows`` are its changes, ``seen`` is what a form says that it showed."""

    about: looked_at.LookedAt
    register: Register
    before: Register | None
    rows: list[dict[str, Any]]

    @property
    def seen(self) -> str:
        """A hash of the current register, the edition and its changes."""
        return hashlib.sha256(canonical([self.before.hash if self.before else "", self.about.hash, self.rows])).hexdigest()

    def links(self, days: Mapping[int, str]) -> list[Link]:
        """The changes of these rows, each with its day."""
        return [Link(row["kind"], day, *(tuple(row[name]) for name in ("from", "to", "villages")))
                for number, day in days.items() for row in [self.rows[number]]]


@bp.get("/desk/registers")
@permits("units")
def page() -> str:
    """The registers that are held, the editions that are looked at, and where another one is handed in."""
    return _page([], 200)[0]


@bp.post("/desk/registers")
@permits("units", "change")
@reads_form_itself
def look() -> AnyResponse | tuple[str, int]:
    """Read an edition, keep it for a day and show its difference; nothing of the inspection changes."""
    db, files = current.database(), read_files(UPLOAD_MAX_BYTES, "files")
    check_token(request.form.get("csrf_token", ""))
    reading = read_register({name: files[name] for name in REGISTER_FILES if name in files}, request.form.get("edition", "").strip(),
                            request.form.get("datum") or None, "allow_overlaps" in request.form)
    if reading.register is None:
        return _page([_said(fault.document()) for fault in reading.faults], 422)
    if reading.register.hash in registers.hashes(db):
        raise Problem("edition_held", edition=reading.register.edition)
    day = request.form.get("day", "")[:10]
    looked_at.keep(current.config().data, reading.register, day, _handed_in(day), [fault.document() for fault in reading.faults],
                   current.now())
    return redirect(url_for("desk_registers.show", register=reading.register.hash))


def _handed_in(day: str) -> list[dict[str, Any]] | None:
    files = read_files(UPLOAD_MAX_BYTES, "links")
    try:
        return [proposal_row(Proposal(link, True, "file")) for content in files.values() for link in read_links(content, day)] if files else None
    except LinkFileFault as fault:
        raise Problem("link_malformed", n=fault.row, code=next(iter(files))) from None


def _page(faults: list[dict[str, Any]], status: int) -> tuple[str, int]:
    db, now = current.database(), current.now()
    held = [registers.about(db, one) for one in reversed(registers.hashes(db))]
    on = {one["hash"]: [opened["name"] for opened in rounds.rounds(db) if opened["register"] == one["hash"]] for one in held if one}
    in_scope = scope(registers.register_of(db, held[0]["hash"])) if held and held[0] else None
    return render_template(
        "desk/registers/page.html", held=held, rounds_on=on, in_scope=in_scope, faults=faults, form=request.form,
        looked=list(looked_at.every(current.config().data, now)), today=beijing_day(now), limit=UPLOAD_MAX_BYTES,
        files=REGISTER_FILES), status


@bp.get("/desk/registers/<register>")
@permits("units")
def show(register: str) -> str:
    """What an edition would change: by kind of change, for which rounds, and what stands in its way."""
    looked = _looked(register)
    taken = {number: row["date"] for number, row in enumerate(looked.rows) if row["sure"]}
    links, wrong, found = looked.links(taken), None, None
    try:
        found = outcome(current.database(), looked.register, links, current.now())
    except Problem as problem:
        wrong = problem
    named = {side: {unit.code: unit.name for unit in register.units} if register else {}
             for side, register in (("from", looked.before), ("to", looked.register))}
    groups = [(kind, [(number, row) for number, row in enumerate(looked.rows) if row["kind"] == kind]) for kind in ROWS_OF_RULES]
    return render_template(
        "desk/registers/difference.html", looked=looked, groups=[one for one in groups if one[1]], named=named, taken=taken,
        wrong=wrong, found=found, touched=_touched(looked, links, found.rounds) if found else [],
        faults=[_said(fault) for fault in looked.about.faults], villages=_villages(looked), today=beijing_day(current.now()))


@bp.get("/desk/registers/<register>/links.csv")
@permits("units")
def as_file(register: str) -> Response:
    """The changes as a file that somebody corrects and hands in beside the edition."""
    return Response(links_csv(_looked(register).rows), mimetype="text/csv",
                    headers={"Content-Disposition": "attachment; filename=changes.csv"})


@bp.post("/desk/registers/<register>/import")
@permits("units", "change")
@confirms
def take(register: str) -> AnyResponse:
    """Take the edition in with the changes that were ticked, as they were shown."""
    looked = _looked(register)
    if request.form.get("seen") != looked.seen:
        raise Problem("edition_stale")
    ticked = [int(number) for number in request.form.getlist("take") if number.isdecimal() and int(number) < len(looked.rows)]
    links = looked.links({number: request.form.get(f"day-{number}", "")[:10] for number in sorted(set(ticked))})
    new = import_register(current.database(), current.config().data, current.keys(), looked.register, current_user.id, current.now(),
                          links, expected=looked.before.hash if looked.before else "")
    looked_at.forget(current.config().data, register)
    if not new:
        raise Problem("edition_held", edition=looked.about.edition)
    return redirect(url_for("desk_registers.page"))


def _looked(register: str) -> Looked:
    kept = looked_at.held(current.config().data, register, current.now())
    if kept is None:
        raise Problem("edition_not_kept")
    about, edition = kept
    before = registers.current_register(current.database())
    proposed = [proposal_row(one, about.day) for one in difference(before, edition)] if before and about.links is None else []
    return Looked(about, edition, before, proposed if about.links is None else about.links)


def _touched(looked: Looked, links: list[Link], changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each open round on which these changes bear, with numbers; of visits only for whoever may see visits."""
    if looked.before is None or not links:
        return []
    db, carried = current.database(), linked(looked.before, looked.register, registers.known_ids(current.database()), links)
    told, names = in_ids(looked.before, carried, links), {unit.unit: unit for held in (looked.before, carried) for unit in held.units}
    found = []
    for one in changes:
        in_scope, visits = round_editions.touched(db, one["round"], told)
        found.append({"round": rounds.round_of(db, one["round"]), "in_scope": in_scope, "visits": visits if may("visit") else None,
                      "included": [names[unit] for unit in one["included"] if unit in names],
                      "excluded": [(names[out["unit"]], out["reason"]) for out in one["excluded"] if out["unit"] in names]})
    return found


def _villages(looked: Looked) -> tuple[int, int]:
    before, after = ({unit.code for unit in held.of_level("village")} if held else set() for held in (looked.before, looked.register))
    return len(after - before), len(before - after)


def _said(fault: dict[str, Any]) -> dict[str, Any]:
    told = Fault(fault["file"], fault["row"], fault["code"], fault["values"])
    return {"where": f"{told.file}:{told.row}" if told.row else told.file, "severity": FAULTS[told.code],
            "says": current.text(told.key, **told.values)}

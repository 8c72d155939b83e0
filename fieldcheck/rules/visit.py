"""A visit (走访) as the fold of everything that phones and the desk recorded about it, in whatever order it arrived.

Source: ``docs/inspection-rules.md`` §4.5, §4.13; ``docs/protocol.md`` §6.5. Within one chain the writer's order holds;
between phones the order of the first clocks, then of the chains' names, so that any order of arrival gives the same
visit. Phones and desk are put in order by hashes alone, never by clocks: see ``visit_state.py``.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any, Callable, Container, Iterable, Mapping, NamedTuple, Sequence

from sync.fork import device_of
from sync.message import DESK, line_hash, parse_line

from .closing import left_outside
from .datum import in_wgs84
from .faults import body_holds, parse_time
from .household_draw import DRAWS_MOST, draw_holds
from .visit_state import DESK_FOLDS, STATES, settle

__all__ = ["CLAIM", "STATES", "Line", "Said", "arrived_by", "counted_households", "empty_visit", "fold_visit", "is_covert", "of_one_team",
           "rounds_named"]


class Line(NamedTuple):
    """One line that names the visit, as the log holds it."""

    chain: str
    seq: int
    line: str
    received_at: str


class Said(NamedTuple):
    """A line whose body is of its kind's shape: who said it, when by their clock, when it arrived, what."""

    device: str
    seq: int
    at: str
    kind: str
    body: dict[str, Any]
    received_at: str
    hash: str
    actor: str | None


def of_one_team(lines: Sequence[Line], teams: Mapping[str, str | None]) -> tuple[list[Line], str | None]:
    """The lines of the team whose phone the log heard of this visit first, and that team (专班).

    A visit belongs to one team: whoever learns its id later neither adds to it nor writes over it. ``lines`` are in the
    order of the log, ``teams`` say by the device's id which team the log enrolled it for. What the office said of the
    visit belongs to it whoever walked it.
    """
    first = next((line for line in lines if line.chain != DESK), None)
    team = teams.get(device_of(first.chain)) if first else None
    return [line for line in lines if line.chain == DESK or teams.get(device_of(line.chain)) == team], team


def fold_visit(visit: str, lines: Iterable[Line]) -> dict[str, Any]:
    """The visit as one JSON-ready document; what is malformed or of an unknown kind leaves no trace but a count.

    ``answers`` keep every device's word on a question; households and photos are lists in the order of the visit.
    """
    doc = empty_visit(visit)
    lines = list(lines)
    # The desk's word first: what a phone reopens is a return that the desk made.
    _fold(doc, _in_order(line for line in lines if line.chain == DESK), _fold_desk)
    chains = _in_order(line for line in lines if line.chain != DESK)
    returns = {one["line"] for one in doc["decisions"] if one["kind"] == "returned"}
    outside = left_outside([[said for said in chain if said is not None] for chain in chains], returns)
    _fold(doc, chains, lambda doc, said: _fold_phone(doc, said, outside))
    _stand_in(doc)
    settle(doc)
    doc["households"] = sorted(doc["households"].values(), key=lambda h: (h["number"], h["household"]))
    for name in ("photos", "notes", "proposals"):
        doc[name] = list(doc[name].values())
    return doc


def rounds_named(lines: Iterable[Line]) -> set[str]:
    """Every round that any line of a visit says it was made for; more than one where phones differ."""
    told = (parse_line(line.line) or {} for line in lines if line.chain != DESK)
    bodies = (message.get("body") for message in told if message.get("kind") in ("visit.opened", "visit.joined"))
    return {body["round"] for body in bodies if isinstance(body, dict) and isinstance(body.get("round"), str)}


def arrived_by(lines: Sequence[Line], decision: str) -> list[Line]:
    """The lines that the log held when the office took a decision, and all that the office itself said since.

    ``lines`` are in the order of the log; ``decision``: the hash of its line.
    """
    at = next(place for place, line in enumerate(lines) if line.chain == DESK and line_hash(line.line) == decision)
    return [*lines[:at], *(line for line in lines[at:] if line.chain == DESK)]


def empty_visit(visit: str) -> dict[str, Any]:
    """A visit about which nothing is known yet."""
    return {
        "visit": visit, "round": None, "assignment": None, "unit": None, "village": None, "team": None, "type": None,
        "checklist": None, "state": "draft", "opened_at": None, "disclosed_at": None, "cadre_arrived_at": None,
        "sealed_at": None, "submitted_at": None, "abandoned_at": None, "devices": [], "companions": [],
        "declarations": None, "declarations_sealed": None, "fixes": [], "households": {}, "answers": {}, "photos": {},
        "notes": {}, "proposals": {}, "no_photo": [], "sealed_photos": [], "heads": [], "seals": [], "abandoned_for": [], "ended_by": {}, "reopened_by": {},
        "moments": {"identity.disclosed": [], "cadre.arrived": []}, "decisions": [], "compromised": None,
        "draws": [], "village_draws": [], "doubts": [], "doubts_cleared": [], "members": [], "chosen": {}, "recused": [], "after_seal": 0, "skipped": 0, "unweighed": False,
        "foreign": 0,
    }


def is_covert(doc: dict[str, Any], household: dict[str, Any]) -> bool:
    """Whether a household was complete before the team disclosed itself (亮明身份), within the visit proper."""
    return not household["reopened"] and not _after(doc, household, "identity.disclosed")


def counted_households(doc: dict[str, Any]) -> list[dict[str, Any]]:
    """Complete households of the covert phase; after a cadre arrived (干部到场) only those interviewed alone."""
    return [h for h in doc["households"] if h["outcome"] == "complete" and is_covert(doc, h)
            and (h.get("alone", True) or not _after(doc, h, "cadre.arrived"))]


def _after(doc: dict[str, Any], household: dict[str, Any], moment: str) -> bool:
    # On one phone the chain says what came first, between phones only the clocks can.
    return any(household["seq"] > one["seq"] if household["device"] == one["device"] else household["at"] > one["at"]
               for one in doc["moments"][moment])


def _fold_desk(doc: dict[str, Any], said: Said) -> None:
    if said.body["visit"] == doc["visit"]:
        DESK_FOLDS[said.kind](doc, said)


def _fold_phone(doc: dict[str, Any], said: Said, outside: Container[str]) -> None:
    if said.device not in doc["devices"]:
        doc["devices"].append(said.device)
    ended = said.device in doc["ended_by"] and said.kind not in AFTER_SEAL
    if ended or said.hash in outside:
        doc["after_seal"] += 1
        return
    PHONE_FOLDS[said.kind](doc, said)


def _opened(doc: dict[str, Any], said: Said) -> None:
    _member(doc, said, "opened")
    if doc["opened_at"] is None:
        doc.update({name: said.body[name] for name in (*OF_THE_VISIT, "declarations")}, opened_at=said.at)


def _joined(doc: dict[str, Any], said: Said) -> None:
    _member(doc, said, "joined", **{name: said.body[name] for name in OF_THE_VISIT})


def _member(doc: dict[str, Any], said: Said, how: str, **more: Any) -> None:
    if all(one["device"] != said.device for one in doc["members"]):
        doc["members"].append({"device": said.device, "at": said.at, "seq": said.seq, "how": how, **more})


def _stand_in(doc: dict[str, Any]) -> None:
    # A team-mate's part may arrive before the opener's, or alone: then its own word says which visit this is.
    joined = [one for one in doc["members"] if one["how"] == "joined"]
    if doc["opened_at"] is None and joined:
        doc.update({name: joined[0][name] for name in OF_THE_VISIT}, opened_at=joined[0]["at"])
    doc["members"] = [{name: one[name] for name in ("device", "at", "seq", "how")} for one in doc["members"]]


def _fix(doc: dict[str, Any], said: Said) -> None:
    doc["fixes"].append({**in_wgs84(said.body), **_by(doc, said)})


def _household(doc: dict[str, Any], said: Said) -> None:
    known = doc["households"].get(said.body["household"])
    # What was complete stays complete since then: mending a form does not move the interview.
    since = {name: known[name] for name in ("at", "seq", "device", "reopened")} \
        if known and known["outcome"] == said.body["outcome"] == "complete" else _by(doc, said)
    doc["households"][said.body["household"]] = {**said.body, **since}


def _drawn(doc: dict[str, Any], said: Said) -> None:
    holds = len(doc["draws"]) < DRAWS_MOST and draw_holds(said.body, doc["visit"], said.device)
    doc["draws"].append({**said.body, "at": said.at, "device": said.device, "holds": holds})


def _village_drawn(doc: dict[str, Any], said: Said) -> None:
    doc["village_draws"].append({**said.body, "at": said.at, "device": said.device})


def _doubted(doc: dict[str, Any], said: Said) -> None:
    doc["doubts"].append({**said.body, "at": said.at, "device": said.device, "line": said.hash,
                          "cleared": said.hash in doc["doubts_cleared"]})


def _answers(doc: dict[str, Any], said: Said) -> None:
    subject = said.body.get("household", "village") if said.body["level"] == "household" else "village"
    for given in said.body["answers"]:
        of_code = doc["answers"].setdefault(subject, {}).setdefault(given["code"], {})
        of_code[said.device] = {**given, "at": said.at, "line": said.hash}


def _photo(doc: dict[str, Any], said: Said) -> None:
    # The key opens the photo: it stays in the log and in the photo's own claim, not in what pages read.
    body = {name: value for name, value in said.body.items() if name != "key"}
    doc["photos"][said.body["photo"]] = {**body, **_by(doc, said)}


def _note(doc: dict[str, Any], said: Said) -> None:
    doc["notes"][said.body["note"]] = {**said.body, "kind": said.kind.partition(".")[0], **_by(doc, said)}
    _decided(doc, said, "confirmed")


def _proposal(doc: dict[str, Any], said: Said) -> None:
    doc["proposals"].setdefault(said.body["proposal"], {**said.body, "state": "open", "dismissed": None, **_by(doc, said)})


def _dismissed(doc: dict[str, Any], said: Said) -> None:
    # What was confirmed stays confirmed, whatever the answer becomes.
    if doc["proposals"].get(said.body["proposal"], {}).get("state") == "open":
        _decided(doc, said, "dismissed", dismissed={**said.body, "at": said.at})


def _decided(doc: dict[str, Any], said: Said, state: str, **more: Any) -> None:
    known = doc["proposals"].get(said.body.get("proposal", ""))
    # A phone speaks about its own proposals alone.
    if known is not None and known["device"] == said.device:
        known.update(state=state, **more)


def _no_photo(doc: dict[str, Any], said: Said) -> None:
    doc["no_photo"].append({**said.body, **_by(doc, said)})


def _companion(doc: dict[str, Any], said: Said) -> None:
    doc["companions"].append({**said.body, "at": said.at, "device": said.device})


def _moment(doc: dict[str, Any], said: Said) -> None:
    # One a phone, its earliest: what is asked of them is only whether a household came after any.
    told = {one["device"]: one for one in doc["moments"][said.kind]}
    first = told.setdefault(said.device, {"device": said.device, "seq": said.seq, "at": said.at})
    first["at"] = min(first["at"], said.at)
    doc["moments"][said.kind] = list(told.values())
    name = {"identity.disclosed": "disclosed_at", "cadre.arrived": "cadre_arrived_at"}[said.kind]
    doc[name] = min(filter(None, (doc[name], said.at)))


def _sealed(doc: dict[str, Any], said: Said) -> None:
    doc["seals"].append({"device": said.device, "seq": said.seq, "at": said.at, "received_at": said.received_at,
                         "declarations": said.body["declarations"], "answers": doc["reopened_by"].get(said.device)})
    doc["sealed_photos"] = sorted({*doc["sealed_photos"], *said.body["photos"]})
    doc["heads"] = said.body["heads"]
    doc["ended_by"][said.device] = said.seq


def _left(doc: dict[str, Any], said: Said) -> None:
    doc["ended_by"][said.device] = said.seq


def _abandoned(doc: dict[str, Any], said: Said) -> None:
    doc["abandoned_at"] = doc["abandoned_at"] or said.at
    doc["abandoned_for"].append(doc["reopened_by"].get(said.device))
    doc["ended_by"][said.device] = said.seq


def _reopened(doc: dict[str, Any], said: Said) -> None:
    if any(one["kind"] == "returned" and one["line"] == said.body["returned"] for one in doc["decisions"]):
        doc["reopened_by"][said.device] = said.body["returned"]
        doc["ended_by"].pop(said.device, None)


def _by(doc: dict[str, Any], said: Said) -> dict[str, Any]:
    return {"at": said.at, "seq": said.seq, "device": said.device, "reopened": said.device in doc["reopened_by"]}


PHONE_FOLDS: dict[str, Callable[[dict[str, Any], Said], None]] = {
    "visit.opened": _opened, "visit.joined": _joined, "visit.left": _left, "fix.taken": _fix,
    "household.recorded": _household, "answers.recorded": _answers,
    "photo.taken": _photo, "photo.absent": _no_photo, "identity.disclosed": _moment, "cadre.arrived": _moment, "visit.sealed": _sealed,
    "visit.abandoned": _abandoned, "visit.reopened": _reopened, "companion.confirmed": _companion,
    "household.drawn": _drawn, "village.drawn": _village_drawn, "visit.doubted": _doubted,
    "finding.noted": _note, "lead.noted": _note, "commendation.noted": _note,
    "proposal.made": _proposal, "proposal.dismissed": _dismissed,
}
#: What a phone may still say once it sealed: that notice was given is often heard of on the way home.
AFTER_SEAL = ("visit.amended", "visit.reopened", "visit.doubted")
OF_THE_VISIT = ("round", "assignment", "unit", "village", "team", "type", "checklist")
CLAIM = (*OF_THE_VISIT, "opened_at")
"""What a visit says it is: of an accepted one, what it said when it was accepted."""


def _fold(doc: dict[str, Any], chains: Iterable[list[Said | None]], fold: Callable[[dict[str, Any], Said], None]) -> None:
    for said in (said for chain in chains for said in chain):
        if said is None:
            doc["skipped"] += 1
        else:
            fold(doc, said)


def _in_order(lines: Iterable[Line]) -> list[list[Said | None]]:
    chains = []
    for chain, own in groupby(sorted(lines, key=lambda line: (line.chain, line.seq)), key=lambda line: line.chain):
        said = [_said(line) for line in own]
        first = next((s.at for s in said if s is not None), "")
        chains.append((first, chain, said))
    return [said for _, _, said in sorted(chains, key=lambda entry: entry[:2])]


def _said(line: Line) -> Said | None:
    message = parse_line(line.line) or {}
    kind, body = message.get("kind"), message.get("body")
    known = DESK_FOLDS if line.chain == DESK else PHONE_FOLDS
    if not isinstance(kind, str) or kind not in known or not body_holds(kind, body):
        return None
    # A time that is none (flagged) would sort anywhere: the moment of arrival is the latest it can have been.
    at = message["at"] if parse_time(message.get("at")) else line.received_at
    return Said(device_of(line.chain), line.seq, at, kind, body, line.received_at, line_hash(line.line),  # type: ignore[arg-type]
                message.get("actor"))

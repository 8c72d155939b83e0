"""A visit (走访) as the fold of everything that phones recorded about it, in whatever order it arrived.

Source: ``docs/inspection-rules.md`` §4.5, §4.13. Within one chain the writer's order holds; between chains the order
of the first clocks, then of the chains' names, so that any order of arrival gives the same visit.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any, Callable, Iterable, Iterator, Mapping, NamedTuple, Sequence

from sync.fork import device_of
from sync.message import parse_line

from .faults import body_holds, parse_time


class Line(NamedTuple):
    """One line that names the visit, as the log holds it."""

    chain: str
    seq: int
    line: str
    received_at: str


class Said(NamedTuple):
    """A line whose body is of its kind's shape: who said it, when by their clock, what."""

    device: str
    seq: int
    at: str
    kind: str
    body: dict[str, Any]


STATES = ("draft", "submitted", "abandoned")
"""``submitted`` once sealed (封存); review (审核) adds its own states."""


def of_one_team(lines: Sequence[Line], teams: Mapping[str, str | None]) -> tuple[list[Line], str | None]:
    """The lines of the team whose phone the log heard of this visit first, and that team (专班).

    A visit belongs to one team: whoever learns its id later neither adds to it nor writes over it. ``lines`` are in the
    order of the log, ``teams`` say by the device's id which team the log enrolled it for.
    """
    team = teams.get(device_of(lines[0].chain)) if lines else None
    return [line for line in lines if teams.get(device_of(line.chain)) == team], team


def fold_visit(visit: str, lines: Iterable[Line]) -> dict[str, Any]:
    """The visit as one JSON-ready document; what is malformed or of an unknown kind leaves no trace but a count.

    ``answers`` keep every device's word on a question; households and photos are lists in the order of the visit.
    """
    doc = empty_visit(visit)
    for said, skipped in _in_order(lines):
        if said is None:
            doc["skipped"] += skipped
            continue
        if said.device not in doc["devices"]:
            doc["devices"].append(said.device)
        if doc["ended_by"].get(said.device) is not None and said.kind not in AFTER_SEAL:
            doc["after_seal"] += 1
            continue
        FOLDS[said.kind](doc, said)
    doc["state"] = "submitted" if doc["sealed_at"] else "abandoned" if doc["abandoned_at"] else "draft"
    doc["households"] = sorted(doc["households"].values(), key=lambda h: (h["number"], h["household"]))
    doc["photos"] = list(doc["photos"].values())
    return doc


def empty_visit(visit: str) -> dict[str, Any]:
    """A visit about which nothing is known yet."""
    return {
        "visit": visit, "round": None, "assignment": None, "unit": None, "village": None, "team": None, "type": None,
        "checklist": None, "state": "draft", "opened_at": None, "disclosed_at": None, "sealed_at": None,
        "abandoned_at": None, "devices": [], "declarations": None, "declarations_sealed": None, "fixes": [],
        "households": {}, "answers": {}, "photos": {}, "sealed_photos": [], "heads": [], "ended_by": {},
        "after_seal": 0, "skipped": 0, "foreign": 0,
    }


def counted_households(doc: dict[str, Any]) -> list[dict[str, Any]]:
    """Complete households of the covert phase: those recorded before the team disclosed itself (亮明身份)."""
    ended = doc["disclosed_at"]
    return [h for h in doc["households"] if h["outcome"] == "complete" and (ended is None or h["at"] <= ended)]


def _opened(doc: dict[str, Any], said: Said) -> None:
    if doc["opened_at"] is None:
        names = ("round", "assignment", "unit", "village", "team", "type", "checklist", "declarations")
        doc.update({name: said.body[name] for name in names}, opened_at=said.at)


def _fix(doc: dict[str, Any], said: Said) -> None:
    doc["fixes"].append({**said.body, "at": said.at, "device": said.device})


def _household(doc: dict[str, Any], said: Said) -> None:
    doc["households"][said.body["household"]] = {**said.body, "at": said.at, "device": said.device}


def _answers(doc: dict[str, Any], said: Said) -> None:
    subject = said.body.get("household", "village") if said.body["level"] == "household" else "village"
    for given in said.body["answers"]:
        of_code = doc["answers"].setdefault(subject, {}).setdefault(given["code"], {})
        of_code[said.device] = {**given, "at": said.at}


def _photo(doc: dict[str, Any], said: Said) -> None:
    # The key opens the photo: it stays in the log and in the photo's own claim, not in what pages read.
    body = {name: value for name, value in said.body.items() if name != "key"}
    doc["photos"][said.body["photo"]] = {**body, "at": said.at, "device": said.device}


def _disclosed(doc: dict[str, Any], said: Said) -> None:
    doc["disclosed_at"] = min(filter(None, (doc["disclosed_at"], said.at)))


def _sealed(doc: dict[str, Any], said: Said) -> None:
    doc["sealed_at"] = doc["sealed_at"] or said.at
    doc["sealed_photos"] = sorted({*doc["sealed_photos"], *said.body["photos"]})
    doc["declarations_sealed"] = doc["declarations_sealed"] or said.body["declarations"]
    doc["heads"] = said.body["heads"]
    doc["ended_by"][said.device] = said.seq


def _abandoned(doc: dict[str, Any], said: Said) -> None:
    doc["abandoned_at"] = doc["abandoned_at"] or said.at
    doc["ended_by"][said.device] = said.seq


FOLDS: dict[str, Callable[[dict[str, Any], Said], None]] = {
    "visit.opened": _opened, "fix.taken": _fix, "household.recorded": _household, "answers.recorded": _answers,
    "photo.taken": _photo, "identity.disclosed": _disclosed, "visit.sealed": _sealed, "visit.abandoned": _abandoned,
}
AFTER_SEAL = ("visit.amended",)


def _in_order(lines: Iterable[Line]) -> Iterable[tuple[Said | None, int]]:
    chains = []
    for chain, own in groupby(sorted(lines, key=lambda line: (line.chain, line.seq)), key=lambda line: line.chain):
        said = [_said(line) for line in own]
        first = next((s.at for s in said if s is not None), "")
        chains.append((first, chain, said))
    for _, _, said in sorted(chains, key=lambda entry: entry[:2]):
        for one in said:
            yield one, 1


def _said(line: Line) -> Said | None:
    message = parse_line(line.line) or {}
    kind, body = message.get("kind"), message.get("body")
    if not isinstance(kind, str) or kind not in FOLDS:
        return None
    if not body_holds(kind, body):
        return None
    # A time that is none (flagged) would sort anywhere: the moment of arrival is the latest it can have been.
    at = message["at"] if parse_time(message.get("at")) else line.received_at
    return Said(device_of(line.chain), line.seq, at, kind, body)

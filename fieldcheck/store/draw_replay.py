"""Drawing every revealed draw again from the log alone (``fieldcheck verify draw``). What it checks: ``docs/draw.md``."""

from __future__ import annotations

import json
from typing import Any, Iterator, Mapping, NamedTuple

from sqlite_utils import Database

from ..rules.draw_commitment import is_committed
from ..rules.township_draw import NothingToDraw, draw
from ..sealed_draw import DrawNotOpened, digest_of, open_inputs
from . import log


class DrawDoubt(NamedTuple):
    """A draw that does not hold: a stable code, the draw's id, a detail for scripts."""

    code: str
    where: str
    what: str


class Replayed(NamedTuple):
    """How many draws were drawn again, and how many are not revealed yet."""

    revealed: int
    hidden: int


def replay(db: Database, round_id: str | None = None) -> Iterator[DrawDoubt]:
    """Every doubt about the draws of one round, or of all, in the order of the log."""
    commitments = {body["round"]: body.get("draw_commitment") for body, _ in log.bodies_of(db, "round.opened")}
    revealed = {body["batch"]: body for body, _ in log.bodies_of(db, "draw.revealed")}
    used: set[tuple[str, int]] = set()
    for made, _at in log.bodies_of(db, "draw.made"):
        if round_id is not None and made["round"] != round_id:
            continue
        if (made["round"], made["number"]) in used:
            yield DrawDoubt("draw_number_twice", made["batch"], f"number {made['number']} was drawn before")
        used.add((made["round"], made["number"]))
        if made["batch"] in revealed:
            yield from _doubts(made, revealed[made["batch"]], commitments.get(made["round"]))
    known = {made["batch"] for made, _ in log.bodies_of(db, "draw.made")}
    for batch in sorted(set(revealed) - known):
        yield DrawDoubt("draw_unknown", batch, "revealed, but never made")


def counted(db: Database, round_id: str | None = None) -> Replayed:
    """How much ``replay`` looked at."""
    made = {body["batch"] for body, _ in log.bodies_of(db, "draw.made") if round_id in (None, body["round"])}
    shown = made & {body["batch"] for body, _ in log.bodies_of(db, "draw.revealed")}
    return Replayed(len(shown), len(made - shown))


def _doubts(made: Mapping[str, Any], revealed: Mapping[str, Any], committed: str | None) -> Iterator[DrawDoubt]:
    where, secret = made["batch"], revealed["secret"]
    if committed is None or not is_committed(committed, made["round"], made["number"], secret, revealed["path"]):
        yield DrawDoubt("draw_uncommitted", where, "its secret was not settled when the round opened")
    try:
        text = open_inputs(made["sealed"], secret)
    except DrawNotOpened:
        yield DrawDoubt("draw_sealed_otherwise", where, "the secret does not open what was sealed")
        return
    if digest_of(text, secret) != made["inputs"]:
        yield DrawDoubt("draw_inputs_changed", where, "the inputs do not hash to what was logged")
    inputs = json.loads(text)
    named = {name: made[name] for name in ("round", "number", "team", "day", "public")}
    if {name: inputs[name] for name in named} != named:
        yield DrawDoubt("draw_inputs_changed", where, "the sealed inputs are of another draw")
    try:
        drawn = draw(inputs, secret)
    except NothingToDraw:
        yield DrawDoubt("draw_comes_out_otherwise", where, "nothing can be drawn from its inputs")
        return
    if (list(drawn.people), drawn.unit) != (made["members"], revealed["unit"]):
        yield DrawDoubt("draw_comes_out_otherwise", where, "drawn again, it gives other people or another place")

"""Drawing households (抽户) from a frame (抽样框), so that an auditor can draw the same again.

2026-11: rows are put in order by a hash each. Anybody can reckon that with ``sha256sum``, it needs no agreement on a random
generator, and a list that turns out longer keeps the order of the rows that were drawn already. The phone's half is
``static/js/model/household_draw.js``; both run ``tests/rules/household_draw_cases.json``.
Source: ``docs/inspection-rules.md`` §2.2, ``docs/protocol.md`` §6.6.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Mapping

ROWS_MOST = 2000
"""The longest list, or walk, that is drawn from."""
DRAWN_MOST = 60
"""How many rows of a list one draw sets in order; a visit asks for five to eight."""
DRAWS_MOST = 100
"""So many draws of one visit are drawn again on the server; further ones do not hold. A visit has one or two."""
WALK_HOUSES = 5
"""A walk (随机起点、等距走户) is laid out so that it meets at least so many houses, where there are as many."""

NOBODY = ("not_home", "moved", "not_found")
"""Outcomes at which another household takes the place (顺延)."""


def draw_seed(visit: str, device: str, draw: int) -> str:
    """The seed, 64 hex digits: settled when the visit was opened, before anybody had seen the list."""
    return _hash(f"fieldcheck-draw/1|{visit}|{device}|{draw}")


def rows_drawn(frame: str, seed: str, n: int) -> list[int]:
    """The rows, from 1, in the order in which they are asked; of a walk every ``walk_step``-th house from a drawn start.

    :param n: 1 to ``ROWS_MOST``; more or less draws nothing.
    """
    if not 1 <= n <= ROWS_MOST:
        return []
    if frame == "walk":
        step = walk_step(n)
        return list(range(1 + int(_hash(f"{seed}|start")[:8], 16) % step, n + 1, step))
    return sorted(range(1, n + 1), key=lambda row: _hash(f"{seed}|{row}"))[:DRAWN_MOST]


def walk_step(n: int) -> int:
    """Every how many houses somebody is asked, for about ``n`` houses along the way."""
    return max(1, n // WALK_HOUSES)


def draw_holds(body: Mapping[str, Any], visit: str, device: str) -> bool:
    """Whether a ``household.drawn`` follows from its inputs: seed, rows, and the step of a walk."""
    seed = draw_seed(visit, device, body["draw"])
    step = walk_step(body["n"]) if body["frame"] == "walk" else None
    return (body["seed"] == seed and body["rows"] == rows_drawn(body["frame"], seed, body["n"]) != []
            and body.get("step") == step)


def drawn_household(doc: Mapping[str, Any], household: Mapping[str, Any]) -> dict[str, Any] | None:
    """The draw that a household of a folded visit (``rules/visit.py``) came from, with what an auditor asks of it.

    The last draw of that number on that phone, or on the one whose work it went on with; ``before``: the lengths that were entered for it earlier; ``skipped``:
    rows that stood before this one and that nobody recorded; ``foreign``: the row was not drawn. ``None`` without one.
    """
    numbered = [one for one in doc["draws"] if one["draw"] == household.get("draw")]
    same = [one for one in numbered if one["device"] == household["device"]] or numbered
    if not same or "row" not in household:
        return None
    last, row = same[-1], household["row"]
    used = {one.get("row") for one in doc["households"]
            if one.get("draw") == last["draw"] and one["device"] in (last["device"], household["device"])}
    known = row in last["rows"]
    return {**last, "row": row, "before": [one["n"] for one in same[:-1]],
            "foreign": not known and (last["frame"] != "walk" or not 1 <= row <= last["n"]),
            "skipped": [one for one in last["rows"][:last["rows"].index(row)] if one not in used] if known else []}


def found_by(doc: Mapping[str, Any]) -> dict[str, int]:
    """How many households of a visit were found in which way (抽取方式); those where nobody could be asked left out."""
    counts: dict[str, int] = {}
    for one in doc["households"]:
        if one["outcome"] not in NOBODY:
            counts[one["selection"]] = counts.get(one["selection"], 0) + 1
    return counts


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()

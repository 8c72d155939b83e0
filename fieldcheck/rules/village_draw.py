"""Drawing the village (抽村) on the spot, without a network, so that an auditor can draw the same again.

Like households (``rules/household_draw.py``) the township's villages are put in order by a hash each, so ``sha256sum`` is
enough. The seed follows from the task, so opening the visit again draws nothing new. The phone's half is
``static/js/model/village_draw.js``; both run ``tests/rules/village_draw_cases.json``.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Iterable, Mapping


def village_seed(assignment: str, secret: str = "") -> str:
    """The seed of an assignment, 64 hex digits; ``secret``: of the draw that made it, empty where none did."""
    return sha256(f"fieldcheck-village/1|{assignment}|{secret}".encode()).hexdigest()


def villages_drawn(seed: str, villages: Iterable[str]) -> list[str]:
    """The ids of the villages in the order in which they are gone to."""
    return sorted(villages, key=lambda village: sha256(f"{seed}|{village}".encode()).hexdigest())


def village_draw_holds(body: Mapping[str, Any], seed: str, villages: Iterable[str]) -> bool:
    """Whether a ``village.drawn`` follows from its task: seed, the drawn one, and a reason where another was taken."""
    order = villages_drawn(seed, villages)
    return (body["seed"] == seed and bool(order) and body["drawn"] == order[0] and body["taken"] in order
            and (body["taken"] == body["drawn"]) == (body.get("reason") is None))

"""The plan of the demonstration (演示): today's draw was drawn again by two people, tomorrow's is sealed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Mapping

from . import texts
from .actions.ask_redraw import ask_redraw
from .actions.draw_township import Batch, draw_township
from .actions.reveal_draws import reveal_draws
from .actions.set_plan_lists import list_readers
from .actions.settle_redraw import settle_redraw
from .chance import Dice
from .cli_data import Data
from .demo_accounts import INSPECTOR, OFFICE, OFFICE_TOO
from .demo_plan import PAIRS
from .rules.evidence import BEIJING

#: 〔演示〕 What the dice showed, draw by draw.
THROWS = ("3 5 1 6", "2 2 4 1", "6 1 3 3")


def draw_in_demo(data: Data, accounts: Mapping[str, str], now: datetime, dice: Dice) -> None:
    """Three draws: one that no longer stands, the one in its place, revealed, and one for the phone that is tried out."""
    db, keys, office, other = data.db, data.keys, accounts[OFFICE], accounts[OFFICE_TOO]
    source = texts.text("zh", "cli", "demo.dice")
    today = (now + BEIJING).date()
    list_readers(db, keys, [office], "cli", now)
    first = draw_township(db, keys, Batch("B", today, THROWS[0], source, PAIRS[1], reveal_at=now), office, now, dice=dice)
    reveal_draws(db, keys, now)
    request = ask_redraw(db, keys, first["batch"], "redraw", "road", {"value": THROWS[1], "source": source}, office, now, dice)
    settle_redraw(db, keys, request, True, other, now, dice)
    tomorrow = Batch("A", today + timedelta(days=1), THROWS[2], source, (INSPECTOR, "demo-a2"))
    draw_township(db, keys, tomorrow, office, now, dice=dice)

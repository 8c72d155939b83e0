"""Households are drawn so that anybody can draw the same again (``docs/protocol.md`` §6.6)."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldcheck.rules.household_draw import (
    DRAWN_MOST, WALK_HOUSES, draw_holds, draw_seed, drawn_household, found_by, rows_drawn, walk_step,
)

BOOK = json.loads((Path(__file__).parent / "household_draw_cases.json").read_text("utf-8"))
VISIT, DEVICE = BOOK["visit"], BOOK["device"]


@pytest.mark.parametrize("case", BOOK["cases"], ids=lambda case: case["name"])
def test_the_cases_that_phones_run_too_come_out_alike(case: dict[str, Any]) -> None:
    seed = draw_seed(VISIT, DEVICE, case["draw"])
    assert (seed, rows_drawn(case["frame"], seed, case["n"])) == (case["seed"], case["rows"])
    assert case["frame"] != "walk" or walk_step(case["n"]) == case["step"]


def test_a_key_can_be_reckoned_by_hand() -> None:
    seed = sha256(f"fieldcheck-draw/1|{VISIT}|{DEVICE}|1".encode()).hexdigest()
    keys = {row: sha256(f"{seed}|{row}".encode()).hexdigest() for row in (1, 2, 3)}
    assert rows_drawn("posted_list", seed, 3) == sorted(keys, key=keys.__getitem__)


@given(st.integers(1, 400), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_draw_gives_rows_of_the_list_each_once(n: int, seed: str) -> None:
    rows = rows_drawn("posted_list", seed, n)
    assert len(rows) == len(set(rows)) == min(n, DRAWN_MOST) and set(rows) <= set(range(1, n + 1))
    houses = rows_drawn("walk", seed, n)
    assert min(n, WALK_HOUSES) <= len(houses) and set(houses) <= set(range(1, n + 1))
    assert {later - house for house, later in zip(houses, houses[1:])} <= {walk_step(n)}


@given(st.integers(1, DRAWN_MOST - 1), st.integers(1, 20))
def test_a_longer_list_keeps_the_order_of_the_rows_drawn_already(n: int, more: int) -> None:
    seed = draw_seed(VISIT, DEVICE, 1)
    longer = sorted(range(1, n + more + 1), key=lambda row: sha256(f"{seed}|{row}".encode()).hexdigest())
    assert [row for row in longer if row <= n] == rows_drawn("posted_list", seed, n)


def drawn(**changed: Any) -> dict[str, Any]:
    """The first case as a message's body."""
    case = BOOK["cases"][0]
    return {**{name: case[name] for name in ("draw", "frame", "n", "seed", "rows")}, **changed}


@pytest.mark.parametrize("changed", [
    {"seed": "0" * 64}, {"rows": [1, 2, 3]}, {"n": 45}, {"draw": 2}, {"frame": "walk"}, {"step": 9}, {"n": 0, "rows": []},
])
def test_a_draw_that_does_not_follow_from_its_inputs_is_seen(changed: dict[str, Any]) -> None:
    assert draw_holds(drawn(), VISIT, DEVICE) and not draw_holds(drawn(**changed), VISIT, DEVICE)
    assert not draw_holds(drawn(), VISIT, "another phone")


def test_a_household_shows_what_was_passed_over_and_which_lengths_were_entered_before() -> None:
    first, second, third = BOOK["cases"][0]["rows"][:3]
    draws = [{**drawn(), "device": DEVICE, "holds": True}, {**drawn(n=46), "device": DEVICE, "holds": True}]
    households = [{"household": row, "draw": 1, "row": row, "device": DEVICE} for row in (first, third)]
    doc = {"draws": draws, "households": households}
    at_first, at_third = (drawn_household(doc, one) for one in households)
    assert at_first and at_third and (at_first["skipped"], at_third["skipped"], at_third["before"]) == ([], [second], [46])
    foreign = drawn_household(doc, {"draw": 1, "row": 47, "device": DEVICE})
    assert foreign and foreign["foreign"] and drawn_household(doc, {"device": DEVICE}) is None


def test_households_are_told_by_the_way_they_were_found_without_those_that_were_replaced() -> None:
    ways = [("random", "complete"), ("random", "not_home"), ("sight", "refused"), ("random", "partial")]
    doc = {"households": [{"selection": way, "outcome": outcome} for way, outcome in ways]}
    assert found_by(doc) == {"random": 2, "sight": 1}

"""Evidence marked ``source=demo`` counts in a demonstration (演示) only: the very same visit, in a round of real data."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldcheck.actions.open_round import open_round
from fieldcheck.checklists import CURRENT
from fieldcheck.problems import Problem
from fieldcheck.store import rounds, visits
from fieldcheck.store.planned_rounds import Plan
from tests.world import NOW, World

CODE = "420101100"


def walked(folder: Path, demo: bool) -> dict[str, Any]:
    """A whole visit that drew its positions and photos, as the server sees it."""
    world = World(folder, demo_fixes=demo)
    world.assign(CODE, "a1", "a2")
    phone = world.phone("a1")
    visit = world.walk(phone, CODE).whole_visit()
    phone.sync()
    return visits.find(world.db, visit)


def test_positions_of_a_demonstration_place_no_visit_of_a_real_round(tmp_path: Path) -> None:
    real, shown = walked(tmp_path / "real", demo=False), walked(tmp_path / "demo", demo=True)
    assert (real["place"]["result"], real["place"]["usable"]) == ("nofix", 0)
    assert dict(real["place"]["unusable"]) == {"fix_source": len(real["fixes"])}
    assert shown["place"]["result"] == "inside" and shown["place"]["usable"] == len(shown["fixes"])


def test_photos_of_a_demonstration_prove_nothing_in_a_real_round(tmp_path: Path) -> None:
    real, shown = walked(tmp_path / "real", demo=False), walked(tmp_path / "demo", demo=True)
    assert (real["evidence"]["place_photo"], real["evidence"]["hh"]) == (False, [])
    assert shown["evidence"]["place_photo"] and len(shown["evidence"]["hh"]) == 5
    missing = {one["rule"] for one in real["rules"] if one["result"] == "fail"}
    assert {"R4", "R6", "R8"} <= missing


def test_a_round_of_real_data_cannot_be_opened_so_that_demonstrations_count(tmp_path: Path) -> None:
    world = World(tmp_path, demo_fixes=False)
    plan = Plan("r", NOW, timedelta(days=91), CURRENT, {"fix_sources": ["gps", "demo"]}, [])
    with pytest.raises(Problem) as refused:
        open_round(world.db, world.keys, plan, "cli", NOW)
    assert refused.value.code == "demo_evidence" and len(rounds.rounds(world.db)) == 1

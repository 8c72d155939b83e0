"""A batch is folded once, and a flag looks at the visits of its inspectors alone: ``fieldcheck/store``."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Callable

import pytest
from hypothesis import given, settings, strategies as st

from fieldcheck.actions.take_segments import take_segments
from fieldcheck.rules.coverage import LOOKED_AT
from fieldcheck.store import coverage_rows, folds, reviews, rounds, visits
from fieldcheck.store.database import open_database
from tests.world import TOWNSHIPS, World


class Walked:
    """A world, and what its phones sealed and did not send: segments by device."""

    def __init__(self, world: World, sealed: dict[str, list[str]]) -> None:
        self.world, self.sealed = world, sealed


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """Two phones of a team, each with three visits of two townships, sealed and not sent."""
    world = World(tmp_path_factory.mktemp("walked"))
    townships = list(TOWNSHIPS)[:2]
    for code in townships:
        world.assign(code, "a1", "a2")
    sealed = {}
    for name in ("a1", "a2"):
        phone = world.phone(name)
        for index in range(3):
            walk = world.walk(phone, townships[index % 2])
            walk.random = Random(f"{name}{index}")
            walk._photo = lambda *_args, **_more: None  # type: ignore[method-assign]
            walk.whole_visit(("poor", "general"))
            phone.now = lambda: datetime.now(UTC)
        sealed[phone.device] = [kept.jwe for kept in phone.outbox.kept]
    return Walked(world, sealed)


def folded(world: World, batches: list[tuple[str, list[str]]], path: Path) -> dict[str, list[Any]]:
    """Every folded table once these batches were taken into a copy of the world's database."""
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as copy:
        world.db.conn.backup(copy)
    copy.close()
    db = open_database(path)
    for device, segments in batches:
        answers, _ = take_segments(db, world.keys, device, segments, datetime(2026, 11, 23, 6, tzinfo=UTC))
        assert {answer.code for answer in answers} == {"ok"}
    tables = {table: db.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3" if table not in ("visit_inspectors", "visit_rounds", "plan_readers", "stationed") else
                                f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in folds.FOLDED_TABLES}
    db.conn.close()
    return tables


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(1, 17), unique=True, max_size=5))
def test_segments_in_batches_of_any_size_give_the_same_folds_as_one_by_one(
        walked: Walked, cuts: list[int]) -> None:
    world, sealed = walked.world, walked.sealed
    folder = world.config.data
    one_by_one = [(device, [segment]) for device, segments in sealed.items() for segment in segments]
    batches = []
    for device, segments in sealed.items():
        batches += [(device, segments[a:b]) for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), len(segments)])]
    assert folded(world, batches, folder / "b.db") == folded(world, one_by_one, folder / "a.db")


def counted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[Any]:
    """What a function is called with from now on, by its last argument."""
    calls: list[Any] = []
    real: Callable[..., Any] = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *args: (calls.append(args[-1]), real(*args))[1])
    return calls


def test_a_batch_makes_each_visit_and_each_township_anew_once(
        walked: Walked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world, sealed = walked.world, walked.sealed
    made, townships = counted(monkeypatch, visits, "_refold"), counted(monkeypatch, coverage_rows, "refold")
    device, segments = next(iter(sealed.items()))
    folded(world, [(device, segments)], tmp_path / "once.db")
    assert len(segments) > 6 and len(made) == len(set(made)) == 3 and len(townships) == len(set(townships)) == 2


def test_a_flag_compares_a_visit_with_the_visits_of_its_inspectors_and_no_other(
        walked: Walked) -> None:
    world, sealed = walked.world, walked.sealed
    for device, segments in sealed.items():
        take_segments(world.db, world.keys, device, segments, datetime.now(UTC))
    strangers = world.phone("b1")
    world.assign(list(TOWNSHIPS)[2], "b1")
    walk = world.walk(strangers, list(TOWNSHIPS)[2])
    walk.whole_visit(("poor",))
    take_segments(world.db, world.keys, strangers.device, [kept.jwe for kept in strangers.outbox.kept], datetime.now(UTC))
    opened = rounds.round_of(world.db)
    docs = {visit: json.loads(doc) for visit, doc in world.db.execute("SELECT visit, doc FROM visits").fetchall()}
    assert len(docs) == 7 and opened is not None
    for visit, doc in docs.items():
        ids = {one["id"] for one in doc["inspectors"]}
        sharing = [other for other, one in sorted(docs.items())
                   if one["state"] in LOOKED_AT and ids & {i["id"] for i in one["inspectors"]}]
        assert [one["visit"] for one in reviews._of_same_inspectors(world.db, doc)] == sharing
        everybody = reviews._Others.of(reviews._docs(world.db, doc["round"]), opened["params"])
        assert reviews.flags_of(world.db, visit) == reviews._flags(world.db, reviews._known(world.db, visit), opened, everybody)

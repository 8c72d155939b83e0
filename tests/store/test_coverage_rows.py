"""A township's row holds what it shows: told quickly, and never otherwise than if all of it were made anew."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.verify_log import grown_since
from fieldcheck.rules.coverage import coverage_of_unit, is_stale_since
from fieldcheck.store import coverage, coverage_rows, log, log_heads, past, photos, rounds
from fieldcheck.store.database import write
from fieldcheck.times import written
from sync.log_head import LogHead
from tests.actions.test_review import accept, arrived
from tests.rules.test_coverage import GOOD
from tests.world import World

TOWNSHIP, NEXT = "420101100", "420101101"
AT = "2026-11-23T02:00:00.000Z"


@pytest.fixture
def opened(world: World) -> dict[str, Any]:
    world.assign(TOWNSHIP, "a1", "a2")
    world.assign(NEXT, "a1", "a2")
    return rounds.round_of(world.db, world.round) or {}


def told(world: World, opened: dict[str, Any], at: str = AT) -> dict[str, Any]:
    """The document from what is remembered; it must be the one of a process that remembers nothing, brief and whole, and
    its figures and each township those that are asked for alone.
    """
    remembered = [json.loads(past.document(world.db, opened, at, brief)) for brief in (False, True)]
    coverage._kept.clear()
    anew = [json.loads(past.document(world.db, opened, at, brief)) for brief in (False, True)]
    assert remembered == anew
    whole, brief = anew
    assert whole["counts"] == brief["counts"] == past.counts(world.db, world.round)
    for feature, short in zip(whole["features"], brief["features"], strict=True):
        assert past.township(world.db, opened, feature["id"], at) == feature["properties"]
        assert {**short["properties"], **{name: feature["properties"][name] for name in ("rules", "visits")}} == feature["properties"]
    return whole


def of(document: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one["properties"] for one in document["features"] if one["properties"]["code"] == code)


def test_what_is_remembered_is_what_would_be_made_anew_step_by_step(world: World, opened: dict[str, Any]) -> None:
    assert of(told(world, opened), TOWNSHIP)["status"] == "unvisited"
    phone = world.phone()
    first = arrived(phone, world.walk(phone, TOWNSHIP))
    held = of(told(world, opened), TOWNSHIP)
    assert held["status"] == "visited_unverified" and held["counts"]["photos_verified"] == held["counts"]["photos"] > 0
    accept(world, first)
    assert of(told(world, opened), TOWNSHIP)["status"] == "covered"
    arrived(phone, world.walk(phone, NEXT))
    assert of(told(world, opened), NEXT)["counts"]["visits"] == 1
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_a_covered_township_is_stale_from_its_day_on_and_not_before(world: World, opened: dict[str, Any]) -> None:
    phone = world.phone()
    accept(world, arrived(phone, world.walk(phone, TOWNSHIP)))
    later = written(datetime.now(UTC) + timedelta(days=3000))
    for at, flags in ((written(datetime.now(UTC)), []), (later, ["stale"]), (written(datetime.now(UTC)), [])):
        assert of(json.loads(past.document(world.db, opened, at, brief=True)), TOWNSHIP)["flags"] == flags
    assert of(told(world, opened, later), TOWNSHIP)["flags"] == ["stale"]


def test_a_photo_that_turns_out_damaged_changes_its_township_and_the_version(world: World, opened: dict[str, Any]) -> None:
    phone = world.phone()
    arrived(phone, world.walk(phone, TOWNSHIP))
    before, version = of(told(world, opened), TOWNSHIP)["counts"], coverage.version(world.db, world.round, "")
    photos.set_damaged(world.db, phone.photos[0].sealed_sha256, "photo_undecodable")
    after = of(told(world, opened), TOWNSHIP)["counts"]
    assert after == {**before, "photos_verified": before["photos_verified"] - 1}
    assert coverage.version(world.db, world.round, "") != version
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_one_change_makes_one_township_anew(world: World, opened: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    phone = world.phone()
    arrived(phone, world.walk(phone, TOWNSHIP))
    told(world, opened)
    drawn: list[str] = []
    real = coverage.Picture.put
    monkeypatch.setattr(coverage.Picture, "put", lambda self, unit, *row: (drawn.append(unit), real(self, unit, *row)))
    past.document(world.db, opened, AT, brief=True)
    assert drawn == []
    arrived(phone, world.walk(phone, NEXT))
    past.document(world.db, opened, AT, brief=True)
    assert drawn == [world.unit(NEXT)]


def test_what_is_taken_back_is_never_remembered(world: World, opened: dict[str, Any]) -> None:
    phone = world.phone()
    arrived(phone, world.walk(phone, TOWNSHIP))
    before = told(world, opened)
    with pytest.raises(ZeroDivisionError), write(world.db):
        world.db.execute("DELETE FROM coverage")
        assert of(json.loads(past.document(world.db, opened, AT)), TOWNSHIP)["status"] == "unvisited"
        raise ZeroDivisionError
    assert json.loads(past.document(world.db, opened, AT)) == before


def test_a_row_that_an_earlier_version_folded_is_told_as_if_folded_now(world: World, opened: dict[str, Any]) -> None:
    phone = world.phone()
    arrived(phone, world.walk(phone, TOWNSHIP))
    before = told(world, opened)
    with write(world.db):
        world.db.execute("UPDATE coverage SET shown = NULL, doc = '{}'")
    assert told(world, opened) == before


def test_a_rebuilt_round_is_told_from_what_was_folded_anew(world: World, opened: dict[str, Any]) -> None:
    told(world, opened)
    with write(world.db):
        world.db.execute("UPDATE round_units SET reason = 'as older code folded it' WHERE unit = ?", [world.unit(NEXT)])
    rebuild_folds(world.db, world.config.data, check=False)
    assert of(told(world, opened), NEXT)["status"] == "unvisited"


def test_a_closed_round_is_told_from_its_snapshot_and_reckoned_once(
        world: World, opened: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    phone = world.phone()
    arrived(phone, world.walk(phone, TOWNSHIP))
    before = told(world, opened)
    closed = {**opened, "closed_at": written(datetime.now(UTC)), "closed_size": log.size_at(world.db)}
    first = json.loads(past.document(world.db, closed, AT))
    monkeypatch.setattr(past, "_snapshot_at", None)
    assert json.loads(past.document(world.db, closed, AT)) == first
    assert [one["properties"] for one in first["features"]] == [one["properties"] for one in before["features"]]


def test_any_number_of_lines_costs_one_walk_over_the_log(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    walks: list[Any] = []
    real = log.receipts
    monkeypatch.setattr(log, "receipts", lambda *asked: (walks.append(asked), real(*asked))[1])
    size = log.size_at(world.db)
    heads = [LogHead("2026-11-23", length, "0" * 64) for length in (1, size, size + 1)]
    assert [doubt.code for doubt in grown_since(world.db, *heads)] == ["log_rewritten", "log_rewritten", "log_shorter"]
    assert len(walks) == 1 and log_heads.every(world.db) == []


def test_the_kept_rows_say_which_township_changed_last(world: World, opened: dict[str, Any]) -> None:
    phone = world.phone()
    for code in (TOWNSHIP, NEXT):
        arrived(phone, world.walk(phone, code))
    last = coverage_rows.last_change(world.db, world.round)
    assert [unit for unit, *_ in coverage_rows.changed_since(world.db, opened, last - 1)] == [world.unit(NEXT)]
    assert coverage_rows.changed_since(world.db, opened, last) == []


@pytest.mark.parametrize("days, stale", [
    ({"A": ["2018-04-21"], "B": ["2018-07-02"]}, False),
    ({"A": ["2018-04-20"], "B": ["2018-07-02"]}, True),
    ({"A": ["2018-04-20", "2018-07-01"], "B": ["2018-07-02"]}, False),
    ({"A": ["2018-07-02"], "B": ["2018-04-20"], None: ["2018-07-19"]}, True),
], ids=["both within 90 days", "one 91 days ago", "gone to again", "the newest is nobody's"])
def test_a_merged_township_is_stale_when_one_predecessor_is_on_the_map_as_in_the_certificate(
        days: dict[str | None, list[str]], stale: bool) -> None:
    summaries = [{"part": part, "visit": f"{part} {day}", "photos": 0, "households_counted": 0, "rules": [], "state": "accepted",
                  "evidence": {**GOOD, "date": day}} for part, of_it in days.items() for day in of_it]
    today = date(2018, 7, 20)
    certified = coverage_of_unit(None, summaries, {}, today, ["A", "B"])
    shown = coverage_rows.row_of(None, summaries, {}, {}, ["A", "B"])
    assert certified["status"] == shown.status == "covered" and ("stale" in certified["flags"]) is stale
    assert is_stale_since(json.loads(shown.doc)["last_valid"], today, {}) is stale

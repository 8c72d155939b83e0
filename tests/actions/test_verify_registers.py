"""``verify`` reckons a register again: what a visit counts for cannot be moved behind the log's back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.rules.register import with_ids
from fieldcheck.store import log, registers
from fieldcheck.store.database import write
from tests.actions.test_units_change import FAR, ONE, TWO, WHOLE, changed, edition, link, merger, recoded
from tests.world import World


@pytest.fixture
def recoded_world(world: World) -> World:
    """ONE has another code in the second edition; a third one merges it with TWO."""
    changed(world, edition(recoded(ONE, WHOLE)), link("recode", [ONE], [WHOLE]))
    return world


def codes(world: World) -> list[str]:
    return [doubt.code for doubt in verify_log(world.db, world.config.data, world.keys)]


def exchange(world: World, one: str, other: str, in_file: bool) -> None:
    """Exchange the ids of two townships of the current register, in its table and perhaps in its file."""
    register = registers.current_register(world.db)
    ids = {(unit.level, unit.code): unit.unit for unit in register.units}
    key, twin = ("township", one), ("township", other)
    ids[key], ids[twin] = ids[twin], ids[key]
    exchanged = with_ids(register, ids)
    with write(world.db):
        world.db.execute("DELETE FROM units WHERE register = ?", [register.hash])
        world.db.execute("DELETE FROM registers WHERE hash = ?", [register.hash])
        registers.put_register(world.db, exchanged, "2026-11-23T02:00:00.000Z", settled=True)
    if in_file:
        registers.write_register_file(world.config.data, exchanged)


def test_registers_of_several_editions_hold(recoded_world: World) -> None:
    assert codes(recoded_world) == []
    register, _ = merger()
    changed(recoded_world, replace(register, edition="demo 3"), link("merge", [WHOLE, TWO], [WHOLE]))
    assert codes(recoded_world) == []


def test_a_line_moved_in_the_table_alone_is_seen(world: World) -> None:
    with write(world.db):
        world.db.execute("UPDATE units SET boundary_error_m = 5000 WHERE code = ?", [ONE])
    assert codes(world) == ["register_changed"]


def test_ids_exchanged_in_the_table_alone_are_seen(recoded_world: World) -> None:
    exchange(recoded_world, WHOLE, TWO, in_file=False)
    assert codes(recoded_world) == ["register_changed"]


def test_ids_exchanged_in_table_and_file_are_seen_by_what_the_import_said(recoded_world: World) -> None:
    exchange(recoded_world, WHOLE, TWO, in_file=True)
    assert codes(recoded_world) == ["register_ids_changed"]


def test_ids_that_the_links_do_not_lead_to_are_seen_where_the_import_named_no_hash(
        recoded_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = log.bodies_of
    monkeypatch.setattr(log, "bodies_of", lambda *asked: [
        ({name: value for name, value in body.items() if name != "ids"}, at) for body, at in real(*asked)])
    assert codes(recoded_world) == []
    exchange(recoded_world, TWO, FAR, in_file=True)
    assert codes(recoded_world) == ["register_ids_changed"]


def test_an_earlier_edition_that_rebuild_brings_back_does_not_become_the_current_one(recoded_world: World) -> None:
    db, (first, second) = recoded_world.db, registers.hashes(recoded_world.db)
    with write(db):
        db.execute("DELETE FROM units WHERE register = ?", [first])
        db.execute("DELETE FROM registers WHERE hash = ?", [first])
    rebuild_folds(db, recoded_world.config.data, check=False)
    assert registers.hashes(db) == [first, second] and registers.about(db)["hash"] == second  # type: ignore[index]
    assert codes(recoded_world) == [] == rebuild_folds(db, recoded_world.config.data, check=True)

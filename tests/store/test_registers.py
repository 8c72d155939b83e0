"""Registers are kept whole, found by hash, and never changed."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from sqlite_utils import Database

from fieldcheck.rules.outline_simplify import simplified
from fieldcheck.rules.register import Register
from fieldcheck.store import registers
from fieldcheck.store.database import open_database
from tests.rules.register_files import demo_register, jingzhou

AT, LATER = "2026-11-23T01:00:00.000Z", "2026-12-01T01:00:00.000Z"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    """An empty database."""
    return open_database(tmp_path / "fieldcheck.db")


def second_edition() -> Register:
    """The small register a year later: another edition, a village more, the 街道 gone."""
    def change(draft) -> None:
        draft.about["edition"] = "demo 2"
        draft.townships["features"].pop(1)
        draft.villages[2] = ["420101100201", "演示新村", "420101100", "", ""]

    return demo_register(change)


def test_what_was_put_is_what_comes_back(db: Database) -> None:
    register = simplified(demo_register())
    assert registers.put_register(db, register, AT) is True
    assert registers.current_register(db) == register
    assert registers.current_register(db).hash == register.hash
    assert registers.about(db) | {"attribution": 0} == {
        "hash": register.hash, "edition": "demo", "imported_at": AT, "datum": "wgs84", "attribution": 0,
        "counts": {"counties": 2, "townships": 3, "villages": 3}}


def test_the_same_content_is_kept_once(db: Database) -> None:
    assert registers.put_register(db, demo_register(), AT)
    assert not registers.put_register(db, demo_register(), LATER)
    assert registers.hashes(db) == [demo_register().hash] and registers.about(db)["imported_at"] == AT


@pytest.mark.parametrize("turn", [1, -1])
def test_the_register_put_last_is_the_current_one(db: Database, turn: int) -> None:
    for register in [demo_register(), second_edition()][::turn]:
        registers.put_register(db, register, AT)
        assert registers.current_register(db).hash == registers.about(db)["hash"] == register.hash


def test_units_keep_their_ids_through_editions_and_the_earlier_edition_stays_as_it_was(db: Database) -> None:
    first, second = demo_register(), second_edition()
    registers.put_register(db, first, AT)
    registers.put_register(db, second, LATER)
    assert registers.current_register(db).hash == second.hash
    ids = {unit.code: unit.unit for unit in first.units}
    carried = {unit.code: unit.unit for unit in registers.current_register(db).units}
    assert {code: carried[code] for code in ids.keys() & carried.keys()} == {code: ids[code] for code in ids.keys() & carried.keys()}
    assert carried["420101100201"] not in ids.values()
    assert registers.register_of(db, first.hash) == first


def test_townships_and_villages_are_found_with_what_pages_need(db: Database) -> None:
    register = simplified(demo_register())
    registers.put_register(db, register, AT)
    town, street, township = sorted(registers.townships(db, register.hash), key=lambda row: row["kind"] != "镇")
    assert (town["name"], town["county_name"], town["boundary_error_m"]) == ("演示镇", "演示一县", 0)
    assert town["county"] == registers.unit(db, register.hash, town["unit"])["parent"]
    assert town["outline_simple"] == register.of_level("township")[1].outline_simple
    (village,) = registers.villages_of(db, register.hash, town["unit"])
    assert (village["code"], village["lon"], village["lat"]) == ("420101100200", 112.05, 30.05)
    assert registers.villages_of(db, register.hash, "u000000000000") == []


def test_what_is_not_held_is_not_found(db: Database) -> None:
    assert registers.current_register(db) is None and registers.about(db) is None
    assert registers.attribution(db, "0" * 64) == [] and len(registers.areas(db, "0" * 64)) == 0
    with pytest.raises(LookupError):
        registers.register_of(db, "0" * 64)
    with pytest.raises(LookupError):
        registers.unit(db, "0" * 64, "u1")


def test_the_prepared_areas_are_those_of_the_register_asked_for(db: Database) -> None:
    first, second = demo_register(), second_edition()
    for register, at in ((first, AT), (second, LATER)):
        registers.put_register(db, register, at)
    street = next(unit.unit for unit in first.units if unit.code == "420101001")
    assert street in registers.areas(db, first.hash) and street not in registers.areas(db, second.hash)
    assert registers.areas(db, first.hash) is registers.areas(db, first.hash)
    assert [reach.unit for reach in registers.areas(db, first.hash).near(112.15, 30.05)] == [street]
    assert len(registers.areas(db, first.hash, 10_000).near(112.15, 30.05)) == 3


def test_the_file_of_a_register_restores_it_whole_and_the_same_register_gives_the_same_bytes(tmp_path: Path) -> None:
    register = simplified(jingzhou())
    path = registers.write_register_file(tmp_path, register)
    once = path.read_bytes()
    assert registers.load_register_file(path) == register
    assert registers.write_register_file(tmp_path, register).read_bytes() == once
    assert [p.name for p in path.parent.iterdir()] == [f"{register.hash}.json.gz"]
    assert registers.load_kept(tmp_path, register.hash) == register


@pytest.mark.parametrize("spoil", [
    lambda path: path.unlink(),
    lambda path: path.write_bytes(path.read_bytes()[:-20]),
    lambda path: path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace("演示乡".encode(), "演示县".encode()))),
    lambda path: path.write_bytes(b"\x1f\x8b nonsense"),
    lambda path: path.write_bytes(b""),
])
def test_a_register_file_that_was_lost_or_changed_is_noticed(tmp_path: Path, spoil) -> None:
    register = demo_register()
    spoil(registers.write_register_file(tmp_path, register))
    assert registers.load_kept(tmp_path, register.hash) is None


def test_only_a_hash_becomes_part_of_a_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        registers.register_path(tmp_path, "../fieldcheck")

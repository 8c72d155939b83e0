"""The whole path without a browser: a phone in Python records, seals and syncs; the township changes; all of it verifies."""

from __future__ import annotations

import pytest

from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.store.database import write
from tests.world import World

TOWNSHIP = "420101100"


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """A world after one visit of two households arrived with its photos."""
    world = World(tmp_path_factory.mktemp("world"))
    world.assign(TOWNSHIP, "a1", "a2")
    phone = world.phone()
    walk = world.walk(phone, TOWNSHIP)
    walk.whole_visit(("poor", "general"))
    phone.sync()
    return world, phone


def doubts(world):
    return list(verify_log(world.db, world.config.data, world.keys))


def test_a_synced_visit_turns_its_township_visited_unverified_with_every_photo_verified(walked):
    world, phone = walked
    township = world.township(TOWNSHIP)
    assert township["status"] == "visited_unverified"
    assert township["counts"] == {"visits": 1, "households": 2, "photos": 3, "photos_verified": 3}
    assert [rule["result"] for rule in township["rules"] if rule["rule"] == "R4"] == ["pass"]
    assert all(kept.receipt for kept in phone.outbox.kept) and all(photo.receipt for photo in phone.photos)
    assert world.status("420101101") == "unvisited"
    assert world.status("420102450") == "excluded"


def test_every_rule_says_pass_or_fail_with_its_reason(walked):
    world, _ = walked
    failed = {rule["rule"]: rule["reason"] for rule in world.township(TOWNSHIP)["rules"] if rule["result"] == "fail"}
    assert failed == {"R1": "not_reviewed", "R6": "households"}


def test_verify_and_rebuild_are_clean_after_a_sync(walked):
    world, _ = walked
    assert doubts(world) == []
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_no_name_or_free_text_stands_in_any_line(walked):
    world, _ = walked
    lines = "".join(row[0] for row in world.db.execute("SELECT line FROM messages WHERE chain <> 'desk'"))
    assert "DEMO household" not in lines
    assert b"DEMO household" not in world.config.database.read_bytes()


CHANGED = [
    ("messages", "line", "chain_broken line_changed"), ("messages", "hash", "line_changed"),
    ("messages", "kind", "line_changed"), ("messages", "visit", "line_changed"),
    ("segments", "signature", "signature_forged"), ("segments", "receipt", "receipt_forged"),
    ("segments", "prev", "segment_changed"), ("segments", "head", "segment_changed"), ("segments", "at", "receipt_changed"),
    ("segments", "device", "signature_forged"),
]


@pytest.mark.parametrize(("table", "column", "codes"), CHANGED, ids=lambda value: str(value).split()[0])
def test_one_changed_character_anywhere_in_the_log_is_found_and_named(walked, table, column, codes):
    world, phone = walked
    name = "chain" if table == "messages" else "device"
    where, order = f"{name} = '{phone.device}'", "seq" if table == "messages" else "log_index"
    rowid, value = world.db.execute(
        f"SELECT {order}, {column} FROM {table} WHERE {where} AND {column} IS NOT NULL ORDER BY {order} LIMIT 1 OFFSET 1").fetchone()
    middle = len(value) // 2
    changed = value[:middle] + ("7" if value[middle] != "7" else "8") + value[middle + 1:]
    update = f"UPDATE {table} SET {column} = ? WHERE {order} = ? AND {column} = ?"
    world.db.execute("PRAGMA foreign_keys = OFF")
    with write(world.db):
        assert world.db.execute(update, [changed, rowid, value]).rowcount == 1
    try:
        found = doubts(world)
        assert found and found[0].code in codes.split(), found
    finally:
        with write(world.db):
            world.db.execute(update, [value, rowid, changed])
    assert doubts(world) == []


def test_a_missing_entry_in_the_middle_of_the_log_is_named(walked):
    world, _ = walked
    with write(world.db):
        world.db.execute("UPDATE segments SET log_index = log_index + 1000 WHERE log_index = 2")
        try:
            assert doubts(world)[0].code == "log_hole"
        finally:
            world.db.execute("UPDATE segments SET log_index = log_index - 1000 WHERE log_index = 1002")


def test_a_changed_photo_byte_is_named(walked):
    world, phone = walked
    path = next((world.config.data / "photos").glob(f"*/{phone.photos[0].sealed_sha256}"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    try:
        assert [doubt.code for doubt in doubts(world)] == ["photo_changed"]
    finally:
        path.write_bytes(whole)


def test_rebuild_names_a_row_that_the_log_does_not_say(walked):
    world, _ = walked
    with write(world.db):
        world.db.execute("UPDATE visits SET state = 'accepted'")
    assert {(d.table, d.which) for d in rebuild_folds(world.db, world.config.data, check=True)} == {("visits", "surplus"), ("visits", "missing")}
    assert rebuild_folds(world.db, world.config.data, check=False)
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_folding_the_log_again_gives_the_same_coverage(walked):
    world, _ = walked
    before = world.township(TOWNSHIP)
    rebuild_folds(world.db, world.config.data, check=False)
    assert world.township(TOWNSHIP) == before


def test_rebuild_brings_back_a_register_that_the_tables_lost(walked):
    world, _ = walked
    before = world.township(TOWNSHIP)
    with write(world.db):
        world.db.execute("DELETE FROM units")
        world.db.execute("DELETE FROM registers")
    rebuild_folds(world.db, world.config.data, check=False)
    assert world.township(TOWNSHIP) == before
    assert rebuild_folds(world.db, world.config.data, check=True) == []

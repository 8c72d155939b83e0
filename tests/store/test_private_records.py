"""Private records: sealed apart, unreadable without their key, erasable without breaking what names them."""

from __future__ import annotations

import shutil

import pytest

from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.store import private_records
from fieldcheck.store.database import open_database, write
from sync.private import private_record, record_hash
from tests.world import World

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
RECORD = private_record("respondent", "演示户主", b"s" * 16)
TOWNSHIP = "420101100"


@pytest.fixture
def db(tmp_path):
    db = open_database(tmp_path / "fieldcheck.db")
    with write(db):
        private_records.keep(db, KEY, [RECORD], 1)
    return db


def test_a_record_comes_back_exactly_and_only_with_its_key(db):
    assert private_records.read(db, KEY, record_hash(RECORD)) == RECORD
    with pytest.raises(private_records.RecordDamaged):
        private_records.read(db, OTHER_KEY, record_hash(RECORD))
    assert private_records.read(db, KEY, "0" * 64) is None


def test_a_record_moved_under_another_hash_does_not_open(db):
    other = record_hash(private_record("respondent", "somebody else", b"s" * 16))
    db.execute("UPDATE private_records SET hash = ?", [other])
    with pytest.raises(private_records.RecordDamaged):
        private_records.read(db, KEY, other)


def test_erasing_leaves_a_tombstone_and_the_log_still_verifies(tmp_path):
    world = World(tmp_path)
    world.assign(TOWNSHIP, "a1", "a2")
    phone = world.phone()
    world.walk(phone, TOWNSHIP).whole_visit(("poor",))
    phone.sync()
    digest = next(digest for digest, _ in private_records.every(world.db))
    with write(world.db):
        private_records.erase(world.db, digest, "asked for by the household", "2026-11-23T03:00:00.000Z")
    assert private_records.read(world.db, world.keys.private, digest) is None
    assert list(world.db.query("SELECT sealed, erased_reason FROM private_records WHERE hash = ?", [digest])) == [
        {"sealed": None, "erased_reason": "asked for by the household"}]
    assert list(verify_log(world.db, world.config.data, world.keys)) == []
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_sending_a_segment_again_does_not_bring_an_erased_record_back(db):
    with write(db):
        private_records.erase(db, record_hash(RECORD), "asked", "2026-11-23T03:00:00.000Z")
        private_records.keep(db, KEY, [RECORD], 2)
    assert private_records.read(db, KEY, record_hash(RECORD)) is None


def test_a_copied_database_without_the_key_files_reveals_no_name(tmp_path):
    world = World(tmp_path / "data")
    world.assign(TOWNSHIP, "a1", "a2")
    phone = world.phone()
    world.walk(phone, TOWNSHIP).whole_visit(("poor",))
    phone.sync()
    world.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(world.config.database, tmp_path / "copy.db")
    assert b"DEMO household" not in (tmp_path / "copy.db").read_bytes()
    assert "DEMO household" in private_records.read(
        world.db, world.keys.private, next(digest for digest, _ in private_records.every(world.db)))

"""A backup made while phones send is whole, and what it lacks the phones bring home again after a restore."""

from __future__ import annotations

import json
import os
import signal
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldcheck.actions.make_backup import make_backup
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.restore_backup import restore_backup
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.app import create_app
from fieldcheck.config import load_config
from fieldcheck.fleet.phone import Phone
from fieldcheck.fleet.transport import HttpTransport, WsgiTransport
from fieldcheck.keys import load_keys
from fieldcheck.problems import Problem
from fieldcheck.store import installation, photos
from fieldcheck.store.database import open_database
from fieldcheck.times import written
from tests.cli.typed import CHINESE, run
from tests.server_process import ServerProcess
from tests.world import World

TOWNSHIPS = {"a1": "420101100", "a2": "420101101", "b1": "420102100"}
AT = "2026-11-25T08:00:00.000Z"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "data")
    world.assign("420101100", "a1", "a2")
    world.assign("420101101", "a2", "a1")
    world.assign("420102100", "b1")
    return world


def phones_with_visits(world: World, origin: str) -> list[Phone]:
    phones = []
    for name, township in TOWNSHIPS.items():
        phone = world.phone(name, HttpTransport(origin))
        world.walk(phone, township).whole_visit(("poor", "general"))
        phones.append(phone)
    return phones


def clean(data: Path) -> bool:
    db = open_database(data / "fieldcheck.db")
    return not list(verify_log(db, data, load_keys(data / "keys"))) and not rebuild_folds(db, data, check=True)


def receipted(phone: Phone) -> bool:
    return all(kept.receipt for kept in phone.outbox.kept) and all(photo.receipt for photo in phone.photos)


def test_backups_made_while_phones_send_are_whole_and_after_a_restore_the_phones_bring_home_the_rest(
        world: World, server: ServerProcess, tmp_path: Path) -> None:
    phones = phones_with_visits(world, server.origin)
    threads = [threading.Thread(target=phone.sync) for phone in phones]
    for thread in threads:
        thread.start()
    backups = [tmp_path / f"backup-{number}" for number in range(3)]
    for backup in backups:
        assert run("backup", backup, "--data", world.config.data).exit_code == 0
    for thread in threads:
        thread.join()
    assert all(map(receipted, phones))
    held = len(photos.held(open_database(world.config.database)))
    server.stop(signal.SIGKILL)
    for number, backup in enumerate(backups):
        assert run("restore", backup, "--data", tmp_path / f"restored-{number}").exit_code == 0
        assert clean(tmp_path / f"restored-{number}")
    # The oldest backup lacks the most: all of what is receipted since must come home again.
    back = ServerProcess(tmp_path / "restored-0")
    back.start()
    try:
        for phone in phones:
            phone.transport = HttpTransport(back.origin)
            phone.sync()
    finally:
        back.stop()
    assert all(map(receipted, phones)) and clean(tmp_path / "restored-0")
    db = open_database(tmp_path / "restored-0" / "fieldcheck.db")
    assert len(photos.held(db)) == held == sum(len(phone.photos) for phone in phones)
    assert installation.read(db, installation.RESTORED) is not None


def test_a_photo_that_came_after_the_backup_is_sent_again_though_its_message_was_in_it(world: World, tmp_path: Path) -> None:
    phone = world.phone()
    world.walk(phone, "420101100").whole_visit(("poor", "general"))
    phone.learn_time()
    phone.send_segments()
    make_backup(world.db, world.config.data, tmp_path / "backup", AT, with_keys=True, program="test")
    phone.sync()
    assert receipted(phone)
    restored = load_config(tmp_path / "restored")
    restore_backup(tmp_path / "backup", restored.data, AT)
    assert photos.held(open_database(restored.database)) == []
    phone.transport = WsgiTransport(create_app(restored).test_client().open)
    phone.sync()
    assert len(photos.held(open_database(restored.database))) == len(phone.photos) and receipted(phone)
    assert clean(restored.data)


def test_a_backup_says_in_both_languages_that_its_keys_open_everything_and_only_its_owner_may_read_it(
        world: World, tmp_path: Path) -> None:
    told = run("backup", tmp_path / "b", "--data", world.config.data, language=CHINESE)
    assert told.exit_code == 0 and "拿到这份备份的人能看到全部内容" in told.output
    notice = (tmp_path / "b" / "READ-ME-FIRST.txt").read_text()
    assert "能看到全部内容" in notice and "can read everything" in notice
    assert {name for name in os.listdir(tmp_path / "b" / "keys")} == {"draw.key", "encryption.jwk", "private.key", "session.key", "signing.jwk"}
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "b").rglob("*")}
    assert modes <= {0o600, 0o700}
    assert installation.read(world.db, installation.LAST_BACKUP) is not None


def test_a_backup_without_keys_holds_none_and_is_whole_again_with_the_keys_beside_it(world: World, tmp_path: Path) -> None:
    assert run("backup", tmp_path / "b", "--without-keys", "--data", world.config.data).exit_code == 0
    secret = (world.config.keys / "private.key").read_bytes()
    assert not any(secret in path.read_bytes() for path in (tmp_path / "b").rglob("*") if path.is_file())
    lacking = run("restore", tmp_path / "b", "--data", tmp_path / "lacking")
    assert lacking.exit_code == 1 and "keys are missing" in lacking.output
    assert run("restore", tmp_path / "b", "--keys", world.config.keys, "--data", tmp_path / "whole").exit_code == 0
    assert clean(tmp_path / "whole")


def test_a_photo_refused_between_the_snapshot_and_its_copy_is_no_doubt(
        world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photos.add_waiting(world.db, "a" * 64, "d", 1, AT)
    snapshot = make_backup.__globals__["copies"].snapshot

    def and_then_refused(db: object, target: Path) -> None:
        snapshot(db, target)
        photos.set_refused(world.db, "a" * 64, "photo_differs", {}, AT)

    monkeypatch.setattr(make_backup.__globals__["copies"], "snapshot", and_then_refused)
    make_backup(world.db, world.config.data, tmp_path / "b", AT, with_keys=True, program="test")
    restore_backup(tmp_path / "b", tmp_path / "r", AT)
    assert clean(tmp_path / "r")


@pytest.mark.parametrize("harm", ["change", "remove", "manifest", "no manifest", "outside"])
def test_a_damaged_backup_is_named_and_restores_nothing(harm: str, world: World, tmp_path: Path) -> None:
    backup = tmp_path / "b"
    make_backup(world.db, world.config.data, backup, AT, with_keys=True, program="test")
    register = next((backup / "registers").iterdir())
    manifest = json.loads((backup / "manifest.json").read_bytes())
    if harm == "change":
        register.write_bytes(register.read_bytes()[:-1] + b"x")
    elif harm == "remove":
        register.unlink()
    elif harm == "no manifest":
        (backup / "manifest.json").unlink()
    elif harm == "manifest":
        (backup / "manifest.json").write_text("{}")
    else:
        manifest["files"]["../outside"] = manifest["files"]["fieldcheck.db"]
        (backup / "manifest.json").write_text(json.dumps(manifest))
    told = run("restore", backup, "--data", tmp_path / "r")
    assert told.exit_code == 1 and "Nothing was restored" in told.output
    assert (register.name in told.output) == (harm in ("change", "remove"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "data"]


def test_neither_backup_nor_restore_writes_over_anything(world: World, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "mine").write_text("keep")
    backup = tmp_path / "b"
    make_backup(world.db, world.config.data, backup, AT, with_keys=True, program="test")
    for code, act in (
            ("backup_place_taken", lambda: make_backup(world.db, world.config.data, taken, AT, with_keys=True, program="t")),
            ("backup_place_inside", lambda: make_backup(world.db, world.config.data, world.config.data / "b", AT, with_keys=True, program="t")),
            ("restore_place_taken", lambda: restore_backup(backup, taken, AT))):
        with pytest.raises(Problem, match=code):
            act()
    assert [path.name for path in taken.iterdir()] == ["mine"] and not (world.config.data / "b").exists()
    empty = tmp_path / "empty"
    empty.mkdir()
    restore_backup(backup, empty, written(datetime.now(UTC)))
    assert clean(empty)

"""What has been kept long enough goes, what is held stays, and everything that stands on it still verifies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldcheck import work
from fieldcheck.actions.apply_retention import apply_retention
from fieldcheck.actions.change_hold import change_hold
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.fleet.phone import Phone
from fieldcheck.rules.coverage_certificate import claims_hash
from fieldcheck.rules.retention import KEPT_DAYS, Keep
from fieldcheck.store import access_log, coverage_certificates, desk_log, jobs, log_heads, photo_files, photos, private_records
from fieldcheck.store.database import write
from fieldcheck.times import written
from tests.world import World

TOWNSHIP = "420101100"
CLOSED = datetime(2026, 12, 1, tzinfo=UTC)
YEAR = timedelta(days=365)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "data")
    world.assign(TOWNSHIP, "a1", "a2")
    world.phone_of_visit = world.phone()  # type: ignore[attr-defined]
    walk = world.walk(world.phone_of_visit, TOWNSHIP)  # type: ignore[attr-defined]
    walk.whole_visit(("poor", "general"))
    world.phone_of_visit.sync()  # type: ignore[attr-defined]
    world.visit = world.db.execute("SELECT visit FROM visits").fetchone()[0]  # type: ignore[attr-defined]
    return world


def close(world: World, at: datetime = CLOSED) -> None:
    """What closing a round writes to the log, with the townships that were not visited left open."""
    with write(world.db):
        size = log_heads.signed_now(world.db, world.keys, written(at)).head.size
        claims = claims_hash(coverage_certificates.claims(world.db, world.round, size, written(at)))
        desk_log.append(world.db, world.keys, "round.closed", {"round": world.round, "size": size, "claims": claims, "gaps": []},
                        actor="office", at=written(at))


def apply(world: World, now: datetime, keep: Keep = KEPT_DAYS, dry_run: bool = False) -> tuple[int, int, int]:
    due = apply_retention(world.db, world.config.data, world.keys, keep, now, dry_run=dry_run)
    return sum(len(one.records) for one in due), sum(len(one.photos) for one in due), sum(one.held for one in due)


def kept(world: World) -> tuple[int, int]:
    """Private records and photo files that are here."""
    files = [path for path in (world.config.data / "photos").rglob("*") if path.is_file()]
    return sum(sealed is not None for _, sealed in private_records.every(world.db)), len(files)


def test_nothing_of_a_round_that_is_not_closed_is_ever_due(world: World) -> None:
    before = kept(world)
    assert min(before) > 0
    assert apply(world, CLOSED + 100 * YEAR) == (0, 0, 0) and kept(world) == before


def test_names_go_after_a_year_photos_after_two_and_all_that_stands_on_them_still_verifies(world: World) -> None:
    names, files = kept(world)
    close(world)
    assert apply(world, CLOSED + YEAR - timedelta(days=1)) == (0, 0, 0)
    assert apply(world, CLOSED + YEAR, dry_run=True)[0] > 0 and kept(world) == (names, files)
    gone, no_photos, _ = apply(world, CLOSED + YEAR)
    assert gone > 0 and no_photos == 0 and kept(world) == (names - gone, files)
    assert apply(world, CLOSED + 2 * YEAR) == (0, files, 0) and kept(world)[1] == 0
    assert apply(world, CLOSED + timedelta(days=1826))[:2] == (names - gone, 0) and kept(world) == (0, 0)
    assert list(verify_log(world.db, world.config.data, world.keys)) == []
    assert rebuild_folds(world.db, world.config.data, check=True) == []
    lines = world.db.execute("SELECT line FROM messages WHERE kind = 'records.erased'").fetchall()
    assert len(lines) >= 2 and not any("DEMO household" in line for (line,) in lines)


def test_a_hold_keeps_a_visit_or_one_photo_until_it_is_lifted(world: World) -> None:
    close(world)
    one = photos.held(world.db)[0]
    change_hold(world.db, world.keys, world.visit, True, "referral", "office", CLOSED)  # type: ignore[attr-defined]
    assert apply(world, CLOSED + 9 * YEAR)[:2] == (0, 0)
    change_hold(world.db, world.keys, one, True, "referral", "office", CLOSED)
    change_hold(world.db, world.keys, world.visit, False, "concluded", "office", CLOSED)  # type: ignore[attr-defined]
    apply(world, CLOSED + 9 * YEAR)
    assert kept(world) == (0, 1) and photo_files.digest(world.config.data, one) == one
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def test_what_was_erased_does_not_come_back_from_the_phone(world: World) -> None:
    close(world)
    photo = photos.held(world.db)[0]
    apply(world, CLOSED + 9 * YEAR)
    phone: Phone = world.phone_of_visit  # type: ignore[attr-defined]
    phone.sync()
    assert kept(world) == (0, 0) and photos.find(world.db, photo).receipt is not None  # type: ignore[union-attr]
    assert photos.missing_of(world.db, phone.device, 100) == []


def test_a_file_that_a_crash_left_behind_is_doubted_and_goes_with_the_next_run(world: World) -> None:
    close(world)
    photo = photos.held(world.db)[0]
    with write(world.db):
        photos.set_erased(world.db, photo, "retention", written(CLOSED))
    assert [doubt.code for doubt in verify_log(world.db, world.config.data, world.keys)] == ["photo_not_erased"]
    apply(world, CLOSED)
    assert list(verify_log(world.db, world.config.data, world.keys)) == []


def test_the_bytes_of_a_settled_fork_go_with_the_names(world: World) -> None:
    with write(world.db):
        world.db.execute(
            """INSERT INTO quarantine (id, device, jwe, code, first, last, prev, head, at, settled, settled_at, reason)
               VALUES ('x', 'd', 'sealed', 'chain_forked', 1, 1, '', '', ?, 'dismissed', ?, 'same')""", [written(CLOSED)] * 2)
    apply(world, CLOSED + YEAR - timedelta(days=1))
    assert world.db.execute("SELECT jwe FROM quarantine").fetchone() == ("sealed",)
    apply(world, CLOSED + YEAR + timedelta(days=1))
    assert world.db.execute("SELECT jwe FROM quarantine").fetchone() == ("",)


def test_looks_and_sign_ins_are_forgotten_after_five_years(world: World) -> None:
    access_log.note(world.db, world.accounts["office"].id, "visit", "v", written(CLOSED))
    apply(world, CLOSED + 5 * YEAR)
    assert len(access_log.looks(world.db)) == 1
    apply(world, CLOSED + timedelta(days=1827))
    assert access_log.looks(world.db) == []


def test_the_server_does_it_by_itself_once_a_day_with_the_days_that_the_office_set(world: World) -> None:
    close(world)
    config = replace(world.config, keep=Keep(household=1, photos=1, findings=1))
    jobs.ask_once(world.db, jobs.RETENTION, "", written(CLOSED))
    now = CLOSED + timedelta(days=2)
    work.run_due(world.db, config, world.keys, lambda: now)
    assert kept(world) == (0, 0)
    (due,) = world.db.execute("SELECT due FROM jobs WHERE kind = ?", [jobs.RETENTION]).fetchone()
    assert due == written(now + work.RETENTION_EVERY)

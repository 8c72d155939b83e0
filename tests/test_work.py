"""Jobs outlive a kill, are done to the same end when done twice, and one that fails holds up no other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fieldcheck import work
from fieldcheck.app import create_app
from fieldcheck.config import Config
from fieldcheck.keys import load_keys
from fieldcheck.store import jobs, photo_files, photos
from fieldcheck.store.database import Database, open_database
from fieldcheck.times import written
from tests.photo_samples import sealed_sample
from tests.uploading_phone import UploadingPhone, claim, enrol, new_installation
from tests.world import World

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PHOTO = sealed_sample()
EDGES = (320, 1280)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return new_installation(tmp_path / "data")


@pytest.fixture
def db(config: Config) -> Database:
    return open_database(config.database)


def run(db: Database, config: Config, now: datetime = NOW) -> int:
    return work.run_due(db, config, load_keys(config.keys), lambda: now)


def queue(db: Database) -> list[tuple[str, str]]:
    return db.execute("SELECT kind, argument FROM jobs ORDER BY kind, argument").fetchall()


def previews(config: Config, sealed_sha256: str) -> list[bytes | None]:
    return [photo_files.read_preview(config.data, sealed_sha256, edge) for edge in EDGES]


def send_photo(config: Config, db: Database) -> None:
    phone = UploadingPhone(create_app(config).test_client(), enrol(db))
    claim(db, PHOTO)
    assert phone.send(PHOTO).status_code == 204


def test_a_photo_that_came_before_its_message_is_verified_though_no_phone_asks(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign("420101100", "a1", "a2")
    phone = world.phone()
    world.walk(phone, "420101100").whole_visit(("poor", "general"))
    sent = {photo.sealed_sha256 for photo in phone.photos}
    phone.learn_time()
    for photo in phone.photos:
        with pytest.raises(RuntimeError, match="photo_waits_for_message"):
            phone.send_photo(photo)
    work.run_due(world.db, world.config, world.keys)
    assert set(photos.waiting_among(world.db, list(sent))) == sent
    phone.send_segments()
    assert world.township("420101100")["counts"]["photos_verified"] == 0
    work.run_due(world.db, world.config, world.keys)
    assert world.township("420101100")["counts"]["photos_verified"] == len(sent) > 0
    assert all(previews(world.config, name) != [None, None] for name in sent) and queue(world.db) == []


def test_a_verified_photo_has_its_previews_before_anybody_looks(config: Config, db: Database) -> None:
    send_photo(config, db)
    assert queue(db) == [("make_previews", PHOTO.sha256)] and previews(config, PHOTO.sha256) == [None, None]
    assert run(db, config, datetime.now(UTC)) == 1
    assert None not in previews(config, PHOTO.sha256) and queue(db) == []


KILLED_IN_A_JOB = """
import sys, time
from datetime import UTC, datetime
from fieldcheck import picture_process, work
from fieldcheck.config import load_config
from fieldcheck.keys import load_keys
from fieldcheck.store.database import open_database
def slow(content, edge):
    print("working", flush=True)
    time.sleep(600)
picture_process.preview = slow
config = load_config(sys.argv[1])
work.run_due(open_database(config.database), config, load_keys(config.keys))
"""


def test_a_job_that_was_killed_in_the_middle_is_done_again_once_its_lease_ends(config: Config, db: Database) -> None:
    send_photo(config, db)
    receipt = photos.find(db, PHOTO.sha256).receipt
    with subprocess.Popen([sys.executable, "-c", KILLED_IN_A_JOB, config.data], stdout=subprocess.PIPE,
                          cwd=Path(__file__).parents[1]) as child:
        assert child.stdout.readline() == b"working\n"
        child.send_signal(signal.SIGKILL)
    now = datetime.now(UTC)
    assert run(db, config, now) == 0 and previews(config, PHOTO.sha256) == [None, None]
    assert [path.name for path in (config.data / "previews").rglob("*") if path.is_file()] == []
    assert run(db, config, now + jobs.LEASE) == 1
    assert None not in previews(config, PHOTO.sha256) and queue(db) == []
    assert photos.find(db, PHOTO.sha256).receipt == receipt


def test_a_worker_that_starts_anew_takes_up_at_once_what_the_killed_one_held(config: Config, db: Database) -> None:
    jobs.ask(db, jobs.VERIFY_PHOTO, PHOTO.sha256, written(NOW))
    assert jobs.take(db, NOW) is not None and jobs.take(db, NOW) is None
    jobs.release(db)
    assert jobs.take(db, NOW) == jobs.Job(jobs.VERIFY_PHOTO, PHOTO.sha256, 1, 2)


def test_a_job_asked_for_twice_is_done_once_and_one_asked_for_while_it_runs_is_done_once_more(db: Database) -> None:
    for _ in range(2):
        jobs.ask(db, "k", "a", written(NOW))
    job = jobs.take(db, NOW)
    jobs.ask(db, "k", "a", written(NOW))
    jobs.done(db, job)
    again = jobs.take(db, NOW)
    assert again is not None
    jobs.done(db, again)
    assert jobs.take(db, NOW) is None and queue(db) == []


def test_a_job_that_always_fails_is_tried_later_and_later_then_shown_and_holds_up_no_other(config: Config, db: Database) -> None:
    jobs.ask(db, jobs.VERIFY_PHOTO, "not a photo", written(NOW))
    jobs.ask(db, jobs.EXPIRE_UPLOADS, "", written(NOW + timedelta(seconds=1)))
    now, waits = NOW + timedelta(seconds=1), []
    assert run(db, config, now) == 1, "the one behind it is done at once"
    for _ in range(jobs.TRIES - 1):
        due = datetime.fromisoformat(db.execute("SELECT due FROM jobs WHERE kind = 'verify_photo'").fetchone()[0])
        waits.append(due - now)
        now = due
        run(db, config, now)
    assert waits == sorted(set(waits)) and len(waits) == jobs.TRIES - 1
    assert jobs.stuck(db, written(now)) == [("verify_photo", "not a photo", "Problem: photo_not_held")]
    assert jobs.waiting(db, written(now))[0] == 0 and run(db, config, now + timedelta(minutes=30)) == 0
    assert jobs.retry(db, written(now)) == 1 and jobs.waiting(db, written(now))[0] == 1


def test_a_job_that_takes_the_process_with_it_is_given_up_too(db: Database) -> None:
    jobs.ask(db, "k", "poison", written(NOW))
    for _ in range(jobs.TRIES):
        assert jobs.take(db, NOW) is not None
        jobs.release(db)
    assert jobs.take(db, NOW) is None and jobs.stuck(db, written(NOW)) == [("k", "poison", "")]


def test_expired_uploads_are_dropped_by_the_hour_without_anybody_asking(config: Config, db: Database) -> None:
    jobs.ask_once(db, jobs.EXPIRE_UPLOADS, "", written(NOW))
    orphan = config.data / "uploads" / ("0" * 32)
    for hour in (0, 1):
        orphan.parent.mkdir(exist_ok=True)
        orphan.write_bytes(b"left by a power cut")
        os.utime(orphan, (0, 0))
        assert run(db, config, NOW + hour * work.EXPIRY_EVERY) == 1 and not orphan.exists()
    assert queue(db) == [("expire_uploads", "")]

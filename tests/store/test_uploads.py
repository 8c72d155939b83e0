"""Uploads keep every byte that arrived, one writer at a time, and become photos only whole and durable."""

from __future__ import annotations

import errno
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from fieldcheck.actions.append_upload import append_upload
from fieldcheck.actions.begin_upload import Promise, begin_upload
from fieldcheck.actions.complete_upload import complete_upload
from fieldcheck.actions.expire_uploads import expire_uploads
from fieldcheck.keys import make_keys
from fieldcheck.problems import Problem
from fieldcheck.store import disk, photo_files, photos, upload_files, uploads
from fieldcheck.store.database import open_database, write
from fieldcheck.times import written
from tests.photo_samples import Sealed, sealed_sample

AT, LATER, MUCH_LATER = "2026-11-23T01:00:00.000Z", "2026-11-26T01:00:00.000Z", "2026-12-24T01:00:00.000Z"
MAX = 1_000_000
PHOTO = sealed_sample()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = open_database(tmp_path / "fieldcheck.db")
    yield db
    db.conn.close()


def begin(db: Database, data: Path, photo: Sealed = PHOTO, device: str = "d", at: str = AT, **limits: int) -> uploads.Upload:
    promise = Promise(device, photo.sha256, len(photo.sealed), "m")
    return begin_upload(db, data, promise, at, max_bytes=MAX, **limits).upload


def complete(db: Database, data: Path, upload: uploads.Upload) -> photos.Photo:
    return complete_upload(db, data, make_keys(data / "keys"), upload, AT)


def send(db: Database, data: Path, id: str, content: bytes, offset: int = 0, device: str = "d") -> int:
    body = memoryview(content)

    def read(size: int) -> bytes:
        nonlocal body
        piece, body = bytes(body[:size]), body[size:]
        return piece

    return append_upload(db, data, device, id, offset, len(content), read, AT).offset


def code_of(caught: pytest.ExceptionInfo[Problem]) -> str:
    return caught.value.code


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(0, len(PHOTO.sealed)), max_size=6))
def test_a_photo_cut_anywhere_any_number_of_times_arrives_whole(
        tmp_path_factory: pytest.TempPathFactory, cuts: list[int]) -> None:
    data = tmp_path_factory.mktemp("data")
    db = open_database(data / "fieldcheck.db")
    try:
        offset = 0
        for stop in [*sorted(cuts), len(PHOTO.sealed)]:
            upload = begin(db, data)  # a phone that was restarted begins again and is sent to the same upload
            assert upload_files.size(data, upload.id) == offset
            offset = send(db, data, upload.id, PHOTO.sealed[offset:stop], offset)
        complete(db, data, upload)
        assert photo_files.read(data, PHOTO.sha256)[:] == PHOTO.sealed
        assert photos.find(db, PHOTO.sha256).state == photos.WAITING
    finally:
        db.conn.close()


def test_a_body_that_ends_early_keeps_what_arrived(db: Database, tmp_path: Path) -> None:
    upload, pieces = begin(db, tmp_path), [PHOTO.sealed[:5000], PHOTO.sealed[5000:7001], b""]
    appended = append_upload(db, tmp_path, "d", upload.id, 0, 90_000, lambda _size: pieces.pop(0), AT)
    assert (appended.offset, appended.cut) == (7001, True)
    assert upload_files.path(tmp_path, upload.id).read_bytes() == PHOTO.sealed[:7001]


def test_nobody_else_writes_while_one_writes(db: Database, tmp_path: Path) -> None:
    upload = begin(db, tmp_path)
    with upload_files.locked(tmp_path, upload.id):
        for act in (lambda: send(db, tmp_path, upload.id, b"x"), lambda: upload_files.discard(tmp_path, upload.id)):
            with pytest.raises(Problem) as caught:
                act()
            assert code_of(caught) == "upload_locked"
        assert expire_uploads(db, tmp_path, MUCH_LATER) == 0
    assert upload_files.size(tmp_path, upload.id) == 0
    assert send(db, tmp_path, upload.id, b"x") == 1
    assert expire_uploads(db, tmp_path, MUCH_LATER) == 1


def test_two_writers_at_one_offset_write_it_once(db: Database, tmp_path: Path) -> None:
    upload, offsets, refused = begin(db, tmp_path), [], []
    barrier = threading.Barrier(8)

    def write_it() -> None:
        own = open_database(tmp_path / "fieldcheck.db")
        barrier.wait()
        try:
            offsets.append(send(own, tmp_path, upload.id, PHOTO.sealed[:50_000]))
        except Problem as problem:
            refused.append(problem.code)
        finally:
            own.conn.close()

    threads = [threading.Thread(target=write_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert offsets == [50_000]
    assert set(refused) <= {"upload_locked", "upload_offset_wrong"} and len(refused) == 7
    assert upload_files.path(tmp_path, upload.id).read_bytes() == PHOTO.sealed[:50_000]


def test_a_crash_between_the_last_byte_and_the_photo_is_mended_by_completing_again(
        db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = begin(db, tmp_path)
    send(db, tmp_path, upload.id, PHOTO.sealed)
    with monkeypatch.context() as power_cut:
        power_cut.setattr(photos, "add_waiting", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            complete(db, tmp_path, upload)
    assert photos.find(db, PHOTO.sha256) is None  # the file was moved, but nobody was told
    again = begin(db, tmp_path)
    assert again.id == upload.id
    send(db, tmp_path, upload.id, PHOTO.sealed, upload_files.size(tmp_path, upload.id))
    complete(db, tmp_path, upload)
    assert begin(db, tmp_path).finished_at is not None
    assert photo_files.read(tmp_path, PHOTO.sha256)[:] == PHOTO.sealed
    assert [state for (state,) in db.execute("SELECT state FROM photos")] == ["waiting"]


def test_a_phone_cannot_begin_more_than_its_share(db: Database, tmp_path: Path) -> None:
    share = 2 * len(PHOTO.sealed) + 100_000
    for seed in (1, 2):
        begin(db, tmp_path, sealed_sample(seed), outstanding_max_bytes=share)
    begin(db, tmp_path, sealed_sample(1), outstanding_max_bytes=share)  # taking one up again needs no more room
    third = sealed_sample(3)
    with pytest.raises(Problem) as caught:
        begin(db, tmp_path, third, outstanding_max_bytes=share - 100_000)
    assert code_of(caught) == "upload_limit_reached"
    begin(db, tmp_path, third, device="another", outstanding_max_bytes=share)
    first = begin(db, tmp_path)
    send(db, tmp_path, first.id, PHOTO.sealed)
    complete(db, tmp_path, first)
    assert uploads.outstanding_bytes(db, "d") == len(PHOTO.sealed) + len(sealed_sample(2).sealed)  # no message yet


def test_a_file_whose_row_a_power_cut_took_is_dropped_after_a_day(db: Database, tmp_path: Path) -> None:
    upload_files.create(tmp_path, "0" * 32)
    kept = begin(db, tmp_path, at=MUCH_LATER)
    now = written(datetime.now(UTC))
    assert expire_uploads(db, tmp_path, now) == 0
    os.utime(upload_files.path(tmp_path, "0" * 32), (0, 0))
    os.utime(upload_files.path(tmp_path, kept.id), (0, 0))
    assert expire_uploads(db, tmp_path, now) == 1
    assert [file.name for file in (tmp_path / "uploads").iterdir()] == [kept.id]


def test_a_full_disk_refuses_new_uploads_and_touches_nothing(db: Database, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        begin(db, tmp_path, disk_reserve_bytes=disk.free_bytes(tmp_path) + 1)
    assert code_of(caught) == "storage_full"
    assert uploads.of_photo(db, "d", PHOTO.sha256) is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_disk_that_fills_up_in_between_is_told_as_such(db: Database, tmp_path: Path) -> None:
    handle = os.open("/dev/full", os.O_WRONLY)
    try:
        with pytest.raises(Problem) as caught:
            upload_files.append(handle, lambda size: bytes(size), 100)
    finally:
        os.close(handle)
    assert code_of(caught) == "storage_full"


def test_a_disk_that_fills_up_while_a_photo_is_moved_leaves_the_upload_as_it_was(
        db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = begin(db, tmp_path)
    send(db, tmp_path, upload.id, PHOTO.sealed)
    with monkeypatch.context() as full:
        full.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
        with pytest.raises(Problem) as caught:
            complete(db, tmp_path, upload)
    assert code_of(caught) == "storage_full"
    assert upload_files.size(tmp_path, upload.id) == upload.length
    complete(db, tmp_path, upload)


def test_an_upload_that_goes_on_is_kept_for_longer(db: Database, tmp_path: Path) -> None:
    upload = begin(db, tmp_path)
    pieces = [b"x", b""]
    appended = append_upload(db, tmp_path, "d", upload.id, 0, 1, lambda _size: pieces.pop(0), LATER)
    assert appended.upload.expires_at == uploads.expiry(LATER) > upload.expires_at
    assert uploads.of_device(db, upload.id, "d", LATER).expires_at == uploads.expiry(LATER)


@pytest.mark.parametrize("name", ["", ".", "..", "../keys/session.key", "/etc/passwd", "a" * 31, "A" * 32, "0" * 32 + "\n"])
def test_only_an_upload_id_becomes_part_of_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError):
        upload_files.path(tmp_path, name)
    for place in (photo_files.photo_path, lambda data, name: photo_files.preview_path(data, name, 320)):
        with pytest.raises(ValueError):
            place(tmp_path, name * 2)


def test_an_upload_never_follows_a_link_out_of_its_folder(db: Database, tmp_path: Path) -> None:
    upload, secret = begin(db, tmp_path), tmp_path / "secret"
    secret.write_bytes(b"keep")
    upload_files.remove(tmp_path, upload.id)
    upload_files.path(tmp_path, upload.id).symlink_to(secret)
    with pytest.raises(OSError):
        send(db, tmp_path, upload.id, b"overwritten", offset=4)
    assert secret.read_bytes() == b"keep"


def test_the_photos_own_claim_is_looked_at_before_a_strangers(db: Database, tmp_path: Path) -> None:
    photos.add_waiting(db, PHOTO.sha256, "own", 1, AT)
    with write(db):
        for device in ("a", "own", "z"):
            db.execute(
                """INSERT INTO photo_claims (sealed_sha256, photo, visit, device, sha256, size, key, mime, width, height,
                   kind) VALUES (?, 'p', 'v', ?, ?, 1, 'k', 'image/jpeg', 1, 1, 'place')""", [PHOTO.sha256, device, device])
    assert photos.claim_of(db, PHOTO.sha256).sha256 == "own"
    assert len(photos.claims_of(db, PHOTO.sha256)) == 3
    assert photos.claim_of(db, "0" * 64) is None
    assert photos.waiting_among(db, [PHOTO.sha256, "0" * 64]) == [PHOTO.sha256]

"""What is answered is on the disk; what a full disk cannot take is refused whole."""

from __future__ import annotations

import json
import os
import resource
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

import pytest

from fieldcheck.app import create_app
from fieldcheck.fleet.phone import Refused
from fieldcheck.fleet.transport import WsgiTransport
from fieldcheck.store import photo_files
from fieldcheck.store.database import thread_database
from tests.photo_samples import sealed_sample
from tests.uploading_phone import UploadingPhone, claim, enrol, metadata, new_installation
from tests.world import PASSWORD, World

PHOTO = sealed_sample()
FULL = 2


class Witness:
    """Sees the real flushes, renames and commits of this process, in their order, and lets each of them happen."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
        self.seen: list[str] = []
        self._data, self._db = data, thread_database(data / "fieldcheck.db")
        fsync, replace = os.fsync, os.replace
        monkeypatch.setattr(os, "fsync", lambda handle: (fsync(handle), self._note("flush", self._name(handle)))[0])
        monkeypatch.setattr(os, "replace", lambda a, b: (replace(a, b), self._note("move", self._short(b)))[0])
        self._db.conn.set_trace_callback(self._statement)

    def _statement(self, sql: str) -> None:
        if sql == "COMMIT":
            self._db.conn.set_trace_callback(None)
            durable = self._db.execute("PRAGMA synchronous").fetchone()[0] == FULL
            self._db.conn.set_trace_callback(self._statement)
            self._note("commit", "durable" if durable else "light")

    def _name(self, handle: int) -> str:
        return self._short(os.readlink(f"/proc/self/fd/{handle}"))

    def _short(self, path: object) -> str:
        return str(Path(str(path)).relative_to(self._data))

    def _note(self, what: str, where: str) -> None:
        self.seen.append(f"{what} {where}")


pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc to name an open file")


def test_a_photos_receipt_follows_its_file_its_folders_and_a_durable_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = new_installation(tmp_path)
    phone = UploadingPhone(create_app(config).test_client(), enrol(thread_database(config.database)))
    claim(thread_database(config.database), PHOTO)
    path = phone.post(PHOTO).headers["Location"]
    witness = Witness(monkeypatch, tmp_path)
    assert phone.patch(path, PHOTO.sealed, 0).status_code == 204
    folder, upload = f"photos/{PHOTO.sha256[:2]}", path.rpartition("/")[2]
    assert witness.seen == [f"flush uploads/{upload}", "flush .", "flush photos", f"move {folder}/{PHOTO.sha256}",
                            f"flush {folder}", "commit durable"]
    assert phone.receipt(PHOTO.sha256).json["receipt"]


def test_a_folder_that_a_killed_process_made_is_flushed_before_it_is_relied_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = new_installation(tmp_path)
    phone = UploadingPhone(create_app(config).test_client(), enrol(thread_database(config.database)))
    (tmp_path / "photos" / PHOTO.sha256[:2]).mkdir(parents=True)
    witness = Witness(monkeypatch, tmp_path)
    assert phone.send(PHOTO).status_code == 204
    moved = witness.seen.index(f"move photos/{PHOTO.sha256[:2]}/{PHOTO.sha256}")
    assert {"flush .", "flush photos"} <= set(witness.seen[:moved])


def test_a_segments_receipt_follows_a_durable_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    world.assign("420101100", "a1", "a2")
    phone = world.phone()
    walk = world.walk(phone, "420101100")
    walk.open()
    phone.learn_time()
    seen = []
    client = world.app.test_client()

    def answered(path: str, **sent: Any) -> Any:
        answer = client.open(path, **sent)
        if path == "/api/v1/segments":
            seen.extend([*witness.seen, "receipt" if b'"receipt"' in answer.data else "none"])
        return answer

    phone.transport = WsgiTransport(answered)
    witness = Witness(monkeypatch, tmp_path)
    phone.send_segments()
    assert seen == ["commit durable", "receipt"] and all(kept.receipt for kept in phone.outbox.kept)


@contextmanager
def full_disk(data: Path) -> Iterator[None]:
    """Really no room: SQLite may add no page, and a file may not grow beyond what it has."""
    db = thread_database(data / "fieldcheck.db")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        db.execute("PRAGMA max_page_count = 1073741823")


@contextmanager
def no_file_beyond(limit: int) -> Iterator[None]:
    """The system lets no file of this process grow beyond ``limit`` bytes; it answers EFBIG, as a quota does EDQUOT."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def rows(db: Any) -> dict[str, list[Any]]:
    """Everything that the database holds."""
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    return {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in names}


def test_intake_on_a_full_disk_takes_nothing_and_the_phone_gets_everything_home_later(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign("420101100", "a1", "a2")
    phone = world.phone()
    world.walk(phone, "420101100").whole_visit(("poor", "general"))
    phone.learn_time()
    before = rows(world.db)
    with full_disk(tmp_path), pytest.raises(Refused, match="507 storage_full"):
        phone.send_segments()
    assert rows(world.db) == before and not any(kept.receipt for kept in phone.outbox.kept)
    phone.sync()
    assert all(kept.receipt for kept in phone.outbox.kept) and all(photo.receipt for photo in phone.photos)


def test_a_disk_that_is_full_while_a_photo_travels_keeps_what_arrived_and_goes_on_there_later(tmp_path: Path) -> None:
    config = new_installation(tmp_path)
    db = thread_database(config.database)
    phone = UploadingPhone(create_app(config).test_client(), enrol(db))
    claim(db, PHOTO)
    path = phone.post(PHOTO).headers["Location"]
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    half = len(PHOTO.sealed) // 2
    with no_file_beyond(half):
        refused = phone.patch(path, PHOTO.sealed, 0)
    assert refused.status_code == 507 and json.loads(refused.data)["code"] == "storage_full"
    assert int(phone.head(path).headers["Upload-Offset"]) == half
    assert phone.patch(path, PHOTO.sealed[half:], half).status_code == 204
    assert photo_files.read(tmp_path, PHOTO.sha256)[:] == PHOTO.sealed


def test_an_upload_on_a_full_disk_is_not_begun(tmp_path: Path) -> None:
    config = new_installation(tmp_path)
    db = thread_database(config.database)
    phone = UploadingPhone(create_app(config).test_client(), enrol(db))
    filler = ",filler " + "QUFB" * 15_000
    before = rows(db)
    with full_disk(tmp_path):
        refused = phone.post(PHOTO, **{"Upload-Metadata": metadata(PHOTO.sha256) + filler})
    assert refused.status_code == 507 and json.loads(refused.data)["code"] == "storage_full"
    assert rows(db) == before and not any((tmp_path / "uploads").glob("*"))
    assert phone.send(PHOTO).status_code == 204


def test_a_disk_that_is_full_at_the_last_step_of_a_photo_costs_no_byte_of_it(tmp_path: Path) -> None:
    config = new_installation(tmp_path)
    db = thread_database(config.database)
    phone = UploadingPhone(create_app(config).test_client(), enrol(db))
    claim(db, PHOTO)
    path = phone.post(PHOTO).headers["Location"]
    (tmp_path / "uploads" / path.rpartition("/")[2]).write_bytes(PHOTO.sealed)
    before = rows(db)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with no_file_beyond(0):
        assert phone.head(path).status_code == 507
    assert rows(db) == before and not [file for file in (tmp_path / "photos").rglob("*") if file.is_file()]
    assert int(phone.head(path).headers["Upload-Offset"]) == len(PHOTO.sealed)
    assert phone.receipt(PHOTO.sha256).status_code == 200


def test_a_form_at_the_desk_on_a_full_disk_gets_a_page_that_says_so(tmp_path: Path) -> None:
    world = World(tmp_path)
    client = world.app.test_client()
    token = form_token(client.get("/sign-in").text)
    db = thread_database(world.config.database)
    before = rows(db)
    with no_file_beyond(0):
        refused = client.post("/sign-in", data={"name": "office", "password": PASSWORD, "csrf_token": token},
                              headers={"Accept-Language": "en"})
    assert refused.status_code == 507 and "There is no room left on the server" in refused.text
    assert rows(db) == before
    assert client.post("/sign-in", data={"name": "office", "password": PASSWORD, "csrf_token": token}).status_code == 302


def form_token(page: str) -> str:
    """The form's token."""
    return page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]

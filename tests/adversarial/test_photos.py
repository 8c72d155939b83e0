"""Whatever is sent as a photo: nothing false is verified, nothing true is lost, and every refusal has its reason."""

from __future__ import annotations

import io
import socket
import struct
import time
import zipfile
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest
from PIL import Image
from sqlite_utils import Database

from fieldcheck import pictures, sealed_photo
from fieldcheck.actions.show_photo import open_preview
from fieldcheck.actions.verify_photo import verify_photo
from fieldcheck.app import create_app
from fieldcheck.config import Config
from fieldcheck.keys import load_keys
from fieldcheck.problems import PROBLEMS, Problem
from fieldcheck.store import photo_files, photos
from fieldcheck.store.database import open_database
from tests.photo_samples import Sealed, bomb_png, encoded, jpeg, jpeg_saying, noise, sealed_sample
from tests.photo_server import THREADS, WirePhone, running
from tests.uploading_phone import PATH, UploadingPhone, claim, enrol, new_installation

AT = "2026-11-23T02:00:00.000Z"
PHOTO = sealed_sample(content=jpeg(1600, 1200, quality=90))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return new_installation(tmp_path)


@pytest.fixture
def db(config: Config) -> Iterator[Database]:
    db = open_database(config.database)
    yield db
    db.conn.close()


@pytest.fixture
def phone(config: Config, db: Database) -> UploadingPhone:
    return UploadingPhone(create_app(config).test_client(), enrol(db))


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.sh", "#!/bin/sh\n")
    return out.getvalue()


def a_gif() -> bytes:
    return encoded(noise(90, 60).quantize(8), "GIF")


HOSTILE: dict[str, tuple[bytes, str]] = {
    "bomb": (jpeg_saying(jpeg(80, 60), 65_500, 65_500), "photo_too_many_pixels"),
    "bomb PNG named jpeg": (bomb_png(50_000, 50_000), "photo_disguised"),
    "PNG named jpeg": (encoded(noise(90, 60), "PNG"), "photo_disguised"),
    "truncated": (jpeg()[:-2], "photo_truncated"),
    "cut in half": (jpeg()[:20_000], "photo_truncated"),
    "end without a middle": (jpeg()[:400] + b"\xff\xd9", "photo_truncated"),
    "empty": (b"", "photo_not_opened"),
    "zip": (a_zip(), "photo_type_unsupported"),
    "zip behind a picture": (jpeg() + a_zip(), "photo_carries_more"),
    "gif": (a_gif(), "photo_type_unsupported"),
    "svg": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "photo_type_unsupported"),
    "text that begins as a JPEG": (b"\xff\xd8\xff\xe0=1;alert('" + b"a" * 2000 + b"')//", "photo_truncated"),
    "one byte": (b"x", "photo_type_unsupported"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 900, "photo_type_unsupported"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_whole_bearable_picture_is_refused_and_dropped(
        name: str, phone: UploadingPhone, db: Database, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures.importlib.util, "find_spec", lambda _name: None)
    content, code = HOSTILE[name]
    photo = sealed_sample(content=content)
    claim(db, photo)
    answer = phone.send(photo)
    assert (answer.status_code, answer.json["code"]) == (PROBLEMS[code], code)
    assert photos.find(db, photo.sha256).state == photos.REFUSED
    assert photos.find(db, photo.sha256).receipt is None
    assert not photo_files.photo_path(config.data, photo.sha256).exists()
    with pytest.raises(Problem) as caught:
        open_preview(db, config.data, photo.sha256, 320)
    assert caught.value.code == "photo_not_held"


def test_the_largest_bombs_cost_no_memory(db: Database) -> None:
    for width, height in ((2**31 - 1, 2**31 - 1), (24_000_001, 1)):
        with pytest.raises(pictures.PictureRefused) as caught:
            pictures.inspect(bomb_png(width, height), pictures.PNG)
        assert caught.value.code == "photo_too_many_pixels"


@pytest.mark.parametrize(("lie", "code"), [
    ({"key": sealed_sample(9).key_text}, "photo_not_opened"),
    ({"key": "short"}, "photo_not_opened"),
    ({"key": "é" * 43}, "photo_not_opened"),
    ({"key": ""}, "photo_not_opened"),
    ({"sha256": "0" * 64}, "photo_differs"),
    ({"size": 7}, "photo_differs"),
    ({"mime": "image/png"}, "photo_disguised"),
    ({"mime": "../../etc/passwd"}, "photo_disguised"),
])
def test_a_photo_that_is_not_what_its_message_says_is_refused(
        lie: dict[str, Any], code: str, phone: UploadingPhone, db: Database) -> None:
    claim(db, PHOTO, **lie)
    assert phone.send(PHOTO).json["code"] == code


@pytest.mark.parametrize("change", [
    lambda sealed: sealed[:20] + bytes([sealed[20] ^ 1]) + sealed[21:],
    lambda sealed: b"FCP2" + sealed[4:],
    lambda sealed: sealed[:-1],
    lambda sealed: sealed[:16],
    lambda sealed: b"x",
])
def test_a_changed_byte_is_never_verified(change: Callable[[bytes], bytes], db: Database, config: Config,
                                          phone: UploadingPhone) -> None:
    class Changed(Sealed):
        sealed = property(lambda self: change(super(Changed, self).sealed))  # type: ignore[assignment]

    photo = Changed(PHOTO.content, PHOTO.key)
    claim(db, photo)
    assert phone.send(photo).json["code"] == "photo_not_opened"


def test_a_strangers_false_claim_does_not_hide_the_true_one(phone: UploadingPhone, db: Database) -> None:
    claim(db, PHOTO, device="stranger", photo="0", key=sealed_sample(9).key_text)
    claim(db, PHOTO)
    assert phone.send(PHOTO).status_code == 204
    assert photos.find(db, PHOTO.sha256).state == photos.VERIFIED


def test_verifying_again_changes_nothing(phone: UploadingPhone, db: Database, config: Config) -> None:
    claim(db, PHOTO)
    phone.send(PHOTO)
    keys = load_keys(config.keys)
    first = photos.find(db, PHOTO.sha256)
    assert verify_photo(db, config.data, keys, PHOTO.sha256, "2027-01-01T00:00:00.000Z") == first
    photos.set_refused(db, PHOTO.sha256, "photo_differs", {}, AT)
    photos.add_waiting(db, PHOTO.sha256, "other", 1, AT)
    assert photos.find(db, PHOTO.sha256) == first


@pytest.mark.parametrize("size", pictures.PREVIEW_EDGES)
def test_a_preview_is_kept_sealed_and_made_again_when_it_is_torn(
        size: int, phone: UploadingPhone, db: Database, config: Config) -> None:
    claim(db, PHOTO)
    phone.send(PHOTO)
    shown = open_preview(db, config.data, PHOTO.sha256, size)
    with Image.open(io.BytesIO(shown)) as image:
        assert max(image.size) == size
    place = photo_files.preview_path(config.data, PHOTO.sha256, size)
    kept = place.read_bytes()
    assert kept.startswith(sealed_photo.MAGIC) and shown not in kept
    assert open_preview(db, config.data, PHOTO.sha256, size) == shown
    assert place.read_bytes() == kept
    place.write_bytes(kept[:100])
    assert open_preview(db, config.data, PHOTO.sha256, size) == shown
    assert sealed_photo.open_sealed(place.read_bytes(), PHOTO.key)[:] == shown


def test_a_photo_that_turns_out_not_to_decode_is_marked_and_kept(phone: UploadingPhone, db: Database, config: Config) -> None:
    whole = PHOTO.content
    bad = sealed_sample(content=whole[:whole.index(b"\xff\xdb")] + whole[whole.index(b"\xff\xc0"):])
    claim(db, bad)
    assert phone.send(bad).status_code == 204
    for _ in range(2):
        with pytest.raises(Problem) as caught:
            open_preview(db, config.data, bad.sha256, 320)
        assert caught.value.code == "photo_undecodable"
    photo = photos.find(db, bad.sha256)
    assert (photo.state, photo.code) == (photos.VERIFIED, "photo_undecodable")
    assert photo.receipt and photo_files.read(config.data, bad.sha256)[:] == bad.sealed


@pytest.mark.parametrize("name", ["../fieldcheck.db", "..%2F..%2Ffieldcheck.db", "%2e%2e", ".", "by-hash", "0" * 31,
                                  "0" * 33, "A" * 32, "0" * 32 + "%00", "0" * 31 + "%0a", "ａ" * 32])
def test_no_name_in_a_path_leads_out_of_the_folder(name: str, phone: UploadingPhone, config: Config) -> None:
    before = sorted(config.data.rglob("*"))
    for method in ("HEAD", "PATCH", "DELETE"):
        headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        assert phone.call(method, f"{PATH}/{name}", headers, b"x").status_code in (404, 405)
        assert phone.call(method, f"{PATH}/by-hash/{name}", headers, b"x").status_code in (404, 405)
    assert sorted(config.data.rglob("*")) == before


# -- over the wire: a real gunicorn


def eventually(seen: Callable[[], bool]) -> None:
    """The server learns that a connection has ended when it next looks."""
    deadline = time.monotonic() + 20
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_cut_body_keeps_its_bytes_through_a_killed_server_and_goes_on_to_its_receipt(config: Config, db: Database) -> None:
    key, half = enrol(db), len(PHOTO.sealed) // 2
    claim(db, PHOTO)
    with running(config.data) as server:
        phone = WirePhone(server, key)
        where = phone.begin(PHOTO)
        phone.start_patch(where, 0, len(PHOTO.sealed), PHOTO.sealed[:half]).close()
        eventually(lambda: phone.offset(where) == half)
        server.stop(hard=True)
    with running(config.data) as server:
        phone = WirePhone(server, key)
        assert phone.begin(PHOTO) == where
        assert phone.offset(where) == half
        eventually(lambda: phone.patch(where, PHOTO.sealed[half:], half)[0] == 204)
        assert phone.call("GET", f"{PATH}/by-hash/{PHOTO.sha256}/receipt")[0] == 200
    assert photo_files.read(config.data, PHOTO.sha256)[:] == PHOTO.sealed


def test_a_phone_that_stops_in_the_middle_and_still_listens_is_told_that_its_body_was_cut(config: Config, db: Database) -> None:
    key = enrol(db)
    with running(config.data) as server:
        phone = WirePhone(server, key)
        where = phone.begin(PHOTO)
        with phone.start_patch(where, 0, len(PHOTO.sealed), PHOTO.sealed[:30_000]) as connection:
            connection.shutdown(socket.SHUT_WR)
            answer = connection.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 400") and b'"body_cut"' in answer
        assert phone.offset(where) == 30_000


def test_a_connection_that_is_reset_keeps_what_the_server_had_read(config: Config, db: Database) -> None:
    key = enrol(db)
    with running(config.data) as server:
        phone = WirePhone(server, key)
        where = phone.begin(PHOTO)
        connection = phone.start_patch(where, 0, len(PHOTO.sealed), PHOTO.sealed[:50_000])
        eventually(lambda: phone.offset(where) >= 48 * 1024)  # all but what does not fill a piece
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close() resets
        connection.close()
        eventually(lambda: phone.patch(where, b"", phone.offset(where))[0] == 204)
        offset = phone.offset(where)
        assert phone.patch(where, PHOTO.sealed[offset:], offset)[0] == 204
    assert photo_files.read(config.data, PHOTO.sha256)[:] == PHOTO.sealed


def test_a_second_writer_is_told_to_wait_and_the_first_ends_well(config: Config, db: Database) -> None:
    key, size = enrol(db), len(PHOTO.sealed)
    with running(config.data) as server:
        phone = WirePhone(server, key)
        where = phone.begin(PHOTO)
        with phone.start_patch(where, 0, size, PHOTO.sealed[:50_000]) as first:
            eventually(lambda: phone.offset(where) > 0)
            offset = phone.offset(where)
            # Few bytes: a server that says no before it has read them all may close on whoever still sends.
            assert phone.patch(where, PHOTO.sealed[offset:offset + 100], offset)[0] == 423
            assert phone.call("DELETE", where)[0] == 423
            first.sendall(PHOTO.sealed[50_000:])
            assert first.recv(1000).startswith(b"HTTP/1.1 204")
        assert phone.offset(where) == size


@pytest.mark.long
def test_stalled_phones_do_not_hold_the_servers_threads_for_ever(config: Config, db: Database) -> None:
    key, samples = enrol(db), [sealed_sample(20 + number) for number in range(THREADS)]
    with running(config.data) as server:
        phone = WirePhone(server, key)
        begun = [(phone.begin(photo), photo) for photo in samples]
        stalled = [phone.start_patch(where, 0, len(photo.sealed), photo.sealed[:20_000]) for where, photo in begun]
        try:
            assert phone.call("OPTIONS", PATH)[0] == 204  # its own socket gives up after 30 s
            assert phone.offset(begun[0][0]) >= 16_384
        finally:
            for connection in stalled:
                connection.close()

"""The photo routes speak tus 1.0.0 and give a receipt only for what is durable and verified."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterator

import pytest
from sqlite_utils import Database

from fieldcheck import jose
from fieldcheck.actions.expire_uploads import expire_uploads
from fieldcheck.app import create_app
from fieldcheck.config import Config
from fieldcheck.keys import load_keys
from fieldcheck.problems import PROBLEMS
from fieldcheck.store import photo_files
from fieldcheck.store.database import open_database, write
from tests.photo_samples import Sealed, sealed_sample
from tests.uploading_phone import DEVICE, PATH, UploadingPhone, claim, enrol, metadata, new_installation

PHOTO = sealed_sample()
OTHER = "0190b1e4-0000-7000-8000-00000000000b"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return new_installation(tmp_path, photo_max_bytes=1_000_000)


@pytest.fixture
def db(config: Config) -> Iterator[Database]:
    db = open_database(config.database)
    yield db
    db.conn.close()


@pytest.fixture
def client(config: Config) -> Any:
    return create_app(config).test_client()


@pytest.fixture
def phone(client: Any, db: Database) -> UploadingPhone:
    return UploadingPhone(client, enrol(db))


def expect_problem(answer: Any, code: str) -> dict[str, Any]:
    assert answer.mimetype == "application/problem+json", answer.data
    document = json.loads(answer.data)
    assert (document["code"], document["status"], answer.status_code) == (code, PROBLEMS[code], PROBLEMS[code])
    assert document["detail"] and document["next"]
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    return document


def upload_files(config: Config) -> list[Path]:
    return sorted((config.data / "uploads").glob("*"))


def test_options_tells_what_the_server_speaks_without_being_asked_who_asks(client: Any) -> None:
    for path in (PATH, f"{PATH}/{'0' * 32}"):
        answer = client.options(path)
        assert answer.status_code == 204
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Extension"] == "creation,termination,expiration"
        assert answer.headers["Tus-Max-Size"] == "1000000"


def test_a_photo_sent_in_pieces_is_held_verified_and_receipted(phone: UploadingPhone, db: Database, config: Config) -> None:
    claim(db, PHOTO)
    created = phone.post(PHOTO)
    assert (created.status_code, created.headers["Upload-Offset"]) == (201, "0")
    assert created.headers["Upload-Expires"].endswith("GMT")
    where, half = created.headers["Location"], len(PHOTO.sealed) // 2
    first = phone.patch(where, PHOTO.sealed[:half], 0)
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
    asked = phone.head(where)
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, str(half))
    assert asked.headers["Upload-Length"] == str(len(PHOTO.sealed))
    assert asked.headers["Cache-Control"] == "no-store"
    assert asked.headers["Upload-Metadata"] == metadata(PHOTO.sha256)
    assert phone.receipt(PHOTO.sha256).status_code == 404
    last = phone.patch(where, PHOTO.sealed[half:], half)
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(PHOTO.sealed)))
    assert photo_files.read(config.data, PHOTO.sha256)[:] == PHOTO.sealed
    assert upload_files(config) == []
    receipt = phone.receipt(PHOTO.sha256).json["receipt"]
    claims = jose.verify(receipt, load_keys(config.keys).signing_jwk, "fc-receipt")
    assert claims == {"device": DEVICE, "photo": PHOTO.sha256, "size": len(PHOTO.sealed), "verified": True, "at": claims["at"]}


def test_the_receipt_is_the_same_each_time(phone: UploadingPhone, db: Database) -> None:
    claim(db, PHOTO)
    phone.send(PHOTO)
    first = phone.receipt(PHOTO.sha256).json
    assert phone.post(PHOTO).status_code == 201
    assert phone.receipt(PHOTO.sha256).json == first


def test_bytes_that_arrive_before_their_message_wait_and_get_their_receipt_after_it(
        phone: UploadingPhone, db: Database) -> None:
    assert phone.send(PHOTO).status_code == 204
    held = phone.call("HEAD", f"{PATH}/by-hash/{PHOTO.sha256}")
    assert (held.status_code, held.headers["Fieldcheck-Photo"]) == (200, "waiting")
    expect_problem(phone.receipt(PHOTO.sha256), "photo_waits_for_message")
    claim(db, PHOTO)
    assert phone.receipt(PHOTO.sha256).status_code == 200
    assert phone.call("HEAD", f"{PATH}/by-hash/{PHOTO.sha256}").headers["Fieldcheck-Photo"] == "verified"


def test_a_photo_never_heard_of_is_not_held(phone: UploadingPhone) -> None:
    for name in ("0" * 64, "A" * 64, "signing.jwk"):
        expect_problem(phone.receipt(name), "photo_not_held")
        assert phone.call("HEAD", f"{PATH}/by-hash/{name}").status_code == 404


def test_a_hash_already_held_completes_at_once_for_any_phone(phone: UploadingPhone, client: Any, db: Database) -> None:
    claim(db, PHOTO)
    phone.send(PHOTO)
    other = UploadingPhone(client, enrol(db, OTHER), OTHER)
    for one in (phone, other):
        again = one.post(PHOTO)
        assert (again.status_code, again.headers["Upload-Offset"]) == (201, str(len(PHOTO.sealed)))
        assert one.head(again.headers["Location"]).headers["Upload-Offset"] == str(len(PHOTO.sealed))


def test_an_unfinished_upload_is_taken_up_again_by_post(phone: UploadingPhone) -> None:
    where = phone.post(PHOTO).headers["Location"]
    phone.patch(where, PHOTO.sealed[:1000], 0)
    again = phone.post(PHOTO)
    assert (again.headers["Location"], again.headers["Upload-Offset"]) == (where, "1000")


def test_an_upload_belongs_to_the_phone_that_began_it(phone: UploadingPhone, client: Any, db: Database) -> None:
    where = phone.post(PHOTO).headers["Location"]
    other = UploadingPhone(client, enrol(db, OTHER), OTHER)
    assert other.head(where).status_code == 404
    expect_problem(other.patch(where, PHOTO.sealed, 0), "upload_unknown")
    expect_problem(other.call("DELETE", where), "upload_unknown")
    assert other.post(PHOTO).headers["Location"] != where


def test_a_last_answer_that_was_lost_is_given_again(phone: UploadingPhone, db: Database) -> None:
    claim(db, PHOTO)
    where = phone.post(PHOTO).headers["Location"]
    phone.patch(where, PHOTO.sealed, 0)
    assert phone.head(where).headers["Upload-Offset"] == str(len(PHOTO.sealed))
    expect_problem(phone.patch(where, PHOTO.sealed, 0), "upload_offset_wrong")


@pytest.mark.parametrize("ask", ["head", "post"])
def test_an_upload_that_a_crash_left_whole_is_completed_when_the_phone_asks(
        ask: str, phone: UploadingPhone, db: Database, config: Config) -> None:
    claim(db, PHOTO)
    where = phone.post(PHOTO).headers["Location"]
    (config.data / "uploads" / where.rpartition("/")[2]).write_bytes(PHOTO.sealed)
    answer = phone.head(where) if ask == "head" else phone.post(PHOTO)
    assert answer.headers["Upload-Offset"] == str(len(PHOTO.sealed))
    assert phone.receipt(PHOTO.sha256).status_code == 200


def test_an_ended_upload_is_gone_and_a_photo_made_of_one_stays(phone: UploadingPhone, db: Database, config: Config) -> None:
    where = phone.post(PHOTO).headers["Location"]
    phone.patch(where, PHOTO.sealed[:1000], 0)
    assert phone.call("DELETE", where).status_code == 204
    assert upload_files(config) == []
    assert phone.head(where).status_code == 404
    expect_problem(phone.patch(where, b"x", 1000), "upload_unknown")
    phone.send(PHOTO)
    assert phone.call("DELETE", phone.post(PHOTO).headers["Location"]).status_code == 204
    assert photo_files.is_held(config.data, PHOTO.sha256, len(PHOTO.sealed))


def test_an_expired_upload_is_gone_and_dropped(phone: UploadingPhone, db: Database, config: Config) -> None:
    where = phone.post(PHOTO).headers["Location"]
    phone.patch(where, PHOTO.sealed[:1000], 0)
    with write(db):
        db.execute("UPDATE uploads SET expires_at = '2020-01-01T00:00:00.000Z'")
    assert phone.head(where).status_code == 410
    expect_problem(phone.patch(where, PHOTO.sealed[1000:], 1000), "upload_expired")
    assert expire_uploads(db, config.data, "2026-01-01T00:00:00.000Z") == 1
    assert upload_files(config) == []
    assert phone.head(where).status_code == 404


def test_post_carries_what_a_proxy_does_not_let_through(phone: UploadingPhone) -> None:
    where = phone.post(PHOTO).headers["Location"]
    sent = phone.call("POST", where, {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0",
                                      "Content-Type": "application/offset+octet-stream"}, PHOTO.sealed)
    assert sent.status_code == 204
    assert phone.call("POST", where, {"X-HTTP-Method-Override": "DELETE"}).status_code == 204
    expect_problem(phone.call("POST", where), "method_not_allowed")


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0", "2.0.0"])
def test_another_protocol_version_is_refused_unread(phone: UploadingPhone, version: str | None, config: Config) -> None:
    answer = phone.post(PHOTO, **{"Tus-Resumable": version})
    expect_problem(answer, "tus_version_unsupported")
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert upload_files(config) == []


@pytest.mark.parametrize(("header", "value"), [
    ("Upload-Length", None), ("Upload-Length", "-1"), ("Upload-Length", "0"), ("Upload-Length", "1e3"),
    ("Upload-Length", "9" * 30), ("Upload-Length", "٣"), ("Upload-Metadata", None), ("Upload-Metadata", "visit eA=="),
    ("Upload-Metadata", "sha256"), ("Upload-Metadata", "sha256 ***"), ("Upload-Metadata", "sha256 AAAA"),
    ("Upload-Metadata", "sha256 " + "QUFB" * 21 + "Qg=="), ("Upload-Metadata", "sha256 /w=="),
])
def test_a_malformed_creation_is_refused_and_names_its_header(phone: UploadingPhone, header: str, value: str | None,
                                                              config: Config) -> None:
    sent = value.encode().decode("latin-1") if value else value
    assert header in expect_problem(phone.post(PHOTO, **{header: sent}), "upload_header_malformed")["detail"]
    assert upload_files(config) == []


def test_a_photo_beyond_the_limit_is_refused_before_it_is_sent(phone: UploadingPhone) -> None:
    expect_problem(phone.post(PHOTO, length=1_000_001), "photo_too_large")


def test_the_same_photo_cannot_be_announced_with_two_lengths(phone: UploadingPhone) -> None:
    phone.post(PHOTO)
    expect_problem(phone.post(PHOTO, length=17), "upload_length_differs")
    phone.send(PHOTO)
    expect_problem(phone.post(PHOTO, length=17), "upload_length_differs")


@pytest.mark.parametrize(("headers", "code"), [
    ({"Content-Type": "application/octet-stream"}, "content_type_unsupported"),
    ({"Content-Type": None}, "content_type_unsupported"),
    ({"Upload-Offset": None}, "upload_header_malformed"),
    ({"Upload-Offset": "-1"}, "upload_header_malformed"),
    ({"Upload-Offset": "1"}, "upload_offset_wrong"),
    ({"Content-Length": None, "Transfer-Encoding": "chunked"}, "length_required"),
    ({"Authorization": None}, "auth_missing"),
    ({"Authorization": "Bearer x.y.z"}, "device_unknown"),
])
def test_a_malformed_patch_writes_nothing(phone: UploadingPhone, headers: dict[str, str | None], code: str,
                                          config: Config) -> None:
    where = phone.post(PHOTO).headers["Location"]
    expect_problem(phone.patch(where, PHOTO.sealed[:500], 0, headers), code)
    assert [file.stat().st_size for file in upload_files(config)] == [0]


def test_bytes_beyond_the_announced_length_are_not_written(phone: UploadingPhone, config: Config) -> None:
    where = phone.post(PHOTO).headers["Location"]
    expect_problem(phone.patch(where, PHOTO.sealed + b"x", 0), "upload_beyond_length")
    assert [file.stat().st_size for file in upload_files(config)] == [0]


def test_a_finished_upload_with_other_bytes_is_dropped_whole(phone: UploadingPhone, db: Database, config: Config) -> None:
    where = phone.post(PHOTO).headers["Location"]
    expect_problem(phone.patch(where, bytes(len(PHOTO.sealed)), 0), "photo_hash_mismatch")
    assert phone.head(where).status_code == 404
    assert upload_files(config) == [] and not photo_files.photo_path(config.data, PHOTO.sha256).exists()
    assert phone.send(PHOTO).status_code == 204


def test_a_refused_photo_is_answered_with_its_reason_now_and_later(phone: UploadingPhone, db: Database, config: Config) -> None:
    bad = sealed_sample(content=PHOTO.content[:-400])
    claim(db, bad)
    expect_problem(phone.send(bad), "photo_truncated")
    expect_problem(phone.receipt(bad.sha256), "photo_truncated")
    expect_problem(phone.post(bad), "photo_truncated")
    held = phone.call("HEAD", f"{PATH}/by-hash/{bad.sha256}")
    assert (held.status_code, held.headers["Fieldcheck-Photo"]) == (404, "refused")
    assert not photo_files.photo_path(config.data, bad.sha256).exists()


def test_a_photo_whose_file_was_lost_is_taken_in_again_under_the_same_receipt(
        phone: UploadingPhone, db: Database, config: Config) -> None:
    claim(db, PHOTO)
    phone.send(PHOTO)
    receipt = phone.receipt(PHOTO.sha256).json
    photo_files.remove(config.data, PHOTO.sha256)
    assert phone.post(PHOTO).headers["Upload-Offset"] == "0"
    assert phone.send(PHOTO).status_code == 204
    assert photo_files.read(config.data, PHOTO.sha256)[:] == PHOTO.sealed
    assert phone.receipt(PHOTO.sha256).json == receipt


def test_a_revoked_phone_may_still_hand_in_its_photos(phone: UploadingPhone, db: Database) -> None:
    with write(db):
        db.execute("UPDATE devices SET revoked_at = '2026-01-01T00:00:00.000Z', revoked_reason = 'lost'")
    assert phone.send(PHOTO).status_code == 204
    assert isinstance(PHOTO, Sealed)

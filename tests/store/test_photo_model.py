"""Photos under made-up histories: cut pieces, wrong bytes, a server that dies between any two steps or is set back.

The real acts on a real disk and a real SQLite file. What a dead process leaves is what its files and its last commit
leave: the connection is dropped and opened anew.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlite_utils import Database

from fieldcheck.actions import complete_upload as action
from fieldcheck.actions.append_upload import append_upload
from fieldcheck.actions.begin_upload import Promise, begin_upload
from fieldcheck.actions.complete_upload import complete_upload
from fieldcheck.actions.verify_photo import verify_photo
from fieldcheck.keys import Keys, make_keys
from fieldcheck.problems import Problem
from fieldcheck.store import disk, photo_files, photos, upload_files
from fieldcheck.store.database import open_database
from tests.photo_samples import Sealed, jpeg, sealed_sample
from tests.sync.field import Crash, Fuse
from tests.sync.sqlite_server import MortalConnection
from tests.uploading_phone import claim, enrol

AT = "2026-11-23T01:00:00.000Z"
PHOTOS = [sealed_sample(seed, jpeg(96, 64, seed)) for seed in (1, 2)]
PHOTO = st.integers(0, len(PHOTOS) - 1)
FATE = st.sampled_from(("arrives", "arrives", "cut", "dies", "wrong bytes"))
DEVICES = ("d1", "d2")
# What changes the disk; a process can end before and after each.
CHANGES = ("fsync", "replace", "rename", "unlink", "write", "mkdir")


class MortalSystem:
    """The ``os`` of the store's modules, with a place to die before and after each change."""

    def __init__(self, fuse: Fuse) -> None:
        self.fuse = fuse

    def __getattr__(self, name: str) -> Any:
        act = getattr(os, name)
        return self._mortal(act) if name in CHANGES else act

    def _mortal(self, act: Any) -> Any:
        def mortal(*what: Any, **more: Any) -> Any:
            self.fuse.point()
            done = act(*what, **more)
            self.fuse.point()
            return done

        return mortal


@pytest.fixture
def machine(tmp_path: Path) -> Any:
    """The machine, with an installation of two phones that is made once and copied for each history."""
    data = tmp_path / "empty"
    data.mkdir()
    db = open_database(data / "fieldcheck.db")
    for device in DEVICES:
        enrol(db, device)
    db.conn.close()
    return type("PhotoFieldHere", (PhotoField,), {"empty": data, "keys": make_keys(data / "keys")})


class PhotoField(RuleBasedStateMachine):
    """One history. ``promised``: receipts that were given out, by photo."""

    empty: Path
    keys: Keys

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.data = self.folder / "data"
        shutil.copytree(self.empty, self.data)
        self.fuse = Fuse()
        self.patches = [mock.patch.object(module, "os", MortalSystem(self.fuse)) for module in (photo_files, upload_files, disk)]
        for patch in self.patches:
            patch.start()
        self.promised: dict[str, str] = {}
        self.backup: dict[str, str] | None = None
        self._open()

    @rule(photo=PHOTO, device=st.sampled_from(DEVICES), size=st.integers(1, 3000), fate=FATE, dies_at=st.integers(0, 24))
    def send(self, photo: int, device: str, size: int, fate: str, dies_at: int) -> None:
        """As a phone does it: begin or go on, ask where it stands, send a piece, finish."""
        self.fuse.left = dies_at if fate == "dies" else None
        try:
            self._send(PHOTOS[photo], device, size, fate)
        except Crash:
            self._open()
        except Problem as problem:
            assert self._spoilt(problem)
        finally:
            self.fuse.left = None

    @rule(photo=PHOTO, dies_at=st.none() | st.integers(0, 12))
    def ask_for_the_receipt(self, photo: int, dies_at: int | None) -> None:
        self.fuse.left = dies_at
        try:
            self._receipt(PHOTOS[photo])
        except Crash:
            self._open()
        except Problem as problem:
            assert problem.code == "photo_not_held" and PHOTOS[photo].sha256 not in self.promised
        finally:
            self.fuse.left = None

    @rule(photo=PHOTO)
    def its_message_arrives(self, photo: int) -> None:
        claim(self.db, PHOTOS[photo], "d1")

    @rule()
    def back_up(self) -> None:
        shutil.rmtree(self.folder / "copy", ignore_errors=True)
        self.db.conn.close()
        shutil.copytree(self.data, self.folder / "copy")
        self.backup = dict(self.promised)
        self._open()

    @rule()
    def restore(self) -> None:
        if self.backup is not None:
            self.db.conn.close()
            shutil.rmtree(self.data)
            shutil.copytree(self.folder / "copy", self.data)
            self.promised = dict(self.backup)
            self._open()

    @invariant()
    def every_photo_that_is_known_lies_whole_under_its_name(self) -> None:
        for name, state in self.db.execute("SELECT sealed_sha256, state FROM photos").fetchall():
            assert state != photos.REFUSED
            assert photo_files.digest(self.data, name) == name
        for photo in PHOTOS:
            assert photo_files.digest(self.data, photo.sha256) in (None, photo.sha256)

    @invariant()
    def every_receipt_is_honoured(self) -> None:
        for name, receipt in self.promised.items():
            known = photos.find(self.db, name)
            assert (known.state, known.receipt) == (photos.VERIFIED, receipt)

    def teardown(self) -> None:
        """Everything works again: each photo comes home, once, byte for byte."""
        if not hasattr(self, "patches"):
            return
        try:
            for photo in PHOTOS:
                claim(self.db, photo, "d1")
                for _ in range(3):
                    try:
                        self._send(photo, "d1", len(photo.sealed), "arrives")
                    except Problem as problem:
                        assert self._spoilt(problem)
                assert self._receipt(photo)
                assert bytes(photo_files.read(self.data, photo.sha256)[:]) == photo.sealed
            self.every_photo_that_is_known_lies_whole_under_its_name()
            self.every_receipt_is_honoured()
        finally:
            for patch in self.patches:
                patch.stop()
            self.db.conn.close()
            shutil.rmtree(self.folder)

    def _open(self) -> None:
        if hasattr(self, "db"):
            self.db.conn.close()
        connection = sqlite3.connect(self.data / "fieldcheck.db", factory=MortalConnection)
        connection.fuse = self.fuse
        self.db = Database(connection)
        for pragma in ("journal_mode = WAL", "foreign_keys = ON"):
            self.db.execute(f"PRAGMA {pragma}")

    def _send(self, photo: Sealed, device: str, size: int, fate: str) -> None:
        promise = Promise(device, photo.sha256, len(photo.sealed), "m")
        begun = begin_upload(self.db, self.data, promise, AT, max_bytes=10**6, disk_reserve_bytes=0)
        piece = photo.sealed[begun.offset:begun.offset + size]
        wrong = bytes(255 - byte for byte in piece) if fate == "wrong bytes" else piece
        coming = [wrong[:len(wrong) // 2] if fate == "cut" else wrong]
        offset = begun.offset
        if piece:
            offset = append_upload(self.db, self.data, device, begun.upload.id, offset, len(piece),
                                   lambda _size: coming.pop() if coming else b"", AT).offset
        if offset == begun.upload.length and begun.upload.finished_at is None:
            self._note(complete_upload(self.db, self.data, self.keys, begun.upload, AT))

    def _receipt(self, photo: Sealed) -> str | None:
        return self._note(verify_photo(self.db, self.data, self.keys, photo.sha256, AT))

    def _note(self, photo: photos.Photo) -> str | None:
        if photo.receipt:
            assert self.promised.setdefault(photo.sealed_sha256, photo.receipt) == photo.receipt
        return photo.receipt

    def _spoilt(self, problem: Problem) -> bool:
        """Wrong bytes of an earlier piece are found when the last one has come; the upload then begins anew."""
        return problem.code == "photo_hash_mismatch"


def run(machine: type[PhotoField], examples: int, **more: Any) -> None:
    """Play so many histories."""
    run_state_machine_as_test(machine, settings=settings(
        max_examples=examples, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), **more))


def test_whatever_happens_on_the_way_a_photo_is_whole_under_its_name_or_not_there(machine: type[PhotoField]) -> None:
    run(machine, 500 if settings().max_examples >= 1000 else 20)


def any_bytes_pass_for_what_was_promised(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(upload_files, "sha256", lambda _handle: type("Any", (str,), {"__ne__": lambda *_: False})())


def the_database_is_told_before_the_disk(patch: pytest.MonkeyPatch) -> None:
    def keep(handle: int, *where: Any) -> None:
        later.append((os.dup(handle), *where))

    def told(*what: Any) -> Any:
        photo = honest_told(*what)
        handle, *where = later.pop()
        honest_keep(handle, *where)
        os.close(handle)
        return photo

    later: list[Any] = []
    honest_keep, honest_told = photo_files.keep, action._told
    patch.setattr(photo_files, "keep", keep)
    patch.setattr(action, "_told", told)
    patch.setattr(action.photo_verdicts, "judge", lambda *_: None)


@pytest.mark.long
@pytest.mark.parametrize("break_it", [any_bytes_pass_for_what_was_promised, the_database_is_told_before_the_disk])
def test_the_photo_model_notices_when(break_it: Any, machine: type[PhotoField], monkeypatch: pytest.MonkeyPatch) -> None:
    break_it(monkeypatch)
    with pytest.raises(AssertionError):
        run(machine, 400, phases=[Phase.generate], database=None, derandomize=True, print_blob=False)

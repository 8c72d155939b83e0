"""Taking in a rescue file: the same two ways by which phones send, segments and photos, one record after another.

The file proves nothing by itself and needs not: every segment carries the signature of its phone, every photo is known
by its hash. So it does not matter who brings it, and bringing it twice changes nothing. ``docs/protocol.md`` §4.5.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Callable, Iterator

from sync.rescue import CERTIFICATE, CERTIFICATE_MAX_BYTES, PHOTO, PIECE_BYTES, SEGMENT, Frame, NotRescue, RescueReader

from .actions.complete_upload import complete_upload
from .actions.readmit_device import certified_enrolment, readmit_device
from .actions.spool_photo import Promise, spool_photo
from .actions.take_segments import take_segments
from .config import Config
from .jose import JWE_MAX_CHARS
from .keys import Keys
from .problems import Problem
from .store import devices, photos, upload_files, uploads
from .store.database import Database
from .times import written

FILE_MAX_BYTES = 1_000_000_000
BATCH_SEGMENTS = 50
DAMAGED = "rescue_record_damaged"
_NOT_AS_SENT = {"photo_hash_mismatch", "photo_truncated"}


@dataclass
class Rescued:
    """What became of a file. Segments and photos are counted apart; ``aside`` and ``refused`` by code.

    ``promised``: how many segments and photos the phone said it had put in. ``cut``: the file ends, or stops making
    sense, before its end.
    """

    device: str
    made_at: str | None
    promised: dict[str, int | None]
    accepted: int = 0
    duplicates: int = 0
    photos: int = 0
    photos_held: int = 0
    photos_waiting: int = 0
    aside: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    photos_refused: Counter[str] = field(default_factory=Counter)
    passed_over: int = 0
    cut: bool = False

    @property
    def whole(self) -> bool:
        """Whether everything that the phone put in came out of the file."""
        segments = self.accepted + self.duplicates + self.aside.total() + self.refused.total()
        pictures = self.photos + self.photos_held + self.photos_waiting + self.photos_refused.total()
        found = {"segments": segments, "photos": pictures}
        return not self.cut and all(n is None or n <= found[what] for what, n in self.promised.items())

    def said(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What to tell people: key of the catalogue and its values; ``code`` among them is one of the table of errors."""
        yield from ((f"rescue.{name}", {"n": n}) for name, n in (
            ("accepted", self.accepted), ("duplicates", self.duplicates), ("photos", self.photos),
            ("photos_held", self.photos_held), ("photos_waiting", self.photos_waiting)) if n)
        for key, counted in (("rescue.aside", self.aside), ("rescue.refused", self.refused),
                             ("rescue.photos_refused", self.photos_refused)):
            yield from ((key, {"n": n, "code": code}) for code, n in sorted(counted.items()))
        if self.passed_over:
            yield "rescue.passed_over", {"n": self.passed_over}
        yield ("rescue.whole" if self.whole else "rescue.not_whole"), {}

    def document(self) -> dict[str, Any]:
        """The same for a script."""
        return {**{name: dict(value) if isinstance(value, Counter) else value for name, value in vars(self).items()},
                "whole": self.whole}


class Import:
    """One file being taken in."""

    def __init__(self, db: Database, config: Config, keys: Keys, now: datetime) -> None:
        self._db, self._config, self._keys, self._now = db, config, keys, now
        self._known: set[str] = set()
        self._batch: list[str] = []
        self._batch_of = ""

    def take(self, read: Callable[[int], bytes]) -> Rescued:
        """Take in everything that ``read`` gives.

        :raises Problem: ``rescue_malformed``: it is no rescue file, nothing was stored.
        """
        reader = RescueReader(read)
        try:
            device, header = reader.header()
        except NotRescue:
            raise Problem("rescue_malformed") from None
        self._done = Rescued(device, _text(header.get("at")),
                             {what: _count(header.get(what)) for what in ("segments", "photos")})
        for found in reader.frames():
            self._record(reader, found)
        self._flush()
        self._done.device = device if self._is_known(device) else ""
        self._done.cut = reader.cut
        return self._done

    def _record(self, reader: RescueReader, found: Frame) -> None:
        if found.kind == SEGMENT:
            self._segment(found, reader.content(found, JWE_MAX_CHARS))
        elif found.kind == PHOTO:
            self._flush()  # a photo is verified at once where its message is there
            self._photo(found, reader)
        elif found.kind == CERTIFICATE:
            self._certificate(found, reader.content(found, CERTIFICATE_MAX_BYTES))
        else:
            self._done.passed_over += 1

    def _certificate(self, found: Frame, certificate: bytes | None) -> None:
        """A phone that this server forgot when it was restored. One that is of no use is passed over: what it would have
        let in is refused by name."""
        if certificate is None or self._is_known(found.device):
            return
        try:
            enrolment = certified_enrolment(self._keys, certificate.decode("ascii", "replace"))
            if enrolment["device"] == found.device:
                readmit_device(self._db, self._keys, enrolment, self._now)
        except Problem:
            return
        self._known.clear()

    def _segment(self, found: Frame, jwe: bytes | None) -> None:
        if jwe is None:
            self._done.refused[DAMAGED] += 1
        elif not self._is_known(found.device):
            self._done.refused["device_unknown"] += 1
        else:
            if self._batch_of != found.device or len(self._batch) == BATCH_SEGMENTS:
                self._flush()
            self._batch_of = found.device
            self._batch.append(jwe.decode("ascii", "replace"))

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        if not batch:
            return
        try:
            answers, _ = take_segments(self._db, self._keys, self._batch_of, batch, self._now)
        except Problem as problem:
            self._done.refused[problem.code] += len(batch)
            return
        for answer in answers:
            self._done.accepted += answer.status == "accepted"
            self._done.duplicates += answer.status == "duplicate"
            if answer.status == "conflict":
                self._done.aside[answer.code] += 1
            elif answer.status in ("refused", "gap"):
                self._done.refused[answer.code] += 1

    def _photo(self, found: Frame, reader: RescueReader) -> None:
        data, at, upload = self._config.data, written(self._now), None
        try:
            if not self._is_known(found.device):
                raise Problem("device_unknown")
            upload = spool_photo(self._db, data, Promise(found.device, found.sha256, found.length),
                                 lambda size: reader.piece(min(size, PIECE_BYTES)), at, max_bytes=self._config.photo_max_bytes)
            if upload is None:
                self._done.photos_held += 1
                return
            photo = complete_upload(self._db, data, self._keys, upload, at)
            uploads.finish_all(self._db, found.sha256, at)
        except Problem as problem:
            if upload is not None:
                upload_files.discard(data, upload.id)  # on a full disk it must not stay until it is an orphan
            self._done.photos_refused[DAMAGED if problem.code in _NOT_AS_SENT else problem.code] += 1
            return
        self._done.photos += photo.state == photos.VERIFIED
        self._done.photos_waiting += photo.state == photos.WAITING
        if photo.state == photos.REFUSED:
            self._done.photos_refused[str(photo.code)] += 1

    def _is_known(self, device: str) -> bool:
        # Only those that are: a file may name millions that nobody enrolled.
        if device not in self._known and devices.device(self._db, device) is not None:
            self._known.add(device)
        return device in self._known


def import_file(db: Database, config: Config, keys: Keys, path: Path, now: datetime) -> Rescued:
    """Take in a file of this machine. :raises Problem: ``rescue_malformed``. :raises OSError: it cannot be read."""
    with path.open("rb") as file:
        return Import(db, config, keys, now).take(file.read)


def _text(value: Any) -> str | None:
    return value[:64] if isinstance(value, str) else None


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= 1_000_000 else None

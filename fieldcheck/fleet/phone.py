"""A phone in Python: the same keys, lines, segments, photos and reactions as ``static/js``.

Prose: ``docs/protocol.md``. Clock, randomness and the way to the server come in from outside, so that a
simulated day is the same bytes each time.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Callable, Mapping

from joserfc.jwk import ECKey

from sync import rescue
from sync.auth import AUTH_TYPE, auth_claims
from sync.chain import Chain, Head
from sync.intake import RECEIPT_TYPE
from sync.outbox import Kept, Outbox
from sync.private import private_record, record_hash
from sync.segment import close_segment

from .. import jose, sealed_photo
from ..times import moment, written
from .transport import Answer, Transport

BATCH_MAX_BYTES = 4 * 1024 * 1024
PHOTO_CHUNK_BYTES = 256 * 1024


class Refused(RuntimeError):
    """The server answered with a problem; carries its code."""

    def __init__(self, answer: Answer) -> None:
        problem = json.loads(answer.body or b"{}")
        super().__init__(f"{answer.status} {problem.get('code')}")
        self.code = problem.get("code")
        self.status = answer.status


@dataclass
class Photo:
    """A sealed photo waiting on the phone."""

    sealed: bytes
    sealed_sha256: str
    visit: str
    taken_at: str
    receipt: str | None = None


@dataclass
class Phone:
    """One enrolled phone. ``now`` is its own clock, ``random`` makes bytes."""

    transport: Transport
    now: Callable[[], datetime]
    random: Callable[[int], bytes] = secrets.token_bytes
    signing: ECKey = field(default_factory=lambda: jose.new_key("sig"))
    transport_key: ECKey = field(default_factory=lambda: jose.new_key("sig"))
    device: str = ""
    certificate: str = ""
    inspector: Mapping[str, Any] = field(default_factory=dict)
    server_keys: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    clock_offset_s: float = 0.0
    nonce: str = ""
    session: str = ""
    started: datetime | None = None

    def __post_init__(self) -> None:
        self.outbox = Outbox()
        self.photos: list[Photo] = []
        self._lines: list[str] = []
        self._records: list[str] = []
        self._closed_at: dict[int, str] = {}
        self._bearer_for: tuple[Any, ...] = ()
        self.begin_session()

    def begin_session(self) -> None:
        """The app is opened anew: ``mono`` of its lines counts from here."""
        self.session, self.started = self.new_id(), self.now()

    def new_id(self) -> str:
        """A UUID version 7 (RFC 9562 §5.7) from the phone's clock and randomness."""
        ms = int(self.now().timestamp() * 1000)
        bits = int.from_bytes(ms.to_bytes(6, "big") + self.random(10), "big")
        bits = bits & ~(0xF000 << 64) | 0x7000 << 64
        return str(uuid.UUID(int=bits & ~(0xC << 60) | 0x8 << 60))

    def enrol(self, token: str, name: str) -> None:
        """Enrol with a link's token or a typed code. :raises Refused:"""
        self.learn_time()
        self._enrolled(self._json("POST", "/api/v1/devices", {"token": token, "name": name, **self._public_keys()}))

    def hand_back_certificate(self) -> None:
        """To a server restored from before the enrolment: it takes the same device in again. :raises Refused:"""
        self._json("POST", "/api/v1/devices", {"certificate": self.certificate}, self._bearer())

    def enrol_successor(self, name: str) -> Phone:
        """After a conflict: a new phone, with new keys, that names this one. :raises Refused:"""
        new = Phone(self.transport, self.now, self.random)
        body = {"name": name, "predecessor": self.device, **new._public_keys()}
        new._enrolled(self._json("POST", "/api/v1/devices", body, self.unlocked_bearer()))
        new.clock_offset_s = self.clock_offset_s
        return new

    def learn_time(self) -> None:
        """Learn the server's clock and a nonce."""
        answer = self._json("GET", "/api/v1/time")
        self.clock_offset_s = (moment(answer["time"]) - self.now()).total_seconds()
        self.nonce = answer["nonce"]

    def record(self, kind: str, visit: str | None, body: Mapping[str, Any]) -> str:
        """Write one line into the open segment; ``None``: it is about the phone itself."""
        mono = int((self.now() - self.started).total_seconds() * 1000)  # type: ignore[operator]
        line = self._chain.write(kind, dict(body), at=written(self.now()), session=self.session, mono=mono,
                                 nonce=self.nonce, visit=visit)
        self._lines.append(line)
        return line

    def private(self, of: str, value: Any) -> str:
        """Make a private record for the open segment; returns the hash that a body may name."""
        record = private_record(of, value, self.random(16))
        self._records.append(record)
        return record_hash(record)

    def photo(self, jpeg: bytes, size: tuple[int, int], visit: str, **body: Any) -> str:
        """Seal a photo and record it; returns the JPEG's hash. ``size`` is width and height in pixels."""
        key = self.random(32)
        sealed = sealed_photo.seal(jpeg, key, self.random(12))
        digest = hashlib.sha256(sealed).hexdigest()
        own = hashlib.sha256(jpeg).hexdigest()
        self.record("photo.taken", visit, {
            "photo": self.new_id(), "sha256": own, "size": len(jpeg), "sealed_sha256": digest,
            "sealed_size": len(sealed), "key": base64.urlsafe_b64encode(key).rstrip(b"=").decode(),
            "mime": "image/jpeg", "width": size[0], "height": size[1], "taken_at": written(self.now()), **body})
        self.photos.append(Photo(sealed, digest, visit, written(self.now())))
        return own

    def save(self) -> None:
        """A save point: close the open lines into one segment, signed, encrypted, made once."""
        if not self._lines:
            return
        start = Head(self._chain.head.seq - len(self._lines), json.loads(self._lines[0])["prev"])
        payload = close_segment(self.device, start, self._lines, self._records,
                                lambda claims, typ: jose.sign(claims, self.signing, typ))
        head = self._chain.head
        jwe = jose.encrypt(payload, self.server_keys["enc"], self.random)
        self._closed_at[head.seq] = written(self.now())
        self.outbox = self.outbox.add(Kept(start.seq + 1, head.seq, head.hash, jwe))
        self._lines, self._records = [], []

    def sync(self) -> None:
        """Segments first, then photos. :raises Refused, OSError: what was receipted stays receipted."""
        self.learn_time()
        self.send_segments()
        for photo in self.photos:
            if photo.receipt is None:
                self.send_photo(photo)

    def send_segments(self) -> None:
        """Send what the server does not hold, in batches, and react to each answer."""
        head = self._head()
        restored = any(kept.receipt and kept.last > head["seq"] for kept in self.outbox.kept)
        missing = set(head.get("photos_missing", ()))
        for photo in self.photos:
            if restored or photo.sealed_sha256 in missing:
                photo.receipt = None
        waiting = self.outbox.to_send(Head(head["seq"], head["hash"]))
        while waiting:
            batch, used = [], 0
            while waiting and used + len(waiting[0].jwe) < BATCH_MAX_BYTES:
                used += len(waiting[0].jwe) + 1
                batch.append(waiting.pop(0))
            body = "\n".join(kept.jwe for kept in batch).encode()
            answer = self._send("POST", "/api/v1/segments", body,
                                {**self._bearer(), "Content-Type": "application/x-ndjson"})
            answers = json.loads(answer.body)["answers"]
            for kept, given in zip(batch, answers, strict=True):
                self._check_receipt(kept, given)
            self.outbox = self.outbox.heard(batch, answers)

    def _head(self) -> dict[str, Any]:
        try:
            return self._json("GET", "/api/v1/head", headers=self._bearer())
        except Refused as refused:
            if refused.code != "device_unknown" or not self.certificate:
                raise
        self.hand_back_certificate()
        return self._json("GET", "/api/v1/head", headers=self._bearer())

    def send_photo(self, photo: Photo) -> None:
        """Upload one photo by tus 1.0.0, going on where the server says it stands."""
        encoded = {"sha256": photo.sealed_sha256, "visit": photo.visit}
        metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in encoded.items())
        tus = {"Tus-Resumable": "1.0.0"}
        made = self._send("POST", "/api/v1/photos", b"", {
            **self._bearer(), **tus, "Upload-Length": str(len(photo.sealed)), "Upload-Metadata": metadata})
        path = made.headers["location"].removeprefix(self.transport.origin)
        offset = int(made.headers["upload-offset"])
        while offset < len(photo.sealed):
            chunk = photo.sealed[offset:offset + PHOTO_CHUNK_BYTES]
            answer = self._send("PATCH", path, chunk, {
                **self._bearer(), **tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)})
            offset = int(answer.headers["upload-offset"])
        receipt = self._json("GET", f"/api/v1/photos/by-hash/{photo.sealed_sha256}/receipt", headers=self._bearer())
        claims = jose.verify(receipt["receipt"], self.server_keys["sig"], RECEIPT_TYPE)
        if claims["photo"] != photo.sealed_sha256:
            raise ValueError("the receipt is about another photo")
        photo.receipt = receipt["receipt"]

    def rescue(self) -> bytes:
        """The rescue file of everything without a receipt, as a phone makes it."""
        segments = [kept for kept in self.outbox.kept if kept.receipt is None]
        photos = [photo for photo in self.photos if photo.receipt is None]
        header = {"at": written(self.now()), "segments": len(segments), "photos": len(photos)}
        return rescue.opening(self.device, header) + b"".join([
            rescue.frame(rescue.CERTIFICATE, self.device, self.certificate.encode()),
            *(rescue.frame(rescue.SEGMENT, self.device, kept.jwe.encode()) for kept in segments),
            *(rescue.frame(rescue.PHOTO, self.device, photo.sealed) for photo in photos)])

    def report(self, visits: list[dict[str, Any]]) -> None:
        """Tell the office what is still on the phone, ``visits`` as ``sync.wire.UnsentVisit``."""
        waiting = [kept for kept in self.outbox.kept if kept.receipt is None]
        photos = [photo for photo in self.photos if photo.receipt is None]
        oldest = min([self._closed_at[k.last] for k in waiting] + [p.taken_at for p in photos], default=None)
        body = {"app": "fleet", "unsent": {"segments": len(waiting), "photos": len(photos),
                                           "bytes": sum(len(p.sealed) for p in photos), "oldest_at": oldest},
                "storage": {"persisted": True, "usage": None, "quota": None},
                "clock_offset_ms": -int(self.clock_offset_s * 1000), "visits": visits,
                "head": self._chain.head.seq, "holds": [self.device], "lost": []}
        self._json("PUT", "/api/v1/devices/me/state", body, self._bearer())

    def pack(self) -> dict[str, Any]:
        """The day's pack."""
        return self._json("GET", "/api/v1/pack", headers=self.unlocked_bearer())

    def unlocked_bearer(self) -> dict[str, str]:
        """The proof by the signing key, which a locked phone cannot give."""
        now_s = int(self.now().timestamp() + self.clock_offset_s)
        claims = auth_claims(self.device, self.transport.origin, now_s)
        return {"Authorization": f"Bearer {jose.sign(claims, self.signing, AUTH_TYPE)}"}

    def _enrolled(self, answer: dict[str, Any]) -> None:
        self.device, self.inspector, self.certificate = answer["device"], answer["inspector"], answer["certificate"]
        self.server_keys = {key["use"]: key for key in answer["keys"]["keys"]}
        self._chain = Chain(self.device)

    def _check_receipt(self, kept: Kept, answer: Mapping[str, Any]) -> None:
        if "receipt" not in answer:
            return
        claims = jose.verify(answer["receipt"], self.server_keys["sig"], RECEIPT_TYPE)
        if claims["device"] != self.device or claims["to"] < kept.last:
            raise ValueError("the receipt is about something else")

    def _public_keys(self) -> dict[str, Any]:
        return {"signing_key": jose.public_jwk(self.signing), "transport_key": jose.public_jwk(self.transport_key)}

    def _bearer(self) -> dict[str, str]:
        now_s = int(self.now().timestamp() + self.clock_offset_s)
        wanted = (now_s, self.device, self.transport.origin, self.transport_key)
        # One token for all the calls of one moment.
        if self._bearer_for != wanted:
            claims = auth_claims(self.device, self.transport.origin, now_s)
            self._bearer_for, self._token = wanted, jose.sign(claims, self.transport_key, AUTH_TYPE)
        return {"Authorization": f"Bearer {self._token}"}

    def _json(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] = {}) -> Any:
        sent = json.dumps(body).encode() if body is not None else b""
        kind = {"Content-Type": "application/json"} if body is not None else {}
        answer = self._send(method, path, sent, {**headers, **kind})
        return json.loads(answer.body) if answer.body else None

    def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        answer = self.transport.send(method, path, headers, body)
        if answer.status >= 400:
            raise Refused(answer)
        return answer

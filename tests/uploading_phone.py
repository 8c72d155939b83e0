"""A phone as the photo routes see it: enrolled, with its own transport key, speaking tus 1.0.0."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey
from sqlite_utils import Database

from fieldcheck import jose
from fieldcheck.config import Config
from fieldcheck.keys import make_keys
from fieldcheck.store import devices
from fieldcheck.store.database import open_database, write
from sync.auth import AUTH_TYPE, auth_claims
from tests.photo_samples import Sealed

ORIGIN = "http://localhost"
DEVICE = "0190b1e4-0000-7000-8000-00000000000a"
VISIT = "0190b1e4-0000-7000-8000-0000000000ff"
PATH = "/api/v1/photos"
AT = "2026-11-23T01:02:03.456Z"


def new_installation(folder: Path, **settings: Any) -> Config:
    """An empty data folder with its keys."""
    config = Config(data=folder, **settings)
    make_keys(config.keys)
    open_database(config.database).conn.close()
    return config


def enrol(db: Database, device: str = DEVICE) -> ECKey:
    """Enrol a phone and return its transport key."""
    key = jose.new_key("sig")
    with write(db):
        devices.fold_enrolled(db, {
            "device": device, "inspector": "i", "team": "A", "name": "phone", "predecessor": None,
            "signing_key": jose.public_jwk(key), "transport_key": jose.public_jwk(key)}, AT)
    return key


def claim(db: Database, sealed: Sealed, device: str = DEVICE, **other: Any) -> None:
    """What the fold of a ``photo.taken`` message leaves behind."""
    values = {
        "sealed_sha256": sealed.sha256, "photo": f"photo-{sealed.sha256[:8]}", "visit": VISIT, "device": device,
        "sha256": sealed.content_sha256, "size": len(sealed.content), "key": sealed.key_text, "mime": "image/jpeg",
        "width": 800, "height": 600, "kind": "place", **other}
    with write(db):
        db.execute(
            """INSERT OR REPLACE INTO photo_claims (sealed_sha256, photo, visit, device, sha256, size, key, mime, width,
               height, kind) VALUES (:sealed_sha256, :photo, :visit, :device, :sha256, :size, :key, :mime, :width,
               :height, :kind)""", values)


def authorization(key: ECKey, device: str = DEVICE, origin: str = ORIGIN) -> str:
    """The Authorization header of a phone."""
    return "Bearer " + jose.sign(auth_claims(device, origin, int(time.time())), key, AUTH_TYPE)


def metadata(sha256: str) -> str:
    """The Upload-Metadata header."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}"
                    for name, value in (("sha256", sha256), ("visit", VISIT)))


@dataclass
class UploadingPhone:
    """Speaks through a Flask test client; every call may override headers (``None`` leaves one out)."""

    client: Any
    key: ECKey
    device: str = DEVICE
    headers: dict[str, str | None] = field(default_factory=dict)

    def call(self, method: str, path: str, headers: dict[str, str | None] | None = None, data: bytes = b"") -> Any:
        sent = {"Authorization": authorization(self.key, self.device), "Tus-Resumable": "1.0.0", "Accept-Language": "en",
                **self.headers, **(headers or {})}
        return self.client.open(path, method=method, data=data,
                                headers={name: value for name, value in sent.items() if value is not None})

    def post(self, photo: Sealed, length: int | None = None, **headers: str | None) -> Any:
        return self.call("POST", PATH, {"Upload-Length": str(len(photo.sealed) if length is None else length),
                                        "Upload-Metadata": metadata(photo.sha256), **headers})

    def patch(self, path: str, data: bytes, offset: int, headers: dict[str, str | None] | None = None) -> Any:
        return self.call("PATCH", path, {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset),
                                         **(headers or {})}, data)

    def head(self, path: str) -> Any:
        return self.call("HEAD", path)

    def receipt(self, sha256: str) -> Any:
        return self.call("GET", f"{PATH}/by-hash/{sha256}/receipt")

    def send(self, photo: Sealed) -> Any:
        """Create and send in one piece; the answer of the last call."""
        created = self.post(photo)
        if created.status_code != 201:
            return created
        return self.patch(created.headers["Location"], photo.sealed, 0)

"""A tus client that knows nothing of fieldcheck (tuspy) uploads, breaks off and goes on against a real server."""

from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Iterator

import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError
from tusclient.uploader import Uploader

from fieldcheck.store import photo_files, photos
from fieldcheck.store.database import open_database
from tests.chaos_proxy import ChaosProxy
from tests.photo_samples import Sealed, sealed_sample
from tests.photo_server import Server, running
from tests.uploading_phone import PATH, VISIT, authorization, enrol, new_installation

CHUNK = 16 * 1024
PHOTO = sealed_sample()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_installation(tmp_path_factory.mktemp("tus") / "data").data


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Server]:
    with running(data) as server:
        yield server


def proof(data: Path, origin: str) -> dict[str, str]:
    """What a new phone proves itself with at that address."""
    device = str(uuid.uuid4())
    db = open_database(data / "fieldcheck.db")
    try:
        return {"Authorization": authorization(enrol(db, device), device, origin)}
    finally:
        db.conn.close()


def uploader(origin: str, headers: dict[str, str], photo: Sealed = PHOTO, url: str | None = None, chunk: int = CHUNK) -> Uploader:
    """As its manual shows it; only the proof and the metadata are ours."""
    client = TusClient(f"{origin}{PATH}", headers=headers)
    return client.uploader(file_stream=io.BytesIO(photo.sealed), chunk_size=chunk, url=url,
                           metadata={"sha256": photo.sha256, "visit": VISIT})


def held(data: Path, photo: Sealed = PHOTO) -> bytes:
    """The photo's bytes as the server keeps them."""
    return bytes(photo_files.read(data, photo.sha256)[:])


def test_a_foreign_tus_client_breaks_off_and_goes_on_where_it_was(data: Path, server: Server) -> None:
    headers = proof(data, server.origin)
    first = uploader(server.origin, headers)
    first.upload(stop_at=3 * CHUNK)
    second = uploader(server.origin, headers, url=first.url)
    assert second.offset == 3 * CHUNK < len(PHOTO.sealed)
    second.upload()
    assert held(data) == PHOTO.sealed
    again = uploader(server.origin, headers)
    again.set_url(again.create_url())
    assert again.get_offset() == len(PHOTO.sealed)
    db = open_database(data / "fieldcheck.db")
    assert photos.find(db, PHOTO.sha256).state == photos.WAITING  # no message has brought its key yet
    db.conn.close()


def test_a_foreign_tus_client_whose_link_breaks_again_and_again_brings_every_byte_through(data: Path, server: Server) -> None:
    proxy, photo = ChaosProxy(server.port), sealed_sample(seed=2)
    try:
        sending = uploader(proxy.origin, proof(data, proxy.origin), photo, chunk=len(photo.sealed))
        sending.retries, sending.retry_delay = 100, 0.05
        proxy.cut_after = len(photo.sealed) // 4
        sending.upload()
    finally:
        proxy.close()
    assert held(data, photo) == photo.sealed


def test_a_foreign_tus_client_is_told_why_it_may_not(server: Server) -> None:
    with pytest.raises(TusCommunicationError) as caught:
        uploader(server.origin, {}).upload()
    assert (caught.value.status_code, b'"auth_missing"' in caught.value.response_content) == (401, True)

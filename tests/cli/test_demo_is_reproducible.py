"""The demonstration (演示) made twice for one moment is the same, byte for byte: ``docs/architecture.md`` §6.4."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Mapping

import pytest

from fieldcheck import demo_round
from fieldcheck.fleet.transport import Answer, WsgiTransport
from fieldcheck.store.database import open_database
from tests.cli.typed import run

NOW = datetime(2026, 11, 25, 3, 20, tzinfo=UTC)
LAST = 8
#: Everything but who may sign in (argon2's own salts), invitations, private records (sealed anew) and uploads (their ids).
TABLES = ("segments", "messages", "devices", "device_states", "rounds", "round_units", "assignments", "visits", "coverage",
          "photo_claims", "photos", "companion_keys", "registers", "units", "message_flags")


class Heard(WsgiTransport):
    """Keeps the bytes of every segment that a phone sent."""

    segments: list[bytes] = []

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        if path == "/api/v1/segments":
            self.segments.append(body)
        return super().send(method, path, headers, body)


def made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A small demonstration: what its phones sent, what its tables say, its files."""
    monkeypatch.setattr(Heard, "segments", [])
    monkeypatch.setattr(demo_round, "WsgiTransport", Heard)
    told = run("demo", "--visits", str(LAST), "--at", NOW.strftime("%Y-%m-%dT%H:%M:%SZ"), "--data", folder)
    assert told.exit_code == 0, told.output
    db = open_database(folder / "fieldcheck.db")
    files = {str(path.relative_to(folder)): path.read_bytes() for top in ("photos", "registers")
             for path in sorted((folder / top).rglob("*")) if path.is_file()}
    return {"sent": Heard.segments, "files": files, "keys": (folder / "keys" / "signing.jwk").read_bytes(),
            **{table: db.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}}


def test_the_same_seed_and_moment_make_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, again = made(tmp_path / "first", monkeypatch), made(tmp_path / "again", monkeypatch)
    assert [name for name in first if first[name] != again[name]] == []
    assert len(first["visits"]) == LAST - 1 and len(first["files"]) > 40 and len(first["sent"]) >= LAST - 1

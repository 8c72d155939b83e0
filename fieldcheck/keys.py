"""The server's keys: two for the protocol, one for private records, one for sessions, one for draws. Files, mode 0600.

They lie beside the database, never in it: a copied database opens no private record (``docs/threat-model.md``).
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping

from joserfc.jwk import ECKey

from . import jose
from .chance import SYSTEM, Dice
from .problems import Problem

SECRET_BYTES = 32
PRIVATE, NEXT_PRIVATE = "private.key", "private.next"


@dataclass(frozen=True)
class Keys:
    """Implements ``sync.ports.Crypto`` with the server's two keys; ``private`` seals private records (AES-256), ``draw`` makes
    the secrets of draws (``rules/draw_commitment.py``).
    """

    signing: ECKey = field(repr=False)
    encryption: ECKey = field(repr=False)
    private: bytes = field(repr=False)
    session: bytes = field(repr=False)
    draw: bytes = field(repr=False)

    def open(self, token: str) -> bytes:
        """Decrypt a segment. :raises sync.ports.Unreadable:"""
        return jose.decrypt(token, self.encryption)

    def verify(self, token: str, jwk: Mapping[str, Any], typ: str) -> dict[str, Any]:
        """Check a JWS by somebody's key. :raises sync.ports.Forged:"""
        return jose.verify(token, jwk, typ)

    def sign(self, claims: Mapping[str, Any], typ: str) -> str:
        """Sign as the server."""
        return jose.sign(claims, self.signing, typ)

    def public(self) -> dict[str, list[dict[str, Any]]]:
        """The JWKS that a device pins at enrolment: one ``sig`` and one ``enc`` key (RFC 7517)."""
        return {"keys": [jose.public_jwk(self.signing), jose.public_jwk(self.encryption)]}

    @property
    def signing_jwk(self) -> dict[str, Any]:
        """The public half with which receipts and desk acts are verified."""
        return jose.public_jwk(self.signing)


def make_keys(folder: Path, dice: Dice = SYSTEM) -> Keys:
    """Create what is missing and load all; an existing file is never written over.

    ``dice``: of a demonstration, whose keys are everybody's. The key of private records is always the system's.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, use in (("signing.jwk", "sig"), ("encryption.jwk", "enc")):
        _write_once(folder / name, lambda use=use: json.dumps(jose.new_key(use, dice).as_dict(private=True)).encode())
    _write_once(folder / PRIVATE, lambda: secrets.token_bytes(SECRET_BYTES))
    _write_once(folder / "session.key", lambda: dice(SECRET_BYTES))
    _write_once(folder / "draw.key", lambda: dice(SECRET_BYTES))
    return load_keys(folder)


def load_keys(folder: Path) -> Keys:
    """Load the five keys. That of draws is made where an installation is older than it.

    :raises FileNotFoundError: names the file that is missing.
    :raises Problem: ``key_rotation_unfinished``: which of two keys opens the private records is not settled.
    """
    if (folder / NEXT_PRIVATE).exists():
        raise Problem("key_rotation_unfinished")
    signing, encryption = (jose.private_key(json.loads((folder / name).read_bytes()))
                           for name in ("signing.jwk", "encryption.jwk"))
    _write_once(folder / "draw.key", lambda: secrets.token_bytes(SECRET_BYTES))
    return Keys(signing, encryption, read_private(folder), (folder / "session.key").read_bytes(),
                (folder / "draw.key").read_bytes())


def read_private(folder: Path) -> bytes:
    """The key of private records. :raises FileNotFoundError:"""
    return (folder / PRIVATE).read_bytes()


def next_private(folder: Path) -> bytes | None:
    """The key that a rotation made and has not yet put in the place of the old one."""
    try:
        return (folder / NEXT_PRIVATE).read_bytes()
    except FileNotFoundError:
        return None


def new_next_private(folder: Path) -> bytes:
    """Make the key that comes after the present one, durable beside it; one that sealed nothing yet is replaced."""
    (folder / NEXT_PRIVATE).unlink(missing_ok=True)
    _write_once(folder / NEXT_PRIVATE, lambda: secrets.token_bytes(SECRET_BYTES))
    return (folder / NEXT_PRIVATE).read_bytes()


def take_next_private(folder: Path) -> None:
    """Put the new key in the place of the old one, in one step; the old one is gone."""
    os.replace(folder / NEXT_PRIVATE, folder / PRIVATE)
    _flush(folder)


def _write_once(path: Path, content: Any) -> None:
    """Whole and durable, or not at all: a key that a full disk cut short would be kept for ever."""
    if path.exists():
        return
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
    _flush(path.parent)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

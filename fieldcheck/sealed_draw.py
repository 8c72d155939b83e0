"""What a draw depended on, sealed until its reveal, so that a copied database tells no plan (``docs/draw.md``).

AES-256-GCM under a key that is made from the draw's secret and used for this one text; whoever holds the published secret
opens it too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import zlib
from typing import Any, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NAME = b"fieldcheck-draw/1"
_IV_BYTES = 12
_INFLATED_MOST = 1024 * 1024


class DrawNotOpened(ValueError):
    """Another secret, or a changed byte."""


def text_of(inputs: Mapping[str, Any]) -> str:
    """The inputs as the one text that is hashed and printed."""
    return json.dumps(inputs, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(text: str, secret: str) -> str:
    """The hash by which a draw names its inputs; salted with the secret, so that nobody tries out townships."""
    return hashlib.sha256(f"fieldcheck-draw/1|inputs|{secret}|{text}".encode()).hexdigest()


def seal_inputs(text: str, secret: str) -> str:
    """The text, compressed and sealed, in base64. What was drawn is not in it, so its length tells nothing of that."""
    iv = hmac.digest(bytes.fromhex(secret), text.encode(), "sha256")[:_IV_BYTES]
    return base64.b64encode(iv + AESGCM(_key(secret)).encrypt(iv, zlib.compress(text.encode(), 9), _NAME)).decode()


def open_inputs(sealed: str, secret: str) -> str:
    """The text again.

    :raises DrawNotOpened: another secret, or a changed byte.
    """
    try:
        raw = base64.b64decode(sealed, validate=True)
        plain = AESGCM(_key(secret)).decrypt(raw[:_IV_BYTES], raw[_IV_BYTES:], _NAME)
        return zlib.decompressobj().decompress(plain, _INFLATED_MOST).decode()
    except (InvalidTag, ValueError, zlib.error):
        raise DrawNotOpened from None


def _key(secret: str) -> bytes:
    return hmac.digest(bytes.fromhex(secret), b"fieldcheck-draw/1|seal", "sha256")

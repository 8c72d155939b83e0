"""Sealed photos, format ``FCP1``: what travels and what is kept (``docs/protocol.md``, "Sealed photos").

``FCP1``, a 12-byte IV, then AES-256-GCM ciphertext and its 16-byte tag (NIST SP 800-38D), with ``FCP1`` as the
associated data. The key of a photo is 32 random bytes that only its ``photo.taken`` message carries.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"FCP1"
IV_BYTES = 12
TAG_BYTES = 16
KEY_BYTES = 32
OVERHEAD_BYTES = len(MAGIC) + IV_BYTES + TAG_BYTES


class NotOpened(ValueError):
    """The bytes are not a sealed photo, or not one of this key, or a byte of them was changed."""


def seal(content: bytes, key: bytes, iv: bytes) -> bytes:
    """``content`` sealed; an ``iv`` must never meet the same key twice."""
    return MAGIC + iv + AESGCM(key).encrypt(iv, content, MAGIC)


def open_sealed(sealed: bytes, key: bytes) -> bytes:
    """The content of a sealed photo.

    :raises NotOpened: another format, another key, or a changed byte.
    """
    if len(sealed) < OVERHEAD_BYTES or not sealed.startswith(MAGIC) or len(key) != KEY_BYTES:
        raise NotOpened("format")
    body = len(MAGIC) + IV_BYTES
    try:
        # A view, because a slice would hold a second copy of up to 20 MB beside the first.
        return AESGCM(key).decrypt(sealed[len(MAGIC):body], memoryview(sealed)[body:], MAGIC)
    except InvalidTag:
        raise NotOpened("key") from None


def read_key(text: str) -> bytes:
    """The key from its unpadded base64url (RFC 4648 §5) in ``photo.taken``.

    :raises NotOpened: it is not 32 bytes so written.
    """
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise NotOpened("key") from None
    if len(key) != KEY_BYTES:
        raise NotOpened("key")
    return key

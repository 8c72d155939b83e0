"""Sealed photos, format ``FCP1``: what travels and what is kept (``docs/protocol.md``, "Sealed photos").

``FCP1``, a 12-byte IV, then AES-256-GCM ciphertext and its 16-byte tag (NIST SP 800-38D), with ``FCP1`` as the
associated data. The key of a photo is 32 random bytes that only its ``photo.taken`` message carries.
"""

from __future__ import annotations

import base64
import binascii
import mmap

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

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


def open_sealed(sealed: bytes | mmap.mmap, key: bytes) -> mmap.mmap:
    """The content, which is never empty, in pages of its own: dropped, they go back to the system at once.

    (On the heap, 64 threads that had each met one large photo kept 40 MB each for good.)

    :raises NotOpened: another format, another key, or a changed byte.
    """
    length, body = len(sealed) - OVERHEAD_BYTES, len(MAGIC) + IV_BYTES
    if length < 1 or sealed[:len(MAGIC)] != MAGIC or len(key) != KEY_BYTES:
        raise NotOpened("format")
    opener = Cipher(AES(key), GCM(sealed[len(MAGIC):body], sealed[-TAG_BYTES:])).decryptor()
    opener.authenticate_additional_data(MAGIC)
    content = mmap.mmap(-1, length, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with memoryview(sealed) as whole, whole[body:-TAG_BYTES] as ciphertext:
        opener.update_into(ciphertext, content)
    try:
        opener.finalize()
    except InvalidTag:
        raise NotOpened("key") from None
    return content


def read_key(text: str) -> bytes:
    """The key from its unpadded base64url (RFC 4648 §5) in ``photo.taken``.

    :raises NotOpened: it is not 32 bytes so written.
    """
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NotOpened("key") from None
    if len(key) != KEY_BYTES:
        raise NotOpened("key")
    return key

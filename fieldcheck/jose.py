"""JOSE at work: JWS compact ES256 (RFC 7515) and JWE compact ECDH-ES+A256KW / A256GCM (RFC 7516).

Every JWS here has a checked ``typ``, so that a receipt can never stand in for an order (RFC 8725 §3.11).

2026-11 Keys and encryption are joserfc's. What each segment costs, to sign, verify and decrypt, is done here on
``cryptography`` for the two shapes of ``docs/protocol.md`` alone: a third of the CPU, and no limit of 64 KB on a text
that may be four times as long. ``tests/test_jose.py`` holds both to joserfc, hostile tokens included.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from copy import copy
from functools import lru_cache
from typing import Any, Mapping

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from sync.message import parse_object
from sync.ports import Forged, Unreadable

from .chance import SYSTEM, Dice

SIGNING = "ES256"
ENCRYPTION = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "zip": "DEF"}
_JWE_REGISTRY = jwe.JWERegistry(algorithms=list(ENCRYPTION.values()))
# A segment of 240 KiB that does not compress grows by a third in base64url.
JWE_MAX_CHARS = 400_000
INFLATED_MAX_BYTES = 250 * 1024
_HEADER_MAX_CHARS = 1024
_SIGNATURE_BYTES = 64
_IV_BYTES = 12
_TAG_BYTES = 16
_COORDINATE_BYTES = 32
# Other members of a header could mean that it must be read otherwise (``crit``, ``b64``, ``apu``): they are refused.
_JWS_MEMBERS = {"alg", "typ", "kid"}
_JWE_MEMBERS = {"alg", "enc", "zip", "kid", "epk"}
# Concat KDF, RFC 7518 §4.6.2: the algorithm, no parties, 256 bits.
_WRAPPING = (len(ENCRYPTION["alg"]).to_bytes(4, "big") + ENCRYPTION["alg"].encode() + bytes(8)
             + (256).to_bytes(4, "big"))
# The order n of P-256's base point (SEC 2 §2.4.2).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def new_key(use: str, dice: Dice = SYSTEM) -> ECKey:
    """A fresh P-256 key for ``use`` "sig" or "enc", named by its RFC 7638 thumbprint; the same dice, the same key."""
    key = _drawn_key(dice)
    return private_key({**key.as_dict(private=True), "use": use, "kid": key.thumbprint()})


def private_key(jwk: Mapping[str, Any]) -> ECKey:
    """A key from its JWK."""
    return ECKey.import_key(dict(jwk))


def public_jwk(key: ECKey) -> dict[str, Any]:
    """The half that may be shown to anyone."""
    return key.as_dict(private=False)


def checked_public_jwk(value: Any) -> dict[str, str] | None:
    """A client's JWK reduced to the members of a P-256 public key (RFC 7518 §6.2.1), or ``None``."""
    if not isinstance(value, dict) or value.get("kty") != "EC" or value.get("crv") != "P-256":
        return None
    jwk = {name: value.get(name) for name in ("kty", "crv", "x", "y")}
    try:
        ECKey.import_key(jwk).public_key  # a point off the curve is refused here
    except (JoseError, ValueError, TypeError, AttributeError):
        return None
    return jwk  # type: ignore[return-value]


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """RFC 7638: the name of a key."""
    return ECKey.import_key({k: jwk[k] for k in ("kty", "crv", "x", "y")}).thumbprint()


def sign(claims: Mapping[str, Any], key: ECKey, typ: str) -> str:
    """A JWS compact over the claims' JSON: the same key and claims give the same bytes (RFC 6979), where OpenSSL can."""
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    text = b".".join((_head(typ, key.kid or key.thumbprint()), _written(payload)))
    r, s = utils.decode_dss_signature(key.raw_value.sign(text, _ECDSA))
    signature = r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")
    return b".".join((text, _written(signature))).decode()


def verify(token: str, jwk: Mapping[str, Any], typ: str) -> dict[str, Any]:
    """The claims of a JWS.

    :raises Forged: signature, algorithm, ``typ`` or shape do not hold.
    """
    try:
        text, _, last = token.encode("ascii").rpartition(b".")
        head, payload = text.split(b".")
        if _typ(head) != typ:
            raise ValueError("typ")
        signature = _read(last)
        if len(signature) != _SIGNATURE_BYTES:
            raise ValueError("signature")
        r, s = (int.from_bytes(half, "big") for half in (signature[:_COORDINATE_BYTES], signature[_COORDINATE_BYTES:]))
        _public(jwk["kty"], jwk["crv"], jwk["x"], jwk["y"]).verify(utils.encode_dss_signature(r, s), text, _ES256)
        claims = parse_object(_read(payload).decode())
    except (InvalidSignature, ValueError, TypeError, KeyError, AttributeError) as fault:
        raise Forged(type(fault).__name__) from None
    if claims is None:
        raise Forged("payload")
    return claims


def decoded(part: str) -> str:
    """The text of one part of a token. :raises ValueError: not base64url (RFC 7515 §2), or no text."""
    return _read(part.encode("ascii")).decode()


def issuer(token: str) -> str | None:
    """The unverified ``iss`` of a JWS: only to find the key with which to verify it."""
    try:
        _, payload, _ = token.encode("ascii").split(b".")
        claims = parse_object(_read(payload).decode())
    except ValueError:
        return None
    value = claims.get("iss") if claims is not None else None
    return value if isinstance(value, str) else None


def encrypt(payload: bytes, jwk: Mapping[str, Any], dice: Dice = SYSTEM) -> str:
    """A JWE compact to the key, deflated. ``dice`` make the ephemeral key, the content's key and the IV."""
    key = ECKey.import_key({k: jwk[k] for k in ("kty", "crv", "x", "y")})
    header = {**ENCRYPTION, "kid": key.thumbprint()}
    return jwe.encrypt_compact(header, payload, key, registry=_Drawn(dice))


def decrypt(token: str, key: ECKey) -> bytes:
    """The payload of a JWE.

    :raises Unreadable: another key, a changed byte, an unexpected algorithm, or more than 250 KiB inflated.
    """
    if len(token) > JWE_MAX_CHARS:
        raise Unreadable("too long")
    try:
        head, *parts = token.encode("ascii").split(b".")
        wrapped, iv, text, tag = (_read(part) for part in parts)
        header = _header(head, _JWE_MEMBERS)
        # A browser that cannot deflate leaves ``zip`` out.
        if (header.get("alg"), header.get("enc"), header.get("zip", "DEF")) != tuple(ENCRYPTION.values()):
            raise ValueError("algorithm")
        content = _content_key(header["epk"], wrapped, key)
        if (len(content), len(iv), len(tag)) != (32, _IV_BYTES, _TAG_BYTES):
            raise ValueError("size")
        payload = AESGCM(content).decrypt(iv, text + tag, head)
        return _inflated(payload) if "zip" in header else payload
    except Exception as fault:  # zlib, base64, JSON and OpenSSL each have errors of their own for bytes of a stranger
        raise Unreadable(type(fault).__name__) from None


def _content_key(epk: Mapping[str, Any], wrapped: bytes, key: ECKey) -> bytes:
    shared = key.raw_value.exchange(ec.ECDH(), _point(epk["kty"], epk["crv"], epk["x"], epk["y"]))
    return aes_key_unwrap(ConcatKDFHash(SHA256(), 32, _WRAPPING).derive(shared), wrapped)


def _inflated(deflated: bytes) -> bytes:
    payload = zlib.decompressobj(-zlib.MAX_WBITS).decompress(deflated, INFLATED_MAX_BYTES + 1)
    if len(payload) > INFLATED_MAX_BYTES:
        raise ValueError("inflates too far")
    return payload


def _header(head: bytes, members: set[str]) -> dict[str, Any]:
    header = parse_object(_read(head).decode()) if len(head) <= _HEADER_MAX_CHARS else None
    if header is None or not header.keys() <= members or not isinstance(header.get("kid", ""), str):
        raise ValueError("header")
    return header


@lru_cache(maxsize=1024)
def _typ(head: bytes) -> Any:
    # One phone writes the same header over each segment.
    header = _header(head, _JWS_MEMBERS)
    if header.get("alg") != SIGNING:
        raise ValueError("alg")
    return header.get("typ")


@lru_cache(maxsize=1024)
def _head(typ: str, kid: str) -> bytes:
    return _written(json.dumps({"alg": SIGNING, "typ": typ, "kid": kid}, separators=(",", ":")).encode())


def _point(kty: Any, crv: Any, x: Any, y: Any) -> ec.EllipticCurvePublicKey:
    if (kty, crv) != ("EC", "P-256"):
        raise ValueError("curve")
    at = (int.from_bytes(_read(one.encode("ascii")), "big") for one in (x, y))
    return ec.EllipticCurvePublicNumbers(*at, ec.SECP256R1()).public_key()  # a point off the curve is refused here


_public = lru_cache(maxsize=4096)(_point)


def _read(text: bytes) -> bytes:
    """Base64url as RFC 7515 §2 writes it: no padding, no other letters, and one spelling for each value."""
    spare = -len(text) % 4
    value = binascii.a2b_base64(text.translate(_FROM_URL) + b"=" * spare, strict_mode=True)
    if spare and text[-1] not in _ENDINGS[spare]:
        raise ValueError("base64url")
    return value


def _written(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")


_FROM_URL = bytes.maketrans(b"-_+/=", b"+/...")
# The last letter of a value that does not end on a whole letter carries 2 or 4 bits.
_ENDINGS = {1: b"AEIMQUYcgkosw048", 2: b"AQgw", 3: b""}


def _drawn_key(dice: Dice) -> ECKey:
    # 64 bits more than the order, so that no key is likelier than another (FIPS 186-5 A.2.1).
    secret = int.from_bytes(dice(_COORDINATE_BYTES + 8), "big") % (_ORDER - 1) + 1
    point = ec.derive_private_key(secret, ec.SECP256R1()).public_key().public_numbers()
    members = {name: base64.urlsafe_b64encode(value.to_bytes(_COORDINATE_BYTES, "big")).rstrip(b"=").decode()
               for name, value in (("x", point.x), ("y", point.y), ("d", secret))}
    return ECKey.import_key({"kty": "EC", "crv": "P-256", **members})


class _Drawn(jwe.JWERegistry):
    """Encrypts with what the dice give, where the library would ask the system."""

    def __init__(self, dice: Dice) -> None:
        super().__init__(algorithms=_JWE_REGISTRY.allowed)
        self._dice = dice

    def get_enc(self, name: str) -> Any:
        content = copy(super().get_enc(name))
        content.generate_cek = lambda: self._dice(content.cek_size // 8)
        content.generate_iv = lambda: self._dice(content.iv_size // 8)
        return content

    def get_alg(self, name: str) -> Any:
        agreement = copy(super().get_alg(name))
        prepare = agreement.prepare_ephemeral_key

        def prepared(recipient: Any) -> None:
            recipient.ephemeral_key = _drawn_key(self._dice)
            prepare(recipient)

        agreement.prepare_ephemeral_key = prepared
        return agreement


def _ecdsa() -> ec.ECDSA:
    try:
        return ec.ECDSA(SHA256(), deterministic_signing=True)
    except UnsupportedAlgorithm:  # OpenSSL before 3.2
        return ec.ECDSA(SHA256())


_ECDSA = _ecdsa()
_ES256 = ec.ECDSA(SHA256())

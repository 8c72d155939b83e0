"""JOSE at work: JWS compact ES256 (RFC 7515) and JWE compact ECDH-ES+A256KW / A256GCM (RFC 7516), by joserfc.

Every JWS here has a checked ``typ``, so that a receipt can never stand in for an order (RFC 8725 §3.11).
"""

from __future__ import annotations

import base64
import json
from copy import copy
from functools import lru_cache
from typing import Any, Mapping

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from sync.message import parse_object
from sync.ports import Forged, Unreadable

from .chance import SYSTEM, Dice

SIGNING = "ES256"
ENCRYPTION = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "zip": "DEF"}
_JWS_ALGORITHMS = [SIGNING]
_JWE_REGISTRY = jwe.JWERegistry(algorithms=["ECDH-ES+A256KW", "A256GCM", "DEF"])
# A segment of 240 KiB that does not compress grows by a third in base64url.
JWE_MAX_CHARS = 400_000
_COORDINATE_BYTES = 32
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
    return _public(json.dumps({k: jwk[k] for k in ("kty", "crv", "x", "y")})).thumbprint()


def sign(claims: Mapping[str, Any], key: ECKey, typ: str) -> str:
    """A JWS compact over the claims' JSON: the same key and claims give the same bytes (RFC 6979), where OpenSSL can."""
    header = {"alg": SIGNING, "typ": typ, "kid": key.kid or key.thumbprint()}
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact(header, payload, key, registry=_SIGNING)


def verify(token: str, jwk: Mapping[str, Any], typ: str) -> dict[str, Any]:
    """The claims of a JWS.

    :raises Forged: signature, algorithm, ``typ`` or shape do not hold.
    """
    try:
        signed = jws.deserialize_compact(token, _public(json.dumps(dict(jwk))), algorithms=_JWS_ALGORITHMS)
        claims = parse_object((signed.payload or b"").decode())
        header = signed.headers()
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise Forged(type(fault).__name__) from None
    if header.get("typ") != typ or claims is None:
        raise Forged("typ")
    return claims


def issuer(token: str) -> str | None:
    """The unverified ``iss`` of a JWS: only to find the key with which to verify it."""
    try:
        claims = parse_object((jws.extract_compact(token.encode()).payload or b"").decode())
    except (JoseError, ValueError, TypeError, RecursionError):
        return None
    value = claims.get("iss") if claims is not None else None
    return value if isinstance(value, str) else None


def encrypt(payload: bytes, jwk: Mapping[str, Any], dice: Dice = SYSTEM) -> str:
    """A JWE compact to the key, deflated. ``dice`` make the ephemeral key, the content's key and the IV."""
    key = _public(json.dumps({k: jwk[k] for k in ("kty", "crv", "x", "y")}))
    header = {**ENCRYPTION, "kid": key.thumbprint()}
    return jwe.encrypt_compact(header, payload, key, registry=_Drawn(dice))


def decrypt(token: str, key: ECKey) -> bytes:
    """The payload of a JWE.

    :raises Unreadable: another key, a changed byte, an unexpected algorithm, or more than 250 KiB inflated.
    """
    if len(token) > JWE_MAX_CHARS:
        raise Unreadable("too long")
    try:
        return jwe.decrypt_compact(token, key, registry=_JWE_REGISTRY).plaintext or b""
    except Exception as fault:  # the library lets zlib, cryptography and base64 errors through unwrapped
        raise Unreadable(type(fault).__name__) from None


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


class _Rfc6979(type(jws.JWSRegistry.algorithms[SIGNING])):  # type: ignore[misc]
    """ES256 whose signatures depend on key and text alone: no bad random number can give the key away."""

    def sign(self, msg: bytes, key: ECKey) -> bytes:
        r, s = utils.decode_dss_signature(key.get_op_key("sign").sign(msg, _ECDSA))
        return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")


def _ecdsa() -> ec.ECDSA:
    try:
        return ec.ECDSA(SHA256(), deterministic_signing=True)
    except UnsupportedAlgorithm:  # OpenSSL before 3.2
        return ec.ECDSA(SHA256())


_ECDSA = _ecdsa()
_SIGNING = jws.JWSRegistry(algorithms=_JWS_ALGORITHMS)
_SIGNING.algorithms = {SIGNING: _Rfc6979(SIGNING, "P-256", 256)}


@lru_cache(maxsize=4096)
def _public(jwk: str) -> ECKey:
    return ECKey.import_key(json.loads(jwk))

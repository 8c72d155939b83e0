"""JOSE at work: JWS compact ES256 (RFC 7515) and JWE compact ECDH-ES+A256KW / A256GCM (RFC 7516), by joserfc.

Every JWS here has a checked ``typ``, so that a receipt can never stand in for an order (RFC 8725 §3.11).
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Mapping

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from sync.message import parse_object
from sync.ports import Forged, Unreadable

SIGNING = "ES256"
ENCRYPTION = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "zip": "DEF"}
_JWS_ALGORITHMS = [SIGNING]
_JWE_REGISTRY = jwe.JWERegistry(algorithms=["ECDH-ES+A256KW", "A256GCM", "DEF"])
# A segment of 240 KiB that does not compress grows by a third in base64url.
JWE_MAX_CHARS = 400_000


def new_key(use: str) -> ECKey:
    """A fresh P-256 key for ``use`` "sig" or "enc", named by its RFC 7638 thumbprint."""
    key = ECKey.generate_key("P-256", private=True)
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
    """A JWS compact over the claims' JSON."""
    header = {"alg": SIGNING, "typ": typ, "kid": key.kid or key.thumbprint()}
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact(header, payload, key, algorithms=_JWS_ALGORITHMS)


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


def encrypt(payload: bytes, jwk: Mapping[str, Any]) -> str:
    """A JWE compact to the key, deflated."""
    key = _public(json.dumps({k: jwk[k] for k in ("kty", "crv", "x", "y")}))
    header = {**ENCRYPTION, "kid": key.thumbprint()}
    return jwe.encrypt_compact(header, payload, key, registry=_JWE_REGISTRY)


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


@lru_cache(maxsize=4096)
def _public(jwk: str) -> ECKey:
    return ECKey.import_key(json.loads(jwk))

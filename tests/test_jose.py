"""What signs and seals: ``fieldcheck/jose.py``."""

from __future__ import annotations

import base64
import json
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, strategies as st
from joserfc import jwe, jws
from joserfc.jwk import ECKey

from fieldcheck import jose
from sync.ports import Forged, Unreadable
from sync.segment import PAYLOAD_MAX_BYTES

CLAIMS = {"device": "d", "from": 1}
SIGNER, OTHER, SERVER = (jose.new_key(use, Random(seed).randbytes) for use, seed in (("sig", 5), ("sig", 6), ("enc", 7)))
JWE = jwe.JWERegistry(algorithms=["ECDH-ES+A256KW", "ECDH-ES+A128KW", "ECDH-ES", "A256GCM", "A128GCM", "DEF"])
SIGNED = jose.sign(CLAIMS, SIGNER, "fc-segment")
SEALED = jose.encrypt(b"a line", jose.public_jwk(SERVER), Random(8).randbytes)
LETTERS = "ABCXYZabcxyz0189-_+/=. \u00e9"


def _b64(value: Any) -> str:
    return base64.urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).rstrip(b"=").decode()


def _by_joserfc(token: str) -> bytes | None:
    strict = jwe.JWERegistry(algorithms=list(jose.ENCRYPTION.values()))
    try:
        return jwe.decrypt_compact(token, SERVER, registry=strict).plaintext
    except Exception:
        return None


def _opened(token: str) -> bytes | None:
    try:
        return jose.decrypt(token, SERVER)
    except Unreadable:
        return None


def _verified_by_joserfc(token: str) -> dict[str, Any] | None:
    try:
        signed = jws.deserialize_compact(token, ECKey.import_key(jose.public_jwk(SIGNER)), algorithms=["ES256"])
        return json.loads(signed.payload) if signed.headers().get("typ") == "fc-segment" else None
    except Exception:
        return None


def _verified(token: str) -> dict[str, Any] | None:
    try:
        return jose.verify(token, jose.public_jwk(SIGNER), "fc-segment")
    except Forged:
        return None


def test_the_same_key_and_claims_give_the_same_signature_and_it_verifies() -> None:
    key = jose.new_key("sig")
    first, again = (jose.sign(CLAIMS, key, "fc-segment") for _ in range(2))
    assert first == again and jose.verify(first, jose.public_jwk(key), "fc-segment") == CLAIMS


def test_the_same_dice_give_the_same_key_and_the_same_ciphertext() -> None:
    key, same, other = (jose.new_key("enc", Random(seed).randbytes) for seed in (1, 1, 2))
    assert key.as_dict(private=True) == same.as_dict(private=True) != other.as_dict(private=True)
    sealed, again, third = (jose.encrypt(b"a line", jose.public_jwk(key), Random(seed).randbytes) for seed in (3, 3, 4))
    assert sealed == again != third and jose.decrypt(sealed, key) == jose.decrypt(third, key) == b"a line"


def test_without_dice_no_two_keys_and_no_two_ciphertexts_are_the_same() -> None:
    key = jose.new_key("enc")
    assert key.thumbprint() != jose.new_key("enc").thumbprint()
    first, second = (jose.encrypt(b"a line", jose.public_jwk(key)).split(".") for _ in range(2))
    assert all(one != other for one, other in zip(first, second, strict=True))


def test_what_is_signed_and_verified_here_is_what_joserfc_signs_and_verifies() -> None:
    header = {"alg": "ES256", "typ": "fc-segment", "kid": SIGNER.kid}
    theirs = jws.serialize_compact(header, json.dumps(CLAIMS), SIGNER, algorithms=["ES256"])
    assert theirs.split(".")[0] == SIGNED.split(".")[0]
    assert _verified(theirs) == CLAIMS == _verified_by_joserfc(SIGNED)


@given(st.integers(0, len(SIGNED) - 1), st.sampled_from(LETTERS), st.sampled_from(["change", "insert", "cut"]))
def test_a_signature_with_one_letter_changed_is_forged_here_and_for_joserfc(at: int, letter: str, how: str) -> None:
    spoilt = {"change": SIGNED[:at] + letter + SIGNED[at + 1:], "insert": SIGNED[:at] + letter + SIGNED[at:],
              "cut": SIGNED[:at]}[how]
    assert _verified(spoilt) == _verified_by_joserfc(spoilt) == (CLAIMS if spoilt == SIGNED else None)


@given(st.integers(0, len(SEALED) - 1), st.sampled_from(LETTERS), st.sampled_from(["change", "insert", "cut"]))
def test_a_sealed_text_with_one_letter_changed_is_unreadable_here_and_for_joserfc(at: int, letter: str, how: str) -> None:
    spoilt = {"change": SEALED[:at] + letter + SEALED[at + 1:], "insert": SEALED[:at] + letter + SEALED[at:],
              "cut": SEALED[:at]}[how]
    assert _opened(spoilt) == _by_joserfc(spoilt) == (b"a line" if spoilt == SEALED else None)


@pytest.mark.parametrize("header", [
    {"alg": "none"}, {"alg": "HS256"}, {"alg": "ES384"}, {"typ": "fc-receipt"}, {"typ": None}, {"crit": ["exp"]},
    {"b64": False, "crit": ["b64"]}, {"kid": 1}, {"unknown": 1}])
def test_a_signature_under_any_other_header_is_forged(header: dict[str, Any]) -> None:
    """The signature itself holds: only the header is not ours."""
    text = f"{_b64({'alg': 'ES256', 'typ': 'fc-segment', **header})}.{_b64(CLAIMS)}"
    signature = utils.decode_dss_signature(SIGNER.raw_value.sign(text.encode(), ec.ECDSA(SHA256())))
    token = f"{text}.{_b64(b''.join(half.to_bytes(32, 'big') for half in signature))}"
    assert _verified(token) is None is _verified_by_joserfc(token)


def test_no_other_key_and_no_zero_signature_verifies() -> None:
    head, payload, signature = SIGNED.split(".")
    assert _verified(jose.sign(CLAIMS, OTHER, "fc-segment")) is None
    for r_and_s in (bytes(64), bytes(63), b"\xff" * 64, bytes(65)):
        assert _verified(f"{head}.{payload}.{_b64(r_and_s)}") is None
    for jwk in ({}, {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}, {**jose.public_jwk(SIGNER), "crv": "P-384"},
                {**jose.public_jwk(SIGNER), "x": ["list"]}):
        with pytest.raises(Forged):
            jose.verify(f"{head}.{payload}.{signature}", jwk, "fc-segment")


@pytest.mark.parametrize("header", [
    {"alg": "ECDH-ES"}, {"alg": "ECDH-ES+A128KW"}, {"enc": "A128GCM"}, {"zip": "GZIP"}, {"crit": ["exp"]}, {"unknown": 1}])
def test_a_text_sealed_under_any_other_header_is_unreadable(header: dict[str, Any]) -> None:
    try:
        token = jwe.encrypt_compact({**jose.ENCRYPTION, **header}, b"a line", ECKey.import_key(jose.public_jwk(SERVER)), registry=JWE)
    except Exception:  # what the library does not write: the header alone is changed, which the tag does not allow
        head = {**json.loads(base64.urlsafe_b64decode(SEALED.split(".")[0] + "==")), **header}
        token = ".".join([_b64(head), *SEALED.split(".")[1:]])
    assert _opened(token) is None


@pytest.mark.parametrize("epk", [
    None, {}, {"kty": "EC", "crv": "P-256", "x": _b64(bytes(32)), "y": _b64(bytes(32))}, {"kty": "OKP", "crv": "X25519"},
    ECKey.generate_key("P-384").as_dict(private=False)])
def test_a_text_sealed_with_a_point_off_the_curve_or_of_another_is_unreadable(epk: Any) -> None:
    head = {**json.loads(base64.urlsafe_b64decode(SEALED.split(".")[0] + "==")), "epk": epk}
    assert _opened(".".join([_b64(head), *SEALED.split(".")[1:]])) is None


def test_a_phone_that_cannot_deflate_is_understood() -> None:
    header = {name: value for name, value in jose.ENCRYPTION.items() if name != "zip"}
    token = jwe.encrypt_compact(header, b"a line", ECKey.import_key(jose.public_jwk(SERVER)), registry=JWE)
    assert _opened(token) == b"a line" == _by_joserfc(token)


def test_the_longest_segment_opens_though_nothing_in_it_compresses() -> None:
    """joserfc alone opens no text of more than 64 KB."""
    longest = Random(9).randbytes(PAYLOAD_MAX_BYTES)
    token = jose.encrypt(longest, jose.public_jwk(SERVER))
    assert len(token) < jose.JWE_MAX_CHARS and _opened(token) == longest


def test_nothing_inflates_beyond_the_limit() -> None:
    limit = jose.INFLATED_MAX_BYTES
    for size, opens in ((limit, True), (limit + 1, False), (100 * limit, False)):
        assert (_opened(jose.encrypt(bytes(size), jose.public_jwk(SERVER))) is not None) == opens

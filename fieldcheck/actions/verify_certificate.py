"""Check a coverage certificate (覆盖凭证): by itself, and against the log that it speaks of.

Source: ``docs/coverage-certificate.md``.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, Iterator, Mapping, NamedTuple

from joserfc.errors import JoseError

from sync.message import parse_object
from sync.ports import Forged

from .. import jose
from ..keys import Keys
from ..problems import Problem
from ..rules.certificate_shape import one_line
from ..rules.coverage_certificate import COVERAGE_TYPE, Fault, faults, first_difference
from ..store import coverage_certificates, log, log_heads, rounds
from ..store.database import Database

FILE_MAX_BYTES = 64 * 1024 * 1024


class Read(NamedTuple):
    """A certificate whose signature holds. ``signer``: the RFC 7638 thumbprint of the key that signed."""

    claims: dict[str, Any]
    signer: str


def read_key(file: bytes) -> dict[str, str]:
    """The public key that a file holds, as a JWK or as the signing one of a JWKS (RFC 7517).

    :raises Problem: ``coverage_certificate_unreadable``: no such key in it.
    """
    try:
        document = parse_object(file[:FILE_MAX_BYTES].decode()) or {}
    except ValueError:
        document = {}
    held = document.get("keys", [document])
    signing = [one for one in held if isinstance(one, dict) and one.get("use", "sig") == "sig"] if isinstance(held, list) else []
    key = jose.checked_public_jwk(signing[0]) if signing else None
    if key is None:
        raise Problem("coverage_certificate_unreadable")
    return key


def read_certificate(file: bytes, jwk: Mapping[str, Any] | None = None) -> Read:
    """The claims of a certificate, its signature checked by ``jwk``, or, where none is given, by the key that it carries itself.

    Refused is what two readers of JSON could read differently: a member that stands twice, a number that is none.

    :raises Problem: ``coverage_certificate_unreadable`` (no such document), ``coverage_certificate_forged``.
    """
    try:
        document = _read_once(file[:FILE_MAX_BYTES].decode())
        token = ".".join((document["protected"], document["payload"], document["signature"]))
        key = document["header"]["jwk"] if jwk is None else jwk
        signer = jose.thumbprint(key)
    except (ValueError, KeyError, TypeError, AttributeError, JoseError):
        raise Problem("coverage_certificate_unreadable") from None
    try:
        claims = jose.verify(token, key, COVERAGE_TYPE)
    except Forged:
        raise Problem("coverage_certificate_forged") from None
    try:
        for part in token.split(".")[:2]:
            _read_once(jose.decoded(part))
    except ValueError:
        raise Problem("coverage_certificate_unreadable") from None
    return Read(claims, signer)


def _read_once(text: str) -> dict[str, Any]:
    """As ``parse_object``. :raises ValueError: no object, a member that stands twice, a number that is not finite."""
    value = parse_object(text)
    if value is None:
        raise ValueError("no object")
    json.loads(text, object_pairs_hook=_members, parse_float=_finite)
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member stands twice")
    return members


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("not finite")
    return number


def signed_elsewhere(read: Read, keys: Keys) -> Iterator[Fault]:
    """Whether another key than this installation's signed, however well all of it agrees with the log."""
    if read.signer != jose.thumbprint(keys.signing_jwk):
        yield Fault("signer_unknown", read.signer)


def verify_certificate(claims: Mapping[str, Any], db: Database | None = None) -> Iterator[Fault]:
    """What does not hold: first what the claims say against each other, then, with the log, what it says otherwise."""
    found = list(faults(claims))
    yield from found
    if db is None or any(fault.code in ("shape", "version") for fault in found):
        return
    yield from _printed_days(claims, db)
    size, round_id = claims["log"]["size"], claims["round"]["id"]
    if rounds.round_of(db, round_id) is None:
        yield Fault("round_unknown", round_id)
    elif log.size_at(db) < size:
        yield Fault("log_shorter", str(size))
    else:
        ours = coverage_certificates.claims(db, round_id, size, claims["made_at"])
        where = first_difference(_without_paths(ours), _without_paths(claims))
        if where is not None:
            yield Fault("recomputed", one_line(where))


def _printed_days(claims: Mapping[str, Any], db: Database) -> Iterator[Fault]:
    days = {kept.head.size: kept.head.date for kept in log_heads.every(db)}
    for before in claims["log"]["grew_from"]:
        if days.get(before["size"], before["date"]) != before["date"]:
            yield Fault("printed_day", before["date"])


def _without_paths(claims: Mapping[str, Any]) -> dict[str, Any]:
    # Which heads were printed is this installation's memory; that the log grew out of them was checked by their paths.
    return {**claims, "log": {name: claims["log"][name] for name in ("size", "head")}}

"""Check a coverage certificate (覆盖凭证): by itself, and against the log that it speaks of.

Source: ``docs/coverage-certificate.md``.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping, NamedTuple

from joserfc.errors import JoseError

from sync.message import parse_object
from sync.ports import Forged

from .. import jose
from ..problems import Problem
from ..rules.coverage_certificate import COVERAGE_TYPE, Fault, faults, first_difference
from ..store import coverage_certificates, log, rounds
from ..store.database import Database

FILE_MAX_BYTES = 64 * 1024 * 1024


class Read(NamedTuple):
    """A certificate whose signature holds. ``signer``: the RFC 7638 thumbprint of the key that signed."""

    claims: dict[str, Any]
    signer: str


def read_certificate(file: bytes, jwk: Mapping[str, Any] | None = None) -> Read:
    """The claims of a certificate, its signature checked by ``jwk``, or else by the key that it carries itself.

    :raises Problem: ``coverage_certificate_unreadable`` (no such document), ``coverage_certificate_forged``.
    """
    try:
        document = parse_object(file[:FILE_MAX_BYTES].decode()) or {}
        token = ".".join((document["protected"], document["payload"], document["signature"]))
        key = jwk or document["header"]["jwk"]
        signer = jose.thumbprint(key)
    except (ValueError, KeyError, TypeError, AttributeError, JoseError):
        raise Problem("coverage_certificate_unreadable") from None
    try:
        return Read(jose.verify(token, key, COVERAGE_TYPE), signer)
    except Forged:
        raise Problem("coverage_certificate_forged") from None


def verify_certificate(claims: Mapping[str, Any], db: Database | None = None) -> Iterator[Fault]:
    """What does not hold: first what the claims say against each other, then, with the log, what it says otherwise."""
    found = list(faults(claims))
    yield from found
    if db is None or any(fault.code in ("shape", "version") for fault in found):
        return
    size, round_id = claims["log"]["size"], claims["round"].get("id", "")
    if rounds.round_of(db, round_id) is None:
        yield Fault("round_unknown", round_id)
    elif log.size_at(db) < size:
        yield Fault("log_shorter", str(size))
    else:
        ours = coverage_certificates.claims(db, round_id, size, claims["made_at"])
        where = first_difference(_without_paths(ours), _without_paths(claims))
        if where is not None:
            yield Fault("recomputed", where)


def _without_paths(claims: Mapping[str, Any]) -> dict[str, Any]:
    # Which heads were printed is this installation's memory; that the log grew out of them was checked by their paths.
    return {**claims, "log": {name: claims["log"][name] for name in ("size", "head")}}

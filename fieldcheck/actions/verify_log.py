"""``fieldcheck verify``: recompute everything that the log claims, and name the first thing that does not hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator, Mapping, NamedTuple

from sync.chain import ChainBroken, Head, follow
from sync.fork import device_of
from sync.intake import RECEIPT_TYPE
from sync.log_head import LOG_HEAD_TYPE, LogHead, head_claims, heads_at
from sync.message import DESK, GENESIS, line_hash, parse_line
from sync.ports import Forged
from sync.private import references
from sync.segment import SEGMENT_TYPE

from ..keys import Keys
from ..rules.coverage_certificate import claims_hash
from ..store import coverage_certificates, draw_replay, log, log_heads, photo_files, photos, private_records, register_replay
from ..store.database import Database


class Doubt(NamedTuple):
    """One thing that does not hold.

    ``code`` is stable and has its sentence in the catalogue (``doubt.<code>``). ``where`` is ``chain:line``, or
    ``chain:first-last #log_index``, or the hash of a private record, photo or register, or the id of a draw. ``what`` is a detail for scripts.
    """

    code: str
    where: str
    what: str


def verify_log(db: Database, data: Path, keys: Keys) -> Iterator[Doubt]:
    """Every doubt, in the order of the log; none means that all of it holds.

    Checked: each line's hash, chain and envelope; each segment's signature by the device that the log itself enrolled;
    each receipt; the log's heads that were signed; each private record against its hash; each photo's bytes against theirs;
    each register's content and its units' ids; each revealed draw, drawn again.
    """
    missing: list[Doubt] = []
    yield from _entries(db, keys, missing)
    yield from _heads(db, keys)
    yield from _closed_rounds(db)
    yield from _private(db, keys)
    yield from missing
    yield from _photos(db, data)
    yield from (Doubt(*doubt) for doubt in register_replay.replay(db, data))
    yield from (Doubt(*doubt) for doubt in draw_replay.replay(db))


def _entries(db: Database, keys: Keys, missing: list[Doubt]) -> Iterator[Doubt]:
    """The one walk over the log; ``missing`` is filled with the private records that lines name and nobody holds."""
    server = keys.signing_jwk
    signers: dict[str, Mapping[str, Any]] = {DESK: server}
    heads: dict[str, Head] = {}
    for expected, entry in enumerate(log.entries(db), 1):
        where = f"{entry['chain']}:{entry['first']}-{entry['last']} #{entry['log_index']}"
        if entry["log_index"] != expected:
            yield Doubt("log_hole", where, f"log index {expected} is missing")
            return
        yield from _lines(entry, heads, where)
        yield from _signatures(entry, signers, keys, server, where)
        for seq, _, kind, _, line in entry["messages"]:
            body = (parse_line(line) or {}).get("body")
            missing += [Doubt("private_missing", f"{entry['chain']}:{seq}", f"private record {digest} is not held")
                        for digest in references(body) if not private_records.knows(db, digest)]
            if kind == "device.enrolled" and entry["chain"] == DESK and isinstance(body, dict):
                signers[str(body.get("device"))] = body.get("signing_key") or {}


def _lines(entry: dict[str, Any], heads: dict[str, Head], where: str) -> Iterator[Doubt]:
    lines = [line for _, _, _, _, line in entry["messages"]]
    for seq, digest, kind, visit, line in entry["messages"]:
        if line_hash(line) != digest:
            yield Doubt("line_changed", f"{entry['chain']}:{seq}", "the line does not hash to what was logged")
        if log.index_columns(line) != (kind, visit):
            yield Doubt("line_changed", f"{entry['chain']}:{seq}", "its kind or visit is filed differently")
    start = heads.get(entry["chain"]) or _start(entry)
    try:
        hashes = follow(lines, device_of(entry["chain"]), start)
    except ChainBroken as broken:
        yield Doubt("chain_broken", f"{entry['chain']}:{broken.seq}", broken.what)
    else:
        if not hashes or hashes[-1] != entry["head"] or len(lines) != entry["last"] - entry["first"] + 1:
            yield Doubt("segment_changed", where, "its lines do not end in the logged head")
    heads[entry["chain"]] = Head(entry["last"], entry["head"])


def _start(entry: dict[str, Any]) -> Head:
    # A branch (adopted fork) begins inside its device's chain; the first line's own prev says where.
    first = entry["messages"][0][4] if entry["messages"] else "{}"
    if "~" in entry["chain"]:
        return Head(entry["first"] - 1, str((parse_line(first) or {}).get("prev")))
    return Head(0, GENESIS)


def _signatures(entry: dict[str, Any], signers: dict[str, Mapping[str, Any]], keys: Keys, server: Mapping[str, Any],
                where: str) -> Iterator[Doubt]:
    try:
        claims = keys.verify(entry["signature"], signers.get(entry["device"], {}), SEGMENT_TYPE)
    except Forged:
        yield Doubt("signature_forged", where, "the device's signature does not hold")
    else:
        signed = {"device": entry["device"], "from": entry["signed_from"], "to": entry["last"],
                  "prev": entry["prev"], "head": entry["head"]}
        if claims != signed:
            yield Doubt("segment_changed", where, "the signature is about other lines")
    try:
        receipt = keys.verify(entry["receipt"], server, RECEIPT_TYPE)
    except Forged:
        yield Doubt("receipt_forged", where, "the receipt's signature does not hold")
    else:
        given = {"device": entry["device"], "from": entry["signed_from"], "to": entry["last"], "head": entry["head"],
                 "log_index": entry["log_index"], "at": entry["at"]}
        if receipt != given:
            yield Doubt("receipt_changed", where, "the receipt is about something else")


def _heads(db: Database, keys: Keys) -> Iterator[Doubt]:
    kept = log_heads.every(db)
    for one in kept:
        try:
            whole = keys.verify(one.signed, keys.signing_jwk, LOG_HEAD_TYPE) == head_claims(one.head, one.at)
        except Forged:
            whole = False
        if not whole:
            yield Doubt("log_head_forged", one.head.line(), "its signature does not hold, or is about another head")
    yield from grown_since(db, *(one.head for one in kept))


def grown_since(db: Database, *lines: LogHead) -> Iterator[Doubt]:
    """What was said of the log once must still be true of its first entries, whoever owns the keys.

    The log is walked once, however many lines there are. A day can be held only against the head that was kept of that length.
    """
    days = {kept.head.size: kept.head.date for kept in log_heads.every(db)}
    sizes = [line.size for line in lines]
    heads = heads_at(log.receipts(db, max(sizes)), sizes) if sizes else {}
    for line in lines:
        now = heads.get(line.size)
        if now is None:
            yield Doubt("log_shorter", line.line(), f"the log has {log.size_at(db)} entries")
        elif now != line.head:
            yield Doubt("log_rewritten", line.line(), f"the head over its first {line.size} entries is {now}")
        elif days.get(line.size, line.date) != line.date:
            yield Doubt("log_line_day", line.line(), f"the line with this head says {days[line.size]}")


def carried(log: Mapping[str, Any], line: LogHead) -> Iterator[Doubt]:
    """Whether a certificate's ``log`` (``rules/coverage_certificate.py``, its paths checked before) is known to begin as a line
    says that was printed: it names that line, or it is just as long. Nobody without the log can tell it of another line.
    """
    heads = {before["size"]: before["head"] for before in log["grew_from"]} | {log["size"]: log["head"]}
    days = {before["size"]: before["date"] for before in log["grew_from"]}
    if line.size > log["size"]:
        yield Doubt("line_younger", line.line(), f"the certificate's log has {log['size']} entries")
    elif line.size not in heads:
        yield Doubt("line_not_carried", line.line(), "the certificate names no head of that size")
    elif heads[line.size] != line.head:
        yield Doubt("log_rewritten", line.line(), f"the head over its first {line.size} entries is {heads[line.size]}")
    elif days.get(line.size, line.date) != line.date:
        yield Doubt("log_line_day", line.line(), f"the line with this head says {days[line.size]}")


def _closed_rounds(db: Database) -> Iterator[Doubt]:
    for body, at in log.bodies_of(db, "round.closed"):
        try:
            now = claims_hash(coverage_certificates.claims(db, body["round"], body["size"], at))
        except LookupError:
            now = ""
        if now != body["claims"]:
            yield Doubt("round_changed", body["round"], "its coverage, reckoned from the same entries, is another one")


def _private(db: Database, keys: Keys) -> Iterator[Doubt]:
    for digest, sealed in private_records.every(db):
        if sealed is None:
            continue
        try:
            whole = line_hash(private_records.unseal(keys.private, digest, sealed)) == digest
        except private_records.RecordDamaged:
            whole = False
        if not whole:
            yield Doubt("private_damaged", digest, "it does not open to what its hash names")
    for name, sealed in private_records.corrections(db):
        try:
            private_records.unseal(keys.private, name, sealed)
        except private_records.RecordDamaged:
            yield Doubt("private_damaged", name, "a correction does not open")


def _photos(db: Database, data: Path) -> Iterator[Doubt]:
    for sealed_sha256 in photos.held(db):
        found = photo_files.digest(data, sealed_sha256)
        if found != sealed_sha256:
            yield Doubt("photo_changed", sealed_sha256, "missing" if found is None else "its bytes changed")
    for sealed_sha256 in photos.erased(db):
        if photo_files.digest(data, sealed_sha256) is not None:
            yield Doubt("photo_not_erased", sealed_sha256, "it was erased, and its bytes are here")

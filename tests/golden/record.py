"""Writes the golden transcripts: ``python -m tests.golden.record``. Expected answers are written here by hand.

Run it only when the protocol changes: what it wrote before is the contract with every phone in the field.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

from fieldcheck import jose
from fieldcheck.keys import Keys
from sync.chain import Chain, Head
from sync.intake import take
from sync.message import line_hash
from sync.outbox import Kept, Outbox
from sync.ports import Device
from sync.private import private_record, record_hash
from sync.reference import MemoryLog
from sync.segment import close_segment, segment_claims

HERE = Path(__file__).parent
DEVICE = "0193a5a0-0000-7000-8000-00000000d001"
OTHER = "0193a5a0-0000-7000-8000-00000000d002"
SESSION = "0193a5a0-0000-7000-8000-00000000a001"
VISIT = "0193a5a0-0000-7000-8000-00000000b001"
AT = "2026-11-23T02:00:00.000Z"


class Recorder:
    """One transcript in the making: real crypto, the reference log, and a phone's outbox."""

    def __init__(self, name: str, about: str) -> None:
        self.keys = {n: jose.new_key(use) for n, use in (
            ("server_signing", "sig"), ("server_encryption", "enc"), ("device_signing", "sig"),
            ("device_transport", "sig"), ("stranger_signing", "sig"))}
        self.crypto = Keys(self.keys["server_signing"], self.keys["server_encryption"], b"p" * 32, b"s" * 32, b"d" * 32)
        self.log = MemoryLog()
        self.log.enrol(Device(DEVICE, jose.public_jwk(self.keys["device_signing"])))
        self.chain = Chain(DEVICE)
        self.box = Outbox()
        self.out: dict[str, Any] = {
            "name": name, "about": about, "device": DEVICE,
            "keys": {n: key.as_dict(private=True) for n, key in self.keys.items()},
            "inputs": [], "lines": [], "hashes": [], "private": [], "private_hashes": [], "segments": {}, "steps": [],
            "receipts": {}}

    def note(self, kind: str, body: dict[str, Any], records: list[str] = []) -> str:
        n = len(self.out["inputs"]) + 1
        given = {"kind": kind, "visit": VISIT, "body": body, "at": f"2026-11-23T01:{n:02d}:00.000Z",
                 "session": SESSION, "mono": n * 60_000, "nonce": f"n{n}"}
        line = self.chain.write(**given)
        self.out["inputs"].append({**given, "private": [json.loads(r) for r in records]})
        self.out["lines"].append(line)
        self.out["hashes"].append(line_hash(line))
        return line

    def seal(self, name: str, start: Head, lines: list[str], private: list[str] = [], *, own: bool = True,
             key: str = "device_signing", device: str = DEVICE,
             spoil: Callable[[bytes], bytes] = lambda payload: payload) -> None:
        signer = self.keys[key]
        payload = spoil(close_segment(device, start, lines, private, lambda c, t: jose.sign(c, signer, t)))
        jwe = jose.encrypt(payload, jose.public_jwk(self.keys["server_encryption"]))
        self.keep(name, start, lines, private, jwe, own, device, payload)

    def keep(self, name: str, start: Head, lines: list[str], private: list[str], jwe: str, own: bool,
             device: str, payload: bytes = b"{}") -> None:
        try:
            signature = json.loads(payload).get("signature", "")
        except ValueError:
            signature = ""
        self.out["segments"][name] = {**segment_claims(device, start, lines), "lines": lines, "private": private,
                                      "signature": signature, "jwe": jwe, "own": own}
        if own:
            self.box = self.box.add(Kept(start.seq + 1, start.seq + len(lines), line_hash(lines[-1]), jwe))

    def send(self, names: list[str], codes: list[str]) -> None:
        answers, heard = [], []
        for name, expected in zip(names, codes, strict=True):
            answer = take(self.log, self.crypto, self.log.device(DEVICE), self.out["segments"][name]["jwe"], AT)
            assert answer.code == expected, (name, answer.code, expected)
            answers.append({"status": answer.status, "code": answer.code, "next": answer.next,
                            "from": answer.first, "to": answer.last})
            heard.append({**answers[-1], **({"receipt": answer.receipt} if answer.receipt else {})})
            if answer.code == "ok":
                self.out["receipts"][name] = answer.receipt
        sent = [k for n in names for k in self.box.kept if k.jwe == self.out["segments"][n]["jwe"]]
        own = [h for n, h in zip(names, heard, strict=True) if self.out["segments"][n]["own"]]
        self.box = self.box.heard(sent, own)
        head = self.log.head(DEVICE)
        self.out["steps"].append({"do": "send", "segments": names, "answers": answers,
                                  "head": {"seq": head.seq, "hash": head.hash}, "outbox": self.outbox(head)})

    def outbox(self, head: Head) -> dict[str, Any]:
        name_of = {s["jwe"]: n for n, s in self.out["segments"].items()}
        return {"to_send": [name_of[k.jwe] for k in self.box.to_send(head)],
                "receipted": [name_of[k.jwe] for k in self.box.kept if k.receipt],
                "stuck": {name_of[k.jwe]: k.stuck for k in self.box.kept if k.stuck}, "closed": self.box.closed}

    def restore(self, entries: int) -> None:
        del self.log.entries[entries:]
        head = self.log.head(DEVICE)
        self.out["steps"].append({"do": "restore", "entries": entries, "head": {"seq": head.seq, "hash": head.hash},
                                  "outbox": self.outbox(head)})

    def revoke(self) -> None:
        self.log.revoke(DEVICE)
        self.out["steps"].append({"do": "revoke"})

    def three_segments(self) -> None:
        """A short visit in three save points: opened, one household with a private record, sealed."""
        record = private_record("respondent", "演示户主", bytes(range(16)))
        self.out["private"].append(record)
        self.out["private_hashes"].append(record_hash(record))
        opened = [self.note("visit.opened", {"assignment": None, "round": "r1", "unit": "u1", "village": None, "team": "A",
                                             "type": "covert", "checklist": "2026-1", "app": "golden", "declarations": {
                                                 "not_notified": True, "not_escorted": True, "direct_entry": True}}),
                  self.note("fix.taken", {"fix": "f1", "purpose": "start", "lon": 112.05, "lat": 30.05, "acc": 12.5,
                                          "t": "2026-11-23T01:01:58.000Z", "datum": "wgs84", "source": "demo"})]
        house = [self.note("household.recorded", {"household": "h1", "number": 1, "type": "poor", "selection": "random",
                                                  "frame": "walk", "outcome": "complete",
                                                  "respondent_private": record_hash(record)}, [record])]
        end = [self.note("identity.disclosed", {}), self.note("visit.sealed", {"photos": [], "declarations": {
            "not_notified": True, "not_escorted": True, "direct_entry": True}, "heads": []})]
        heads = [Head(n, h) for n, h in enumerate([Head().hash, *self.out["hashes"]])]
        self.seal("opened", heads[0], opened)
        self.seal("household", heads[2], house, [record])
        self.seal("sealed", heads[3], end)

    def write(self) -> None:
        (HERE / f"{self.out['name']}.json").write_text(
            json.dumps(self.out, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def accepted() -> Recorder:
    r = Recorder("accepted", "Three save points arrive in one request.")
    r.three_segments()
    r.send(["opened", "household", "sealed"], ["ok", "ok", "ok"])
    return r


def replayed() -> Recorder:
    r = Recorder("replayed", "The answer was lost on the way; the same bytes again are success with the same receipt.")
    r.three_segments()
    r.send(["opened", "household"], ["ok", "ok"])
    r.send(["opened", "household", "sealed"], ["duplicate", "duplicate", "ok"])
    r.send(["sealed"], ["duplicate"])
    return r


def reordered() -> Recorder:
    r = Recorder("reordered", "A later segment comes first: a gap, and everything is sent again from the head.")
    r.three_segments()
    r.send(["sealed", "household"], ["chain_gap", "chain_gap"])
    r.send(["opened"], ["ok"])
    r.send(["sealed", "household"], ["chain_gap", "ok"])
    r.send(["sealed"], ["ok"])
    return r


def forked() -> Recorder:
    r = Recorder("forked", "A phone restored from a copy wrote other lines for known numbers: kept in quarantine whole.")
    r.three_segments()
    copy = Chain(DEVICE, Head(2, r.out["hashes"][1]))
    other = [copy.write("household.recorded", {"household": "h9", "number": 1}, at=AT, session=SESSION, mono=1, visit=VISIT)]
    middle = copy.head
    later = [copy.write("identity.disclosed", {}, at=AT, session=SESSION, mono=2, visit=VISIT)]
    r.seal("other", Head(2, r.out["hashes"][1]), other)
    r.seal("later", middle, later)
    beyond = Chain(DEVICE, copy.head)
    tail = [beyond.write("fix.taken", {}, at=AT, session=SESSION, mono=n, visit=VISIT) for n in (3, 4)]
    r.seal("beyond", copy.head, tail)
    r.send(["opened", "household", "sealed"], ["ok", "ok", "ok"])
    r.send(["other", "later", "beyond"], ["chain_forked", "chain_forked", "chain_forked"])
    r.send(["other"], ["chain_forked"])
    return r


def restored_server() -> Recorder:
    r = Recorder("restored_server", "The server lost its last day: the phone sends again what the new head does not reach.")
    r.three_segments()
    r.send(["opened", "household", "sealed"], ["ok", "ok", "ok"])
    r.restore(1)
    r.send(["household", "sealed"], ["ok", "ok"])
    return r


def restored_fork() -> Recorder:
    r = Recorder("restored_fork", "The server lost the other copy's day and its quarantine: the fork is offered again.")
    r.three_segments()
    for name in ("household", "sealed"):
        r.out["segments"][name]["own"] = False
    r.box = Outbox(r.box.kept[:1])
    copy = Chain(DEVICE, Head(2, r.out["hashes"][1]))
    other = [copy.write("household.recorded", {"household": "h9", "number": 1}, at=AT, session=SESSION, mono=1, visit=VISIT)]
    r.seal("other", Head(2, r.out["hashes"][1]), other)
    r.send(["opened", "household", "sealed"], ["ok", "ok", "ok"])
    r.send(["other"], ["chain_forked"])
    r.restore(1)
    r.send(["other", "household"], ["ok", "chain_forked"])
    return r


def refused() -> Recorder:
    r = Recorder("refused", "Nothing that cannot be verified moves the head, and nothing of it blocks what is right.")
    r.three_segments()
    lines, start = r.out["lines"], Head()
    first = r.out["segments"]["opened"]["lines"]
    r.seal("by_a_stranger", start, first, own=False, key="stranger_signing")
    r.seal("changed_line", start, first, own=False, spoil=lambda p: p.replace(b"112.05", b"112.06"))
    r.seal("no_signature", start, first, own=False, spoil=lambda p: p.replace(b'"signature"', b'"signatur"'))
    r.seal("not_json", start, first, own=False, spoil=lambda p: p[:-1])
    r.seal("unchained", start, [lines[0], lines[2]], own=False)
    foreign = Chain(OTHER)
    r.seal("foreign", start, [foreign.write("fix.taken", {}, at=AT, session=SESSION, mono=1, visit=VISIT)],
           own=False, device=OTHER)
    good = r.out["segments"]["opened"]["jwe"]
    r.keep("changed_byte", start, first, [], good[:-2] + ("A" if good[-2] != "A" else "B") + good[-1], False, DEVICE)
    r.keep("not_a_jwe", start, first, [], "not.a.jwe", False, DEVICE)
    r.send(["by_a_stranger", "changed_line", "no_signature", "not_json", "unchained", "foreign", "changed_byte", "not_a_jwe"],
           ["segment_forged", "chain_broken", "segment_malformed", "segment_malformed", "chain_broken", "segment_foreign",
            "segment_unreadable", "segment_unreadable"])
    r.send(["opened", "household", "sealed"], ["ok", "ok", "ok"])
    return r


def future_kinds() -> Recorder:
    r = Recorder("future_kinds", "What a newer app wrote, and what makes no sense, is logged all the same and flagged.")
    r.note("visit.photographed_by_drone", {"altitude": 30})
    r.note("visit.opened", {"team": 7})
    r.note("fix.taken", {"lon": "east", "lat": None})
    heads = [Head(n, h) for n, h in enumerate([Head().hash, *r.out["hashes"]])]
    r.seal("odd", heads[0], r.out["lines"][:3])
    r.send(["odd"], ["ok"])
    return r


def revoked() -> Recorder:
    r = Recorder("revoked", "A revoked phone may still hand in its work: kept in quarantine, not in the log.")
    r.three_segments()
    r.send(["opened"], ["ok"])
    r.revoke()
    r.send(["household", "sealed"], ["device_revoked", "device_revoked"])
    return r


SCENARIOS = (accepted, replayed, reordered, forked, restored_server, restored_fork, refused, future_kinds, revoked)

if __name__ == "__main__":
    for scenario in SCENARIOS:
        scenario().write()

"""A whole certificate made by hand: every class, a merged township, a waiver, a gap and a printed head; and the document's script."""

from __future__ import annotations

import base64
import io
import json
import re
import sys
from contextlib import redirect_stdout
from hashlib import sha256
from pathlib import Path
from typing import Any

from fieldcheck import jose
from fieldcheck.actions.verify_certificate import read_certificate, verify_certificate
from fieldcheck.problems import Problem
from fieldcheck.rules.coverage_certificate import COVERAGE_TYPE, counts
from fieldcheck.rules.settings import thresholds
from sync.merkle import consistency_path, head_of, leaf_hash
from tests.house.source_tree import ROOT

KEY = jose.new_key("sig")
LEAVES = [leaf_hash(bytes([entry])) for entry in range(38)]
TYPES = ("poor", "exited", "exited", "edge", "general")
(SCRIPT,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/coverage-certificate.md").read_text(), re.S)
_CODE = compile(SCRIPT, "check.py", "exec")


def digest(text: str) -> str:
    """A hash of something."""
    return sha256(text.encode()).hexdigest()


def town(unit: str, status: str, *reasons: str, **more: Any) -> dict[str, Any]:
    """A township."""
    return {"unit": unit, "code": f"4201-{unit}", "name": f"演示{unit}", "county": "演示一县", "status": status, "flags": [],
            "reasons": list(reasons), **more}


def visit(name: str, unit: str, team: str, types: tuple[str, ...] = TYPES, **more: Any) -> dict[str, Any]:
    """A visit that counts."""
    return {"visit": name, "unit": unit, "team": team, "date": "2026-11-24", "inspectors": 2, "minutes": 78.0, "place": "inside",
            "confirmed": False, "households": [{"id": f"{name}-{at}", "type": kind} for at, kind in enumerate(types)],
            "decision": digest(name + "decision"), "messages": [digest(name + "1"), digest(name + "2")],
            "photos": [digest(name + "photo")], **more}


def head(size: int) -> dict[str, Any]:
    """A head that was printed, with its path."""
    return {"date": "2026-11-23", "size": size, "head": head_of(LEAVES[:size]).hex(),
            "path": [step.hex() for step in consistency_path(LEAVES, size)]}


def whole_claims() -> dict[str, Any]:
    """The claims of a closed round that agree with one another."""
    towns = [town("one", "covered"), town("two", "covered_both"), town("whole", "covered", parts=["left", "right"]),
             town("waived", "covered"), town("open", "unvisited"), town("seen", "visited_unverified", "duration"),
             town("street", "excluded", "no_village"), town("left", "excluded", "merged"), town("right", "excluded", "merged")]
    scope, classes = counts(towns)
    return {
        "v": 1, "made_at": "2026-11-25T09:00:00.000Z", "date": "2026-11-25",
        "round": {"id": "round-1", "name": "演示轮次　一", "starts": "2026-11-23T02:00:00.000Z", "ends": "2027-02-22T02:00:00.000Z", "state": "closed"},
        "register": {"sha256": digest("register"), "edition": "demo", "datum": "wgs84"},
        "checklist": {"version": "2026-1", "sha256": digest("checklist")}, "thresholds": thresholds({}),
        "scope": scope, "classes": classes, "townships": towns,
        "exclusions": [{"unit": "left", "reason": "merged", "signer": None}, {"unit": "right", "reason": "merged", "signer": None},
                       {"unit": "street", "reason": "no_village", "signer": "演示·主任"}],
        "gaps": [{"unit": unit, "reason": "演示：洪水", "signer": "演示·主任", "at": "2026-11-25T08:00:00.000Z"} for unit in ("open", "seen")],
        "waivers": [{"village": "v1", "code": "420101200", "name": "演示村", "listed": 1, "reason": "演示：只有一户", "signer": "演示·主任"}],
        "visits": [visit("1", "one", "A"), visit("2", "two", "A", place="border", confirmed=True), visit("3", "two", "B"),
                   visit("4", "whole", "A", part="left"), visit("5", "whole", "B", part="right"),
                   visit("6", "waived", "A", ("poor", "edge", "edge", "general", "general"), village_waived="v1")],
        "log": {"size": 38, "head": head_of(LEAVES).hex(), "grew_from": [head(19), head(32), head(38)]},
    }


def letters(value: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def packed(claims: dict[str, Any] | str, head: dict[str, Any] | str | None = None, **jwk: Any) -> dict[str, Any]:
    """A certificate over claims, or over a text, signed by ``KEY`` whatever its header says."""
    from cryptography.hazmat.primitives.asymmetric import ec, utils
    from cryptography.hazmat.primitives.hashes import SHA256
    said, header = (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)
                    for one in (claims, head or {"alg": "ES256", "typ": COVERAGE_TYPE, "kid": "k"}))
    text = f"{letters(header.encode())}.{letters(said.encode())}"
    r, s = utils.decode_dss_signature(KEY.raw_value.sign(text.encode(), ec.ECDSA(SHA256())))
    signature = letters(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return {"payload": letters(said.encode()), "protected": letters(header.encode()), "signature": signature,
            "header": {"jwk": {**jose.public_jwk(KEY), **jwk}}}


def script_says(file: bytes, folder: Path, *line: str) -> str:
    """What the document's script ends with; an exception is told by its name."""
    path, told, argv = folder / "certificate.json", io.StringIO(), sys.argv
    path.write_bytes(file)
    try:
        sys.argv = ["check.py", str(path), *line]
        with redirect_stdout(told):
            exec(_CODE, {"__name__": "check"})
    except SystemExit as refused:
        return str(refused)
    except Exception as refused:  # the script is a stranger's: whatever it dies of is a refusal
        return type(refused).__name__
    finally:
        sys.argv = argv
    return told.getvalue().rstrip().splitlines()[-1]


def verify_says(file: bytes) -> list[str]:
    """The codes of what ``fieldcheck verify`` finds in the file alone."""
    try:
        return [fault.code for fault in verify_certificate(read_certificate(file).claims)]
    except Problem as refused:
        return [refused.code]

"""The demonstration's round to its close: ``python -m bench.whole_round [--out FILE]``.

Makes the demonstration (演示) in a folder that is dropped afterwards, signs off what is not covered, closes, certifies, has ``fieldcheck verify`` reckon all of it again, and writes the certificate
(``docs/demo-certificate.json``). Says how long each step took.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from fieldcheck.actions.begin_closing import begin_closing
from fieldcheck.actions.certify_coverage import certify_coverage
from fieldcheck.actions.close_round import close_round
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.actions.sign_gap import sign_gap
from fieldcheck.actions.sign_log_head import sign_log_head
from fieldcheck.actions.verify_certificate import read_certificate, verify_certificate
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.cli_data import Data
from fieldcheck.config import load_config
from fieldcheck.demo import make_demo
from fieldcheck.rules.coverage_certificate import OPEN
from fieldcheck.store import past, people, rounds
from fieldcheck.times import written

#: A demonstration's moments are told as if made now; this one is always the same, so the certificate is too, but for ids.
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
REASON, SIGNER = "演示：本轮未走到，列入下一轮 (demonstration: left for the next round)", "演示·办公室主任"


def step(name: str, begun: float) -> float:
    """Say how long a step took; when the next one begins."""
    now = time.perf_counter()
    print(f"{name:28} {now - begun:6.2f} s", flush=True)
    return now


def close_the_demonstration(data: Data) -> dict[str, object]:
    """Sign off, close, certify; the certificate."""
    db, keys = data.db, data.keys
    office = next(one.id for one in people.accounts(db) if one.role == "supervisor")
    opened = rounds.round_of(db)
    assert opened is not None
    sign_log_head(db, keys, NOW)
    begin_closing(db, keys, opened["round"], office, NOW)
    picture = past.standing(db, opened["round"], written(NOW)) or {}
    for one in picture["features"]:
        if one["properties"]["status"] in OPEN:
            sign_gap(db, keys, opened["round"], one["properties"]["unit"], (REASON, SIGNER), office, NOW)
    close_round(db, keys, opened["round"], office, NOW)
    return certify_coverage(db, keys, opened["round"], NOW)


def main(out: Path) -> None:
    """Run it."""
    with tempfile.TemporaryDirectory() as folder:
        data, begun = Data(load_config(folder + "/demo")), time.perf_counter()
        make_demo(data, reset=False, ensure=False, now=NOW)
        begun = step("demonstration", begun)
        file = (json.dumps(close_the_demonstration(data), indent=1) + "\n").encode()
        begun = step("sign off, close, certify", begun)
        read = read_certificate(file, data.keys.signing_jwk)
        faults = list(verify_certificate(read.claims, data.db))
        begun = step("certificate reckoned again", begun)
        doubts = list(verify_log(data.db, data.config.data, data.keys))
        begun = step("verify", begun)
        differences = rebuild_folds(data.db, data.config.data, check=True)
        step("rebuild --check", begun)
        data.close()
    assert (faults, doubts, differences) == ([], [], []), (faults, doubts, differences)
    out.write_bytes(file)
    print(f"{read.claims['classes']}\n{out}: {len(file)} bytes, key {read.signer}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/demo-certificate.json"))
    main(parser.parse_args().out)

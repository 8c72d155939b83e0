"""The certificate as a stranger meets it: by ``fieldcheck verify``, and by the script in the document, without fieldcheck."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldcheck import jose
from fieldcheck.actions.sign_log_head import sign_log_head
from fieldcheck.actions.verify_certificate import read_certificate
from fieldcheck.actions.verify_log import grown_since
from fieldcheck.store.database import open_database, write
from tests.actions.test_review import accept, arrived
from tests.certificates import KEY, packed
from tests.cli.typed import CHINESE, answer, run
from tests.house.source_tree import ROOT
from tests.world import World

TOWNSHIP = "420101100"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one accepted visit."""
    world = World(tmp_path_factory.mktemp("proof"))
    world.assign(TOWNSHIP, "a1", "a2")
    phone = world.phone()
    accept(world, arrived(phone, world.walk(phone, TOWNSHIP)))
    world.db.close()
    return world.config.data


@pytest.fixture(scope="module")
def line(folder: Path) -> str:
    """The line of an earlier week."""
    return run("log", "head", "--data", folder).output.strip()


@pytest.fixture(scope="module")
def certificate(folder: Path, line: str) -> Path:
    assert run("device", "enrol", "a2", "--data", folder).exit_code == 0
    path = folder / "certificate.json"
    assert run("coverage", "certify", "--out", path, "--data", folder).exit_code == 0
    return path


def test_a_certificate_holds_by_itself_and_against_the_log(folder: Path, certificate: Path) -> None:
    alone = run("verify", certificate, language=CHINESE)
    assert alone.exit_code == 0 and "应覆盖 3 个乡镇，已覆盖 1 个" in alone.output and "没有从日志重算" in alone.output
    whole = run("verify", certificate, "--data", folder)
    assert whole.exit_code == 0 and "Everything holds" in whole.output and "Reckoned anew from the log: the same" in whole.output
    signed_by = answer("verify", certificate)["signed_by"]
    assert signed_by in alone.output and signed_by in whole.output


def test_a_changed_certificate_and_a_key_that_did_not_sign_it_are_refused(tmp_path: Path, certificate: Path) -> None:
    document = json.loads(certificate.read_text())
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps({**document, "payload": document["payload"][:-3] + "AAA"}))
    told = run("verify", changed)
    assert told.exit_code == 1 and "Do not rely on it" in told.output
    other = tmp_path / "other.jwk"
    other.write_text(json.dumps({"keys": [{**document["header"]["jwk"], "x": document["header"]["jwk"]["y"]}]}))
    assert run("verify", certificate, "--key", other).exit_code == 1
    same = tmp_path / "same.jwk"
    same.write_text(json.dumps(document["header"]["jwk"]))
    assert run("verify", certificate, "--key", same).exit_code == 0


def test_one_changed_digit_of_what_a_certificate_says_is_refused_in_words(tmp_path: Path, certificate: Path) -> None:
    document, changed = json.loads(certificate.read_text()), tmp_path / "changed.json"
    said = base64.urlsafe_b64decode(document["payload"] + "==")
    assert said.count(b'"covered":1') == 1
    payload = base64.urlsafe_b64encode(said.replace(b'"covered":1', b'"covered":2')).decode().rstrip("=")
    changed.write_text(json.dumps({**document, "payload": payload}))
    for language, words in (("en_GB.UTF-8", "The certificate was changed"), (CHINESE, "凭证被改过")):
        told = run("verify", changed, language=language)
        assert told.exit_code == 1 and words in told.output


def test_every_member_of_the_wrong_kind_is_a_fault_with_a_sentence(tmp_path: Path, folder: Path, certificate: Path) -> None:
    claims, changed = read_certificate(certificate.read_bytes()).claims, tmp_path / "changed.json"
    for member, value in (("thresholds", {**claims["thresholds"], "min_minutes": "30"}), ("round", {"id": claims["round"]["id"]}),
                          ("made_at", "yesterday"), ("round", {**claims["round"], "name": "x\nEverything holds."})):
        changed.write_text(json.dumps(packed({**claims, member: value})))
        for more in ((), ("--data", folder, "--key", changed.with_name("key.jwk"))):
            changed.with_name("key.jwk").write_text(json.dumps(jose.public_jwk(KEY)))
            told = run("verify", changed, *more)
            assert told.exit_code == 1 and "lacks something, or holds something of another kind" in told.output and "Everything holds" not in told.output


def test_the_log_holds_no_certificate_that_a_stranger_signed_unless_his_key_is_given(tmp_path: Path, folder: Path, certificate: Path) -> None:
    forged, key = tmp_path / "forged.json", tmp_path / "key.jwk"
    forged.write_text(json.dumps(packed(read_certificate(certificate.read_bytes()).claims)))
    told = run("verify", forged, "--data", folder)
    assert told.exit_code == 1 and "certificate_signer_unknown" in told.output and "not this installation's" in told.output
    key.write_text(json.dumps(jose.public_jwk(KEY)))
    assert run("verify", forged, "--data", folder, "--key", key).exit_code == 0
    for nothing in ("{}", "null", '{"keys":[{}]}', '{"keys":[]}', '"keys"'):
        key.write_text(nothing)
        told = run("verify", forged, "--key", key)
        assert told.exit_code == 1 and "key cannot be read" in told.output


def test_a_printed_line_is_held_against_the_log(folder: Path, line: str, tmp_path: Path) -> None:
    assert "still begins as it was printed" in run("verify", "--since", line, "--data", folder).output
    assert [head["size"] for head in answer("log", "heads", "--data", folder)][0] == int(line.split()[1])
    assert run("log", "heads", "--data", folder).output.splitlines()[0] == line
    rewritten = line[:-1] + ("0" if line[-1] != "0" else "1")
    told = run("verify", "--since", rewritten, "--data", folder)
    assert told.exit_code == 1 and "log_rewritten" in told.output
    assert "no line of the log's head" in run("verify", "--since", "yesterday", "--data", folder).output


def test_a_printed_line_is_held_against_a_certificate_alone(certificate: Path, line: str) -> None:
    assert "still begins as it was printed" in run("verify", certificate, "--since", line).output
    assert answer("verify", certificate, "--since", line)["doubt"] is None
    size, head = int(line.split()[1]), line.split(" ", 2)[2]
    for other, code in ((f"{line[:10]} {size} {'a' * 64}", "log_rewritten"), (f"{line[:10]} {size - 7} {'a' * 64}", "line_not_carried"),
                        (f"{line[:10]} {size + 1} {head}", "line_younger"), (f"1999-01-01 {size} {head}", "log_line_day")):
        told = run("verify", certificate, "--since", other)
        assert told.exit_code == 1 and code in told.output and "still begins" not in told.output
        assert answer("verify", certificate, "--since", other)["doubt"]["code"] == code


@pytest.mark.parametrize("command", [("coverage", "certify"), ("export", "visits")])
def test_a_file_that_cannot_be_written_or_is_there_already_is_named_and_left_as_it_was(folder: Path, tmp_path: Path, command) -> None:
    kept = tmp_path / "kept"
    kept.write_text("precious")
    for path, words in ((tmp_path / "missing" / "x", "missing"), (tmp_path, tmp_path.name), (kept, "--replace")):
        told = run(*command, "--out", path, "--data", folder)
        assert told.exit_code in (1, 2) and words in told.output
    assert kept.read_text() == "precious"
    if Path("/dev/full").exists():
        told = run(*command, "--out", "/dev/full", "--data", folder)
        assert told.exit_code == 1 and "/dev/full" in told.output
    assert run(*command, "--out", kept, "--replace", "--data", folder).exit_code == 0 and kept.read_text() != "precious"


def stranger(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The document's own script, in an interpreter that sees no fieldcheck."""
    (script,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/coverage-certificate.md").read_text(), re.S)
    blind = "import sys\nsys.modules['fieldcheck'] = sys.modules['sync'] = None\n"
    return subprocess.run([sys.executable, "-c", blind + script, *map(str, arguments)], capture_output=True, text=True, check=False)


def test_the_stranger_s_script_says_that_a_true_certificate_holds(certificate: Path, line: str) -> None:
    told = stranger(certificate, line)
    assert (told.returncode, told.stderr) == (0, "") and told.stdout.endswith("1 of 3 townships covered\nholds\n")
    assert answer("verify", certificate)["signed_by"] in told.stdout


def test_the_certificate_of_the_demonstration_in_the_documents_holds() -> None:
    example = ROOT / "docs/demo-certificate.json"
    told = stranger(example)
    assert (told.returncode, told.stderr) == (0, "") and "44 of 113 townships covered\nholds\n" in told.stdout
    assert run("verify", example).exit_code == 0


def test_the_stranger_s_script_sees_a_changed_one_and_a_line_of_another_log(certificate: Path, line: str, tmp_path: Path) -> None:
    document = json.loads(certificate.read_text())
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps({**document, "payload": document["payload"][:-3] + "AAA"}))
    assert "InvalidSignature" in stranger(changed).stderr
    other = line[:-1] + ("0" if line[-1] != "0" else "1")
    assert "your line is not one of this log" in stranger(certificate, other).stderr


def test_a_log_that_was_cut_and_grew_to_the_same_length_prints_no_head_that_it_no_longer_has(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.assign(TOWNSHIP, "a1", "a2")
    line = run("log", "head", "--data", tmp_path).output.strip()
    size = int(line.split()[1])
    with write(world.db):
        world.db.execute("DELETE FROM messages WHERE log_index = ?", [size])
        world.db.execute("DELETE FROM segments WHERE log_index = ?", [size])
    shorter = run("log", "head", "--data", tmp_path)
    assert shorter.exit_code == 1 and "log_shorter" in shorter.output
    world.assign(TOWNSHIP, "a1", "a2")
    told = run("log", "head", "--data", tmp_path)
    assert told.exit_code == 1 and "log_rewritten" in told.output and "fieldcheck verify" in told.output
    now = sign_log_head(world.db, world.keys, datetime.now(UTC)).head
    assert now.size == size and now.line() != line and list(grown_since(world.db, now)) == []


def test_a_log_that_was_changed_after_certifying_is_named(folder: Path, certificate: Path) -> None:
    db = open_database(folder / "fieldcheck.db")
    with write(db):
        (line,) = db.execute("SELECT line FROM messages WHERE kind = 'visit.accepted'").fetchone()
        db.execute("UPDATE messages SET line = ? WHERE kind = 'visit.accepted'", [line.replace('"place_confirmed":', '"place_confirmeD":')])
    told = run("verify", certificate, "--data", folder)
    assert told.exit_code == 1 and "line_changed" in told.output

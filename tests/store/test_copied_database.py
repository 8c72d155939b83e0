"""A copied database without the key files: searched for every private word that is known, in every form it could take."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Iterator

import pytest

from fieldcheck import keys as key_files
from fieldcheck.actions.change_private_key import change_private_key
from fieldcheck.actions.erase_household import erase_household
from fieldcheck.actions.revoke_device import revoke_device
from fieldcheck.actions.take_segments import take_segments
from fieldcheck.actions.verify_log import verify_log
from fieldcheck.keys import load_keys
from fieldcheck.problems import Problem
from fieldcheck.store import installation, private_records, retention
from fieldcheck.store.database import write
from tests.world import World

TOWNSHIP = "420101100"
#: The fleet's phones write these; every other private word is read back out of the records themselves.
AT_LEAST = "DEMO household"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "data")
    world.assign(TOWNSHIP, "a1", "a2")
    phone = world.phone()
    world.walk(phone, TOWNSHIP).whole_visit(("poor", "general"))
    phone.sync()
    # What a revoked phone hands in is kept aside as it came, private records and all.
    later = world.walk(phone, TOWNSHIP)
    revoke_device(world.db, world.keys, phone.device, "demo", "office", world.clock())
    later.whole_visit(("exited",))
    take_segments(world.db, world.keys, phone.device, [kept.jwe for kept in phone.outbox.kept if not kept.receipt], world.clock())
    assert world.db.execute("SELECT count(*) FROM quarantine WHERE jwe <> ''").fetchone()[0] > 0
    return world


def known_words(world: World) -> set[str]:
    """Every private word that the server holds, opened with its key."""
    found = set()
    for digest, sealed in private_records.every(world.db):
        if sealed is not None:
            value = json.loads(private_records.unseal(world.keys.private, digest, sealed))["value"]
            found |= set(strings(value))
    assert any(AT_LEAST in word for word in found)
    return {word for word in found if len(word) >= 4}


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def copied(world: World) -> bytes:
    """The database's files as somebody would copy them from the disk, without ``keys/``."""
    files = sorted(world.config.data.glob("fieldcheck.db*"))
    assert any(path.name.endswith("-wal") for path in files)
    return b"".join(path.read_bytes() for path in files)


def forms(word: str) -> Iterator[bytes]:
    """A word as UTF-8, UTF-16, JSON escapes, hex, and base64 at each of its three alignments."""
    for raw in {word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")}:
        yield raw
        yield raw.hex().encode()
        for skip in range(3):
            inner = base64.b64encode(b"\0" * skip + raw)[(0, 2, 3)[skip]:]
            whole = inner.rstrip(b"=")[:-1]
            if len(whole) >= 6:
                yield whole
                yield whole.replace(b"+", b"-").replace(b"/", b"_")
    yield json.dumps(word)[1:-1].encode()


def layers(content: bytes) -> Iterator[bytes]:
    """The bytes, what stands in them in base64, and what either inflates to: zlib, gzip or raw deflate."""
    yield content
    decoded = [_base64(run) for run in re.findall(rb"[A-Za-z0-9_+/-]{24,}", content)]
    yield b"\n".join(decoded)
    for start in (at.start() for at in re.finditer(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08", content)):
        yield _inflated(content[start:start + 300_000], 47)
    for one in decoded:
        yield _inflated(one, -15)
        yield _inflated(one, 47)


def _base64(run: bytes) -> bytes:
    text = run.replace(b"-", b"+").replace(b"_", b"/")
    return base64.b64decode(text[:len(text) // 4 * 4] or b"", validate=False)


def _inflated(content: bytes, bits: int) -> bytes:
    try:
        return zlib.decompressobj(bits).decompress(content, 1_000_000)
    except zlib.error:
        return b""


def found_in(content: bytes, words: set[str]) -> set[str]:
    wanted = {word: tuple(forms(word)) for word in words}
    return {word for layer in layers(content) for word, shapes in wanted.items() if any(shape in layer for shape in shapes)}


def test_the_search_finds_a_word_in_every_form_that_it_claims_to() -> None:
    word = "演示户主·三组"
    for raw in (word.encode(), word.encode("utf-16-le")):
        for hidden in (raw, base64.b64encode(b"x" + raw), zlib.compress(b"before" + raw),
                       base64.urlsafe_b64encode(b"xy" + raw + b"z"), base64.b64encode(zlib.compress(raw * 3))):
            assert found_in(b"SQLite format 3\0" + hidden + b"\0" * 40, {word}) == {word}
    assert found_in(json.dumps(word).encode(), {word}) == {word}


def test_a_copied_database_without_the_key_files_reveals_no_private_word(world: World) -> None:
    assert found_in(copied(world), known_words(world)) == set()


def test_what_was_erased_is_gone_from_the_files_also_for_whoever_holds_the_key(world: World) -> None:
    visit = world.db.execute("SELECT visit FROM visits").fetchone()[0]
    digest, household = next((one.digest, one.household) for one in retention.records_of_visit(world.db, visit) if one.household)
    (sealed,) = world.db.execute("SELECT sealed FROM private_records WHERE hash = ?", [digest]).fetchone()
    world.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert sealed in (world.config.data / "fieldcheck.db").read_bytes()
    erase_household(world.db, world.keys, visit, str(household), "asked", "office", world.clock())
    world.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert sealed not in copied(world)


def test_a_new_key_opens_everything_the_old_one_nothing_and_a_running_server_takes_no_record_under_it(world: World) -> None:
    before, old = known_words(world), world.keys.private
    assert change_private_key(world.db, world.config.keys) > 0
    world.keys = load_keys(world.config.keys)
    assert world.keys.private != old and known_words(world) == before
    assert list(verify_log(world.db, world.config.data, world.keys)) == []
    digest, sealed = next((digest, sealed) for digest, sealed in private_records.every(world.db) if sealed)
    with pytest.raises(private_records.RecordDamaged):
        private_records.unseal(old, digest, sealed)
    with pytest.raises(Problem, match="key_changed"), write(world.db):
        private_records.keep(world.db, old, ["{}"], 1)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_rotation_broken_off_at_any_moment_is_finished_by_the_next(world: World, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = known_words(world)

    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    at, name = (private_records, "seal_anew") if moment == "before" else (key_files, "take_next_private")
    with monkeypatch.context() as cut, pytest.raises(KeyboardInterrupt):
        cut.setattr(at, name, power_cut)
        change_private_key(world.db, world.config.keys)
    with pytest.raises(Problem, match="key_rotation_unfinished"):
        load_keys(world.config.keys)
    change_private_key(world.db, world.config.keys)
    world.keys = load_keys(world.config.keys)
    assert known_words(world) == before
    assert installation.read(world.db, installation.PRIVATE_KEY) == private_records.key_id(world.keys.private)

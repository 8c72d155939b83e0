"""``fieldcheck verify`` and ``rebuild``: what an auditor types, and what the shell hears."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fieldcheck.store.database import open_database, write
from tests.cli.typed import CHINESE, answer, run
from tests.world import World


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation with one visit, sound."""
    world = World(tmp_path_factory.mktemp("whole"))
    world.assign("420101100", "a1", "a2")
    phone = world.phone()
    world.walk(phone, "420101100").whole_visit(("poor",))
    phone.sync()
    world.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return world.config.data


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    return shutil.copytree(whole, tmp_path / "copy")


def spoil(folder: Path, statement: str, *values: object) -> None:
    """Somebody writes into the database."""
    db = open_database(folder / "fieldcheck.db")
    with write(db):
        assert db.execute(statement, list(values)).rowcount == 1


def test_what_is_sound_verifies_and_is_its_own_fold(whole: Path) -> None:
    told = run("verify", "--data", whole, language=CHINESE)
    assert told.exit_code == 0 and told.output.startswith("全部核对无误")
    assert answer("verify", "--data", whole) == {"doubt": None}
    assert run("rebuild", "--check", "--data", whole).exit_code == 0
    assert answer("rebuild", "--check", "--data", whole) == {"differences": []}


@pytest.mark.parametrize("chain", ["desk", "phone"])
def test_one_changed_character_is_named_by_chain_and_line(folder: Path, chain: str) -> None:
    db = open_database(folder / "fieldcheck.db")
    name, seq, line = db.execute(
        "SELECT chain, seq, line FROM messages WHERE (chain = 'desk') = ? ORDER BY seq DESC LIMIT 1", [chain == "desk"]).fetchone()
    at = line.index('"at":"2') + len('"at":"2')
    changed = f"{line[:at]}{int(line[at]) ^ 1}{line[at + 1:]}"
    spoil(folder, "UPDATE messages SET line = ? WHERE chain = ? AND seq = ?", changed, name, seq)
    told = run("verify", "--data", folder, language=CHINESE)
    assert told.exit_code == 1 and told.output.startswith("有疑点：这一行") and f"line_changed  {name}:{seq}\n" in told.output
    read = run("verify", "--json", "--data", folder)
    assert read.exit_code == 1 and f'"code": "line_changed", "where": "{name}:{seq}"' in read.output


def test_a_changed_photo_is_named_by_its_hash(folder: Path) -> None:
    photo = next(path for path in sorted((folder / "photos").rglob("*")) if path.is_file())
    photo.write_bytes(photo.read_bytes()[:-1])
    told = run("verify", "--data", folder)
    assert told.exit_code == 1 and f"photo_changed  {photo.name}\n" in told.output


def test_a_private_record_that_was_taken_out_is_missed_at_the_line_that_names_it(folder: Path) -> None:
    db = open_database(folder / "fieldcheck.db")
    digest, index = db.execute("SELECT hash, log_index FROM private_records ORDER BY hash LIMIT 1").fetchone()
    ((chain, seq),) = db.execute("SELECT chain, seq FROM messages WHERE log_index = ? AND instr(line, ?)", [index, digest]).fetchall()
    spoil(folder, "DELETE FROM private_records WHERE hash = ?", digest)
    told = run("verify", "--data", folder)
    assert told.exit_code == 1 and f"private_missing  {chain}:{seq}\n" in told.output


def test_rebuild_check_changes_nothing_and_rebuild_puts_it_right(folder: Path) -> None:
    spoil(folder, "UPDATE rounds SET name = 'changed by hand'")
    for _ in "twice":
        checked = run("rebuild", "--check", "--data", folder, language=CHINESE)
        assert checked.exit_code == 1 and "rounds  只在表里  " in checked.output and checked.output.endswith("不同的行：2\n")
    assert {d["which"] for d in answer("rebuild", "--check", "--data", folder)["differences"]} == {"surplus", "missing"}
    put_right = run("rebuild", "--data", folder)
    assert put_right.exit_code == 0 and put_right.output.endswith("had differed: 2\n")
    assert run("rebuild", "--check", "--data", folder).exit_code == run("verify", "--data", folder).exit_code == 0


def test_of_a_table_that_differs_throughout_rebuild_names_the_first_rows_and_counts_the_rest(folder: Path) -> None:
    db = open_database(folder / "fieldcheck.db")
    with write(db):
        db.conn.executemany("INSERT INTO message_flags (chain, seq, flag) VALUES ('nobody', ?, 'odd')", [(seq,) for seq in range(1, 2501)])
    named = answer("rebuild", "--check", "--data", folder)["differences"]
    assert len(named) == 1000 and [one["rows"] for one in named] == [1] * 999 + [1501]
    told = run("rebuild", "--data", folder, language=CHINESE)
    assert told.output.endswith("nobody | 1000 | odd | None  （这张表另有 1500 行）\n已按日志重算。原来不同的行：2500\n")
    assert run("rebuild", "--check", "--data", folder).exit_code == 0

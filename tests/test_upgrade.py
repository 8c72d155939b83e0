"""A newer program on older data keeps a copy first; an older program on newer data touches nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.cli_data import Data
from fieldcheck.store import installation, upgrades
from fieldcheck.store.database import Database, open_database
from fieldcheck.store.migrations import migrations
from fieldcheck.upgrade import bring_up_to_date, folding_fingerprint
from tests.cli.typed import CHINESE, run
from tests.world import World

NOW = datetime(2026, 11, 25, tzinfo=UTC)
NAMES = [one.name for one in migrations.pending(Database(memory=True))]


def older(path: Path, before: str) -> None:
    """A database as the version before that migration left it, with a row in it."""
    db = Database(str(path), strict=True)
    migrations.apply(db, stop_before=before)
    if before != NAMES[1]:
        db.execute("INSERT INTO private_records (hash, log_index) VALUES ('of before', 1)")
    db.conn.commit()
    db.conn.close()


@pytest.mark.parametrize("before", NAMES[1:])
def test_every_schema_there_was_is_brought_up_to_date_and_kept_as_it_was_beside_it(before: str, tmp_path: Path) -> None:
    path = tmp_path / "fieldcheck.db"
    older(path, before)
    rows = [] if before == NAMES[1] else [("of before",)]
    db = open_database(path)
    assert upgrades.pending(db) == [] and db.execute("SELECT hash FROM private_records").fetchall() == rows
    copy = path.with_name(f"fieldcheck.db.as-of-{NAMES[NAMES.index(before) - 1]}")
    kept = Database(str(copy))
    assert [one.name for one in migrations.pending(kept)] == NAMES[NAMES.index(before):]
    assert copy.stat().st_mode & 0o077 == 0
    assert sorted(file.name for file in tmp_path.iterdir() if "as-of" in file.name or "part" in file.name) == [copy.name]


def test_a_new_database_leaves_no_copy(tmp_path: Path) -> None:
    open_database(tmp_path / "fieldcheck.db").conn.close()
    assert [path.name for path in tmp_path.iterdir()] == ["fieldcheck.db"]


@pytest.mark.parametrize("command", ["serve", "verify", "user list", "rebuild", "work"])
def test_data_of_a_newer_program_is_refused_in_words_and_nothing_is_touched(command: str, tmp_path: Path) -> None:
    World(tmp_path)
    db = open_database(tmp_path / "fieldcheck.db")
    db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('fieldcheck', 'm999_later', '')")
    db.conn.commit()
    db.conn.close()
    before = (tmp_path / "fieldcheck.db").read_bytes()
    told = run(*command.split(), "--data", tmp_path, language=CHINESE)
    assert told.exit_code == 1 and "更新版本的 fieldcheck" in told.output and "m999_later" in told.output
    assert (tmp_path / "fieldcheck.db").read_bytes() == before


def test_a_server_under_code_that_folds_differently_folds_the_log_anew_before_it_serves(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = World(tmp_path)
    bring_up_to_date(Data(world.config), NOW)
    capsys.readouterr()
    bring_up_to_date(Data(world.config), NOW)
    assert capsys.readouterr().out == ""
    world.db.execute("UPDATE round_units SET reason = 'as older code folded it'")
    world.db.conn.commit()
    installation.keep(world.db, installation.FOLDED_BY, "older code")
    assert rebuild_folds(world.db, tmp_path, check=True) != []
    bring_up_to_date(Data(world.config), NOW)
    assert rebuild_folds(world.db, tmp_path, check=True) == [] and capsys.readouterr().out
    assert installation.read(world.db, installation.FOLDED_BY) == folding_fingerprint()

"""The one write transaction, and the connection that a thread keeps."""

from __future__ import annotations

import threading

import pytest

from fieldcheck.problems import Problem
from fieldcheck.store.database import open_database, thread_database, write

THREADS, ROUNDS = 4, 100


def test_many_threads_that_read_then_write_never_lose_an_update_and_never_find_it_locked(tmp_path):
    path = tmp_path / "fieldcheck.db"
    open_database(path).execute("CREATE TABLE counter (n INTEGER)")
    open_database(path).execute("INSERT INTO counter VALUES (0)")
    faults = []

    def work():
        try:
            for _ in range(ROUNDS):
                with write(thread_database(path)) as db:
                    n = db.execute("SELECT n FROM counter").fetchone()[0]
                    db.execute("UPDATE counter SET n = ?", [n + 1])
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert open_database(path).execute("SELECT n FROM counter").fetchone()[0] == THREADS * ROUNDS


def test_a_write_that_fails_leaves_nothing_and_an_inner_one_joins_it(tmp_path):
    db = open_database(tmp_path / "fieldcheck.db")
    db.execute("CREATE TABLE seen (n INTEGER)")
    with pytest.raises(RuntimeError), write(db):
        db.execute("INSERT INTO seen VALUES (1)")
        with write(db):
            db.execute("INSERT INTO seen VALUES (2)")
        raise RuntimeError
    assert db.execute("SELECT count(*) FROM seen").fetchone()[0] == 0
    assert not db.conn.in_transaction


def test_a_full_disk_is_told_as_such_and_keeps_nothing_of_the_write(tmp_path):
    db = open_database(tmp_path / "fieldcheck.db")
    db.execute("CREATE TABLE seen (text TEXT)")
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(Problem, match="storage_full"), write(db):
        for _ in range(100):
            db.execute("INSERT INTO seen VALUES (?)", ["x" * 4000])
    assert db.execute("SELECT count(*) FROM seen").fetchone()[0] == 0


def test_every_commit_is_durable_and_foreign_keys_hold(tmp_path):
    db = open_database(tmp_path / "fieldcheck.db")
    asked = {name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_thread_keeps_its_connection_and_closes_the_one_it_no_longer_uses(tmp_path):
    first = thread_database(tmp_path / "one.db")
    assert thread_database(tmp_path / "one.db") is first
    second = thread_database(tmp_path / "two.db")
    with pytest.raises(Exception, match="closed"):
        first.execute("SELECT 1")
    assert second.execute("SELECT 1").fetchone() == (1,)

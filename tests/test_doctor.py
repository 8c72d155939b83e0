"""Every misconfiguration that doctor knows is found where it is, and nothing is found where all is well."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Callable

import pytest

from fieldcheck import doctor, lan_https
from fieldcheck.doctor import Heard, Patient, ask_over_the_network, examine
from fieldcheck.store import disk, health, installation, jobs
from fieldcheck.store.database import open_database
from fieldcheck.times import written
from tests.cli.typed import CHINESE, answer, run
from tests.server_process import ServerProcess
from tests.world import NOW, World

ORIGIN = "https://check.example.org"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation in good order."""
    world = World(tmp_path_factory.mktemp("well") / "data")
    installation.keep(world.db, installation.LAST_BACKUP, written(NOW))
    world.db.conn.close()
    return world.config.data


@pytest.fixture
def well(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Patient:
    """A copy of it, behind a proxy as it must be, on a disk with room."""
    monkeypatch.setattr(disk, "free_bytes", lambda _folder: 10 ** 12)
    shutil.copytree(original, tmp_path / "data")
    config = replace(doctor.Config(tmp_path / "data"), origin=ORIGIN)
    # The accounts of a world sign in without a second factor, as those of a demonstration do.
    return sql(Patient(config, open_database(config.database), NOW, heard()), "UPDATE accounts SET demo = 0")


def heard(healthz: Heard | None = None, body: Heard | None = None) -> Callable[[str, str, int], Heard]:
    health_answer = healthz or Heard(200, format_datetime(NOW, usegmt=True))
    return lambda method, _path, _announced: health_answer if method == "GET" else body or Heard(401, code="auth_missing")


def codes(patient: Patient) -> set[str]:
    return {fault.code for fault in examine(patient)} - {"bundles_missing", "bundles_old"}


def with_origin(patient: Patient, origin: str | None) -> Patient:
    return replace(patient, config=replace(patient.config, origin=origin))


def sql(patient: Patient, statement: str) -> Patient:
    patient.db.execute(statement)
    patient.db.conn.commit()
    return patient


def stuck(patient: Patient) -> Patient:
    jobs.ask(patient.db, "k", "a", written(NOW - timedelta(days=1)))
    return sql(patient, "UPDATE jobs SET tries = 5")


def keys_open(patient: Patient) -> Patient:
    (patient.config.keys / "private.key").chmod(0o640)
    return patient


def not_full_sync(patient: Patient) -> Patient:
    patient.db.execute("PRAGMA synchronous = NORMAL")
    return patient


def certificate_ends(patient: Patient) -> Patient:
    lan_https.certificates(patient.config.data / "https", ["127.0.0.1"], NOW - timedelta(days=380))
    return patient


FAULTS: dict[str, Callable[[Patient], Patient]] = {
    "keys_open": keys_open,
    "demo_published": lambda p: replace(p, config=replace(p.config, demo=True)),
    "demo_accounts": lambda p: sql(p, "UPDATE accounts SET demo = 1 WHERE name = 'a1'"),
    "not_durable": not_full_sync,
    "origin_missing": lambda p: with_origin(p, None),
    "origin_insecure": lambda p: with_origin(p, "http://check.example.org"),
    "origin_malformed": lambda p: with_origin(p, ORIGIN + "/"),
    "origin_silent": lambda p: replace(p, ask=heard(Heard(502))),
    "clock_off": lambda p: replace(p, ask=heard(Heard(200, format_datetime(NOW + timedelta(minutes=3), usegmt=True)))),
    "proxy_body_limit": lambda p: replace(p, ask=heard(body=Heard(413))),
    "proxy_buffers": lambda p: replace(p, ask=heard(body=Heard(0, fault="timed out"))),
    "certificate_ends": certificate_ends,
    "backup_never": lambda p: sql(p, "DELETE FROM installation"),
    "backup_old": lambda p: sql(p, f"UPDATE installation SET value = '{written(NOW - timedelta(days=8))}'"),
    "jobs_stuck": stuck,
    "no_supervisor": lambda p: sql(p, "UPDATE accounts SET disabled = 1 WHERE role = 'supervisor'"),
    "no_round": lambda p: sql(p, "DELETE FROM rounds"),
}


def test_nothing_is_found_where_all_is_well(well: Patient) -> None:
    assert codes(well) == set()


@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_is_found_and_no_other(code: str, well: Patient) -> None:
    assert codes(FAULTS[code](well)) == {code}


def test_a_nearly_full_disk_is_found(well: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "free_bytes", lambda _folder: 10 ** 9)
    assert codes(well) == {"disk_nearly_full"}


def test_a_folder_that_the_server_cannot_write_to_is_found(well: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != well.config.data)
    assert codes(well) == {"not_writable"}


def test_a_damaged_database_is_found(well: Patient) -> None:
    pages, page = (well.db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    well.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    well.db.conn.close()
    content = bytearray(well.config.database.read_bytes())
    for at in range(1, pages):
        content[at * page:at * page + 8] = b"\xff" * 8
    well.config.database.write_bytes(content)
    damaged = open_raw(well.config.database)
    assert health.damage(damaged) is not None


def open_raw(path: Path) -> Any:
    from sqlite_utils import Database
    return Database(str(path))


@pytest.mark.parametrize("harm", ["bundles_missing", "bundles_old"])
def test_bundles_that_are_missing_or_older_than_their_sources_are_found(
        harm: str, well: Patient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    static = tmp_path / "static"
    for name in ("dist", "js"):
        (static / name).mkdir(parents=True)
    (tmp_path / "package.json").write_text("{}")
    (static / "js" / "a.js").write_text("")
    for name in doctor.BUNDLES[1 if harm == "bundles_missing" else 0:]:
        (static / "dist" / name).write_text("")
    (static / "dist" / "manifest.json").write_text("{}")
    os.utime(static / "dist" / "manifest.json", (0, 0))
    monkeypatch.setattr(doctor, "shipped", lambda _name: static)
    assert {fault.code for fault in examine(well)} == {harm}


def test_every_fault_has_its_sentence_and_what_to_do_in_both_languages(well: Patient) -> None:
    stuck(with_origin(well, None))
    sql(well, "UPDATE accounts SET demo = 1 WHERE name = 'a1'")
    for language in (CHINESE, "en_GB.UTF-8"):
        told = run("doctor", "--data", well.config.data, language=language)
        assert told.exit_code == 1 and "FIELDCHECK_ORIGIN" in told.output and "{" not in told.output
    assert {"demo_accounts", "jobs_stuck", "origin_missing"} <= {one["code"] for one in answer("doctor", "--data", well.config.data)["faults"]}


def test_asked_over_the_network_a_server_lets_bodies_pass_at_once_and_a_link_that_is_cut_is_silent(original: Path) -> None:
    server = ServerProcess(original)
    server.start()
    try:
        ask = ask_over_the_network(server.origin)
        assert ask("GET", "/healthz", 0).status == 200
        assert ask("POST", "/api/v1/segments", doctor.BODY_BYTES).code == "auth_missing"
    finally:
        server.stop()
    assert ask("GET", "/healthz", 0).status == 0

"""``fieldcheck register``: what a customer types, and what a script reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldcheck.store import registers
from fieldcheck.store.database import open_database
from tests.cli.typed import run
from tests.rules.register_files import JINGZHOU, Draft, square


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A new installation."""
    run("init", "--data", str(tmp_path / "data"))
    return tmp_path / "data"


def folder(path: Path, spoil=lambda _: None) -> str:
    """The small register as files in a folder."""
    path.mkdir(exist_ok=True)
    for name, content in Draft().spoilt(spoil).items():
        (path / name).write_bytes(content)
    return str(path)


def overlap(draft: Draft) -> None:
    """Draw the first township too large."""
    draft.townships["features"][0]["geometry"] = square(112.0, 30.0, 0.11)


def test_the_shipped_register_is_imported_once_and_shown_with_its_sources(data: Path) -> None:
    first = run("register", "import", str(JINGZHOU), "--data", str(data))
    again = run("register", "import", str(JINGZHOU), "--data", str(data))
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "In scope: 113" in first.output and "nothing was changed" in again.output
    shown = run("register", "show", "--data", str(data)).output
    assert all(name in shown for name in ("GeoNames (CC BY 4.0)", "AMap", "no legal boundaries", "监利市"))
    assert "荆州市" in run("register", "show", "--data", str(data), language="zh_CN.UTF-8").output
    found = json.loads(run("register", "show", "--json", "--data", str(data)).output)
    assert found["counts"] == {"counties": 9, "townships": 129, "villages": 1969} and len(found["scope"]["included"]) == 113


def test_an_import_stands_on_the_log_and_holds_against_verify_and_rebuild(data: Path) -> None:
    run("register", "import", str(JINGZHOU), "--data", str(data))
    db = open_database(data / "fieldcheck.db")
    ((line,),) = db.execute("SELECT line FROM messages WHERE kind = 'register.imported'").fetchall()
    body = json.loads(line)["body"]
    assert body == {"register": registers.hashes(db)[0], "edition": "荆州市 2023-06", "counts": body["counts"], "ids": body["ids"]}
    assert run("verify", "--data", str(data)).exit_code == run("rebuild", "--check", "--data", str(data)).exit_code == 0
    registers.register_path(data, body["register"]).write_bytes(b"")
    assert "register_changed" in run("verify", "--data", str(data)).output


def test_a_faulty_register_changes_nothing_and_every_fault_is_named_by_row(data: Path, tmp_path: Path) -> None:
    faulty = folder(tmp_path / "faulty", lambda d: (overlap(d), d.villages.append(d.villages[1])))
    result = run("register", "import", faulty, "--data", str(data))
    assert result.exit_code == 1
    assert "townships.geojson:2  error" in result.output and "[overlapping_outlines]" in result.output
    assert "villages.csv:5  error" in result.output and "[duplicate_code]" in result.output
    assert registers.hashes(open_database(data / "fieldcheck.db")) == []
    assert not (data / "registers").exists()


def test_check_says_the_same_to_people_and_to_scripts(tmp_path: Path) -> None:
    faulty = folder(tmp_path / "faulty", overlap)
    spoken, read = run("register", "check", faulty, language="zh_CN.UTF-8"), run("register", "check", faulty, "--json")
    assert (spoken.exit_code, read.exit_code) == (1, 1) and "重叠" in spoken.output
    (fault,) = json.loads(read.output)["faults"]
    assert (fault["file"], fault["row"], fault["code"], fault["severity"]) == (
        "townships.geojson", 2, "overlapping_outlines", "error")
    assert "overlaps" in fault["says"] and json.loads(read.output)["register"] is None


def test_overlaps_and_a_missing_coordinate_system_can_be_answered_for(tmp_path: Path) -> None:
    bare = folder(tmp_path / "bare", lambda d: (overlap(d), d.about.pop("datum")))
    answered = run("register", "check", bare, "--allow-overlaps", "--datum", "WGS-84", "--json")
    assert [fault["code"] for fault in json.loads(answered.output)["faults"]] == ["overlap_accepted"]
    unanswered = json.loads(run("register", "check", bare, "--allow-overlaps", "--json").output)
    assert {fault["code"] for fault in unanswered["faults"]} == {"missing_crs", "overlap_accepted"}


def test_an_edition_without_a_name_is_called_after_its_folder(data: Path, tmp_path: Path) -> None:
    unnamed = folder(tmp_path / "districts-2026", lambda d: d.about.pop("edition"))
    assert "districts-2026: 2 county-level" in run("register", "import", unnamed, "--data", str(data)).output


def test_a_register_is_shown_by_the_beginning_of_its_hash(data: Path, tmp_path: Path) -> None:
    run("register", "import", folder(tmp_path / "small"), "--data", str(data))
    run("register", "import", str(JINGZHOU), "--data", str(data))
    first, current = registers.hashes(open_database(data / "fieldcheck.db"))
    assert json.loads(run("register", "show", first[:8], "--json", "--data", str(data)).output)["hash"] == first
    assert json.loads(run("register", "show", "--json", "--data", str(data)).output)["hash"] == current
    assert run("register", "show", "zz", "--data", str(data)).exit_code == 1

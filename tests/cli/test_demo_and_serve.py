"""``fieldcheck demo`` and what ``serve`` says over it."""

from __future__ import annotations

import http.client
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from fieldcheck.actions.sign_in import From, sign_in
from fieldcheck.demo import PASSWORD, PEOPLE, TRY_ACCOUNT, TRY_COMPANION, TRY_TOWNSHIP
from fieldcheck.demo_round import CODE
from fieldcheck.rules.companion import OLD_ROUNDS, companion_key
from fieldcheck.rules.coverage import STATUSES
from fieldcheck.store import companions, coverage, coverage_rows, people, registers, reviews, rounds
from fieldcheck.store.database import open_database
from fieldcheck.times import written
from tests.cli.typed import CHINESE, held, run
from tests.server_process import ServerProcess


OF_BEFORE = {"DEMO", "fieldcheck.db", "of-before"}


def demonstration_of_before(place: Path) -> Path:
    """What passes for a demonstration that is there already."""
    (place / "demo").mkdir()
    for name in OF_BEFORE:
        (place / "demo" / name).write_bytes(b"")
    return place / "demo"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The one demonstration of this module, made anew over an older one, and what was said."""
    folder = demonstration_of_before(tmp_path_factory.mktemp("made"))
    return folder, run("demo", "--reset", "--data", folder, language=CHINESE)


def names(folder: Path) -> set[str]:
    """What lies in a folder."""
    return {path.name for path in folder.iterdir()}


def test_reset_makes_the_demonstration_anew_and_its_people_sign_in(made: tuple[Path, Result]) -> None:
    folder, told = made
    assert told.exit_code == 0 and str(folder) in told.output and names(folder.parent) == {"demo"}
    assert "of-before" not in names(folder) and "DEMO" in names(folder)
    db = open_database(folder / "fieldcheck.db")
    for name, role, team in PEOPLE:
        account = sign_in(db, name, PASSWORD, From("127.0.0.1"), datetime.now(UTC)).account
        assert (account.role, account.team, account.demo) == (role, team, True)
    assert run("verify", "--data", folder).exit_code == run("rebuild", "--check", "--data", folder).exit_code == 0


def test_the_round_is_alive_with_every_status_and_with_work_that_waits(made: tuple[Path, Result]) -> None:
    db = open_database(made[0] / "fieldcheck.db")
    found = coverage.coverage(db, rounds.round_of(db)["round"], written(datetime.now(UTC)))
    townships = [feature["properties"] for feature in found["features"]]
    assert found["counts"]["in_scope"] == 113
    assert all(found["counts"][status] >= 5 for status in STATUSES)
    assert {reason for one in townships if one["status"] == "visited_unverified" for reason in one["reasons"]} >= {
        "not_reviewed", "inspectors", "compromised", "location_border", "duration", "households", "township_households"}
    assert {"compromised", "had_rejected"} <= {flag for one in townships for flag in one["flags"]}
    assert found["unsent"]["visits"] == 2 and found["unsent"]["photos"] > 10 and found["unsent"]["oldest_at"]
    flagged = [reviews.flags_of(db, visit) for visit, in db.execute("SELECT visit FROM visits WHERE state = 'submitted'")]
    assert {flag["code"] for flags in flagged for flag in flags} == {"photo_duplicate", "speed", "interview_short", "doubted"}
    assert db.execute("SELECT count(*) FROM message_flags").fetchone()[0] == 0



def test_one_township_is_kept_for_the_page_that_lets_you_try(made: tuple[Path, Result]) -> None:
    db = open_database(made[0] / "fieldcheck.db")
    holder, companion = (people.account_by_name(db, name) for name in (TRY_ACCOUNT, TRY_COMPANION))
    task, = rounds.assignments_for(db, holder.id)
    opened = rounds.round_of(db)
    township = registers.unit(db, opened["register"], task["unit"])
    assert (township["code"], township["confidence"]) == (TRY_TOWNSHIP, "medium")
    assert task["members"] == [holder.id, companion.id] and task["team"] == "A"
    assert coverage_rows.visits_of(db, opened["round"], task["unit"]) == []
    assert companions.keys(db, companion.id) == [companion_key(CODE, companions.current(db, companion.id).salt, OLD_ROUNDS)]


def test_an_existing_demonstration_is_left_alone_unless_it_is_to_be_reset(tmp_path: Path) -> None:
    older = demonstration_of_before(tmp_path)
    ensured, plain = run("demo", "--ensure", "--data", older), run("demo", "--data", older)
    assert (ensured.exit_code, plain.exit_code) == (0, 1) and "use --reset" in plain.output
    assert names(older) == OF_BEFORE


@pytest.mark.parametrize("flag", ["--reset", "--ensure", None])
def test_real_data_never_becomes_a_demonstration(flag: str | None, tmp_path: Path) -> None:
    run("init", "--data", tmp_path / "real")
    before = held(tmp_path / "real")
    refused = run("demo", *filter(None, [flag]), "--data", tmp_path / "real")
    assert refused.exit_code == 1 and "real data" in refused.output
    assert held(tmp_path / "real") == before and "DEMO" not in names(tmp_path / "real")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "check.example.org"])
def test_a_demonstration_is_never_served_beyond_this_computer(host: str, tmp_path: Path) -> None:
    refused = run("serve", "--host", host, "--data", demonstration_of_before(tmp_path), language=CHINESE)
    assert refused.exit_code == 1 and "演示数据只能在本机打开" in refused.output


def test_serving_a_demonstration_says_in_chinese_then_in_english_who_may_sign_in_and_what_to_try(
    made: tuple[Path, Result],
) -> None:
    server = ServerProcess(made[0])
    server.start()
    try:
        chinese, english = re.split("^(?=Serving at)", printed(server), flags=re.M)
        assert chinese.startswith("已启动") and "可以试" in chinese and "What to try" in english
        link, code = invitation(chinese)
        assert (link, code) == invitation(english) and link.startswith(f"{server.origin}/phone/#enrol=") and code
        for said in (chinese, english):
            assert PASSWORD in said and all(name in said for name, *_ in PEOPLE)
        assert status(server, "/sign-in") == status(server, "/phone/") == 200
    finally:
        server.stop()


def printed(server: ServerProcess) -> str:
    """What a server has said since it started."""
    return (server.data.parent / f"{server.data.name}-server.log").read_text("utf-8")


def invitation(said: str) -> tuple[str, str]:
    """The link and the code that are good for one phone."""
    return re.search(r"http:\S+/phone/#enrol=\S+", said)[0], re.search(r"\b[A-Z0-9]{8}\b", said)[0]


def status(server: ServerProcess, path: str) -> int:
    """What a page answers."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
        connection.request("GET", path)
        with connection.getresponse() as response:
            return response.status

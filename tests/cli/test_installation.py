"""An installation from the command line: its accounts, phones, rounds and coverage."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldcheck.actions.sign_in import From, sign_in
from fieldcheck.store import people, rounds
from fieldcheck.store.database import open_database
from tests.cli.typed import CHINESE, answer, held, run
from tests.world import PASSWORD, PRISON, World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A small installation; its tests add to it and never take away."""
    return World(tmp_path_factory.mktemp("world"))


@pytest.fixture
def data(world: World) -> tuple[str, Path]:
    """The option that names the folder."""
    return "--data", world.config.data


def test_init_shows_once_a_password_that_signs_in(tmp_path: Path) -> None:
    told = run("init", "--data", tmp_path / "new")
    password = re.search(r"admin, password .*: (\S+)$", told.output, re.M)[1]
    db = open_database(tmp_path / "new" / "fieldcheck.db")
    assert told.exit_code == 0 and sign_in(db, "admin", password, From("127.0.0.1"), datetime.now(UTC)).account.role == "admin"
    assert not any(password.encode() in path.read_bytes() for path in (tmp_path / "new").rglob("*") if path.is_file())


def test_init_refuses_a_folder_that_holds_a_database_and_changes_nothing(tmp_path: Path) -> None:
    run("init", "--data", tmp_path / "new")
    before = held(tmp_path / "new")
    again = run("init", "--data", tmp_path / "new", language=CHINESE)
    assert again.exit_code == 1 and "没有改动任何东西" in again.output
    assert held(tmp_path / "new") == before


@pytest.mark.parametrize("command", [
    "serve", "verify", "rebuild", "user list", "device list", "device enrol a1", "device revoke x --reason y", "round open r",
    "coverage show", "register show", "register import .", "user add x --role admin --password long-enough-words",
])
def test_without_a_database_every_command_says_how_to_make_one_and_makes_nothing(command: str, tmp_path: Path) -> None:
    told = run(*command.split(), "--data", tmp_path / "none")
    assert told.exit_code == 1 and "Run fieldcheck init first" in told.output and not (tmp_path / "none").exists()


def test_an_added_account_signs_in_with_the_password_that_was_typed_twice(world: World, data: tuple) -> None:
    words = ("user", "add", "new.a", "--role", "inspector", "--team", "A", "--name", "新来", *data)
    mistyped = run(*words, typed="granite violin\nsomething else\ngranite violin\ngranite violin\n", language=CHINESE)
    assert mistyped.exit_code == 0 and "密码" in mistyped.output and "granite" not in mistyped.output
    assert sign_in(world.db, "new.a", "granite violin", From("127.0.0.1"), datetime.now(UTC)).account.display_name == "新来"
    listed = run("user", "list", *data).output
    assert re.search(r"^new\.a +inspector +A +新来$", listed, re.M) and "argon2" not in listed
    known = {one["name"]: one for one in answer("user", "list", *data)}
    assert known["new.a"]["team"] == "A" and "password" not in str(known)


@pytest.mark.parametrize(("words", "says"), [
    (("a1", "--role", "inspector", "--team", "A", "--password", PASSWORD), "已经有人用 a1 登录"),
    (("x", "--role", "inspector", "--password", PASSWORD), "组"),
    (("x", "--role", "auditor", "--password", "short"), "密码"),
])
def test_an_account_that_cannot_be_is_refused_in_words(words: tuple[str, ...], says: str, world: World, data: tuple) -> None:
    before = people.accounts(world.db)
    told = run("user", "add", *words, *data, language=CHINESE)
    assert told.exit_code == 1 and says in told.output and people.accounts(world.db) == before


def test_an_invited_phone_enrols_is_listed_and_is_revoked_once(world: World, data: tuple) -> None:
    origin = "https://check.example.org"
    told = run("device", "enrol", "b1", "--origin", origin, *data).output
    link, code = re.search(rf"{origin}/phone/#enrol=\S+", told)[0], re.search(r"app: (\S{8})$", told, re.M)[1]
    assert link and code and answer("device", "enrol", "b1", *data).keys() == {"link", "code", "expires"}
    phone = world.phone("b1")
    assert phone.device in run("device", "list", *data).output
    assert run("device", "revoke", phone.device, *data, language=CHINESE).exit_code == 2
    revoke = ("device", "revoke", phone.device, "--reason", "演示：丢失", *data)
    first, again = run(*revoke, language=CHINESE), run(*revoke, language=CHINESE)
    assert (first.exit_code, again.exit_code) == (0, 1) and "已停用" in first.output and "停用" in again.output
    assert re.search(rf"^{phone.device}.* 停用$", run("device", "list", *data, language=CHINESE).output, re.M)
    (listed,) = (row for row in answer("device", "list", *data) if row["device"] == phone.device)
    assert listed["revoked_reason"] == "演示：丢失"


@pytest.mark.parametrize("words", [("enrol", "nobody"), ("enrol", "office"), ("revoke", "nothing", "--reason", "demo")])
def test_a_phone_is_given_to_nobody_outside_a_team_and_an_unknown_one_is_not_revoked(words: tuple, data: tuple) -> None:
    told = run("device", *words, *data)
    assert told.exit_code == 1 and re.match(r"Error: (\w+ )+", told.output) and "_" not in told.output


def test_a_round_opens_with_its_exclusions_and_is_the_one_that_coverage_shows(world: World, data: tuple, tmp_path: Path) -> None:
    named = tmp_path / "out.csv"
    named.write_text(f"code,reason\n{PRISON},演示：监狱\n420101101,演示：水库\n", "utf-8-sig")
    opened = run("round", "open", "2026-4", "--starts", "2026-11-01", "--days", "30", "--exclusions", named, *data)
    frozen = rounds.round_of(world.db, opened.output.strip())
    assert (frozen["starts"], frozen["ends"]) == ("2026-11-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z")
    shown = run("coverage", "show", "--round", opened.output.strip(), *data, language=CHINESE).output
    assert shown.startswith("应覆盖 2  ") and re.search(r"^420101101  不计入 .*  演示：水库$", shown, re.M)
    told = answer("coverage", "show", "--round", opened.output.strip(), *data)
    assert told["counts"]["excluded"] == 2 and {unit["reason"] for unit in told["excluded"]} == {"演示：监狱", "演示：水库"}


def test_coverage_tells_people_words_and_scripts_codes(tmp_path: Path) -> None:
    world, data = World(tmp_path), ("--data", tmp_path)
    phone = world.phone("a1")
    world.assign("420101100", "a1", "a2")
    world.walk(phone, "420101100").whole_visit()
    phone.sync()
    shown = run("coverage", "show", *data).output
    assert re.search(r"^420101100  Unverified .*  Not reviewed yet$", shown, re.M)
    told = answer("coverage", "show", *data)
    (visited,) = (f["properties"] for f in told["features"] if f["properties"]["code"] == "420101100")
    assert (visited["status"], visited["reasons"]) == ("visited_unverified", ["not_reviewed"])


@pytest.mark.parametrize(("content", "says"), [
    (f"code,reason\n{PRISON},演示\n420101101,\n", "Row 3"),
    (f"code,reason\n{PRISON},演示\n420101101, \n", "Row 3"),
    (f"{PRISON},演示\n420101101,演示\n", "Row 1"),
    (f"{PRISON},演示\n", "Row 1"),
    ("", "Row 1"),
    ("code,reason\n999999999,演示\n", "no township 999999999"),
    (f"code,reason\n{PRISON},演示\n".encode("gbk"), "UTF-8"),
])
def test_malformed_exclusions_open_no_round_and_are_named_by_row(
    content: str | bytes, says: str, world: World, data: tuple, tmp_path: Path,
) -> None:
    named = tmp_path / "out.csv"
    named.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = rounds.round_of(world.db, None)
    told = run("round", "open", "2027-1", "--exclusions", named, *data)
    assert told.exit_code == 1 and says in told.output and "Nothing was changed" in told.output
    assert rounds.round_of(world.db, None) == before


def test_a_round_needs_a_register_and_coverage_needs_a_round(tmp_path: Path) -> None:
    run("init", "--data", tmp_path)
    for words, says in ((("round", "open", "r"), "Run fieldcheck register import first"), (("coverage", "show"), "Open a round first"),
                        (("coverage", "show", "--round", "other"), "No round has the id other")):
        told = run(*words, "--data", tmp_path)
        assert told.exit_code == 1 and says in told.output

"""The documents name what exists and all that exists: routes, commands, codes, settings, kinds, fields, files."""

from __future__ import annotations

import ast
import importlib
import json
import re
import typing
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, Iterator

import click
import pytest

from fieldcheck import config, problems
from fieldcheck.app import create_app
from fieldcheck.checklists import checklist
from fieldcheck.cli import main
from fieldcheck.config import Config
from fieldcheck.keys import make_keys
from fieldcheck.rules import faults, flags
from fieldcheck.rules.coverage import RULES
from fieldcheck.rules.settings import DEFAULTS
from fieldcheck.store.database import open_database
from fieldcheck.store.folds import FOLDED_TABLES
from fieldcheck.views.operations import OPERATIONS
from sync import auth, desk_kinds, intake, kinds, message, office_kinds, pack, plan_kinds, round_kinds, segment, unit_kinds, wire
from tests.house.documents import (
    CODE, FENCE, NAMES, bare, captions, citations, document, headings, places, section, table, tables,
)
from tests.house.source_tree import ROOT, expect_none, python_modules

TOP = ("sync/", "fieldcheck/", "templates/", "static/", "tests/", "docs/", "bench/")
READMES = ("README.md", "README.zh-CN.md")
OWN_SECTION = re.compile(r"(?:(\S+) )?§(\d+(?:\.\d+)*)")
# Who else counts in sections, and the other documents, which test_every_citation looks up.
FOREIGN = re.compile(r"^(?:\d+|800-\S+|.*(?:protocol|inspection-rules|architecture)(?:\.md)?`?)$")
# How much is remembered changes no answer.
CACHES = {"sync.message.LINES_REMEMBERED"}
ANYWHERE = {"bad_request", "not_found", "method_not_allowed", "internal", "storage_full"}


@pytest.fixture(scope="module")
def url_map(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("data")
    make_keys(folder / "keys")
    return create_app(Config(folder, demo=True)).url_map


def test_every_citation_of_a_section_leads_to_its_heading() -> None:
    found = citations()
    assert len(found) > 30
    expect_none(f"{file}: {name} §{number}" for file, name, number in found if number not in places(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_document_cites_its_own_sections_rightly(name: str) -> None:
    cited = OWN_SECTION.findall(document(name))
    expect_none(f"{name}: §{number}" for before, number in cited
                if not FOREIGN.match(before) and number not in places(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_file_that_a_document_names_exists(name: str) -> None:
    named = {path for path in CODE.findall(document(name)) if path.startswith(TOP) and " " not in path}
    assert named
    expect_none(f"{name}: {path}" for path in named if not (ROOT / path).exists())
    expect_none(f"{name}: {path}" for path in re.findall(r"[\w./-]+\.md", document(name)) if not (ROOT / path).exists())


@pytest.mark.parametrize("name", READMES)
def test_a_readme_names_files_commands_pictures_and_pages_that_exist(name: str, url_map: Any) -> None:
    text = (ROOT / name).read_text("utf-8")
    coded = CODE.findall(text)
    paths = {*re.findall(r"\]\(([\w./-]+)\)", text), *(one for one in coded if one.startswith(TOP) and " " not in one)}
    assert any(path.endswith(".webp") for path in paths)
    expect_none(path for path in paths if not (ROOT / path).exists())
    known, pages = set(commands(main, "fieldcheck")), {rule.rule for rule in url_map.iter_rules()}
    expect_none(c for one in coded if (c := " ".join(re.findall(r"^fieldcheck(?: [a-z]+)*", one))) and c not in {*known, "fieldcheck"})
    expect_none(one for one in coded if one.startswith("/") and one not in pages)


def test_both_readmes_say_the_same_in_their_languages() -> None:
    english, chinese = ((ROOT / name).read_text("utf-8") for name in READMES)
    for pattern in (r"^#+ ", r"^\|", r"^- ", r"^python3 run.py"):
        assert len(re.findall(pattern, english, re.M)) == len(re.findall(pattern, chinese, re.M)), pattern
    assert set(CODE.findall(english)) == set(CODE.findall(chinese))
    assert [path.replace("-en.", "-zh.") for path in re.findall(r"docs/pictures/[\w.-]+", english)] == \
        re.findall(r"docs/pictures/[\w.-]+", chinese)


def test_every_route_is_described_and_every_described_route_exists(url_map: Any) -> None:
    rows = [*table(section("protocol", "5.1"), "route", "methods"), *table(section("architecture", "7"), "page", "methods")]
    described = [(bare(route), method) for route, methods, *_ in rows for method in methods.split(", ")]
    existing = {(rule.rule, method) for rule in url_map.iter_rules() for method in own_methods(rule)}
    assert sorted(described) == sorted(existing)


def own_methods(rule: Any) -> set[str]:
    """What a route was made for, without what Flask adds to every route by itself."""
    added = {"HEAD"} if "GET" in rule.methods else set()
    return rule.methods - added - ({"OPTIONS"} if rule.provide_automatic_options else set())


def test_every_command_is_described_and_every_described_command_exists() -> None:
    described = [bare(row[0]) for row in table(section("architecture", "9"), "command")]
    assert sorted(described) == sorted(commands(main, "fieldcheck"))
    for text in map(document, NAMES):
        expect_none(
            command for command in re.findall(r"`(fieldcheck(?: [a-z]+(?:-[a-z]+)*)+)", text)
            if command.strip() not in described
        )


def commands(command: click.Command, path: str) -> Iterator[str]:
    """Full names of the commands below."""
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, f"{path} {name}")
    else:
        yield path


def test_every_setting_is_described_with_its_name() -> None:
    described = [bare(row[0]) for row in table(section("architecture", "8"), "variable")]
    assert sorted(described) == sorted(config.SETTINGS)
    named = {name for text in map(document, NAMES) for name in re.findall(r"FIELDCHECK_\w+", text)}
    assert named == set(config.SETTINGS) == settings_read()


def settings_read() -> set[str]:
    """Every variable of ours that the program names."""
    nodes = (node for module in python_modules() for node in ast.walk(module.tree) if isinstance(node, ast.Constant))
    return {node.value for node in nodes if re.fullmatch(r"FIELDCHECK_\w+", str(node.value))}


def test_every_error_code_stands_in_the_table_with_its_status_and_its_place() -> None:
    rows = table(section("protocol", "5.13"), "code", "status", "where")
    assert {bare(code): int(status) for code, status, *_ in rows} == problems.PROBLEMS
    assert len(rows) == len(problems.PROBLEMS)
    of_api = {code for operation in OPERATIONS for code in operation.codes} | ANYWHERE
    of_answers = set(intake.NEXT) - {"ok", "duplicate"}
    for name, told in (("api", of_api), ("answer", of_answers)):
        assert {bare(row[0]) for row in rows if name in row[2].split(", ")} == told


def test_every_answer_to_a_segment_stands_in_the_table() -> None:
    rows = table(section("protocol", "4.1"), "status", "code", "next")
    assert {bare(code): (bare(status), bare(then)) for status, code, then, *_ in rows} == intake.NEXT


def shapes(*modules: ModuleType) -> dict[str, Any]:
    """The TypedDicts that these modules define."""
    return {name: value for module in modules for name, value in vars(module).items()
            if typing.is_typeddict(value) and value.__module__ == module.__name__}


def test_every_kind_of_message_is_described() -> None:
    known = captions(section("protocol", "6"))
    told = [(kind, name) for name, (words, _) in known.items() for kind in CODE.findall(words)]
    assert sorted(told) == sorted((kind, shape.__name__) for kind, shape in kinds.KINDS.items())


@pytest.mark.parametrize("name", sorted(shapes(kinds, desk_kinds, office_kinds, plan_kinds, round_kinds, unit_kinds, wire, pack, message, segment)))
def test_every_member_of_a_document_is_described(name: str) -> None:
    shape = shapes(kinds, desk_kinds, office_kinds, plan_kinds, round_kinds, unit_kinds, wire, pack, message, segment)[name]
    words, rows = captions(document("protocol"))[name]
    hints = {member: typing.get_type_hints(shape)[member] for member in shape.__annotations__}
    assert [bare(row[0]) for row in rows] == list(hints) or "No members." in words
    assert {bare(row[0]) for row in rows if "optional" in row[1]} == optional(shape)
    for member, kind, _ in rows:
        if expected := literals(hints[bare(member)]):
            assert CODE.findall(kind) == expected, member
        assert ("null" in kind) == (type(None) in typing.get_args(hints[bare(member)])), member


def optional(shape: Any) -> set[str]:
    """Members that may be absent, also where Python 3.11 does not see it because annotations are postponed."""
    hints = typing.get_type_hints(shape, include_extras=True)
    return set(shape.__optional_keys__) | {m for m, hint in hints.items() if typing.get_origin(hint) is typing.NotRequired}


def literals(hint: Any) -> list[Any]:
    """The words that a member may hold, where they are fixed."""
    if typing.get_origin(hint) is typing.Literal:
        return list(typing.get_args(hint))
    return [word for inner in typing.get_args(hint) for word in literals(inner)]


def test_no_document_describes_a_shape_that_is_gone() -> None:
    assert set(captions(document("protocol"))) <= set(shapes(kinds, desk_kinds, office_kinds, plan_kinds, round_kinds, unit_kinds, wire, pack, message, segment))


def test_the_claims_of_proofs_and_receipts_are_described() -> None:
    proof = [bare(row[0]) for row in table(section("protocol", "5.2"), "claim")]
    assert proof == list(auth.auth_claims("", "", 0))
    verified = segment.VerifiedSegment(segment.Segment((), (), ""), "", 1, 1, "", "", ())
    of_segment = [bare(row[0]) for row in table(section("protocol", "7"), "of a segment")]
    assert of_segment == list(intake.receipt_claims(verified, 1, ""))
    of_photo = [bare(row[0]) for row in table(section("protocol", "7"), "of a photo")]
    assert literal_objects("verified") == [of_photo]


def literal_objects(member: str) -> list[list[str]]:
    """The members of every object in the program that is written out with this member."""
    dicts = (node for module in python_modules() for node in ast.walk(module.tree) if isinstance(node, ast.Dict))
    written = ([key.value for key in node.keys if isinstance(key, ast.Constant)] for node in dicts)
    return [members for members in written if member in members]


def test_every_flag_is_described() -> None:
    assert [bare(row[0]) for row in table(section("protocol", "6.4"), "flag")] == list(faults.FLAGS)


def test_every_limit_has_the_value_that_the_code_has() -> None:
    rows = [(bare(name), int(value.replace(",", ""))) for name, value, _ in table(section("protocol", "9"), "constant")]
    expect_none(f"{name} is {limit(name)}, not {value}" for name, value in rows if limit(name) != value)
    named = {name.rpartition(".")[0] for name, _ in rows}
    modules = {m.name for m in python_modules() if m.name in named or m.name.startswith("sync.")}
    constants = {f"{name}.{constant}" for name in modules for constant in numbers(importlib.import_module(name))} - CACHES
    assert constants == {name for name, _ in rows if name.rpartition(".")[0] in modules}


def limit(name: str) -> float:
    """The number behind a dotted name; a span of time in seconds."""
    parts = name.split(".")
    at = next(at for at in range(len(parts) - 1, 0, -1) if ".".join(parts[:at]) in {m.name for m in python_modules()})
    value: Any = importlib.import_module(".".join(parts[:at]))
    for part in parts[at:]:
        value = getattr(value, part)
    return value.total_seconds() if isinstance(value, timedelta) else value


def numbers(module: ModuleType) -> list[str]:
    """The module's own constants that are numbers or spans of time."""
    tree = next(m.tree for m in python_modules() if m.name == module.__name__)
    assigned = {t.id for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
    return [name for name in assigned if name.isupper() and not name.startswith("_")
            and type(getattr(module, name)) in (int, float, timedelta)]


def test_the_worked_example_is_in_the_golden_transcript() -> None:
    text = section("protocol", "1.4")
    golden = json.loads((ROOT / "tests" / "golden" / "accepted.json").read_text("utf-8"))
    exact = {*golden["lines"], *golden["private"]}
    blocks = [line for block in FENCE.findall(text) for line in block.splitlines()]
    assert len([line for line in blocks if line in exact]) == 2
    everything = json.dumps(golden) + "".join(map(claims_of, tokens(golden)))
    expect_none(digest for digest in re.findall(r"[0-9a-f]{64}", text) if digest not in everything)
    expect_none(line for line in blocks if line not in exact and "…" not in line and line not in everything)


def tokens(golden: dict[str, Any]) -> list[str]:
    """Every JWS of a transcript."""
    return [*golden["receipts"].values(), *(one["signature"] for one in golden["segments"].values())]


def claims_of(token: str) -> str:
    """Header and claims of a JWS as they stand in it."""
    from joserfc.util import urlsafe_b64decode

    return "".join(urlsafe_b64decode(part.encode()).decode() for part in token.split(".")[:2])


def test_every_golden_transcript_is_listed() -> None:
    listed = [bare(row[0]) for row in table(section("protocol", "10"), "file")]
    assert sorted(listed) == sorted(f"tests/golden/{path.name}" for path in (ROOT / "tests" / "golden").glob("*.json"))


def test_every_table_of_the_database_is_said_to_be_a_fold_or_not(tmp_path: Path) -> None:
    db = open_database(tmp_path / "fieldcheck.db")
    made = {name for name in db.table_names() if not name.startswith(("_", "sqlite_"))}
    db.conn.close()
    rows = {bare(row[0]): row[1] for row in table(section("architecture", "6.1"), "table")}
    assert set(rows) == made
    assert {name for name, word in rows.items() if word.startswith("yes")} == set(FOLDED_TABLES)


def test_the_rules_that_are_said_to_be_judged_are_the_rules() -> None:
    rows = table(section("inspection-rules", "10"), "rule", "how far")
    assert tuple(row[0] for row in rows) == RULES == tuple(r[0] for r in table(section("inspection-rules", "5.3"), "#", "rule 规则"))


def test_every_threshold_is_described_with_its_default() -> None:
    rows = table(section("inspection-rules", "5.3"), "setting", "default")
    assert {bare(name): json.loads(default) for name, default, _ in rows} == json.loads(json.dumps(dict(DEFAULTS)))


def test_every_flag_of_a_visit_is_described() -> None:
    rows = table(section("inspection-rules", "5.3"), "flag", "when")
    assert tuple(bare(row[0]) for row in rows) == flags.FLAGS


def test_what_is_said_to_be_built_says_where() -> None:
    rows = table(section("inspection-rules", "10"), "section", "rule", "now", "where")
    expect_none(f"§{row[0]}" for row in rows if row[0].strip("§") not in headings("inspection-rules"))
    expect_none(row[0] for row in rows if row[2].startswith(("built", "partly")) != bool(row[3]))
    expect_none(row[0] for row in rows if row[2].partition(":")[0] not in ("built", "partly", "not built"))


@pytest.mark.parametrize(("number", "level"), [("3.2", "village"), ("3.3", "household")])
def test_the_checklist_in_the_rules_is_the_one_that_ships(number: str, level: str) -> None:
    shipped = [question for question in checklist()["questions"] if question["level"] == level]
    (rows,) = tables(section("inspection-rules", number))
    assert f"({len(shipped)})" in headings("inspection-rules")[number]
    severities = {one["code"]: one["zh"] for one in checklist()["severities"]}
    photos = {"required": "必", "when_negative": "负必", "optional": "可", "none": ""}
    for row, question in zip(rows[1:], shipped, strict=True):
        code, core, phase, words, _kind, photo, topics, negative, severity = row
        assert words == f"{question['zh']} {question['en']}", code
        assert (code, bool(core), photo) == (question["code"], question["core"], photos[question["photo"]])
        assert (phase, severity) == ({"covert": "暗", "open": "明"}[question["phase"]], severities[question["severity"]]), code
        assert topics.split("、") == question["zhuanban"], code
        assert (question["suggest_a9"] or ("只记录" if question["makes"] is None else "—")) in negative, code
        assert ("线索" in negative) == (question["makes"] == "lead"), code


def test_the_list_for_real_phones_takes_the_twenty_minutes_that_it_names() -> None:
    text = (ROOT / "docs/real-phones.md").read_text("utf-8")
    rows = next(rows for rows in tables(text) if rows[0][-1].endswith("min"))[1:]
    assert sum(int(row[-1]) for row in rows) == 20 and "Twenty minutes" in text

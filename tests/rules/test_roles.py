"""The matrix of ``docs/inspection-rules.md`` §4.1, read from the rule book itself and compared row by row."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from fieldcheck.rules.roles import OBJECTS, ROLES, VERBS, allowed, reach

RULE_BOOK = Path(__file__).resolve().parents[2] / "docs" / "inspection-rules.md"
ROWS = {
    "计划": "plan", "走访": "visit", "覆盖图": "coverage", "问题": "finding", "暗访员姓名": "inspector_names",
    "整改": "rectification", "问责移送": "referral", "亮点": "commendation", "日志": "audit_log", "手机": "devices",
    "分叉": "quarantine", "我的队今天": "team_day", "计划返回": "planned_return",
    "查看记录": "plan_views",
}
#: What the rule book's cells say, as reaches of ``rules/roles.py``; several ways of saying no.
CELLS = {
    "no": None, "**never**": None, "**no content**": None, "yes": "all", "all": "all", "read": "all", "own": "own",
    "own team": "own_team", "own team's": "own_team", "own team's done": "own_team", "team": "own_team",
    "own, from the reveal": "own", "own team, from the reveal": "own_team",
    "yes; contents before the reveal only on the need-to-know list": "after_reveal",
    "after the reveal; commitments before": "after_reveal",
    "handed over, own county, redacted": "released", "own, once adopted": "released", "as accounts only": "names_only",
    "create, see status": "status", "own office's": "own", "technical part": "technical",
}


def rule_book_rows() -> dict[str, dict[str, str]]:
    """Object → role → cell, from the table of §4.1."""
    section = RULE_BOOK.read_text("utf-8").split("### 4.1")[1].split("###")[0]
    lines = [line.strip().strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    roles = [cell.strip() for cell in lines[0][1:]]
    return {line[0].strip(): dict(zip(roles, (cell.strip() for cell in line[1:]), strict=True)) for line in lines[2:]}


@pytest.mark.parametrize("words, thing", list(ROWS.items()))
def test_every_row_of_the_rule_book_is_granted_as_written(words: str, thing: str) -> None:
    row = next(cells for name, cells in rule_book_rows().items() if words in name)
    assert {role: reach(role, thing) for role in row} == {role: CELLS[cell] for role, cell in row.items()}


@pytest.mark.parametrize("thing, verb", list(product(("plan", "visit", "coverage", "inspector_names"), VERBS)))
def test_a_county_never_learns_where_teams_go_or_went(thing: str, verb: str) -> None:
    assert reach("county", thing, verb) is None
    assert reach("topic", thing, verb) is None


@pytest.mark.parametrize("thing", ["plan", "visit", "coverage", "finding", "referral", "quarantine", "team_day", "planned_return"])
def test_the_administrator_reads_no_content(thing: str) -> None:
    assert [reach("admin", thing, verb) for verb in VERBS] == [None] * len(VERBS)


@pytest.mark.parametrize("thing", OBJECTS)
def test_an_auditor_changes_nothing_but_referrals(thing: str) -> None:
    assert (reach("auditor", thing, "change") is not None) == (thing == "referral")


def test_a_reach_that_the_caller_cannot_keep_to_is_a_no() -> None:
    assert reach("leader", "coverage") == "own_team"
    assert not allowed("leader", "coverage")
    assert allowed("leader", "coverage", within=("all", "own_team"))


@pytest.mark.parametrize("role, thing, verb", [
    ("nobody", "coverage", "see"), ("supervisor", "everything", "see"), ("supervisor", "coverage", "erase"), ("", "", ""),
])
def test_what_the_table_does_not_know_is_denied(role: str, thing: str, verb: str) -> None:
    assert not allowed(role, thing, verb, within=("all", "own", "own_team", None))  # type: ignore[arg-type]


def test_whoever_may_change_something_may_see_it() -> None:
    blind = [(role, thing) for role, thing in product(ROLES, OBJECTS)
             if reach(role, thing, "change") and not reach(role, thing)]
    assert blind == []

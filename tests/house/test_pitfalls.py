"""Every known way to lose field work has its row, and every test that a row names exists."""

from __future__ import annotations

import re

from tests.house.documents import table
from tests.house.source_tree import ROOT, expect_none

TEXT = (ROOT / "docs" / "pitfalls.md").read_text("utf-8")
ROWS = table(TEXT, "#", "how it gets lost", "what fieldcheck does", "shown by")
TABLES = re.compile(r"test\(`([^$`]+)\$\{name\}`")
NAMED = re.compile(r"`(tests/[^`]+?)::([^`]+)`")


def test_all_31_pitfalls_have_their_row() -> None:
    assert [row[0] for row in ROWS] == [str(number) for number in range(1, 32)]


def test_every_row_is_shown_by_a_test_or_says_why_not() -> None:
    expect_none(row[0] for row in ROWS if not NAMED.search(row[3]) and not re.match(r"(cannot apply|not yet): \S", row[3]))


def test_every_named_test_exists() -> None:
    named = [(row[0], *found) for row in ROWS for found in NAMED.findall(row[3])]
    assert len(named) > 50
    expect_none(f"{number}: {path}::{name}" for number, path, name in named if not exists(path, name))


def exists(path: str, name: str) -> bool:
    """Whether that file holds a test of that name: a Python function, or what a JavaScript test calls itself."""
    file = ROOT / path
    if not file.is_file():
        return False
    text = file.read_text("utf-8")
    if path.endswith(".py"):
        return f"def {name}(" in text
    # A row of a table of cases is named by what stands before it and its own first cell.
    cases = (name.removeprefix(before) for before in TABLES.findall(text) if name.startswith(before))
    return f"test('{name}'," in text or any(f"['{case}'," in text for case in cases)


def test_what_is_not_covered_yet_is_counted_openly() -> None:
    admitted = [row[0] for row in ROWS if "not yet:" in row[3]]
    assert f"Not yet, wholly or in part: {len(admitted)} rows." in TEXT, admitted

"""The list of ASVS 5.0 names tests that exist, gives a reason where there is none, and counts what is missing."""

from __future__ import annotations

import re

from tests.house.documents import tables
from tests.house.source_tree import ROOT, expect_none
from tests.house.test_pitfalls import NAMED, exists

TEXT = (ROOT / "docs" / "asvs.md").read_text("utf-8")
ROWS = [row for rows in tables(TEXT) for row in rows[1:]]
REASONS = ("cannot apply: ", "missing: ", "by the installation: ", "in the documents: ")


def test_every_item_names_a_test_or_says_why_not() -> None:
    assert len(ROWS) > 200
    expect_none(row[0] for row in ROWS if not NAMED.search(row[3]) and not row[3].startswith(REASONS))


def test_items_stand_in_their_order_and_none_twice() -> None:
    numbers = [tuple(int(part) for part in re.findall(r"\d+", row[0])[:3]) for row in ROWS]
    assert numbers == sorted(set(numbers))


def test_every_test_that_the_list_names_exists() -> None:
    named = [(row[0], *found) for row in ROWS for found in NAMED.findall(row[3])]
    assert len(named) > 150
    expect_none(f"{number}: {path}::{name}" for number, path, name in named if not exists(path, name))


def test_what_is_missing_is_counted_openly() -> None:
    missing = [row[0] for row in ROWS if "missing: " in row[3]]
    assert f"Missing, wholly or in part: {len(missing)} items." in TEXT, missing

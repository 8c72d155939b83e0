"""The threat model names tests that exist, and leaves out none of the attackers that it was written for."""

from __future__ import annotations

import re

from tests.house.source_tree import ROOT, expect_none
from tests.house.test_pitfalls import NAMED, exists

TEXT = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
ATTACKERS = ("A curious colleague", "A county official", "The plan and the draw", "A seized phone", "A stolen password",
             "A copied database", "A malicious administrator", "The network")


def test_every_attacker_has_a_chapter_that_names_a_test() -> None:
    chapters = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n?)*)", TEXT, re.M))
    expect_none(name for name in ATTACKERS if not NAMED.search(chapters.get(name, "")))
    assert {"What is only detected", "What a browser cannot promise", "中文摘要"} <= set(chapters)


def test_every_test_that_the_threat_model_names_exists() -> None:
    named = NAMED.findall(TEXT)
    assert len(named) > 25
    expect_none(f"{path}::{name}" for path, name in named if not exists(path, name))

"""What a phone loads over a bad network is small: code, style and texts in one language, the map included."""

from __future__ import annotations

import gzip
import re

import pytest

import run

#: design: code, style and texts of the phone, as servers pack them (gzip, level 6).
MOST_BYTES = 150_000
LANGUAGES = ("zh", "en")
NAMED = re.compile(r"/static/dist/([\w.-]+\.(?:js|css))")


def kept() -> set[str]:
    """The phone's own files in ``static/dist``, as its service worker names them, and the worker itself."""
    return {"sw.js", *NAMED.findall((run.DIST / "sw.js").read_text("utf-8"))}


def words(language: str) -> set[str]:
    """The file of what the phone says in that language."""
    return {name for name in kept() if name.startswith(f"words_{language}-")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_in_one_language_loads_at_most_150_kb(language: str) -> None:
    others = set().union(*(words(other) for other in LANGUAGES if other != language))
    sizes = {name: len(gzip.compress((run.DIST / name).read_bytes(), 6)) for name in kept() - others}
    assert sum(sizes.values()) <= MOST_BYTES, sorted(sizes.items(), key=lambda one: -one[1])


def test_each_language_is_a_file_of_its_own_that_is_kept_for_the_field() -> None:
    assert [len(words(language)) for language in LANGUAGES] == [1, 1]
    main = next(name for name in kept() if name.startswith("main-"))
    first = (run.DIST / main).read_text("utf-8")
    spoken = [(run.DIST / words(language).copy().pop()).read_text("utf-8") for language in LANGUAGES]
    sentences = ("\u5df2\u5b58", "Saved on the phone")
    assert [sentence in text for sentence, text in zip(sentences, spoken)] == [True, True]
    assert [sentence in first for sentence in sentences] == [False, False]

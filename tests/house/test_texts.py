"""One catalogue speaks both languages, whole: what is written is spoken, what is spoken is written."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from typing import Iterator

import click
import pytest

from fieldcheck import cli_words
from fieldcheck.cli import main
from fieldcheck.problems import PROBLEMS
from tests.house.source_tree import ROOT, expect_none, javascript_modules, python_modules, relative
from tests.house.spoken import (
    CJK,
    COMMAND_LINE,
    LETTER,
    Use,
    everything_quoted,
    key_patterns,
    keys_named,
    python_strings,
    words_in_markup,
)

TEXTS = ROOT / "static" / "texts"
PARTS = sorted(path.stem for path in (TEXTS / "zh").glob("*.json"))
PLACEHOLDER = re.compile(r"\{(\w+)\}")
FORMS = re.compile(r"_(one|other)$")
# One word without Chinese may be a name or a format; two are a sentence that nobody translated.
TWO_WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
# A language speaks of itself in its own words, and codes are for machines.
SPEAKS_OF_ITSELF = re.compile(r"^(language\.|html_lang$)")
# Invented people and places have names in one language only.
NAMES_OF_THE_DEMONSTRATION = ("fieldcheck/demo.py:", "fieldcheck/fleet/")
REGISTER_WORD = re.compile("[\u4e00-\u9fff]{1,8}")
#: These quote the words of browsers, systems and file formats.
WORDS_OF_OTHERS = re.compile(r"^(trust\.|unfit\.|ready\.(install|clock)|fault\.not_utf8|round\.exclusions_not_utf8)")
QUOTED = re.compile("“([^”{}]+)”")
NUMBER = re.compile(r"\{\w+\}|\d+")
#: What a phone's narrow line must not part: a number from its unit, a dot from what stands before it.
PARTED = re.compile(r"\} (?:m|km|米|公里)(?![a-z])| ·")
PROBLEM_SENTENCES = ("title", "detail", "next")


@cache
def part(language: str, name: str) -> dict[str, str]:
    """One file of the catalogue."""
    return json.loads((TEXTS / language / f"{name}.json").read_text("utf-8"))


def catalogue(language: str) -> dict[str, str]:
    """All parts of a language."""
    return {key: sentence for name in PARTS for key, sentence in part(language, name).items()}


@cache
def counted() -> set[str]:
    """Keys whose sentence depends on a number: English has ``_one`` and ``_other`` of them."""
    return {key.removesuffix("_one") for key in catalogue("en") if key.endswith("_one")}


def base(key: str) -> str:
    """The key as code names it: without the plural form, if it is one."""
    return stem if (stem := FORMS.sub("", key)) in counted() else key


def placeholders(sentence: str) -> set[str]:
    """Names between braces."""
    return set(PLACEHOLDER.findall(sentence))


def test_both_languages_have_the_same_parts() -> None:
    assert PARTS == sorted(path.stem for path in (TEXTS / "en").glob("*.json")) != []


@pytest.mark.parametrize("name", PARTS)
def test_both_languages_have_the_same_keys(name: str) -> None:
    chinese, english = part("zh", name), part("en", name)
    expect_none(f"only one language has {key}" for key in {*map(base, chinese)} ^ {*map(base, english)})
    expect_none(f"zh has no plurals: {key}" for key in chinese if key.endswith("_one"))
    expect_none(f"en: {key}_other is missing" for key in map(base, english) if key in counted() and f"{key}_other" not in english)


@pytest.mark.parametrize("name", PARTS)
def test_both_languages_fill_in_the_same_values(name: str) -> None:
    chinese, english = {base(key): s for key, s in part("zh", name).items()}, part("en", name)
    expect_none(
        f"{key}: {sorted(wanted)} and {sorted(placeholders(sentence))}"
        for key, sentence in english.items()
        if (wanted := placeholders(chinese.get(base(key), ""))) != placeholders(sentence)
        # "one photo" need not repeat its number
        and not (key.endswith("_one") and wanted - {"n"} == placeholders(sentence) - {"n"})
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_sentence_is_empty_or_malformed(language: str) -> None:
    sentences = catalogue(language).items()
    expect_none(key for key, s in sentences if not s.strip() or (LETTER.search(s) and s != s.strip()))
    expect_none(f"{key}: {s}" for key, s in sentences if set("{}") & set(PLACEHOLDER.sub("", s)))


def test_each_language_is_written_in_itself() -> None:
    expect_none(f"en {key}: {s}" for key, s in catalogue("en").items() if CJK.search(s) and not SPEAKS_OF_ITSELF.match(key))
    expect_none(
        f"zh {key}: {s}"
        for key, s in catalogue("zh").items()
        if TWO_WORDS.search(PLACEHOLDER.sub("", s)) and not CJK.search(s) and not SPEAKS_OF_ITSELF.match(key)
    )


def test_a_key_belongs_to_one_part() -> None:
    owners: dict[str, list[str]] = {}
    for name in PARTS:
        for key in part("zh", name):
            owners.setdefault(key, []).append(name)
    expect_none(f"{key} in {names}" for key, names in owners.items() if len(names) > 1)


def test_every_key_that_is_named_is_written() -> None:
    known = {*catalogue("zh"), *map(base, catalogue("zh"))}
    expect_none({f"{use.place}: {use.value}" for use in keys_named() if use.value not in known})


def test_every_sentence_is_spoken_somewhere() -> None:
    quoted, patterns = everything_quoted(), key_patterns()
    silent = {base(key) for key in catalogue("zh")} - quoted - problem_keys()
    expect_none(key for key in silent if not any(pattern.fullmatch(key) for pattern in patterns))


def problem_keys() -> set[str]:
    """Keys of the error table's sentences."""
    return {f"{code}.{sentence}" for code in PROBLEMS for sentence in PROBLEM_SENTENCES}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_problem_says_what_was_wrong_and_what_to_do(language: str) -> None:
    expect_none(problem_keys() - set(part(language, "problem")))


def test_no_sentence_stands_in_python() -> None:
    spoken = (use for use in python_strings() if CJK.search(use.value))
    expect_none({f"{use.place}: {use.value}" for use in spoken if not is_data(use)})


def is_data(use: Use) -> bool:
    """Names of the demonstration, and single words that registers themselves use for kinds of places."""
    register_word = use.place.startswith("fieldcheck/rules/") and REGISTER_WORD.fullmatch(use.value)
    return bool(register_word) or use.place.startswith(NAMES_OF_THE_DEMONSTRATION)


def test_no_english_sentence_stands_in_the_command_line() -> None:
    spoken = (use for use in python_strings() if COMMAND_LINE.match(use.place) and TWO_WORDS.search(use.value))
    expect_none(f"{use.place}: {use.value}" for use in spoken)


def test_every_command_and_option_speaks_its_help_from_the_catalogue() -> None:
    expect_none(
        f"{name}: {getattr(part, 'key', part)}"
        for name, part in command_line(main, "fieldcheck")
        if not isinstance(part, (cli_words.SpokenCommand, cli_words.SpokenOption)) or part.key not in catalogue("zh")
    )


def command_line(command: click.Command, path: str) -> Iterator[tuple[str, click.Command | click.Option]]:
    """Every command, group and option with what is typed to reach it."""
    yield path, command
    yield from ((f"{path} {one.opts[0]}", one) for one in command.params if isinstance(one, click.Option))
    for name, inner in getattr(command, "commands", {}).items():
        yield from command_line(inner, f"{path} {name}")


def test_every_doubt_of_verify_has_its_sentence() -> None:
    codes = {
        node.args[0].value
        for module in python_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Doubt", "DrawDoubt", "RegisterDoubt") and isinstance(node.args[0], ast.Constant)
    }
    told = {key for key in {**part("en", "cli"), **part("en", "plan"), **part("en", "proof")} if key.startswith("doubt.")}
    assert {f"doubt.{code}" for code in codes} == {key for key in told if not key.startswith("doubt.certificate_")} != set()


def test_every_fault_of_a_certificate_has_its_sentence() -> None:
    codes = {
        node.args[0].value
        for module in python_modules()
        if module.path.stem in ("coverage_certificate", "verify_certificate")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fault" and isinstance(node.args[0], ast.Constant)
    }
    assert {f"doubt.certificate_{code}" for code in codes} == {key for key in part("en", "proof") if key.startswith("doubt.certificate_")}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_sentence_quotes_stands_on_a_button_or_a_heading(language: str) -> None:
    said = catalogue(language)
    short = [NUMBER.sub("#", sentence).casefold() for sentence in said.values() if "“" not in sentence and len(sentence) <= 60]
    expect_none(
        f"{key}: {words}"
        for key, sentence in said.items() if not WORDS_OF_OTHERS.match(key)
        for words in QUOTED.findall(sentence) if not any(NUMBER.sub("#", words.strip(".,。")).casefold() in one for one in short)
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_on_the_phone_begins_with_a_unit_or_a_dot(language: str) -> None:
    expect_none(f"{key}: {sentence}" for key, sentence in part(language, "phone").items() if PARTED.search(sentence))


def test_no_sentence_stands_in_a_script() -> None:
    expect_none(
        f"{relative(path)}: {literal.strip()}"
        for path, seen in javascript_modules().items()
        for literal in seen["literals"]
        if CJK.search(literal)
    )


def test_no_words_stand_in_markup() -> None:
    expect_none(f"{use.place}: {use.value}" for use in words_in_markup())

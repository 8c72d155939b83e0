"""``--help``: the same examples in both languages, each of which can be typed."""

from __future__ import annotations

import re
import shlex
from typing import Iterator
from unicodedata import east_asian_width

import click
import pytest
from click.testing import CliRunner

from fieldcheck import texts
from fieldcheck.cli import main
from fieldcheck.cli_words import language
from tests.cli.typed import CHINESE, ENGLISH, run

CJK = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
EXAMPLE = re.compile(r"^ {4}((?:\w+=\S+ (?:\\\n +)?)*fieldcheck (?:\\\n|[^#\n])*)", re.M)
COLUMNS = 80


def paths(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """What is typed after ``fieldcheck`` to reach each command and group."""
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from paths(inner, (*path, name))


PATHS = sorted(paths(main))


def page(path: tuple[str, ...], spoken: str) -> str:
    """A help page."""
    result = run(*path, "--help", language=spoken)
    assert result.exit_code == 0
    return result.output


def examples(path: tuple[str, ...], spoken: str) -> list[list[str]]:
    """The commands that a help page shows, in words, settings before them left out."""
    found = (shlex.split(example.replace("\\\n", " ")) for example in EXAMPLE.findall(page(path, spoken)))
    return [words[words.index("fieldcheck") + 1:] for words in found]


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_help_page_leads_with_the_same_examples_in_both_languages(path: tuple[str, ...]) -> None:
    shown = examples(path, ENGLISH)
    assert shown == examples(path, CHINESE) and any(words[:len(path)] == list(path) for words in shown)
    for spoken in (ENGLISH, CHINESE):
        _usage, sentence, example, *_ = page(path, spoken).split("\n\n")
        assert "\n" not in sentence and "fieldcheck" in example


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_example_can_be_typed(path: tuple[str, ...]) -> None:
    for words in examples(path, ENGLISH):
        command: click.Command = main
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]
        context = click.Context(command)
        given, rest, _order = command.make_parser(context).parse_args(words)
        required = {p.name for p in command.params if p.required}
        assert not rest and required <= {name for name, value in given.items() if isinstance(value, str)}, words


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_every_help_page_speaks_one_language_and_fits_a_terminal(path: tuple[str, ...]) -> None:
    english, chinese = page(path, ENGLISH), page(path, CHINESE)
    described = re.findall(r"^  (?:-\w, )?--\w.*(?:\n   .*)*", chinese, re.M)
    assert not CJK.search(english) and described and all(map(CJK.search, described))
    assert [line for line in (english + chinese).splitlines() if places(line) > COLUMNS] == []


def places(line: str) -> int:
    """How many columns a line takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line)


@pytest.mark.parametrize(("locale", "spoken"), [
    ({"LANG": "zh_CN.UTF-8"}, "zh"), ({"LANG": "en_US.UTF-8"}, "en"), ({"LANG": "C.UTF-8"}, "en"), ({"LANG": "POSIX"}, "en"),
    ({}, "zh"), ({"LANG": ""}, "zh"), ({"LANG": "cs_CZ.UTF-8"}, "zh"),
    ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB"}, "en"), ({"LC_ALL": "zh_CN", "LC_MESSAGES": "en_GB"}, "zh"),
])
def test_the_locale_of_the_moment_chooses_the_language(
    locale: dict[str, str], spoken: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in locale.items():
        monkeypatch.setenv(name, value)
    assert language() == spoken
    assert texts.text(spoken, "cli", "help.fieldcheck").partition("\n")[0] in CliRunner().invoke(main, ["--help"]).output


def test_a_terminal_that_cannot_show_chinese_is_told_all_the_same() -> None:
    told = CliRunner(charset="latin-1").invoke(main, ["--help"], env={"LC_ALL": CHINESE}, catch_exceptions=False)
    assert told.exit_code == 0 and "fieldcheck init" in told.output

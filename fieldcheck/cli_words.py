"""The words of the command line: every sentence and every help page is spoken from ``static/texts/*/cli.json``.

2026-11: the language is chosen when something is said, not when it is imported: ``zh_CN.UTF-8`` hears Chinese,
``en_*``, ``C`` and ``POSIX`` hear English, and where no locale is set Chinese is spoken, as everywhere in fieldcheck
when nothing is known. click's own few words ("Usage", "Options", "Error") stay click's.
"""

from __future__ import annotations

import io
import os
import re
import sys
from contextlib import contextmanager
from functools import partial
from typing import Any, Callable, Iterator, Sequence
from unicodedata import east_asian_width

import click

from . import texts
from .problems import Problem

#: Where sentences of the command line may stand; a key belongs to one part only.
PARTS = ("cli", "plan", "proof", "register", "problem", "common", "desk")
LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
#: Stands beside a letter that takes two places of a terminal while places are counted, and is never printed.
FILLER = "\0"
SPEAK_ENGLISH = {"en", "c", "posix"}


def language() -> str:
    """The language of the terminal: English for ``en_*``, ``C`` and ``POSIX``, Chinese for all else and for none."""
    spoken = next(filter(None, map(os.environ.get, LOCALE_VARIABLES)), "")
    return "en" if re.split(r"[_.@-]", spoken.lower())[0] in SPEAK_ENGLISH else texts.DEFAULT_LANGUAGE


def say(key: str, /, **values: Any) -> str:
    """One sentence in the language of the terminal."""
    return texts.speaker(language(), *PARTS)(key, **values)


def speakers() -> Iterator[Callable[..., str]]:
    """``say`` of every language, Chinese first: for what is read by whoever happens to stand at the terminal."""
    return (texts.speaker(spoken, *PARTS) for spoken in texts.languages())


@contextmanager
def problems_said() -> Iterator[None]:
    """:raises click.ClickException: a ``Problem`` inside, in the words of the error table: what was wrong, what to do."""
    try:
        yield
    except Problem as problem:
        told = (say(f"{problem.code}.{sentence}", **problem.details) for sentence in ("detail", "next"))
        raise click.ClickException("\n".join(told)) from None


def column(words: str, width: int) -> str:
    """Padded to ``width`` places of a terminal, where a Chinese character takes two."""
    return words + " " * (width - len("".join(map(_filled, words))))


def _filled(letter: str) -> str:
    return letter + FILLER if east_asian_width(letter) in "WF" else letter


class _Spoken:
    """Keeps a key of the catalogue where click keeps help, and speaks it when click asks for the help."""

    key: str | None = None

    @property
    def help(self) -> str | None:
        return say(self.key) if self.key else None

    @help.setter
    def help(self, key: str | None) -> None:
        self.key = key


class WideFormatter(click.HelpFormatter):
    """Wraps the columns of a help page where they end on the terminal."""

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Two columns; the second is wrapped. click counts letters, so each wide one is counted with a filler."""
        super().write_dl([(name, "".join(map(_filled, words))) for name, words in rows], col_max, col_spacing)

    def getvalue(self) -> str:
        """The page, without fillers."""
        return super().getvalue().replace(FILLER, "")


class SpokenContext(click.Context):
    """What a spoken command runs in."""

    formatter_class = WideFormatter


class SpokenOption(_Spoken, click.Option):
    """An option whose ``help`` is a key of the catalogue."""


class SpokenCommand(_Spoken, click.Command):
    """A command whose ``help`` is the key of its page: one sentence, examples, then what else there is to know."""

    context_class = SpokenContext

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The ``--help`` option, in the caller's language too."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("option.help")
        return option

    def get_short_help_str(self, limit: int = 45) -> str:
        """The page's first sentence, whole."""
        return (self.help or "").partition("\n")[0]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The page line by line, as the catalogue breaks it: click would run examples together."""
        formatter.write_paragraph()
        for line in (self.help or "").splitlines():
            formatter.write(f"  {line}".rstrip() + "\n")


class SpokenGroup(SpokenCommand, click.Group):
    """A group of commands whose ``help`` are keys of the catalogue."""

    command_class = SpokenCommand

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run what was typed. A letter that the terminal's encoding lacks becomes "?" and stops nothing."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        return super().main(*args, **extra)


group = partial(click.group, cls=SpokenGroup)
option = partial(click.option, cls=SpokenOption)

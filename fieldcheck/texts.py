"""The catalogue of every sentence that people read, in Chinese and English; phone and desk share it.

``static/texts/<language>/<part>.json`` are flat objects: key → sentence with ``{name}`` placeholders. Where a
number changes the grammar, two keys end in ``_one`` and ``_other`` and ``n`` chooses (Chinese has ``_other`` alone).
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Callable, Mapping

from .shipped import shipped

LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "zh"


class UnknownText(LookupError):
    """A key that the catalogue does not hold: a fault of the program, never shown to people."""


def languages() -> tuple[str, ...]:
    """The languages that every sentence exists in; the first is the one spoken when nothing is known."""
    return LANGUAGES


@lru_cache(maxsize=None)
def catalogue(language: str, part: str) -> Mapping[str, str]:
    """All sentences of one part (``common``, ``desk``, ``problem`` …), read once per process.

    :raises UnknownText: no such language or part.
    """
    try:
        return json.loads((shipped("static") / "texts" / language / f"{part}.json").read_text("utf-8"))
    except FileNotFoundError:
        raise UnknownText(f"{language}/{part}") from None


def text(language: str, part: str, key: str, /, **values: object) -> str:
    """One sentence with its values filled in.

    :raises UnknownText: the key is missing in this language, or the sentence wants a value that was not given.
    """
    sentences = catalogue(language, part)
    sentence = sentences.get(key)
    if sentence is None and "n" in values:
        sentence = sentences.get(f"{key}_{_number_form(language, values['n'])}", sentences.get(f"{key}_other"))
    if sentence is None:
        raise UnknownText(f"{language}/{part}: {key}")
    try:
        return sentence.format_map(values)
    except KeyError as missing:
        raise UnknownText(f"{language}/{part}: {key} needs {missing}") from None


class _Gaps(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def text_with_gaps(language: str, part: str, key: str, values: Mapping[str, object]) -> str:
    """One sentence with the values at hand, "…" for those that are not: a refusal must never fail over its own words.

    :raises UnknownText: the key is missing in this language.
    """
    sentences = catalogue(language, part)
    if key not in sentences:
        raise UnknownText(f"{language}/{part}: {key}")
    return sentences[key].format_map(_Gaps(values))


def _number_form(language: str, n: object) -> str:
    return "one" if language == "en" and n == 1 else "other"


def speaker(language: str, *parts: str) -> Callable[..., str]:
    """``t(key, **values)`` over several parts, the first that holds the key speaking: what templates call.

    :raises UnknownText: by the returned function, when no part holds the key.
    """

    def t(key: str, /, **values: object) -> str:
        for part in parts:
            try:
                return text(language, part, key, **values)
            except UnknownText:
                if _holds(language, part, key):
                    raise
        raise UnknownText(f"{language}/{'+'.join(parts)}: {key}")

    return t


def _holds(language: str, part: str, key: str) -> bool:
    sentences = catalogue(language, part)
    return key in sentences or f"{key}_other" in sentences


def preferred(stored: str | None, accepted: Callable[[tuple[str, ...]], str | None]) -> str:
    """The language to speak: the stored choice, then what the browser accepts, then Chinese."""
    if stored in LANGUAGES:
        return stored
    return accepted(LANGUAGES) or DEFAULT_LANGUAGE

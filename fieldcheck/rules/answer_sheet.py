"""The answers of one subject (a household, the village) as a sheet to read: question, words, whether negative.

Rule source: ``docs/inspection-rules.md`` §3 (``negative_when``). Two phones' answers to one question both stay (§4.13);
which of them counts is ``answers.py``'s to say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Mapping, Sequence

from .answers import differ


@dataclass(frozen=True)
class Voice:
    """What one phone took down where phones differ. ``line``: hash of its line; ``counts``: marked by the reviewer."""

    device: str
    words: str
    line: str
    counts: bool


SIDES = ("says", "book", "seen")
"""三方对照: what the household says, what the book or notice says, what is seen."""


@dataclass(frozen=True)
class Row:
    """One question of the sheet. ``words``: what was taken down, in the reader's language, without repeats; ``voices``:
    each phone's, only where they differ; ``reasons`` why it was not answered; ``sides``: side → its words, ``figures``:
    what each number is called → the number with its unit.
    """

    code: str
    question: str
    core: bool
    words: tuple[str, ...]
    negative: bool
    voices: tuple[Voice, ...] = ()
    reasons: tuple[str, ...] = ()
    sides: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)

    @property
    def undecided(self) -> bool:
        """Whether phones differ and nobody marked which answer counts."""
        return bool(self.voices) and not any(voice.counts for voice in self.voices)


def answer_sheet(checklist: Mapping[str, Any], given: Mapping[str, Mapping[str, Mapping[str, Any]]], language: str,
                 yes_no: Mapping[str, str], chosen: Mapping[str, str | None] | None = None) -> list[Row]:
    """The answered questions in the checklist's order; codes that it does not know come last, as they are.

    :param given: code → phone → answer, as ``rules/visit.py`` folds them.
    :param yes_no: the words for ``yes`` and ``no``.
    :param chosen: code → the phone whose answer counts, where that was marked.
    """
    rows = []
    facts = {code: answer["value"] for code, answers in given.items() for answer in answers.values()
             if "." in code and "value" in answer}
    questions = [*({**fact, "core": False} for fact in checklist.get("facts", ())), *checklist["questions"]]
    for question in questions:
        answers = given.get(question["code"], {})
        if answers:
            marked = (chosen or {}).get(question["code"])
            said = {device: _words(checklist, question, answer, language, yes_no) for device, answer in answers.items()}
            counting = [answers[marked]] if marked else answers.values()
            rows.append(Row(
                question["code"], question[language], bool(question["core"]), tuple(dict.fromkeys(said.values())),
                any(is_negative(question, answer, checklist.get("params", {}), facts) for answer in counting),
                _voices(answers, said, marked), _told(answers, "reason_words"), *_apart(checklist, answers, language)))
    known = {question["code"] for question in questions}
    for code, answers in sorted(given.items()):
        if code not in known:
            said = {device: str(answer.get("value", answer["state"])) for device, answer in answers.items()}
            rows.append(Row(code, code, False, tuple(dict.fromkeys(said.values())), False,
                            _voices(answers, said, (chosen or {}).get(code))))
    return rows


def _voices(answers: Mapping[str, Mapping[str, Any]], said: Mapping[str, str], marked: str | None) -> tuple[Voice, ...]:
    if not differ(answers):
        return ()
    return tuple(Voice(device, said[device], answer["line"], device == marked) for device, answer in answers.items())


def _told(answers: Mapping[str, Mapping[str, Any]], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(answer[name] for answer in answers.values() if answer.get(name)))


def _apart(checklist: Mapping[str, Any], answers: Mapping[str, Mapping[str, Any]],
           language: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What each side says, phones' words joined, and the figures by what they are called."""
    sides = {side: " / ".join(_told(answers, f"{side}_words")) for side in SIDES}
    figures = {one["code"]: one for one in checklist.get("household_numbers", ())}
    numbers = [(code, number) for answer in answers.values() for code, number in answer.get("figures", {}).items()]
    return ({side: words for side, words in sides.items() if words},
            {figures[code][language]: _measured(number, figures[code].get("unit") or "", language)
             for code, number in numbers if code in figures})


def is_negative(question: Mapping[str, Any], answer: Mapping[str, Any], params: Mapping[str, Any],
                facts: Mapping[str, Any] | None = None) -> bool:
    """Whether the answer is negative (负向); a value of another type than the question's never is.

    ``lt_by`` hangs on a fact that was asked (``facts``, by code); while nobody said it, nothing is judged.
    """
    rule = question.get("negative_when")
    if not rule or answer.get("state") != "answered":
        return False
    wanted = rule.get("value")
    if isinstance(wanted, str) and wanted.startswith("$"):
        wanted = params.get(wanted[1:])
    if rule["op"] == "lt_by":
        wanted = (wanted or {}).get((facts or {}).get(rule.get("by")))
    try:
        return bool(_TESTS.get(rule["op"], _never)(answer.get("value"), wanted))
    except TypeError:
        return False


def _never(_given: Any, _wanted: Any) -> bool:
    return False


_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda given, wanted: given == wanted,
    "in": lambda given, wanted: given in wanted,
    "lt": lambda given, wanted: given < wanted,
    "lt_by": lambda given, wanted: given < wanted,
    "gt": lambda given, wanted: given > wanted,
    "ge": lambda given, wanted: given >= wanted,
    "has_any": lambda given, wanted: any(one in given for one in wanted),
    "missing_any": lambda given, wanted: any(one not in given for one in wanted),
}


def _words(checklist: Mapping[str, Any], question: Mapping[str, Any], answer: Mapping[str, Any], language: str,
           yes_no: Mapping[str, str]) -> str:
    if answer["state"] != "answered":
        return _label(checklist["common_answers"], answer["state"], language)
    value = answer.get("value")
    if question["type"] == "yesno":
        return yes_no.get(str(value), str(value))
    chosen = value if isinstance(value, list) else [value]
    if question["type"] in ("single", "multi"):
        return " · ".join(_label(question["options"] or (), one, language) for one in chosen) or "–"
    return _measured(value, question.get("unit") or "", language)


def _measured(value: Any, unit: str, language: str) -> str:
    """A number with its unit. The checklist writes "天 day", and "户/3" where three were asked, told as "2 / 3"; a unit
    without an English word says nothing in English.
    """
    chinese, _, english = unit.partition(" ")
    counted, _, asked = chinese.partition("/")
    word = counted if language == "zh" else english or (counted if counted.isascii() else "")
    return " ".join(filter(None, (str(value), asked and f"/ {asked}", word)))


def _label(options: Sequence[Mapping[str, Any]], value: Any, language: str) -> str:
    return next((option[language] for option in options if option["value"] == value), str(value))

"""One township explained (凭什么): every rule of each visit, what it saw, what it asks for, what it rests on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from ..problems import Problem
from ..store import log, past, rounds
from ..times import written
from . import current
from .access import permits
from .coverage_choice import choice_of, looking_back

bp = Blueprint("desk_explained", __name__)

#: Under which keys the words of a value stand; any other value is said as it is.
_WORDS = {"state": "visit.state", "place": "place", "why": "place", "unusable": "place", "V44": "sign"}


@bp.get("/desk/coverage/<unit>/why")
@permits("coverage")
def page(unit: str) -> str:
    """As it is now, or as it was in the evening of a day of the round."""
    choice = choice_of(request.args, "desk_coverage.page")
    round_ = rounds.asked_for(current.database(), choice.round)
    choice, at = looking_back(choice, round_, current.now())
    db = current.database()
    found = past.explained_at(db, round_["round"], unit, at or log.no_earlier_than_its_end(db, written(current.now())))
    if found is None:
        raise Problem("unit_unknown")
    return render_template("desk/coverage/explained.html", round=round_, found=found, choice=choice, at=at, told=told)


def told(name: str, value: Any) -> str:
    """What a rule saw, in words: yes and no, figures as they are, codes by their word."""
    if value is None:
        return current.text("told.nobody")
    if isinstance(value, bool):
        return current.text("told.yes" if value else "told.no")
    if isinstance(value, dict):
        value = [f"{_word(name, key)} × {count}" for key, count in value.items()]
    if isinstance(value, list):
        return current.text("list_comma").join(_word(name, str(one)) for one in value) or current.text("told.none")
    if name == "type":
        return current.word(f"visit.type.{value}", value)
    return _word(name, value) if isinstance(value, str) else str(value)


def _word(name: str, code: str) -> str:
    return current.word(f"{_WORDS[name]}.{code}", code) if name in _WORDS else code

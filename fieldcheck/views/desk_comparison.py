"""Teams against each other (两组对照): for the command office and the auditor alone; no team ever reads the other's answers."""

from __future__ import annotations

from typing import Any, Mapping

from flask import Blueprint, render_template, request

from ..rules.answer_sheet import Row, answer_sheet
from ..rules.team_comparison import VillageCompared
from ..store import rounds, team_comparisons
from . import current
from .access import permits
from .coverage_choice import choice_of
from .looks import looked_at

bp = Blueprint("desk_comparison", __name__)


@bp.get("/desk/coverage/compare")
@permits("visit")
@looked_at("visits")
def page() -> str:
    """Of the round, or of the township that the address names."""
    choice = choice_of(request.args, "desk_coverage.page")
    round_ = rounds.asked_for(current.database(), choice.round)
    found = team_comparisons.comparison_of(current.database(), round_, choice.unit)
    questions = {one["code"]: one[current.language()] for one in found.checklist["questions"]}
    return render_template(
        "desk/coverage/compared.html", round=round_, choice=choice, names=found.names, questions=questions, found=found.comparison,
        villages=[(one, _sheet(found.checklist, one)) for one in found.comparison.villages])


def _sheet(checklist: Mapping[str, Any], village: VillageCompared) -> list[tuple[Row, dict[str, str]]]:
    """Each question with what each team took down, in words."""
    yes_no = {value: current.text(f"review.answer.{value}") for value in ("yes", "no")}
    rows = answer_sheet(checklist, village.answers, current.language(), yes_no)
    return [(row, {team: _said(row, team) for team in village.visits}) for row in rows]


def _said(row: Row, team: str) -> str:
    return next((voice.words for voice in row.voices if voice.device == team), None) or row.words[0]

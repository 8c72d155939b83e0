"""What a negative answer proposes (建议): a finding or a lead, as its question says. Source: ``docs/inspection-rules.md`` §3.1.

The phone proposes (``static/js/model/remark.js``); this is the same rule for simulated phones and for the tests that hold
both against one another.
"""

from __future__ import annotations

from typing import Any, Mapping, TypedDict

from .answer_sheet import is_negative

UPPER_LEVELS_ONLY = "A9-4"
"""Stands on what an upper level found (article 9), so no answer of a visit proposes it."""


class Proposed(TypedDict):
    """``makes``: finding or lead; ``topics``: topic groups (专班); ``a9``: the category of article 9, or ``None``."""

    makes: str
    severity: str
    topics: list[str]
    a9: str | None


def proposed(checklist: Mapping[str, Any], question: Mapping[str, Any], answer: Mapping[str, Any],
             facts: Mapping[str, Any] | None = None) -> Proposed | None:
    """What this answer proposes, or ``None``. ``facts``: those that were asked, by code."""
    if not question.get("makes") or not is_negative(question, answer, checklist.get("params", {}), facts or {}):
        return None
    when = f"{question['code']}=={answer.get('value')}"
    raised = next((one for one in checklist.get("severity_overrides", ()) if one["when"] == when), {})
    a9 = raised.get("a9", question.get("suggest_a9"))
    return {"makes": question["makes"], "severity": raised.get("severity", question["severity"]),
            "topics": list(question.get("zhuanban") or ()),
            "a9": None if a9 is None or a9.startswith(UPPER_LEVELS_ONLY) else a9}

"""Review (审核): who may decide a visit, when, and in which words. Source: ``docs/inspection-rules.md`` §4.5."""

from __future__ import annotations

from typing import Any, Iterable, Mapping, Sequence

from .evidence import acceptance

REVIEWER_ROLE = "supervisor"
#: What a return may ask to mend; the rest of what can be missing cannot be mended after the visit.
FIXES = ("inspectors", "households", "core", "place_photo", "location_nofix", "location_border", "location_nopolygon",
         "other")
REJECT_REASONS = ("fabricated", "wrong_team", "recused", "other")
NOTE_LONGEST = 500

#: From which states a decision leads on; a rejection is final, an accepted visit can only be rejected, or accepted again
#: where more came since.
ACCEPT_FROM = ("submitted",)
RETURN_FROM = ("submitted",)
REJECT_FROM = ("submitted", "returned", "accepted")
COMPROMISE_FROM = ("submitted", "returned", "accepted")
#: A part that arrives after the decision may bring another answer.
CHOOSE_FROM = ("submitted", "returned", "accepted")


def may_review(role: str, team: str | None, disabled: bool) -> bool:
    """The reviewer is in the command office (指挥部办公室) and of neither team."""
    return role == REVIEWER_ROLE and team is None and not disabled


def may_be_accepted(doc: Mapping[str, Any], verified: Iterable[str]) -> bool:
    """Whether a visit waits to be accepted, or to be accepted again for what came since and does not count yet:
    lines, or the bytes of photos. ``verified``: pictures of the visit that are here now, by their hash.
    """
    if doc["state"] in ACCEPT_FROM:
        return True
    accepted = acceptance(doc)
    return accepted is not None and (doc["unweighed"] or not set(verified) <= set(accepted["photos"]))


def place_photos(doc: Mapping[str, Any], sources: Sequence[str]) -> list[str]:
    """The place photos (村牌、村委会门牌) that count, by their ids: taken in the app, in the order of the visit."""
    return [p["photo"] for p in doc["photos"] if p["kind"] == "place" and p["source"] in sources]


def unopened(place: Iterable[str], flags: Iterable[str], opened: Iterable[str]) -> list[str]:
    """What the reviewer must still open before accepting: ``place_photo`` where none of the place photos was, and
    each flag's code.
    """
    seen = set(opened)
    lacking = [] if seen & set(place) else ["place_photo"]
    return lacking + sorted(set(flags) - seen)

"""What stands beside a finding (证据): photos, or the reason why there is none. Source: ``docs/inspection-rules.md`` §4.7."""

from __future__ import annotations

from typing import Any, Mapping


def photos_beside(doc: Mapping[str, Any], note: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The photos that the note names, and those of its question that were taken after it was written."""
    named = set(note.get("photos", ()))
    return [photo for photo in doc["photos"] if photo["photo"] in named or _is_of(photo, note)]


def why_no_photo(doc: Mapping[str, Any], note: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The last word on why no photo stands beside it, or ``None`` where nobody said so."""
    said = [one for one in doc["no_photo"] if one.get("note") == note["note"] or _is_of(one, note)]
    return said[-1] if said else None


def of_answers(doc: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Words about photos that belong to no finding: an answer wanted one, and one was not to be had."""
    findings = [note for note in doc["notes"] if note["kind"] == "finding"]
    return [one for one in doc["no_photo"] if not any(one.get("note") == note["note"] or _is_of(one, note) for note in findings)]


def _is_of(one: Mapping[str, Any], note: Mapping[str, Any]) -> bool:
    """Whether it stands at the same question of the same household or village."""
    return bool(note.get("question")) and all(one.get(name) == note.get(name) for name in ("question", "household"))

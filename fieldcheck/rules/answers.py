"""Which of several phones' answers to one question counts (以哪个为准). Pure. Source: ``docs/inspection-rules.md`` §4.13.

Both answers stay. Where they differ the reviewer marks one, by the hashes of the lines that were looked at: an answer
that comes or changes later asks again. Until then a visit cannot be accepted, and every answer is reckoned with.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping


def standing(doc: Mapping[str, Any], subject: str, code: str) -> list[Mapping[str, Any]]:
    """The answers that count: the marked one, else every phone's. ``subject``: ``village`` or a household."""
    given = doc["answers"].get(subject, {}).get(code, {})
    chosen = chosen_device(doc, subject, code)
    return list(given.values()) if chosen is None else [given[chosen]]


def chosen_device(doc: Mapping[str, Any], subject: str, code: str) -> str | None:
    """The phone whose answer the reviewer marked, while exactly the answers stand that were looked at."""
    given = doc["answers"].get(subject, {}).get(code, {})
    choice = doc.get("chosen", {}).get(subject, {}).get(code)
    if choice is None or {choice["line"], *choice["over"]} != {one["line"] for one in given.values()}:
        return None
    return next((device for device, one in given.items() if one["line"] == choice["line"]), None)


def undecided(doc: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Questions that phones answered differently and nobody decided, as (subject, code), in a fixed order."""
    return sorted((subject, code) for subject, code, given in _asked(doc)
                  if differ(given) and chosen_device(doc, subject, code) is None)


def differ(given: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether phones said different things; two reasons for the same "does not apply" are no difference."""
    return len({repr((one["state"], one.get("value"))) for one in given.values()}) > 1


def _asked(doc: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Mapping[str, Any]]]]:
    for subject, codes in doc["answers"].items():
        for code, given in codes.items():
            yield subject, code, given

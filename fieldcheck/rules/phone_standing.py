"""How a phone (手机) stands by its last report, and what of it needs somebody. Source: ``docs/inspection-rules.md`` §4.13.

A report is only the phone's word, made when it last had a network. Moments in it are by the phone's own clock; they are
read by the offset that the same report names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Callable, Mapping

from .faults import parse_time

UNSENT_OLD = timedelta(hours=24)
"""§4.13: work that has lain on a phone for longer is warned of."""
SILENT_AFTER = timedelta(days=3)
"""〔建议〕 a phone in service is near a network every evening or two."""
CLOCK_OFF = timedelta(minutes=2)
"""The phone asks its owner to set its clock beyond the same (``static/js/model/readiness.js``)."""
EMPTIED_TOLD = timedelta(days=7)
"""〔建议〕 what was lost a week ago is history by then: it stays beside the phone, and no longer calls for somebody."""

CARES = ("lost", "emptied", "silent", "unsent_old", "storage_not_granted", "clock_off")
"""What needs somebody, what cannot be undone first."""
_VERSION = re.compile(r"\d+(\.\d+)*")


@dataclass(frozen=True)
class Standing:
    """One phone as the office sees it; what no report says is ``None``.

    ``heard_at``: its last contact. ``oldest_at``: when the oldest unsent thing was made, by the server's clock. ``clock``:
    phone minus server. ``outdated``: its app is older than the server's. ``cares``: of ``CARES``.
    """

    heard_at: datetime | None
    visits: int | None = None
    segments: int | None = None
    photos: int | None = None
    bytes: int | None = None
    oldest_at: datetime | None = None
    app: str | None = None
    outdated: bool = False
    persisted: bool | None = None
    usage: int | None = None
    quota: int | None = None
    clock: timedelta | None = None
    cares: list[str] = field(default_factory=list)


def standing(phone: Mapping[str, Any], now: datetime, version: str, lost: bool = False) -> Standing:
    """The standing of a phone of ``store/devices.py``.

    :param version: the server's own, to compare the app with.
    :param lost: work may be lost with it (``rules/phone_loss.py``).
    """
    state = phone["state"] or {}
    unsent, storage, offset = state.get("unsent") or {}, state.get("storage") or {}, state.get("clock_offset_ms")
    clock = _span(offset)
    oldest = parse_time(unsent.get("oldest_at"))
    known = {} if not state else {
        "visits": len({one["visit"] for one in state.get("visits", [])}),
        **{name: max(0, unsent.get(name) or 0) for name in ("segments", "photos", "bytes")},
        "oldest_at": _shifted(oldest, clock), "app": state.get("app"), "outdated": older(state.get("app"), version),
        "persisted": storage.get("persisted"), "usage": storage.get("usage"), "quota": storage.get("quota"), "clock": clock}
    heard = max(filter(None, (parse_time(phone["state_at"]), parse_time(phone["sent_at"]))), default=None)
    found = Standing(heard, **known)
    return Standing(heard, **known, cares=_cares(phone, found, now, lost))


def older(app: Any, version: str) -> bool:
    """Whether an app's version comes before the server's; what is no version comes before nothing."""
    if not isinstance(app, str) or not _VERSION.fullmatch(app) or not _VERSION.fullmatch(version):
        return False
    return [int(part) for part in app.split(".")] < [int(part) for part in version.split(".")]


def _cares(phone: Mapping[str, Any], found: Standing, now: datetime, lost: bool) -> list[str]:
    if phone["revoked_at"] or phone.get("replaced"):
        return ["lost"] if lost else []
    since = found.heard_at or parse_time(phone["enrolled_at"]) or now
    cares = {
        "lost": lost, "emptied": _was_emptied(phone["state"] or {}, now), "silent": now - since > SILENT_AFTER,
        "unsent_old": found.oldest_at is not None and now - found.oldest_at > UNSENT_OLD,
        "storage_not_granted": found.persisted is False,
        "clock_off": found.clock is not None and abs(found.clock) > CLOCK_OFF,
    }
    return [care for care in CARES if cares[care]]


def _was_emptied(state: Mapping[str, Any], now: datetime) -> bool:
    told = [one for one in state.get("lost") or [] if one["how"] == "emptied" and one["missing"] > 0]
    return any(now - (parse_time(one["at"]) or now) < EMPTIED_TOLD for one in told)


def _span(offset: Any) -> timedelta | None:
    try:
        return timedelta(milliseconds=offset)
    except (TypeError, OverflowError):
        return None


def _shifted(moment: datetime | None, clock: timedelta | None) -> datetime | None:
    try:
        return moment and moment - (clock or timedelta())
    except OverflowError:
        return moment


_NEVER = datetime.min
#: Column → what its rows are put in order by. The first is the page's own order: whoever needs somebody on top.
ORDERS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "care": lambda row: (not row["standing"].cares, *_since(row["standing"].heard_at)),
    "who": lambda row: (row["team"] or "", row["owner"], row["name"]),
    "seen": lambda row: _since(row["standing"].heard_at),
    "waiting": lambda row: -(row["standing"].segments or 0) - (row["standing"].photos or 0),
    "oldest": lambda row: (row["standing"].oldest_at is None, *_since(row["standing"].oldest_at)),
    "app": lambda row: row["standing"].app or "",
    "storage": lambda row: (row["standing"].persisted is not False, -(row["standing"].usage or 0)),
    "clock": lambda row: -abs(row["standing"].clock or timedelta()),
}


def _since(moment: datetime | None) -> tuple[datetime]:
    return (moment.replace(tzinfo=None) if moment else _NEVER,)

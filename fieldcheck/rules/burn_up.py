"""How the round comes along: covered townships week by week, and when all will be covered at this pace.

Rule source: ``docs/inspection-rules.md`` §7.1 (本周新增, needed per week, forecast).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Callable, Iterable, Mapping, Sequence

from .pace import WEEK_S

#: The pace is that of the last four weeks: long enough for one bad week, short enough to notice a slowdown.
PACE_OVER = timedelta(weeks=4)
#: A pace from less than a week says nothing.
PACE_FROM = timedelta(weeks=1)
COVERED = ("covered", "covered_both")


@dataclass(frozen=True)
class BurnUp:
    """``weeks``: (end of the week or now, covered by then). ``forecast``: when the last one is covered, if it moves."""

    starts: datetime
    ends: datetime
    now: datetime
    in_scope: int
    weeks: tuple[tuple[datetime, int], ...]
    forecast: datetime | None

    @property
    def is_early(self) -> bool:
        """Whether the round is too young to have a pace."""
        return self.now - self.starts < PACE_FROM

    @property
    def covered(self) -> int:
        """Covered now."""
        return self.weeks[-1][1] if self.weeks else 0


def covered_since(visits: Sequence[Mapping[str, Any]],
                  status_of: Callable[[Sequence[Mapping[str, Any]]], str]) -> str | None:
    """When the township became covered: ``accepted_at`` of the visit with which it did, ``None`` while it is not.

    :param visits: its accepted visits. :param status_of: its status from some of them (``rules/coverage.py``).
    """
    in_order = sorted(visits, key=lambda visit: visit["accepted_at"])
    for n, visit in enumerate(in_order, 1):
        if status_of(in_order[:n]) in COVERED:
            return visit["accepted_at"]
    return None


def burn_up(covered_at: Iterable[datetime], in_scope: int, starts: datetime, ends: datetime, now: datetime) -> BurnUp:
    """The round's progress from the moments at which townships became covered."""
    moments = sorted(covered_at)
    marks = [starts]
    while marks[-1] + timedelta(seconds=WEEK_S) < now:
        marks.append(marks[-1] + timedelta(seconds=WEEK_S))
    marks.append(max(now, starts))
    weeks = tuple((mark, sum(moment <= mark for moment in moments)) for mark in marks)
    return BurnUp(starts, ends, now, in_scope, weeks, forecast(moments, in_scope, starts, now))


def forecast(moments: Sequence[datetime], in_scope: int, starts: datetime, now: datetime) -> datetime | None:
    """When all are covered at the pace of the last four weeks.

    ``None`` in the round's first week, where nothing moves, and where all are covered.
    """
    missing = in_scope - len(moments)
    since = max(starts, now - PACE_OVER)
    recent = sum(moment > since for moment in moments)
    if missing <= 0 or not recent or now - starts < PACE_FROM:
        return None
    return now + (now - since) / recent * missing


@dataclass(frozen=True)
class Plot:
    """The progress as lines of an SVG, pixels from the upper left: what was covered, what is needed, what is likely."""

    width: int
    height: int
    covered: str
    needed: str | None
    likely: str | None
    now: float
    top: float
    bottom: float


def plot(progress: BurnUp, width: int, height: int, margin: int = 18) -> Plot:
    """Lines from the round's start to its end, or to now where that is later; the top is everything in scope."""
    ends = max(progress.ends, progress.now)
    whole = max((ends - progress.starts).total_seconds(), 1.0)

    def at(moment: datetime, covered: float) -> tuple[float, float]:
        along = min(max((moment - progress.starts).total_seconds() / whole, 0.0), 1.0)
        return (round(along * width, 1),
                round(height - margin - covered / max(progress.in_scope, 1) * (height - 2 * margin), 1))

    def line(*places: tuple[datetime, float]) -> str:
        return " ".join(f"{x},{y}" for x, y in (at(*place) for place in places))

    here = (progress.now, progress.covered)
    open_ = progress.covered < progress.in_scope
    likely = None
    if progress.forecast is not None and open_:
        reached = min(progress.forecast, ends)
        share = (reached - progress.now) / (progress.forecast - progress.now)
        likely = line(here, (reached, progress.covered + share * (progress.in_scope - progress.covered)))
    needed = line(here, (progress.ends, progress.in_scope)) if open_ and progress.now < progress.ends else None
    (now, _), (_, top), (_, bottom) = at(*here), at(progress.now, progress.in_scope), at(progress.now, 0)
    return Plot(width, height, line(*progress.weeks), needed, likely, now, top, bottom)

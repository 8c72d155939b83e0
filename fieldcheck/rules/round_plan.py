"""Can two teams cover a round in time (排得下吗)? Rule source: ``docs/inspection-rules.md`` §2.6, its figures as defaults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

DEFAULT_DAYS = 91


@dataclass(frozen=True)
class Capacity:
    """What the teams can do. ``per_team_day``: townships a team covers on a day in the field; ``field_days`` a week;
    ``revisits``: the share of days, 0 to below 1, that go back to covered townships (§2.5).
    """

    teams: int = 2
    field_days: int = 4
    per_team_day: float = 1.5
    revisits: float = 0.2

    @property
    def per_week(self) -> float:
        """Townships newly covered in a week, if nothing goes wrong."""
        return self.teams * self.field_days * self.per_team_day * (1 - self.revisits)


@dataclass(frozen=True)
class Forecast:
    """``weeks``: the round needs, begun ones counted whole; ``has``: it lasts; ``needed_per_team_day``: what would just do."""

    weeks: int
    has: float
    needed_per_team_day: float

    @property
    def fits(self) -> bool:
        """Whether the round is long enough."""
        return self.weeks <= self.has


def forecast(in_scope: int, lasts: timedelta, capacity: Capacity) -> Forecast:
    """How long covering that many townships takes, against how long the round lasts."""
    has = lasts / timedelta(weeks=1)
    days = capacity.teams * capacity.field_days * has * (1 - capacity.revisits)
    return Forecast(ceil(in_scope / capacity.per_week), has, in_scope / days)

"""Name the known point (已知点) at which phones are tested, or none any more."""

from __future__ import annotations

from ..problems import Problem
from ..rules.datum import can_tell
from ..store import known_point
from ..store.database import Database

NAME_LONGEST = 60


def name_known_point(db: Database, name: str, lon: float, lat: float) -> None:
    """Keep the point, degrees WGS-84; phones hear of it with their next pack.

    :raises Problem: ``point_malformed``, or ``point_cannot_tell`` where WGS-84 and GCJ-02 lie too close to be told apart.
    """
    said = name.strip()
    if not (0 < len(said) <= NAME_LONGEST and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise Problem("point_malformed", limit=NAME_LONGEST)
    if not can_tell(lon, lat):
        raise Problem("point_cannot_tell")
    known_point.keep(db, {"name": said, "lon": lon, "lat": lat})


def forget_known_point(db: Database) -> None:
    """Test phones nowhere; what was found stays."""
    known_point.keep(db, None)

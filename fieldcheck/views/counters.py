"""What one server process counts and measures, as Prometheus reads it. No person and no place is in any label."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily

from ..store import devices, disk, figures, installation, jobs
from ..store.database import Database
from ..times import moment


class Counters:
    """The counters of one application since it started."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter("fieldcheck_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry)
        self._segments = Counter("fieldcheck_segments_answered", "Segments answered.", ["status"], registry=self.registry)
        self._upload_bytes = Counter("fieldcheck_upload_bytes", "Photo bytes received.", registry=self.registry)
        self._uploads = Counter("fieldcheck_uploads_completed", "Photos that arrived whole.", registry=self.registry)

    def answered(self, method: str, route: str, status: int) -> None:
        """A request was answered."""
        self._requests.labels(method, route, str(status)).inc()

    def segment(self, status: str) -> None:
        """A segment was answered: accepted, duplicate, gap, conflict, refused."""
        self._segments.labels(status).inc()

    def received(self, size: int) -> None:
        """Bytes of a photo arrived."""
        self._upload_bytes.inc(size)

    def completed(self) -> None:
        """A photo arrived whole."""
        self._uploads.inc()


def exposition(counters: Counters, db: Database, data: Path, at: str) -> bytes:
    """Counters, and what is so at this moment, in Prometheus' text format 0.0.4."""
    now = CollectorRegistry()
    now.register(_Now(list(_gauges(db, data, at))))
    return generate_latest(counters.registry) + generate_latest(now)


class _Now:
    """What is measured when it is asked for."""

    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> list[GaugeMetricFamily]:
        """What Prometheus' registry asks for."""
        return self._families


def _gauges(db: Database, data: Path, at: str) -> Iterator[GaugeMetricFamily]:
    for name, value in {**figures.figures(db), **_measured(db, data, at)}.items():
        yield GaugeMetricFamily(f"fieldcheck_{name}", name.replace("_", " "), value)


def _measured(db: Database, data: Path, at: str) -> dict[str, float]:
    waiting, since = jobs.waiting(db, at)
    age = (moment(at) - moment(since)).total_seconds() if since else 0
    unsent, last_backup = devices.unsent(db), installation.read(db, installation.LAST_BACKUP)
    return {
        "jobs_waiting": waiting, "jobs_oldest_seconds": max(0.0, age), "jobs_stuck": len(jobs.stuck(db, at)),
        "unsent_visits": unsent["visits"], "unsent_photos": unsent["photos"],
        "database_bytes": disk.size(data / "fieldcheck.db"), "disk_free_bytes": disk.free_bytes(data),
        **({"backup_age_seconds": (moment(at) - moment(last_backup)).total_seconds()} if last_backup else {}),
    }

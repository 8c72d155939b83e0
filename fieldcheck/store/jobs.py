"""Work that no request waits for (后台任务), kept in the database: previews, verdicts, what has expired. No fold.

A job is asked for in the transaction that makes it needed, so neither can be there without the other. It is done at
least once: whoever takes it holds a lease, and a process that is killed leaves a lease that ends. So each kind of job
must come to the same when it is done again. One that fails is tried again later and later, and after
``TRIES`` it is left alone and shown: it never blocks another, not even if it takes the whole process with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from ..times import written
from .database import write

VERIFY_PHOTO, MAKE_PREVIEWS, EXPIRE_UPLOADS, FORGET_RETURNS = "verify_photo", "make_previews", "expire_uploads", "forget_returns"
SIGN_LOG_HEAD, RETENTION = "sign_log_head", "retention"

TRIES = 5
LEASE = timedelta(minutes=10)
PATIENCE = timedelta(seconds=10)
FAULT_CHARACTERS = 200


@dataclass(frozen=True)
class Job:
    """One job as it was taken. ``asked``: how often it had been asked for; ``tries`` counts this one too."""

    kind: str
    argument: str
    asked: int
    tries: int


def ask(db: Database, kind: str, argument: str, at: str) -> None:
    """Ask for a job as soon as possible. One that waits is not doubled; one that runs is run once more after that."""
    with write(db):
        db.execute(
            """INSERT INTO jobs (kind, argument, due, asked, tries) VALUES (?, ?, ?, 1, 0) ON CONFLICT DO UPDATE
               SET asked = asked + 1, tries = 0, fault = NULL, due = min(due, excluded.due)""", [kind, argument, at])


def ask_once(db: Database, kind: str, argument: str, at: str) -> None:
    """Ask for a job unless it stands in the queue, when it is due as before."""
    with write(db):
        db.execute("INSERT OR IGNORE INTO jobs (kind, argument, due, asked, tries) VALUES (?, ?, ?, 1, 0)",
                   [kind, argument, at])


def take(db: Database, now: datetime) -> Job | None:
    """The job that has been due for longest, held until its lease ends; ``None`` where nothing is due."""
    at = written(now)
    with write(db):
        row = db.execute(
            """SELECT kind, argument, asked, tries + 1 FROM jobs
               WHERE due <= :at AND tries < :tries AND (leased_until IS NULL OR leased_until <= :at)
               ORDER BY due, kind, argument LIMIT 1""", {"at": at, "tries": TRIES}).fetchone()
        if row is None:
            return None
        job = Job(*row)
        db.execute("UPDATE jobs SET leased_until = ?, tries = ? WHERE kind = ? AND argument = ?",
                   [written(now + LEASE), job.tries, job.kind, job.argument])
    return job


def done(db: Database, job: Job, again: datetime | None = None) -> None:
    """Forget a job that was done, or have it again at ``again``, or at once if it was asked for meanwhile."""
    with write(db):
        if again is None:
            db.execute("DELETE FROM jobs WHERE kind = ? AND argument = ? AND asked = ?", [job.kind, job.argument, job.asked])
        db.execute(
            """UPDATE jobs SET leased_until = NULL, tries = 0, fault = NULL,
               due = CASE WHEN asked = ? THEN coalesce(?, due) ELSE due END WHERE kind = ? AND argument = ?""",
            [job.asked, again and written(again), job.kind, job.argument])


def failed(db: Database, job: Job, fault: str, now: datetime) -> None:
    """Keep why a job failed; it is tried again after a while that doubles each time."""
    with write(db):
        db.execute("UPDATE jobs SET leased_until = NULL, fault = ?, due = ? WHERE kind = ? AND argument = ?",
                   [fault[:FAULT_CHARACTERS], written(now + PATIENCE * 2 ** (job.tries - 1)), job.kind, job.argument])


def release(db: Database) -> None:
    """End all leases: the process that held them is known to be gone."""
    with write(db):
        db.execute("UPDATE jobs SET leased_until = NULL WHERE leased_until IS NOT NULL")


def waiting(db: Database, at: str) -> tuple[int, str | None]:
    """How many jobs are due and not given up, and since when the oldest of them."""
    return db.execute("SELECT count(*), min(due) FROM jobs WHERE due <= ? AND tries < ?", [at, TRIES]).fetchone()


def stuck(db: Database, at: str) -> list[tuple[str, str, str]]:
    """Jobs that were given up: kind, argument, last fault (empty where each try ended with the process)."""
    return db.execute(
        """SELECT kind, argument, coalesce(fault, '') FROM jobs
           WHERE tries >= ? AND (leased_until IS NULL OR leased_until <= ?) ORDER BY kind, argument""", [TRIES, at]).fetchall()


def retry(db: Database, at: str) -> int:
    """Give the jobs that were given up all their tries back; how many there were."""
    with write(db):
        return db.execute("UPDATE jobs SET tries = 0, due = ? WHERE tries >= ?", [at, TRIES]).rowcount

"""The worker: does the jobs of ``store/jobs.py`` one after the other, in a thread of the server or by hand."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from datetime import UTC, datetime, timedelta
from typing import Callable

from .actions.apply_retention import apply_retention
from .actions.expire_uploads import expire_uploads
from .actions.forget_returns import forget_returns
from .actions.show_photo import open_preview
from .actions.sign_log_head import sign_log_head
from .actions.verify_photo import verify_photo
from .config import Config
from .keys import Keys
from .likeness import likeness
from .pictures import PREVIEW_EDGES
from .problems import Problem
from .rules.pace import next_week
from .store import jobs, likenesses
from .store.database import Database, thread_database
from .times import written

#: A photo arrives some seconds after its message at best; nobody sees whether its verdict takes one more.
LOOKS_EVERY_S = 1.0
EXPIRY_EVERY = timedelta(hours=1)
RETENTION_EVERY = timedelta(days=1)
STOPS_WITHIN_S = 3.0
#: Requests go first: previews cost more than all that intake does with a photo.
NICENESS = 10

Clock = Callable[[], datetime]


def clock() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


def run_due(db: Database, config: Config, keys: Keys, now: Clock = clock, stopped: Callable[[], bool] = lambda: False) -> int:
    """Do everything that is due, each job once; how many were done."""
    count = 0
    while not stopped() and (job := jobs.take(db, now())) is not None:
        try:
            again = _KINDS[job.kind](db, config, keys, job.argument, now())
        except Exception as fault:  # a job's fault is the job's: it is kept, shown, and the next one goes on
            logging.getLogger("fieldcheck.work").warning("job %s failed: %s", job.kind, type(fault).__name__)
            jobs.failed(db, job, f"{type(fault).__name__}: {fault}", now())
        else:
            jobs.done(db, job, again)
            count += 1
    return count


def _verify(db: Database, config: Config, keys: Keys, argument: str, now: datetime) -> None:
    verify_photo(db, config.data, keys, argument, written(now))


def _previews(db: Database, config: Config, _keys: Keys, argument: str, _now: datetime) -> None:
    try:
        small = [open_preview(db, config.data, argument, edge) for edge in PREVIEW_EDGES]
        look = None if likenesses.known(db, argument) else likeness(small[0])
        if look is not None:
            likenesses.keep(db, argument, look)
    except Problem as problem:
        # A picture that does not decode is marked so by the first look: that is what the job was for.
        if problem.code != "photo_undecodable":
            raise


def _expire(db: Database, config: Config, _keys: Keys, _argument: str, now: datetime) -> datetime:
    expire_uploads(db, config.data, written(now))
    return now + EXPIRY_EVERY


def _sign_head(db: Database, _config: Config, keys: Keys, _argument: str, now: datetime) -> datetime:
    sign_log_head(db, keys, now)
    return next_week(now)


def _forget(db: Database, _config: Config, _keys: Keys, _argument: str, now: datetime) -> None:
    forget_returns(db, written(now))


def _retain(db: Database, config: Config, keys: Keys, _argument: str, now: datetime) -> datetime:
    apply_retention(db, config.data, keys, config.keep, now)
    return now + RETENTION_EVERY


_KINDS: dict[str, Callable[[Database, Config, Keys, str, datetime], datetime | None]] = {
    jobs.VERIFY_PHOTO: _verify, jobs.MAKE_PREVIEWS: _previews, jobs.EXPIRE_UPLOADS: _expire,
    jobs.FORGET_RETURNS: _forget, jobs.SIGN_LOG_HEAD: _sign_head, jobs.RETENTION: _retain,
}


class Worker:
    """One thread that looks for jobs until it is stopped. One a process, as there is one process."""

    def __init__(self, config: Config, keys: Keys, now: Clock = clock) -> None:
        self._config, self._keys, self._now = config, keys, now
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="fieldcheck-work", daemon=True)

    def start(self) -> None:
        """Begin; leases of a process that was killed end now."""
        self._thread.start()

    def stop(self) -> None:
        """End after the job at hand; one that takes too long is done again after the next start."""
        self._stop.set()
        self._thread.join(STOPS_WITHIN_S)

    def _work(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)  # of this thread alone, on Linux
        begun = False
        while not self._stop.is_set():
            try:
                db = thread_database(self._config.database)
                if not begun:
                    jobs.release(db)
                    for kind in (jobs.EXPIRE_UPLOADS, jobs.SIGN_LOG_HEAD, jobs.RETENTION):
                        jobs.ask_once(db, kind, "", written(self._now()))
                    begun = True
                run_due(db, self._config, self._keys, self._now, self._stop.is_set)
            except Exception:  # a full disk, a locked database: the thread lives on, and looks again
                logging.getLogger("fieldcheck.work").exception("the worker could not reach its jobs")
            self._stop.wait(LOOKS_EVERY_S)

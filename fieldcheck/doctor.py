"""``fieldcheck doctor``: what is set up wrongly, each with what to do. It changes nothing and asks nobody but this server.

Each check looks at one thing and names at most one fault; the words stand in the catalogue under ``doctor.<code>``.
"""

from __future__ import annotations

import http.client
import json
import os
import stat
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Callable, Iterator, Mapping
from urllib.parse import urlsplit

from . import lan_https
from .config import Config
from .shipped import shipped
from .store import disk, health, installation, jobs, people, rounds
from .store.database import Database
from .times import moment, written

FREE_AT_LEAST_BYTES = 2_000_000_000
BACKUP_AT_LEAST_EVERY = timedelta(days=7)
CERTIFICATE_ENDS_SOON = timedelta(days=14)
CLOCK_OFF_AT_MOST = timedelta(seconds=60)
ASKS_FOR_S = 5
#: More than nginx lets through unless it is told otherwise (1 MB), less than a batch of segments.
BODY_BYTES = 2_000_000
BUNDLES = ("main.js", "desk.js", "phone.css", "desk.css", "sw.js")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; ``details`` fill the gaps of its sentences."""

    code: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Patient:
    """What is looked at. ``ask`` sends a request to the own origin."""

    config: Config
    db: Database
    now: datetime
    ask: Callable[[str, str, int], "Heard"]


@dataclass(frozen=True)
class Heard:
    """What the own origin answered; status 0: nothing. ``code``: the problem's, where fieldcheck itself spoke."""

    status: int
    date: str | None = None
    code: str | None = None
    fault: str = ""


def ask_over_the_network(origin: str) -> Callable[[str, str, int], Heard]:
    """Requests to the own origin, as a phone's would come in; of an announced body only the first byte is sent."""
    parts = urlsplit(origin)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection

    def ask(method: str, path: str, announced: int) -> Heard:
        try:
            with closing(kind(parts.hostname or "", parts.port, timeout=ASKS_FOR_S)) as connection:
                connection.putrequest(method, path)
                connection.putheader("Content-Length", str(announced))
                connection.endheaders(b"x" if announced else None)
                answer = connection.getresponse()
                return Heard(answer.status, answer.headers.get("Date"), _code(answer.read(65_536)))
        except (OSError, ValueError, http.client.HTTPException) as fault:
            return Heard(0, fault=str(fault) or type(fault).__name__)

    return ask


def _code(body: bytes) -> str | None:
    try:
        return str(json.loads(body)["code"])
    except (ValueError, KeyError, TypeError):
        return None


def examine(patient: Patient) -> Iterator[Fault]:
    """Every fault that is found, the gravest first."""
    for check in CHECKS:
        found = check(patient)
        if found is not None:
            yield found


def _writable(patient: Patient) -> Fault | None:
    closed = [place for place in (patient.config.data, patient.config.database) if not os.access(place, os.W_OK)]
    return Fault("not_writable", {"path": closed[0]}) if closed else None


def _keys_are_private(patient: Patient) -> Fault | None:
    for path in (patient.config.keys, *sorted(patient.config.keys.iterdir())):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            return Fault("keys_open", {"path": path})
    return None


def _room(patient: Patient) -> Fault | None:
    free = disk.free_bytes(patient.config.data)
    return Fault("disk_nearly_full", {"free": round(free / 1e6)}) if free < FREE_AT_LEAST_BYTES else None


def _demo(patient: Patient) -> Fault | None:
    accounts = [account.name for account in people.accounts(patient.db) if account.demo]
    if patient.config.demo and patient.config.origin:
        return Fault("demo_published", {"origin": patient.config.origin})
    if accounts and not patient.config.demo:
        return Fault("demo_accounts", {"names": ", ".join(accounts)})
    return None


def _durable(patient: Patient) -> Fault | None:
    found = health.durability(patient.db)
    return Fault("not_durable", {"found": found}) if found != health.DURABLE else None


def _upgraded(patient: Patient) -> Fault | None:
    return Fault("database_damaged", {"found": found}) if (found := health.damage(patient.db)) else None


def _bundles(_patient: Patient) -> Fault | None:
    folder = shipped("static")
    try:
        names = json.loads((folder / "dist" / "manifest.json").read_bytes())
    except (OSError, ValueError):
        names = {}
    missing = [name for name in BUNDLES if not (folder / "dist" / str(names.get(name, name))).is_file()]
    if missing:
        return Fault("bundles_missing", {"names": ", ".join(missing)})
    built = (folder / "dist" / "manifest.json").stat().st_mtime
    # An installed wheel has no sources to be newer than its bundles.
    in_a_checkout = (folder.parent / "package.json").is_file()
    if in_a_checkout and any(path.stat().st_mtime > built for path in (folder / "js").rglob("*.js")):
        return Fault("bundles_old", {})
    return None


def _origin(patient: Patient) -> Fault | None:
    origin = patient.config.origin
    if patient.config.demo:
        return None
    if origin is None:
        return Fault("origin_missing", {})
    parts = urlsplit(origin)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        return Fault("origin_insecure", {"origin": origin})
    if parts.path or parts.query or parts.fragment or not parts.hostname:
        return Fault("origin_malformed", {"origin": origin})
    return None


def _reachable(patient: Patient) -> Fault | None:
    if patient.config.origin is None:
        return None
    heard = patient.ask("GET", "/healthz", 0)
    if heard.status != 200:
        return Fault("origin_silent", {"origin": patient.config.origin, "found": heard.status or heard.fault})
    off = parsedate_to_datetime(heard.date) - patient.now if heard.date else timedelta()
    return Fault("clock_off", {"seconds": round(off.total_seconds())}) if abs(off) > CLOCK_OFF_AT_MOST else None


def _bodies_pass(patient: Patient) -> Fault | None:
    """Whether a proxy in front lets a body through, and at once: without proof of a device the server refuses it unread."""
    if patient.config.origin is None or patient.ask("GET", "/healthz", 0).status != 200:
        return None
    heard = patient.ask("POST", "/api/v1/segments", BODY_BYTES)
    if heard.code == "auth_missing":
        return None
    # One that waits for the whole body before it passes any of it on loses what a cut upload had sent.
    return Fault("proxy_buffers", {}) if heard.status == 0 else Fault("proxy_body_limit", {"found": heard.status})


def _certificate(patient: Patient) -> Fault | None:
    ends = lan_https.ends(patient.config.data / "https" / "server.crt")
    soon = ends is not None and ends - patient.now < CERTIFICATE_ENDS_SOON
    return Fault("certificate_ends", {"at": f"{ends:%Y-%m-%d}"}) if soon else None


def _backed_up(patient: Patient) -> Fault | None:
    if patient.config.demo:
        return None
    last = installation.read(patient.db, installation.LAST_BACKUP)
    if last is None:
        return Fault("backup_never", {})
    days = (patient.now - moment(last)).days
    return Fault("backup_old", {"days": days}) if patient.now - moment(last) > BACKUP_AT_LEAST_EVERY else None


def _jobs(patient: Patient) -> Fault | None:
    given_up = jobs.stuck(patient.db, written(patient.now))
    return Fault("jobs_stuck", {"n": len(given_up), "fault": given_up[0][2] or "-"}) if given_up else None


def _supervisor(patient: Patient) -> Fault | None:
    active = [account for account in people.accounts(patient.db) if not account.disabled and account.role == "supervisor"]
    return None if active else Fault("no_supervisor", {})


def _round(patient: Patient) -> Fault | None:
    return None if rounds.round_of(patient.db, None) else Fault("no_round", {})


CHECKS: tuple[Callable[[Patient], Fault | None], ...] = (
    _writable, _upgraded, _durable, _keys_are_private, _demo, _room, _bundles, _origin, _reachable, _bodies_pass, _certificate,
    _backed_up, _jobs, _supervisor, _round,
)

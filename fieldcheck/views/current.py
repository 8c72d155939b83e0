"""What every view may ask about the request at hand: settings, keys, database, moment, language, words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Callable

from flask import current_app, g, request

from .. import texts
from ..chance import SYSTEM, Dice
from ..config import Config
from ..keys import Keys
from ..store.database import Database, thread_database
from .counters import Counters

LANGUAGE_COOKIE = "fc_language"


@dataclass(frozen=True)
class Service:
    """What one server process holds for all its requests."""

    config: Config
    keys: Keys
    clock: Callable[[], datetime]
    dice: Dice = SYSTEM


def service() -> Service:
    """Settings and keys of this server."""
    return current_app.extensions["fieldcheck"]


def config() -> Config:
    """The settings of this server."""
    return service().config


def keys() -> Keys:
    """The keys of this server."""
    return service().keys


def dice() -> Dice:
    """Where this server's ids come from."""
    return service().dice


def counters() -> Counters:
    """What this server process has counted."""
    return current_app.extensions["fieldcheck_counters"]


def database() -> Database:
    """This thread's connection; what a request leaves open in it is rolled back when the request ends."""
    if "database" not in g:
        g.database = thread_database(config().database)
    return g.database


def leave_database(_error: BaseException | None = None) -> None:
    """Roll back a transaction that the request left open."""
    db: Database | None = g.pop("database", None)
    if db is not None and db.conn.in_transaction:
        db.conn.rollback()


def now() -> datetime:
    """The server's clock, the same moment for the whole request."""
    if "now" not in g:
        g.now = service().clock()
    return g.now


def origin() -> str:
    """Scheme and host under which this server is reached: the setting, else what this request came in by."""
    return config().origin or request.host_url.rstrip("/")


def secure() -> bool:
    """Whether people reach this server over HTTPS."""
    return origin().startswith("https:")


def language() -> str:
    """The language of this request: the stored choice, then Accept-Language, then Chinese."""
    if "language" not in g:
        g.language = texts.preferred(
            request.cookies.get(LANGUAGE_COOKIE), lambda known: request.accept_languages.best_match(known)
        )
    return g.language


def text(key: str, /, **values: object) -> str:
    """One sentence of the desk in the request's language. Templates call it ``t``."""
    return texts.speaker(language(), "desk", "history", "rounds", "plan", "review", "common", "register", "phone", "try", "office")(key, **values)


def word(key: str, code: str) -> str:
    """The word of a code; a code that the catalogue does not know (an office's own sentence, a newer app's) as it is."""
    try:
        return text(key)
    except texts.UnknownText:
        return code

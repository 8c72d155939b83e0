"""One line a request, without anything personal: no address, no name, no query, no body, and routes instead of paths.

Each request has an id: the proxy's ``X-Request-Id`` where it is well formed, else one of our own. It is in the line, in
the answer's header, in problem documents and with every fault that is logged, so that what a person saw can be found.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time

from flask import Flask, Response, current_app, g, request

HEADER = "X-Request-Id"
LOGGER = logging.getLogger("fieldcheck.requests")
_WELL_FORMED = re.compile(r"[0-9A-Za-z_.-]{8,64}")
_NO_ROUTE = "-"


def watch(app: Flask) -> None:
    """Give every request of the application its id, its line and its place in the counters."""
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    app.after_request(_end)


def request_id() -> str:
    """The id of the request at hand."""
    if "request_id" not in g:
        sent = request.headers.get(HEADER, "")
        g.request_id = sent if _WELL_FORMED.fullmatch(sent) else secrets.token_hex(8)
    return g.request_id


def route() -> str:
    """The route of the request at hand, with its gaps: ``/desk/visits/<visit>``, never which visit."""
    return request.url_rule.rule if request.url_rule is not None else _NO_ROUTE


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    took_ms = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
    # A method that no route knows may be any word at all.
    method = request.method if request.url_rule is not None else _NO_ROUTE
    response.headers[HEADER] = request_id()
    current_app.extensions["fieldcheck_counters"].answered(method, route(), response.status_code)
    LOGGER.info("", extra={"request": {
        "id": request_id(), "method": method, "route": route(), "status": response.status_code,
        "ms": round(took_ms, 1), "bytes": request.content_length or 0}})
    return response


def fault(error: BaseException) -> None:
    """A fault of ours: its traceback, under the request's id."""
    LOGGER.error("", exc_info=error, extra={"request": {"id": request_id(), "method": request.method, "route": route()}})


class Plain(logging.Formatter):
    """``2026-11-25T08:00:00Z INFO id=… method=GET …`` for people and journald."""

    converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a fault's traceback below it."""
        said = {**getattr(record, "request", {}), **({"message": record.getMessage()} if record.getMessage() else {})}
        head = f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%SZ')} {record.levelname}"
        line = " ".join([head, *(f"{name}={value}" for name, value in said.items())])
        return line + (f"\n{self.formatException(record.exc_info)}" if record.exc_info else "")


class Json(Plain):
    """The same as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, a traceback inside it."""
        said = {"at": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"), "level": record.levelname, **getattr(record, "request", {})}
        if record.getMessage():
            said["message"] = record.getMessage()
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)

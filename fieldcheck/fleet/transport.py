"""How a simulated phone reaches a server: over HTTP, or in one process through WSGI."""

from __future__ import annotations

import http.client
from typing import Any, Callable, Mapping, NamedTuple, Protocol
from urllib.parse import urlsplit


class Answer(NamedTuple):
    """One HTTP answer; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """One request, one answer. :raises OSError: no answer came."""

    origin: str

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """Send one request and wait for its answer, whatever its status. :raises OSError: none came."""


class HttpTransport:
    """Over a socket, one connection a request, as a phone with a poor signal does."""

    def __init__(self, origin: str, timeout_s: float = 20) -> None:
        self.origin = origin
        self._host = urlsplit(origin).netloc
        self._timeout_s = timeout_s

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """:raises OSError: refused, cut or too slow."""
        connection = http.client.HTTPConnection(self._host, timeout=self._timeout_s)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        except http.client.HTTPException as fault:
            raise OSError(str(fault)) from fault
        finally:
            connection.close()


class WsgiTransport:
    """In the same process: for tests and for making the demonstration. ``open`` is a werkzeug client's."""

    def __init__(self, open_request: Callable[..., Any], origin: str = "http://localhost") -> None:
        self.origin = origin
        self._open = open_request

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """Never fails to reach the server."""
        answer = self._open(path, method=method, headers=list(headers.items()), data=body, base_url=self.origin)
        return Answer(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, answer.data)

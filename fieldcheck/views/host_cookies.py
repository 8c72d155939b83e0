"""Over HTTPS the secret cookies are called ``__Host-…`` (RFC 6265bis §4.1.3): a browser then binds them to this very host.

The rest of the program knows them by their plain names. A plain cookie that comes by HTTPS is not let in: whoever controls
another host of the domain could have planted it.
"""

from __future__ import annotations

from typing import Any, Callable, Iterable

NAMES = ("fc_session", "fc_form")
PREFIX = "__Host-"

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class HostCookies:
    """WSGI: renames the secret cookies of requests and answers that travel by HTTPS, and leaves all else alone."""

    def __init__(self, app: Wsgi, secure: bool) -> None:
        """``secure``: the origin of the settings is https, whatever the proxy speaks."""
        self._app, self._secure = app, secure

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve one request."""
        if not self._secure and environ.get("wsgi.url_scheme") != "https":
            return self._app(environ, start_response)
        if "HTTP_COOKIE" in environ:
            environ["HTTP_COOKIE"] = inward(environ["HTTP_COOKIE"])

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [(name, outward(value) if name.lower() == "set-cookie" else value)
                                           for name, value in headers], *more)

        return self._app(environ, start)


def inward(cookies: str) -> str:
    """A Cookie header as the program reads it: the bound ones by their plain names, plain ones of those names dropped."""
    pairs = (pair.strip() for pair in cookies.split(";"))
    kept = (pair for pair in pairs if pair and pair.partition("=")[0] not in NAMES)
    return "; ".join(pair.removeprefix(PREFIX) if pair.partition("=")[0].removeprefix(PREFIX) in NAMES else pair for pair in kept)


def outward(cookie: str) -> str:
    """A Set-Cookie header as the browser gets it."""
    return PREFIX + cookie if cookie.partition("=")[0] in NAMES else cookie

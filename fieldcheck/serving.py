"""Serving by gunicorn: one process, many threads. Flask's own server stays with the debugger."""

from __future__ import annotations

import errno
import logging
import socket
import sys
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, Callable, NamedTuple

import click
import segno
from gunicorn.app.base import BaseApplication

from . import lan_https
from .app import create_app
from .cli_words import say
from .config import Config
from .keys import load_keys
from .views.request_log import Json, Plain
from .work import Worker

PORTS_TRIED = 20
SHUTDOWN_GRACE_S = 5


class Server(BaseApplication):
    """gunicorn told by options instead of a file. One process, so that there is one writer and one cache."""

    def __init__(self, config: Config, options: dict[str, Any]) -> None:
        self._config = config
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """What gunicorn asks for its settings."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """What gunicorn asks for the application."""
        return create_app(self._config)


class Listen(NamedTuple):
    """Where to listen, how many requests at once, and whether by HTTPS of our own (``lan_https.py``)."""

    host: str
    port: int
    threads: int
    https: bool = False


def keep_demonstration_here(config: Config, host: str) -> None:
    """:raises click.ClickException: a demonstration was to listen beyond this computer."""
    if config.demo and not _is_loopback(host):
        raise click.ClickException(say("serve.demo_loopback"))


def run_server(config: Config, listen: Listen, ready: Callable[[str], None]) -> None:
    """Serve until told to stop; ``ready`` is called with the origin once the server listens.

    :raises click.ClickException: a demonstration was to listen beyond loopback, or no port is free.
    """
    keep_demonstration_here(config, listen.host)
    free = _free_port(listen.host, listen.port)
    if free != listen.port:
        click.echo(say("serve.port_taken", port=listen.port, free=free))
    set_up_log(config.log)
    worker = Worker(config, load_keys(config.keys))
    origin, tls = f"http://{listen.host}:{free}", {}
    if listen.https:
        origin, tls = _by_https(config, listen.host, free)
    Server(config, {
        # After the fork: threads and connections of the parent would not come along.
        "post_worker_init": lambda _worker: worker.start(), "worker_exit": lambda _server, _worker: worker.stop(),
        "bind": f"{listen.host}:{free}", "workers": 1, "worker_class": "gthread", "threads": listen.threads, "timeout": 120,
        "graceful_timeout": SHUTDOWN_GRACE_S, "when_ready": lambda _server: ready(origin), "loglevel": "warning",
        "worker_tmp_dir": None, "proc_name": "fieldcheck", "control_socket_disable": True, **tls,
    }).run()


def _by_https(config: Config, host: str, port: int) -> tuple[str, dict[str, str]]:
    names = lan_https.own_names(host)
    made = lan_https.certificates(config.data / "https", names, datetime.now(UTC))
    origin, help_port = f"https://{names[0]}:{port}", _free_port(host, port + 1)
    lan_https.serve_helper(lan_https.helper(made.authority, origin), host, help_port)
    page = f"http://{names[0]}:{help_port}/"
    click.echo(say("serve.trust", helper=page))
    segno.make(page, micro=False).terminal(sys.stdout, compact=True)
    return origin, {"certfile": str(made.certificate), "keyfile": str(made.key)}


def set_up_log(how: str) -> None:
    """Where the lines of ``views/request_log.py`` and faults go: to standard error, plain or as JSON, or nowhere."""
    log = logging.getLogger("fieldcheck")
    handler = logging.StreamHandler() if how != "off" else logging.NullHandler()
    handler.setFormatter(Json() if how == "json" else Plain())
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.INFO)
    # gunicorn names the address of whoever sends it something malformed.
    logging.getLogger("gunicorn.error").addFilter(lambda record: "ip=" not in record.getMessage())


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _free_port(host: str, port: int) -> int:
    for candidate in range(port, port + PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError as fault:
                if fault.errno != errno.EADDRINUSE:
                    raise click.ClickException(say("serve.no_address", host=host, fault=fault.strerror)) from None
            else:
                return candidate
    raise click.ClickException(say("serve.no_port", port=port))

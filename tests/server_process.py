"""A real server for tests: ``fieldcheck serve`` in a process of its own, on loopback, stopped by its own id."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

START_S = 20


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ServerProcess:
    """``fieldcheck serve`` over one data folder; may be stopped, killed and started again on the same port.

    ``tree``: a copy of the project to run instead of this one. ``https``: by the certificate of its own authority.
    """

    def __init__(self, data: Path, origin: str | None = None, tree: Path | None = None, https: bool = False) -> None:
        self.data = data
        self.port = free_port()
        self.origin = f"http{'s' if https else ''}://127.0.0.1:{self.port}"
        self._more = ["--https"] if https else []
        self._environment = {**os.environ, "FIELDCHECK_DATA": str(data), "PYTHONUNBUFFERED": "1",
                             **({"FIELDCHECK_ORIGIN": origin} if origin else {})}
        self._tree = tree
        self._log = data.parent / f"{data.name}-server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """:raises RuntimeError: it did not answer; its own words are in the message."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "fieldcheck", "serve", "--port", str(self.port), *self._more],
                cwd=self._tree, env=self._environment, stdout=log, stderr=log, start_new_session=True)
        until = time.monotonic() + START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise RuntimeError(self._log.read_text(errors="replace"))
            time.sleep(0.05)

    def stop(self, how: int = signal.SIGTERM) -> None:
        """Stop it and all it started; ``SIGKILL`` is a power cut."""
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, how)
        except ProcessLookupError:
            pass
        self._process.wait(timeout=30)
        self._process = None

    def _answers(self) -> bool:
        # Whether it is up, not who it is: that is what tests of its certificate ask.
        connection = (http.client.HTTPSConnection("127.0.0.1", self.port, timeout=2, context=ssl._create_unverified_context())
                      if self._more else http.client.HTTPConnection("127.0.0.1", self.port, timeout=2))
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

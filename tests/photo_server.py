"""A real gunicorn over a data folder, on a port of its own, ended by its own process id."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from joserfc.jwk import ECKey

from tests.photo_samples import Sealed
from tests.uploading_phone import PATH, authorization, metadata

THREADS = 4


@dataclass
class Server:
    """One running server; ``process`` is its master."""

    process: subprocess.Popen[str]
    port: int

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self, hard: bool = False) -> None:
        """End it; ``hard`` as a power cut would, workers and all."""
        if self.process.poll() is None:
            if hard:
                os.killpg(self.process.pid, 9)
            else:
                self.process.terminate()
            self.process.wait(timeout=30)


@contextmanager
def running(data: Path, port: int = 0) -> Iterator[Server]:
    """The server until the block ends; its own words are in the failure if it does not come up."""
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
               "--threads", str(THREADS), "--graceful-timeout", "2", "--preload", "fieldcheck.app:create_app()"]
    process = subprocess.Popen(command, env={**os.environ, "FIELDCHECK_DATA": str(data)}, stderr=subprocess.PIPE, text=True,
                               start_new_session=True, cwd=Path(__file__).parents[1])
    said = []
    try:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if found := re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", line):
                server = Server(process, int(found[1]))
                break
        else:
            raise AssertionError("".join(said))
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=30)
        if process.stderr is not None:
            process.stderr.close()


@dataclass
class WirePhone:
    """A phone with a socket of its own: it can stop in the middle of a body."""

    server: Server
    key: ECKey

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": authorization(self.key, origin=self.server.origin), "Tus-Resumable": "1.0.0",
                **{name.replace("_", "-"): value for name, value in more.items()}}

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request(method, path, body, self.headers(**headers))
            answer = connection.getresponse()
            answer.read()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()

    def begin(self, photo: Sealed) -> str:
        status, headers = self.call("POST", PATH, Upload_Length=str(len(photo.sealed)), Upload_Metadata=metadata(photo.sha256))
        assert status == 201
        return headers["location"]

    def offset(self, path: str) -> int:
        return int(self.call("HEAD", path)[1]["upload-offset"])

    def patch(self, path: str, body: bytes, offset: int) -> tuple[int, dict[str, str]]:
        return self.call("PATCH", path, body, Upload_Offset=str(offset), Content_Type="application/offset+octet-stream")

    def start_patch(self, path: str, offset: int, announced: int, first: bytes) -> socket.socket:
        """Send the head and the beginning of a body, and leave the connection open."""
        connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=30)
        head = self.headers(Host=f"127.0.0.1:{self.server.port}", Content_Length=str(announced), Upload_Offset=str(offset),
                            Content_Type="application/offset+octet-stream")
        lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
        connection.sendall("\r\n".join(lines).encode() + first)
        return connection

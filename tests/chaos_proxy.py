"""A small TCP proxy on loopback that refuses, limits, delays and cuts: the bad network of the tests.

Browsers' own throttling does not reach requests that a service worker makes; this serves every browser alike.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from contextlib import suppress
from typing import Callable

CHUNK_BYTES = 4096


class ChaosProxy:
    """Forwards ``port`` (chosen freely) to ``target_port``. Settings may change while it runs.

    ``up``: False refuses every connection and cuts those that stand. ``bytes_per_s``: limit in each direction.
    ``cut_after``: cut each connection once so many bytes went up. ``sent_up`` counts the bytes forwarded to the server;
    ``watch`` is shown them, with the connection that they came by.
    """

    watch: Callable[[socket.socket, bytes], None] | None = None

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.up = True
        self.bytes_per_s: int | None = None
        self.cut_after: int | None = None
        self.sent_up = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._stopped = False
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def origin(self) -> str:
        """What a browser opens."""
        return f"http://127.0.0.1:{self.port}"

    def down(self) -> None:
        """From now on nothing reaches the server; what stands is cut."""
        self.up = False
        self.cut_all()

    def cut_all(self) -> None:
        """Cut every connection that stands."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop for good."""
        self._stopped = True
        self._listener.close()
        self.cut_all()

    def _accept(self) -> None:
        while not self._stopped:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if not self.up:
            client.close()
            return
        try:
            server = socket.create_connection(("127.0.0.1", self.target_port), timeout=5)
        except OSError:
            client.close()
            return
        self._open |= {client, server}
        try:
            self._pump(client, server)
        except OSError:
            pass
        finally:
            self._open -= {client, server}
            client.close()
            server.close()

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        gone_up = 0
        while self.up and not self._stopped:
            readable, _, _ = select.select([client, server], [], [], 0.5)
            for source in readable:
                data = source.recv(CHUNK_BYTES)
                if not data:
                    return
                if source is client:
                    gone_up += len(data)
                    self.sent_up += len(data)
                    if self.watch:
                        self.watch(client, data)
                if self.bytes_per_s:
                    time.sleep(len(data) / self.bytes_per_s)
                (server if source is client else client).sendall(data)
                if self.cut_after is not None and gone_up >= self.cut_after:
                    return

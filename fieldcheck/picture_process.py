"""Decoding in a process of its own, with little memory, little time and nothing else to lose (``docs/threat-model.md``).

What a decoder does with a hostile picture is its own affair: here it may use ``MEMORY_BYTES`` and, for one picture,
``SECONDS`` of a processor; beyond that it is ended, and the picture counts as one that cannot be decoded. It can write no
file. One process serves all pictures, one at a time; it starts with the first and ends with the server.

2026-11: seconds of the processor, not of the clock, because a busy machine must not make a good photo a damaged one.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

from . import pictures
from .pictures import Content, Picture, PictureRefused

MEMORY_BYTES = 1_500_000_000
SECONDS = 20

_lock = threading.Lock()
_running: dict[str, subprocess.Popen[bytes]] = {}


def preview(content: Content, edge: int) -> bytes:
    """As ``pictures.preview``, outside this process.

    :raises PictureRefused: ``photo_undecodable``, also where it took more than a picture may.
    :raises OSError: the process could not be started or was ended by somebody else; another try is right.
    """
    return _asked({"do": "preview", "edge": edge}, content)[1]


def inspect(content: Content, promised: str) -> Picture:
    """As ``pictures.inspect``; what is not decoded there, a JPEG or what is refused by its type, is not carried out of this process.

    :raises PictureRefused: as there, and as ``preview``. :raises OSError: as ``preview``.
    """
    mime = pictures.sniff(content)
    if mime in (pictures.JPEG, None) or mime != promised or (mime == pictures.HEIC and not pictures.heic_readable()):
        return pictures.inspect(content, promised)
    told, _ = _asked({"do": "inspect", "promised": promised}, content)
    return Picture(told["mime"], told["width"], told["height"])


def close() -> int:
    """End the process, if there is one; the next picture starts another. How it ended, 0 where there was none."""
    process = _running.pop("decoder", None)
    if process is None:
        return 0
    for pipe in filter(None, (process.stdin, process.stdout)):
        with contextlib.suppress(OSError):  # what could not be sent to it any more is of no use to anybody
            pipe.close()
    return process.wait()


@atexit.register
def _end_at_once() -> None:
    if "decoder" in _running:
        _running["decoder"].kill()
        close()


def _asked(what: dict[str, Any], content: Content) -> tuple[dict[str, Any], bytes]:
    with _lock:
        process = _running.get("decoder")
        if process is None or process.poll() is not None:
            close()
            process = _running["decoder"] = _started()
        assert process.stdin is not None and process.stdout is not None
        try:
            _send(process.stdin, what, content)
            told, body = _received(process.stdout)
        except (EOFError, BrokenPipeError):
            raise _ended(close()) from None
    if "code" in told:
        raise PictureRefused(told["code"], **told["details"])
    return told, body


def _started() -> subprocess.Popen[bytes]:
    # Our own interpreter and module, whichever folder the server was started in; nobody's words are in the command.
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    return subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=here)


def _ended(status: int) -> Exception:
    if status in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT):
        return OSError("the decoder was ended from outside")
    return PictureRefused("photo_undecodable", reason="time" if status == -signal.SIGXCPU else "crash")


def _send(to: BinaryIO, head: dict[str, Any], body: Content) -> None:
    to.write(json.dumps({**head, "size": len(body)}).encode() + b"\n")
    to.write(memoryview(body))
    to.flush()


def _received(stream: BinaryIO) -> tuple[dict[str, Any], bytes]:
    line = stream.readline()
    if not line:
        raise EOFError
    head = json.loads(line)
    body = stream.read(head["size"])
    if len(body) != head["size"]:
        raise EOFError
    return head, body


def _serve() -> None:
    """What the process does: one picture after the other, until nobody asks any more."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(limit, (most, most))
    while True:
        try:
            what, content = _received(sys.stdin.buffer)
        except EOFError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + SECONDS, resource.RLIM_INFINITY))
        _send(sys.stdout.buffer, *_done(what, content))


def _done(what: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        if what["do"] == "preview":
            return {}, pictures.preview(content, what["edge"])
        found = pictures.inspect(content, what["promised"])
        return {"mime": found.mime, "width": found.width, "height": found.height}, b""
    except PictureRefused as refused:
        return {"code": refused.code, "details": refused.details}, b""
    except MemoryError:
        return {"code": "photo_undecodable", "details": {"reason": "memory"}}, b""


if __name__ == "__main__":
    _serve()

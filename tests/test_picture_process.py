"""A decoder that is led astray costs its own process and no other: memory, time and crashes stay there."""

from __future__ import annotations

import os
import signal

import pytest

from fieldcheck import picture_process, pictures
from fieldcheck.pictures import PNG, PictureRefused
from tests.photo_samples import bomb_png, encoded, jpeg, noise

SMALL = jpeg(320, 240)


def refusal(content: bytes, promised: str | None = None) -> tuple[str, object]:
    with pytest.raises(PictureRefused) as refused:
        picture_process.inspect(content, promised) if promised else picture_process.preview(content, 320)
    return refused.value.code, refused.value.details.get("reason")


def pid() -> int:
    picture_process.preview(SMALL, 320)
    return picture_process._running["decoder"].pid


def test_what_comes_out_is_what_would_come_out_inside() -> None:
    png = encoded(noise(90, 60), "PNG")
    assert picture_process.preview(SMALL, 320) == pictures.preview(SMALL, 320)
    assert picture_process.inspect(png, PNG) == pictures.inspect(png, PNG)
    assert picture_process.inspect(SMALL, pictures.JPEG) == pictures.inspect(SMALL, pictures.JPEG)
    assert refusal(bomb_png(60_000, 60_000), PNG)[0] == "photo_too_many_pixels"
    assert refusal(png[:200], PNG)[0] == "photo_truncated"
    assert pid() == pid() != os.getpid(), "one process serves them all"


def in_a_decoder_that(monkeypatch: pytest.MonkeyPatch, does: str) -> None:
    """The next decoder does this instead of decoding."""
    start = picture_process.subprocess.Popen
    code = f"from fieldcheck import picture_process as p, pictures\ndef astray(*_):\n {does}\npictures.preview = astray\np._serve()"
    monkeypatch.setattr(picture_process.subprocess, "Popen",
                        lambda command, **more: start([command[0], "-c", f"SECONDS = 1\n{code}"], **more))
    picture_process.close()


@pytest.mark.parametrize(("does", "reason"), [
    ("p.resource.setrlimit(p.resource.RLIMIT_CPU, (1, -1))\n while True: pass", "time"),
    ("return bytes(p.MEMORY_BYTES)", "memory"),
    ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "crash"),
    ("import os; os._exit(3)", "crash"),
])
def test_a_decoder_that_never_ends_takes_everything_or_crashes_is_told_from_a_good_picture(
    does: str, reason: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    pid()
    with monkeypatch.context() as astray:
        in_a_decoder_that(astray, does)
        assert refusal(SMALL) == ("photo_undecodable", reason)
        picture_process.close()
    assert picture_process.preview(SMALL, 320)


def test_a_decoder_that_somebody_else_ended_makes_no_photo_a_damaged_one() -> None:
    os.kill(first := pid(), signal.SIGSTOP)
    os.kill(first, signal.SIGKILL)
    try:
        assert picture_process.preview(SMALL, 320)
    except OSError:
        assert picture_process.preview(SMALL, 320)
    assert pid() != first


def test_a_decoder_can_write_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    pid()
    with monkeypatch.context() as astray:
        in_a_decoder_that(astray, f"open({str(tmp_path) + '/x'!r}, 'wb', 0).write(b'y')")
        assert refusal(SMALL)[0] == "photo_undecodable"
    picture_process.close()

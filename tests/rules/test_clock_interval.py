"""The true moment of a line lies in its interval, whatever the phone's clock did; a clock that ran undisturbed is not accused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldcheck.rules.clock_interval import MOVED_MS, Clocked, Reading, clocked, moved, origins, tightened

MINUTE = 60_000
START = 1_000 * MINUTE


@st.composite
def histories(draw: Any, jumps: bool = True) -> tuple[list[Reading], list[int]]:
    """The lines of one phone and when each was truly written. It sleeps, is started anew, syncs, and its clock is set."""
    true, offset, session, mono, drift = START, draw(st.integers(-10**10, 10**10)) if jumps else 0, 0, 0, draw(st.integers(-5, 5)) / 10_000
    nonce: int | None = None
    written: list[tuple[int, int, str, int, int | None]] = []
    lines: list[Reading] = []
    times: list[int] = []

    def sync() -> None:
        """Everything that waits arrives now; the phone has a fresh nonce."""
        nonlocal nonce
        sent = written[len(lines):]
        lines.extend(Reading(len(lines) + n + 1, at, name, counted, given, true) for n, (_, at, name, counted, given) in enumerate(sent))
        nonce = true

    for _ in range(draw(st.integers(4, 14))):
        what = draw(st.sampled_from(["awake", "asleep", "anew", "sync", "line", "line", "set" if jumps else "line"]))
        span = draw(st.sampled_from([0, 1, MINUTE, 90 * MINUTE, 300 * MINUTE]))
        true += span if what in ("awake", "asleep", "anew", "sync") else 1
        mono += int(span * (1 + drift)) if what in ("awake", "sync") else 0
        if what == "anew":
            session, mono = session + 1, 0
        if what == "set":
            offset += draw(st.integers(-10**9, 10**9))
        if what == "sync":
            sync()
        if what == "line":
            written.append((true, true + offset, f"s{session}", mono, nonce))
            times.append(true)
    true += 1
    sync()
    return lines, times


@settings(max_examples=400)
@given(histories())
def test_the_true_moment_lies_in_the_interval_whatever_was_done_to_the_clock(history) -> None:
    lines, times = history
    for line, true in zip(clocked(lines), times, strict=True):
        assert (line.not_before is None or line.not_before <= true) and true <= line.not_after


@settings(max_examples=400)
@given(histories(), st.data())
def test_lines_that_come_in_pieces_get_the_intervals_that_they_get_as_a_whole(history, data) -> None:
    lines, held = history[0], []
    while len(held) < len(lines):
        new = lines[len(held):data.draw(st.integers(len(held) + 1, len(lines)))]
        ends = tightened(held, new)
        known, before = origins(held), held[-1].not_before if held else None
        held = [Clocked(one.seq, one.at, one.session, one.mono, one.not_before, end) for one, end in zip(held, ends, strict=True)]
        held += clocked(new, before, known)
    assert held == clocked(lines)


@given(histories(jumps=False))
def test_a_right_clock_is_never_said_to_be_off_or_moved_however_long_the_phone_slept(history) -> None:
    found = clocked(history[0])
    assert [line.offset for line in found] == [0] * len(found) and moved(found) == 0


@given(histories(), st.integers(-10**11, 10**11))
def test_what_the_clock_was_set_to_changes_no_interval(history, shift) -> None:
    shifted = [Reading(one.seq, None if one.at is None else one.at + shift, one.session, one.mono, one.nonce, one.received)
               for one in history[0]]
    ends = [[(one.not_before, one.not_after) for one in clocked(lines)] for lines in (history[0], shifted)]
    assert ends[0] == ends[1]


def line(seq: int, at: int | None, mono: int, received: int = 600, nonce: int | None = 0, session: str | None = "s") -> Reading:
    """A line, everything in minutes."""
    return Reading(seq, None if at is None else at * MINUTE, session, mono * MINUTE, None if nonce is None else nonce * MINUTE,
                   received * MINUTE)


@pytest.mark.parametrize(("lines", "minutes"), [
    ([line(1, 10, 0), line(2, 20, 10)], 0),
    ([line(1, 10, 0), line(2, 200, 10)], 0),                          # it may have slept for three hours
    ([line(1, 10, 0), line(2, 15, 10)], -5),                          # it cannot have counted ten minutes in five
    ([line(1, 10, 0), line(2, 5, 0, session="t")], -5),               # nor written the second line before the first
    ([line(1, 10, 0, received=12), line(2, 60, 1, received=13)], 37),  # at 13 at the latest its clock said 60, at 0 at the earliest 10
    ([line(1, 10, 0), line(2, None, 10)], 0),
    ([line(1, 60, 0, received=10), line(2, 62, 1, received=90, nonce=80)], -68),
])
def test_a_clock_was_moved_where_no_offset_fits_two_lines(lines, minutes) -> None:
    assert moved(clocked(lines)) == pytest.approx(minutes * MINUTE, abs=MINUTE)


def test_a_clock_set_right_by_a_minute_is_not_worth_a_word() -> None:
    assert moved(clocked([line(1, 10, 0), line(2, 9, 0)])) == 0 and MOVED_MS == 2 * MINUTE


@pytest.mark.parametrize(("at", "minutes"), [(10, 0), (-5, -5), (605, 5), (None, 0)])
def test_the_offset_is_what_the_interval_does_not_allow(at, minutes) -> None:
    assert clocked([line(1, at, 0)])[0].offset == minutes * MINUTE

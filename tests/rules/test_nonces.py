"""Nonces prove a not-before moment, and only the server that gave them can say which."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fieldcheck.rules.nonces import make_nonce, nonce_time

SECRET = b"s" * 32


@given(st.integers(0, 10**15))
def test_a_nonce_says_when_it_was_given(at_ms):
    assert nonce_time(SECRET, make_nonce(SECRET, at_ms)) == at_ms


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_a_nonce_with_another_time_or_of_another_server_is_not_recognised(at_ms, other_ms):
    tag = make_nonce(SECRET, at_ms).partition(".")[2]
    assert nonce_time(SECRET, f"{other_ms}.{tag}") == (at_ms if other_ms == at_ms else None)
    assert nonce_time(b"o" * 32, make_nonce(SECRET, at_ms)) is None


@given(st.text())
def test_no_text_does_more_than_not_be_a_nonce(text):
    assert nonce_time(SECRET, text) is None

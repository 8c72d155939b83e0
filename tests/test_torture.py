"""The short form of ``bench/torture.py``: a server that dies ten times under six phones on a bad network."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.torture import torture


@pytest.mark.long
def test_a_server_killed_again_and_again_under_syncing_phones_owes_nobody_a_line_or_a_photo(tmp_path: Path) -> None:
    figures = torture(tmp_path, phones=6, kills=10, seed=1)
    assert figures.doubts == []
    assert figures.visits >= 6 and figures.receipts > figures.visits

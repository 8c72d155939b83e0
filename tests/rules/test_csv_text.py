"""CSV that is read and never reckoned."""

from __future__ import annotations

import csv
import io

from fieldcheck.rules.csv_text import csv_text


def test_what_goes_in_comes_out_and_no_word_becomes_a_formula() -> None:
    rows = [["=1+1", "a,b", 'say "x"'], ["@x", -3, "荆州\n区"], ["+4", "-5", ""], ["\n=cmd", "\t=1", "\r@x"], ["＝1+1", "＋1", "＠x"]]
    text = csv_text(["one", "two", "three"], rows)
    assert text.startswith("\ufeffone,two,three\r\n")
    read = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert read[1:] == [["'=1+1", "a,b", 'say "x"'], ["'@x", "-3", "荆州\n区"], ["'+4", "'-5", ""],
                        ["'\n=cmd", "'\t=1", "'\r@x"], ["'＝1+1", "'＋1", "'＠x"]]

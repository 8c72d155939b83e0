"""The tree over the log, held to a library that knows nothing of this one."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from sync.log_head import LogHead, NotALine, entry_leaf, heads_at, read_line
from sync.merkle import EMPTY, Tree, consistency_path, grew_out_of, head_of, leaf_hash

ENTRIES = st.lists(st.binary(max_size=40), min_size=1, max_size=70)


def leaves_of(entries: list[bytes]) -> list[bytes]:
    return [leaf_hash(entry) for entry in entries]


@given(ENTRIES)
def test_every_head_is_the_one_that_another_library_reckons(entries: list[bytes]) -> None:
    other, tree = InmemoryTree(algorithm="sha256"), Tree()
    for entry in entries:
        other.append_entry(entry)
        tree.append(leaf_hash(entry))
        assert (tree.size, tree.head()) == (other.get_size(), other.get_root())


def test_heads_of_the_rfc_s_smallest_trees() -> None:
    # RFC 6962 §2.1: MTH of nothing, and of one entry.
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert head_of([]) == EMPTY
    assert head_of([leaf_hash(b"")]) == hashlib.sha256(b"\0").digest()


@given(ENTRIES, st.data())
def test_a_log_that_only_grew_is_proven_to_have_grown_out_of_each_older_one(entries: list[bytes], data: st.DataObject) -> None:
    leaves = leaves_of(entries)
    old = data.draw(st.integers(1, len(leaves)))
    path = consistency_path(leaves, old)
    assert grew_out_of(old, head_of(leaves[:old]), len(leaves), head_of(leaves), path)


@given(ENTRIES, st.data())
def test_no_path_fits_a_log_in_which_an_old_entry_was_changed(entries: list[bytes], data: st.DataObject) -> None:
    leaves = leaves_of(entries)
    old = data.draw(st.integers(1, len(leaves)))
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves[:changed], leaf_hash(b"rewritten" + entries[changed]), *leaves[changed + 1:]]
    path = consistency_path(rewritten, old)
    assert not grew_out_of(old, head_of(leaves[:old]), len(leaves), head_of(rewritten), path)
    assert not grew_out_of(old, head_of(leaves[:old]), len(leaves), head_of(rewritten), consistency_path(leaves, old))


@given(ENTRIES, st.data())
def test_a_path_that_is_shorter_longer_or_of_other_sizes_proves_nothing(entries: list[bytes], data: st.DataObject) -> None:
    leaves = leaves_of(entries)
    assume(len(leaves) > 1)
    old = data.draw(st.integers(1, len(leaves) - 1))
    path = consistency_path(leaves, old)
    old_head, head = head_of(leaves[:old]), head_of(leaves)
    assert not grew_out_of(old, old_head, len(leaves), head, path[:-1])
    assert not grew_out_of(old, old_head, len(leaves), head, [*path, EMPTY])
    assert not grew_out_of(old, EMPTY, len(leaves), head, path)
    assert not grew_out_of(len(leaves) + 1, old_head, len(leaves), head, path)
    assert not grew_out_of(0, EMPTY, len(leaves), head, [])


@pytest.mark.parametrize("old", [0, 4])
def test_an_older_size_that_never_was_has_no_path(old: int) -> None:
    with pytest.raises(ValueError):
        consistency_path(leaves_of([b"a", b"b", b"c"]), old)


@given(st.lists(st.text("abc.", max_size=5), max_size=20), st.sets(st.integers(0, 25)))
@settings(max_examples=50)
def test_heads_at_several_sizes_are_reckoned_in_one_pass(receipts: list[str], sizes: set[int]) -> None:
    found = heads_at(receipts, sizes)
    assert found == {size: head_of([entry_leaf(one) for one in receipts[:size]]).hex() for size in sizes if size <= len(receipts)}


@given(st.dates(), st.integers(0, 10**9), st.binary(min_size=32, max_size=32))
def test_a_line_is_read_back_however_it_was_typed(day, size: int, head: bytes) -> None:
    written = LogHead(day.isoformat(), size, head.hex())
    assert read_line(written.line()) == written
    assert read_line(f"  {written.line().upper().replace(' ', '   ')}\n") == written
    assert read_line(f"{written.date} {size} {written.head}") == written


@pytest.mark.parametrize("text", ["", "2026-11-23 7", "2026-13-01 7 " + "0" * 64, "2026-11-23 -1 " + "0" * 64,
                                  "2026-11-23 7 " + "0" * 63, "2026-11-23 7 " + "g" * 64, "7 2026-11-23 " + "0" * 64])
def test_what_is_no_line_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NotALine):
        read_line(text)

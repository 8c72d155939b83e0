"""The Merkle tree of RFC 6962 §2.1 over SHA-256: what makes a rewritten log visible to anyone who kept one old head.

Pure. An entry is bytes, a head is 32 bytes. ``tests/sync/test_merkle.py`` holds it to a library that knows nothing of
this one.
"""

from __future__ import annotations

import hashlib
from typing import Sequence

#: The head of a tree without entries.
EMPTY = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    """The leaf of an entry; its prefix keeps a leaf from standing in for a node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf and knows its head at every size; it holds one hash for each bit of the size."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add the ``leaf_hash`` of the next entry."""
        size, grown = self.size, leaf
        while size & 1:
            grown = node_hash(self._peaks.pop(), grown)
            size >>= 1
        self._peaks.append(grown)
        self.size += 1

    def head(self) -> bytes:
        """The head over all leaves so far."""
        if not self._peaks:
            return EMPTY
        *lower, whole = self._peaks
        for peak in reversed(lower):
            whole = node_hash(peak, whole)
        return whole


def head_of(leaves: Sequence[bytes]) -> bytes:
    """The head over these leaves."""
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree.head()


def consistency_path(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """What proves that the tree over ``leaves`` grew out of its first ``old`` ones (RFC 6962 §2.1.2).

    :raises ValueError: ``old`` is not between 1 and the number of leaves.
    """
    if not 1 <= old <= len(leaves):
        raise ValueError("old size")
    return _subproof(leaves, old, True)


def _subproof(leaves: Sequence[bytes], old: int, whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [head_of(leaves)]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= split:
        return [*_subproof(leaves[:split], old, whole), head_of(leaves[split:])]
    return [*_subproof(leaves[split:], old - split, False), head_of(leaves[:split])]


def grew_out_of(old: int, old_head: bytes, size: int, head: bytes, path: Sequence[bytes]) -> bool:
    """Whether ``path`` proves that the tree of ``size`` and ``head`` begins with the tree of ``old`` and ``old_head``.

    Source: RFC 9162 §2.1.4.2, the same proof said as an algorithm. Nobody can make such a path for a log in which one of
    the first ``old`` entries was changed, not even who owns every key.
    """
    if old == size:
        return old_head == head and not path
    if not 1 <= old < size:
        return False
    steps = list(path) if old & (old - 1) else [old_head, *path]
    if not steps:
        return False
    first, second = old - 1, size - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if second == 0:
            return False
        if first & 1 or first == second:
            before, after = node_hash(step, before), node_hash(step, after)
            while first and not first & 1:
                first, second = first >> 1, second >> 1
        else:
            after = node_hash(after, step)
        first, second = first >> 1, second >> 1
    return (before, after, second) == (old_head, head, 0)

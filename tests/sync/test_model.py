"""Phones, a network and a server that fail in every way the field knows: whatever happens, nothing is lost.

A share runs with every test run. Ten thousand histories:
``python -m pytest tests/sync/test_model.py --hypothesis-profile=ten-thousand``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Callable, Sequence

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from fieldcheck.rules.visit import Line as VisitLine
from fieldcheck.rules.visit import fold_visit
from sync.chain import Chain, Head, follow
from sync.fork import device_of
from sync.message import DESK, parse_line
from sync.outbox import Kept
from sync.segment import close_segment
from tests.sync.facts import FACTS, VISITS
from tests.sync.field import CRYPTO, Crash, Disk, Line, MemoryServer, Phone, clock_text, key_of, spoken
from tests.sync.sqlite_server import SqliteServer

PHONES = 2
COPIES = 5
PHONE = st.integers(0, PHONES - 1)
WHICH = st.integers(0, 5)
DIES_AT = st.one_of(st.integers(0, 8), st.sampled_from(("commit", "committed")))
"""Before or after the nth write, or just before or after the commit, however many writes come before that."""
LONG = settings().max_examples >= 1000
"""The profile "ten-thousand" of ``tests/conftest.py`` is on."""


@dataclass
class Letter:
    """A request on its way, or (with ``answers``) what the server said to it."""

    phone: int
    boot: int
    device: str
    sent: tuple[Kept, ...]
    answers: list[dict[str, str]] | None = None


class Field(RuleBasedStateMachine):
    """One history. What people were told lies beside it: ``saved`` lines, ``promised`` receipts."""

    make_server: Callable[[], Any] = MemoryServer

    @initialize()
    def begin(self) -> None:
        self.server = type(self).make_server()
        self.server_clock = 1_700_000_000
        self.phones = [Phone(f"p{n}", Disk((Line(f"p{n}-0"),))) for n in range(PHONES)]
        self.enrolled = 0
        for phone in self.phones:
            self.server.enrol(phone.current.device)
        self.letters: list[Letter] = []
        self.copies: list[list[tuple[Disk, set[str]]]] = [[] for _ in self.phones]
        self.backups: list[tuple[Any, dict[Any, int]]] = []
        self.backed_up = 0
        self.saved: set[str] = set()
        self.excused: set[str] = set()
        # What each phone's owner may rely on: the lines saved on this very disk and its copies.
        self.remembered: list[set[str]] = [set() for _ in self.phones]
        self.promised: dict[tuple[str, int, str], int] = {}

    # Few rules with many outcomes, rather than many rules: histories become dense enough to go wrong in.

    @rule(phone=PHONE, facts=st.lists(FACTS, min_size=1, max_size=3), tabs=st.sampled_from(((0,), (0,), (0, 1), (1, 0))))
    def save(self, phone: int, facts: list[Any], tabs: Sequence[int]) -> None:
        """In one tab, or in both at once: each has read the head before the other has written."""
        for tab in tabs:
            self.write_in_a_tab(phone, tab, facts)
        for tab in tabs:
            self.save_in_a_tab(phone, tab)

    @rule(phone=PHONE, tab=st.integers(0, 1), facts=st.lists(FACTS, min_size=1, max_size=2))
    def write_in_a_tab(self, phone: int, tab: int, facts: list[Any]) -> None:
        self.phones[phone].compose(tab, facts)

    @rule(phone=PHONE, tab=st.integers(0, 1))
    def save_in_a_tab(self, phone: int, tab: int) -> None:
        lines = self.phones[phone].commit(tab)
        self.saved |= set(lines)
        self.remembered[phone] |= set(lines)

    @rule(phone=PHONE, server=st.sampled_from(("lives", "lives", "dies")), dies_at=DIES_AT)
    def send_and_hear(self, phone: int, server: str, dies_at: Any) -> None:
        """A good moment, unless the server dies in it."""
        self.server.fuse.left = dies_at if server == "dies" else None
        try:
            self._sync(phone)
            self._succeed(phone)
        except Crash:
            self.phones[phone].crash()
        finally:
            self.server.fuse.left = None

    @rule(phone=PHONE, which=WHICH, parts=st.integers(1, 3))
    def send(self, phone: int, which: int, parts: int) -> None:
        """Any tab, at any time, with or without having heard the last answer; any of the phone's chains."""
        chains = self.phones[phone].disk.chains
        self.letters += self._asked(phone, chains[-1 - which % len(chains)].device, parts)

    @precondition(lambda self: any(letter.answers is None for letter in self.letters))
    @rule(which=WHICH, fate=st.sampled_from(("arrives", "arrives", "twice", "unanswered", "dies")), dies_at=DIES_AT)
    def deliver(self, which: int, fate: str, dies_at: Any) -> None:
        """Any letter, in any order, perhaps twice, its answer perhaps lost, the server perhaps dying on the way:
        between two writes, before the commit or after it."""
        letter = chosen([one for one in self.letters if one.answers is None], which)
        if fate not in ("twice", "dies"):
            self.letters.remove(letter)
        self.server.fuse.left = dies_at if fate == "dies" else None
        try:
            answers = self._take(letter)
        except Crash:
            return
        finally:
            self.server.fuse.left = None
        if fate != "unanswered":
            self.letters.append(replace(letter, answers=answers))

    @precondition(lambda self: any(letter.answers is not None for letter in self.letters))
    @rule(which=WHICH, again=st.booleans())
    def hear(self, which: int, again: bool) -> None:
        letter = chosen([one for one in self.letters if one.answers is not None], which)
        if not again:
            self.letters.remove(letter)
        if letter.boot == self.phones[letter.phone].boot:
            self.phones[letter.phone].hear(letter.device, letter.sent, letter.answers)

    @rule(phone=PHONE, ago=st.integers(1, COPIES))
    def set_a_phone_back(self, phone: int, ago: int) -> None:
        """To any of its last few states: another phone restored from its backup, storage that lost its tail."""
        if ago <= len(self.copies[phone]):
            disk, remembered = self.copies[phone][-ago]
            forgotten = self.remembered[phone] - remembered
            self.phones[phone].disk, self.remembered[phone] = disk, set(remembered)
            self.phones[phone].crash()
            self._excuse(forgotten)

    @rule(ago=st.integers(1, COPIES))
    def restore_the_server(self, ago: int) -> None:
        """From one of its last few backups; phones that were enrolled since are enrolled there."""
        if ago <= len(self.backups):
            backup, promised = self.backups[-ago]
            before = self._on_server()
            self.server.restore(backup)
            self.promised = dict(promised)
            self._excuse(before - self._on_server())

    @rule(what=st.sampled_from(("page killed", "letter lost", "clock moved", "office adopts", "stranger")), which=WHICH,
          phone=PHONE, seconds=st.integers(-10**8, 10**8))
    def something_happens(self, what: str, which: int, phone: int, seconds: int) -> None:
        if what == "page killed":
            self.phones[phone].crash()
        elif what == "letter lost" and self.letters:
            self.letters.remove(chosen(self.letters, which))
        elif what == "clock moved":
            self.phones[phone].clock_s = abs(self.phones[phone].clock_s + seconds)
            self.server_clock = abs(self.server_clock - seconds // 3)
        elif what == "office adopts":
            self.server.adopt_all(self._now())
        elif what == "stranger":
            self._a_stranger_writes(self.phones[phone].current.device, which)

    # What holds after every step.

    @invariant()
    def copies_are_made(self) -> None:
        for phone, remembered, copies in zip(self.phones, self.remembered, self.copies, strict=True):
            if not copies or copies[-1][0] is not phone.disk:
                copies.append((phone.disk, set(remembered)))
                del copies[:-COPIES]
        if len(self.server.entries()) != self.backed_up:
            self.backed_up = len(self.server.entries())
            self.backups.append((self.server.backup(), dict(self.promised)))
            del self.backups[:-COPIES]

    @invariant()
    def nothing_promised_is_missing(self) -> None:
        held = {(device_of(chain), first + at, digest): index for index, chain, first, _, _, hashes, _ in self.server.entries()
                for at, digest in enumerate(hashes)}
        for (device, last, head), index in self.promised.items():
            assert held.get((device, last, head)) == index, f"a receipt for {device} {last} names what is not there"

    @invariant()
    def nothing_saved_is_silently_gone(self) -> None:
        on_phones = set().union(*(phone.disk.hashes() for phone in self.phones))
        gone = self.saved - on_phones - self._on_server() - self.excused
        assert not gone, f"{len(gone)} saved lines are nowhere"
        for phone, remembered in zip(self.phones, self.remembered, strict=True):
            assert remembered <= phone.disk.hashes(), "a phone dropped what it may be asked for again"

    @invariant()
    def nothing_has_an_effect_twice(self) -> None:
        entries = self.server.entries()
        assert [entry[0] for entry in entries] == list(range(1, len(entries) + 1))
        twice = [digest for digest, times in Counter(d for e in entries for d in e[5]).items() if times > 1]
        assert not twice
        alien = {d for e in entries if e[1] != DESK for d in e[5]} - self.saved
        assert not alien, "the log holds lines that nobody saved"

    @invariant()
    def chains_verify(self) -> None:
        heads: dict[str, Head] = {}
        for _, chain, first, head, lines, hashes, receipt in self.server.entries():
            start = heads.get(chain) or Head(first - 1, parse_prev(lines[0]))
            assert follow(lines, device_of(chain), start) == list(hashes)
            assert start.seq == first - 1 and hashes[-1] == head
            claims = CRYPTO.verify(receipt, CRYPTO.server, "fc-receipt")
            assert (claims["head"], claims["to"]) == (head, first + len(lines) - 1)
            heads[chain] = Head(claims["to"], head)

    @invariant()
    def no_phone_forks_by_itself(self) -> None:
        for phone in self.phones:
            for chain in phone.disk.chains:
                spans = [(kept.first, kept.last) for kept in chain.box.kept]
                assert [first for first, _ in spans] == [1, *(last + 1 for _, last in spans)][:len(spans)]
                assert not spans or (chain.head.seq, chain.head.hash) == (spans[-1][1], chain.box.kept[-1].head)

    def teardown(self) -> None:
        """Everything works again: then all of it comes home, and the visits are as if nothing had happened."""
        if not hasattr(self, "phones"):
            return
        self.letters.clear()
        while self._all_sync():
            pass
        self._rescue()
        while (before := self._in_log()) != (self.server.adopt_all(self._now()) or self._in_log()):
            assert before < self._in_log()
        for check in (self.nothing_promised_is_missing, self.nothing_saved_is_silently_gone,
                      self.nothing_has_an_effect_twice, self.chains_verify):
            check()
        assert self.saved - self.excused <= self._in_log(), "not all that was saved came home"
        for phone in self.phones:
            assert all(kept.receipt or kept.stuck for chain in phone.disk.chains for kept in chain.box.kept)
            assert all(self.server.head(chain.device).seq <= chain.head.seq or chain.box.closed for chain in phone.disk.chains)
        self._compare_the_folds()
        self.server.close()

    # Behind the rules.

    def _a_stranger_writes(self, device: str, which: int) -> None:
        """Rubbish, a forged signature, another phone's segment, a line out of its chain: refused, and nothing moves."""
        head, aside = self.server.head(device), self.server.aside()
        (answer,) = self.server.take(device, [chosen(forgeries(device, head), which)], self._now())
        assert (answer.status, self.server.head(device), self.server.aside()) == ("refused", head, aside)

    def _now(self) -> str:
        self.server_clock += 1
        return clock_text(self.server_clock)

    def _on_server(self) -> set[str]:
        return self._in_log() | self.server.aside()

    def _in_log(self) -> set[str]:
        return {digest for entry in self.server.entries() if entry[1] != DESK for digest in entry[5]}

    def _excuse(self, forgotten: set[str]) -> None:
        """What every copy of was taken away from outside: no program can bring it back."""
        self.excused |= forgotten - self._on_server() - set().union(*self.remembered)

    def _succeed(self, phone: int) -> None:
        if self.phones[phone].current.box.closed:
            self.enrolled += 1
            device = f"p{phone}-{self.enrolled}"
            self.server.enrol(device)
            self.phones[phone].succeed(device)

    def _asked(self, phone: int, device: str, parts: int = 1) -> list[Letter]:
        head = self.server.head(device)
        self.phones[phone].hear_head(device, head)
        chain = self.phones[phone].disk.chain(device)
        waiting = chain.box.to_send(head) if chain else []
        return [Letter(phone, self.phones[phone].boot, device, tuple(part)) for part in batches(waiting, parts)]

    def _take(self, letter: Letter) -> list[dict[str, str]]:
        answers = self.server.take(letter.device, [kept.jwe for kept in letter.sent], self._now())
        for answer in answers:
            if answer.receipt:
                claims = CRYPTO.verify(answer.receipt, CRYPTO.server, "fc-receipt")
                self.promised[claims["device"], claims["to"], claims["head"]] = claims["log_index"]
        return [spoken(answer) for answer in answers]

    def _all_sync(self) -> bool:
        """One round of each phone over a network that works; whether anything changed."""
        before = ([phone.disk for phone in self.phones], self._on_server())
        for number in range(PHONES):
            self._sync(number)
            self._succeed(number)
        return before != ([phone.disk for phone in self.phones], self._on_server())

    def _sync(self, phone: int) -> None:
        for device in [chain.device for chain in self.phones[phone].disk.chains]:
            for letter in self._asked(phone, device):
                self.phones[phone].hear(device, letter.sent, self._take(letter))

    def _rescue(self) -> None:
        """Hand in over the desk what a phone still holds without a receipt: the same intake."""
        for phone in self.phones:
            for chain in phone.disk.chains:
                waiting = [kept.jwe for kept in chain.box.kept if kept.receipt is None]
                if waiting:
                    self.server.take(chain.device, waiting, self._now())

    def _compare_the_folds(self) -> None:
        """The visits are those of a server that got every chain in order, once, without a fault."""
        held = [(chain, first + at, line) for _, chain, first, _, lines, _, _ in self.server.entries() if chain != DESK
                for at, line in enumerate(lines)]
        for visit in VISITS:
            lines = [VisitLine(chain, seq, line, "") for chain, seq, line in sorted(held) if f'"{visit}"' in line]
            expected = fold_visit(visit, lines)
            assert fold_visit(visit, reversed(lines)) == expected
            if isinstance(self.server, SqliteServer) and lines:
                found = self.server.visit(visit)
                assert without_arrival({name: found[name] for name in expected}) == without_arrival({**expected, "team": "A"})
        if isinstance(self.server, SqliteServer):
            assert self.server.refolded() == []


def without_arrival(doc: dict[str, Any]) -> dict[str, Any]:
    """A visit but for when it arrived."""
    seals = [{name: value for name, value in seal.items() if name != "received_at"} for seal in doc["seals"]]
    return {name: value for name, value in {**doc, "seals": seals}.items() if name not in ("submitted_at", "team")}


def chosen(those: list[Any], which: int) -> Any:
    """One of them, by any number."""
    return those[which % len(those)]


def parse_prev(line: str) -> str:
    """The hash that a line names as its predecessor's."""
    return (parse_line(line) or {})["prev"]


def batches(waiting: Sequence[Kept], parts: int) -> list[Sequence[Kept]]:
    """In order, in up to so many requests."""
    size = max(1, -(-len(waiting) // parts))
    return [waiting[at:at + size] for at in range(0, len(waiting), size)]


def forgeries(device: str, head: Head) -> list[str]:
    """What somebody else may send in the name of a device."""
    def sealed(named: str, start: Head, key: str, spoil: bool = False) -> str:
        line = Chain(named, start).write("fix.taken", {}, at=clock_text(0), session="x", mono=0, visit=VISITS[0])
        payload = close_segment(named, start, [line], [], lambda c, t: CRYPTO.sign_as(c, key_of(key), t)).decode()
        return payload.replace('\\"mono\\":0', '\\"mono\\":1') if spoil else payload

    return ["rubbish", "{}", sealed(device, head, "stranger"), sealed("stranger", Head(), device),
            sealed(device, head, device, spoil=True)]


class SqliteField(Field):
    """The same over the real store."""

    make_server = SqliteServer


def run(machine: type[Field], examples: int, steps: int, **more: Any) -> None:
    """Play so many histories of so many steps."""
    run_state_machine_as_test(machine, settings=settings(
        max_examples=examples, stateful_step_count=steps, deadline=None,
        suppress_health_check=list(HealthCheck), **more))


def test_whatever_the_field_does_nothing_is_lost_or_counted_twice() -> None:
    run(Field, 9_000 if LONG else 150, 50)


def test_whatever_the_field_does_the_real_store_loses_nothing_and_folds_as_if_nothing_had_happened() -> None:
    run(SqliteField, 1_000 if LONG else 25, 40)

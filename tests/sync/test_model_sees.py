"""The model is only worth what it would notice: each way of breaking the subject makes a history fail."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Callable

import pytest
from hypothesis import Phase

from fieldcheck.actions import take_segments as action
from fieldcheck.store import database
from sync import intake
from sync.intake import Answer
from sync.outbox import Outbox
from sync.reference import MemoryLog
from tests.sync import field
from tests.sync.field import Crash, MemoryServer, Phone, ToyCrypto
from tests.sync.test_model import Field, SqliteField, run

HISTORIES = 2_000
honest_place, honest_take, honest_heard = intake.place, field.take, Outbox.heard

Break = Callable[[pytest.MonkeyPatch], None]


def a_receipt_is_given_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    def commit(server: MemoryServer, trial: Any) -> None:
        try:
            server.fuse.point("commit")
            server.log = trial
        except Crash:
            pass

    patch.setattr(MemoryServer, "_commit", commit)


def a_receipt_is_given_before_the_commit_of_the_real_store(patch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def careless(db: Any) -> Any:
        answered = False
        try:
            with database.write(db):
                yield
                answered = True
        except Crash:
            if not answered:
                raise

    patch.setattr(action, "write", careless)


def lines_are_folded_after_the_commit(patch: pytest.MonkeyPatch) -> None:
    def two_transactions(db: Any, keys: Any, device: str, jwes: Any, now: Any) -> Any:
        later: list[Any] = []
        patch.setattr(action.folds, "fold_entries", lambda _db, entries, _secret: later.extend(entries) or set())
        try:
            answers = honest_action(db, keys, device, jwes, now)
        finally:
            # A server that was killed in between starts again whole.
            patch.setattr(action.folds, "fold_entries", honest_fold)
        with database.write(db):
            honest_fold(db, later)
        return answers

    honest_action, honest_fold = action.take_segments, action.folds.fold_entries
    patch.setattr("tests.sync.sqlite_server.take_segments", two_transactions)


def known_lines_are_taken_again(patch: pytest.MonkeyPatch) -> None:
    def place(log: Any, verified: Any) -> Answer:
        answer = honest_place(log, verified)
        return replace(answer, code="ok") if answer.code == "duplicate" else answer

    patch.setattr(intake, "place", place)


def a_gap_is_jumped(patch: pytest.MonkeyPatch) -> None:
    def place(log: Any, verified: Any) -> Answer:
        answer = honest_place(log, verified)
        return replace(answer, code="ok") if answer.code == "chain_gap" else answer

    patch.setattr(intake, "place", place)


def other_lines_under_known_numbers_pass_for_duplicates(patch: pytest.MonkeyPatch) -> None:
    def place(log: Any, verified: Any) -> Answer:
        answer = honest_place(log, verified)
        receipt = log.receipt_covering(verified.device, min(verified.last, log.head(verified.device).seq))
        return replace(answer, code="duplicate", receipt=receipt) if answer.code == "chain_forked" and receipt else answer

    patch.setattr(intake, "place", place)


def the_head_moves_on_a_refusal(patch: pytest.MonkeyPatch) -> None:
    def take(log: Any, crypto: Any, device: Any, jwe: str, at: str) -> Answer:
        answer = honest_take(log, crypto, device, jwe, at)
        if answer.status == "refused" and log.entries:
            last = log.entries[-1]
            log.append(replace(last, chain=device.device, first=last.last + 1, last=last.last + 1, lines=("{}",),
                               hashes=("f" * 64,), head="f" * 64, log_index=log.next_index()))
        return answer

    patch.setattr(field, "take", take)


def a_forged_signature_passes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ToyCrypto, "_tag", lambda *_: "any")


def a_fork_is_not_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(MemoryLog, "quarantine", lambda *_: None)


def the_outbox_drops_what_it_sent(patch: pytest.MonkeyPatch) -> None:
    def heard(box: Outbox, sent: Any, answers: Any) -> Outbox:
        after = honest_heard(box, sent, answers)
        return replace(after, kept=tuple(k for k in after.kept if k.jwe not in {one.jwe for one in sent}))

    patch.setattr(Outbox, "heard", heard)


def the_outbox_drops_what_has_a_receipt(patch: pytest.MonkeyPatch) -> None:
    def heard(box: Outbox, sent: Any, answers: Any) -> Outbox:
        after = honest_heard(box, sent, answers)
        return replace(after, kept=tuple(k for k in after.kept if k.receipt is None))

    patch.setattr(Outbox, "heard", heard)


def the_outbox_takes_any_answer_for_a_receipt(patch: pytest.MonkeyPatch) -> None:
    def heard(box: Outbox, sent: Any, answers: Any) -> Outbox:
        return honest_heard(box, sent, [{"receipt": "", **one, "status": "accepted"} for one in answers])

    patch.setattr(Outbox, "heard", heard)


def the_outbox_trusts_its_receipts_for_ever(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Outbox, "to_send", lambda box, _server: [k for k in box.kept if k.stuck is None and k.receipt is None])


def a_tab_does_not_look_at_the_head_again(patch: pytest.MonkeyPatch) -> None:
    def commit(phone: Phone, tab: int) -> list[str]:
        made, phone.tabs[tab] = phone.tabs[tab], None
        chain = made and phone.disk.chain(made.device)
        if made is None or chain is None:
            return []
        phone.disk = phone.disk.with_chain(replace(chain, head=made.head, box=chain.box.add(made.kept)))
        return field.hashes_in(made.kept.jwe)

    patch.setattr(Phone, "commit", commit)


def a_fork_ends_no_chain(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Phone, "hear_head", lambda *_: None)


IN_MEMORY = (
    a_receipt_is_given_before_the_commit, known_lines_are_taken_again, a_gap_is_jumped,
    other_lines_under_known_numbers_pass_for_duplicates, the_head_moves_on_a_refusal, a_forged_signature_passes,
    a_fork_is_not_kept, the_outbox_drops_what_it_sent, the_outbox_drops_what_has_a_receipt,
    the_outbox_takes_any_answer_for_a_receipt, the_outbox_trusts_its_receipts_for_ever,
    a_tab_does_not_look_at_the_head_again, a_fork_ends_no_chain,
)
IN_THE_STORE = (a_receipt_is_given_before_the_commit_of_the_real_store, lines_are_folded_after_the_commit)


@pytest.mark.parametrize(("break_it", "machine"), [*((one, Field) for one in IN_MEMORY), *((one, SqliteField) for one in IN_THE_STORE)],
                         ids=lambda value: getattr(value, "__name__", ""))
def test_the_model_notices_when(break_it: Break, machine: type[Field], monkeypatch: pytest.MonkeyPatch) -> None:
    break_it(monkeypatch)
    with pytest.raises((AssertionError, LookupError)):
        run(machine, HISTORIES, 50, phases=[Phase.generate], database=None, derandomize=True, print_blob=False)

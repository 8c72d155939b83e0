"""The village is drawn, and the code of the telephone made, as phones do and read them: two case files run there too."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from fieldcheck.rules.unlock_code import code_of, is_code, key_of, spoken
from fieldcheck.rules.village_draw import village_draw_holds, village_seed, villages_drawn

HERE = Path(__file__).parent
VILLAGES = json.loads((HERE / "village_draw_cases.json").read_text("utf-8"))["cases"]
CODES = json.loads((HERE / "unlock_code_cases.json").read_text("utf-8"))


@pytest.mark.parametrize("case", VILLAGES, ids=lambda case: case["seed"][:8])
def test_villages_come_in_the_order_of_the_cases_whatever_order_they_are_handed_in(case: dict) -> None:
    seed = village_seed(case["assignment"], case["secret"])
    assert (seed, villages_drawn(seed, reversed(case["villages"]))) == (case["seed"], case["order"])


def test_another_village_holds_with_a_reason_only() -> None:
    seed, order = VILLAGES[0]["seed"], VILLAGES[0]["order"]
    body = {"seed": seed, "drawn": order[0], "taken": order[0]}
    assert village_draw_holds(body, seed, order)
    assert not village_draw_holds({**body, "taken": order[1]}, seed, order)
    assert village_draw_holds({**body, "taken": order[1], "reason": "road"}, seed, order)
    assert not village_draw_holds({**body, "drawn": order[1], "taken": order[1]}, seed, order)
    assert not village_draw_holds({**body, "seed": "0" * 64}, seed, order)
    assert not village_draw_holds({**body, "taken": "elsewhere", "reason": "road"}, seed, order)


@pytest.mark.parametrize("case", CODES["codes"], ids=lambda case: case["code"][:4])
def test_codes_are_those_of_the_cases(case: dict) -> None:
    assert code_of(case["secret"]) == case["code"] and spoken(case["code"]).split() == [case["code"][at:at + 4] for at in range(0, 20, 4)]


def test_the_task_of_the_cases_opens_by_its_code() -> None:
    task = CODES["task"]
    raw = base64.b64decode(task["sealed"])
    opened = AESGCM(key_of(task["code"], task["batch"])).decrypt(raw[:12], raw[12:], task["batch"].encode())
    assert opened.decode() == task["text"]


@given(st.binary(min_size=32, max_size=32), st.integers(0, 19), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(secret: bytes, at: int, more: int) -> None:
    code = code_of(secret.hex())
    assert is_code(code) and not is_code(code[:at] + str((int(code[at]) + more) % 10) + code[at + 1:])

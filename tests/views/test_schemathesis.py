"""schemathesis over the API's own description, as everybody who may call: no fault of the server, no answer undescribed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import CHECKS, load_all_checks

from fieldcheck import jose
from fieldcheck.actions.add_account import add_account
from sync.auth import AUTH_TYPE, auth_claims
from tests.desk import signed_in
from tests.views.test_access import ACCOUNTS
from tests.world import NOW, PASSWORD, World

#: Most of the API takes what is signed: a well-shaped body with a wrong signature is refused, and rightly.
NOT_ASKED = {"positive_data_acceptance"}
#: Needs several requests in a row that build on one another, which no description of this API links.
SEVERAL = {"use_after_free", "ensure_resource_availability"}
CALLERS = ("nobody", "device", *sorted(ACCOUNTS))
QUICK, LONG = 3, 60


load_all_checks()


@schemathesis.serializer("application/offset+octet-stream")
def _offset_bytes(_context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.serializer("application/x-ndjson")
def _lines(_context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """An installation where every role has an account, and a phone is enrolled."""
    world = World(Path(tmp_path_factory.mktemp("schemathesis")))
    world.assign("420101100", "a1", "a2")
    for name, team in (("leader", "A"), ("topic", None)):
        add_account(world.db, name=name, display_name=name, role=name, team=team, password=PASSWORD, now=NOW)
    world.enrolled = world.phone()  # type: ignore[attr-defined]
    return world


def proof(world: World, caller: str) -> dict[str, str]:
    """The headers with which this caller comes."""
    if caller == "nobody":
        return {}
    if caller == "device":
        phone = world.enrolled  # type: ignore[attr-defined]
        claims = auth_claims(phone.device, "http://localhost", int(datetime.now(UTC).timestamp()))
        return {"Authorization": "Bearer " + jose.sign(claims, phone.transport_key, AUTH_TYPE)}
    browser = signed_in(world.app, ACCOUNTS[caller])
    cookies = "; ".join(f"{one.key}={one.value}" for one in browser._cookies.values())
    return {"Cookie": cookies}


def faults(world: World, caller: str, examples: int) -> list[str]:
    """Everything that a check has to say against an answer to this caller."""
    api = schemathesis.openapi.from_dict(world.app.test_client().get("/api/v1/openapi.json").get_json())
    api.app = world.app
    found: set[str] = set()
    proved = {} if caller == "device" else proof(world, caller)  # a phone signs each call anew: five minutes may pass
    for made in api.get_all_operations():
        operation = made.ok()

        @seed(20261125)
        @settings(max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            headers = proved or proof(world, caller)
            answer = case.call(headers=headers)
            try:
                case.validate_response(answer, headers=headers,
                                       excluded_checks=[CHECKS.get_one(name) for name in NOT_ASKED | SEVERAL])
            except BaseExceptionGroup as group:
                found.update(f"{case.method} {operation.path} {answer.status_code}: {fault}" for fault in group.exceptions)

        ask()
    return sorted(found)


@pytest.mark.parametrize("caller", CALLERS)
def test_no_caller_meets_a_fault_or_an_answer_that_is_not_described(world: World, caller: str) -> None:
    assert faults(world, caller, QUICK) == []


@pytest.mark.long
@pytest.mark.parametrize("caller", CALLERS)
def test_no_caller_meets_one_in_a_long_run_either(world: World, caller: str) -> None:
    assert faults(world, caller, LONG) == []

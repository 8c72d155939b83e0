"""Orders to a phone: the same cases as on the phone (``tests/js/lock.test.js``), and whom the server sends one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fieldcheck import jose
from fieldcheck.actions.revoke_device import revoke_device
from sync.order import ORDER_TYPE, obeys, order_claims
from sync.ports import Forged
from tests.world import NOW, World

CASES = json.loads((Path(__file__).parent / "order_cases.json").read_text("utf-8"))
ROUTES = (("GET", "/api/v1/head"), ("PUT", "/api/v1/devices/me/state"), ("POST", "/api/v1/segments"),
          ("HEAD", "/api/v1/photos/by-hash/" + "0" * 64))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_an_order_is_obeyed_by_the_phone_that_it_names_once(case: dict[str, Any]) -> None:
    assert obeys(case["claims"], case["device"], case["heard"]) is case["obeys"]


def test_every_answer_to_a_revoked_phone_carries_one_and_the_same_order_and_nobody_else_gets_one(world: World) -> None:
    lost, other = world.phone("a1"), world.phone("a2")
    client = world.app.test_client()

    def orders(phone: Any) -> list[str | None]:
        return [client.open(path, method=method, headers=phone._bearer(), json={}).headers.get("Fc-Order") for method, path in ROUTES]

    assert set(orders(lost)) == {None}
    revoke_device(world.db, world.keys, lost.device, "DEMO: lost", world.accounts["office"].id, NOW)
    assert set(orders(other)) == {None}
    assert client.get("/api/v1/time").headers.get("Fc-Order") is None
    assert client.get("/api/v1/head", headers={"Authorization": "Bearer x.y.z"}).headers.get("Fc-Order") is None
    (order,) = {jws and json.dumps(jose.verify(jws, world.keys.signing_jwk, ORDER_TYPE), sort_keys=True) for jws in orders(lost)}
    claims = json.loads(order)
    assert claims == order_claims(lost.device, claims["order"], claims["at"])
    assert obeys(claims, lost.device, []) and not obeys(claims, other.device, [])
    for typ in ("fc-receipt", "fc-auth", "fc-certificate"):
        with pytest.raises(Forged):
            jose.verify(str(orders(lost)[0]), world.keys.signing_jwk, typ)

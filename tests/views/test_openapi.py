"""The description of the API says what the API does: every route, every answer, every code."""

from __future__ import annotations

import base64
import copy
import json
import re
from datetime import UTC, datetime
from typing import Any, Mapping

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from fieldcheck.actions.invite_device import invite_device
from fieldcheck.fleet.phone import Phone, Refused
from fieldcheck.fleet.transport import Answer, WsgiTransport
from fieldcheck.problems import PROBLEMS
from fieldcheck.rules.coverage import STATUSES
from fieldcheck.views.operations import OPERATIONS
from sync import wire
from tests.desk import signed_in
from tests.world import TOWNSHIPS, World

PREFIX = "/api/v1"
TOWNSHIP = next(iter(TOWNSHIPS))
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("data"))
    world.assign(TOWNSHIP, "a1", "a2")
    return world


@pytest.fixture(scope="module")
def description(world: World) -> dict[str, Any]:
    return json.loads(world.app.test_client().get(f"{PREFIX}/openapi.json").data)


class Watched:
    """A transport that holds every request and answer against the description."""

    def __init__(self, inner: Any, description: Mapping[str, Any]) -> None:
        self.origin = inner.origin
        self._inner = inner
        self._paths = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", PREFIX + path)), methods)
                       for path, methods in description["paths"].items()]
        self._components = {"schemas": closed(description["components"]["schemas"])}
        self.seen: set[tuple[str, int]] = set()

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """Send, check, hand back."""
        answer = self._inner.send(method, path, headers, body)
        self.check(method, path, answer)
        return answer

    def check(self, method: str, path: str, answer: Answer) -> None:
        """The answer is one that the description promises, and says no more than it promises."""
        bare = path.partition("?")[0]
        (methods,) = [methods for pattern, methods in self._paths if pattern.fullmatch(bare)]
        operation = methods[method.lower()]
        promised = operation["responses"][str(answer.status)]
        self.seen.add((operation["operationId"], answer.status))
        for name, header in promised.get("headers", {}).items():
            value = answer.headers[name.lower()]
            self._holds(header["schema"], int(value) if header["schema"].get("type") == "integer" else value)
        if "content" not in promised:
            assert not answer.body
            return
        ((media, content),) = promised["content"].items()
        assert answer.headers["content-type"].partition(";")[0] == media
        self._holds(content["schema"], json.loads(answer.body))

    def _holds(self, schema: Mapping[str, Any], value: Any) -> None:
        faults = Draft202012Validator({**schema, "components": self._components}).iter_errors(value)
        assert not [f"{fault.json_path}: {fault.message}"[:300] for fault in faults]


def closed(schemas: dict[str, Any]) -> dict[str, Any]:
    """The same shapes, in which a member that is not described is a fault."""
    strict = copy.deepcopy(schemas)
    for schema in strict.values():
        schema["additionalProperties"] = False
    return strict


def test_it_is_openapi(description: dict[str, Any]) -> None:
    validate(description)
    assert description["openapi"].startswith("3.1")


def test_every_route_of_the_api_is_in_it_and_nothing_else(world: World, description: dict[str, Any]) -> None:
    existing = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule).removeprefix(PREFIX), method.lower())
        for rule in world.app.url_map.iter_rules() if rule.rule.startswith(f"{PREFIX}/")
        for method in rule.methods - ({"HEAD"} if "GET" in rule.methods else set())
        if method != "OPTIONS" or not rule.provide_automatic_options
    }
    assert {(path, method) for path, methods in description["paths"].items() for method in methods} == existing


def test_every_operation_says_what_it_promises(description: dict[str, Any]) -> None:
    operations = [one for methods in description["paths"].values() for one in methods.values()]
    assert all(re.fullmatch(r"[A-Z].+\.", one["summary"]) for one in operations)
    assert len({one["operationId"] for one in operations}) == len(operations) == len(OPERATIONS)


def test_every_code_it_names_is_in_the_table_of_errors(description: dict[str, Any]) -> None:
    named = {code for one in OPERATIONS for code in one.codes}
    assert named <= set(PROBLEMS)
    for one in OPERATIONS:
        answers = description["paths"][one.path][one.method]["responses"]
        assert {str(PROBLEMS[code]) for code in one.codes} <= set(answers), one.id


def test_its_statuses_are_those_of_the_rules() -> None:
    status = wire.Township.__annotations__["status"]
    assert set(status.__args__) == set(STATUSES) == set(wire.CoverageCounts.__annotations__) - {"in_scope"}


def test_what_a_phone_lives_through_is_as_described(world: World, description: dict[str, Any]) -> None:
    watched = Watched(WsgiTransport(world.app.test_client().open), description)
    phone = world.phone("a1", transport=watched)
    walk = world.walk(phone, TOWNSHIP)
    walk.whole_visit()
    waits_for_its_message(watched, phone)
    phone.sync()
    phone.report([{"visit": phone.photos[0].visit, "unit": walk.assignment["unit"], "photos_waiting": 0}])
    unchanged(watched, phone)
    uploads_end_to_end(watched, phone)
    refusals(watched, phone)
    a_successor(watched, phone)
    a_used_invitation(watched, world)
    the_desk_looks(watched, world)
    watched.send("GET", f"{PREFIX}/openapi.json", {})
    successes = {(one.id, status) for one in OPERATIONS for status in one.gives}
    assert successes - watched.seen == set()
    refused = {status for _, status in watched.seen if status >= 400}
    assert refused >= {400, 401, 403, 404, 405, 409, 410, 412, 415}


def waits_for_its_message(watched: Watched, phone: Phone) -> None:
    """Bytes before their message: held, without a receipt."""
    photo = phone.photos[0]
    phone.learn_time()
    with pytest.raises(Refused, match="photo_waits_for_message"):
        phone.send_photo(photo)
    watched.send("HEAD", f"{PREFIX}/photos/by-hash/{photo.sealed_sha256}", phone._bearer())


def unchanged(watched: Watched, phone: Phone) -> None:
    """What was fetched is not sent twice."""
    first = watched.send("GET", f"{PREFIX}/pack", phone.unlocked_bearer())
    again = watched.send("GET", f"{PREFIX}/pack", {**phone.unlocked_bearer(), "If-None-Match": first.headers["etag"]})
    assert again.status == 304
    task = json.loads(first.body)["assignments"][0]
    assert (task["county_name"], task["county_latin"]) == ("演示一县", "Yanshiyi Xian")
    assert all(village["latin"] for village in task["villages"])
    cursor = json.loads(first.body)["cursor"]
    assert watched.send("GET", f"{PREFIX}/pack?since={cursor}", phone.unlocked_bearer()).status == 304


def uploads_end_to_end(watched: Watched, phone: Phone) -> None:
    """What the phone of the fleet does not do: describe, override, end."""
    for path in (f"{PREFIX}/photos", f"{PREFIX}/photos/{'0' * 32}"):
        watched.send("OPTIONS", path, {})
    ends = []
    for digest in ("1", "2"):
        sent = {**phone._bearer(), **TUS, "Upload-Length": "4", "Upload-Metadata": f"sha256 {base64_of(digest * 64)}"}
        ends.append(watched.send("POST", f"{PREFIX}/photos", sent).headers["location"])
    found = {**phone._bearer(), **TUS, "X-HTTP-Method-Override": "HEAD"}
    assert watched.send("POST", ends[0], found).headers["upload-offset"] == "0"
    assert watched.send("HEAD", ends[0], {**phone._bearer(), **TUS}).headers["upload-offset"] == "0"
    assert watched.send("DELETE", ends[0], {**phone._bearer(), **TUS}).status == 204
    assert watched.send("POST", ends[1], {**found, "X-HTTP-Method-Override": "DELETE"}).status == 204


def base64_of(text: str) -> str:
    """Standard base64, as tus metadata is written."""
    return base64.b64encode(text.encode()).decode()


def refusals(watched: Watched, phone: Phone) -> None:
    """Each route says no in the described way."""
    signed, json_body = phone._bearer(), {"Content-Type": "application/json"}
    for method, path, headers, body in (
        ("GET", "/head", {}, b""), ("GET", "/head", {"Authorization": "Bearer a.b.c"}, b""),
        ("POST", "/devices", json_body, b"{"), ("POST", "/devices", json_body, b"{}"),
        ("POST", "/devices", json_body, json.dumps({**phone._public_keys(), "name": "x", "token": "nobody"}).encode()),
        ("POST", "/segments", {**signed, "Content-Type": "application/x-ndjson"}, b"\n"),
        ("POST", "/segments", {**signed, "Content-Type": "application/x-ndjson"}, b"not.a.jwe\n"),
        ("POST", "/segments", signed, b"x"), ("PUT", "/devices/me/state", {**signed, **json_body}, b"[]"),
        ("POST", "/photos", signed, b""), ("POST", "/photos", {**signed, **TUS}, b""),
        ("POST", f"/photos/{'0' * 32}", {**signed, **TUS, "X-HTTP-Method-Override": "GET"}, b""),
        ("HEAD", f"/photos/{'0' * 32}", {**signed, **TUS}, b""), ("DELETE", "/photos/x", {**signed, **TUS}, b""),
        ("PATCH", f"/photos/{'0' * 32}", {**signed, **TUS}, b""), ("HEAD", f"/photos/by-hash/{'0' * 64}", signed, b""),
        ("GET", f"/photos/by-hash/{'0' * 64}/receipt", signed, b""), ("GET", "/coverage", {}, b""),
    ):
        watched.send(method, PREFIX + path, headers, body)


def a_successor(watched: Watched, phone: Phone) -> None:
    """The phone goes on as another, as after a conflict."""
    watched.send("GET", f"{PREFIX}/head", phone.enrol_successor("demo again")._bearer())


def a_used_invitation(watched: Watched, world: World) -> None:
    """One invitation makes one phone."""
    now = datetime.now(UTC)
    token = invite_device(world.db, world.accounts["a2"].id, "cli", now).link_token
    first, second = (Phone(watched, lambda: now) for _ in range(2))
    first.enrol(token, "demo first")
    with pytest.raises(Refused, match="token_used"):
        second.enrol(token, "demo second")


def the_desk_looks(watched: Watched, world: World) -> None:
    """Coverage for who may see it, and for who may not."""
    for name, round_id, status in (("office", world.round, 200), ("office", "none", 404), ("county", world.round, 403)):
        desk = signed_in(world.app, name)
        path = f"{PREFIX}/coverage?round={round_id}"
        answer = desk.get(path)
        watched.check("GET", path, as_answer(answer))
        assert answer.status_code == status
        if status == 200:
            watched.check("GET", path, as_answer(desk.get(path, headers={"If-None-Match": answer.headers["ETag"]})))


def as_answer(response: Any) -> Answer:
    """A test client's response as a transport gives it."""
    return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, response.data)

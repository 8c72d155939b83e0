"""A request leaves one line that names nobody; its id leads from what a person saw to that line."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fieldcheck.app import create_app
from fieldcheck.store import jobs
from fieldcheck.times import written
from fieldcheck.views.request_log import Json, Plain
from tests.desk import signed_in
from tests.world import NOW, World

SECRETS = ("198.51.100.7", "demo-person", "tok-3f", "ffff-secret")
TOKEN = "a long token of the settings"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def lines(caplog: pytest.LogCaptureFixture, formatter: logging.Formatter) -> list[str]:
    return [formatter.format(record) for record in caplog.records if record.name == "fieldcheck.requests"]


@pytest.mark.parametrize("formatter", [Plain(), Json()])
def test_the_line_of_a_request_holds_route_status_and_id_and_nothing_personal(
        formatter: logging.Formatter, world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "fieldcheck.requests")
    client = world.app.test_client()
    for method, path in (("GET", "/desk/visits/ffff-secret?token=tok-3f"), ("POST", "/sign-in"), ("DEMO-PERSON", "/tok-3f")):
        client.open(path, method=method, data={"name": "demo-person"}, headers={"X-Forwarded-For": "198.51.100.7"},
                    environ_base={"REMOTE_ADDR": "198.51.100.7"})
    told = lines(caplog, formatter)
    assert len(told) == 3 and not any(secret.lower() in line.lower() for secret in SECRETS for line in told)
    assert "/desk/visits/<visit>" in told[0] and "401" in told[0] or "302" in told[0]
    if isinstance(formatter, Json):
        assert {"at", "level", "id", "method", "route", "status", "ms", "bytes"} == set(json.loads(told[1]))


@pytest.mark.parametrize(("sent", "kept"), [
    ("proxy-0123456789ab", True), ("short", False), ("x" * 65, False), ("with spaces and more", False), ("näher-0123456", False)])
def test_a_well_formed_id_of_the_proxy_is_taken_and_any_other_replaced(sent: str, kept: bool, world: World) -> None:
    answer = world.app.test_client().get("/api/v1/head", headers={"X-Request-Id": sent.encode("latin-1").decode("latin-1")})
    given = answer.headers["X-Request-Id"]
    assert (given == sent) == kept and re.fullmatch(r"[0-9A-Za-z_.-]{8,64}", given)
    assert answer.get_json()["instance"] == f"urn:fieldcheck:request:{given}"
    assert given in world.app.test_client().get("/nowhere", headers={"X-Request-Id": given}).text


def test_a_fault_is_logged_once_with_its_traceback_under_the_requests_id(
        world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    from fieldcheck.views import api_health
    monkeypatch.setattr(api_health.figures, "alive", lambda _db: 1 / 0)
    answer = world.app.test_client().get("/healthz", headers={"X-Request-Id": "seen-by-a-person"})
    assert answer.status_code == 500
    (fault,) = [line for line in lines(caplog, Plain()) if "ERROR" in line]
    assert "seen-by-a-person" in fault and "ZeroDivisionError" in fault


def scraped(answer: Any) -> dict[str, float]:
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
            for line in answer.text.splitlines() if line and not line.startswith("#")}


def test_metrics_are_for_the_token_of_the_settings_and_for_nobody_else_on_the_network(world: World) -> None:
    app = create_app(replace(world.config, metrics_token=TOKEN))
    for sent in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"X-Forwarded-For": "127.0.0.1"}):
        assert app.test_client().get("/metrics", headers=sent).status_code == 302
    assert app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert world.app.test_client().get("/metrics", headers={"Authorization": "Bearer None"}).status_code == 302
    assert signed_in(world.app, "admin").get("/metrics").status_code == 200


def test_metrics_count_what_happened_and_measure_what_waits(world: World) -> None:
    world.assign("420101100", "a1", "a2")
    phone = world.phone()
    world.walk(phone, "420101100").whole_visit(("poor",))
    phone.sync()
    jobs.ask(world.db, "never done", "x", written(NOW))
    told = scraped(signed_in(world.app, "admin").get("/metrics"))
    assert told['fieldcheck_segments_answered_total{status="accepted"}'] == len(phone.outbox.kept)
    assert told['fieldcheck_requests_total{method="POST",route="/api/v1/segments",status="200"}'] == 1
    assert told["fieldcheck_upload_bytes_total"] == sum(len(photo.sealed) for photo in phone.photos)
    assert told["fieldcheck_uploads_completed_total"] == len(phone.photos) == told["fieldcheck_photos_verified"]
    assert told["fieldcheck_jobs_waiting"] >= 1 and told["fieldcheck_jobs_oldest_seconds"] > 0
    assert told["fieldcheck_disk_free_bytes"] > 0 < told["fieldcheck_database_bytes"]
    assert phone.device not in str(told) and "演示" not in str(told)


def test_the_address_behind_a_proxy_is_believed_only_where_a_proxy_is_set(world: World) -> None:
    for proxies, locked_out in ((0, True), (1, False)):
        app = create_app(replace(world.config, proxies=proxies))
        seen = []
        app.before_request_funcs[None].append(lambda: seen.append(__import__("flask").request.remote_addr))
        app.test_client().get("/healthz", headers={"X-Forwarded-For": "203.0.113.9"})
        assert (seen == ["127.0.0.1"]) == locked_out

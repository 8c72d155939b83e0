"""A sealed task from the draw to the desk: nothing of the place on the phone, a code by telephone, a village drawn at the roadside."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from fieldcheck.actions.draw_township import Batch, draw_township
from fieldcheck.actions.import_register import import_register
from fieldcheck.actions.open_round import open_round
from fieldcheck.actions.rebuild_folds import rebuild_folds
from fieldcheck.app import create_app
from fieldcheck.checklists import CURRENT
from fieldcheck.rules.evidence import BEIJING
from fieldcheck.rules.register import Unit, make_register
from fieldcheck.rules.scope import Exclusion
from fieldcheck.store import drawing, draws, registers
from fieldcheck.store.planned_rounds import Plan
from tests.browser.phone_driver import sign_in_at_desk
from tests.browser.test_every_screen import axe
from tests.browser.test_lock import ALL_STORES
from tests.chaos_proxy import ChaosProxy
from tests.world import NOW, PASSWORD, PRISON, TOWNSHIPS, World, small_register

pytestmark = pytest.mark.browser

NAMES = ("演示镇", "演示村", "演示河村", "演示一县", "演示二县", "Yanshizhen", "Yanshicun", "Yanshihecun", *TOWNSHIPS)


class MovedServer:
    """The application in a thread, on a clock that runs as the machine's does and that a test can set forward."""

    def __init__(self, world: World) -> None:
        self.ahead = timedelta()
        self._server = make_server("127.0.0.1", 0, create_app(world.config, clock=self.now), threaded=True)
        self.port = self._server.server_port
        self.origin = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def now(self) -> datetime:
        """The moment at which the server believes to be."""
        return datetime.now(UTC) + self.ahead

    def stop(self) -> None:
        """No more requests are answered."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def world(tmp_path):
    """With two villages in each township, so that another one than the drawn one can be gone to."""
    world = World(tmp_path / "data")
    first = small_register()
    more = [Unit("village", f"{code}201", f"演示河村{code[-1]}", "村", code) for code in TOWNSHIPS]
    import_register(world.db, world.config.data, world.keys,
                    make_register("demo-2", first.datum, first.attribution, [*first.units, *more]), actor="cli", now=NOW)
    plan = Plan("演示第二轮", NOW, timedelta(days=91), CURRENT, {"fix_sources": ["gps", "demo"]}, [Exclusion(PRISON, "演示：监狱")])
    world.round = open_round(world.db, world.keys, plan, "cli", NOW, demo=True)
    return world


@pytest.fixture
def server(world):
    """A server whose clock the test sets."""
    server = MovedServer(world)
    yield server
    server.stop()


def drawn(world, server):
    """A draw for today that is revealed in an hour."""
    reveal = server.now() + timedelta(hours=1)
    today: date = (reveal + BEIJING).date()
    batch = Batch("A", today, "3 5 1 6", "four throws of a die", reveal_at=reveal)
    return draw_township(world.db, world.keys, batch, "cli", server.now())


def code_at_desk(browser, server, batch):
    """What the desk reads out once the time has come."""
    page = sign_in_at_desk(browser.new_context(locale="en-GB"), server.origin, "office", PASSWORD)
    page.goto(f"{server.origin}/desk/plan")
    page.goto(f"{server.origin}/desk/plan/{batch}")
    page.get_by_role("button", name="Show the code, to read it out").click()
    expect(page.locator("p.code")).to_be_visible()
    return page, page.locator("p.code").inner_text()


def test_a_sealed_task_names_no_place_until_a_code_by_telephone_opens_it_and_the_village_is_drawn_without_a_network(
        world, server, new_phone, browser):
    proxy = ChaosProxy(server.port)
    made = drawn(world, server)
    phone = new_phone(proxy.origin, place=place_of(world, made))
    page = phone.page
    phone.see("There is a task.")
    phone.ready_offline()
    everything = page.evaluate(ALL_STORES) + page.locator("body").inner_text()
    proxy.down()
    assert [name for name in NAMES if name in everything] == []
    page.reload()
    phone.see("There is a task.")

    server.ahead += timedelta(hours=2)
    desk, code = code_at_desk(browser, server, made["batch"])
    assert len(code.replace(" ", "")) == 20
    phone.tap("No network? Open it by a code")
    digits = page.locator("#code")
    digits.fill(code[:-1] + str((int(code[-1]) + 1) % 10))
    phone.see("This code opens no task here. Please compare it again")
    expect(page.get_by_role("button", name="Open", exact=True)).to_be_disabled()
    assert axe(page) == []
    digits.fill(code)
    phone.tap("Open")
    phone.see("The task is open.")
    phone.see("演示镇")

    phone.tap("Begin the visit", exact=False)
    phone.see("Drawn village:")
    assert "演示" in page.locator("main strong").inner_text()
    to = another_village(world, made, page.locator("main strong").inner_text())
    phone.tap("Go to another village")
    page.locator("#village").select_option(to["unit"])
    expect(page.get_by_role("button", name="Why not the drawn village")).to_be_disabled()
    page.locator("#why").select_option("flood")
    assert axe(page) == []
    phone.declare()
    phone.tap("Begin")
    phone.see("The visit has begun")
    phone.tap("Later")
    phone.wait_for_counts(r"(\d+) \1 0")

    proxy.up = True
    phone.tap("Back")
    phone.tap("Sync now")
    phone.wait_for_counts(r"(\d+) 0 \1")
    proxy.close()

    [visit] = [row["visit"] for row in world.db.query("SELECT visit FROM visits")]
    desk.goto(f"{server.origin}/desk/visits/{visit}")
    expect(desk.get_by_text(f"gone to: {to['name']}, because of: flood")).to_be_visible()
    auditor = sign_in_at_desk(browser.new_context(locale="en-GB"), server.origin, "auditor", PASSWORD)
    auditor.goto(f"{server.origin}/desk/plan/signals")
    expect(auditor.get_by_text("office · read the code").first).to_be_visible()
    assert rebuild_folds(world.db, world.config.data, check=True) == []


def place_of(world, made):
    """Where the phone stands: in the middle of what was drawn."""
    unit = drawing.outcome(world.keys, draws.draw_of(world.db, made["batch"])).unit
    lon, lat = next(corner for code, corner in TOWNSHIPS.items() if world.unit(code) == unit)
    return lon + 0.05, lat + 0.05


def another_village(world, made, drawn_name):
    """A village of the township that was not drawn."""
    row = draws.draw_of(world.db, made["batch"])
    unit = drawing.outcome(world.keys, row).unit
    register = world.db.execute("SELECT register FROM rounds WHERE round = ?", [world.round]).fetchone()[0]
    return next(one for one in registers.villages_of(world.db, register, unit) if one["name"] not in drawn_name)

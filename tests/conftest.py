"""What holds for every test: browser tests are skipped aloud, and the head says what they ran on."""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path
from typing import Any, Iterator

import pytest
from hypothesis import settings

from tests.chaos_proxy import ChaosProxy
from tests.installed_browser import find_browser
from tests.server_process import ServerProcess
from tests.world import World

NOT_AUDITED = "NOT AUDITED"
NO_BROWSER = "no Chromium, Chrome or Edge on this machine"
# No example has a time limit: a busy machine is no fault of the code.
settings.register_profile("fieldcheck", deadline=None)
settings.register_profile("ten-thousand", max_examples=10_000, deadline=None)
settings.load_profile("fieldcheck")


def pytest_report_header() -> str:
    """Name what a failure may depend on."""
    browser = find_browser() or "none"
    return f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, Flask {version('flask')}, browser: {browser}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none."""
    waiting = [] if find_browser() else [item for item in items if item.get_closest_marker("browser")]
    for item in waiting:
        item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was not run, and which checks before pytest failed, where nobody overlooks it."""
    skipped = sum(NO_BROWSER in str(report.longrepr) for report in terminalreporter.stats.get("skipped", ()))
    if skipped:
        terminalreporter.section("NOT TESTED IN A BROWSER", red=True)
        terminalreporter.line(f"{skipped} browser tests were skipped: {NO_BROWSER}.")
        terminalreporter.line("python3 run.py test --install installs Chromium with apt and runs them.")
    unaudited = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", ()) if NOT_AUDITED in str(report.longrepr)]
    if unaudited:
        terminalreporter.section("DEPENDENCIES NOT AUDITED", red=True)
        terminalreporter.line(f"{len(unaudited)} audits had nobody to ask; run them where the network reaches the advisories of PyPI and npm.")
    if failed := os.environ.get("FIELDCHECK_FAILED"):
        terminalreporter.section("FAILED BEFORE PYTEST", red=True)
        terminalreporter.line(f"{failed}: see above. The whole run counts as failed.")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An installation in which two inspectors of team A have a township; a module may make another in its place."""
    world = World(tmp_path / "data")
    world.assign("420101100", "a1", "a2")
    return world


@pytest.fixture
def server(world: Any) -> Iterator[ServerProcess]:
    """A real server over the ``world``."""
    server = ServerProcess(world.config.data)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def proxy(server: ServerProcess) -> Iterator[ChaosProxy]:
    """The bad network before it."""
    proxy = ChaosProxy(server.port)
    yield proxy
    proxy.close()

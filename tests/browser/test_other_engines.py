"""The phone's app in Firefox: enrolled by a link, a visit begun, synced, everything arrived.

Firefox is driven by its own WebDriver BiDi (https://w3c.github.io/webdriver-bidi/): geckodriver, which other tools need,
is no package of Debian. ``apt-get install firefox-esr`` puts one there. WebKitGTK is not driven here, since
its MiniBrowser wants a display; the same walk by hand, under Xvfb on 2026-11-25 with WebKitGTK 2.50, arrived whole.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fieldcheck.actions.invite_device import invite_device
from fieldcheck.actions.verify_log import verify_log
from tests.server_process import ServerProcess
from tests.world import World

websocket = pytest.importorskip("websocket", reason="websocket-client is not installed: pip install -e '.[test]'")
FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
LONGEST_S = 60
TAP = """(() => { const all = [...document.querySelectorAll('button, a.button')].filter((one) => one.checkVisibility() && !one.disabled);
  const found = all.find((one) => one.textContent.trim().startsWith(%s)); found?.click(); return Boolean(found); })()"""


class Firefox:
    """One page in a Firefox without a window, on a profile of its own; stopped by its own process."""

    def __init__(self, profile: Path) -> None:
        (profile / "user.js").write_text('user_pref("intl.accept_languages", "en");\nuser_pref("geo.enabled", false);\n')
        self._process = subprocess.Popen(
            [str(FIREFOX), "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        address = next(found[1] for line in self._process.stderr if (found := re.search(r"BiDi listening on (ws://\S+)", line)))
        self._socket = websocket.create_connection(f"{address}/session", timeout=LONGEST_S, suppress_origin=True)
        self._number = 0
        self.ask("session.new", capabilities={})
        self._page = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.terminate()
        self._process.wait(timeout=LONGEST_S)
        self._process.stderr.close()

    def ask(self, method: str, **params: Any) -> Any:
        """One command and its result."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while (heard := json.loads(self._socket.recv())).get("id") != self._number:
            pass
        assert heard["type"] == "success", heard
        return heard["result"]

    def go(self, address: str) -> None:
        """Open a page and wait until it is loaded."""
        self.ask("browsingContext.navigate", context=self._page, url=address, wait="complete")

    def says(self, script: str) -> Any:
        """The value of an expression in the page; text, number or truth."""
        done = self.ask("script.evaluate", expression=script, target={"context": self._page}, awaitPromise=True)
        assert done["type"] == "success", done
        return done["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + LONGEST_S
        while not self.says(script):
            assert time.monotonic() < end, self.says("document.body.innerText")
            time.sleep(0.2)

    def tap(self, name: str) -> None:
        """Tap the first button whose words begin so, once there is one."""
        self.until(TAP % json.dumps(name))

    def sees(self, words: str) -> None:
        """Wait until these words stand on the screen."""
        self.until(f"document.body.innerText.includes({json.dumps(words)})")


@pytest.fixture
def firefox(tmp_path):
    if not FIREFOX:
        pytest.skip("there is no Firefox here: apt-get install firefox-esr")
    profile = tmp_path / "firefox"
    profile.mkdir()
    firefox = Firefox(profile)
    yield firefox
    firefox.close()


def test_a_visit_recorded_in_firefox_arrives_whole(firefox, tmp_path):
    world = World(tmp_path / "data")
    world.assign("420101100", "a1", "a2")
    server = ServerProcess(world.config.data)
    server.start()
    try:
        token = invite_device(world.db, world.accounts["a1"].id, "cli", datetime.now(UTC)).link_token
        firefox.go(f"{server.origin}/phone/#enrol={token}")
        firefox.tap("Use this phone")
        firefox.sees("演示镇0")
        firefox.tap("Begin the visit")
        firefox.until("document.querySelectorAll('fieldset.declaration').length === 3")
        for number in range(3):
            firefox.until(f"""(() => {{ const yes = [...document.querySelectorAll('fieldset.declaration')][{number}].querySelectorAll('button');
                [...yes].find((one) => one.textContent.trim().startsWith('Yes')).click(); return true; }})()""")
        firefox.tap("Begin")
        firefox.tap("Later")
        firefox.sees("Next household")
        firefox.until(r"/^\D*[1-9]\d*\D+0\D+[1-9]/.test(document.querySelector('.counts summary').innerText)")
        kinds = [row[0] for row in world.db.execute("SELECT kind FROM messages WHERE visit IS NOT NULL")]
        assert "visit.opened" in kinds
        assert firefox.says("navigator.serviceWorker.ready.then(() => true)") is True
        assert list(verify_log(world.db, world.config.data, world.keys)) == []
    finally:
        server.stop()

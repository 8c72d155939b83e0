"""The phone's app in Firefox and in WebKitGTK: enrolled by a link, a visit begun, synced, the server's log verified.

Firefox is driven by its own WebDriver BiDi (https://w3c.github.io/webdriver-bidi/): geckodriver, which other tools need,
is no package of Debian. ``apt-get install firefox-esr`` puts one there. WebKitGTK is driven by the WebDriver of
``webkit2gtk-driver`` (https://www.w3.org/TR/webdriver2/); its MiniBrowser wants a display, which ``xvfb`` has.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fieldcheck.actions.invite_device import invite_device
from fieldcheck.actions.verify_log import verify_log
from tests.server_process import ServerProcess, free_port
from tests.world import World

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
MINIBROWSER = next(Path("/usr").glob("lib/*/webkit2gtk-4.*/MiniBrowser"), None)
LONGEST_S = 60
TAP = """(() => { const all = [...document.querySelectorAll('button, a.button')].filter((one) => one.checkVisibility() && !one.disabled);
  const found = all.find((one) => one.textContent.trim().startsWith(%s)); found?.click(); return Boolean(found); })()"""


class Phone:
    """One page in some browser: what the walk needs of it."""

    def go(self, address: str) -> None:
        """Open a page and wait until it is loaded."""
        raise NotImplementedError

    def says(self, script: str) -> Any:
        """The value of an expression in the page, awaited; text, number or truth."""
        raise NotImplementedError

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


class Firefox(Phone):
    """One page in a Firefox without a window, on a profile of its own; stopped by its own process."""

    def __init__(self, profile: Path) -> None:
        websocket = pytest.importorskip("websocket", reason="websocket-client is not installed: pip install -e '.[test]'")
        (profile / "user.js").write_text('user_pref("intl.accept_languages", "en");\nuser_pref("geo.enabled", false);\n')
        said = profile / "said.txt"
        with said.open("w") as words:
            self._process = subprocess.Popen(
                [str(FIREFOX), "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"],
                stderr=words, stdout=subprocess.DEVNULL)
        try:
            address = self._address(said)
        except AssertionError:
            self._process.kill()
            raise
        self._socket = websocket.create_connection(f"{address}/session", timeout=LONGEST_S, suppress_origin=True)
        self._number = 0
        self.ask("session.new", capabilities={})
        self._page = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def _address(self, said: Path) -> str:
        """Where it listens, by its own words in a file: a pipe that nobody empties would stop it one day."""
        end = time.monotonic() + LONGEST_S
        while not (found := re.search(r"BiDi listening on (ws://\S+)", said.read_text(errors="replace"))):
            assert time.monotonic() < end, "Firefox never said where it listens"
            time.sleep(0.1)
        return found[1]

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.terminate()
        self._process.wait(timeout=LONGEST_S)

    def ask(self, method: str, **params: Any) -> Any:
        """One command and its result."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while (heard := json.loads(self._socket.recv())).get("id") != self._number:
            pass
        assert heard["type"] == "success", heard
        return heard["result"]

    def go(self, address: str) -> None:
        self.ask("browsingContext.navigate", context=self._page, url=address, wait="complete")

    def says(self, script: str) -> Any:
        done = self.ask("script.evaluate", expression=script, target={"context": self._page}, awaitPromise=True)
        assert done["type"] == "success", done
        return done["result"].get("value")


class WebKit(Phone):
    """One page in WebKitGTK's MiniBrowser on a display of its own; both stopped by their own process groups."""

    def __init__(self, home: Path) -> None:
        self._session = ""
        self._port = free_port()
        self._screen = subprocess.Popen(["Xvfb", "-displayfd", "1", "-screen", "0", "800x800x24", "-nolisten", "tcp"],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True)
        late = threading.Timer(LONGEST_S, self._screen.kill)
        late.start()
        display = self._screen.stdout.readline().strip()
        late.cancel()
        assert display, "Xvfb never named its display"
        # There is no graphics card behind Xvfb, so nothing may be drawn by one.
        drawn = {"WEBKIT_DISABLE_COMPOSITING_MODE": "1", "WEBKIT_DISABLE_DMABUF_RENDERER": "1", "LIBGL_ALWAYS_SOFTWARE": "1"}
        self._driver = subprocess.Popen(
            ["WebKitWebDriver", "--host=127.0.0.1", f"--port={self._port}"], start_new_session=True,
            env={**os.environ, **drawn, "HOME": str(home), "XDG_DATA_HOME": str(home), "DISPLAY": f":{display}"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def begin(self) -> None:
        """Start the browser, once its driver answers."""
        end = time.monotonic() + LONGEST_S
        while self._session == "":
            try:
                options = {"binary": str(MINIBROWSER), "args": ["--automation"]}
                made = self.ask("POST", "/session", capabilities={"alwaysMatch": {"webkitgtk:browserOptions": options}})
                self._session = f"/session/{made['sessionId']}"
            except ConnectionRefusedError:
                assert time.monotonic() < end, "WebKitWebDriver does not answer"
                time.sleep(0.1)

    def close(self) -> None:
        """End the browser, its driver and the display."""
        try:
            if self._session:
                self.ask("DELETE", self._session)
        finally:
            for process in (self._driver, self._screen):
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(timeout=LONGEST_S)
            self._screen.stdout.close()

    def ask(self, method: str, path: str, **params: Any) -> Any:
        """One command and its value."""
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=LONGEST_S)
        try:
            line.request(method, path, json.dumps(params) if method == "POST" else None)
            answer = line.getresponse()
            value = json.loads(answer.read())["value"]
        finally:
            line.close()
        assert answer.status == http.client.OK, value
        return value

    def go(self, address: str) -> None:
        self.ask("POST", f"{self._session}/url", url=address)

    def says(self, script: str) -> Any:
        return self.ask("POST", f"{self._session}/execute/sync", script=f"return {script}", args=[])


def begin_a_visit_and_send_it(phone: Phone, tmp_path: Path) -> None:
    """Enrol by a link, begin a visit, wait until the counts say that it arrived, and verify the server's log."""
    world = World(tmp_path / "data")
    world.assign("420101100", "a1", "a2")
    server = ServerProcess(world.config.data)
    server.start()
    try:
        token = invite_device(world.db, world.accounts["a1"].id, "cli", datetime.now(UTC)).link_token
        phone.go(f"{server.origin}/phone/#enrol={token}")
        phone.until("document.querySelector('.counts') !== null")
        if phone.says("document.documentElement.lang") != "en":
            phone.tap("English")
        phone.until("""(() => { const field = document.getElementById('new-secret'); if (!field) return false;
            field.value = 'demo wind over rice'; field.dispatchEvent(new Event('input')); return true; })()""")
        phone.tap("Use this phone")
        phone.sees("演示镇0")
        phone.tap("Begin the visit")
        phone.until("document.querySelectorAll('fieldset.declaration').length === 3")
        for number in range(3):
            phone.until(f"""(() => {{ const yes = [...document.querySelectorAll('fieldset.declaration')][{number}].querySelectorAll('button');
                [...yes].find((one) => one.textContent.trim().startsWith('Yes')).click(); return true; }})()""")
        phone.tap("Begin")
        phone.tap("Later")
        phone.sees("Next household")
        phone.until(r"/^\D*[1-9]\d*\D+0\D+[1-9]/.test(document.querySelector('.counts summary').innerText)")
        kinds = [row[0] for row in world.db.execute("SELECT kind FROM messages WHERE visit IS NOT NULL")]
        assert "visit.opened" in kinds
        assert phone.says("navigator.serviceWorker.ready.then(() => true)") is True
        assert list(verify_log(world.db, world.config.data, world.keys)) == []
    finally:
        server.stop()


@pytest.fixture
def firefox(tmp_path):
    if not FIREFOX:
        pytest.skip("there is no Firefox here: apt-get install firefox-esr")
    profile = tmp_path / "firefox"
    profile.mkdir()
    firefox = Firefox(profile)
    yield firefox
    firefox.close()


@pytest.fixture
def webkit(tmp_path):
    if not (MINIBROWSER and shutil.which("WebKitWebDriver") and shutil.which("Xvfb")):
        pytest.skip("there is no WebKitGTK to drive here: apt-get install webkit2gtk-driver xvfb")
    home = tmp_path / "webkit"
    home.mkdir()
    webkit = WebKit(home)
    try:
        webkit.begin()
        yield webkit
    finally:
        webkit.close()


def test_a_visit_begun_in_firefox_arrives_and_the_log_verifies(firefox, tmp_path):
    begin_a_visit_and_send_it(firefox, tmp_path)


def test_a_visit_begun_in_webkitgtk_arrives_and_the_log_verifies(webkit, tmp_path):
    begin_a_visit_and_send_it(webkit, tmp_path)

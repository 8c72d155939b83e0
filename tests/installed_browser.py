"""Which browser of this machine the tests drive; ``python -m tests.installed_browser`` puts one there if it may."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
MAC_PATHS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
# The fonts because a page of empty boxes has other widths than a page of Chinese.
PACKAGES = ("chromium", "fonts-noto-cjk")


def find_browser() -> str | None:
    """Path of a Chromium, Chrome or Edge; ``FIELDCHECK_BROWSER`` comes before all others; None if there is none."""
    candidates = (os.environ.get("FIELDCHECK_BROWSER"), *map(shutil.which, NAMES), *MAC_PATHS)
    return next((path for path in candidates if path and os.access(path, os.X_OK)), None)


def may_install(asked: bool) -> bool:
    """Whether apt may be used: when somebody asked for it, or as root in CI."""
    return (asked or (os.geteuid() == 0 and os.environ.get("CI") == "true")) and bool(shutil.which("apt-get"))


def install_browser() -> None:
    """Install Debian's Chromium; a failure is apt's to explain, and the tests that need it are skipped aloud."""
    apt = [*([] if os.geteuid() == 0 else ["sudo"]), "apt-get", "-qq", "-o", "Acquire::Retries=3"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.call([*apt, "update"], env=quiet)
    install = [*apt, "install", "-y", "--no-install-recommends", *PACKAGES]
    subprocess.call(install, env=quiet, stdout=subprocess.DEVNULL)


if __name__ == "__main__" and not find_browser() and may_install("--install" in sys.argv):
    print("正在用 apt 安装浏览器 Chromium。\nInstalling the browser Chromium with apt.", flush=True)
    install_browser()

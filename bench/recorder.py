"""The app's recording modules as one script for a phone's page (``bench/record_visits.js``)."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def recorder() -> str:
    """A script that leaves ``bench`` behind."""
    esbuild = next((ROOT / "node_modules").glob("@esbuild/*/bin/esbuild"))
    made = subprocess.run([esbuild, "bench/record_visits.js", "--bundle", "--format=iife", "--global-name=bench"],
                          cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return f"(() => {{ {made}; globalThis.bench = bench; }})()"

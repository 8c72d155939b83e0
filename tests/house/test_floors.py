"""Each floor of the house stands on lower floors only (docs/architecture.md)."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from tests.house.source_tree import (
    ROOT,
    PythonModule,
    cycle,
    javascript_modules,
    javascript_target,
    expect_none,
    own_imports,
    python_modules,
    relative,
)

# Lowest first. A single module of fieldcheck stands on the floor of its name; one not named here fails a test.
FLOORS = (
    {"sync"},
    {"rules", "problems", "chance", "config", "checklists", "demo_accounts", "jose", "keys", "passwords", "picture_process", "pictures", "sealed_draw", "sealed_photo", "shipped", "texts", "export_file", "likeness", "times"},
    {"store"},
    {"actions"},
    {"views", "fleet", "rescue"},
    {"app", "cli", "demo", "demo_draws", "demo_plan", "demo_round", "demo_walk", "serving", "upgrade", "doctor", "lan_https", "work", "__main__"},
)
TOP_TWO = FLOORS[4] | FLOORS[5]
WEB = {"flask", "werkzeug", "wtforms", "jinja2", "flask_wtf", "flask_login", "flask_babel"}
DATABASE = {"sqlite3", "sqlite_utils"}
# A simulated phone shares the protocol and its arithmetic with the server, never the server's own rooms.
FLEET_MAY = ("sync", "fieldcheck.fleet", "fieldcheck.rules", "fieldcheck.jose", "fieldcheck.sealed_photo", "fieldcheck.times")
# Reading the clock or rolling dice; below `actions` both come in as arguments.
CLOCK_AND_DICE = {"time", "random", "secrets"}
CLOCK_AND_DICE_CALLS = {"now", "utcnow", "today", "uuid1", "uuid4", "uuid6", "uuid7", "urandom"}
SECRETS_ARE_ITS_WORK = {
    "fieldcheck.chance": "is where the dice are kept",
    "fieldcheck.keys": "makes the server's keys",
    "fieldcheck.store.private_records": "an encryption needs a fresh nonce, which no fold depends on",
    "fieldcheck.store.second_factors": "an encryption needs a fresh nonce, which no fold depends on",
    "fieldcheck.store.photo_files": "two requests may write one photo at once, each under a name of its own",
}
PURE = ("sync", "fieldcheck.rules")
IMPURE = {"os", "pathlib", "socket", "subprocess", "tempfile", "shutil", "urllib", "http", "threading", "logging"}

JS_FLOORS = ({"model"}, {"store", "device"}, {"sync"}, {"ui", "map"}, {"rehearsal"},
             {"main.js", "words_zh.js", "words_en.js", "desk.js", "desk_review.js", "try.js", "parts.js", "sw.js"})
JS_HOMES = {"indexedDB": ("store/",), "fetch": ("sync/transport.js", "sw.js"), "navigator": ("device/",),
            "XMLHttpRequest": ("sync/transport.js", "rehearsal/network_switch.js"), "localStorage": (), "sessionStorage": ()}  # fmt: skip
NPM_HOMES = {"idb": ("store/",), "leaflet": ("map/",), "lean-qr": ("ui/",), "lit-html": ("ui/", "main.js", "desk.js")}


def floor_name(module: str) -> str:
    """The name in FLOORS that a module belongs to; ``cli_serve`` and the like stand with ``cli``."""
    parts = module.split(".")
    name = parts[0] if parts[0] == "sync" or len(parts) == 1 else parts[1]
    return "cli" if name.startswith("cli_") else name


def floor(module: str) -> int:
    """How high a module stands."""
    return next((height for height, names in enumerate(FLOORS) if floor_name(module) in names), -1)


def inner_modules() -> list[PythonModule]:
    """All modules but the two packages' own ``__init__``."""
    return [module for module in python_modules() if module.name not in ("sync", "fieldcheck")]


def test_every_module_has_a_floor() -> None:
    expect_none(m.name for m in inner_modules() if floor(m.name) < 0)


def test_a_module_imports_no_higher_floor() -> None:
    climbs = [
        f"{module.name} imports {name}"
        for module in inner_modules()
        for name in own_imports(module)
        if name not in ("sync", "fieldcheck") and floor(name) > floor(module.name)
    ]
    expect_none(climbs)


def test_python_modules_import_without_cycles() -> None:
    expect_none(cycle({module.name: own_imports(module) for module in inner_modules()}))


def test_an_action_never_imports_another_action() -> None:
    expect_none(siblings("fieldcheck.actions."))


def test_a_view_never_imports_another_view() -> None:
    """What several views stand on (who is calling, what a body holds) has no routes, and is no view."""
    views = {module.name for module in python_modules() if has_routes(module)}
    assert views
    expect_none(pair for pair in siblings("fieldcheck.views.") if pair.rpartition(" ")[2] in views)


def siblings(prefix: str) -> list[str]:
    """Pairs of modules below a package of which one imports the other."""
    return [
        f"{module.name} imports {name}"
        for module in inner_modules()
        for name in own_imports(module)
        if module.name.startswith(prefix) and name.startswith(prefix)
    ]


def has_routes(module: PythonModule) -> bool:
    """Whether a module answers requests: it makes a Blueprint."""
    calls = (node.func for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    return any(isinstance(name, ast.Name) and name.id == "Blueprint" for name in calls)


def test_the_fleet_speaks_to_the_server_as_a_phone_does() -> None:
    strangers = [
        f"{module.name} imports {name}"
        for module in inner_modules()
        for name in own_imports(module)
        if module.name.startswith("fieldcheck.fleet") and not name.startswith(FLEET_MAY)
    ]
    expect_none(strangers)


def roots(module: PythonModule) -> set[str]:
    """First names of everything a module imports."""
    return {name.partition(".")[0] for name in module.imports()}


def test_flask_appears_on_the_top_floors_only() -> None:
    expect_none(m.name for m in inner_modules() if roots(m) & WEB and floor_name(m.name) not in TOP_TWO - {"fleet", "rescue"})


def test_sqlite_appears_in_the_store_only() -> None:
    expect_none(m.name for m in inner_modules() if roots(m) & DATABASE and floor_name(m.name) != "store")


def test_the_protocol_needs_nothing_but_the_standard_library() -> None:
    foreign = {name for m in python_modules() if m.name.startswith("sync") for name in roots(m)}
    assert foreign - set(sys.stdlib_module_names) - {"sync"} == set()


def test_protocol_and_rules_touch_neither_disk_nor_network() -> None:
    pure = [module for module in inner_modules() if module.name.startswith(PURE)]
    expect_none(f"{module.name}: {sorted(found)}" for module in pure if (found := roots(module) & IMPURE))
    expect_none(f"{module.name}: open()" for module in pure if opens_files(module))


def opens_files(module: PythonModule) -> bool:
    """Whether a module calls the built-in ``open``."""
    calls = (node.func for node in ast.walk(module.tree) if isinstance(node, ast.Call))
    return any(isinstance(name, ast.Name) and name.id == "open" for name in calls)


def test_clock_and_randomness_are_arguments_below_actions() -> None:
    actions = FLOORS.index({"actions"})
    found = [
        f"{module.name}:{line} {what}"
        for module in inner_modules()
        if floor(module.name) < actions and module.name not in SECRETS_ARE_ITS_WORK
        for line, what in clock_and_dice(module)
    ]
    expect_none(found)


def clock_and_dice(module: PythonModule) -> list[tuple[int, str]]:
    """Where a module reads the clock or rolls dice."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            named = isinstance(owner, ast.Name) and owner.id in CLOCK_AND_DICE
            if named or node.func.attr in CLOCK_AND_DICE_CALLS:
                found.append((node.lineno, ast.unparse(node.func)))
        elif isinstance(node, ast.ImportFrom) and node.module in CLOCK_AND_DICE and not node.level:
            found.append((node.lineno, f"from {node.module}"))
    return found


def js_name(path: Path) -> str:
    """A module's path below static/js."""
    return path.relative_to(ROOT / "static" / "js").as_posix()


def js_floor(path: Path) -> int:
    """How high a JavaScript module stands."""
    return next((height for height, names in enumerate(JS_FLOORS) if js_name(path).split("/")[0] in names), -1)


def js_imports(path: Path, seen: dict) -> set[Path]:
    """The project's modules that a module imports, for its types too."""
    targets = {javascript_target(path, source) for source in (*seen["imports"], *seen["types"])}
    return {target for target in targets if target and target.suffix == ".js"}


def test_every_script_has_a_floor() -> None:
    expect_none(js_name(path) for path in javascript_modules() if js_floor(path) < 0)


def test_a_script_imports_no_higher_floor() -> None:
    climbs = [
        f"{js_name(path)} imports {relative(target)}"
        for path, seen in javascript_modules().items()
        for target in js_imports(path, seen)
        if js_floor(target) > js_floor(path)
    ]
    expect_none(climbs)


def test_store_and_device_do_not_know_each_other() -> None:
    pairs = [
        f"{js_name(path)} imports {relative(target)}"
        for path, seen in javascript_modules().items()
        for target in js_imports(path, seen)
        if {js_name(path).split("/")[0], js_name(target).split("/")[0]} in ({"store", "device"}, {"ui", "map"})
    ]
    expect_none(pairs)


def test_scripts_import_without_cycles() -> None:
    # Types do not run, so a cycle of types alone is none.
    graph = {
        js_name(path): {
            js_name(t) for source in seen["imports"] if (t := javascript_target(path, source)) and t.suffix == ".js"
        }
        for path, seen in javascript_modules().items()
    }
    expect_none(cycle(graph))


def test_a_screen_never_imports_another_screen() -> None:
    screens = {path for path in javascript_modules() if path.name.endswith("_screen.js")}
    siblings = [
        f"{js_name(path)} imports {js_name(target)}"
        for path in screens
        for target in js_imports(path, javascript_modules()[path]) & screens
    ]
    expect_none(siblings)


def test_database_network_and_device_have_one_home_each_in_the_browser() -> None:
    strays = [
        f"{js_name(path)} uses {name}"
        for path, seen in javascript_modules().items()
        for name in set(seen["globals"])
        if not js_name(path).startswith(JS_HOMES[name])
    ]
    expect_none(strays)


def test_npm_packages_have_one_home_each() -> None:
    strays = [
        f"{js_name(path)} imports {source}"
        for path, seen in javascript_modules().items()
        for source in seen["imports"]
        if not source.startswith(".") and not js_name(path).startswith(NPM_HOMES.get(package_of(source), ()))
    ]
    expect_none(strays)


def package_of(source: str) -> str:
    """The npm package that an import names."""
    return "/".join(source.split("/")[: 2 if source.startswith("@") else 1])

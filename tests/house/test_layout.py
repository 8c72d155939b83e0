"""The top level is what the user fixed, and beside it only what a tool demands (docs/architecture.md)."""

from __future__ import annotations

import ast
import configparser
import json
import re
import tomllib
from typing import Any, Iterator

from tests.house.source_tree import ROOT, expect_none, files, project_files, python_modules, relative

THE_HOUSE = {"fieldcheck", "templates", "static", "sync", "tests", "setup.cfg", "README.md"}
WHAT_TOOLS_DEMAND = {
    ".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "MANIFEST.in", "bench", "docs", "package-lock.json", "package.json",
    "README.zh-CN.md", "pyproject.toml", "run.py",
}  # fmt: skip
NAMES_THAT_SAY_NOTHING = re.compile(r"(^|_)(utils?|helpers?|manager|misc)(_|$)")


def test_the_top_level_holds_only_what_belongs_there() -> None:
    expect_none({relative(path).split("/")[0] for path in project_files()} - THE_HOUSE - WHAT_TOOLS_DEMAND)


def test_the_house_is_complete() -> None:
    expect_none(name for name in THE_HOUSE if not (ROOT / name).exists())


def test_pyproject_names_the_build_system_and_nothing_else() -> None:
    assert set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))) == {"build-system"}


def test_a_file_is_named_for_what_it_holds() -> None:
    expect_none(relative(path) for path in [*files(".py"), *files(".js")] if NAMES_THAT_SAY_NOTHING.search(path.stem))


def test_every_public_function_says_what_it_promises() -> None:
    promised = {name for module in python_modules() for name in promised_by_ports(module.tree)}
    expect_none(
        f"{relative(module.path)}:{node.lineno} {node.name}"
        for module in python_modules()
        for node, method in public_parts(module.tree)
        if not ast.get_docstring(node) and not (method and node.name in promised)
    )


def public_parts(tree: ast.Module) -> Iterator[tuple[Any, bool]]:
    """Functions and classes of a module, and the public methods of its public classes."""
    for node in filter(is_public, tree.body):
        yield node, False
        if isinstance(node, ast.ClassDef):
            yield from ((part, True) for part in filter(is_public, node.body))


def is_public(node: ast.AST) -> bool:
    """Whether others may call it."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return isinstance(node, kinds) and not node.name.startswith("_")


def promised_by_ports(tree: ast.Module) -> Iterator[str]:
    """Methods that a Protocol documents (of its only one, itself): whoever fills the port need not say it again."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(getattr(parent, "id", "") == "Protocol" for parent in node.bases):
            methods = list(filter(is_public, node.body))
            yield from (part.name for part in methods if ast.get_docstring(part) or len(methods) == 1)


def test_third_party_code_is_pinned_and_never_committed() -> None:
    expect_none(relative(path) for path in project_files() if {"node_modules", "dist", "vendor"} & set(path.relative_to(ROOT).parts))
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    pins = {**package["dependencies"], **package["devDependencies"]}
    expect_none(f"{name} {pin}" for name, pin in pins.items() if not re.fullmatch(r"\d+\.\d+\.\d+", pin))


def test_the_lock_names_no_place_to_download_from() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    expect_none(f"{name}: {facts['resolved']}" for name, facts in lock["packages"].items() if "resolved" in facts)
    expect_none(name for name, facts in lock["packages"].items() if name and "integrity" not in facts)


def test_every_dependency_says_what_it_is_for() -> None:
    lines = (ROOT / "setup.cfg").read_text("utf-8").splitlines()
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    extras = config["options.extras_require"].values()
    wanted = [line for value in (config["options"]["install_requires"], *extras) for line in value.split("\n") if line]
    expect_none(one for one in wanted if not lines[lines.index(f"    {one}") - 1].startswith("    #"))

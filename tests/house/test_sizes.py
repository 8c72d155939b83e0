"""One giant file eats a project: the largest is the budget, not the mean (docs/architecture.md)."""

from __future__ import annotations

from statistics import median

import pytest

from tests.house.source_tree import (
    PACKAGES,
    Function,
    files,
    javascript_modules,
    expect_none,
    python_module,
    python_modules,
    relative,
)

FUNCTION_LINES = 60
TYPICAL_FUNCTION_LINES = 12
FILE_LINES = 400
TEST_LINES = 500
SOURCES = {
    ".py": ("fieldcheck", "sync"),
    ".js": ("static/js",),
    ".css": ("static/css",),
    ".html": ("templates",),
}


def python_functions() -> list[Function]:
    """Every function of the program and of run.py."""
    modules = [*python_modules(*PACKAGES), *(python_module(p) for p in files(".py") if relative(p) == "run.py")]
    return [function for module in modules for function in module.functions()]


def javascript_functions() -> list[Function]:
    """Every function of the browser's side, arrows too."""
    return [
        Function(f"{relative(path)}:{function['line']}", function["lines"])
        for path, seen in javascript_modules().items()
        for function in seen["functions"]
    ]


@pytest.mark.parametrize("functions", [python_functions, javascript_functions])
def test_no_function_is_long(functions) -> None:
    expect_none(f"{function.place}: {function.lines} lines" for function in functions() if function.lines > FUNCTION_LINES)


@pytest.mark.parametrize("functions", [python_functions, javascript_functions])
def test_the_typical_function_fits_in_one_look(functions) -> None:
    assert median(function.lines for function in functions()) <= TYPICAL_FUNCTION_LINES


@pytest.mark.parametrize("suffix", SOURCES)
def test_no_source_file_is_long(suffix: str) -> None:
    paths = [*files(suffix, *SOURCES[suffix]), *(path for path in files(suffix) if relative(path) == "run.py")]
    assert paths, f"no {suffix} in {SOURCES[suffix]}"
    expect_none(f"{relative(path)}: {lines}" for path in paths if (lines := line_count(path)) > FILE_LINES)


@pytest.mark.parametrize("suffix", [".py", ".js"])
def test_no_test_file_is_long(suffix: str) -> None:
    expect_none(f"{relative(p)}: {lines}" for p in files(suffix, "tests") if (lines := line_count(p)) > TEST_LINES)


def line_count(path) -> int:
    """Lines of a text file."""
    return len(path.read_text("utf-8").splitlines())

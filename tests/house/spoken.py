"""Which sentences the program speaks: keys that code and templates name, and words that stand where a key belongs."""

from __future__ import annotations

import ast
import re
from functools import cache
from html.parser import HTMLParser
from typing import Iterator, NamedTuple

from tests.house.source_tree import files, javascript_modules, python_module, python_modules, relative

CJK = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
LETTER = re.compile(r"[^\W\d_]")
JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.S)
# {% block body_class %}narrow{% endblock %} fills an attribute.
JINJA_CLASS = re.compile(r"\{% block \w+_class %\}.*?\{% endblock %\}")
JINJA_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
JINJA_STRING = re.compile(r"'([^']*)'|\"([^\"]*)\"")
JINJA_KEY = re.compile(r"\bt\(\s*(?:'([^']+)'|\"([^\"]+)\")\s*(?=[,)])")
JINJA_PATTERN = re.compile(r"(?:'([^']*)'|\"([^\"]*)\")\s*~")
SPOKEN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "aria-description", "label"}
SPEAKING_CALLS = {"t", "say", "Stop", "sentences", "text"}
# What click would print as it stands; cli_words.py reads these as keys.
SPOKEN_KEYWORDS = {"help", "short_help", "epilog", "prompt", "confirmation_prompt"}
COMMAND_LINE = re.compile(r"fieldcheck/(cli(_\w+)?|demo|serving|__main__)\.py:")
UNSPOKEN = {"script", "style"}


class Use(NamedTuple):
    """Something found at a place."""

    place: str
    value: str


def docstrings(tree: ast.Module) -> set[int]:
    """Identities of the constants that are docstrings (of attributes too): they speak to programmers."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


@cache
def speaking_python() -> tuple:
    """The program's modules and run.py."""
    return (*python_modules(), *(python_module(path) for path in files(".py") if relative(path) == "run.py"))


def python_strings() -> Iterator[Use]:
    """Every string literal of the program that is no docstring."""
    for module in speaking_python():
        silent = docstrings(module.tree)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
                yield Use(f"{relative(module.path)}:{node.lineno}", node.value)


def python_keys() -> Iterator[Use]:
    """Keys that stand in calls as they are."""
    for module in speaking_python():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                place = f"{relative(module.path)}:{node.lineno}"
                yield from (Use(place, key) for key in (key_of(node), *keyword_keys(node, place)) if key is not None)


def key_of(call: ast.Call) -> str | None:
    """The key of a call that speaks: ``t(key)``, ``current.text(key)``, ``texts.text(language, part, key)``."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name not in SPEAKING_CALLS:
        return None
    at = 2 if name == "text" and len(call.args) > 2 else 0
    constant = call.args[at] if len(call.args) > at else None
    return constant.value if isinstance(constant, ast.Constant) and isinstance(constant.value, str) else None


def keyword_keys(call: ast.Call, place: str) -> Iterator[str]:
    """The keys that a call on the command line gives click to speak."""
    if COMMAND_LINE.match(place):
        for keyword in call.keywords:
            if keyword.arg in SPOKEN_KEYWORDS and isinstance(keyword.value, ast.Constant):
                yield str(keyword.value.value)


def python_patterns() -> Iterator[tuple[str, ...]]:
    """Literal parts of f-strings and of ``"a." + x``."""
    for module in speaking_python():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.JoinedStr):
                yield tuple(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)
            elif isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
                yield node.left.value, "\0"


@cache
def templates() -> tuple[tuple[str, str], ...]:
    """Name and text of every template, comments blanked but their lines kept."""
    return tuple(
        (relative(p), JINJA_COMMENT.sub(lambda c: "\n" * c[0].count("\n"), p.read_text("utf-8")))
        for p in files(".html", "templates")
    )


def template_uses(pattern: re.Pattern[str]) -> Iterator[Use]:
    """What a pattern finds inside the templates' code."""
    for name, text in templates():
        for code in JINJA_CODE.finditer(text):
            for found in pattern.finditer(code[0]):
                yield Use(f"{name}:{text.count(chr(10), 0, code.start()) + 1}", found[1] or found[2] or "")


class Words(HTMLParser):
    """Collects text and spoken attributes of a page whose code was taken out."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.found, self.inside = name, [], ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        for attribute, value in attrs:
            if attribute in SPOKEN_ATTRIBUTES and LETTER.search(value or ""):
                self._note(f"{attribute}={value}")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside not in UNSPOKEN and LETTER.search(data):
            self._note(data.strip())

    def _note(self, words: str) -> None:
        self.found.append(Use(f"{self.name}:{self.getpos()[0]}", words))


def words_in_markup() -> Iterator[Use]:
    """Words that stand in templates and in the scripts' markup where the catalogue should speak."""
    pages = [
        (name, JINJA_CODE.sub(lambda code: "\n" * code[0].count("\n"), JINJA_CLASS.sub("", text)))
        for name, text in templates()
    ]
    for path, seen in javascript_modules().items():
        pages += [(relative(path), re.sub(r"[.?@]?[\w-]+=\"?\{\}\"?|\{\}", "", part)) for part in seen["markup"]]
    for name, markup in pages:
        reader = Words(name)
        reader.feed(markup)
        reader.close()
        yield from reader.found


def keys_named() -> Iterator[Use]:
    """Every key that stands in a call as it is."""
    yield from python_keys()
    yield from template_uses(JINJA_KEY)
    for path, seen in javascript_modules().items():
        yield from (Use(relative(path), key) for key in seen["keys"])


def everything_quoted() -> set[str]:
    """Every string literal of program, templates and scripts: a key may travel through a table before it is spoken."""
    quoted = {use.value for use in (*python_strings(), *template_uses(JINJA_STRING))}
    return quoted.union(*(seen["literals"] for seen in javascript_modules().values()))


def key_patterns() -> list[re.Pattern[str]]:
    """Keys that are put together at run time, as patterns; those with no word of their own are left out."""
    parts = [*python_patterns(), *((use.value, "\0") for use in template_uses(JINJA_PATTERN))]
    for seen in javascript_modules().values():
        parts += [tuple("\0".join(pattern)) for pattern in seen["patterns"]]
    written = {"".join(part) for part in parts}
    worded = {text for text in written if re.fullmatch(r"[\w.\0-]+", text) and re.search(r"[a-z]{2,}", text)}
    return [re.compile(re.escape(text).replace("\0", r"[\w.-]+")) for text in sorted(worded)]

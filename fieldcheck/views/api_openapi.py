"""``GET /api/v1/openapi.json``: this server's API as OpenAPI 3.1, made from the table and the shapes it is checked by."""

from __future__ import annotations

import inspect
from functools import lru_cache
from itertools import groupby
from typing import Any, Iterable

from flask import Blueprint, Response, current_app, jsonify
from pydantic import TypeAdapter

from sync import pack, wire
from sync.auth import AUTH_TYPE

from .. import __version__
from ..problems import PROBLEMS
from ..rules.shapes import adapter
from .access import SESSION_COOKIE
from .operations import OPERATIONS, OVERRIDE, Given, Operation, Sent

bp = Blueprint("api_openapi", __name__, url_prefix="/api/v1")

REFERENCE = "#/components/schemas/{model}"
PROBLEM_TYPE = "application/problem+json"
SECURITY: dict[str, list[dict[str, list[str]]]] = {
    "anybody": [], "enrolling": [{}, {"device": []}], "device": [{"device": []}], "desk": [{"desk": []}]}


@bp.get("/openapi.json")
def openapi() -> Response:
    """This description (OpenAPI 3.1)."""
    return jsonify(description(_promises()))


def description(promises: dict[tuple[str, str], str]) -> dict[str, Any]:
    """The whole document; ``promises`` are what the views' docstrings say, by method and path."""
    operations = sorted(OPERATIONS, key=lambda one: one.path)
    return {
        "openapi": "3.1.0",
        "info": {"title": "fieldcheck", "version": __version__, "license": {"name": "MIT", "identifier": "MIT"}},
        "servers": [{"url": bp.url_prefix}],
        "paths": {path: {one.method: _operation(one, promises[one.method, path]) for one in methods}
                  for path, methods in groupby(operations, lambda one: one.path)},
        "components": {"schemas": schemas(), "securitySchemes": {
            "device": {"type": "http", "scheme": "bearer", "bearerFormat": f"JWS {AUTH_TYPE}"},
            "desk": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE}}},
    }


@lru_cache(maxsize=1)
def schemas() -> dict[str, Any]:
    """Every document of ``sync/wire.py`` and ``sync/pack.py`` that an operation names, and what they hold, by name."""
    shapes = {wire.ProblemDocument, *(given.document for one in OPERATIONS for given in one.gives.values()),
              *(shape for one in OPERATIONS for body in one.body.values() for shape in (body if isinstance(body, tuple) else (body,)))}
    named = sorted((shape for shape in shapes if shape and shape.__module__ in (pack.__name__, wire.__name__)), key=lambda s: s.__name__)
    _, made = TypeAdapter.json_schemas(
        [(shape.__name__, "validation", adapter(shape)) for shape in named], ref_template=REFERENCE)
    # pydantic titles every member by its own name again, which says nothing.
    for schema in made["$defs"].values():
        for member in schema["properties"].values():
            member.pop("title", None)
    return made["$defs"]


def _promises() -> dict[tuple[str, str], str]:
    """The first sentence of the view behind each method and path of this API."""
    found = {}
    for rule in current_app.url_map.iter_rules():
        path = rule.rule.removeprefix(str(bp.url_prefix)).replace("<", "{").replace(">", "}")
        words = inspect.getdoc(current_app.view_functions[rule.endpoint]) or ""
        found.update({(method.lower(), path): words.partition("\n")[0] for method in rule.methods or ()
                      if rule.rule.startswith(f"{bp.url_prefix}/")})
    return found


def _operation(one: Operation, promise: str) -> dict[str, Any]:
    answers = {str(status): _success(promise, given) for status, given in one.gives.items()}
    answers |= {str(status): _refusal(one.method, codes) for status, codes in _by_status(one.codes)}
    described: dict[str, Any] = {
        "operationId": one.id, "summary": promise, "security": SECURITY[one.who],
        "parameters": [_parameter(sent) for sent in one.sends],
        "responses": {**answers, "default": _refusal(one.method, ["internal"])},
    }
    if one.body:
        content = {media: {"schema": _shape(shape)} for media, shape in one.body.items()}
        described["requestBody"] = {"required": OVERRIDE not in one.sends, "content": content}
    return described


def _success(promise: str, given: Given) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": promise, "headers": {
        name: {"required": True, "schema": dict(schema)} for name, schema in given.headers.items()}}
    if given.document is not None:
        answer["content"] = {"application/json": {"schema": _shape(given.document)}}
    return answer


def _refusal(method: str, codes: Iterable[str]) -> dict[str, Any]:
    """An answer of RFC 9457 with one of these codes; to HEAD it has no body."""
    answer: dict[str, Any] = {"description": ", ".join(codes)}
    if method != "head":
        schema: dict[str, Any] = {"$ref": REFERENCE.format(model=wire.ProblemDocument.__name__)}
        if "internal" not in codes:
            schema = {"allOf": [schema, {"properties": {"code": {"enum": list(codes)}}}]}
        answer["content"] = {PROBLEM_TYPE: {"schema": schema}}
    return answer


def _by_status(codes: Iterable[str]) -> list[tuple[int, list[str]]]:
    ordered = sorted(dict.fromkeys(codes), key=lambda code: (PROBLEMS[code], code))
    return [(status, list(same)) for status, same in groupby(ordered, PROBLEMS.__getitem__)]


def _parameter(sent: Sent) -> dict[str, Any]:
    return {"name": sent.name, "in": sent.place, "required": sent.required, "schema": dict(sent.schema)}


def _shape(shape: type | tuple[type, ...]) -> dict[str, Any]:
    if isinstance(shape, tuple):
        return {"anyOf": [_shape(one) for one in shape]}
    if shape is str:
        return {"type": "string"}
    if shape is bytes:
        return {}  # raw bytes have no schema in OpenAPI 3.1
    if shape is dict:
        return {"type": "object"}
    return {"$ref": REFERENCE.format(model=shape.__name__)}

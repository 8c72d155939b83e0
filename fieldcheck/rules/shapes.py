"""pydantic over the protocol's TypedDicts: one definition for checking and for the OpenAPI description."""

from __future__ import annotations

import types
import typing
from functools import cache
from typing import Annotated, Any

import typing_extensions
from pydantic import AllowInfNan, ConfigDict, Field, TypeAdapter

from sync.message import SEQ_MAX

# What every reader of JSON holds exactly, and every table; 1e400 would be read as infinity.
_NUMBERS: dict[Any, Any] = {
    int: Annotated[int, Field(ge=-SEQ_MAX, le=SEQ_MAX)], float: Annotated[float, AllowInfNan(False)]}


@cache
def adapter(shape: type) -> TypeAdapter[Any]:
    """A strict checker of a TypedDict from ``sync``: text is not converted to numbers, more members are fine."""
    return TypeAdapter(readable(shape))


@cache
def readable(shape: Any) -> Any:
    """The same type in a form that pydantic reads on Python 3.11, where it refuses ``typing.TypedDict``.

    ``sync`` uses the standard library alone, so the translation happens here.
    """
    if typing.is_typeddict(shape):
        # With what ``Annotated`` asks of a value; that a member may be absent is said by the keys.
        hints = {name: hint.__args__[0] if typing.get_origin(hint) is typing.NotRequired else hint
                 for name, hint in typing.get_type_hints(shape, include_extras=True).items()}
        members = {name: readable(hint) if name in shape.__required_keys__ else typing_extensions.NotRequired[readable(hint)]
                   for name, hint in hints.items()}
        made = typing_extensions.TypedDict(shape.__name__, members)  # type: ignore[operator]
        made.__pydantic_config__ = ConfigDict(strict=True)
        made.__doc__ = shape.__doc__
        return made
    origin, arguments = typing.get_origin(shape), typing.get_args(shape)
    if origin in (list, dict):
        return origin[tuple(readable(argument) for argument in arguments)]
    if origin in (typing.Union, types.UnionType):
        return typing.Union[tuple(readable(argument) for argument in arguments)]
    return _NUMBERS.get(shape, shape)

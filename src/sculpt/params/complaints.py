"""What is wrong with params.yaml, in the user's words."""

import json
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


def complaints(faults: Iterable[dict[str, Any]], schema: type[BaseModel]) -> Iterator[str]:
    """A line for each fault that pydantic found in a file that must fit `schema`."""
    for fault in faults:
        # Entries with faults of their own do not count for pydantic; they have their lines.
        if fault["type"] != "too_short" or len(fault["input"]) < fault["ctx"]["min_length"]:
            yield from complaint(fault, schema).splitlines()


def complaint(fault: dict[str, Any], schema: type[BaseModel]) -> str:
    """A fault that pydantic found, in the user's words: the key's path, the value, what is allowed, the nearest name.

    One line, or one for each fault that a section found in itself. schema: the model that params.yaml must fit.
    """
    walked = list(_walk(fault["loc"], schema))
    where = ".".join(str(key) for key, *_ in walked)
    message = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "value_error":
        return "\n".join(".".join([*([where] if where else []), line]) for line in message.splitlines())
    if fault["type"] == "extra_forbidden":
        key, around, _ = walked[-1]
        known = list(around.model_fields)
        return f"{where}: unknown key; allowed: {', '.join(known)}{nearest(key, known)}"
    if fault["type"] == "missing":
        return f"{where}: missing; allowed: a value for this key"
    if fault["type"] == "union_tag_not_found":
        tag = fault["ctx"]["discriminator"].strip("'")
        known = [name for member in get_args(walked[-1][2]) for name in _names(member)]
        return f"{where}.{tag}: missing; allowed: {', '.join(known)}"
    if fault["type"] == "union_tag_invalid":
        key, expected = fault["ctx"]["discriminator"].strip("'"), _literals(fault["ctx"]["expected_tags"])
        tag = fault["input"][key]
        return f"{where}.{key}: {show(tag)}; allowed: {', '.join(expected)}{nearest(str(tag), expected)}"
    value = fault["input"]
    if fault["type"] == "literal_error":
        expected = _literals(fault["ctx"]["expected"])
        return f"{where}: {show(value)}; allowed: {', '.join(expected)}{nearest(str(value), expected)}"
    return f"{where}: {show(value)}; allowed: {_allowed(fault)}"


_BOUNDS = {"greater_than": "above {gt}", "greater_than_equal": "at least {ge}"}
_BOUNDS |= {"less_than": "below {lt}", "less_than_equal": "at most {le}", "multiple_of": "a multiple of {multiple_of}"}
_TYPES = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a whole number of fewer digits",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text",
    "finite_number": "a finite number",
    "tuple_type": "a list",
    "dict_type": "a section with keys",
    "model_type": "a section with keys",
    "model_attributes_type": "a section with keys",
    "too_short": "at least one entry",
}


def _allowed(fault: dict[str, Any]) -> str:
    if fault["type"] == "string_pattern_mismatch":
        joined = "'_'" if "_" in fault["ctx"]["pattern"] else "'-'"
        if "A-Z" not in fault["ctx"]["pattern"] and "a-z" not in fault["ctx"]["pattern"]:
            return "one line of text"
        if "A-Z" in fault["ctx"]["pattern"]:
            return "a name of capital letters, digits and '_', beginning with a letter"
        return f"a name of lower-case letters, digits and {joined}, beginning with a letter"
    text = (_BOUNDS | _TYPES).get(fault["type"])
    bounds = {key: str(bound).removesuffix(".0") for key, bound in fault.get("ctx", {}).items()}
    return text.format(**bounds) if text else fault["msg"]


def show(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(name: str, known: Any) -> str:
    close = get_close_matches(name, [str(k) for k in known], n=1, cutoff=0.5)
    return f"; nearest: {close[0]!r}" if close else ""


def not_one_of(name: str, known: Any) -> str:
    return f"{show(name)}; allowed: {', '.join(known) or 'nothing, none is defined'}{nearest(name, known)}"


def _literals(expected: str) -> list[str]:
    return expected.replace("'", "").replace(" or ", ", ").split(", ")


def _walk(path: tuple[Any, ...], schema: type[BaseModel]) -> Iterator[tuple[Any, Any, Any]]:
    """Each key of params.yaml in pydantic's path, with what the schema says of the section around it and of itself.

    The path names the plug-in that an entry has chosen too, which is no key.
    """
    here: Any = schema
    for part in path:
        if part == "[key]":
            continue
        if get_origin(here) in (Union, UnionType):
            here = next(member for member in get_args(here) if part in _names(member))
        else:
            below = _below(here, part)
            yield part, here, below
            here = below


def _below(annotation: Any, key: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(key)
        below = field.annotation if field else None
    else:
        below = get_args(annotation)[1 if get_origin(annotation) is dict else 0]
    return _without_none(below)


def _without_none(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        some = [member for member in get_args(annotation) if member is not type(None)]
        return _without_none(some[0]) if len(some) == 1 else annotation
    return annotation


def _names(member: type[BaseModel]) -> tuple[str, ...]:
    """The name that chooses a plug-in's settings."""
    fields = [member.model_fields[tag] for tag in ("name", "method") if tag in member.model_fields]
    return tuple(name for field in fields for name in get_args(field.annotation))

"""What is wrong with params.yaml, in the user's words."""

import json
from collections.abc import Iterator
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


def complaint(fault: dict[str, Any], raw: Any, schema: type[BaseModel]) -> str:
    """A fault that pydantic found, in the user's words: the key's path, the value, what is allowed, the nearest name.

    raw: what params.yaml holds. schema: the model that it must fit.
    """
    location = list(_location(fault["loc"], raw))
    where = ".".join(map(str, location))
    message = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "value_error":
        return ".".join([*([where] if where else []), message])
    if fault["type"] == "extra_forbidden":
        known = list(_section_at(location[:-1], raw, schema).model_fields)
        return f"{where}: unknown key; allowed: {', '.join(known)}{nearest(str(location[-1]), known)}"
    if fault["type"] == "missing":
        return f"{where}: missing; allowed: a value for this key"
    if fault["type"] == "union_tag_not_found":
        tag = fault["ctx"]["discriminator"].strip("'")
        return f"{where}.{tag}: missing; allowed: {', '.join(_names(_section_at(location, raw, schema), tag))}"
    if fault["type"] == "union_tag_invalid":
        tag, expected = fault["ctx"]["tag"], _literals(fault["ctx"]["expected_tags"])
        key = fault["ctx"]["discriminator"].strip("'")
        return f"{where}.{key}: {tag!r}; allowed: {', '.join(expected)}{nearest(tag, expected)}"
    value = fault["input"]
    if fault["type"] == "literal_error":
        expected = _literals(fault["ctx"]["expected"])
        return f"{where}: {show(value)}; allowed: {fault['ctx']['expected']}{nearest(str(value), expected)}"
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
        if "A-Z" in fault["ctx"]["pattern"]:
            return "a name of capital letters, digits and '_', beginning with a letter"
        return f"a name of lower-case letters, digits and {joined}, beginning with a letter"
    text = (_BOUNDS | _TYPES).get(fault["type"])
    return text.format(**fault.get("ctx", {})) if text else fault["msg"]


def show(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(name: str, known: Any) -> str:
    close = get_close_matches(name, [str(k) for k in known], n=1, cutoff=0.5)
    return f"; nearest: {close[0]!r}" if close else ""


def _literals(expected: str) -> list[str]:
    return expected.replace("'", "").replace(" or ", ", ").split(", ")


def _location(path: tuple[Any, ...], raw: Any) -> Iterator[Any]:
    """The keys of params.yaml in pydantic's path, which also names the plug-in that an entry has chosen."""
    last = len(path) - 1
    for i, part in enumerate(path):
        inside = part in raw if isinstance(raw, dict) else isinstance(raw, list) and isinstance(part, int)
        if inside:
            raw = raw[part]
            yield part
        elif (
            i == last
            and part != "[key]"
            and not (isinstance(raw, dict) and part in (raw.get("name"), raw.get("method")))
        ):
            yield part


def _section_at(location: list[Any], raw: Any, schema: type[BaseModel]) -> Any:
    """What the schema says of the section at `location`, found by walking the schema beside the raw values."""
    here: Any = schema
    for part in location:
        raw = raw[part]
        here = _descend(here, part, raw)
    return here


def _descend(annotation: Any, part: Any, raw: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _section(annotation.model_fields[part].annotation, raw)
    return _section(get_args(annotation)[1 if get_origin(annotation) is dict else 0], raw)


def _section(annotation: Any, raw: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType) and isinstance(raw, dict):
        for member in get_args(annotation):
            for tag in ("name", "method"):
                field = getattr(member, "model_fields", {}).get(tag)
                if field is not None and raw.get(tag) in get_args(field.annotation):
                    return member
        if type(None) in get_args(annotation):
            return _section(get_args(annotation)[0], raw)
    return annotation


def _names(union: Any, tag: str) -> list[str]:
    """The names that choose a member of a union."""
    return [name for member in get_args(union) for name in get_args(member.model_fields[tag].annotation)]

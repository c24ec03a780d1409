"""What is wrong with params.yaml, in the user's words."""

import json
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


def complaint(fault: dict[str, Any], raw: Any, schema: type[BaseModel]) -> str:
    """A fault that pydantic found, in the user's words: the key's path, the value, what is allowed, the nearest name.

    raw: what params.yaml holds. schema: the model that it must fit.
    """
    path = fault["loc"]
    location = [part for i, part in enumerate(path) if path[2:i] not in _CHOSEN_BY_NAME and part != "[key]"]
    where = ".".join(map(str, location))
    message = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "value_error":
        key, _, rest = message.partition(": ")
        return f"{where}.{key}: {rest}" if where else message
    if fault["type"] == "extra_forbidden":
        known = list(_section_at(location[:-1], raw, schema).model_fields)
        return f"{where}: unknown key; allowed: {', '.join(known)}{nearest(str(location[-1]), known)}"
    if fault["type"] == "missing":
        return f"{where}: missing; allowed: a value for this key"
    if fault["type"] == "union_tag_not_found":
        return f"{where}.name: missing; allowed: {', '.join(_names(_section_at(location, raw, schema)))}"
    if fault["type"] == "union_tag_invalid":
        tag, expected = fault["ctx"]["tag"], _literals(fault["ctx"]["expected_tags"])
        return f"{where}.name: {tag!r}; allowed: {', '.join(expected)}{nearest(tag, expected)}"
    value = fault["input"]
    if fault["type"] == "literal_error":
        expected = _literals(fault["ctx"]["expected"])
        return f"{where}: {show(value)}; allowed: {fault['ctx']['expected']}{nearest(str(value), expected)}"
    return f"{where}: {show(value)}; allowed: {_allowed(fault)}"


# Sections of an experiment after which pydantic puts the chosen name into the path.
_CHOSEN_BY_NAME = (("model",), ("training", "schedule"))
_BOUNDS = {"greater_than": "above {gt}", "greater_than_equal": "at least {ge}"}
_BOUNDS |= {"less_than": "below {lt}", "less_than_equal": "at most {le}", "multiple_of": "a multiple of {multiple_of}"}
_TYPES = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text",
    "finite_number": "a finite number",
    "tuple_type": "a list",
    "dict_type": "a section with keys",
    "model_type": "a section with keys",
    "model_attributes_type": "a section with keys",
    "too_short": "at least one entry",
    "string_pattern_mismatch": "a name of lower-case letters, digits and '-', beginning with a letter",
}


def _allowed(fault: dict[str, Any]) -> str:
    text = (_BOUNDS | _TYPES).get(fault["type"])
    return text.format(**fault.get("ctx", {})) if text else fault["msg"]


def show(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _literals(expected: str) -> list[str]:
    return expected.replace("'", "").replace(" or ", ", ").split(", ")


def nearest(name: str, known: Any) -> str:
    close = get_close_matches(name, [str(k) for k in known], n=1, cutoff=0.5)
    return f"; nearest: {close[0]!r}" if close else ""


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
    if get_origin(annotation) in (Union, UnionType):
        for member in get_args(annotation):
            if raw.get("name") in get_args(member.model_fields["name"].annotation):
                return member
    return annotation


def _names(union: Any) -> list[str]:
    """The names that choose a member of a union."""
    return [name for member in get_args(union) for name in get_args(member.model_fields["name"].annotation)]

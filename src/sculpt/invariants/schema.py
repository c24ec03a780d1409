"""What a JSON value must look like."""

import math
from collections.abc import Iterator
from typing import Any

CLOSE = 1e-9
"""Relative difference up to which two computed numbers are equal: another library version may add in another order."""

Reasons = Iterator[str]


def misfits(value: Any, schema: Any, where: str = "") -> Reasons:
    """What does not fit a schema: a type, a list of one schema for all its values, or a dict of schemas by key.

    The key `str` stands for any keys. A float may be written as a whole number, and is finite.
    """
    if isinstance(schema, dict) and str in schema:
        if not isinstance(value, dict):
            yield f"{where} is not an object"
            return
        for key, inner in value.items():
            yield from misfits(inner, schema[str], f"{where}.{key}")
    elif isinstance(schema, dict):
        if not isinstance(value, dict) or value.keys() != schema.keys():
            yield f"{where or 'it'} has not just the keys {', '.join(sorted(schema))}"
            return
        for key in schema:
            yield from misfits(value[key], schema[key], f"{where}.{key}".removeprefix("."))
    elif isinstance(schema, list):
        if not isinstance(value, list):
            yield f"{where} is not a list"
            return
        for item in value:
            yield from misfits(item, schema[0], where)
    elif type(value) not in ((int, float) if schema is float else (schema,)) or not math.isfinite(value):
        yield f"{where} is {value!r}, expected {'a finite number' if schema is float else 'a whole number'}"

"""docs/params.schema.json, from which editors complete and check params.yaml as it is typed."""

import json
from typing import Any

from sculpt.params.load import Params

_OVERLAID = ("Experiment", "Training")
"""Sections of which a based_on or a variant may say only a part."""


def json_schema() -> str:
    """The schema for editors, as JSON text."""
    schema = Params.model_json_schema()
    for name in _OVERLAID:
        schema["$defs"][name].pop("required", None)
    experiment: dict[str, Any] = schema["$defs"]["Experiment"]["properties"]
    experiment["based_on"] = {"type": "string", "description": "another experiment, on which this one is an overlay"}
    for labelled in ("criteria", "transforms", "analyses", "figures"):
        experiment[labelled]["additionalProperties"] = {"type": ["object", "null"]}
    for entry in ("data", "model"):
        experiment[entry] = {"anyOf": [experiment[entry], {"type": "null"}]}
    return json.dumps(schema, indent=2) + "\n"

"""An experiment in full as YAML, after what it is based on."""

from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from sculpt.params.experiment import Experiment


def shown(name: str, experiment: Experiment) -> str:
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style, writer.sort_base_mapping_type_on_output = None, False
    writer.width = 120
    text = StringIO()
    writer.dump({name: _named_first(experiment.model_dump(mode="json", exclude_none=True))}, text)
    return text.getvalue()


def _named_first(value: Any) -> Any:
    """Sections with the key that chooses the plug-in before its settings, as a person writes them."""
    if isinstance(value, list):
        return [_named_first(item) for item in value]
    if not isinstance(value, dict):
        return value
    keys = sorted(value, key=lambda key: key not in ("name", "method"))
    return {key: _named_first(value[key]) for key in keys}

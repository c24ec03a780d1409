"""Networks whose replicates (one a seed) train side by side as one; a model is chosen by its module's name."""

import importlib

from sculpt.models.stacked import Stack


def build(name: str, **settings: int | str) -> Stack:
    """The model in the module of that name; only `initialise` or `load` gives its weights a meaning."""
    return importlib.import_module(f"sculpt.models.architectures.{name}").build(**settings)

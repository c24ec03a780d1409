"""Data sets as tensors."""


def module_of(name: str) -> str:
    """The module of the data set that params.yaml calls `name`."""
    return f"sculpt.data.sets.{name.replace('-', '_')}"

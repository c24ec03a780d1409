"""Names of layers, as an axis carries them."""

import re


def short_name(layer: str) -> str:
    """The short name of a layer: of body.stage2_1.shortcut.0.weight, 2.1 shortcut."""
    name = layer.removeprefix("body.").removesuffix(".weight").removesuffix(".0")
    return re.sub(r"^stage(\d+)_(\d+)\.", r"\1.\2 ", name)

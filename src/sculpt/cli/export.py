"""`sculpt export`: one trained network as a file that other tools read."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from sculpt.export.register import FORMATS, ExportError, must_be_format
from sculpt.params.complaints import show
from sculpt.params.load import load

if TYPE_CHECKING:
    from sculpt.export.write import Written


def run(given: Namespace) -> None:
    must_be_format(given.format)  # before torch is imported, which takes a while
    seed = _number(given.seed)
    experiment = given.experiment or load(Path("params.yaml")).experiment
    from sculpt.api.load import load as trained
    from sculpt.export.write import write

    print(told(write(trained(experiment, given.node, seed), given.format, given.out, given.dense), given.format))


def told(written: Written, format: str) -> str:
    """What was written, a line each: where, which network, what goes in and comes out, what the file is good for."""
    facts = written.facts
    settings = ", ".join(" ".join(map(str, item)) for item in facts["model"].items() if item[0] != "name")
    entering = f"(pixel - {_numbers(facts['mean'])}) / {_numbers(facts['scale'])}"
    entering = "raw pixels, uint8" if format == "onnx" else f"float32, {entering} of raw pixels"
    return "\n".join(
        [
            f"{written.path}: {written.size:,} bytes{', replaced' if written.replaced else ''}",
            f"network: {facts['model']['name']} ({settings}), {facts['node']}, seed {facts['seed']}",
            f"weights: {facts['kept']:,} of {round(facts['kept'] / facts['density']):,} prunable ones are kept "
            f"(density {facts['density']:.4g})",
            f"input: {' x '.join(map(str, facts['image']))} images, {entering}; output: {facts['classes']} logits",
            f"for: {FORMATS.constant(format, 'FOR')}",
        ]
    )


def _number(seed: str) -> int:
    try:
        return int(seed)
    except ValueError:
        raise ExportError(f"--seed: {show(seed)}; allowed: a whole number, such as 0") from None


def _numbers(values: list[float]) -> str:
    """One number where all channels have the same."""
    shown = [f"{value:.6g}" for value in values]
    return shown[0] if len({*shown}) == 1 else f"[{', '.join(shown)}]"

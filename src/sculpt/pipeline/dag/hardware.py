"""The stages of the section `hardware`: what each execution profile does to trained nodes, and how much that is."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from sculpt.core.engines import ENGINES, engine_of
from sculpt.core.files import WEIGHTS
from sculpt.core.kinds import LOSSES, MODELS, UPDATES
from sculpt.core.machines import MACHINE, OUTCOMES, SPLITS
from sculpt.core.settings import Values
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.stage import Asked, Stage
from sculpt.recipe.compared import last
from sculpt.recipe.node import TRAINED_STAGES
from sculpt.recipe.run import Run

PROBED = (MODELS.module("resnet20"), LOSSES.module("cross_entropy"), UPDATES.module("sgd"))
"""The plug-ins of the probe (`sculpt.training.device.probe`), whatever the experiment has."""


def looks(grid: Grid) -> Iterator[tuple[str, str, list[str]]]:
    """Profile, take and nodes of each look at the hardware; none where the experiment has no such section.

    The second take of the reference is its repeat in another process. Every other profile has the first alone.
    """
    section, found = grid.experiment.get("hardware"), grid.compared
    if section is None:
        return
    plain = _ends(found.plain)
    yield section["reference"], "first", list(dict.fromkeys([*plain, *_ends(pair.run for pair in found.trained)]))
    yield section["reference"], "second", plain
    for profile in section["profiles"]:
        yield profile, "first", _ends(found.frozen)


def _ends(runs: Iterable[Run]) -> list[str]:
    return list(dict.fromkeys(last(run)[1] for run in runs))


def _hardware(grid: Grid) -> Iterator[Asked]:
    for block in grid.tree.blocks:
        for name, take, nodes in looks(grid):
            profile = grid.profile(name)
            inputs = {
                "nodes": [file for key in nodes for file in grid.files(block, key, WEIGHTS)],
                "data": grid.data(*SPLITS),
            }
            yield Asked(
                {"block": block.name, "profile": name, "take": take},
                inputs,
                # With the take, else a store would hold the first for a repeat that never ran.
                {**grid.of_block(block), "profile": grid.computing(profile), "nodes": nodes, "take": take},
                tuple(dict.fromkeys((grid.model_module, *PROBED, ENGINES.module(engine_of(profile))))),
                {"profile": f"profiles.{name}", "nodes": "runs", "take": "hardware"},
                profile,
                60,
            )


def _compare(grid: Grid) -> Iterator[Asked]:
    """One job, of an experiment with the section; also of the files of other machines that are there."""
    section, found = grid.experiment.get("hardware"), grid.compared
    if section is None:
        return
    blocks = [block.name for block in grid.tree.blocks]
    here = [
        HARDWARE.files(grid, {"block": block, "profile": profile, "take": take})
        for block in blocks
        for profile, take, _ in looks(grid)
    ]
    machines = section.get("machines", {})
    elsewhere = [
        (folder, f"{block}/{profile}/{take}/{file}")
        for folder in machines.values()
        for block in blocks
        for profile, take, _ in looks(grid)
        for file in (OUTCOMES, MACHINE)
    ]
    frozen = {run.id for run in found.frozen}
    settings = {
        "reference": section["reference"],
        "profiles": section["profiles"],
        "seeds": [block.seeds for block in grid.tree.blocks],
        "frozen": [_reported(grid, run) for run in found.frozen],
        "plain": [_reported(grid, run) for run in found.plain if run.id not in frozen],
        "trained": [
            {
                **_reported(grid, pair.run),
                "effect": pair.effect,
                "profile": pair.profile,
                "against": last(pair.plain)[1],
            }
            for pair in found.trained
        ],
        **({"machines": machines} if machines else {}),
    }
    origins = {
        **{key: f"hardware.{key}" for key in ("reference", "profiles", "machines")},
        **dict.fromkeys(("frozen", "plain", "trained"), "runs"),
    }
    inputs = {
        "outcomes": [files["outcomes"] for files in here],
        "machines": [files["machine"] for files in here],
        "elsewhere": [path for path in (f"{folder}/{file}" for folder, file in elsewhere) if Path(path).is_file()],
        "data": grid.data(*SPLITS),
    }
    yield Asked({}, inputs, settings, (), origins)


def _reported(grid: Grid, run: Run) -> Values:
    """A run by its labels and its last node, with the weight of its loss where that has one."""
    cycle, node = last(run)
    labels = {label: value for label, value in run.labels.items() if value is not None}
    loss = grid.tree.training(run.labels["variant"])["loss"]
    weight = {key: loss[key] for key in ("weight",) if key in loss}
    return {"run": run.id, **labels, **weight, "cycle": cycle, "node": node}


HARDWARE = Stage(
    name="hardware",
    program="look_at_hardware",
    outputs={
        "outcomes": f"{{results}}/hardware/{{block}}/{{profile}}/{{take}}/{OUTCOMES}",
        "machine": f"{{results}}/hardware/{{block}}/{{profile}}/{{take}}/{MACHINE}",
    },
    label="hardware/{profile}/{take}@{block}",
    message="look at profile {profile}, {take} take, {block}",
    log="hardware/{block}/{profile}/{take}.log",
    reads=("hardware", "profiles", "training", "variants", "runs"),
    after=("data", *TRAINED_STAGES),
    jobs=_hardware,
)
COMPARE = Stage(
    name="compare",
    program="compare_hardware",
    outputs={table: f"{{results}}/summary/{table}.csv" for table in ("hardware", "profiles")},
    label="compare",
    message="compare the profiles",
    log="compare.log",
    reads=("hardware", "training", "variants", "runs"),
    after=("data", "hardware"),
    jobs=_compare,
)

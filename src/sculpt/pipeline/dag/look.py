"""The stages that look at trained nodes: evaluation on the test split, and analyses."""

import os
from collections.abc import Iterator

from sculpt.core.engines import ENGINES, engine_of
from sculpt.core.files import MASK, WEIGHTS
from sculpt.core.kinds import ANALYSES
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.stage import Asked, Stage
from sculpt.recipe.beside import looked_at, with_checkpoints
from sculpt.recipe.node import TRAINED_STAGES
from sculpt.recipe.selection import KEYS

RESULTS_PROFILE = "default"
"""The execution profile of the results; what others do to the nodes is the stage `hardware`'s."""


def _evaluate(grid: Grid) -> Iterator[Asked]:
    """One job per block and branch, under the profile of the results, so that no node is evaluated twice."""
    profile = grid.profile(None)
    for block in grid.tree.blocks:
        for branch in grid.tree.branches():
            nodes = [node.key for node in branch]
            inputs = {
                "nodes": [file for key in nodes for file in grid.files(block, key, WEIGHTS)],
                "data": grid.data("test"),
            }
            yield Asked(
                {"block": block.name, "profile": RESULTS_PROFILE, "branch": nodes[0]},
                inputs,
                {**grid.of_block(block), "profile": grid.computing(profile), "nodes": nodes},
                (grid.model_module, ENGINES.module(engine_of(profile))),
                {"profile": f"profiles.{RESULTS_PROFILE}", "nodes": "runs"},
                profile,
                60,
            )


def _analyse(grid: Grid) -> Iterator[Asked]:
    """One job per block, analysis and branch that has a selected node; each is looked at beside another."""
    # Analyses compute with torch, whatever the engine.
    whole = {key: value for key, value in grid.profile(None).items() if key != "engine"}
    profile = grid.computing(whole)
    for block in grid.tree.blocks:
        for label, analysis in grid.experiment["analyses"].items():
            beside = looked_at(grid.tree, analysis)
            # One that measures time asks for every core, so that it is alone; it computes on those that `profile` says.
            timed = ANALYSES.constant(analysis["name"], "TIMED", False)
            place = whole | ({"threads": os.cpu_count() or 1} if timed else {})
            own = {key: value for key, value in analysis.items() if key not in KEYS}
            for branch in grid.tree.branches():
                pairs = [[key, beside[key]] for key in with_checkpoints(grid.tree, branch) if key in beside]
                if not pairs:
                    continue
                read = dict.fromkeys(key for pair in pairs for key in pair if key)
                inputs = {
                    "nodes": [file for key in read for file in grid.files(block, key, WEIGHTS, MASK)],
                    "data": grid.data("train", "validation"),
                }
                settings = {**grid.of_block(block), "analysis": own, "profile": profile, "nodes": pairs}
                yield Asked(
                    {"block": block.name, "analysis": label, "branch": branch[0].key},
                    inputs,
                    settings,
                    (grid.model_module, ANALYSES.module(analysis["name"])),
                    {"analysis": f"analyses.{label}", "profile": "profiles.default", "nodes": "runs"},
                    place,
                    60,
                )


EVALUATE = Stage(
    name="evaluate",
    program="evaluate",
    outputs={
        "table": "{results}/evaluate/{block}/{profile}/{branch}.csv",
        "hits": "{results}/evaluate/{block}/{profile}/{branch}.hits.safetensors",
    },
    label="evaluate/{branch}/{profile}@{block}",
    message="evaluate {branch} on profile {profile}, {block}",
    log="evaluate/{block}/{profile}/{branch}.log",
    reads=("profiles", "runs"),
    after=("data", *TRAINED_STAGES),
    jobs=_evaluate,
)
ANALYSE = Stage(
    name="analyse",
    program="analyse",
    outputs={"table": "{results}/analyse/{block}/{analysis}/{branch}.csv"},
    label="analyse/{analysis}/{branch}@{block}",
    message="analyse {branch} for {analysis}, {block}",
    log="analyse/{block}/{analysis}/{branch}.log",
    reads=("analyses", "profiles", "runs"),
    after=("data", "init", *TRAINED_STAGES),
    jobs=_analyse,
)

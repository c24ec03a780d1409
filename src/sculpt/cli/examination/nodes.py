"""The checks of data, initial weights, masks and trained nodes."""

import json
from functools import cache, partial
from typing import Any

import torch

from sculpt.cli.examination.findings import Findings, place_of, settings_of
from sculpt.core.files import read_json
from sculpt.core.kinds import BETWEEN, CRITERIA
from sculpt.core.tables import read_table
from sculpt.core.tensors import Tensors, read_tensors
from sculpt.invariants.images import SPLITS, data_facts, split_fits
from sculpt.invariants.records import (
    CONNECTED,
    DRAWN,
    PRUNED,
    TRAINED,
    density_is,
    describes,
    ends_as,
    of_seeds,
    own_cost,
)
from sculpt.invariants.records import untrained as nothing_trained
from sculpt.invariants.tables import HISTORY, history_complete, numeric
from sculpt.invariants.tensors import (
    digests,
    finite,
    fits,
    kept_exactly,
    no_layer_lost,
    rewired,
    unpruned,
    within,
    zero_outside,
)
from sculpt.models.build import build
from sculpt.pipeline.dag.job import Job
from sculpt.pruning.changing import changed
from sculpt.stages.artifacts.outputs import DESCRIBING, LAYOUT


def prepared_data(found: Findings, job: Job) -> None:
    settings = settings_of(job)["data"]
    facts = found.examine(job.files["facts"], read_json, partial(data_facts, settings=settings))
    for split in SPLITS if facts else ():
        fit = partial(split_fits, split=split, facts=facts, size=settings["size"])
        found.examine(job.files[split], read_tensors, fit)
    found.facts = facts


def initial_weights(found: Findings, job: Job) -> None:
    config = settings_of(job)
    shapes, prunable = _shapes(found, config)
    whole = partial(fits, shapes=prunable, dtype=torch.bool), partial(kept_exactly, density=1.0)
    found.examine(job.files["mask"], read_tensors, *whole)
    fit = partial(fits, shapes=shapes, dtype=torch.float32)
    weights = found.examine(job.files["weights"], read_tensors, fit, finite)
    if weights is not None:
        drawn = digests({name: weights[name] for name in prunable})
        found.distinct("init", job.files["weights"], config["seeds"], drawn)
    _record(found, job, config, DRAWN, partial(nothing_trained, free=True))


def drawn_mask(found: Findings, job: Job) -> None:
    config = settings_of(job)
    criterion = config["criterion"]
    _, prunable = _shapes(found, config)
    every = {name: torch.ones(shape, dtype=torch.bool) for name, shape in prunable.items()}
    mask = found.examine(
        job.files["mask"],
        read_tensors,
        partial(fits, shapes=prunable, dtype=torch.bool),
        partial(kept_exactly, density=config["density"]),
        partial(no_layer_lost, parent=every, name="the network"),
    )
    if mask is not None:
        counts = {layer: (kept[0].numel(), kept.flatten(1).sum(1).tolist()) for layer, kept in mask.items()}
        found.kept[place_of(job)] = counts
        if CRITERIA.constant(criterion["name"], "RANDOM", False) and config["density"] < 1:
            found.distinct(place_of(job)[0], job.files["mask"], config["seeds"], digests(mask))
    corrects = "flow_correction" in CRITERIA.settings(criterion["name"]).model_fields
    schema = CONNECTED if corrects and criterion.get("flow_correction") is not False else DRAWN
    _record(found, job, config, schema, partial(nothing_trained, free=False), partial(density_is, mask=mask))


def trained_node(found: Findings, job: Job) -> None:
    config = settings_of(job)
    cycle, seeds = config["cycle"], config["seeds"]
    epochs = cycle.get("stop_epoch", cycle["epochs"])
    shapes, prunable = _shapes(found, config)
    mask = _mask_of_node(found, job, config, prunable)
    fit = partial(fits, shapes=shapes, dtype=torch.float32)
    found.examine(job.files["weights"], read_tensors, fit, finite, partial(zero_outside, mask=mask))
    first, last = cycle["first_epoch"] + 1, cycle["first_epoch"] + epochs
    complete = partial(history_complete, seeds=seeds, first=first, last=last)
    history = found.examine(job.files["history"], read_table, partial(numeric, columns=HISTORY), complete)
    if history is not None:
        found.histories[place_of(job)] = history
    schema = PRUNED if "prune" in config else TRAINED
    checks = partial(own_cost, epochs=epochs), partial(ends_as, history=history)
    _record(found, job, config, schema, partial(density_is, mask=mask), *checks)


def _mask_of_node(found: Findings, job: Job, config: dict[str, Any], prunable: dict[str, Any]) -> Tensors | None:
    """A node keeps the mask that it was given, or a part of it just as large as its prune says.

    A mask that was changed first is changed here again. Where a rule between epochs moves it, it ends at the density
    that the job's settings say; weights that were cut may be back in it then, and only then.
    """
    (above,), name = job.inputs["mask"], config["lineage"]["mask"]
    before = None if above in found.damaged else read_tensors(found.root / above)
    if "change" in config:
        before = before and changed(config["change"], before, config["seeds"])
        name += f", {config['change']['name']}"
    given = {"parent": before, "name": name}
    if (way := _moves(config)) is not None:
        checks = [partial(kept_exactly, density=config["cycle"]["density"])]
        checks += [partial(check, **given) for check in _MOVED[way]]
    elif "prune" in config:
        checks = [
            partial(kept_exactly, density=config["prune"]["density"]),
            partial(within, **given),
            partial(no_layer_lost, **given),
        ]
    else:
        checks = [partial(unpruned, **given)]
    return found.examine(job.files["mask"], read_tensors, partial(fits, shapes=prunable, dtype=torch.bool), *checks)


_MOVED = {"rewires": [rewired], "thins": [within, no_layer_lost], "alternates": [no_layer_lost]}
"""What holds between the mask that a node was given and its last one, by how its rule between epochs moves it."""


def _moves(config: dict[str, Any]) -> str | None:
    rule = config["training"].get("between")
    return None if rule is None else BETWEEN.constant(rule["name"], "MOVES")


def _record(found: Findings, job: Job, config: dict[str, Any], schema: dict[str, Any], *checks: Any) -> None:
    says = partial(describes, config=config, keys=DESCRIBING, layout=LAYOUT)
    seeds = partial(of_seeds, seeds=config["seeds"], schema=schema)
    record = found.examine(job.files["record"], read_json, says, seeds, *checks)
    if record is not None:
        found.records[place_of(job)] = record["seeds"]


def _shapes(found: Findings, config: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The shapes of all tensors of the model, and of the prunable ones, for the seeds of a job."""
    facts = found.facts
    return _shapes_of(json.dumps(config["model"]), len(config["seeds"]), facts["channels"], facts["classes"])


@cache
def _shapes_of(model: str, replicates: int, channels: int, classes: int) -> tuple[dict[str, Any], dict[str, Any]]:
    network = build(json.loads(model), replicates, channels, classes)
    shapes = {name: tensor.shape for name, tensor in network.checkpoint().items()}
    return shapes, {name: shapes[name] for name in network.prunable()}

"""The stages before any training: data, initial weights, masks."""

from collections.abc import Iterator

from sculpt.core.files import MASK, RECORD, WEIGHTS
from sculpt.core.kinds import CRITERIA, DATASETS
from sculpt.core.machines import digest_of
from sculpt.core.raw import data_root
from sculpt.pipeline.dag.grid import Grid
from sculpt.pipeline.dag.stage import Asked, Stage


def _data(grid: Grid) -> Iterator[Asked]:
    data = grid.experiment["data"]
    threads = {"threads": DATASETS.constant(data["name"], "THREADS", 1)}
    settings = {"data": data}
    if "groups" in data and (table := data_root() / data["groups"]).is_file():
        settings["groups_sha256"] = digest_of(table)  # a user's own table, which is no artifact
    origins = {"data": "data", "groups_sha256": "data.groups"}
    images = str(data_root() / data["path"]) if "listing" in data else None
    chosen = (DATASETS.module(data["name"]),)
    yield Asked({}, {}, settings, chosen, origins, threads, minutes=240, images=images)


def _init(grid: Grid) -> Iterator[Asked]:
    for block in grid.tree.blocks:
        settings = grid.of_block(block)
        yield Asked({"block": block.name}, {"data": grid.data()}, settings, (grid.model_module,), minutes=10)


def _masks(grid: Grid) -> Iterator[Asked]:
    profile = grid.profile(None)
    for block in grid.tree.blocks:
        for mask in grid.tree.masks.values():
            criterion = grid.criterion(mask.criterion)
            settings = {
                **grid.of_block(block),
                "criterion": criterion,
                "density": mask.density,
                "profile": grid.computing(profile),
            }
            origins = {"criterion": f"criteria.{mask.criterion}", "density": "runs", "profile": "profiles.default"}
            if CRITERIA.constant(criterion["name"], "READS_LABELS", False):
                settings["label_noise"] = grid.tree.training(mask.variant)["label_noise"]
                where = f"variants.{mask.variant}" if mask.variant else "training"
                origins["label_noise"] = f"{where}.label_noise"
            inputs = {"weights": grid.init(block), "data": grid.data("train", "validation")}
            chosen = (grid.model_module, CRITERIA.module(criterion["name"]))
            wildcards = {"block": block.name, "node": mask.key.partition("/")[2]}
            yield Asked(wildcards, inputs, settings, chosen, origins, profile)


DATA = Stage(
    name="data",
    program="prepare_data",
    outputs={
        "facts": "{results}/data/data.json",
        "train": "{results}/data/train.safetensors",
        "validation": "{results}/data/validation.safetensors",
        "test": "{results}/data/test.safetensors",
    },
    label="data",
    message="prepare data",
    log="data.log",
    reads=("data",),
    after=(),
    jobs=_data,
)
INIT = Stage(
    name="init",
    program="initialize",
    outputs={
        "weights": f"{{results}}/init/{{block}}/{WEIGHTS}",
        "mask": f"{{results}}/init/{{block}}/{MASK}",
        "record": f"{{results}}/init/{{block}}/{RECORD}",
    },
    label="init@{block}",
    message="draw initial weights, {block}",
    log="init/{block}.log",
    reads=("model", "seeds", "replicates"),
    after=("data",),
    jobs=_init,
)
MASKS = Stage(
    name="masks",
    program="generate_mask",
    outputs={
        "mask": f"{{results}}/masks/{{block}}/{{node}}/{MASK}",
        "record": f"{{results}}/masks/{{block}}/{{node}}/{RECORD}",
    },
    label="masks/{node}@{block}",
    message="draw mask {node}, {block}",
    log="masks/{block}/{node}.log",
    reads=("criteria", "training", "variants", "profiles", "runs"),
    after=("data", "init"),
    jobs=_masks,
)

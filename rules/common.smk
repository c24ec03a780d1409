from sculpt.core.errors import SculptError
from sculpt.plotting.names import NAMES
from sculpt.params.load import load
from sculpt.recipe.tree import NODE_SHAPES, TRAINED_STAGES, Block, Recipe, node_folder
from sculpt.pipeline.dag import settings as jobs
from sculpt.pipeline.identity.source import source_identity

try:
    NAME, EXPERIMENT = load(Path("params.yaml")).select(config.get("experiment"))
    RECIPE = Recipe(EXPERIMENT)
except SculptError as error:
    raise WorkflowError(str(error)) from None

RESULTS = f"results/{NAME}"
LOGS = f"logs/{NAME}"
DATA = f"{RESULTS}/data"
BLOCKS = [block.name for block in RECIPE.blocks]
PICTURES = f"figures/{NAME}"
FIGURES = [f"{PICTURES}/{figure}.{kind}" for figure in NAMES for kind in ("svg", "png", "csv")]

DATA_FILES = [f"{DATA}/{file}" for file in ("data.json", "train.safetensors", "validation.safetensors")]
NODE_FILES = ["weights.safetensors", "mask.safetensors", "history.csv", "record.json"]


wildcard_constraints:
    block=r"seeds_\d+-\d+",


def in_folder(block, key, *files):
    """Files of a node, mask or initialisation."""
    return [f"{node_folder(NAME, block, key)}/{file}" for file in files]


def node_of(stage, wildcards):
    """The recipe's node for a job, or an error that names what there is."""
    try:
        return RECIPE.find(f"{stage}/{wildcards.node}")
    except SculptError as error:
        raise WorkflowError(str(error)) from None


def node_inputs(stage):
    """A node's parents: where its weights, its mask and (for a prune) its scores come from."""

    def files(wildcards):
        node = node_of(stage, wildcards)
        above = {
            "weights": in_folder(wildcards.block, node.weights_from, "weights.safetensors"),
            "mask": in_folder(wildcards.block, node.mask_from, "mask.safetensors"),
            "before": in_folder(wildcards.block, node.mask_from, "record.json"),
            "scored": [],
            "data": DATA_FILES,
        }
        if node.prune is not None:
            above["scored"] = in_folder(wildcards.block, node.mask_from, "weights.safetensors")
        return above

    return files


def node_config(stage):
    return lambda wildcards: jobs.canonical(
        jobs.node_settings(EXPERIMENT, Block.parse(wildcards.block), node_of(stage, wildcards))
    )


def source(stage, mask=None):
    """The identity of the code that a stage runs."""
    return source_identity(f"sculpt.stages.{stage}", jobs.chosen_modules(stage, EXPERIMENT, mask))


def gpus(wildcards):
    """CUDA devices that a job asks for: one, where its execution profile allows one."""
    return int(EXPERIMENT.profiles[wildcards.get("profile", "default")].device != "cpu")


def memory(wildcards, input):
    """MB of main memory for the libraries (CUDA's are as large again) and for a job's inputs, unpacked.

    Images of more than 16 GiB stay memory-mapped (sculpt.data.augmentation).
    """
    return 2000 * (1 + gpus(wildcards)) + 3 * int(sum(size for size in input.size_files_mb if size <= 16 * 1024))


def of_stages(stages, *files, blocks=BLOCKS):
    """Files of every trained node of some stages."""
    return [
        file
        for block in blocks
        for stage in stages
        for node in RECIPE.stage(stage)
        for file in in_folder(block, node.key, *files)
    ]


TRAIN_SOURCE = source("train_node")

TRAIN = (
    "python -m sculpt.stages train_node --label {rule}/{wildcards.node}@{wildcards.block} --log {log}"
    f" --config {{params.config:q}} --source {{params.source}} --data {DATA} --weights {{input.weights}} --mask {{input.mask}}"
    " --before {input.before} --scored {input.scored} --out $(dirname {output.weights})"
)

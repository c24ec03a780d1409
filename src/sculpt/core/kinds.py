"""Every kind of plug-in: where its modules lie, and what each of them defines (docs/extending.md)."""

from sculpt.core.plugins import Kind

METHODS = Kind("run method", "recipe/methods", "plan", ("tree", "settings"), tag="method", options=("DYNAMIC",))
CRITERIA = Kind(
    "criterion",
    "pruning/criteria",
    "keep",
    ("network", "mask", "images", "seeds", "density", "settings"),
    options=("EXACT", "RANDOM", "READS_LABELS"),
)
MASK_CHANGES = Kind(
    "mask change", "pruning/changes", "change", ("mask", "seeds"), entry=False, options=("ACROSS_SEEDS",)
)
TRANSFORMS = Kind(
    "weight transform",
    "training/transforms",
    "transform",
    ("weights", "mask", "seeds", "settings"),
    options=("READS_NETWORK",),
    more={"READS_NETWORK": ("network",)},
)
SCHEDULES = Kind("schedule", "training/schedules", "share", ("progress", "cycle", "settings"))
LOSSES = Kind(
    "loss",
    "training/losses",
    "loss",
    ("logits", "labels", "settings"),
    options=("READS_GROUPS",),
    more={"READS_GROUPS": ("groups",)},
)
UPDATES = Kind("update rule", "training/updates", "start", ("parameters", "settings"))
BETWEEN = Kind(
    "rule between epochs",
    "training/between",
    "after_epoch",
    ("network", "mask", "images", "seeds", "when", "density", "settings"),
    options=("EXACT", "MOVES"),
)
MODELS = Kind(
    "model",
    "models/architectures",
    "build",
    ("replicates", "channels", "classes", "settings"),
    options=("KERNELS",),
)
DATASETS = Kind(
    "data set",
    "data/sets",
    "read",
    ("root", "settings"),
    constants=("TRAIN", "TEST", "SIZE", "CLASSES"),
    options=("THREADS",),
)
ANALYSES = Kind(
    "analysis",
    "analyses",
    "analyse",
    ("node", "before", "network", "images", "settings"),
    options=("BESIDE", "NEEDS", "TIMED"),
)
CLAIMS = Kind("claim", "claims", "judge", ("tables",), entry=False, constants=("TABLES",), options=("ID", "QUESTION"))
FIGURES = Kind(
    "figure",
    "figures",
    "draw",
    ("tables", "settings"),
    constants=("TABLES", "CAPTION"),
    options=("NEEDS",),
)

ALL = (
    METHODS,
    CRITERIA,
    MASK_CHANGES,
    TRANSFORMS,
    SCHEDULES,
    LOSSES,
    UPDATES,
    BETWEEN,
    MODELS,
    DATASETS,
    ANALYSES,
    CLAIMS,
    FIGURES,
)

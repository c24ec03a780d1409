"""What an experiment took: epochs and FLOPs from its records, CPU time and memory from the logs that are here."""

from dataclasses import dataclass
from pathlib import Path

from sculpt.core.files import RECORD, read_json
from sculpt.core.rounding import rounded
from sculpt.pipeline.dag.job import Job
from sculpt.pipeline.plan.ran import took_and_peak
from sculpt.recipe.node import below_results
from sculpt.recipe.tree import Tree


@dataclass(frozen=True)
class StageCost:
    """Of one stage. logged: how many of its jobs have a log here. cpu: seconds, memory: MiB at most; of those jobs."""

    stage: str
    jobs: int
    logged: int
    cpu: float
    memory: int


@dataclass(frozen=True)
class Cost:
    """networks: nodes times seeds. epochs: trained, over all seeds; unshared: if every run trained from its beginning.

    flops: of kept weights, over all nodes, masks and seeds. megabytes: of the results on disk.
    """

    networks: int
    epochs: int
    unshared: int
    flops: float
    megabytes: float
    stages: list[StageCost]

    @property
    def cpu(self) -> float:
        return sum(stage.cpu for stage in self.stages)

    @property
    def jobs(self) -> int:
        return sum(stage.jobs for stage in self.stages)

    @property
    def logged(self) -> int:
        return sum(stage.logged for stage in self.stages)

    @property
    def lines(self) -> list[str]:
        """What it took, in words."""
        shared = f"{self.epochs:,} epochs were trained; without shared beginnings they would be {self.unshared:,}"
        took = f"{self.cpu:,.0f} CPU seconds, by the logs of {self.logged:,} of {self.jobs:,} jobs that are here"
        return [
            f"{self.networks:,} networks, {shared}.",
            f"{self.flops:.3g} FLOPs of training, counting the weights that are kept.",
            f"{took}." if self.logged else "CPU seconds: no job has a log here.",
            f"{self.megabytes:,.0f} MB of results.",
        ]


def cost(name: str, tree: Tree, jobs: list[Job], root: Path) -> Cost:
    """jobs: all of the experiment. Raises ArtifactError where a record is missing or unreadable."""
    results = root / "results" / name
    seeds = tree.experiment["seeds"]
    # A node that repeats the first epochs of another is trained all the same.
    epochs = sum(node.trained_epochs for node in tree.nodes.values()) * seeds
    own = [
        of_seed["train_flops"]
        for key in (*tree.masks, *tree.nodes)
        for block in tree.blocks
        for of_seed in read_json(results / below_results(block.name, key) / RECORD)["seeds"]
    ]
    return Cost(
        networks=len(tree.nodes) * seeds,
        epochs=epochs,
        unshared=tree.unshared_epochs() * seeds,
        flops=rounded(float(sum(own))),
        megabytes=_size(results) / 1e6,
        stages=_stages(jobs, root),
    )


def _stages(jobs: list[Job], root: Path) -> list[StageCost]:
    by_stage: dict[str, list[tuple[float, int] | None]] = {}
    for job in jobs:
        by_stage.setdefault(job.rule, []).append(took_and_peak(root / job.log))
    return [
        StageCost(
            stage=stage,
            jobs=len(found),
            logged=len(known := [one for one in found if one]),
            cpu=sum(seconds for seconds, _ in known),
            memory=max((memory for _, memory in known), default=0),
        )
        for stage, found in by_stage.items()
    ]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

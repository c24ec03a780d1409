"""Made-up tables of the study of execution profiles, of exactly its columns, with numbers that are easy to average.

Three seeds, three groups, a dense network and two methods at two densities. What changes how much is one function of
effect, profile, network, seed and group, which a test can replace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd

from sculpt.core.kinds import FIGURES
from sculpt.plotting.drawn import Drawn
from sculpt.statistics.tables import Tables

SEEDS = 3
GROUPS = ("0", "1", "2")
IMAGES = {"0": 200, "1": 200, "2": 100}
REFERENCE = "torch"
MINUTE = 1e-7
"""A change of the loss that flips nothing."""


class Network(NamedTuple):
    method: str
    mask: str | None
    density: float
    cycle: int

    @property
    def run(self) -> str:
        return "dense" if self.method == "dense" else f"{self.method}/{self.mask}_{self.density}"


NETWORKS = (
    Network("dense", None, 1.0, 2),
    Network("cyclic", "erk", 0.1, 2),
    Network("cyclic", "erk", 0.05, 2),
    Network("lrr", None, 0.1, 2),
    Network("lrr", None, 0.05, 3),
)
SWEPT = NETWORKS[2]
"""The network of the aligned loss."""
WEIGHTS = {0.1: "gentle", 1.0: "strong"}
"""Of the aligned loss, and what its variants are called."""
TRAINED_UNDER = {"repeat": "torch", "bfloat16": "bfloat16", "reversed": "reversed", "threads": "two_threads"}
"""Variants that change the profile alone, and their profiles; the last one changes no bit here."""
PROFILES = [
    # profile, available, why, inference differs, training differs
    ("torch", True, None, False, False),
    ("kernels", True, None, True, True),
    ("bfloat16", True, None, True, True),
    ("reversed", True, None, False, True),
    ("two_threads", True, None, False, False),
    ("tf32", False, "this machine has no CUDA device", None, None),
]


def change(effect: str, profile: str, network: Network, seed: int, group: str) -> tuple[float, float, int]:
    """Points by which the error grows, nats by which the loss does, and how many predictions flip.

    A violation in points is the change of group 2 minus that of group 0, so 2 (seed + 1) for training in the dense
    network, and as much more as the network is sparser; 10 for another seed.
    """
    place = GROUPS.index(group)
    sparser = {1.0: 1, 0.1: 2, 0.05: 3}[network.density]
    effect = "training" if effect in ("variant", "training_repeat") else effect
    return {
        "repeat": (0.0, 0.0, 0),
        "evaluation": (0.0, MINUTE, 0) if profile == "kernels" else (place / 2, 1e-3 * (place + 1), place),
        "seed": (5.0 * place, 0.1 * (seed - 1), 4 * place),
        "training": (0.0, 0.0, 0) if profile == REFERENCE else (1.0 * place * (seed + 1) * sparser, 0.02, 3),
    }[effect]


Change = Callable[[str, str, Network, int, str], tuple[float, float, int]]


def accuracy(network: Network, seed: int, group: str) -> float:
    """Groups are 2 points apart, of the last seed 1: from seed to seed the violation is 0, 2 and 2 times 1 point."""
    apart = 1 if seed == SEEDS - 1 else 2
    return 90.0 - 10 * (1 - network.density) - apart * GROUPS.index(group) + seed


def _row(
    effect: str,
    profile: str,
    variant: str | None,
    weight: float | None,
    network: Network,
    seed: int,
    split: str,
    group: str,
) -> dict:
    run = network.run if variant is None else f"{variant}/{network.run}"
    return {
        "machine": "here",
        "effect": effect,
        "profile": profile,
        "run": run,
        "method": network.method,
        "mask": network.mask,
        "start_density": None,
        "target_density": network.density,
        "variant": variant,
        "weight": weight,
        "cycle": network.cycle,
        "node": f"node/{run}",
        "seed": seed,
        "split": split,
        "group": group,
        "number": GROUPS.index(group),
    }


def _with_all(rows: list[dict]) -> list[dict]:
    """The rows of a comparison's groups, after one over all images."""
    total = sum(row["images"] for row in rows)
    means = ("accuracy", "accuracy_reference", "loss", "loss_reference")
    whole = {key: sum(row[key] * row["images"] for row in rows) / total for key in means}
    few = {"images": total, "few": False, "flips": sum(row["flips"] for row in rows)}
    return [rows[0] | {"group": "all", "number": None} | few | whole, *rows]


def comparison(
    effect: str,
    profile: str,
    variant: str | None,
    network: Network,
    change: Change = change,
    better: float = 0.0,
    weight: float | None = None,
) -> list[dict]:
    """The rows of one comparison; better: points that the variant's loss, of this weight, adds to every group."""
    found = []
    for seed in range(SEEDS):
        for split in ("validation", "test"):
            rows = []
            for group in GROUPS:
                points, nats, flips = change(effect, profile, network, seed, group)
                before = accuracy(network, seed, group)
                measured = {
                    "images": IMAGES[group],
                    "few": IMAGES[group] < 20,
                    "accuracy": before - points + better,
                    "accuracy_reference": before,
                    "loss": 0.5 + nats,
                    "loss_reference": 0.5,
                    "flips": flips,
                }
                rows.append(_row(effect, profile, variant, weight, network, seed, split, group) | measured)
            found += _with_all(rows)
    return found


def aligned(
    weight: float, profile: str, factor: float, better: float = 0.0, change: Change = change, network: Network = SWEPT
) -> list[dict]:
    """The sweep's rows of one weight: under the reference, and under a profile that changes `factor` times as much."""

    def less(effect: str, profile: str, network: Network, seed: int, group: str) -> tuple[float, float, int]:
        points, nats, flips = change(effect, profile, network, seed, group)
        return factor * points, nats, flips

    name = WEIGHTS.get(weight, f"weight {weight}")
    base = comparison("variant", REFERENCE, name, network, change, better, weight)
    return base + comparison("variant", profile, f"{name} elsewhere", network, less, better, weight)


def _effect(profile: str) -> str:
    """Of a variant that changes nothing but its profile."""
    return "training_repeat" if profile == REFERENCE else "training"


def hardware(change: Change = change, networks: tuple[Network, ...] = NETWORKS) -> pd.DataFrame:
    rows = []
    for network in networks:
        rows += comparison("repeat", REFERENCE, None, network, change)
        rows += comparison("seed", REFERENCE, None, network, change)
        for profile in ("kernels", "bfloat16", "reversed", "two_threads"):
            rows += comparison("evaluation", profile, None, network, change)
        for variant, profile in TRAINED_UNDER.items():
            rows += comparison(_effect(profile), profile, variant, network, change)
    for weight, factor, better in zip(WEIGHTS, (0.5, 0.25), (0.0, -8.0), strict=True):
        rows += aligned(weight, "reversed", factor, better, change)
    return pd.DataFrame(rows)


def profiles() -> pd.DataFrame:
    rows = [
        {
            "machine": "here",
            "profile": name,
            "available": available,
            "why": why,
            "inference_differs": inference,
            "training_differs": training,
            "device": "cpu",
            "processor": "made up",
            "precision": "float32",
            "threads": 1,
            "flags": "{}",
            "environment": "{}",
            "probe_inference": "00",
            "probe_training": "00",
        }
        for name, available, why, inference, training in PROFILES
    ]
    return pd.DataFrame(rows)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """The ends of the runs that `rows` (of hardware.csv) tell of."""
    columns = ["run", "method", "mask", "start_density", "target_density", "variant", "cycle", "node"]
    ends = rows[[*columns, "seed"]].drop_duplicates()
    criterion = ends["method"].map({"lrr": "magnitude"})
    both = {
        "result": True,
        "selected": True,
        "transform": None,
        "weights": None,
        "length": None,
        "test_accuracy": 90.0,
        "val_accuracy": 90.0,
    }
    return ends.assign(criterion=criterion, cycles=ends["cycle"], **both)


def mechanism(networks: tuple[Network, ...] = NETWORKS) -> pd.DataFrame:
    """Gradient norm, eigenvalue and closeness rise with the group, distance and margin fall."""
    rows = [
        {
            "run": network.run,
            "cycle": network.cycle,
            "node": f"node/{network.run}",
            "seed": seed,
            "group": place,
            "images": IMAGES[group],
            "loss": 0.5,
            "accuracy": accuracy(network, seed, group),
            "gradient_norm": (1 + place) / network.density,
            "eigenvalue": 10.0 * (1 + place) / network.density,
            "margin": 0.8 - place / 10,
            "closeness": 0.2 + place / 10,
            "boundary_distance": 4.0 - place,
        }
        for network in networks
        for seed in range(SEEDS)
        for place, group in enumerate(GROUPS)
    ]
    return pd.DataFrame(rows)


def taylor(network: Network = NETWORKS[-1]) -> pd.DataFrame:
    """The change is a tenth, two and three tenths, falling for seed 1; the bound is 100 times it, the remainder twice.

    Of `reversed`, group 2 and seed 0 the bound is half of it, and does not hold.
    """
    rows = []
    for variant, profile in TRAINED_UNDER.items():
        for seed in range(SEEDS):
            for place, group in enumerate(GROUPS):
                size = 0.0 if profile == REFERENCE else (1 + place) / 10
                broken = (profile, seed, place) == ("reversed", 0, 2)
                rows.append(
                    {
                        "run": f"{variant}/{network.run}",
                        "cycle": network.cycle,
                        "node": f"node/{variant}/{network.run}",
                        "seed": seed,
                        "group": place,
                        "images": IMAGES[group],
                        "distance": 4.0,
                        "gradient_norm": 1.0,
                        "eigenvalue": 1.0,
                        "eigenvalue_residual": 0.0,
                        "bound": size * (0.5 if broken else 100),
                        "change": -size if seed == 1 else size,
                        "change_held": -3 * size,
                        "remainder": -2 * size,
                        "holds": not broken,
                        "plain": f"node/{network.run}",
                    }
                )
    return pd.DataFrame(rows)


def costs() -> pd.DataFrame:
    """Torch takes 4 ms an image at every density; the kernels 8 times the square root of the density."""
    rows = []
    for network in NETWORKS:
        for engine in ("kernels", "torch"):
            for batch in (1, 500):
                latency = batch**0.5 * (4.0 if engine == "torch" else 8 * network.density**0.5)
                rows.append(
                    {
                        "run": network.run,
                        "cycle": network.cycle,
                        "node": f"node/{network.run}",
                        "seed": 0,
                        "density_kept": network.density,
                        "engine": engine,
                        "batch": batch,
                        "latency_ms": latency,
                        "latency_lower": 0.9 * latency,
                        "latency_upper": 1.2 * latency,
                        "throughput": 1000 * batch / latency,
                        "peak_memory_mib": 100.0 if engine == "torch" else 20.0 + 10 * network.density,
                        "energy_j": None,
                        "size_dense": 70_000,
                        "size_packed": 2_000 + int(68_000 * network.density),
                        "size_compressed": 1_500 + int(60_000 * network.density),
                        "processor": "made up",
                    }
                )
    return pd.DataFrame(rows)


def frames(change: Change = change, networks: tuple[Network, ...] = NETWORKS) -> dict[str, pd.DataFrame]:
    rows = hardware(change, networks)
    return {
        "summary": summary(rows),
        "hardware": rows,
        "profiles": profiles(),
        "mechanism": mechanism(networks),
        "taylor": taylor(),
        "costs": costs(),
    }


FRAMES = frames()


def tables(**changed: pd.DataFrame) -> Tables:
    """The tables, some of them replaced; the summary follows what replaces `hardware`."""
    if "hardware" in changed:
        changed = {"summary": summary(changed["hardware"]), **changed}
    return Tables(FRAMES | changed)


def draw(name: str, given: dict[str, pd.DataFrame] = FRAMES, **settings: Any) -> Drawn:
    """A figure from just the tables that its module asks for."""
    asked = Tables({table: given[table] for table in FIGURES.constant(name, "TABLES")})
    return FIGURES.load(name)(asked, {"name": name, "width": 5.5, **settings})

"""What params.yaml may ask of a figure."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from sculpt.core.kinds import FIGURES
from sculpt.plotting import densities

RUNS = [
    {"method": "dense", "cycles": 4},
    {"method": "masks", "masks": ("snip",), "densities": (0.3,)},
    {"method": "cyclic", "mask": "erk", "densities": (0.1, 0.05)},
    {"method": "cyclic", "mask": "snip", "densities": (0.04,)},
    {"method": "cyclic", "mask": "synflow", "densities": (0.03,)},
    {"method": "sculpt", "mask": "erk", "start": 0.5, "targets": (0.02,)},
    {"method": "lrr", "ladder": (0.25, 0.01)},
    {"method": "imp", "ladder": (0.4,)},
]


def experiment(*more):
    return SimpleNamespace(runs=[SimpleNamespace(**run) for run in (*RUNS, *more)])


def faults(name, runs, **settings):
    return list(FIGURES.settings(name)(name=name, width=5.5, **settings).faults(runs))


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("training_loss", [0.25, 0.1, 0.05, 0.02, 0.01]),
        ("accuracy_vs_cost", [0.4, 0.25, 0.1, 0.05, 0.04, 0.02, 0.01]),
    ],
)
def test_densities_without_a_run_are_refused(name, there):
    assert faults(name, experiment(), densities=tuple(there)) == []
    assert faults(name, experiment(), densities=(0.1, 0.3, 0.03)) == [], "as a figure of a wider experiment has them"
    listed = ", ".join(map(str, there))
    assert faults(name, experiment(), densities=(0.3, 0.03)) == [
        f"densities.{place}: {density}; allowed: densities of runs that this figure shows: {listed}"
        for place, density in enumerate((0.3, 0.03))
    ]


def test_a_density_without_a_mask_is_refused():
    assert faults("layer_densities", experiment(), density=0.3) == []
    (fault,) = faults("layer_densities", experiment(), density=0.02)
    listed = "0.5, 0.3, 0.1, 0.05, 0.04, 0.03"
    assert fault == f"density: 0.02; allowed: a density at which runs have masks: {listed}"


def test_a_method_that_tells_no_density_leaves_every_density_allowed():
    assert faults("training_loss", experiment({"method": "regrow", "mask": "erk"}), densities=(0.3,)) == []


def test_the_rungs_of_a_ladder_that_only_gives_a_mask_are_no_results():
    coupled = {"method": "coupled", "mask_of": "lrr", "ladder": (0.9, 0.8), "targets": (0.8,)}
    more = densities.of_results(experiment(coupled, {"method": "dense_long"}), masks=2)
    assert more == densities.of_results(experiment(), masks=2)


def test_the_only_density_of_a_method_counts():
    assert 0.3 in densities.of_results(experiment({"method": "regrow", "mask": "erk", "density": 0.3}), masks=1)


LIBRARIES = ("matplotlib", "numpy", "pandas", "scipy", "seaborn", "torch")
READ_SETTINGS = f"""
import sys
from sculpt.core.kinds import ANALYSES, FIGURES
for kind in (ANALYSES, FIGURES):
    for name in kind.names:
        kind.settings(name)
print(*(library for library in {LIBRARIES} if library in sys.modules))
"""


def test_reading_settings_imports_no_library_that_computes():
    found = subprocess.run([sys.executable, "-c", READ_SETTINGS], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []

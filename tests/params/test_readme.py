"""The experiment that the README shows can be run."""

import re
from pathlib import Path

from sculpt.params.experiment import described
from sculpt.params.load import load
from sculpt.pipeline.dag.experiment import all_jobs
from sculpt.recipe.tree import Tree

ROOT = Path(__file__).parents[2]


def test_the_readmes_experiment_is_one(tmp_path):
    (example,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    path = tmp_path / "params.yaml"
    path.write_text((ROOT / "params.yaml").read_text() + example)
    name, experiment = load(path).select("noisy")
    tree = Tree(described(experiment))
    assert all_jobs(name, experiment)  # the section hardware and the analyses are checked where jobs are made of them
    assert {"cyclic/erk_0.05", "noisy/cyclic/erk_0.05", "noisy/lrr/0.5/0.2/0.05"} <= {run.id for run in tree.runs}

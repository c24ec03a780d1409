"""What a plan says of nodes and epochs, and that a waiting job's reasons name its own profile."""

from made_up import job

from sculpt.pipeline.plan import waiting
from sculpt.pipeline.plan.plan import cost
from sculpt.recipe.tree import Tree

TRAINING = {"epochs": 5, "label_noise": 0.0}
EXPERIMENT = {
    "seeds": 3,
    "replicates": 2,
    "cycles": 3,
    "training": TRAINING,
    "variants": {},
    "criteria": {"erk": {"name": "erk"}, "magnitude": {"name": "magnitude"}},
    "runs": [
        {"method": "dense", "cycles": 1},
        {"method": "cyclic", "mask": "erk", "densities": [0.5]},
        {"method": "sculpt", "mask": "erk", "start": 0.5, "targets": [0.1]},
        {"method": "lrr", "ladder": [0.5, 0.1]},
    ],
}


def test_shared_prefixes_are_counted_once():
    lines = cost("small", Tree(EXPERIMENT))
    assert lines[0] == "small: 7 nodes and 1 mask for each of 2 seed blocks (3 seeds)"
    assert [line.split() for line in lines[1:-1]] == [
        ["stage", "nodes", "epochs", "per", "seed"],
        ["dense", "1", "5"],
        ["cyclic", "3", "15"],
        ["sculpt", "1", "5"],
        ["iterative", "2", "10"],
    ]
    # dense 5, single 5, cyclic 15, sculpt 15, two levels of LRR 10 and 15
    assert lines[-1] == (
        "shared prefixes train once: 35 epochs per seed against 65 with each run trained alone (1.9 times as many)"
    )


def test_an_experiment_that_trains_nothing_has_no_ratio():
    masks = [{"method": "masks", "masks": ["erk"], "densities": [0.1]}]
    assert cost("small", Tree({**EXPERIMENT, "runs": masks}))[-1].endswith("0 with each run trained alone")


def test_each_waiting_job_names_where_its_own_settings_come_from(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    said = "".join(
        f"Job {number}: evaluate {name}\nReason: Params have changed since last execution: x: "
        f'before: \'{{"profile":{{"device":"cpu"}}}}\' now: \'{{"profile":{{"device":"auto"}}}}\' \n'
        for number, name in enumerate(("half", "default"))
    )
    jobs = [job(name, origins={"profile": f"profiles.{name}"}) for name in ("default", "half")]
    monkeypatch.setattr(waiting, "_dry_run", lambda *_: said)
    monkeypatch.setattr(waiting, "_jobs_of", lambda name: jobs)
    assert waiting.waiting_jobs("toy") == [
        (f"evaluate {name}", f'profiles.{name}.device: "cpu" -> "auto"') for name in ("default", "half")
    ]

"""What `sculpt plan` says a run will take: rates from logs, and the logs of a finished run."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from made_up import job, ran

from sculpt.pipeline.dag.job import canonical
from sculpt.pipeline.plan.predict import AROUND, Known, Prediction, in_words, predict
from sculpt.pipeline.plan.ran import ran as finished
from sculpt.pipeline.plan.ran import took, took_and_peak
from sculpt.pipeline.plan.rates import Rates, rates
from sculpt.pipeline.plan.usual import USUAL
from sculpt.pipeline.plan.wall import START, wall
from sculpt.pipeline.plan.work import Work, work
from sculpt.recipe.tree import Tree

DATA = {"train": 1000, "test": 500, "size": 8}
SETTINGS = {
    "model": {"name": "resnet20", "width": 8},
    "seeds": [0, 1, 2],
    "profile": {"engine": "kernels", "device": "cpu"},
    "cycle": {"epochs": 5},
}
EXPERIMENT = {
    "data": DATA,
    "seeds": 3,
    "replicates": 3,
    "cycles": 2,
    "training": {"epochs": 5, "label_noise": 0.0},
    "variants": {},
    "criteria": {"erk": {"name": "erk"}},
    "runs": [{"method": "cyclic", "mask": "erk", "densities": [0.5, 0.1]}],
}


@pytest.fixture(scope="module")
def measured() -> list[tuple[Work, float]]:
    """The 224 jobs of `digits` of November 2026: kind, terms and CPU seconds of each, by its log."""
    with Path(__file__).with_name("digits_seconds.csv").open() as file:
        return [
            (Work(tuple(row["kind"].split()), tuple(map(float, row["terms"].split()))), float(row["seconds"]))
            for row in csv.DictReader(file)
        ]


def test_constants_come_within_a_tenth_of_the_run_that_they_are_of(measured):
    total = sum(seconds for _, seconds in measured)
    assert len(measured) == 224 and total == pytest.approx(217.8)
    assert sum(USUAL.seconds(done) for done, _ in measured) == pytest.approx(total, rel=0.1)


@pytest.mark.parametrize("part", range(4))
def test_a_quarter_of_the_logs_predicts_the_others_within_three_tenths(measured, part):
    known = Rates.of(measured[part::4])
    rest = [row for at, row in enumerate(measured) if at % 4 != part and known.seconds(row[0]) is not None]
    predicted, took = sum(known.seconds(done) for done, _ in rest), sum(seconds for _, seconds in rest)
    assert len(rest) > 130 and predicted == pytest.approx(took, rel=0.3)


def test_rates_are_those_that_the_seconds_were_made_with():
    terms = [(1.0, shown, shown * density) for shown in (2.0, 5.0) for density in (1.0, 0.1, 0.02)]
    made = [(of_job, 0.5 + 0.02 * of_job[1] + 0.3 * of_job[2]) for of_job in terms]
    assert rates(made) == pytest.approx((0.5, 0.02, 0.3), abs=1e-4)


def test_no_rate_is_negative_and_one_job_gives_the_last_term_all():
    assert rates([((1.0, 1.0), 2.0), ((1.0, 2.0), 1.0)])[1] == 0.0
    assert rates([((1.0, 4.0), 2.0)]) == (0.0, 0.5)


def test_work_of_a_node_is_its_images_times_its_network():
    (node,) = [node for node in Tree(EXPERIMENT).nodes.values() if node.key == "cyclic/erk_0.1/cycle_2"]
    shown = 3 * 64 * 1000 * 5 / 1e6
    kind = ("train_node", "kernels", "cpu", "magnitude")
    assert work("train_node", SETTINGS, DATA, node) == Work(kind, (1.0, shown * 8, pytest.approx(shown * 64 * 0.1)))
    on_torch = work("train_node", {**SETTINGS, "profile": {"device": "cpu"}}, DATA, node)
    assert on_torch.kind[1] == "torch" and on_torch.terms[2] == pytest.approx(shown * 64)  # it multiplies zeros too
    stopped = work("train_node", {**SETTINGS, "cycle": {"epochs": 5, "stop_epoch": 1}}, DATA, node)
    assert stopped.terms[1] == pytest.approx(shown * 8 / 5)
    cropped = work("train_node", SETTINGS, {**DATA, "crop": 4}, node)
    assert cropped.terms[1] == pytest.approx(shown * 8 / 4)


def node_job(name: str, epochs: int = 5):
    return job(
        f"cyclic/{name}",
        rule="cyclic",
        program="train_node",
        wildcards={"node": name},
        config=canonical({**SETTINGS, "cycle": {"epochs": epochs}}),
    )


def leave_log(job, root: Path, last: str) -> None:
    (root / job.log).parent.mkdir(parents=True, exist_ok=True)
    (root / job.log).write_text(f"epoch 5/5: loss 1.0\ntrained in 2.41 CPU s\n{last}")


def test_a_log_tells_the_seconds_of_a_job_that_ended(tmp_path):
    done, cut_off, gone = (node_job(f"erk_0.5/cycle_{number}") for number in (1, 2, 3))
    leave_log(done, tmp_path, "2.50 CPU s, peak memory 404 MiB\n")
    leave_log(cut_off, tmp_path, "")
    assert [took(tmp_path / each.log) for each in (done, cut_off, gone)] == [2.5, None, None]


def test_a_log_tells_seconds_and_memory_at_its_end(tmp_path):
    log = tmp_path / "a.log"
    assert took_and_peak(log) is None
    log.write_text("epoch 1/5\n")
    assert took_and_peak(log) is None
    log.write_text("epoch 1/5\n" * 100 + "0.79 CPU s, peak memory 401 MiB\n")
    assert took_and_peak(log) == (0.79, 401)


def test_a_log_is_of_the_settings_that_its_job_had(tmp_path):
    first, edited = node_job("erk_0.5/cycle_1"), node_job("erk_0.5/cycle_1", epochs=50)
    ran(first, tmp_path)
    leave_log(first, tmp_path, "2.50 CPU s, peak memory 404 MiB\n")
    [(done, seconds)] = finished([edited], Tree(EXPERIMENT), DATA, tmp_path)
    assert seconds == 2.5 and done.terms[1] == pytest.approx(3 * 64 * 1000 * 5 * 8 / 1e6)
    assert list(finished([node_job("erk_0.1/cycle_1")], Tree(EXPERIMENT), DATA, tmp_path)) == []


@pytest.fixture
def known(tmp_path) -> Known:
    """Two nodes that have run, each in 3 s, and two that are to run, of twice the epochs."""
    jobs = [node_job("erk_0.5/cycle_1"), node_job("erk_0.1/cycle_1")]
    for each in jobs:
        ran(each, tmp_path)
        leave_log(each, tmp_path, "3.00 CPU s, peak memory 404 MiB\n")
    jobs += [node_job("erk_0.5/cycle_2", 10), node_job("erk_0.1/cycle_2", 10)]
    return Known(jobs, EXPERIMENT, Tree(EXPERIMENT))


def test_jobs_are_predicted_from_the_logs_of_their_own_experiment_first(known, tmp_path):
    messages = [job.message for job in known.jobs[2:]]
    both = predict(messages, known, cores=2, root=tmp_path)
    assert both.rests_on == {"logs": 2} and both.cpu == pytest.approx(12.0, rel=1e-3)
    assert both.wall == pytest.approx(AROUND + START + 6.0, rel=1e-3)
    assert str(both) == "about 12 s of CPU, 11 s on 2 cores, by the logs of 2 finished jobs here"
    alone = predict(messages, known, cores=1, root=tmp_path)
    assert alone.wall == pytest.approx(AROUND + 2 * START + 12.0, rel=1e-3)


def test_then_from_those_of_others_then_from_constants_and_a_guess_is_told(known, tmp_path):
    new = Known(known.jobs[2:], EXPERIMENT, known.tree)
    messages = [job.message for job in new.jobs]
    found = predict(messages, new, [known], 2, tmp_path)
    assert found.rests_on == {"others": 2} and found.cpu == pytest.approx(12.0, rel=1e-3)
    assert str(found).endswith("by logs of other experiments here")

    scored = json.loads(new.jobs[1].config) | {"prune": {"density": 0.1, "criterion": {"name": "of_tomorrow"}}}
    unheard = node_job("erk_0.1/cycle_2")
    unheard = type(unheard)(**{**unheard.__dict__, "config": canonical(scored)})
    found = predict(
        [messages[0], unheard.message], Known([new.jobs[0], unheard], EXPERIMENT, known.tree), (), 2, tmp_path
    )
    assert found.rests_on == {"constants": 1, "guess": 1}
    assert str(found).endswith(
        "by constants measured on other hardware (1); a guess, since nothing of their kind was measured (1)"
    )


def test_wall_time_follows_what_jobs_need_and_their_threads():
    first, second, both, alone = (
        job("first"),
        job("second"),
        job("both", {"of": ["results/toy/first.csv", "results/toy/second.csv"]}),
        job("alone", threads=64),
    )
    seconds = {"evaluate first": 4.0, "evaluate second": 1.0, "evaluate both": 2.0, "evaluate alone": 6.0}
    assert wall([first, second, both], seconds, 2) == pytest.approx(4 + 2 + 2 * START)
    assert wall([first, second, both], seconds, 1) == pytest.approx(7 + 3 * START)
    # It asks for every core: nothing beside it.
    assert wall([first, second, both, alone], seconds, 2) == pytest.approx(4 + 2 + 3 + 3 * START)
    assert wall([], {}, 2) == 0.0


def test_words_are_in_the_unit_that_fits():
    long = (20 * 86_400, 2_000 * 86_400, 16_808_112 * 3600)
    assert [in_words(seconds) for seconds in long] == ["20 days", "5 years", "1,917 years"]
    assert [in_words(seconds) for seconds in (0.4, 99, 100, 5_900, 7_200)] == [
        "0 s",
        "99 s",
        "2 min",
        "98 min",
        "2.0 h",
    ]
    one = Prediction(2.0, 7.0, 1, Counter({"constants": 3}), 0)
    assert str(one) == "about 2 s of CPU, 7 s on 1 core, by constants measured on other hardware"

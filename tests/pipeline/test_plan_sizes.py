"""What `sculpt plan` says of disk and memory: from files and logs that are here, else from shapes."""

from collections import Counter
from types import SimpleNamespace

import pytest
from made_up import job, ran

from sculpt.cli.shapes import asked_for
from sculpt.pipeline.dag.job import canonical
from sculpt.pipeline.plan.predict import Known
from sculpt.pipeline.plan.sizes import ASKED, LOGS, SHAPES, THERE, alike, disk, in_bytes, memory

EXPERIMENT = {"data": {"train": 10, "validation": 4, "test": 6, "size": 2}, "model": {"name": "net"}, "seeds": 4}
TREE = SimpleNamespace(nodes={"a": None, "b": None})


def node(label: str, seeds: int, **given):
    config = canonical({"seeds": list(range(seeds)), "model": EXPERIMENT["model"]})
    files = {"weights": f"results/toy/{label}/w", "mask": f"results/toy/{label}/m"}
    return job(label, rule="dense", config=config, files=files, **given)


def known(*jobs, experiment=EXPERIMENT) -> Known:
    return Known(list(jobs), experiment, TREE)


def no_shapes():
    raise AssertionError("files tell")


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (2_340_000, "2.3 MB"), (45e6, "45 MB"), (1.44e9, "1.4 GB")],
)
def test_bytes_in_words(count, words):
    assert in_bytes(count) == words


def test_a_file_that_is_not_there_is_as_large_per_seed_as_those_that_are(tmp_path):
    there, wanted = node("a", 2), node("b", 4)
    for file, size in zip(there.outputs, (200, 50), strict=True):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(b"x" * size)
    here = known(there, wanted)
    found = disk([wanted], here, [here], no_shapes, tmp_path)
    assert found.of_jobs == {wanted.message: 400 + 100}
    assert found.rests_on == Counter({THERE: 2})


def test_without_such_files_shapes_tell(tmp_path):
    wanted = node("b", 4)
    found = disk([wanted], known(wanted), [], lambda: (1000, 250), tmp_path)
    assert found.of_jobs == {wanted.message: 4 * 1000 + 4 * 250}
    assert found.rests_on == Counter({SHAPES: 2})


def test_images_are_bytes_of_three_channels_with_a_label_each(tmp_path):
    data = job("data", rule="data", config=canonical({"data": EXPERIMENT["data"]}), files={"train": "t", "test": "u"})
    found = disk([data], known(data), [], no_shapes, tmp_path)
    assert found.of_jobs == {data.message: (10 + 6) * (3 * 2 * 2 + 8)}


def test_what_another_model_left_tells_nothing(tmp_path):
    data = job("data", rule="data", program="judge", config=canonical({"data": EXPERIMENT["data"]}))
    init = job("init", rule="init", config=canonical({"seeds": [0], "model": EXPERIMENT["model"]}))
    ran(data, tmp_path)
    ran(init, tmp_path)
    here = known(data, init)
    assert alike(here, here, tmp_path)
    assert not alike(here, known(data, init, experiment=EXPERIMENT | {"model": {"name": "other"}}), tmp_path)
    assert not alike(here, known(data, init, experiment=EXPERIMENT | {"data": {"size": 3}}), tmp_path)


def test_memory_is_that_of_the_largest_job_by_its_log(tmp_path):
    small, large, waits = node("a", 2), node("b", 2), node("c", 2)
    for each, mib in ((small, 300), (large, 700)):
        (tmp_path / each.log).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / each.log).write_text(f"1.00 CPU s, peak memory {mib} MiB\n")
    found = memory([waits], {}, [known(small, large, waits)], tmp_path)
    assert (found.mib, found.message, found.rests_on) == (700, waits.message, LOGS)


def test_without_a_log_memory_is_what_a_cluster_is_asked_for(tmp_path):
    waits = node("c", 2, inputs={"data": ["images"]}, device="cuda")
    (tmp_path / "images").write_bytes(b"x" * 5_000_000)
    found = memory([waits], {}, [], tmp_path)
    assert (found.mib, found.rests_on) == (2000 * 2 + 3 * 5, ASKED)


def test_the_shapes_of_a_model_are_those_of_its_files():
    # Ten seeds of digits' network lie in 2,786,976 and 680,624 bytes, with headers, and with one channel.
    weights, mask = asked_for({"name": "resnet20", "width": 8}, 10)()
    assert weights * 10 == pytest.approx(2_786_976, rel=0.01)
    assert mask * 10 == pytest.approx(680_624, rel=0.01)

"""A node that was cut off goes on to the bytes of one that was not; what cannot be used is told and left aside."""

import json
from types import SimpleNamespace

import pytest
from safetensors.torch import save
from small_nodes import data, full, initial, prune_to, run

from sculpt.training import resume


class Cut(Exception):
    pass


def cut_after(epoch):
    def progress(done, last, loss):
        if done == epoch:
            raise Cut

    return progress


@pytest.fixture(autouse=True)
def every_epoch(monkeypatch):
    monkeypatch.setattr(resume, "SECONDS", 0.0)


def checkpoints(folder, key="key", told=None):
    return resume.EpochCheckpoints(folder / "a.b.log", key, (told if told is not None else []).append)


def outcome(trained):
    mask = {name: kept.contiguous() for name, kept in trained.mask.items()}
    return save(trained.weights), save(mask), json.dumps(trained.history), json.dumps(trained.records)


@pytest.mark.parametrize("epoch", [1, 3])
@pytest.mark.parametrize(
    ("seeds", "other"),
    [
        ((0, 1), prune_to(0.1)),
        ((0, 1), prune_to(0.1, name="snip", samples_per_class=2) | {"transform": {"name": "shuffle_signs"}}),
        ((0, 1), {}),
        ((3,), {}),
    ],
)
def test_a_node_that_was_cut_off_goes_on_to_the_same_bytes(tmp_path, seeds, other, epoch):
    """Weights, batch-norm state, mask, history and records; cut off after the first or the last epoch."""
    arguments = {"seeds": seeds, "epochs": 3, "first_epoch": 4, **other}
    if other:
        arguments |= {"mask": full(seeds), "scored": initial(seeds, data(seeds))}
    with pytest.raises(Cut):
        run(**arguments, progress=cut_after(epoch), checkpoints=checkpoints(tmp_path))
    told, trained = [], []
    again = run(
        **arguments, progress=lambda done, *_: trained.append(done), checkpoints=checkpoints(tmp_path, told=told)
    )
    assert trained == list(range(epoch + 1, 4))
    (file,) = tmp_path.iterdir()
    assert told == [f"goes on after epoch {epoch}, kept in {file}"]
    assert outcome(again) == outcome(run(**arguments))


@pytest.mark.parametrize("fault", ["cut short", "one flipped bit", "another key", "other seeds"])
def test_what_cannot_be_used_is_told_and_training_starts_from_the_beginning(tmp_path, fault):
    with pytest.raises(Cut):
        run(progress=cut_after(1), checkpoints=checkpoints(tmp_path, key="old" if fault == "another key" else "key"))
    (file,) = tmp_path.iterdir()
    content = bytearray(file.read_bytes())
    if fault == "cut short":
        file.write_bytes(content[:-100])
    elif fault == "one flipped bit":
        content[-50] ^= 1
        file.write_bytes(content)
    seeds = (0, 2) if fault == "other seeds" else (0, 1)
    told, trained = [], []
    again = run(seeds, progress=lambda done, *_: trained.append(done), checkpoints=checkpoints(tmp_path, told=told))
    assert trained == [1, 2]
    (line,) = told
    assert line.startswith(f"{file}: ") and line.endswith("training starts from the beginning") and "\n" not in line
    assert outcome(again) == outcome(run(seeds))


def test_a_short_job_keeps_nothing_and_an_ended_one_leaves_nothing(tmp_path, monkeypatch):
    with monkeypatch.context() as as_it_is:
        as_it_is.setattr(resume, "SECONDS", 60.0)
        run(checkpoints=checkpoints(tmp_path))
    assert not list(tmp_path.iterdir())
    kept = checkpoints(tmp_path)
    neighbour = tmp_path / "a.log"
    neighbour.touch()
    run(checkpoints=kept)
    assert len(list(tmp_path.iterdir())) == 2
    kept.remove()
    assert list(tmp_path.iterdir()) == [neighbour]


def test_at_most_the_interval_is_lost(tmp_path, monkeypatch):
    """An epoch is kept once the interval has passed since the last, and the last one of a job of that length."""
    clock = iter(range(0, 1000, 25))
    monkeypatch.setattr(resume, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    monkeypatch.setattr(resume, "SECONDS", 60.0)
    kept, epochs = checkpoints(tmp_path), []
    keep = kept.keep
    monkeypatch.setattr(kept, "keep", lambda seeds, reached: epochs.append(reached.done) or keep(seeds, reached))
    run(epochs=8, checkpoints=kept)
    assert epochs == [3, 6, 8]

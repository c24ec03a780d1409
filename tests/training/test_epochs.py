"""The order of the data and the schedule over the epochs of one node and of a chain."""

from safetensors.torch import save
from small_nodes import (
    N,
    data,
    empty_network,
    full,
    initial,
    run,
    same,
    settings,
    sgd,
)

from sculpt.training.engine import started
from sculpt.training.inputs import Data, Start
from sculpt.training.node import train

STATELESS = {**sgd(momentum=0.0), "schedule": {"name": "constant", "warmup": 0.0}}
"""Nothing but the weights passes from one epoch to the next, so a chain of nodes can equal one long node."""


def chain(first_epochs, **other):
    """One-epoch nodes, each on the weights of the one before."""
    trained = run(epochs=1, first_epoch=first_epochs[0], **other)
    for epoch in first_epochs[1:]:
        trained = run(weights=trained.weights, epochs=1, first_epoch=epoch, **other)
    return trained


def test_the_order_is_keyed_by_the_cumulative_epoch():
    """A second cycle goes on with the order where the first stopped; it does not repeat the first one's."""
    together = run(epochs=2, **STATELESS)
    chained, repeated = chain([0, 1], **STATELESS), chain([0, 0], **STATELESS)
    assert save(together.weights) == save(chained.weights)
    assert not same(together.weights, repeated.weights)
    for record, whole in zip(chained.records, together.records, strict=True):
        assert (2 * record["epochs"], 2 * record["train_flops"]) == (whole["epochs"], whole["train_flops"])
        assert record["validation"] == whole["validation"]
    assert [row["epoch"] for row in chained.history] == [2, 2]


def test_every_cycle_begins_with_a_fresh_optimizer():
    """With momentum a chain differs from one long node, and its second cycle's first step is plain descent."""
    constant = {"schedule": STATELESS["schedule"]}
    assert not same(run(epochs=2, **constant).weights, chain([0, 1], **constant).weights)
    one_step = {"batch_size": N, **constant}
    assert same(chain([0, 1], **one_step).weights, chain([0, 1], **sgd(momentum=0.0), **one_step).weights)


def test_first_epoch_moves_the_order_and_the_history_and_not_the_schedule():
    first, later = run(), run(first_epoch=6)
    assert [row["epoch"] for row in later.history] == [7, 7, 8, 8]
    assert [row["seed"] for row in later.history] == [0, 1, 0, 1]
    assert [row["learning_rate"] for row in later.history] == [row["learning_rate"] for row in first.history]
    assert not same(first.weights, later.weights)


def test_stop_epoch_is_the_beginning_of_the_full_cycle():
    """Weight rewinding's checkpoint is on the dense cycle's own path, bit for bit."""
    snapshots = {}
    seeds, images = (0, 1), data((0, 1))
    network = empty_network(seeds, images)

    def snap(done, last, loss):
        assert last == 4
        snapshots[done] = network.checkpoint()

    given = settings(seeds, epochs=4)
    whole = train(
        given,
        started(given, network),
        Start(initial(seeds, images), full(seeds)),
        Data(images, data(seeds, 12, 0, key=1)),
        snap,
    )
    for stop in (1, 3):
        part = run(mask=full(seeds), epochs=4, stop_epoch=stop)
        assert save(part.weights) == save(snapshots[stop])
        assert part.history == whole.history[: 2 * stop]
        assert [record["epochs"] for record in part.records] == [stop, stop]
        assert part.records[0]["train_flops"] * 4 == whole.records[0]["train_flops"] * stop
    assert not same(snapshots[3], whole.weights)

"""What a comparison says of cells that cannot be compared."""

from types import SimpleNamespace

import pandas as pd
import pytest

from sculpt.cli.against import DRAWN, _compare_drawn

BEFORE = pd.DataFrame(
    {
        "mask": ["erk", "erk", "erk"],
        "method": ["cyclic", "long", "sculpt"],
        "target_density": [0.1] * 3,
        "test_accuracy_mean": [80.0, 81.0, 85.0],
        "test_accuracy_sd": [1.0] * 3,
        "seeds": [3] * 3,
    }
)
NOISY = BEFORE[:2].assign(variant="noisy", test_accuracy_mean=[40.0, 41.0])


@pytest.mark.parametrize(("more", "cells"), [(0, None), (1, "1 cell"), (2, "2 cells")])
def test_cells_that_the_labels_do_not_tell_apart_are_counted_in_the_notes(tmp_path, more, cells):
    past = SimpleNamespace(short="abc1234", file=lambda path: BEFORE.to_csv(index=False).encode())
    (tmp_path / "figures/some").mkdir(parents=True)
    now = pd.concat([BEFORE.assign(variant=None), NOISY[:more]])
    now.to_csv(tmp_path / "figures/some" / DRAWN, index=False)
    found = _compare_drawn(past, "some", 500, tmp_path, ["a note"])
    assert found.faults == [] and found.compared == f"{3 - more} mean test accuracies"
    told = [f"not compared: {cells}, where the labels of both figures do not tell runs apart"] if more else []
    assert found.notes[0] == "a note" and found.notes[2:] == told

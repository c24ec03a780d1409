"""`sculpt tidy`: it shows first, says what could be brought back, and knows experiments that are gone."""

import shutil

from conftest import Checkout, files_below

from sculpt.pipeline.check.gone import IN_DVC, IN_GIT, NOWHERE, gone
from sculpt.pipeline.record.dropped import recorded
from sculpt.pipeline.record.dvc_record import read_dvc_lock
from sculpt.pipeline.record.lock import read_lock

MASK = "results/tiny/masks/seeds_0-1/erk_0.1/mask.safetensors"


def tidied(checkout: Checkout, *arguments: str) -> list[str]:
    done = checkout.sculpt("tidy", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_it_says_what_and_how_much_and_where_another_copy_is(copy):
    for place, file in (("results/tiny/old", MASK), ("figures/tiny", "figures/tiny/mask_overlap.csv")):
        (copy.folder / place).mkdir(exist_ok=True)
        shutil.copy(copy.folder / file, copy.folder / place / "copy")
    (copy.folder / "results/tiny/old/new").write_text("12345")
    copy.git("add", "figures/tiny/copy")
    before = files_below(copy.folder / "results")
    lines = tidied(copy)
    assert lines[0] == "tiny: what no job makes any more"
    assert lines[1].startswith("  figures/tiny: 1 file, ") and lines[1].endswith(f": {IN_GIT}")
    assert f": {IN_DVC}; 1 file, 5 bytes: {NOWHERE}" in lines[2] and lines[2].startswith("  results/tiny/old: 1 file, ")
    assert lines[3].startswith("3 files, ") and lines[3].endswith("; `make tidy YES=1` removes them")
    assert files_below(copy.folder / "results") == before and len(lines) == 4

    assert tidied(copy, "--yes")[-1].endswith(" removed")
    assert not (copy.folder / "results/tiny/old").exists() and not (copy.folder / "figures/tiny/copy").exists()


def test_an_experiment_that_is_gone_is_listed_and_removed_by_its_name_alone(copy):
    text = (copy.folder / "params.yaml").read_text()
    other = text.replace("experiment: tiny", "experiment: other").replace("\n  tiny:", "\n  other:")
    (copy.folder / "params.yaml").write_text(other.replace("recorded: [tiny]", "recorded: []"))
    lines = tidied(copy, "--yes")
    assert lines[0].startswith("other: nothing to remove")
    assert lines[1].startswith("tiny is gone from params.yaml: ")
    assert lines[1].endswith(" MB, provenance.lock.json, dvc.lock; `make tidy EXPERIMENT=tiny` shows them")
    assert (copy.folder / MASK).exists() and gone(["other"], copy.folder) == ["tiny"]

    lines = tidied(copy, "--experiment", "tiny", "--yes")
    assert lines[0] == "tiny: params.yaml has no such experiment any more"
    assert "  its entries in provenance.lock.json and dvc.lock" in lines
    assert not any((copy.folder / folder / "tiny").exists() for folder in ("results", "figures", "logs"))
    assert gone(["other"], copy.folder) == [] and recorded(copy.folder) == set()
    lock = read_lock(copy.folder / "provenance.lock.json")
    assert lock["experiments"] == {} and lock["sources"]["identities"] == {}
    assert read_dvc_lock((copy.folder / "dvc.lock").read_bytes())["stages"] == {}

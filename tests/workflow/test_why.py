"""`sculpt why`: what made a file, back to the raw data."""

import shutil

import pytest
from conftest import Checkout, files_below

from sculpt.cli.why import why
from sculpt.pipeline.why.made import Makers, WhyError

NODE = "results/tiny/sculpt/seeds_0-1/erk_0.5/cycle_1/0.1"
WEIGHTS = f"{NODE}/weights.safetensors"


def told(checkout: Checkout, file: str, verbose: bool = False) -> str:
    return why(file, Makers(checkout.folder), verbose)


def refused(checkout: Checkout, file: str) -> str:
    with pytest.raises(WhyError) as caught:
        told(checkout, file)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_weight_back_to_the_images(finished):
    before = files_below(finished.folder / ".snakemake")
    lines = told(finished, WEIGHTS).splitlines()
    assert lines[0].startswith(f"{WEIGHTS}: as recorded, ")
    assert "made by: prune and train erk_0.5/cycle_1/0.1, seeds_0-1 (rule sculpt, experiment tiny)" in lines
    assert "learning_rate 0.1, loss.name" in " ".join(" ".join(lines).split())
    assert any(line.split() == ["seeds", "[0,", "1]"] for line in lines)
    assert any(line.endswith(": results/tiny/cyclic/seeds_0-1/erk_0.5/cycle_1/mask.safetensors") for line in lines)
    chain = lines[lines.index("made from 4 jobs back to the raw data:") + 1 :]
    assert [line.partition(":")[0] for line in chain] == [
        "  train erk_0.5/cycle_1, seeds_0-1",
        "    prepare data",
        "    draw initial weights, seeds_0-1",
        "    draw mask erk_0.5, seeds_0-1",
    ]
    assert "raw data: digits (" in chain[1]
    assert len(lines) < 45 and files_below(finished.folder / ".snakemake") == before


def test_what_has_changed_since_is_told_of_the_file_and_of_those_behind_it(copy):
    copy.edit("params.yaml", ("learning_rate: 0.1", "learning_rate: 0.2"))
    copy.edit("src/sculpt/training/rates.py", ("\n\ndef ", "\n\nADDED = 1\n\n\ndef "))
    weights = copy.folder / WEIGHTS
    weights.write_bytes(weights.read_bytes() + b"x")
    data = copy.folder / "results/tiny/data/train.safetensors"
    data.unlink()
    said = copy.run("sculpt.cli.main", "why", WEIGHTS).stdout
    assert "weights.safetensors: other bytes than recorded" in said
    assert "since then: training.learning_rate: 0.1 -> 0.2" in said
    assert "since then: sculpt.training.rates (outside its functions) changed" in said
    assert "  not there, md5 -: results/tiny/data/train.safetensors" in said
    assert "train erk_0.5/cycle_1, seeds_0-1: as recorded, settings changed since, code edited since" in said
    assert "prepare data: with 1 file not there; raw data" in said, said


def test_a_picture_counts_the_jobs_behind_it_and_lists_them_on_demand(finished):
    said = told(finished, "figures/tiny/mask_overlap.png")
    assert "made by: draw mask_overlap" in said and "\n  cyclic: " in said and len(said.splitlines()) < 45
    whole = told(finished, "figures/tiny/mask_overlap.png", verbose=True)
    assert "    train erk_0.1/cycle_1, seeds_0-1: as recorded" in whole


def test_a_folder_and_a_log_stand_for_the_files_of_their_jobs(finished):
    assert "made by: prune and train erk_0.5/cycle_1/0.1" in told(finished, NODE)
    assert "made by: gather the tables" in told(finished, "logs/tiny/summary.log")
    assert told(finished, "logs/tiny/sculpt").startswith("logs/tiny/sculpt: 12 files of 3 jobs:\n")
    several = told(finished, "results/tiny/sculpt")
    assert several.startswith("results/tiny/sculpt: 12 files of 3 jobs:\n")
    assert f"; sculpt why {NODE}/weights.safetensors" in several


def test_a_file_of_an_experiment_that_is_gone_is_still_explained(copy):
    copy.edit("params.yaml", ("experiment: tiny", "experiment: other"), ("\n  tiny:", "\n  other:"))
    copy.edit("params.yaml", ("recorded: [tiny]", "recorded: []"))
    said = told(copy, WEIGHTS)
    assert "gone: params.yaml has no experiment tiny any more" in said
    assert "  sculpt, which made" not in said and "made from 4 jobs" in said


def test_without_the_lock_snakemakes_own_records_tell(copy):
    (copy.folder / "provenance.lock.json").unlink()
    said = told(copy, WEIGHTS)
    assert "recorded: Snakemake's record, which no lock has yet" in said
    shutil.rmtree(copy.folder / ".snakemake/metadata")
    assert refused(copy, WEIGHTS).startswith(f"{WEIGHTS}: nothing records")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("results/tiny/summary/sumary.csv", "no such file, and no job makes it; nearest that one makes: "),
        ("mask_overlap.png", "nearest that one makes: figures/tiny/mask_overlap.png"),
        ("results/none/summary.csv", "no such file, and no job makes it"),
    ],
)
def test_what_no_job_makes_is_refused_with_the_nearest(finished, file, words):
    line = refused(finished, file)
    assert line.startswith(f"{file}: ") and words in line


def test_only_what_tidy_would_list_is_said_to_be_listed_by_it(copy):
    for file in ("results/tiny/old", "logs/tiny/report.html"):
        (copy.folder / file).write_text("old")
    assert "; `make tidy` lists what no job makes" in refused(copy, "results/tiny/old")
    assert "tidy" not in refused(copy, "logs/tiny/report.html")


def test_a_file_of_git_says_that_git_holds_it(copy):
    copy.git("add", "README.md")
    copy.git("commit", "--quiet", "-m", "Say it")
    assert "no job makes it; git holds it, last changed in " in refused(copy, "README.md")


def test_a_file_that_was_never_made_names_the_command(fresh):
    assert refused(fresh, "results/tiny/summary/summary.csv").endswith("`make reproduce` makes it (gather the tables)")

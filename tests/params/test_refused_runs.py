"""A mistake in runs, labels, figures or counts is refused: key, value, what is allowed, the nearest name."""

import pytest
from mistakes import NAME, D, refused, write

from sculpt.core.kinds import ANALYSES, FIGURES, METHODS, TRANSFORMS
from sculpt.core.plugins import Kind


def there(kind: Kind) -> str:
    """The plug-ins of a kind as messages list them, so that another one needs no edit here."""
    return ", ".join(kind.names)


CRITERIA = "snip, grasp, synflow, balanced, erk, magnitude, uniform"
MISTAKES = {
    "unknown key of a run": (
        ("start: 0.5, targets", "start: 0.5, begin: 1, targets"),
        D + "runs.6.begin: unknown key; allowed: variant, mask, transform, start, targets, criterion, cycles, method",
    ),
    "density of zero": (
        ("magnitude], densities: [0.05]", "magnitude], densities: [0]"),
        D + "runs.1.densities.0: 0; allowed: above 0",
    ),
    "density above one": (
        ("cyclic, mask: erk, densities: [0.1,", "cyclic, mask: erk, densities: [1.1,"),
        D + "runs.2.densities.0: 1.1; allowed: at most 1",
    ),
    "target above its start": (
        ("start: 0.02, targets: [0.01]", "start: 0.02, targets: [0.05]"),
        D + "runs.10.targets.0: 0.05 is not below the start density 0.02; allowed: above 0 and below 0.02",
    ),
    "target at its start": (
        ("start: 0.02, targets: [0.01]", "start: 0.02, targets: [0.02]"),
        D + "runs.10.targets.0: 0.02 is not below the start density 0.02; allowed: above 0 and below 0.02",
    ),
    "no density": (
        ("cyclic, mask: erk, densities: [0.1, 0.05, 0.02, 0.01]", "cyclic, mask: erk, densities: []"),
        D + "runs.2.densities: []; allowed: at least one entry",
    ),
    "rising ladder": (
        ("lrr, ladder: [0.5, 0.2", "lrr, ladder: [0.2, 0.5"),
        D + "runs.13.ladder.1: 0.5; allowed: below the rung before it (0.2)",
    ),
    "one density twice": (
        ("cyclic, mask: erk, densities: [0.1, 0.05,", "cyclic, mask: erk, densities: [0.1, 0.1,"),
        D + "runs.2.densities.1: single/erk_0.1; allowed: each run once, and runs.2.densities.0 asks for this one",
    ),
    "one run twice": (
        ("cyclic, mask: synflow, densities: [0.1,", "cyclic, mask: erk, densities: [0.1,"),
        D + "runs.3.densities.0: single/erk_0.1; allowed: each run once, and runs.2.densities.0 asks for this one",
    ),
    "one control twice": (
        ("long, mask: synflow, densities: [0.05", "long, mask: erk, densities: [0.05"),
        D + "runs.5.densities.0: long/erk_0.05; allowed: each run once, and runs.4.densities.1 asks for this one",
    ),
    "one target twice": (
        ("start: 0.02, targets: [0.01]", "start: 0.2, targets: [0.01]"),
        D + "runs.10.targets.0: sculpt/erk_0.2/0.01; allowed: each run once, and runs.7.targets.3 asks for this one",
    ),
    "one ladder twice": (
        ("{method: imp, ladder: [0.5, 0.2,", "{method: lrr, ladder: [0.5, 0.2,"),
        D + "runs.14.ladder.5: lrr/0.5/0.2/0.1/0.05/0.02/0.01; allowed: each run once, and runs.13.ladder.5 asks for "
        "this one",
    ),
    "a ladder inside another": (
        (
            "{method: imp, ladder: [0.5, 0.2,",
            "{method: lrr, ladder: [0.5, 0.2]}\n      - {method: imp, ladder: [0.5, 0.2,",
        ),
        D + "runs.14.ladder.1: lrr/0.5/0.2; allowed: each run once, and runs.13.ladder.1 asks for this one",
    ),
    "two ladders to one density": (
        ("{method: imp, ladder: [0.5, 0.2,", "{method: lrr, ladder: [0.5, 0.3,"),
        D
        + "runs.14.ladder.2: lrr at density 0.1 has the labels of runs.13.ladder.2; allowed: a label of its own, such "
        "as a variant",
    ),
    "two rewind epochs": (
        ("- {method: wr,", "- {method: wr, rewind_epoch: 4, ladder: [0.2]}\n      - {method: wr,"),
        D + "runs.16.ladder.1: wr at density 0.2 has the labels of runs.15.ladder.0; allowed: a label of its own, such "
        "as a variant",
    ),
    "one compared mask twice": (
        ("[erk, balanced,", "[erk, erk,"),
        D + "runs.1.masks.1: erk; allowed: each criterion once",
    ),
    "a figure too narrow for its text": (
        ("accuracy_vs_density: {width: 5.5}", "accuracy_vs_density: {width: 1.5}"),
        D + "figures.accuracy_vs_density.width: 1.5; allowed: at least 3.4",
    ),
    "panels of losses without a run": (
        ("training_loss: {width: 5.5, densities: [0.05, 0.01]", "training_loss: {width: 5.5, densities: [0.3]"),
        D + "figures.training_loss.densities.0: 0.3; allowed: densities of runs that this figure shows: 0.5, 0.2, 0.1, "
        "0.05, 0.02, 0.01",
    ),
    "a figure without its analysis": (
        ("overlap: {}", "other: {name: overlap}"),
        D + "figures.mask_overlap: needs the table 'overlap'; allowed: with an entry analyses.overlap",
    ),
    "a table that every experiment has": (
        ("overlap: {}", "overlap: {}\n      history: {name: overlap}"),
        D + "analyses.history: a table of every experiment; allowed: another name than summary, history, layers",
    ),
    "unknown figure": (
        ("accuracy_vs_density: {width: 5.5}", "accuracy_density: {width: 5.5}"),
        D
        + 'figures.accuracy_density.name: "accuracy_density"; '
        + f"allowed: {there(FIGURES)}; nearest: 'accuracy_vs_density'",
    ),
    "unknown analysis, where there is one": (
        ("overlap: {}", "overlap: {}\n      overlaps: {}"),
        D + 'analyses.overlaps.name: "overlaps"; ' + f"allowed: {there(ANALYSES)}; nearest: 'overlap'",
    ),
    "unknown mask": (
        ("mask: synflow, start: 0.2", "mask: synflo, start: 0.2"),
        D + f"runs.11.mask: \"synflo\"; allowed: {CRITERIA}; nearest: 'synflow'",
    ),
    "unknown compared mask": (
        ("[erk, balanced,", "[erk, balance,"),
        D + f"runs.1.masks.1: \"balance\"; allowed: {CRITERIA}; nearest: 'balanced'",
    ),
    "unknown criterion": (
        ("{method: lrr, ", "{method: lrr, criterion: snap, "),
        D + f"runs.13.criterion: \"snap\"; allowed: {CRITERIA}; nearest: 'snip'",
    ),
    "unknown transform": (
        ("{method: imp, ", "{method: imp, transform: shuffle_sign, "),
        D + 'runs.14.transform: "shuffle_sign"; ' + f"allowed: {there(TRANSFORMS)}; nearest: 'shuffle_signs'",
    ),
    "unknown variant": (
        ("{method: imp, ", "{method: imp, variant: noise, "),
        D + 'runs.14.variant: "noise"; allowed: nothing, none is defined',
    ),
    "a criterion that needs settings": (
        ("      grasp: {samples_per_class: 10}\n", ""),
        D + 'runs.1.masks.4: "grasp" needs settings; allowed: an entry criteria.grasp with samples_per_class',
    ),
    "a plug-in's name for another": (
        ("criteria:", "criteria:\n      erk: {name: uniform}"),
        D + 'criteria.erk.name: "uniform"; allowed: erk, since that is a criterion',
    ),
    "one name for two things": (
        ("criteria:", "transforms: {snip: {name: shuffle_signs}}\n    criteria:"),
        D + "transforms.snip: in criteria too; allowed: another name, since figures name runs by both",
    ),
    "a transform with the name of a criterion": (
        ("criteria:", "transforms: {erk: {name: shuffle_signs}}\n    criteria:"),
        D + "transforms.erk: a criterion; allowed: another name, since figures name runs by both",
    ),
    "a variant with the name of a criterion": (
        ("criteria:", "variants: {magnitude: {}}\n    criteria:"),
        D + "variants.magnitude: a criterion; allowed: another name, since figures name runs by both",
    ),
    "a criterion with the name of a transform": (
        ("criteria:", "criteria:\n      shuffle_signs: {name: snip, samples_per_class: 2}"),
        D + "criteria.shuffle_signs: a weight transform; allowed: another name, since figures name runs by both",
    ),
    "an analysis of a misspelt method": (
        ("overlap: {}", "overlap: {methods: [cyclic, cylic]}"),
        D
        + "analyses.overlap.methods.1: cylic selects nothing (nearest: cyclic); allowed: dense, single, cyclic, long, "
        "sculpt, lrr, imp, wr, lrr_equal, coupled",
    ),
    "an analysis of methods that nothing reports, and of a density that nothing has": (
        ("overlap: {}", "overlap: {methods: [lrrr, masks, lrr], densities: [0.05, 0.06]}"),
        D + "analyses.overlap.methods.0: lrrr selects nothing (nearest: lrr), methods.1: masks selects nothing, "
        "densities.1: 0.06 selects nothing (nearest: 0.05); allowed: dense, single, cyclic, long, sculpt, lrr, imp, "
        "wr, lrr_equal, coupled; 1, 0.1, 0.05, 0.02, 0.01, 0.5, 0.2",
    ),
    "an analysis of a method at densities that it does not have": (
        ("overlap: {}", "overlap: {methods: [dense, cyclic], densities: [0.05]}"),
        D + "analyses.overlap.methods.0: dense selects nothing; allowed: cyclic",
    ),
    "more samples of a class than there are": (
        ("snip: {samples_per_class: 10}", "snip: {samples_per_class: 10000000}"),
        D + "criteria.snip.samples_per_class: 10000000; allowed: at most 100, since data.train is 1000 images of 10 "
        "classes",
    ),
    "unknown method": (
        ("{method: lrr,", "{method: lr,"),
        D + f"runs.13.method: \"lr\"; allowed: {there(METHODS)}; nearest: 'lrr'",
    ),
    "a run without a method": (
        ("{method: lrr, ", "{"),
        D + f"runs.13.method: missing; allowed: {there(METHODS)}",
    ),
    "rewinding past the cycle": (
        ("rewind_epoch: 1", "rewind_epoch: 5"),
        D + "runs.15.rewind_epoch: 5; allowed: 1 to 4 (training.epochs is 5)",
    ),
    "rewinding without WR": (
        ("{method: lrr,", "{method: lrr, rewind_epoch: 1,"),
        D + "runs.13.rewind_epoch: unknown key; allowed: variant, ladder, criterion, method",
    ),
    "a label with a hyphen": (
        ("criteria:", "criteria:\n      snip-2: {name: snip, samples_per_class: 2}"),
        D + f"criteria.snip-2: \"snip-2\"; allowed: {NAME} '_', beginning with a letter",
    ),
    "an entry without settings": (
        ("overlap: {}", "overlap: 3"),
        D + "analyses.overlap: 3; allowed: a section with keys",
    ),
    "a run that is a word": (
        ("- {method: dense, cycles: 4}", "- dense"),
        D + 'runs.0: "dense"; allowed: a section with keys',
    ),
    "more seeds than can be planned": (("seeds: 10", "seeds: 10000000"), D + "seeds: 10000000; allowed: at most 10000"),
    "more jobs than can be planned": (
        ("seeds: 10\n    replicates: 10", "seeds: 10000\n    replicates: 1"),
        D
        + "runs.0: 40,000 jobs and more, with the runs before it, in 10,000 seed blocks; allowed: at most 20,000 jobs",
    ),
    "more masks than can be planned": (
        ("seeds: 10\n    replicates: 10", "seeds: 3000\n    replicates: 1"),
        D + "runs.1: 21,000 jobs and more, with the runs before it, in 3,000 seed blocks; allowed: at most 20,000 jobs",
    ),
    "more rounds than anyone waits for": (
        ("rounds: 100", "rounds: 100000000"),
        D + "criteria.synflow.rounds: 100000000; allowed: at most 10000",
    ),
    "more cycles than can be planned": (
        ("    cycles: 4\n", "    cycles: 10000000\n"),
        D + "runs.2: 10,000,000 jobs and more, with the runs before it, in 1 seed blocks; allowed: at most 20,000 jobs",
    ),
    "more dense cycles than can be planned": (
        ("{method: dense, cycles: 4}", "{method: dense, cycles: 10000000}"),
        D + "runs.0: 10,000,000 jobs and more, with the runs before it, in 1 seed blocks; allowed: at most 20,000 jobs",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_in_the_users_words_and_nothing_else_is_said(tmp_path, mistake):
    change, line = MISTAKES[mistake]
    assert refused(write(tmp_path, change)) == [line]

"""The registers, and what is written from them: each module is what docs/extending.md says, and docs/ is up to date."""

from pathlib import Path
from string import Formatter

import pytest

from sculpt.cli.docs import generated
from sculpt.core.kinds import ALL, ANALYSES, CLAIMS, CRITERIA, DATASETS, FIGURES
from sculpt.params.experiment import HARDWARE_TABLES, REFERENCE_TABLES, TABLES

ROOT = Path(__file__).parents[1]
PLAIN = {int, float, bool, str}


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.noun)
def test_every_module_of_a_register_is_a_plug_in(kind):
    assert list(kind.faults()) == []


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.noun)
def test_every_plug_in_says_what_it_is_and_what_its_keys_mean(kind):
    """docs/reference.md has nothing else to say of them."""
    assert all(kind.summary(name) for name in kind.names)
    for name in kind.names if kind.entry else ():
        for key, field in kind.settings(name).model_fields.items():
            assert key == kind.tag or field.description or field.annotation in PLAIN, f"{kind.noun} {name}: {key}"


def test_the_constants_of_criteria_and_data_sets_are_known():
    """A misspelt one would pass for absent: AST reads them, and every reader has a default."""
    for name in CRITERIA.names:
        text = Path(ROOT / "src" / CRITERIA.module(name).replace(".", "/")).with_suffix(".py").read_text()
        told = {line.partition(" =")[0] for line in text.splitlines() if line.endswith((" = True", " = False"))}
        assert told <= {"EXACT", "RANDOM", "READS_LABELS"}
    for name in DATASETS.names:
        assert all(DATASETS.constant(name, constant) > 1 for constant in ("TRAIN", "TEST", "CLASSES"))
        assert DATASETS.constant(name, "THREADS", 1) in (1, 16)


@pytest.mark.parametrize("kind", [FIGURES, CLAIMS], ids=lambda kind: kind.noun)
def test_figures_and_claims_name_tables_that_there_can_be(kind):
    for name in kind.names:
        tables = kind.constant(name, "TABLES")
        assert tables and set(tables) <= {*TABLES, *HARDWARE_TABLES, *REFERENCE_TABLES, *ANALYSES.names}, name


def test_a_caption_speaks_of_the_figure_s_own_settings():
    for name in FIGURES.names:
        spoken = {key for _, key, _, _ in Formatter().parse(FIGURES.constant(name, "CAPTION")) if key}
        assert spoken <= FIGURES.settings(name).model_fields.keys(), name


@pytest.mark.parametrize("file", generated(ROOT))
def test_what_is_generated_and_committed_is_up_to_date(file):
    assert (ROOT / file).read_text() == generated(ROOT)[file], f"{file}: `make docs` writes it anew"

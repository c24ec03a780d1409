"""Snakemake's records, as we read and write them."""

from snakemake.persistence import RECORD_FORMAT_VERSION

from sculpt.pipeline.record import records


def test_the_format_is_that_of_the_installed_snakemake():
    assert records.FORMAT == RECORD_FORMAT_VERSION

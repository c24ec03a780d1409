"""The commands that Snakemake runs: read artifacts, call one library, write artifacts."""

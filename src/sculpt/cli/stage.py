"""`sculpt stage`: one folder of artifacts, which is one stage of dvc.yaml."""

from argparse import Namespace

from sculpt.pipeline.run.one_stage import one_stage


def run(given: Namespace) -> None:
    one_stage(given.folder, given.experiment)

"""`sculpt provenance`: Snakemake's records as provenance.lock.json, and back."""

import sys
from argparse import Namespace

from sculpt.pipeline.record.lock_export import export
from sculpt.pipeline.record.lock_import import import_
from sculpt.pipeline.run.console import counted


def run(given: Namespace) -> None:
    if given.action == "export":
        export(given.experiment)
        return
    imported = import_(replace=True)
    for file, reason in imported.faults.items():
        print(f"{file}: {reason}")
    print(f"records taken up: {counted(len(imported.taken), 'job')}; left out: {len(imported.left_out)}")
    if imported.faults:
        sys.exit(1)

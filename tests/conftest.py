import os
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported: one thread a process, as the jobs run

LONGEST = (
    "workflow/test_pipeline.py",  # makes the finished checkout, while the other worker compiles
    "engine/test_kernels_sanitized.py",
    "workflow/test_edits.py",
    "workflow/test_provenance.py",
    "workflow/test_validate.py",
    "workflow/test_additions.py",
    "workflow/test_runs.py",
    "workflow/test_store.py",
    "workflow/test_any_processor.py",
    "workflow/test_elsewhere.py",
    "workflow/test_report.py",
    "cli/test_params_command.py",
    "pruning/test_processors.py",
)
"""Files that take longest. They begin, so that no worker ends long after the other."""


def pytest_collection_modifyitems(items):
    root = Path(__file__).parent
    places = {root / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))

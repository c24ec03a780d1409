"""Where the artifacts of a node lie."""

from pathlib import Path


def node_folder(results: Path, key: str, seeds: list[int]) -> Path:
    """The folder of one node (stage/name) for one seed block, below the results of its experiment."""
    stage, _, name = key.partition("/")
    return results / stage / f"seeds_{seeds[0]}-{seeds[-1]}" / name

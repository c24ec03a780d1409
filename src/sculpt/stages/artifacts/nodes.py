"""Where the artifacts of a node lie."""

from pathlib import Path

from sculpt.recipe.node import Block, below_results


def node_folder(results: Path, key: str, seeds: list[int]) -> Path:
    """The folder of one node (stage/name) for one seed block, below the results of its experiment."""
    return results / below_results(Block(seeds[0], seeds[-1]).name, key)
